"""Whatever an update loses or changes is seen, and what is declared is accepted; on two small databases."""

from copy import deepcopy

import pytest

from tests.update.compare import ANY, Changes, differences
from tests.update.snapshot import Snapshot

ORDERS = {7: {"id": 7, "state": "sale", "told": "x"}, 8: {"id": 8, "state": "draft", "told": None}}
BEFORE = Snapshot(
    tables={"sale_order": ORDERS, "held": {1: {"id": 1, "sku": "A"}}, "rel": {("{}", 0): {"a": 1, "b": 2}}},
    columns={"sale_order": {"id", "state", "told"}, "held": {"id", "sku"}, "rel": {"a", "b"}},
    from_files={("sale_order", 99)},
    xmlids={"otto.fee": ("product.template", 3)},
)


def compare(after, changes=None):
    return differences(BEFORE, after, changes or Changes())


@pytest.fixture
def after():
    return deepcopy(BEFORE)


def test_the_same_is_no_difference(after):
    assert compare(after) == []


def lose_table(after):
    del after.tables["held"], after.columns["held"]


def add_table(after):
    after.tables["more"], after.columns["more"] = {}, {"id"}


def lose_column(after):
    after.columns["sale_order"].remove("told")
    for row in after.tables["sale_order"].values():
        del row["told"]


def add_column(after):
    after.columns["sale_order"].add("more")


def lose_row(after):
    del after.tables["sale_order"][8]


def lose_relation(after):
    after.tables["rel"].clear()


def add_row(after):
    after.tables["held"][2] = {"id": 2, "sku": "B"}


def change_value(after):
    after.tables["sale_order"][7]["state"] = "cancel"


def empty_value(after):
    after.tables["sale_order"][7]["told"] = None


def lose_external_id(after):
    after.xmlids.clear()


def another_record(after):
    after.xmlids["otto.fee"] = ("product.template", 4)


@pytest.mark.parametrize(
    "damage",
    [
        lose_table,
        add_table,
        lose_column,
        add_column,
        lose_row,
        lose_relation,
        add_row,
        change_value,
        empty_value,
        lose_external_id,
        another_record,
    ],
)
def test_what_was_not_declared_is_a_difference(after, damage):
    damage(after)
    assert len(compare(after)) == 1


def test_what_was_declared_is_accepted(after):
    changes = Changes(
        tables={"held": "unimported"},
        columns={"sale_order": {"told": "reported"}},
        values={"sale_order": {"state": {"sale": "done"}, "told": lambda value: value and value.upper()}},
        added={"sale_order": {"live": True, "note": ANY}},
        new_tables=frozenset({"more"}),
        new_rows={"unimported": lambda row: row["sku"] == "B"},
        gone_rows={"rel": lambda row: row["a"] == 1},
        xmlids={"otto.fee": "otto.delivery_fee"},
    )
    after.tables = {
        "sale_order": {
            7: {"id": 7, "state": "done", "reported": "X", "live": True, "note": None},
            8: {"id": 8, "state": "draft", "reported": None, "live": True, "note": "y"},
        },
        "unimported": {1: {"id": 1, "sku": "A"}, 2: {"id": 2, "sku": "B"}},
        "rel": {},
        "more": {},
    }
    after.columns = {
        "sale_order": {"id", "state", "reported", "live", "note"},
        "unimported": {"id", "sku"},
        "rel": {"a", "b"},
        "more": {"id"},
    }
    after.xmlids = {"otto.delivery_fee": ("product.template", 3)}
    assert compare(after, changes) == []
    after.tables["sale_order"][8]["live"] = False
    after.tables["sale_order"][7]["state"] = "sale"
    assert len(compare(after, changes)) == 2


def test_a_column_that_moved_has_its_values_elsewhere(after):
    lose_column(after)
    places = {7: "x"}
    changes = Changes(moved={"sale_order": {"told": lambda row: places.get(row["id"])}})
    assert compare(after, changes) == []
    places[7] = "y"
    assert len(compare(after, changes)) == 1
