"""The archives of landed versions are what they say, and the present version can be updated to."""

import ast
import zipfile

import pytest

from dev.settings import ADDONS, ROOT
from tests.update.changes import CHANGES
from tests.update.conftest import LANDINGS, RELEASES

MOST_BYTES = 500_000


def as_numbers(version):
    return [int(part) for part in version.split(".")]


def manifest_version(text):
    return ast.literal_eval(text)["version"]


def present_version(addon):
    return manifest_version((ROOT / addon / "__manifest__.py").read_text())


def test_each_archive_has_its_changes_and_nothing_else_has():
    assert sorted(CHANGES) == LANDINGS


@pytest.mark.parametrize("landing", LANDINGS)
def test_an_archive_holds_both_addons_of_its_version(landing):
    path = RELEASES / f"{landing}.zip"
    assert path.stat().st_size < MOST_BYTES
    with zipfile.ZipFile(path) as archive:
        found = {manifest_version(archive.read(f"{addon}/__manifest__.py").decode()) for addon in ADDONS}
        assert {name.split("/")[0] for name in archive.namelist()} == set(ADDONS)
        # `git archive` notes the commit.
        assert archive.comment.decode().startswith(landing.partition("-")[2])
    assert found == {landing.partition("-")[0]}


@pytest.mark.parametrize("addon", ADDONS)
def test_odoo_runs_every_migration_script_of_an_addon(addon):
    """Odoo leaves out the scripts of versions above the manifest's, and those of the version that is installed."""
    present = as_numbers(present_version(addon))
    folders = [path.name for path in (ROOT / addon / "migrations").glob("*") if path.is_dir()]
    assert [name for name in folders if as_numbers(name) > present] == []
    assert present >= max(as_numbers(landing.partition("-")[0]) for landing in LANDINGS)


@pytest.mark.parametrize("landing", LANDINGS)
def test_a_version_that_has_landed_gets_no_script_any_more(landing):
    """Odoo would not run it in databases that have the version already; it belongs to the next version."""
    version = landing.partition("-")[0]
    with zipfile.ZipFile(RELEASES / f"{landing}.zip") as archive:
        landed = {name for name in archive.namelist() if f"/migrations/{version}/" in name and name.endswith(".py")}
    here = {
        str(path.relative_to(ROOT)) for addon in ADDONS for path in (ROOT / addon / "migrations" / version).glob("*.py")
    }
    assert here == landed
