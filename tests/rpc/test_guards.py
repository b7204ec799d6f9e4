"""R4, R5, R7, R9, R13, R15 over RPC for every kind of user: nobody gets around them, and no client can pass the marks
that the connector's own writes and Odoo's own methods carry."""

import xmlrpc.client

import pytest

from .conftest import PEOPLE, read_order

# A client may send any context; the connector's marks are Python objects that it cannot send.
PRETEND = {"otto_connector": True, "otto_guarded": True, "tracking_disable": True}
# How Odoo's XML-RPC marks it when somebody has not the right at all.
ACCESS_ERROR = 4


class Person:
    """One of the people, whose attempts are refused; the administrator's by the rule itself."""

    def __init__(self, name: str, client):
        self.name, self.client = name, client

    def refused(self, words: str, model: str, method: str, args: list, context=PRETEND) -> None:
        """Call a method and see it refused, with words that the rule alone uses.

        Who has not the right to the record or to the method at all is told so by Odoo.
        """
        with pytest.raises(xmlrpc.client.Fault) as caught:
            self.client.call(model, method, args, context=context)
        if caught.value.faultCode == ACCESS_ERROR and self.name != "administrator":
            return
        assert words in caught.value.faultString


@pytest.fixture(params=PEOPLE)
def person(request, people):
    """Each kind of user in turn."""
    return Person(request.param, people[request.param])


@pytest.fixture(scope="module")
def make(site):
    """A function that has OTTO make an order, and returns it as imported."""

    def make_one(**options):
        otto_id = site.sandbox.make_orders(count=1, **options)[0]
        site.client.run_flow("orders")
        return read_order(site, otto_id)

    return make_one


@pytest.fixture(scope="module")
def order(make):
    """One processable order of two lines that everybody tries their hand at."""
    return make(pieces=2)


@pytest.fixture(scope="module")
def announced(make):
    """An order that OTTO has not released."""
    return make(status="ANNOUNCED")


@pytest.fixture(scope="module")
def told(site, make):
    """An order that was shipped, and OTTO was told."""
    shipped = make()
    site.client.call("stock.picking", "button_validate", [shipped["picking_ids"]])
    site.client.run_flow("fulfilment")
    return read_order(site, shipped["otto_order_id"])


def moves_of(site, order):
    domain = [("picking_id", "in", order["picking_ids"])]
    return site.client.call("stock.move", "search_read", [domain], fields=["product_id", "move_line_ids"])


def test_r13_pieces_are_not_taken_away(person, order):
    lines = order["order_line"][:1]
    for context in ({}, PRETEND):
        person.refused("only the whole order", "sale.order.line", "write", [lines, {"product_uom_qty": 0}], context)
    # Odoo itself refuses to remove lines of what is confirmed.
    person.refused("remove one of its lines", "sale.order.line", "unlink", [lines])
    person.refused("stays in this order", "sale.order.line", "write", [lines, {"otto_sku": False}])


def test_r4_locked_lines(person, site, order):
    channels = site.client.call("otto.channel", "search", [[]])
    site.client.call("otto.channel", "write", [channels, {"lock_lines": True}])
    try:
        for vals in ({"price_unit": 0.01}, {"name": "x"}, {"discount": 50}):
            person.refused("locked", "sale.order.line", "write", [order["order_line"][:1], vals])
        note = {"order_id": order["id"], "name": "x", "display_type": "line_note"}
        person.refused("locked", "sale.order.line", "create", [note])
    finally:
        site.client.call("otto.channel", "write", [channels, {"lock_lines": False}])


def test_r5_no_invoice_by_wizard(person, order):
    values = {"sale_order_ids": [(6, 0, [order["id"]])], "advance_payment_method": "delivered"}
    if person.name not in ("sales", "administrator"):
        person.refused("not allowed", "sale.advance.payment.inv", "create", [values])
        return
    wizard = person.client.call("sale.advance.payment.inv", "create", [values], context=PRETEND)
    person.refused("OTTO writes the invoice", "sale.advance.payment.inv", "create_invoices", [[wizard]])


def test_r5_no_invoice_line_linked(person, site, order):
    partner = site.client.call("res.partner", "search", [[]], limit=1)[0]
    line = {"name": "x", "quantity": 1, "price_unit": 1, "sale_line_ids": [(6, 0, order["order_line"][:1])]}
    move = {"move_type": "out_invoice", "partner_id": partner, "invoice_line_ids": [(0, 0, line)]}
    person.refused("OTTO writes the invoice", "account.move", "create", [move])


