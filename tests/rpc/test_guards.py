"""R4, R5, R7, R9, R13, R15 over RPC for every kind of user: nobody gets around them, and no client can pass the mark
that the connector's own writes carry."""

import xmlrpc.client

import pytest

from .conftest import PEOPLE, read_order

# A client may send any context; the connector's mark is a Python object that it cannot send.
PRETEND = {"otto_connector": True, "tracking_disable": True}


def refused(call, *args, **kwargs):
    """Return the words of Odoo's refusal; fails when there is none."""
    with pytest.raises(xmlrpc.client.Fault) as caught:
        call(*args, **kwargs)
    return caught.value.faultString


@pytest.fixture(scope="module")
def order(site):
    """One processable order that everybody tries their hand at."""
    otto_id = site.sandbox.make_orders(count=1, pieces=2)[0]
    site.client.run_flow("orders")
    return read_order(site, otto_id)


@pytest.fixture(params=PEOPLE)
def person(request, people):
    """Each kind of user in turn."""
    return people[request.param]


def test_r13_pieces_are_not_taken_away(person, order):
    for context in ({}, PRETEND):
        lines = order["order_line"][:1]
        words = refused(person.call, "sale.order.line", "write", [lines, {"product_uom_qty": 0}], context=context)
        assert order["name"] in words or "not allowed" in words
        words = refused(person.call, "sale.order.line", "unlink", [lines], context=context)
        assert order["name"] in words or "not allowed" in words or "confirmed" in words


def test_r4_locked_lines(person, site, order):
    site.client.call("otto.channel", "write", [site.client.call("otto.channel", "search", [[]]), {"lock_lines": True}])
    try:
        for vals in ({"price_unit": 0.01}, {"name": "x"}, {"discount": 50}):
            words = refused(person.call, "sale.order.line", "write", [order["order_line"][:1], vals], context=PRETEND)
            assert "locked" in words or "not allowed" in words
        words = refused(
            person.call,
            "sale.order.line",
            "create",
            [{"order_id": sale_id(site, order), "name": "x", "display_type": "line_note"}],
            context=PRETEND,
        )
        assert "locked" in words or "not allowed" in words
    finally:
        site.client.call(
            "otto.channel", "write", [site.client.call("otto.channel", "search", [[]]), {"lock_lines": False}]
        )


def sale_id(site, order):
    return site.client.call("sale.order", "search", [[("otto_order_id", "=", order["otto_order_id"])]])[0]


def test_r5_no_invoice_by_wizard(person, site, order):
    values = {"sale_order_ids": [(6, 0, [sale_id(site, order)])], "advance_payment_method": "delivered"}

    def invoice():
        wizard = person.call("sale.advance.payment.inv", "create", [values], context=PRETEND)
        person.call("sale.advance.payment.inv", "create_invoices", [[wizard]], context=PRETEND)

    words = refused(invoice)
    assert "OTTO writes the invoice" in words or "not allowed" in words


def test_r5_no_invoice_line_linked(person, site, order):
    partner = site.client.call("res.partner", "search", [[]], limit=1)[0]
    line = {"name": "x", "quantity": 1, "price_unit": 1, "sale_line_ids": [(6, 0, order["order_line"][:1])]}
    move = {"move_type": "out_invoice", "partner_id": partner, "invoice_line_ids": [(0, 0, line)]}
    words = refused(person.call, "account.move", "create", [move], context=PRETEND)
    assert "OTTO writes the invoice" in words or "not allowed" in words


def test_r7_r9_no_part_and_no_other_carrier(person, site, order):
    picking = order["picking_ids"]
    moves = site.client.call("stock.move", "search_read", [[("picking_id", "in", picking)]], fields=["product_uom_qty"])
    words = refused(person.call, "stock.move", "write", [[moves[0]["id"]], {"product_uom_qty": 0.5}], context=PRETEND)
    assert order["name"] in words or "not allowed" in words
    carrier = site.client.call("stock.picking", "read", [picking], fields=["carrier_id"])[0]["carrier_id"][0]
    site.client.call("stock.picking", "write", [picking, {"carrier_id": False}])
    words = refused(person.call, "stock.picking", "button_validate", [picking], context=PRETEND | {"skip_backorder": 1})
    assert order["name"] in words or "not allowed" in words
    site.client.call("stock.picking", "write", [picking, {"carrier_id": carrier}])
    assert not site.sandbox.dhl_state()["shipments"] or order["name"] not in str(site.sandbox.dhl_state()["shipments"])


def test_nobody_deletes_an_otto_order(person, site, order):
    words = refused(person.call, "sale.order", "unlink", [[sale_id(site, order)]], context=PRETEND)
    assert order["name"] in words or "not allowed" in words or "can not delete" in words


def test_secrets_are_read_by_system_administrators_only(people, site):
    channel = site.client.call("otto.channel", "search", [[]])
    for name in ("warehouse", "sales", "otto"):
        words = refused(people[name].call, "otto.channel", "read", [channel], fields=["client_secret"])
        assert "client_secret" in words or "access" in words.lower()
    assert people["administrator"].call("otto.channel", "read", [channel], fields=["client_secret"])
