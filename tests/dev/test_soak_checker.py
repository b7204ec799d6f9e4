"""The simulation's checker finds each kind of difference, and nothing where there is none."""

import copy
from datetime import datetime

import pytest

from soak.actors import _last_error
from soak.checker import RULES, differences
from soak.history import Act
from soak.plants import PLANTS
from soak.snapshot import Snapshot

SKU = "AB-1"


def item(piece: str, status: str, **more) -> dict:
    """Return a piece as OTTO writes it."""
    product = {"sku": SKU, "vatRate": 19.0}
    price = {"amount": 10.0, "currency": "EUR"}
    return {
        "positionItemId": piece,
        "fulfillmentStatus": status,
        "itemValueGrossPrice": price,
        "product": product,
        **more,
    }


def sound() -> Snapshot:
    """Return a shop with one order of each kind: announced, processable, sent, cancelled."""
    cancelled = {"cancellationDate": "2026-05-01T10:00:30.000+0000"}
    statuses = {
        "a": ("ANNOUNCED", "draft", "none", {}),
        "p": ("PROCESSABLE", "sale", "none", {}),
        "s": ("SENT", "sale", "sent", {}),
        "c": ("CANCELLED_BY_MARKETPLACE", "cancel", "none", cancelled),
    }
    words = {"ANNOUNCED": "announced", "PROCESSABLE": "processable", "SENT": "sent"}
    otto, orders, pieces, acts = [], [], [], []
    address = {"street": "Hauptstraße", "houseNumber": "1", "zipCode": "20095", "city": "Hamburg"}
    for number, (key, (status, state, report, more)) in enumerate(statuses.items(), 1):
        order = {"salesOrderId": key, "positionItems": [item(f"{key}-1", status, **more)], "deliveryAddress": address}
        otto.append(order)
        word = words.get(status, "cancelled")
        orders.append(
            {"id": number, "otto_id": key, "account": 1, "own_company": True, "total": 1000, "differs": False}
            | {"status": word, "report": report, "state": state, "stop": False, "name": f"S{number}"}
        )
        pieces.append({"order_id": number, "position_id": f"{key}-1", "sku": SKU, "status": word, "price": 1000})
        begin, end = "2026-05-01T10:00:00.000Z", "2026-05-01T10:00:01.000Z"
        acts.append(Act("customer1", "order", begin, end, "done", {"orders": [key], "skus": [SKU]}))
    shipped = {"positionItemId": "s-1", "salesOrderId": "s", "returnTrackingKey": {"trackingNumber": "R1"}}
    shipment = {"trackingKey": {"trackingNumber": "N1"}, "positionItems": [shipped]}
    accepted = {"positionItemId": "r-1", "status": "ACCEPTED"}
    counted = {"account": 1, "sku": SKU, "at": datetime(2026, 5, 1, 9), "source": "inventory", "target": "internal"}
    left = {"account": 1, "sku": SKU, "at": datetime(2026, 5, 1, 10), "source": "internal", "target": "customer"}
    counted |= {"to_shop": True, "from_shop": False}
    left |= {"to_shop": False, "from_shop": True}
    back = {"position_id": "r-1", "status": "accepted", "decision": "accept", "state": "done", "withdrawn": False}
    entry = {"kind": "purchase", "state": "booked", "entries": 1, "posted": True, "own_company": True, "owed": 1000}
    return Snapshot(
        otto={1: {"orders": otto, "shipments": [shipment], "quantities": {SKU: 7}}},
        dhl=[{"shipmentNo": "N1", "returnShipmentNo": "R1", "state": "booked"}],
        odoo={
            "orders": orders,
            "pieces": pieces,
            "parcels": [
                {"order_id": 3, "type": "shipment", "number": "N1"},
                {"order_id": 3, "type": "return", "number": "R1"},
            ],
            "bookings": [{"transfer": 5, "state": "used", "shipment_no": "N1", "return_no": "R1"}],
            "reductions": [{"position_id": "r-1", "amount": 100, "state": "processed"}],
            "returns": [back | {"is_open": False}],
            "receipts": [{"account": 1, "number": "R-1", "gross": 1000}],
            "booked": [{"account": 1, "number": "R-1", "gross": 1000, **entry}],
            "prices": [{"account": 1, "sku": SKU, "price": 1000}],
            "addresses": [{"otto_id": "p", "name": "S2", "street": "Hauptstraße 1", "zip": "20095", "city": "Hamburg"}],
            "issues": [{"kind": "order", "state": "open", "external_id": "a", "error": "No product"}],
            "on_hand": [{"account": 1, "sku": SKU, "pieces": 9, "offered": 9}],
            "kept": [],
            "moved": [
                {**counted, "pieces": 10, "transfer": None, "order_id": None},
                {**left, "pieces": 1, "transfer": 5, "order_id": 3},
            ],
        },
        returns={1: {"returns": [accepted], "reductions": [reduced("r-1")]}},
        receipts={1: {"R-1": {"totals": [{"gross": {"amount": 10.0}}]}}},
        acts=acts,
        exchanges=[reading("10:01:00"), offer("10:01:10", 7)],
        prices={1: {SKU: 1000}},
    )


