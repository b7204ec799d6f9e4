"""What `make smoke` compares about money: each comparison is broken here, on each side, and says so."""

import copy
from datetime import UTC, datetime

import pytest

from dev import smoke_receipts

LISTED, SENT, BACK, BALANCE, BOXES = range(5)


def total(rate, gross, net, tax):
    amounts = {"gross": gross, "net": net, "tax": tax}
    return {"taxRate": rate, **{name: {"amount": amount, "currency": "EUR"} for name, amount in amounts.items()}}


def receipt(kind, totals, *pieces):
    return {
        "receiptType": kind,
        "salesOrderId": "order-1",
        "orderNumber": "b1",
        "totals": totals,
        "lineItems": {"itemPositions": [{"positionItemIds": list(pieces)}], "deliveryCosts": [{}]},
    }


OTTO = {
    "receipts": {
        "R-1": receipt("PURCHASE", [total("19.0", 11.9, 10, 1.9), total("7.0", 10.7, 10, 0.7)], "one", "two"),
        "E-2": receipt("REFUND", [total("7.0", 10.7, 10, 0.7)], "two"),
        "E-3": receipt("PARTIAL_REFUND", [total("19.0", 1.19, 1, 0.19)], "one"),
    },
    "shipments": [{"positionItems": [{"positionItemId": "one"}, {"positionItemId": "two"}]}],
    "orders": [
        {
            "positionItems": [
                {"positionItemId": "one", "fulfillmentStatus": "SENT"},
                {"positionItemId": "two", "fulfillmentStatus": "RETURNED"},
            ]
        }
    ],
}


def booked(account, balance, *tags):
    return {"account_id": [account, "?"], "balance": balance, "amount_residual": 0, "tax_tag_ids": list(tags)}


ODOO = {
    "otto.channel": [{"id": 1}],
    "otto.receipt": [
        {"id": 1, "number": "R-1", "kind": "purchase", "amount_gross": 22.6, "line_ids": [1, 2, 5]},
        {"id": 2, "number": "E-2", "kind": "refund", "amount_gross": 10.7, "line_ids": [3]},
        {"id": 3, "number": "E-3", "kind": "partial_refund", "amount_gross": 1.19, "line_ids": [4]},
    ],
    "otto.receipt.line": [
        {"id": 1, "piece_ids": [1]},
        {"id": 2, "piece_ids": [2]},
        {"id": 3, "piece_ids": [2]},
        {"id": 4, "piece_ids": [1]},
        {"id": 5, "piece_ids": []},
    ],
    "otto.position.item": [{"id": 1, "position_id": "one"}, {"id": 2, "position_id": "two"}],
    "account.account": [
        {"id": number, "code": code} for number, code in enumerate(("1410", "8400", "8300", "8720", "1776", "1771"))
    ],
    "account.account.tag": [
        {"id": number, "name": name} for number, name in enumerate(("81_BASE", "81_TAX", "86_BASE", "86_TAX"))
    ],
    "account.move.line": [
        booked(0, 22.6),
        booked(1, -10, 0),
        booked(4, -1.9, 1),
        booked(2, -10, 2),
        booked(5, -0.7, 3),
        booked(0, -10.7),
        booked(2, 10, 2),
        booked(5, 0.7, 3),
        booked(0, -1.19),
        booked(3, 1, 0),
        booked(4, 0.19, 1),
    ],
}
for row in ODOO["otto.receipt"]:
    row["otto_order_id"] = "order-1"


class Odoo:
    """Answers as Odoo would, with these rows; `matched` lines of a statement are matched."""

    def __init__(self, rows, matched=0):
        self.rows, self.matched = rows, matched

    def call(self, model, method, args=(), fields=(), **_options):
        """Return all rows of a model, or those that are named; domains are not looked at."""
        if method == "search_count":
            return self.matched
        if method == "search":
            return [row["id"] for row in self.rows[model]]
        if method == "search_read":
            return self.rows[model]
        if method == "read":
            return [row for row in self.rows[model] if row["id"] in args[0]]
        assert method in ("create", "action_import")
        return 1


class Market:
    """OTTO with these receipts, shipments and orders."""

    def __init__(self, held):
        self.held = held

    def receipts(self):
        """As the sandbox."""
        return self.held["receipts"]

    def state(self):
        """As the sandbox."""
        return self.held

    def now(self):
        """As the sandbox."""
        return datetime(2026, 3, 31, tzinfo=UTC)