def test_r5_no_invoice_line_linked_from_the_order_line(person, site, order):
    partner = site.client.call("res.partner", "search", [[]], limit=1)[0]
    line = {"name": "x", "quantity": 1, "price_unit": 1}
    move = {"move_type": "out_invoice", "partner_id": partner, "invoice_line_ids": [(0, 0, line)]}
    invoice = site.client.call("account.move", "create", [move])
    lines = site.client.call("account.move", "read", [[invoice]], fields=["invoice_line_ids"])[0]["invoice_line_ids"]
    link = {"invoice_lines": [(6, 0, lines)]}
    person.refused("OTTO writes the invoice", "sale.order.line", "write", [order["order_line"][:1], link])


def test_r7_no_other_carrier(person, site, order):
    picking = order["picking_ids"]
    carrier = site.client.call("stock.picking", "read", [picking], fields=["carrier_id"])[0]["carrier_id"][0]
    site.client.call("stock.picking", "write", [picking, {"carrier_id": False}])
    try:
        for method in ("button_validate", "send_to_shipper"):
            person.refused("no carrier is set", "stock.picking", method, [picking], PRETEND | {"skip_backorder": 1})
    finally:
        site.client.call("stock.picking", "write", [picking, {"carrier_id": carrier}])
    assert_no_label(site, order)


def test_r9_no_part_leaves(person, site, order):
    picking = order["picking_ids"]
    first, second = (move["id"] for move in moves_of(site, order))
    person.refused("as a whole", "stock.move", "write", [[first], {"product_uom_qty": 0.5}])
    validations = (
        PRETEND | {"skip_backorder": True},
        PRETEND | {"skip_backorder": True, "picking_ids_not_to_backorder": picking},
    )
    site.client.call("stock.move", "write", [[first], {"picked": True}])
    try:
        for context in validations:
            person.refused("Missing", "stock.picking", "button_validate", [picking], context)
        site.client.call("stock.move", "write", [[second], {"quantity": 0}])
        for context in validations:
            person.refused("Missing", "stock.picking", "button_validate", [picking], context)
        person.refused("taken out of its delivery", "stock.picking", "action_split_transfer", [picking])
    finally:
        site.client.call("stock.move", "write", [[first, second], {"picked": False}])
        site.client.call("stock.picking", "action_assign", [picking])
    assert_no_label(site, order)


def test_r9_the_delivery_stays_with_its_order(person, site, order):
    move = moves_of(site, order)[0]
    stock = site.client.call("stock.location", "search", [[("usage", "=", "internal")]], limit=1)[0]
    other = site.client.call("product.product", "search", [[("id", "!=", move["product_id"][0])]], limit=1)[0]
    for vals in (
        {"sale_line_id": False},
        {"state": "done"},
        {"state": "cancel"},
        {"product_id": other},
        {"location_dest_id": stock},
    ):
        person.refused("not changed by hand", "stock.move", "write", [[move["id"]], vals])
    person.refused("taken out of its delivery", "stock.move", "write", [[move["id"]], {"picking_id": False}])
    for vals in ({"sale_id": False}, {"state": "done"}, {"location_dest_id": stock}):
        person.refused("not changed by hand", "stock.picking", "write", [order["picking_ids"], vals])
    for method in ("action_cancel", "unlink"):
        person.refused("cancel the order instead", "stock.picking", method, [order["picking_ids"]])
    assert_no_label(site, order)


def assert_no_label(site, order):
    transfer = site.client.call(
        "stock.picking", "read", [order["picking_ids"]], fields=["name", "state", "carrier_tracking_ref"]
    )[0]
    assert (transfer["state"], transfer["carrier_tracking_ref"]) == ("assigned", False)
    assert transfer["name"] not in " ".join(row["refNo"] for row in site.sandbox.dhl_state()["shipments"])


def test_r15_the_state_is_not_written(person, order, announced):
    for record, state in ((order, "draft"), (order, "cancel"), (announced, "sale")):
        person.refused("not written by hand", "sale.order", "write", [[record["id"]], {"state": state}])


def test_r15_no_way_back_to_a_quotation(person, order):
    person.refused("cannot be set back to quotation", "sale.order", "action_draft", [[order["id"]]])


def test_r17_an_announced_order_is_neither_confirmed_nor_cancelled(person, announced):
    for method in ("action_confirm", "action_cancel"):
        person.refused("only announced", "sale.order", method, [[announced["id"]]])


def test_r15_a_shipped_order_is_not_cancelled(person, told):
    person.refused("is shipped", "sale.order", "action_cancel", [[told["id"]]])


def test_r13_no_piece_is_added(person, order):
    lines = order["order_line"][:1]
    person.refused("only the whole order", "sale.order.line", "write", [lines, {"product_uom_qty": 10}])


