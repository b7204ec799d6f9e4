"""R24, R25 over RPC for every kind of user: money goes out by the buttons alone, for those who may sell."""

import xmlrpc.client

import pytest

from .conftest import PEOPLE, read_order

PRETEND = {"otto_connector": True, "otto_checked": True, "otto_receiving": True, "otto_reductions": True}
ACCESS_ERROR = 4
MAY_REFUND = {"sales", "administrator"}


@pytest.fixture(scope="module")
def sent(site):
    """A function that returns an order that OTTO knows as sent, and its pieces."""

    def make():
        otto_id = site.sandbox.make_orders(count=1, pieces=1)[0]
        site.client.run_flow("orders")
        order = read_order(site, otto_id)
        site.client.call("stock.picking", "button_validate", [order["picking_ids"]])
        site.client.run_flow("fulfilment")
        site.client.run_flow("orders")
        domain = [("order_id", "=", order["id"])]
        return order, site.client.call("otto.position.item", "search", [domain])

    return make


@pytest.fixture(scope="module")
def refunded(site, sent):
    """What was refunded: the row of a return, and a partial refund."""
    (order, pieces), (other, others) = sent(), sent()
    wizard = {"order_id": order["id"], "piece_ids": [(6, 0, pieces)], "reason": "COMPLAINT"}
    refund(site.client, "otto.return.refund", "action_refund", wizard)
    refund(
        site.client,
        "otto.price.reduction.ask",
        "action_ask",
        {"order_id": other["id"], "piece_id": others[0], "amount": 1},
    )
    return {
        model: site.client.call(model, "search", [[("piece_id", "in", pieces + others)]])
        for model in ("otto.return.line", "otto.price.reduction")
    } | {"otto.return": site.client.call("otto.return", "search", [[("order_ids", "in", [order["id"]])]])}


def refund(client, model, method, values):
    wizard = client.call(model, "create", [values], context=PRETEND)
    client.call(model, method, [[wizard]], context=PRETEND)


def fault_of(client, model, method, args):
    with pytest.raises(xmlrpc.client.Fault) as caught:
        client.call(model, method, args, context=PRETEND)
    return caught.value


def answer_of(client, model, method, args):
    """Return the code of the fault that a call ends with, None when it is answered."""
    try:
        client.call(model, method, args, context=PRETEND)
    except xmlrpc.client.Fault as fault:
        return fault.faultCode
    return None


@pytest.mark.parametrize("name", PEOPLE)
def test_r24_r25_who_may_refund(name, people, site, sent):
    order, pieces = sent()
    whole = ("otto.return.refund", "action_refund")
    part = ("otto.price.reduction.ask", "action_ask")
    values = {
        part: {"order_id": order["id"], "piece_id": pieces[0], "amount": 1},
        whole: {"order_id": order["id"], "piece_ids": [(6, 0, pieces)], "reason": "COMPLAINT"},
    }
    for (model, method), given in values.items():
        if name in MAY_REFUND:
            refund(people[name], model, method, given)
        else:
            assert fault_of(people[name], model, "create", [given]).faultCode == ACCESS_ERROR
    lines = site.client.call(
        "otto.return.line", "search_count", [[("piece_id", "in", pieces), ("decision", "=", "accept")]]
    )
    asked = site.client.call("otto.price.reduction", "search_count", [[("piece_id", "in", pieces)]])
    assert (lines, asked) == ((1, 1) if name in MAY_REFUND else (0, 0))


@pytest.mark.parametrize("name", PEOPLE)
def test_r24_r25_nobody_writes_what_was_decided(name, people, refunded):
    client = people[name]
    attempts = [
        ("otto.return.line", {"decision": "accept", "decision_state": "due"}),
        ("otto.return.line", {"decision_state": "none"}),
        ("otto.price.reduction", {"state": "due"}),
        ("otto.price.reduction", {"amount": 100}),
        ("otto.return", {"origin": "office"}),
    ]
    calls = [
        call
        for model, values in attempts
        for call in (
            (model, "write", [refunded[model], values]),
            (model, "create", [values]),
            (model, "unlink", [refunded[model]]),
        )
    ]
    # All are tried, so that each row shows by itself that it can be red.
    assert [call for call in calls if answer_of(client, *call) != ACCESS_ERROR] == []


@pytest.mark.parametrize("name", PEOPLE)
def test_r24_r25_what_decides_cannot_be_called(name, people, refunded, site):
    calls = [
        ("otto.return.line", "_decide", ["accept", "RETURN_RECEIVED", "A"]),
        ("otto.return.line", "_update_decision", ["done"]),
        ("otto.price.reduction", "_update_state", ["due"]),
        ("otto.price.reduction", "_retry", []),
    ]
    for model, method, args in calls:
        fault = fault_of(people[name], model, method, [refunded[model], *args])
        assert "private" in fault.faultString.lower()
