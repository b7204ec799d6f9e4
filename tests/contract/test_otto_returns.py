"""The client's calls about returns and refunds: recorded exchanges, and a running sandbox where faults matter."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from sandbox.running import running_sandbox
from tests.contract.otto_cassettes import story

# isort: split
from otto_api import (  # after otto_cassettes, which puts it on the path
    Money,
    OAuth2Credentials,
    OttoClient,
    OttoConflict,
    OttoError,
    OttoNotFound,
    OttoUnavailable,
    ReturnDecision,
)
from otto_api.tokens import TokenCache

SCOPES = ("orders", "shipments", "returns", "price-reduction")
CREDENTIALS = OAuth2Credentials("sandbox-client", "sandbox-secret", scopes=SCOPES)
LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)
DAY = 24 * 3600


def euros(text):
    return Money(Decimal(text), "EUR")


def decision(order, item, reason="RETURN_RECEIVED", condition="A"):
    return ReturnDecision(item.id, order.id, condition, reason)


def status_of(client, order, item):
    return next(piece for piece in client.order(order.id).items if piece.id == item.id)


def listed(client, status):
    return [piece for page in client.return_pages(status) for piece in page.pieces]


def test_a_return_from_its_announcement_to_its_acceptance():
    with story("returns_accepted", prepared=True, orders=8) as stage:
        client = stage.client(CREDENTIALS)
        order = next(
            order for order in client.orders() if len(order.items) > 1 and order.items[0].status != "ANNOUNCED"
        )
        stage.act(order, "send")
        first, second = order.items[:2]
        stage.play("announce_return", [first.id], trackingNumbers=["577546565072"])
        [announced] = listed(client, "ANNOUNCED")
        parcel = client.return_parcel_by_number(announced.carrier, announced.tracking_numbers[0])
        same = client.return_parcel(parcel.id)
        parcels = [each for page in client.return_parcel_pages(LONG_AGO) for each in page.parcels]
        rejected = client.reject_returns([decision(order, first, "ITEM_DAMAGED", "D")])
        result = client.accept_returns([decision(order, first), decision(order, second, "COMPLAINT")])
        again = client.accept_returns([decision(order, first)])
        late = client.reject_returns([decision(order, first, "EXCHANGE")])
        accepted = {piece.position_item_id: piece for piece in listed(client, "ACCEPTED")}
        after = client.order(order.id)
    assert (announced.position_item_id, announced.order_id) == (first.id, order.id)
    assert [piece.position_item_id for piece in parcel.pieces] == [first.id]
    assert parcel == same
    assert parcels == [parcel]
    assert [state.state for state in parcel.states] == ["ANNOUNCED"]
    assert rejected.done == (first.id,)
    assert (result.done, result.already) == ((first.id, second.id), ())
    assert (again.done, again.already) == ((first.id,), (first.id,))
    assert [refusal.key for refusal in late.refused] == ["accepted"]
    assert (accepted[second.id].reason, accepted[second.id].condition) == ("COMPLAINT", "A")
    assert {item.status for item in after.items if item.id in (first.id, second.id)} == {"RETURNED"}


def test_a_refund_of_a_part():
    with story("returns_reduced", prepared=True, orders=8) as stage:
        client = stage.client(CREDENTIALS)
        order = next(order for order in client.orders() if order.items[0].status == "PROCESSABLE")
        item = order.items[0]
        with pytest.raises(OttoConflict):
            client.reduce_price(order.id, item.id, euros("1"))
        stage.act(order, "send")
        before = client.price_reductions(item.id)
        client.reduce_price(order.id, item.id, euros("1.50"))
        begun = client.price_reductions(item.id)
        stage.play("advance", 60)
        client.reduce_price(order.id, item.id, begun.left)
        stage.play("advance", 60)
        ended = client.price_reductions(item.id)
        pages = list(client.price_reduction_pages())
        with pytest.raises(OttoNotFound):
            client.reduce_price(order.id, "00000000-0000-4000-8000-000000000000", euros("1"))
    assert before is None
    assert begun.invoice_price.amount == item.price.amount
    assert begun.left.amount == item.price.amount - Decimal("1.50")
    assert begun.reductions[0].pending
    assert [entry.status for entry in ended.reductions] == ["PROCESSED", "REJECTED"]
    assert [bool(entry.receipt_number) for entry in ended.reductions] == [True, False]
    assert pages[0].pieces == (ended,)


@pytest.fixture(scope="module")
def running():
    with running_sandbox(orders=0, articles=5, rate_limit=0) as sandbox:
        yield sandbox


@pytest.fixture
def client(running):
    running.reset()
    yield OttoClient(running.otto_url, CREDENTIALS, token_cache=TokenCache())
    running.reset()


@pytest.fixture
def order(running, client):
    """An order of three pieces of 100 euros that were sent."""
    [order_id] = running.make_orders(1, "SENT", pieces=3, prices=[100], discount=False)
    return client.order(order_id)


def test_a_withdrawn_return_is_asked_for_by_its_parcel(running, client, order):
    [parcel_id] = running.announce_return([order.items[0].id])
    assert client.return_parcel(parcel_id)
    running.withdraw_return([order.items[0].id])
    assert listed(client, "ANNOUNCED") == []
    assert client.return_parcel(parcel_id) is None


def test_what_otto_decides_by_itself(running, client, order):
    first, second, third = order.items
    [parcel_id] = running.announce_return([first.id], fast_refund=True, scans={})
    running.announce_return([second.id], overdue_after=60)
    running.misdirect_return([third.id])
    running.scan_return(parcel_id, "ON_THE_WAY")
    running.advance(60)
    found = {piece.position_item_id: piece for piece in listed(client, "ACCEPTED")}
    assert (found[first.id].reason, found[second.id].reason) == ("FAST_REFUND", "OVERDUE_CREDIT")
    assert all(piece.decided_by_otto for piece in found.values())
    assert status_of(client, order, first).return_accepted_by_marketplace
    [astray] = listed(client, "MISDIRECTED")
    assert (astray.position_item_id, astray.order_number) == (third.id, order.number)
    assert client.accept_returns([decision(order, first)]).already == (first.id,)


def test_states_with_blanks(running, client, order):
    [parcel_id] = running.announce_return([order.items[0].id], scans={"ON_THE_WAY": 0})
    running.return_rules(blanks=True)
    assert [state.state for state in client.return_parcel(parcel_id).states] == ["ANNOUNCED", "ON_THE_WAY"]


@pytest.mark.parametrize("rules", [{"literal_logref": True}, {"short_words": True}, {"condition_mandatory": True}])
@pytest.mark.parametrize("fault", [None, "errors_as_object", "logreg", "unknown_fields", "numbers_as_text"])
def test_a_part_in_every_form(running, client, order, rules, fault):
    first, second, _third = order.items
    client.accept_returns([decision(order, first)])
    [other] = running.make_orders(1, pieces=1)
    unsent = client.order(other)
    running.return_rules(**rules)
    if fault:
        running.fault(fault, "/v3/returns", times=None)
    result = client.accept_returns([decision(order, second), decision(unsent, unsent.items[0])])
    assert (result.done, result.unclear) == ((second.id,), ())
    assert [(row.position_item_id, row.key) for row in result.refused] == [(unsent.items[0].id, "not_sent")]
    assert client.accept_returns([decision(order, first)]).already == (first.id,)


def test_of_errors_of_which_only_the_first_comes_the_others_are_unclear(running, client, order):
    decisions = [decision(order, item) for item in order.items]
    client.accept_returns(decisions)
    running.fault("errors_as_object", "/v3/returns")
    result = client.accept_returns(decisions)
    assert (result.done, result.refused) == ((order.items[0].id,), ())
    assert result.unclear == tuple(item.id for item in order.items[1:])


@pytest.mark.parametrize("kind", ["lost", "html_ok"])
def test_r19_an_acceptance_whose_answer_is_lost(running, client, order, kind):
    decisions = [decision(order, item) for item in order.items[:2]]
    running.fault(kind, "/v3/returns/acceptance", method="POST")
    with pytest.raises(OttoUnavailable) as caught:
        client.accept_returns(decisions)
    assert caught.value.maybe_done
    assert status_of(client, order, order.items[0]).status == "RETURNED"
    result = client.accept_returns(decisions)
    assert (len(result.done), len(result.already), result.refused) == (2, 2, ())


def test_a_200_says_enough_even_if_its_body_is_broken(running, client, order):
    running.fault("broken", "/v3/returns/acceptance")
    assert client.accept_returns([decision(order, order.items[0])]).done == (order.items[0].id,)


@pytest.mark.parametrize("kind", ["lost", "broken", "html_ok"])
def test_r19_a_reduction_whose_answer_is_lost_is_found_and_not_repeated(running, client, order, kind):
    item = order.items[0]
    running.fault(kind, "/v1/price-reductions", method="POST")
    with pytest.raises(OttoUnavailable) as caught:
        client.reduce_price(order.id, item.id, euros("10"))
    assert caught.value.maybe_done
    [found] = client.price_reductions(item.id).reductions
    assert found.amount.amount == Decimal("10")


@pytest.mark.parametrize("kind", ["status", "empty_pages", "missing_fields", "odd_number", "html", "gateway"])
def test_reductions_that_cannot_be_seen_are_never_none(running, client, order, kind):
    item = order.items[0]
    client.reduce_price(order.id, item.id, euros("10"))
    options = {"missing_fields": {"keys": ["results"]}, "gateway": {"status": 404}, "status": {"status": 404}}
    running.fault(kind, "/v1/price-reductions", method="GET", times=None, **options.get(kind, {}))
    with pytest.raises(OttoError):
        client.price_reductions(item.id)


def test_more_returns_than_a_page_holds(running, client):
    orders = [client.order(order_id) for order_id in running.make_orders(3, "SENT", pieces=40)]
    ids = [item.id for order in orders for item in order.items]
    running.announce_return(ids)
    pages = list(client.return_pages("announced"))
    assert [len(page.pieces) for page in pages] == [50, 50, 20]
    assert {piece.position_item_id for page in pages for piece in page.pieces} == set(ids)
    for kind in ("next_loop", "next_elsewhere", "bad_link"):
        running.fault(kind, "/v3/returns")
        with pytest.raises(OttoUnavailable):
            listed(client, "ANNOUNCED")


def test_200_pieces_in_a_call(running, client):
    orders = [client.order(order_id) for order_id in running.make_orders(4, "SENT", pieces=50)]
    decisions = [decision(order, item) for order in orders for item in order.items]
    assert len(client.accept_returns(decisions).done) == 200