def reduced(piece: str, *amounts: float) -> dict:
    """Return a piece of whose price OTTO has given parts back, by default a euro."""
    parts = [{"priceReduction": {"amount": amount}, "status": "PROCESSED"} for amount in amounts or (1.0,)]
    return {"positionItemId": piece, "priceReductions": parts}


def reading(at: str, **more) -> dict:
    """Return a whole reading of orders."""
    row = {"server": "otto", "account": "1", "method": "GET", "path": "/v4/orders", "query": "limit=128", "body": None}
    return row | {"at": f"2026-05-01T{at}.000Z", "end": f"2026-05-01T{at}.100Z", "status": 200, "fault": None} | {
        "more": False, **more
    }  # fmt: skip


def offer(at: str, quantity: int) -> dict:
    """Return an accepted quantity."""
    body = [{"sku": SKU, "quantity": quantity}]
    return reading(at) | {"method": "POST", "path": "/v1/availability/quantities", "query": "", "body": body}


def crashed(words: str) -> Act:
    """Return an act that ended with an error of the server's."""
    begin, end = "2026-05-01T10:00:00.000Z", "2026-05-01T10:00:01.000Z"
    return Act("lager1", "validate", begin, end, "unknown", {"crash": words})


def odoo(name: str, row: int, **values):
    """Return what changes a row of Odoo's side."""
    return lambda shop: shop.odoo[name][row].update(values)


def at_otto(row: int, **values):
    """Return what changes a piece at OTTO."""
    return lambda shop: shop.otto[1]["orders"][row]["positionItems"][0].update(values)


def without_order(shop: Snapshot) -> None:
    """Forget an order in Odoo."""
    shop.odoo["orders"] = [row for row in shop.odoo["orders"] if row["otto_id"] != "p"]


def second_label(shop: Snapshot) -> None:
    """Book a second label for the same transfer, known on both sides."""
    shop.dhl.append({"shipmentNo": "N2", "returnShipmentNo": "R2", "state": "booked"})
    shop.odoo["bookings"].append({"transfer": 5, "state": "booked", "shipment_no": "N2", "return_no": "R2"})


