"""`compose.yaml` names what is there: as far as that can be seen without the images themselves."""

import yaml

from dev.settings import ADDONS, ROOT

# Where the official image `odoo` looks for add-ons and keeps its files.
IMAGE_ADDONS = "/mnt/extra-addons"
IMAGE_DATA = "/var/lib/odoo"

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
ODOO, DB = COMPOSE["services"]["odoo"], COMPOSE["services"]["db"]


def mounts(service: dict) -> dict[str, str]:
    return {target: source for source, target in (volume.split(":")[:2] for volume in service["volumes"])}


def test_each_addon_lies_where_the_image_looks_for_it():
    here = {target: source for target, source in mounts(ODOO).items() if source.startswith("./")}
    assert here == {f"{IMAGE_ADDONS}/{addon}": f"./{addon}" for addon in ADDONS}
    assert all((ROOT / source / "__manifest__.py").exists() for source in here.values())


def test_files_and_database_are_kept_in_named_volumes():
    kept = {mounts(ODOO)[IMAGE_DATA], mounts(DB)["/var/lib/postgresql/data"]}
    assert kept == set(COMPOSE["volumes"])


def test_odoo_logs_in_as_the_databases_user():
    assert ODOO["environment"]["USER"] == DB["environment"]["POSTGRES_USER"]
    assert ODOO["environment"]["PASSWORD"] == DB["environment"]["POSTGRES_PASSWORD"]
    assert ODOO["environment"]["HOST"] in COMPOSE["services"]


def test_only_this_machine_reaches_it():
    assert all(port.startswith("127.0.0.1:") for port in ODOO["ports"])
    assert "ports" not in DB
