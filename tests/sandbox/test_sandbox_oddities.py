"""Odd orders on demand, what is changed about an order later, and what sales do to quantities."""

import json

import pytest
import requests

from sandbox.otto.edits import ODD, patched
from sandbox.otto.people import LOCKERS


def listed(otto, order_id):
    [row] = [row for row in otto.orders("limit=256") if row["salesOrderId"] == order_id]
    return row


@pytest.mark.parametrize("name", ODD)
def test_every_oddity_is_written_in_list_and_order_and_nowhere_else(otto, sandbox, name):
    plain, odd = sandbox.make_orders(1, pieces=2)[0], sandbox.make_orders(1, pieces=2, odd=[name])[0]
    written = otto.order(odd)
    assert written == listed(otto, odd)
    restored = sandbox.restore_order(odd)
    assert patched(restored, ODD[name]) | {"lastModifiedDate": 0, "orderLifecycleInformation": 0} == written | {
        "lastModifiedDate": 0,
        "orderLifecycleInformation": 0,
    }
    assert restored != written
    assert otto.order(plain)["positionItems"]


def test_oddities_add_up_and_unknown_ones_are_refused(otto, sandbox):
    [order_id] = sandbox.make_orders(1, odd=["fraud", "weee"])
    order = otto.order(order_id)
    assert order["suspectedFraudCase"] is True
    assert all(item["weeePickup"] for item in order["positionItems"])
    with pytest.raises(requests.HTTPError):
        sandbox.make_orders(1, odd=["nothing"])


def test_half_a_surrogate_pair_goes_out_escaped(otto, sandbox):
    [order_id] = sandbox.make_orders(1, odd=["half_pair_in_sku"])
    text = otto.call("GET", f"/v4/orders/{order_id}").text
    assert "\\ud83d" in text
    assert sandbox.state()
    assert sandbox.requests()


def test_an_article_nobody_knows_may_have_any_name(otto, sandbox):
    body = json.dumps([{"sku": "A\ud83d", "quantity": 1}])
    headers = {"Content-Type": "application/json;charset=UTF-8"}
    answer = otto.session.post(f"{otto.url}/v1/availability/quantities", data=body, headers=headers, timeout=5)
    assert answer.status_code == 422


def test_an_address_that_comes_later(otto, sandbox):
    [order_id] = sandbox.make_orders(1, odd=["no_address"])
    before = otto.order(order_id)
    assert not {"deliveryAddress", "invoiceAddress"} & before.keys()
    assert {item["fulfillmentStatus"] for item in before["positionItems"]} == {"PROCESSABLE"}
    sandbox.advance(60)
    sandbox.restore_order(order_id)
    after = otto.order(order_id)
    assert after["deliveryAddress"]["street"]
    assert after["lastModifiedDate"] > before["lastModifiedDate"]


def test_what_otto_changes_before_the_parcel_is_sent(otto, sandbox):
    [order_id] = sandbox.make_orders(1, pieces=2, fees=[3.95])
    sandbox.advance(60)
    change = {
        "deliveryAddress": {"street": "Neue Gasse", "addition": None},
        "positionItems": {"*": {"expectedDeliveryDate": "2030-01-02T12:00:00.000+01:00"}},
        "initialDeliveryFees": {"0": {"deliveryFeeAmount": {"amount": 5.95}}},
    }
    before = otto.order(order_id)
    sandbox.edit_order(order_id, change)
    after = otto.order(order_id)
    assert after["deliveryAddress"]["street"] == "Neue Gasse"
    assert after["deliveryAddress"]["city"] == before["deliveryAddress"]["city"]
    assert {item["expectedDeliveryDate"][:4] for item in after["positionItems"]} == {"2030"}
    assert after["initialDeliveryFees"][0]["deliveryFeeAmount"] == {"amount": 5.95, "currency": "EUR"}
    assert after["lastModifiedDate"] > before["lastModifiedDate"]


def test_pieces_in_any_status_beside_each_other(otto, sandbox, shipment):
    statuses = ["PROCESSABLE", "SENT", "RETURNED", "SOMETHING_NEW", "CANCELLED_BY_PARTNER", "PROCESSABLE"]
    [order_id] = sandbox.make_orders(1, statuses=statuses)
    items = otto.order(order_id)["positionItems"]
    assert [item["fulfillmentStatus"] for item in items] == statuses
    for item in items:
        body = shipment | {
            "trackingKey": {"carrier": "DHL", "trackingNumber": item["positionItemId"][:20]},
            "positionItems": [
                shipment["positionItems"][0]
                | {"positionItemId": item["positionItemId"], "salesOrderId": order_id}
                | {"returnTrackingKey": {"carrier": "DHL", "trackingNumber": item["positionItemId"][-12:]}}
            ],
        }
        code = otto.call("POST", "/v1/shipments", body).status_code
        assert (code == 201) == (item["fulfillmentStatus"] == "PROCESSABLE"), item


@pytest.mark.parametrize("kind", LOCKERS)
def test_lockers_in_every_form(otto, sandbox, kind):
    [order_id] = sandbox.make_orders(1, address=kind)
    order = otto.order(order_id)
    assert order["deliveryAddress"] != order["invoiceAddress"]
    names = {"first_name": "firstName", "last_name": "lastName", "house_number": "houseNumber"}
    for field, value in LOCKERS[kind].items():
        assert order["deliveryAddress"][names.get(field, field)] == value


def test_a_sale_lowers_what_otto_offers_or_does_not(sandbox):
    sku, held = next((sku, held) for sku, held in sandbox.state()["quantities"].items() if held > 9)
    sandbox.make_orders(1, skus=[sku], pieces=2)
    assert sandbox.state()["quantities"][sku] == held
    sandbox.lower_on_sale(True)
    [order_id] = sandbox.make_orders(1, skus=[sku], pieces=2)
    assert sandbox.state()["quantities"][sku] == held - 2
    sandbox.act(order_id, "cancel")
    assert sandbox.state()["quantities"][sku] == held - 2
    sandbox.make_orders(1, "CANCELLED_BY_MARKETPLACE", skus=[sku], pieces=3)
    assert sandbox.state()["quantities"][sku] == held - 5
    sandbox.lower_on_sale(True, raises=True)
    sandbox.make_orders(1, "CANCELLED_BY_MARKETPLACE", skus=[sku], pieces=3)
    assert sandbox.state()["quantities"][sku] == held - 5


def test_an_article_that_is_deleted_between_two_pages(otto, sandbox):
    otto.sign_in("products")
    sandbox.reset(articles=120)
    otto.sign_in("products")
    every = [row["sku"] for row in sandbox.articles().values()]
    sandbox.forget_after_page(every[3], 0)
    pages = list(otto.pages("/v5/products?limit=100"))
    assert [len(page["productVariations"]) for page in pages] == [100, 19]
    seen = [row["sku"] for page in pages for row in page["productVariations"]]
    assert set(every) - set(seen) == {every[100]}
    assert otto.call("GET", f"/v5/products/{every[100]}").status_code == 200
    assert otto.call("GET", f"/v5/products/{every[3]}").status_code == 404
