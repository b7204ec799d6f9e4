"""The zip file holds what an administrator needs, and the same sources give the same bytes."""

import ast
import zipfile

from dev import package


def test_zip_holds_every_file_that_the_manifests_name(tmp_path):
    with zipfile.ZipFile(package.build(tmp_path)) as archive:
        names = set(archive.namelist())
        for addon in ("otto_market_connector", "delivery_dhl_de"):
            manifest = ast.literal_eval(archive.read(f"{addon}/__manifest__.py").decode())
            assert {f"{addon}/{name}" for name in manifest["data"]} <= names
            assert f"{addon}/static/description/icon.png" in names
            assert f"{addon}/i18n/de.po" in names
            assert f"{addon}/data/neutralize.sql" in names
            assert f"{addon}/LICENSE" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_same_sources_same_bytes(tmp_path):
    assert package.build(tmp_path / "a").read_bytes() == package.build(tmp_path / "b").read_bytes()
