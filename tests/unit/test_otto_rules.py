"""The rules R11, R14, R16 and R18 as functions of an order, with random orders in every shape that OTTO allows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otto_api import delivery_date, expected_total, order_currency, order_status, parse
from tests import wire_orders

MANY = settings(max_examples=400, deadline=None, derandomize=True, database=None)
ORDERS = wire_orders.orders(["A", "B", "C/1.2"])
STATUS_ORDER = ["announced", "processable", "sent", "returned", "cancelled"]


def read(wire):
    """Read one order as the client does."""
    page = parse.order_page({"resources": [wire]})
    assert not page.broken
    return page.orders[0]


@MANY
@given(wire=ORDERS)
def test_r18_total_equals_pieces_not_cancelled_plus_fees(wire):
    assert expected_total(read(wire)) * 100 == wire_orders.total_cents(wire)


@MANY
@given(wire=ORDERS)
def test_r14_smallest_status(wire):
    order = read(wire)
    names = {"CANCELLED_BY_PARTNER": "cancelled", "CANCELLED_BY_MARKETPLACE": "cancelled"}
    statuses = [names.get(i["fulfillmentStatus"], i["fulfillmentStatus"].lower()) for i in wire["positionItems"]]
    assert order_status(order) == min(statuses, key=STATUS_ORDER.index)


def test_r14_a_status_that_is_not_known_is_the_smallest():
    wire = ORDERS.example()
    wire["positionItems"][0]["fulfillmentStatus"] = "LOST_IN_SPACE"
    assert order_status(read(wire)) == "unknown"


@MANY
@given(wire=ORDERS)
def test_r11_middle_of_earliest_and_latest(wire):
    order = read(wire)
    live = [item for item in order.items if not item.cancelled] or order.items
    dates = sorted(item.expected_delivery for item in live if item.expected_delivery)
    if not dates:
        assert delivery_date(order) is None
    else:
        middle = delivery_date(order)
        assert abs((middle - dates[0]) - (dates[-1] - middle)) <= timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([("EUR", 1), ("EUR", 1), ("CHF", 99)], "EUR"),
        ([("EUR", 1), ("CHF", 2)], "CHF"),
        ([("EUR", 5), ("CHF", 2), ("CHF", 2)], "CHF"),
    ],
)
def test_r16_most_frequent_currency_then_the_larger_sum(prices, expected):
    wire = ORDERS.example()
    items = [
        {
            **wire["positionItems"][0],
            "positionItemId": str(n),
            "itemValueGrossPrice": wire_orders.amount(c * 100, currency=k),
        }
        for n, (k, c) in enumerate(prices)
    ]
    for item in items:
        item.pop("itemValueReducedGrossPrice", None)
        item.pop("itemValueDiscount", None)
    assert order_currency(read({**wire, "positionItems": items})) == expected


@MANY
@given(wire=ORDERS, field=st.sampled_from(["salesOrderId", "orderNumber", "orderDate", "orderLifecycleInformation"]))
def test_r20_one_order_without_a_required_field_does_not_stop_its_page(wire, field):
    broken = {key: value for key, value in wire.items() if key != field}
    page = parse.order_page({"resources": [broken, wire]})
    assert [order.id for order in page.orders] == [wire["salesOrderId"]]
    assert field in page.broken[0].reason


@pytest.mark.parametrize(
    ("value", "readable"), [("13.37", True), (13.37, True), ("13,37", False), ("NaN", False), (None, False)]
)
def test_amounts_as_numbers_or_text(value, readable):
    wire = ORDERS.example()
    for item in wire["positionItems"]:
        item["itemValueGrossPrice"] = {"amount": value, "currency": "EUR"}
    page = parse.order_page({"resources": [wire]})
    assert bool(page.orders) is readable
    if readable:
        assert page.orders[0].items[0].gross_price.amount == Decimal("13.37")