def test_r4_no_line_enters_or_leaves(person, site, order):
    partner = site.client.call("res.partner", "search", [[]], limit=1)[0]
    product = site.client.call("product.product", "search", [[("type", "=", "consu")]], limit=1)[0]
    values = {"product_id": product, "price_unit": 1}
    other = site.client.call("sale.order", "create", [{"partner_id": partner, "order_line": [(0, 0, values)]}])
    line = site.client.call("sale.order", "read", [[other]], fields=["order_line"])[0]["order_line"][0]
    person.refused("stays where it is", "sale.order.line", "write", [[line], {"order_id": order["id"]}])
    person.refused("stays where it is", "sale.order", "write", [[order["id"]], {"order_line": [(4, line)]}])
    person.refused("stays where it is", "sale.order", "write", [[other], {"order_line": [(4, order["order_line"][0])]}])
    row = {**values, "order_id": order["id"], "otto_sku": "X"}
    person.refused("cannot be changed by hand", "sale.order.line", "create", [row])


def test_r16_r18_ottos_money_stays(person, site, order):
    dollar = site.client.call("res.currency", "search", [[("name", "=", "USD"), ("active", "in", (True, False))]])[0]
    for vals in ({"currency_id": dollar}, {"amount_total": 1.0}, {"fiscal_position_id": 1_000_000}):
        person.refused("stays as it is", "sale.order", "write", [[order["id"]], vals])


def test_r1_articles_stay_in_their_channel(person, site):
    channel = site.client.call("otto.channel", "search", [[]], limit=1)[0]
    domain = [("channel_id", "=", channel), ("sku", "=", "STAYS")]
    listing = site.client.call("otto.listing", "search", [domain]) or [
        site.client.call("otto.listing", "create", [{"channel_id": channel, "sku": "STAYS"}])
    ]
    person.refused("stays in the channel", "otto.listing", "write", [listing, {"sku": "X"}])
    person.refused("stays in the channel", "otto.listing", "write", [listing, {"channel_id": 1_000_000}])


def test_the_connection_is_tested_by_otto_administrators_only(people, site):
    channel = site.client.call("otto.channel", "search", [[]], limit=1)
    for name in ("warehouse", "sales", "otto"):
        for method in ("action_test_connection", "action_sync_now"):
            with pytest.raises(xmlrpc.client.Fault) as caught:
                people[name].call("otto.channel", method, [channel])
            assert caught.value.faultCode == ACCESS_ERROR
    assert people["administrator"].call("otto.channel", "action_test_connection", [channel])


def test_r15_what_the_connector_notes_is_not_written(person, site, order):
    channel = site.client.call("otto.channel", "search", [[]], limit=1)[0]
    for vals in (
        {"otto_channel_id": False},
        {"otto_status": "sent"},
        {"otto_report_state": "sent"},
        {"otto_order_number": "x"},
        {"otto_total": 0.01},
        {"otto_position_ids": [(5,)]},
        {"otto_stop_parcel": True},
    ):
        person.refused("cannot be changed by hand", "sale.order", "write", [[order["id"]], vals])
    partner = site.client.call("res.partner", "search", [[]], limit=1)[0]
    context = PRETEND | {"default_otto_channel_id": channel}
    person.refused("cannot be changed by hand", "sale.order", "create", [{"partner_id": partner}], context)


def test_r8_parcels_that_otto_knows_stay(person, site, told):
    parcels = site.client.call("otto.parcel", "search", [[("order_id", "=", told["id"])]])
    assert len(parcels) == 2
    person.refused("already been told", "otto.parcel", "write", [parcels[:1], {"tracking_number": "1"}])
    person.refused("already been told", "otto.parcel", "unlink", [parcels[:1]])
    row = {"order_id": told["id"], "type": "return", "tracking_number": "00340434161094009913"}
    person.refused("already been told", "otto.parcel", "create", [row])
    person.refused("already been told", "stock.picking", "cancel_shipment", [told["picking_ids"]])


def test_r8_a_return_number_is_used_once(person, site, order, told):
    domain = [("order_id", "=", told["id"]), ("type", "=", "return")]
    number = site.client.call("otto.parcel", "search_read", [domain], fields=["tracking_number"])[0]["tracking_number"]
    row = {"order_id": order["id"], "type": "return", "tracking_number": number}
    person.refused("is already on order", "otto.parcel", "create", [row])


def test_r19_nobody_deletes_an_otto_order(person, order):
    # Odoo itself refuses to delete what is confirmed.
    person.refused("can not delete", "sale.order", "unlink", [[order["id"]]])


def test_r19_nobody_deletes_an_announced_order(person, announced):
    person.refused("cannot be deleted", "sale.order", "unlink", [[announced["id"]]])


def test_r21_nobody_is_written_to(person, order, told):
    person.refused("sends them no mail", "sale.order", "action_quotation_send", [[order["id"], told["id"]]])


def test_secrets_are_read_by_system_administrators_only(people, site):
    channel = site.client.call("otto.channel", "search", [[]])
    for name in ("warehouse", "sales", "otto"):
        with pytest.raises(xmlrpc.client.Fault, match="client_secret|access"):
            people[name].call("otto.channel", "read", [channel], fields=["client_secret"])
    assert people["administrator"].call("otto.channel", "read", [channel], fields=["client_secret"])
