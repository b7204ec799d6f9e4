"""Wheels that are installed in a clean environment give the files that the zip holds."""

import email
import subprocess
import sys
import zipfile

from dev import package, wheels
from dev.settings import ADDONS

PLACE = "odoo/addons/"
# The zip holds the licence beside the code, the wheel in its metadata; how a wheel is built matters to none.
APART = {"LICENSE", "pyproject.toml"}


def files_of_zip(folder) -> dict[str, bytes]:
    with zipfile.ZipFile(package.build(folder)) as archive:
        names = [name for name in archive.namelist() if name.rpartition("/")[2] not in APART]
        return {name: archive.read(name) for name in names}


def test_installed_wheels_give_the_same_files(tmp_path):
    built = wheels.build(tmp_path / "wheels")
    target = tmp_path / "site"
    options = ["--quiet", "--no-deps", "--no-index", "--no-compile", "--target", str(target)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, *map(str, built)], check=True)
    place = target / PLACE
    installed = {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}
    assert installed == files_of_zip(tmp_path / "zip")
    assert {name.partition("/")[0] for name in installed} == set(ADDONS)


def test_a_wheel_names_what_it_needs(tmp_path):
    needed = {}
    for wheel in wheels.build(tmp_path):
        with zipfile.ZipFile(wheel) as archive:
            [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
            metadata = email.message_from_bytes(archive.read(name))
        assert metadata["Version"] == package.version()
        needed[metadata["Name"]] = set(metadata.get_all("Requires-Dist"))
    assert needed == {
        "odoo-addon-delivery_dhl_de": {"odoo==19.0.*"},
        "odoo-addon-otto_market_connector": {"odoo==19.0.*", "odoo-addon-delivery_dhl_de==19.0.*"},
    }