def differing(change=None):
    """Return the places of the comparisons that differ once one side was changed."""
    odoo, otto = copy.deepcopy(ODOO), copy.deepcopy(OTTO)
    if change:
        change(odoo, otto)
    rows = smoke_receipts.compare(Odoo(odoo), Market(otto))
    assert len(rows) == 5
    assert {row[3] for row in rows} <= {"ok", "DIFFERENT"}
    return {place for place, row in enumerate(rows) if row[3] == "DIFFERENT"}


def set_in(side, path, value):
    """Return a change: a value of one side, found by names and places."""

    def change(odoo, otto):
        held = (odoo, otto)[side == "otto"]
        *way, last = path
        for step in way:
            held = held[step]
        held[last] = value

    return change


def without(side, path):
    """Return a change: one side lacks something."""

    def change(odoo, otto):
        held = (odoo, otto)[side == "otto"]
        *way, last = path
        for step in way:
            held = held[step]
        del held[last]

    return change


def test_equal_sides_are_equal():
    assert differing() == set()


LINES = "account.move.line"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (without("odoo", ("otto.receipt", 2)), {LISTED}),
        (without("odoo", ("otto.receipt", 1)), {LISTED, BACK}),
        (set_in("odoo", ("otto.receipt", 2, "amount_gross"), 1.2), {LISTED}),
        (set_in("odoo", ("otto.receipt", 2, "kind"), "other"), {LISTED}),
        (set_in("odoo", ("otto.receipt", 2, "number"), "E-4"), {LISTED}),
        (set_in("odoo", ("otto.receipt", 2, "otto_order_id"), "order-2"), {LISTED}),
        (set_in("odoo", ("otto.receipt.line", 3, "piece_ids"), [2]), {LISTED}),
        (set_in("odoo", ("otto.receipt.line", 0, "piece_ids"), []), {LISTED, SENT}),
        (set_in("odoo", ("otto.receipt.line", 2, "piece_ids"), []), {LISTED, BACK}),
        (without("otto", ("shipments", 0, "positionItems", 0)), {SENT}),
        (set_in("otto", ("shipments", 0, "positionItems", 0, "positionItemId"), "three"), {SENT}),
        (set_in("otto", ("orders", 0, "positionItems", 0, "fulfillmentStatus"), "RETURNED"), {BACK}),
        (set_in("otto", ("orders", 0, "positionItems", 1, "fulfillmentStatus"), "SENT"), {BACK}),
        *((set_in("odoo", (LINES, place, "balance"), 77.77), {BALANCE}) for place in (0, 5, 8)),
        *((set_in("odoo", (LINES, place, "balance"), 0.01), {BALANCE, BOXES}) for place in (1, 2, 3, 4, 6, 7, 9, 10)),
        *((set_in("odoo", (LINES, place, "account_id"), [3, "?"]), {BALANCE}) for place in (0, 1, 2, 3, 4, 5, 6, 7)),
        *((set_in("odoo", (LINES, place, "tax_tag_ids"), []), {BOXES}) for place in (1, 2, 3, 4, 6, 7, 9, 10)),
        (without("odoo", (LINES, 0)), {BALANCE}),
        (without("odoo", (LINES, 10)), {BALANCE, BOXES}),
        *(
            (set_in("otto", ("receipts", "R-1", "totals", 0, name, "amount"), 12.34), wanted)
            for name, wanted in (("gross", {LISTED, BALANCE}), ("net", {BALANCE, BOXES}), ("tax", {BALANCE, BOXES}))
        ),
        (set_in("otto", ("receipts", "E-2", "receiptType"), "PARTIAL_REFUND"), {LISTED, BALANCE}),
        (set_in("otto", ("receipts", "E-2", "receiptType"), "PURCHASE"), {LISTED, BALANCE, BOXES}),
    ],
)
def test_what_differs_is_said_where_it_differs(change, wanted):
    assert differing(change) == wanted


@pytest.mark.parametrize(
    ("matched", "owed", "wanted"),
    [
        (7, [(0, 0)], ["ok", "ok"]),
        (7, [(5, 0), (-5, 0)], ["ok", "ok"]),
        (6, [(0, 0)], ["DIFFERENT", "ok"]),
        (7, [(0, 0.01)], ["ok", "DIFFERENT"]),
        (7, [(0.01, 0)], ["ok", "DIFFERENT"]),
        # Paid and not reconciled.
        (7, [(5, 5), (-5, -5)], ["ok", "DIFFERENT"]),
    ],
)
def test_a_statement_that_is_not_settled_is_said(matched, owed, wanted):
    rows = {**ODOO, LINES: [{"balance": balance, "amount_residual": residual} for balance, residual in owed]}
    assert [row[3] for row in smoke_receipts.statement(Odoo(rows, matched), Market(OTTO))] == wanted
