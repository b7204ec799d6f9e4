"""A database of a landed version is updated without loss, and goes on where it was (issue of every later version).

What may differ is declared in `tests/update/changes.py`.
"""

from collections import Counter

import pytest

from dev.database import filestore
from tests.update.compare import differences
from tests.update.conftest import NAME

# Two shops work, are updated and work again before the first test.
pytestmark = pytest.mark.timeout(1800)
DUE = {"to_send": "sent", "to_cancel": "cancelled"}


def test_nothing_is_lost_by_an_update(updated):
    found = differences(updated.before, updated.after, updated.changes)
    assert not found, "\n".join(found)


def test_stored_files_are_there_after_an_update(updated):
    files = {row["store_fname"] for row in updated.after.rows("ir_attachment") if row["store_fname"]}
    assert [name for name in files if not (filestore(NAME) / name).exists()] == []


def test_an_update_brings_no_warnings(updated):
    assert not updated.unusual, "\n".join(updated.unusual)


def test_an_update_alone_asks_and_tells_nobody(updated):
    assert updated.requests["updated"] == []
    assert updated.otto["updated"] == updated.otto["before"]
    assert updated.dhl["updated"] == updated.dhl["before"]


def test_every_flow_of_every_channel_runs_after_the_update(updated):
    channels = {row["id"] for row in updated.run.rows("otto_channel") if row["active"]}
    syncs = [row for row in updated.run.rows("otto_sync") if row["channel_id"] in channels]
    assert [(row["flow"], row["last_error"]) for row in syncs if row["last_error"]] == []
    earlier = {row["id"]: row["last_success"] for row in updated.after.rows("otto_sync")}
    assert [row["flow"] for row in syncs if row["last_success"] in (None, earlier[row["id"]])] == []


def test_what_was_due_goes_out_once(updated):
    rename = updated.changes
    [old] = {"otto_outbound_state", "otto_report_state"} & updated.before.columns["sale_order"]
    states = {row["id"]: row[old] for row in updated.before.rows("sale_order")}
    due = {order: DUE[state] for order, state in states.items() if state in DUE}
    assert set(due.values()) == set(DUE.values())
    column = rename.column("sale_order", old)
    now = {row["id"]: row[column] for row in updated.run.rows("sale_order")}
    wanted = {order: rename.value("sale_order", old, due.get(order, states[order])) for order in now}
    assert {order: (now[order], wanted[order]) for order in now if now[order] != wanted[order]} == {}
    shipped = [len(otto["shipments"]) for otto in updated.otto["before"]]
    assert sum(len(otto["shipments"]) for otto in updated.otto["run"]) - sum(shipped) == list(due.values()).count(
        "sent"
    )
    assert updated.otto["again"] == updated.otto["run"]


def test_each_piece_is_in_one_shipment_and_has_one_label(updated):
    for otto, dhl, dhl_before in zip(updated.otto["again"], updated.dhl["again"], updated.dhl["before"], strict=True):
        pieces = Counter(item["positionItemId"] for shipment in otto["shipments"] for item in shipment["positionItems"])
        assert set(pieces.values()) == {1}
        assert dhl == dhl_before


def test_quantities_and_prices_at_otto_stay(updated):
    for before, run in zip(updated.otto["before"], updated.otto["again"], strict=True):
        assert run["quantities"] == before["quantities"]
    asked = [(row["method"], row["path"]) for row in updated.requests["run"] + updated.requests["again"]]
    assert [path for method, path in asked if method == "POST" and "/prices" in path] == []


def test_a_processing_time_that_was_to_be_sent_is_sent(updated):
    if "delivery_to_send" not in updated.before.columns["otto_listing"]:
        pytest.skip("this version does not know processing times")
    waiting = {row["sku"]: row["processing_time"] for row in updated.before.rows("otto_listing") if _is_due(row)}
    assert waiting
    told = updated.articles[0]
    assert {sku: str(told[sku]["processingTime"]) for sku in waiting} == waiting
    assert not [row["sku"] for row in updated.run.rows("otto_listing") if _is_due(row)]


def _is_due(listing: dict) -> bool:
    """Tell whether OTTO is to be told of an article's processing time; archived channels tell nothing."""
    return bool(listing["delivery_to_send"]) and not listing["sku"].startswith("FRÜHER")
