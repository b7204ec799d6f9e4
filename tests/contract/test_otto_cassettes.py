"""`OttoClient` against recorded exchanges: every call, its refusals and its failures; no network, no secret."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import yaml

from tests.contract.otto_cassettes import FOLDER, NOW, OTTO, story

# isort: split
from otto_api import (  # after otto_cassettes, which puts it on the path
    OAuth2Credentials,
    OttoAuthError,
    OttoConflict,
    OttoInvalid,
    OttoNotFound,
    OttoRateLimited,
    OttoUnavailable,
    PasswordCredentials,
    Quantity,
    ShipFrom,
    Shipment,
    ShipmentItem,
    TrackingKey,
)

LONG_AGO = NOW - timedelta(days=3000)
NUMBER, RETURN = "00340434161094042557", "577546565072"


def parcel(order, number=NUMBER):
    """The shipment of all processable pieces of an order."""
    items = [item for item in order.items if item.status == "PROCESSABLE"]
    return Shipment(
        tracking=TrackingKey("DHL", number),
        ship_date=NOW,
        ship_from=ShipFrom("Hamburg", "22179", "DEU"),
        items=tuple(ShipmentItem(item.id, order.id, TrackingKey("DHL", RETURN)) for item in items),
    )


def processable(client):
    """The first order that can be shipped."""
    return next(order for order in client.orders(statuses=["PROCESSABLE"], limit=2) if order.delivery_address)


def test_token_and_pages_of_orders():
    with story("order_pages") as stage:
        pages = list(stage.client().order_pages(changed_since=LONG_AGO, limit=2))
    orders = [order for page in pages for order in page.orders]
    assert len(pages) >= 3
    assert len(orders) == 5
    assert not any(page.broken for page in pages)
    assert all(order.items[0].price.amount >= Decimal(0) for order in orders)
    assert all(order.order_date.tzinfo for order in orders)


def test_order_by_id_and_by_number():
    with story("order") as stage:
        client = stage.client()
        order = processable(client)
        assert client.order(order.id) == order
        assert client.order(order.number) == order


def test_unknown_order():
    with story("order_unknown") as stage, pytest.raises(OttoNotFound):
        stage.client().order("9404a8e2-8203-43de-889d-b5d733b6698f")


def test_cancel_whole_order():
    with story("cancel", prepared=True) as stage:
        client = stage.client()
        order = processable(client)
        client.cancel(order.id)
        stage.forget_order()
        assert {item.status for item in client.order(order.id).items} == {"CANCELLED_BY_PARTNER"}
        with pytest.raises(OttoConflict, match="can be changed"):
            client.cancel(order.id)


def test_cancel_pieces():
    with story("cancel_items", prepared=True) as stage:
        client = stage.client()
        order = processable(client)
        client.cancel_items(order.id, [order.items[0].id])
        stage.forget_order()
        assert client.order(order.id).items[0].cancelled


def test_ship():
    with story("ship", prepared=True) as stage:
        client = stage.client()
        order = processable(client)
        number = client.ship(parcel(order))
        held = client.shipment("DHL", NUMBER)
        assert held.id == number
        assert {item.return_tracking.tracking_number for item in held.items} == {RETURN}
        assert {item.status for item in client.order(order.id).items} == {"SENT"}


def test_duplicate_tracking_key():
    with story("ship_twice", prepared=True) as stage:
        client = stage.client()
        first, second = [order for order in client.orders(statuses=["PROCESSABLE"]) if order.delivery_address][:2]
        client.ship(parcel(first))
        with pytest.raises(OttoConflict) as caught:
            client.ship(parcel(second))
    assert caught.value.codes == ("DUPLICATE_TRACKING_KEY",)


def test_announced_pieces_cannot_be_sent():
    with story("ship_announced", prepared=True) as stage:
        client = stage.client()
        order = next(client.orders(statuses=["ANNOUNCED"]))
        items = tuple(ShipmentItem(item.id, order.id, TrackingKey("DHL", RETURN)) for item in order.items)
        announced = Shipment(TrackingKey("DHL", NUMBER), NOW, ShipFrom("Hamburg", "22179", "DEU"), items)
        with pytest.raises((OttoInvalid, OttoConflict)):
            client.ship(announced)


def test_unknown_shipment():
    with story("shipment_unknown") as stage, pytest.raises(OttoNotFound):
        stage.client().shipment("DHL", "00340434161094000000")


def test_quantities():
    with story("quantities", prepared=True) as stage:
        client = stage.client()
        held = {entry.sku: entry.quantity for entry in client.quantities()}
        skus = sorted(held)
        result = client.set_quantities([Quantity(sku, 17, None) for sku in skus])
        assert set(result.accepted) == set(skus)
        assert {entry.quantity for entry in client.quantities()} == {17}


def test_quantities_partly_and_wholly_refused():
    with story("quantities_refused", prepared=True) as stage:
        client = stage.client()
        good = next(client.quantities()).sku
        some = client.set_quantities([Quantity(good, 3, None), Quantity("no-such-sku", 3, None)])
        assert (some.accepted, [refusal.sku for refusal in some.refused]) == ((good,), ["no-such-sku"])
        none = client.set_quantities([Quantity("no-such-sku", 3, None)])
        assert (none.accepted, len(none.refused)) == ((), 1)


def test_check():
    with story("check") as stage:
        report = stage.client().check(["orders", "shipments"])
    assert report.ok


def test_wrong_secret():
    with story("wrong_secret", prepared=True) as stage:
        report = stage.client(OAuth2Credentials("sandbox-client", "wrong")).check(["orders"])
    assert not report.ok
    assert isinstance(report.error, OttoAuthError)


def test_missing_scope():
    with story("missing_scope", prepared=True, scopes="orders availability") as stage:
        report = stage.client().check(["orders", "shipments"])
    assert report.missing == ("shipments",)


def test_api_user():
    with story("api_user", prepared=True) as stage:
        client = stage.client(PasswordCredentials("sandbox-user", "sandbox-password"))
        assert client.check(["orders"]).ok


@pytest.mark.parametrize(
    ("name", "fault", "kind"),
    [
        ("rate_limited", {"kind": "rate_limit"}, OttoRateLimited),
        ("not_json", {"kind": "html"}, OttoUnavailable),
        ("blocked", {"kind": "forbidden_waf"}, OttoAuthError),
    ],
)
def test_failures(name, fault, kind):
    with story(name, prepared=True) as stage:
        stage.fault(path="/v4/orders", times=None, **fault)
        with pytest.raises(kind):
            list(stage.client().orders())


def test_server_error_while_shipping_may_have_been_done():
    with story("ship_server_error", prepared=True) as stage:
        client = stage.client()
        order = processable(client)
        stage.fault("status", "/v1/shipments", status=500)
        with pytest.raises(OttoUnavailable) as caught:
            client.ship(parcel(order))
    assert caught.value.maybe_done


def test_a_token_that_otto_forgot_is_renewed_once():
    with story("token_forgotten", prepared=True) as stage:
        stage.fault("unauthorized", "/v4/orders", times=1)
        assert len(list(stage.client().orders())) == 5


def test_cassettes_hold_no_secret_and_no_local_address():
    """Any secret, token or address of a machine fails the test, those of the sandbox too."""
    files = sorted(FOLDER.glob("*.yaml"))
    assert len(files) >= 18
    for file in files:
        text = file.read_text()
        for secret in (
            "sandbox-client",
            "sandbox-secret",
            "sandbox-user",
            "sandbox-password",
            "127.0.0.1",
            "localhost",
        ):
            assert secret not in text, f"{secret} in {file.name}"
        for exchange in yaml.safe_load(text)["interactions"]:
            assert exchange["request"]["uri"].startswith(OTTO)
            for value in exchange["request"]["headers"].get("Authorization", ()):
                assert value == "Bearer hidden"
            body = exchange["response"]["body"]["string"]
            # A PDF is no text; what is in it is looked through all the same.
            text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
            for token in re.findall(r'"(?:access|refresh)_token": ?"([^"]*)"', text):
                assert token == "hidden"
