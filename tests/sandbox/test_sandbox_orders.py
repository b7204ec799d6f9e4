"""Orders: list, filters, pages, clock, cancellations, and whether the data look like German life (facts/otto.md §4)."""

import json
import re
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
import requests

from sandbox.running import running_sandbox

ORDER_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")
BERLIN_TIME = re.compile(r"\d{4}-\d\d-\d\dT12:00:00\.000\+0[12]:00")


def statuses(order):
    return {item["fulfillmentStatus"] for item in order["positionItems"]}


def test_the_first_orders_can_mostly_be_shipped(otto):
    shapes = Counter(tuple(statuses(order)) for order in otto.orders("limit=256"))
    assert shapes == {("PROCESSABLE",): 20, ("ANNOUNCED",): 5}


def test_date_formats_differ_as_ottos_do(otto):
    for order in otto.orders("fulfillmentStatus=PROCESSABLE"):
        assert ORDER_TIME.fullmatch(order["orderDate"])
        assert ORDER_TIME.fullmatch(order["orderLifecycleInformation"]["lifecycleChangeDate"])
        assert all(BERLIN_TIME.fullmatch(item["expectedDeliveryDate"]) for item in order["positionItems"])


def test_announced_orders_have_no_address_and_no_delivery_date(otto):
    for order in otto.orders("fulfillmentStatus=ANNOUNCED"):
        assert not {"deliveryAddress", "invoiceAddress"} & set(order)
        assert not any("expectedDeliveryDate" in item for item in order["positionItems"])


def test_announced_orders_are_released_after_45_minutes(otto, sandbox):
    order_id = sandbox.make_orders(1, "ANNOUNCED")[0]
    sandbox.advance(44 * 60)
    otto.sign_in()
    assert statuses(otto.order(order_id)) == {"ANNOUNCED"}
    sandbox.advance(61)
    order = otto.order(order_id)
    assert statuses(order) == {"PROCESSABLE"}
    assert order["lastModifiedDate"] > order["orderDate"]
    assert order["orderLifecycleInformation"]["lifecycleChangeDate"] == order["lastModifiedDate"]
    assert {"deliveryAddress", "invoiceAddress"} < set(order)
    assert all({"expectedDeliveryDate", "processableDate"} < set(item) for item in order["positionItems"])


def test_a_release_is_a_change_that_is_found_by_its_date(otto, sandbox):
    order_id = sandbox.make_orders(1, "ANNOUNCED")[0]
    since = sandbox.now().isoformat().replace("+00:00", "Z")
    sandbox.advance(45 * 60)
    otto.sign_in()
    assert order_id in {order["salesOrderId"] for order in otto.orders(f"fromDate={since}&limit=256")}
    assert order_id in {order["salesOrderId"] for order in otto.orders("fulfillmentStatus=PROCESSABLE&limit=256")}


def test_an_announced_order_can_neither_be_cancelled_by_the_seller_nor_sent(otto, sandbox, shipment):
    order = otto.order(sandbox.make_orders(1, "ANNOUNCED", pieces=1)[0])
    assert otto.call("POST", f"/v4/orders/{order['salesOrderId']}/cancellation").status_code == 409
    item = order["positionItems"][0]["positionItemId"]
    keys = {"positionItemId": item, "salesOrderId": order["salesOrderId"]}
    shipment["positionItems"] = [shipment["positionItems"][0] | keys]
    answer = otto.call("POST", "/v1/shipments", shipment)
    assert answer.json()["errors"][0]["title"] == "POSITION_ITEM_CAN_NOT_BE_SENT"


def test_a_customer_may_cancel_before_the_release_and_no_address_is_ever_told(otto, sandbox):
    order_id = sandbox.make_orders(1, "ANNOUNCED", pieces=2)[0]
    sandbox.act(order_id, "cancel")
    sandbox.advance(46 * 60)
    otto.sign_in()
    order = otto.order(order_id)
    assert statuses(order) == {"CANCELLED_BY_MARKETPLACE"}
    assert "deliveryAddress" not in order