CHANGES = [
    ("orders_are_there_once", without_order),
    ("orders_are_there_once", lambda shop: shop.odoo["orders"].append(dict(shop.odoo["orders"][1], id=9))),
    ("orders_are_there_once", odoo("orders", 1, own_company=False)),
    ("orders_are_there_once", odoo("orders", 1, account=2)),
    ("pieces_are_equal", odoo("pieces", 2, status="processable")),
    ("pieces_are_equal", odoo("pieces", 2, price=999)),
    ("pieces_are_equal", lambda shop: shop.odoo["pieces"].pop()),
    ("totals_are_equal", odoo("orders", 1, total=1001)),
    ("totals_are_equal", odoo("orders", 1, differs=True)),
    ("states_fit", odoo("orders", 0, state="sale")),
    ("what_left_was_told", at_otto(2, fulfillmentStatus="PROCESSABLE")),
    ("what_left_was_told", odoo("orders", 2, report="to_send")),
    ("what_left_was_told", lambda shop: shop.odoo["moved"].pop()),
    ("cancelled_here_is_cancelled_there", odoo("orders", 1, state="cancel")),
    ("shipments_are_ours", odoo("parcels", 1, number="R9")),
    ("shipments_are_ours", lambda shop: shop.otto[1]["shipments"].append(copy.deepcopy(shop.otto[1]["shipments"][0])
        | {"trackingKey": {"trackingNumber": "N2"}})),
    ("labels_are_known", lambda shop: shop.dhl.append(dict(shop.dhl[0], shipmentNo="N2"))),
    ("labels_are_known", lambda shop: shop.dhl.clear()),
    ("labels_are_known", second_label),
    ("stock_is_conserved", odoo("on_hand", 0, pieces=8)),
    ("quantities_are_right", odoo("on_hand", 0, offered=8)),
    ("quantities_are_right", lambda shop: shop.otto[1]["quantities"].update({SKU: 8})),
    ("never_offered_too_much", lambda shop: shop.exchanges.append(offer("10:01:20", 8))),
    ("refunds_are_made_once", lambda shop: shop.returns[1].update(reductions=[reduced("r-1", 1.0, 1.0)])),
    ("refunds_are_made_once", lambda shop: shop.returns[1].update(reductions=[])),
    ("refunds_are_made_once", lambda shop: shop.returns[1]["returns"][0].update(status="REJECTED")),
    ("refunds_are_made_once", odoo("returns", 0, decision="reject", position_id="r-2")),
    ("returns_are_known", odoo("returns", 0, status="announced")),
    ("returns_are_known", odoo("returns", 0, withdrawn=True)),
    ("returns_are_known", lambda shop: shop.odoo["returns"].clear()),
    ("returns_are_known", lambda shop: shop.odoo["returns"].extend([dict(shop.odoo["returns"][0], is_open=True)] * 2)),
    ("receipts_are_booked", odoo("booked", 0, entries=0, owed=None)),
    ("receipts_are_booked", odoo("booked", 0, entries=2, owed=2000)),
    ("receipts_are_booked", odoo("booked", 0, state="blocked")),
    ("receipts_are_booked", odoo("booked", 0, posted=False)),
    ("receipts_are_booked", odoo("booked", 0, own_company=False)),
    ("receipts_are_booked", odoo("booked", 0, owed=-1000)),
    ("receipts_are_booked", odoo("booked", 0, kind="refund")),
    ("prices_are_equal", odoo("prices", 0, price=999)),
    ("prices_are_equal", lambda shop: shop.prices[1].clear()),
    ("addresses_are_equal", odoo("addresses", 0, street="Hauptstraße 2")),
    ("addresses_are_equal", odoo("addresses", 0, zip=None)),
    ("receipts_are_there_once", lambda shop: shop.odoo["receipts"].clear()),
    ("receipts_are_there_once", lambda shop: shop.odoo["receipts"].append(shop.odoo["receipts"][0])),
    ("receipts_are_there_once", odoo("receipts", 0, gross=999)),
    ("limit_is_kept", lambda shop: shop.exchanges.extend(reading("10:05:00") for _ in range(1201))),
    ("nothing_is_a_defect", odoo("issues", 0, error="It could not be done because of a defect.")),
    ("nothing_is_a_defect", lambda shop: shop.acts.append(crashed("KeyError: 'sku'"))),
    ("nothing_is_left", lambda shop: shop.due.append("order S2 is still to_send")),
]  # fmt: skip


def test_nothing_is_found_in_a_sound_shop():
    assert not {rule: lines for rule, lines in differences(sound()).items() if lines}


@pytest.mark.parametrize(("rule", "change"), CHANGES)
def test_a_difference_is_found(rule, change):
    shop = sound()
    change(shop)
    if rule == "what_left_was_told":
        # Both sides of the piece agree; it is the goods that differ.
        for row, order in zip(shop.odoo["pieces"], shop.otto[1]["orders"], strict=True):
            row["status"] = order["positionItems"][0]["fulfillmentStatus"].lower().partition("_by")[0]
    assert differences(shop)[rule]


