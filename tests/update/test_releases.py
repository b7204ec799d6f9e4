"""The archives of landed versions are what they say, and the present version can be updated to."""

import ast
import zipfile

import pytest

from dev.settings import ADDONS, ROOT
from tests.update.changes import CHANGES
from tests.update.compare import Changes
from tests.update.conftest import RELEASES, VERSIONS

MOST_BYTES = 400_000


def as_numbers(version):
    return [int(part) for part in version.split(".")]


def manifest_version(text):
    return ast.literal_eval(text)["version"]


def present_version(addon):
    return manifest_version((ROOT / addon / "__manifest__.py").read_text())


def test_each_archive_has_its_changes_and_nothing_else_has():
    assert sorted(CHANGES) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_an_archive_holds_both_addons_of_its_version(version):
    path = RELEASES / f"{version}.zip"
    assert path.stat().st_size < MOST_BYTES
    with zipfile.ZipFile(path) as archive:
        found = {manifest_version(archive.read(f"{addon}/__manifest__.py").decode()) for addon in ADDONS}
        assert {name.split("/")[0] for name in archive.namelist()} == set(ADDONS)
    assert found == {version}


@pytest.mark.parametrize("addon", ADDONS)
def test_odoo_runs_every_migration_script_of_an_addon(addon):
    """Odoo leaves out the scripts of versions above the manifest's, and those of the version that is installed."""
    present = as_numbers(present_version(addon))
    folders = [path.name for path in (ROOT / addon / "migrations").glob("*") if path.is_dir()]
    assert [name for name in folders if as_numbers(name) > present] == []
    newest = max(VERSIONS, key=as_numbers)
    assert present >= as_numbers(newest)
    if CHANGES[newest] != Changes():
        assert max(as_numbers(present_version(name)) for name in ADDONS) > as_numbers(newest)