def test_the_time_until_the_release_can_be_set():
    with running_sandbox(orders=0, articles=5, release_seconds=600) as running:
        order_id = running.make_orders(1, "ANNOUNCED")[0]
        running.advance(590)
        assert statuses(running.state()["orders"][0]) == {"ANNOUNCED"}
        running.advance(11)
        assert statuses(running.state()["orders"][0]) == {"PROCESSABLE"}
        assert running.state()["orders"][0]["salesOrderId"] == order_id


@pytest.mark.parametrize("seconds", [-1, 1e12, float("nan")])
def test_the_clock_refuses_what_would_break_it(sandbox, seconds):
    answer = requests.post(
        f"{sandbox.otto_url}/_sandbox/clock", data=json.dumps({"advance_seconds": seconds}), timeout=10
    )
    assert answer.status_code == 400
    assert sandbox.state()


def test_the_clock_stands_until_it_is_moved_on_or_reset(sandbox):
    moment = datetime(2031, 3, 3, 8, tzinfo=timezone.utc)
    sandbox.stand_at(moment)
    order_id = sandbox.make_orders(1, "ANNOUNCED")[0]
    time.sleep(0.01)
    assert sandbox.now() == moment
    sandbox.advance(46 * 60)
    assert sandbox.now() == moment + timedelta(minutes=46)
    [order] = [row for row in sandbox.state()["orders"] if row["salesOrderId"] == order_id]
    assert (order["orderDate"][:10], statuses(order)) == ("2031-03-03", {"PROCESSABLE"})
    sandbox.reset(orders=0)
    assert abs(sandbox.now() - datetime.now(timezone.utc)) < timedelta(minutes=1)


@pytest.mark.parametrize("moment", ["2031-03-03T08:00:00", "tomorrow", 5, None])
def test_the_clock_stands_at_a_moment_with_its_zone_only(sandbox, moment):
    answer = requests.post(f"{sandbox.otto_url}/_sandbox/clock", json={"stand_at": moment}, timeout=10)
    assert answer.status_code == 400
    assert abs(sandbox.now() - datetime.now(timezone.utc)) < timedelta(minutes=1)


def test_pieces_may_be_sent_past_the_interface(otto, sandbox):
    order_id = sandbox.make_orders(1, pieces=3)[0]
    items = [item["positionItemId"] for item in otto.order(order_id)["positionItems"]]
    sandbox.act(order_id, "cancel", items[:1])
    order = sandbox.act(order_id, "send", items[1:2])
    assert [item["fulfillmentStatus"] for item in order["positionItems"]] == [
        "CANCELLED_BY_MARKETPLACE",
        "SENT",
        "PROCESSABLE",
    ]
    assert otto.call("POST", f"/v4/orders/{order_id}/cancellation").status_code == 202
    with pytest.raises(requests.HTTPError, match="409"):
        sandbox.act(order_id, "send")


def test_mixed_states():
    """All states occur, some orders are in several at once, and most can still be shipped."""
    with running_sandbox(orders=60, articles=30, mixed=True) as running:
        found = [statuses(order) for order in running.state()["orders"]]
    assert set().union(*found) == {
        "ANNOUNCED",
        "PROCESSABLE",
        "SENT",
        "RETURNED",
        "CANCELLED_BY_PARTNER",
        "CANCELLED_BY_MARKETPLACE",
    }
    assert any(len(states) > 1 for states in found)
    assert sum(states == {"PROCESSABLE"} for states in found) >= 36


def test_pages_are_followed_by_a_relative_link_that_knows_the_filters(otto):
    pages = list(otto.pages("/v4/orders?fulfillmentStatus=PROCESSABLE&limit=6"))
    assert [len(page["resources"]) for page in pages] == [6, 6, 6, 2]
    assert pages[0]["links"][0]["href"].startswith("/v4/orders?nextcursor=")
    orders = [order for page in pages for order in page["resources"]]
    assert len({order["salesOrderId"] for order in orders}) == 20
    changes = [order["orderLifecycleInformation"]["lifecycleChangeDate"] for order in orders]
    assert changes == sorted(changes)


def test_descending_pages(otto):
    orders = [
        order["salesOrderId"]
        for page in otto.pages("/v4/orders?orderDirection=DESC&limit=10")
        for order in page["resources"]
    ]
    assert orders[::-1] == [order["salesOrderId"] for order in otto.orders("limit=256")]