def test_every_rule_can_be_planted():
    assert {rule for _plant, rule in PLANTS.values()} == {rule.__name__ for rule in RULES}


def test_what_otto_sold_itself_is_not_offered_again():
    """7 were offered, OTTO sold one and holds 6: the same 7 again are one too many."""
    shop = sound()
    sold = {"salesOrderId": "n", "positionItems": [item("n-1", "PROCESSABLE")]}
    shop.otto[1]["orders"].append(sold)
    begin, end = "2026-05-01T10:01:20.000Z", "2026-05-01T10:01:21.000Z"
    shop.acts.append(Act("customer1", "order", begin, end, "done", {"orders": ["n"], "skus": [SKU]}))
    shop.exchanges += [reading("10:01:30"), offer("10:01:40", 7)]
    assert not differences(shop)["never_offered_too_much"]
    shop.lowering = frozenset({1})
    assert differences(shop)["never_offered_too_much"]


def test_what_was_rejected_may_come_again():
    """The old decision stands in Odoo, and OTTO has the new announcement; without that in Odoo it is a difference."""
    shop = sound()
    rows = shop.odoo["returns"]
    rows[0].update(decision="reject", status="rejected")
    shop.returns[1]["returns"][0].update(status="ANNOUNCED")
    assert differences(shop)["refunds_are_made_once"]
    rows.append({**rows[0], "decision": None, "state": "none", "status": "announced", "is_open": True})
    assert not differences(shop)["refunds_are_made_once"]


def test_what_was_counted_lower_is_not_offered_any_more():
    shop = sound()
    lost = {"source": "internal", "target": "inventory", "to_shop": False, "from_shop": True, "pieces": 2}
    shop.odoo["moved"].append(shop.odoo["moved"][0] | lost | {"at": datetime(2026, 5, 1, 10, 1, 30)})
    shop.exchanges += [offer("10:01:20", 5), offer("10:01:50", 7)]
    assert not differences(shop)["never_offered_too_much"]
    shop.exchanges += [offer("10:02:10", 5), offer("10:02:20", 6)]
    assert differences(shop)["never_offered_too_much"]


@pytest.mark.parametrize(("fault", "counts"), [(None, True), ("slow", True), ("lost", False), ("html_ok", False)])
def test_orders_are_known_from_a_reading_that_came_to_its_end(fault, counts):
    """After the order of 10:00 was read nothing but 7 is right; as long as it was not, 10 are not too many."""
    shop = sound()
    shop.exchanges = [offer("10:00:10", 7), reading("10:00:30", fault=fault), offer("10:00:40", 10)]
    assert bool(differences(shop)["never_offered_too_much"]) == counts


def test_a_database_that_goes_down_is_no_defect():
    shop = sound()
    for words in (
        "psycopg2.OperationalError: connection failed: FATAL: not yet\nDETAIL:  Not consistent.",
        "ERROR\npsycopg2.errors.SerializationFailure: could not serialize access",
        "psycopg2.InterfaceError: cursor already closed",
        "psycopg2.DatabaseError: server closed the connection unexpectedly\n\tThis probably means that it ended",
    ):
        shop.acts.append(crashed(words))
    assert not differences(shop)["nothing_is_a_defect"]


def test_of_a_traceback_the_last_error_is_noted_whole():
    """PostgreSQL says that it goes down twice, in six lines; an error before it is another matter."""
    last = "psycopg2.OperationalError: " + "\n\tbefore or while\n".join(["server closed the connection"] * 3)
    first = "psycopg2.errors.SerializationFailure: could not serialize access\n\nAnother exception occurred:\n"
    assert _last_error(f"Traceback:\n  File x\n{last}\n") == last
    assert _last_error(f"{first}Traceback:\n  File x\nKeyError: 'sku'\n") == "KeyError: 'sku'"


def test_every_rule_is_tried():
    assert {rule for rule, _change in CHANGES} == {rule.__name__ for rule in RULES}


def test_what_was_offered_before_the_orders_were_known_is_no_fault():
    shop = sound()
    shop.exchanges.insert(0, offer("10:00:30", 10))
    shop.exchanges.append(reading("10:02:00", fault="lost"))
    assert not differences(shop)["never_offered_too_much"]
