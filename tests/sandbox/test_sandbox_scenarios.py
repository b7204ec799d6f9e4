"""OTTO's own test orders, and baskets of a size that is rare (facts/otto.md §2.5)."""

from collections import Counter
from urllib.parse import quote

import pytest

from sandbox.otto.catalogue import TEST_ARTICLES

SKUS = {article.sku for article in TEST_ARTICLES}


def made(otto, path=""):
    answer = otto.call("POST", f"/v4/orders/testorders{path}")
    assert answer.status_code == 201
    return [otto.call("GET", link["href"]).json() for link in answer.json()["links"]]


def statuses(order):
    return {item["fulfillmentStatus"] for item in order["positionItems"]}


def test_all_eight_scenarios_at_once(otto):
    orders = made(otto)
    assert len(orders) == 8
    assert [statuses(order) for order in orders] == [
        *[{"PROCESSABLE"}] * 4,
        {"ANNOUNCED"},
        {"CANCELLED_BY_MARKETPLACE"},
        *[{"PROCESSABLE"}] * 2,
    ]
    assert {item["product"]["sku"] for order in orders for item in order["positionItems"]} == SKUS


def test_scenario_4_has_a_discount_and_5_waits_for_the_money(otto):
    assert made(otto, "/scenario4")[0]["initialDiscounts"]
    waiting = made(otto, "/scenario5")[0]
    assert waiting["payment"]["paymentMethod"] == "PREPAYMENT"
    assert waiting["positionItems"][0]["weeePickup"]
    assert "deliveryAddress" not in waiting


def test_scenario_5_is_released_as_other_orders_are(otto, sandbox):
    waiting = made(otto, "/scenario5")[0]
    sandbox.advance(45 * 60)
    otto.sign_in()
    assert statuses(otto.order(waiting["salesOrderId"])) == {"PROCESSABLE"}


@pytest.mark.parametrize("number", ["9", "0", "01", "-1", "%C2%B2", "x", ""])
def test_there_are_eight_scenarios(otto, number):
    answer = otto.call("POST", f"/v4/orders/testorders/scenario{number}")
    assert answer.status_code == 404
    assert number == "" or answer.json()["errors"][0]["title"] == "Not Found"


def test_test_orders_need_the_scope_of_orders(otto, sandbox):
    otto.sign_in("shipments")
    for path in ("", "/scenario1"):
        assert otto.call("POST", f"/v4/orders/testorders{path}").status_code == 403
    assert len(sandbox.state()["orders"]) == 25


def test_the_test_articles_exist_and_can_be_offered(otto, sandbox):
    path = f"/v1/availability/quantities/{quote('Sped-Kühl084-kombi')}"
    assert otto.call("GET", path).status_code == 404
    entry = {"sku": "Sped-Kühl084-kombi", "quantity": 3}
    assert otto.call("POST", "/v1/availability/quantities", [entry]).status_code == 200
    assert otto.call("GET", path).json()["quantity"] == 3


def test_the_test_articles_are_not_in_the_catalogue(otto, sandbox):
    sandbox.reset(articles=12)
    otto.sign_in()
    made(otto)
    articles = {article["sku"] for article in sandbox.state()["articles"]}
    assert len(articles) == 12
    assert not SKUS & articles


def test_some_baskets_hold_up_to_sixty_pieces(sandbox):
    """A few articles many times; about one order in sixty, and none while a world is small."""
    sandbox.reset(seed=7, orders=0, articles=20)
    sandbox.make_orders(count=400)
    orders = sandbox.state()["orders"]
    sizes = [len(order["positionItems"]) for order in orders]
    assert max(sizes) == 60
    large = [order for order in orders if len(order["positionItems"]) >= 24]
    assert 0 < len(large) < 20
    for order in large:
        same = Counter(item["product"]["sku"] for item in order["positionItems"])
        assert max(same.values()) >= 8
    assert any(len({item["product"]["vatRate"] for item in order["positionItems"]}) == 2 for order in large)


def test_small_worlds_have_no_large_baskets(sandbox):
    for seed in range(1, 12):
        sandbox.reset(seed=seed, orders=20, articles=20)
        # The longest ordinary basket has four lines of up to 14 pieces, which no small seed comes near.
        assert max(len(order["positionItems"]) for order in sandbox.state()["orders"]) < 40