@pytest.mark.parametrize(
    "query",
    [
        "limit=257",
        "limit=0",
        "limit=many",
        "fromDate=yesterday",
        "fromDate=2026-01-01T00:00:00",
        "fromDate=2026-01-01T00:00:00.000+0000",  # a plus sign that was not escaped is a blank
        "fulfillmentStatus=OPEN",
        "orderDirection=UP",
        "mode=ANY",
        "nextcursor=guess",
    ],
)
def test_unreadable_queries_are_refused(otto, query):
    answer = otto.call("GET", f"/v4/orders?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["title"] == "Bad Request"


def test_unknown_parameters_are_ignored(otto):
    assert len(otto.orders("orderDateFrom=2099-01-01&limit=256")) == 25


def test_from_date_finds_what_changed_since(otto, sandbox):
    order_id = otto.orders("limit=1")[0]["salesOrderId"]
    changed = sandbox.act(order_id, "touch")["lastModifiedDate"].replace("+0000", "Z")
    assert [order["salesOrderId"] for order in otto.orders(f"fromDate={changed}")] == [order_id]


def test_bucket_and_at_least_one(otto, sandbox):
    """BUCKET: an order stands under its lowest status and under each cancelled one."""
    order_id = sandbox.make_orders(1, "SENT", pieces=3)[0]
    first = otto.order(order_id)["positionItems"][0]["positionItemId"]
    sandbox.act(order_id, "return", [first])

    def found(query):
        return order_id in {order["salesOrderId"] for order in otto.orders(query)}

    assert found("fulfillmentStatus=SENT")
    assert not found("fulfillmentStatus=RETURNED")
    assert found("fulfillmentStatus=RETURNED&mode=AT_LEAST_ONE")
    assert found("fulfillmentStatus=ANNOUNCED&fulfillmentStatus=SENT")


def test_an_order_is_found_by_id_and_by_number(otto):
    order = otto.orders("limit=1")[0]
    assert otto.order(order["orderNumber"]) == otto.order(order["salesOrderId"]) == order
    assert otto.call("GET", "/v4/orders/bzzzzzzzzz").status_code == 404


def test_a_whole_order_is_cancelled_later(otto, sandbox):
    order_id = sandbox.make_orders(1, pieces=2)[0]
    answer = otto.call("POST", f"/v4/orders/{order_id}/cancellation")
    assert (answer.status_code, answer.content) == (202, b"")
    assert statuses(otto.order(order_id)) == {"PROCESSABLE"}
    sandbox.advance(61)
    order = otto.order(order_id)
    assert statuses(order) == {"CANCELLED_BY_PARTNER"}
    assert order["positionItems"][0]["cancellationReason"] == "CANCELLED_ON_PARTNER_WISH"
    again = otto.call("POST", f"/v4/orders/{order_id}/cancellation")
    assert (again.status_code, again.json()["errors"][0]["title"]) == (409, "Conflict")


def test_single_pieces_are_cancelled_all_or_none(otto, sandbox):
    order_id = sandbox.make_orders(1, pieces=3)[0]
    items = [item["positionItemId"] for item in otto.order(order_id)["positionItems"]]
    sandbox.act(order_id, "cancel", items[2:])
    path = f"/v4/orders/{order_id}/positionItems/{{}}/cancellation"
    refused = otto.call("POST", path.format(",".join(items)))
    assert refused.status_code == 409
    assert "[CANCELLED_BY_MARKETPLACE] to [CANCELLED_BY_PARTNER]" in refused.json()["errors"][0]["detail"]
    assert otto.call("POST", path.format(f"{items[0]},unknown")).status_code == 404
    assert otto.call("POST", path.format(items[0])).status_code == 202
    sandbox.advance(61)
    assert otto.call("POST", path.format(items[0])).status_code == 202
    assert [item["fulfillmentStatus"] for item in otto.order(order_id)["positionItems"]] == [
        "CANCELLED_BY_PARTNER",
        "PROCESSABLE",
        "CANCELLED_BY_MARKETPLACE",
    ]


def test_amounts_are_consistent(otto, sandbox):
    """Reduced price = price - discount; the order's discounts are its pieces'; fees bear the highest rate."""
    sandbox.reset(orders=120)
    otto.sign_in()
    orders = otto.orders("limit=256")
    for order in orders:
        pieces, rates = Decimal(0), set()
        for item in order["positionItems"]:
            rates.add(item["product"]["vatRate"])
            if "itemValueDiscount" in item:
                gross, discount, reduced = (
                    Decimal(str(item[key]["amount"]))
                    for key in ("itemValueGrossPrice", "itemValueDiscount", "itemValueReducedGrossPrice")
                )
                assert gross - discount == reduced > 0
                pieces += discount
        whole = (Decimal(str(entry["discountAmount"]["amount"])) for entry in order.get("initialDiscounts", []))
        assert sum(whole) == pieces
        assert all(fee["vatRate"] == max(rates) for fee in order.get("initialDeliveryFees", []))


def test_orders_look_like_german_life(otto, sandbox):
    sandbox.reset(orders=256)
    otto.sign_in()
    orders = otto.orders("limit=256")
    released = [order for order in orders if "deliveryAddress" in order]
    addresses = [order["deliveryAddress"] for order in released]
    text = str(orders)
    assert all(
        word in text for word in ("ü", "ß", "Dr.", "c/o", "COMPANY", "Packstation", "DELIVERY_FEE_FREIGHT_SURCHARGE")
    )
    assert {len(address["zipCode"]) for address in addresses} == {5}
    assert all(order["invoiceAddress"]["email"].endswith("@pseudonym.example") for order in released)
    assert len({order["payment"]["paymentMethod"] for order in orders}) == 8
    assert any("dealId" in item for order in orders for item in order["positionItems"])
    assert any(len({item["product"]["vatRate"] for item in order["positionItems"]}) == 2 for order in orders)
    assert any(len({item["expectedDeliveryDate"] for item in order["positionItems"]}) > 1 for order in released)
    same = [Counter(item["product"]["sku"] for item in order["positionItems"]).most_common(1)[0][1] for order in orders]
    assert max(same) >= 10


def test_articles_have_valid_eans_that_no_shop_uses_inside(sandbox):
    for article in sandbox.state()["articles"]:
        digits = [int(digit) for digit in article["ean"]]
        assert len(digits) == 13
        assert digits[0] != 2
        assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_the_same_seed_makes_the_same_world(sandbox):
    def world(seed):
        sandbox.reset(seed=seed, orders=8)
        state = sandbox.state()
        people = [(order["salesOrderId"], order.get("deliveryAddress")) for order in state["orders"]]
        return people, state["articles"], state["quantities"]

    assert world(3) == world(3) != world(4)


def test_mixed_prices_currencies_and_skus_on_demand(otto, sandbox):
    sku = sandbox.state()["articles"][24]["sku"]
    wishes = {"pieces": 3, "skus": [sku], "prices": ["9.99"], "currency": ["EUR", "CHF"], "fees": ["5.95", "29.95"]}
    order = otto.order(sandbox.make_orders(1, **wishes, discount=False)[0])
    assert [item["itemValueGrossPrice"]["currency"] for item in order["positionItems"]] == ["EUR", "CHF", "EUR"]
    assert {item["product"]["sku"] for item in order["positionItems"]} == {sku}
    names = [fee["name"] for fee in order["initialDeliveryFees"]]
    assert names == ["DELIVERY_FEE_STANDARD", "DELIVERY_FEE_FREIGHT_SURCHARGE"]
    with pytest.raises(requests.HTTPError):
        sandbox.make_orders(1, skus=["UNKNOWN"])


def test_unknown_routes_are_unknown_to_the_gateway(otto):
    for method, path, words in (
        ("GET", "/v3/orders", "no Route matched with those values"),
        ("PUT", "/v4/orders", "no Route matched with those values"),
        ("POST", "/v1/availability", "Not Found"),
        ("GET", "/v1/shipping-profiles/a/b", "Not Found"),
    ):
        answer = otto.call(method, path)
        assert (answer.status_code, answer.json()["message"]) == (404, words)
