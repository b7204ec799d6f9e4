"""OTTO's own test orders, and baskets of a size that is rare (facts §2.5)."""

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


def test_there_is_no_scenario_9(otto):
    answer = otto.call("POST", "/v4/orders/testorders/scenario9")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["title"] == "Not Found"


def test_the_test_articles_are_not_in_the_catalogue(sandbox):
    assert not SKUS & {article["sku"] for article in sandbox.state()["articles"]}


def test_some_baskets_hold_sixty_pieces(otto, sandbox):
    sandbox.reset(seed=3, orders=0, articles=20)
    sandbox.make_orders(count=300)
    sizes = [len(order["positionItems"]) for order in sandbox.state()["orders"]]
    assert max(sizes) == 60
    assert 0 < sum(size == 60 for size in sizes) < 20
