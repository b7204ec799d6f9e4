"""Both add-ons can be removed with all that they have made, and installed again; nothing is lost or doubled."""

import json

import pytest

from dev import database, postgres
from sandbox.running import running_sandbox

pytestmark = pytest.mark.timeout(1800)
DATABASE = "otto_removing"
CALM = {"orders": 0, "articles": 20, "seed": 7, "release_seconds": 1e6, "task_seconds": 1e6, "cancel_delay": 0.1}
# What people saved, see `shop.saved_by_people`.
FILTERS = {"OTTO", "An OTTO melden", "Mit Rücksendeetikett", "Angebote"}
VIEWS = {"Aufträge", "Lieferungen", "Kunde"}


@pytest.fixture(scope="module")
def life():
    """What is there at work, without the connector, with it again, without both add-ons."""
    postgres.start()
    database.write_config()
    database.create_with_addons(DATABASE)
    with running_sandbox(**CALM) as sandbox:
        call = f"removing.life(env, {sandbox.otto_url!r}, {sandbox.dhl_url!r})"
        script = f"import json\nfrom tests.fresh import removing\nprint(json.dumps({call}))"
        found = json.loads(database.shell("removing", DATABASE, script).strip().splitlines()[-1])
        yield {**found, "otto": sandbox.state()}
    postgres.drop(DATABASE)


def test_odoo_works_without_the_connector(life):
    found = life["without"]
    assert found["modules"] == {"otto_market_connector": "uninstalled"}
    assert found["pages"] == []
    assert found["dangling"] == []
    assert found["crons"] == []
    assert found["carriers"] == ["dhl_de"]


def test_odoo_works_without_both(life):
    found = life["neither"]
    assert set(found["modules"].values()) == {"uninstalled"}
    assert found["pages"] == []
    assert found["dangling"] == []
    assert found["carriers"] == ["fixed"]


def test_what_people_saved_stops_no_page(life):
    """What names a field that is gone goes; everything else stays."""
    found = life["without"]
    assert FILTERS & set(found["filters"]) == {"Angebote", "Mit Rücksendeetikett"}
    assert "name" in found["exports"]
    assert "otto_status" not in found["exports"]
    assert VIEWS & set(found["views"]) == {"Kunde", "Lieferungen"}
    assert FILTERS & set(life["neither"]["filters"]) == {"Angebote"}
    assert VIEWS & set(life["neither"]["views"]) == {"Kunde"}


def test_documents_of_receipts_stay(life):
    """R27: bookkeeping needs them, whatever becomes of the add-on."""
    before, after = life["without"]["before"], life["without"]["documents"]
    names = {name for name, _model, _there in before}
    assert {name.rpartition(".")[2] for name in names} == {"pdf", "json"}
    assert {name for name, _model, _there in after} == names
    assert {model for _name, model, _there in after} <= {"account.move", "sale.order", "res.partner"}
    assert all(there for _name, _model, there in after)


def test_work_goes_on_without_the_connector(life):
    found = life["finished"]
    assert found["transfers"] == ["done"] * len(found["numbers"])
    assert len(found["numbers"]) > 1
    assert (found["reversal"], found["order"]) == ("posted", "sale")


def test_installed_again_each_order_is_itself(life):
    """R19: found by OTTO's number, none comes twice, each has its pieces, transfers, state and parcels."""
    assert life["again"]["all"] == life["work"]["all"]
    assert life["again"]["orders"].keys() == life["work"]["orders"].keys()
    for number, before in life["work"]["orders"].items():
        after = life["again"]["orders"][number]
        due = {**before, "report": "sent", "status": "sent"} if before["report"] == "to_send" else before
        # Of what OTTO calls cancelled there is nothing to tell.
        due = {**due, "report": "none"} if before["report"] == "cancelled" else due
        assert {"order": number, **after} == {"order": number, **due}
    assert "to_send" in {order["report"] for order in life["work"]["orders"].values()}
    assert life["again"]["standard"] == life["work"]["standard"]


def test_installed_again_otto_hears_of_each_parcel_once(life):
    """Also of the one whose label was made before, and of which OTTO had not heard when the add-on was removed."""
    told = [item["positionItemId"] for shipment in life["otto"]["shipments"] for item in shipment["positionItems"]]
    wanted = [
        piece for order in life["again"]["orders"].values() if order["report"] == "sent" for piece in order["pieces"]
    ]
    assert sorted(told) == sorted(wanted)


def test_installed_again_each_receipt_is_booked_once(life):
    """R31: entries that were there belong to their receipts again."""
    assert set(life["again"]["moves"]) >= set(life["work"]["moves"])
    booked = life["again"]["receipts"]
    assert all(booked.values())
    assert sorted(life["again"]["moves"]) == sorted(booked.values())
    assert {number: booked[number] for number in life["work"]["receipts"]} == life["work"]["receipts"]
    assert life["again"]["returns"] == life["work"]["returns"]
