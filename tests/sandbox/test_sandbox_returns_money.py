"""Return parcels and their scans, and refunds of a part (facts/otto.md §8.2, §10.4)."""

import pytest
import requests

PATH = "/v1/price-reductions"
DAY = 24 * 3600
SCOPES = "orders shipments price-reduction"


@pytest.fixture
def otto(otto):
    otto.sign_in(SCOPES)
    return otto


@pytest.fixture
def piece(otto, sandbox):
    """A piece of 100 euros that was sent: (order id, piece id)."""
    [order_id] = sandbox.make_orders(1, "SENT", pieces=1, prices=[100], discount=False)
    return order_id, otto.order(order_id)["positionItems"][0]["positionItemId"]


def later(otto, sandbox, seconds):
    sandbox.advance(seconds)
    otto.sign_in(SCOPES)


def parcel_of(otto, parcel_id):
    return otto.call("GET", f"/v1/return-shipments/{parcel_id}").json()


def states(parcel):
    return [entry["state"] for entry in parcel["states"]]


def test_a_parcel_is_scanned_on_its_way(otto, sandbox, piece):
    [parcel_id] = sandbox.announce_return([piece[1]])
    parcel = parcel_of(otto, parcel_id)
    assert set(parcel) == {"returnShipmentId", "createdAt", "trackingKey", "returnPositionItems", "states"}
    assert states(parcel) == ["ANNOUNCED"]
    assert parcel["states"][0]["statusText"]
    later(otto, sandbox, DAY + 60)
    assert states(parcel_of(otto, parcel_id)) == ["ANNOUNCED", "ON_THE_WAY"]
    later(otto, sandbox, 2 * DAY)
    assert states(parcel_of(otto, parcel_id)) == ["ANNOUNCED", "ON_THE_WAY", "DELIVERED"]


@pytest.mark.parametrize(
    ("scans", "seen"), [({"ON_THE_WAY": 60}, ["ON_THE_WAY"]), ({}, []), ({"DELIVERED": 5}, ["DELIVERED"])]
)
def test_some_scans_never_come(otto, sandbox, piece, scans, seen):
    [parcel_id] = sandbox.announce_return([piece[1]], scans=scans)
    later(otto, sandbox, 60 * DAY)
    assert states(parcel_of(otto, parcel_id)) == ["ANNOUNCED", *seen]


def test_a_parcel_never_goes_back(otto, sandbox, piece):
    [parcel_id] = sandbox.announce_return([piece[1]])
    assert states(sandbox.scan_return(parcel_id, "DELIVERED")) == ["ANNOUNCED", "DELIVERED"]
    later(otto, sandbox, 10 * DAY)
    assert states(parcel_of(otto, parcel_id)) == ["ANNOUNCED", "DELIVERED"]


def test_states_may_be_written_with_blanks(otto, sandbox, piece):
    [parcel_id] = sandbox.announce_return([piece[1]], scans={"ON_THE_WAY": 0})
    sandbox.return_rules(blanks=True)
    assert states(parcel_of(otto, parcel_id)) == ["ANNOUNCED", "ON THE WAY"]


def test_parcels_are_found_by_number_while_they_are_recent(otto, sandbox, piece):
    [parcel_id] = sandbox.announce_return([piece[1]], trackingNumbers=["577546565072"], scans={})
    path = "/v1/return-shipments/carriers/DHL/trackingnumbers/577546565072"
    assert otto.call("GET", path).json() == parcel_of(otto, parcel_id)
    assert otto.call("GET", path.replace("DHL", "GLS")).status_code == 404
    answer = otto.call("GET", path.replace("DHL", "UPS"))
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (400, "Parameter carrier is invalid.")
    later(otto, sandbox, 30 * DAY)
    error = otto.call("GET", path).json()["errors"][0]
    assert (error["title"], error["path"]) == ("RESOURCE_NOT_FOUND", path.removeprefix("/v1"))
    assert parcel_of(otto, parcel_id)["returnShipmentId"] == parcel_id


def test_the_list_holds_what_was_announced_or_scanned_since(otto, sandbox):
    ids = sandbox.make_orders(5, "SENT", pieces=1)
    pieces = [otto.order(order_id)["positionItems"][0]["positionItemId"] for order_id in ids]
    parcels = [sandbox.announce_return([item], scans={})[0] for item in pieces]
    pages = list(otto.pages("/v1/return-shipments?datefrom=2020-01-01&limit=2"))
    assert [[row["returnShipmentId"] for row in page["resources"]] for page in pages] == [
        parcels[:2], parcels[2:4], parcels[4:],
    ]  # fmt: skip
    sandbox.advance(60)
    since = sandbox.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    sandbox.scan_return(parcels[1], "ON_THE_WAY")
    found = otto.call("GET", f"/v1/return-shipments?datefrom={since}").json()["resources"]
    assert [row["returnShipmentId"] for row in found] == [parcels[1]]


@pytest.mark.parametrize("query", ["", "datefrom=today", "datefrom=2026-01-01&limit=101", "datefrom=2026-01-01&next=x"])
def test_parameters_of_the_list_of_parcels(otto, query):
    answer = otto.call("GET", f"/v1/return-shipments?{query}")
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["title"], error["path"]) == (400, "BAD_REQUEST", "/return-shipments")


def reduce(otto, piece, amount, **changes):
    body = {"positionItemId": piece[1], "salesOrderId": piece[0]}
    return otto.call("POST", PATH, body | {"priceReduction": {"amount": amount, "currency": "EUR"}} | changes)


def reductions(otto, piece):
    [found] = otto.call("GET", f"{PATH}?positionItemId={piece[1]}").json()["results"]
    return found


def statuses(otto, piece):
    return [entry["status"] for entry in reductions(otto, piece)["priceReductions"]]


def test_a_reduction_is_taken_and_paid_later(otto, sandbox, piece):
    sandbox.return_rules(reduction_seconds=60)
    answer = reduce(otto, piece, 12.5)
    assert answer.status_code == 202
    [result] = answer.json()["results"]
    assert (result["title"], result["code"], result["path"]) == ("Accepted", 202, f"{PATH}/{piece[0]}/{piece[1]}")
    found = reductions(otto, piece)
    assert (found["totalPriceReduction"]["amount"], found["invoicePrice"]["amount"]) == (12.5, 100)
    assert found["priceReductions"][0]["status"] == "INITIATED"
    assert found["priceReductions"][0]["receiptNumber"] is None
    sandbox.advance(60)
    [paid] = reductions(otto, piece)["priceReductions"]
    assert (paid["status"], bool(paid["receiptNumber"])) == ("PROCESSED", True)


def test_each_call_is_a_further_refund_and_two_may_be_too_much(otto, sandbox, piece):
    sandbox.return_rules(reduction_seconds=60)
    assert [reduce(otto, piece, 60).status_code for _ in range(2)] == [202, 202]
    sandbox.advance(60)
    assert statuses(otto, piece) == ["PROCESSED", "REJECTED"]
    found = reductions(otto, piece)
    assert found["totalPriceReduction"]["amount"] == 60
    assert found["priceReductions"][1]["receiptNumber"] is None


@pytest.mark.parametrize(("amount", "outcome"), [(99.99, "PROCESSED"), (100, "REJECTED"), (100.01, "REJECTED")])
def test_less_than_what_is_left_not_all_of_it(otto, sandbox, piece, amount, outcome):
    assert reduce(otto, piece, amount).status_code == 202
    sandbox.advance(5)
    assert statuses(otto, piece) == [outcome]


def test_a_return_in_between_is_first(otto, sandbox, piece):
    sandbox.return_rules(reduction_seconds=60)
    assert reduce(otto, piece, 10).status_code == 202
    sandbox.decide_return([piece[1]])
    sandbox.advance(60)
    assert statuses(otto, piece) == ["REJECTED"]
    answer = reduce(otto, piece, 10)
    assert (answer.status_code, set(answer.json()["errors"][0])) == (409, {"title", "code", "detail", "path"})


@pytest.mark.parametrize("outcome", ["PROCESSED", "REJECTED"])
def test_the_outcome_on_demand(otto, sandbox, piece, outcome):
    sandbox.return_rules(reduction_outcome=outcome)
    reduce(otto, piece, 100 if outcome == "PROCESSED" else 1)
    sandbox.advance(5)
    assert statuses(otto, piece) == [outcome]


def test_pieces_that_are_unknown_or_not_sent(otto, sandbox, piece):
    other = otto.order(sandbox.make_orders(1, pieces=1)[0])
    unsent = (other["salesOrderId"], other["positionItems"][0]["positionItemId"])
    assert reduce(otto, unsent, 1).status_code == 409
    answer = reduce(otto, (unsent[0], piece[1]), 1)
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (404, "PositionItemId does not exist")
    answer = otto.call("GET", f"{PATH}?positionItemId={piece[1]}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["detail"] == "No PriceReduction applied for item with positionItemId"


@pytest.mark.parametrize("amount", [0, -1, 1.005, "5", None, True, 1e12])
def test_amounts_that_are_none(otto, piece, amount):
    assert reduce(otto, piece, amount).status_code == 400


@pytest.mark.parametrize(
    "change",
    [{"priceReduction": None}, {"positionItemId": 5}, {"priceReduction": {"amount": 1, "currency": "USD"}},
     {"priceReduction": {"amount": 1}}],
)  # fmt: skip
def test_bodies_that_are_no_reduction(otto, piece, change):
    assert reduce(otto, piece, 1, **change).status_code == 400
    assert otto.call("POST", PATH, data="{", headers={"Content-Type": "application/json"}).status_code == 400
    assert otto.call("POST", PATH, data="{}").status_code == 415


def test_the_list_of_reductions_pages(otto, sandbox):
    ids = sandbox.make_orders(5, "SENT", pieces=1, prices=[50])
    pieces = [(order_id, otto.order(order_id)["positionItems"][0]["positionItemId"]) for order_id in ids]
    for each in pieces:
        reduce(otto, each, 1)
    pages = list(otto.pages(f"{PATH}?limit=2"))
    assert [[row["positionItemId"] for row in page["results"]] for page in pages] == [
        [each[1] for each in part] for part in (pieces[:2], pieces[2:4], pieces[4:])
    ]
    assert otto.call("GET", f"{PATH}?limit=129").status_code == 400
    assert otto.call("GET", f"{PATH}?page=0").status_code == 400


def test_the_scope_of_reductions_is_refused_in_its_own_words(otto):
    otto.sign_in("orders")
    answer = otto.call("GET", PATH)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["detail"].startswith("Access is denied")


def test_an_answer_that_is_lost_was_a_refund_all_the_same(otto, sandbox, piece):
    sandbox.fault("lost", PATH, method="POST")
    with pytest.raises(requests.ConnectionError):
        reduce(otto, piece, 10)
    assert len(reductions(otto, piece)["priceReductions"]) == 1
    sandbox.fault("status", PATH, status=424)
    assert reduce(otto, piece, 10).json()["errors"][0]["code"] == 424
    assert len(reductions(otto, piece)["priceReductions"]) == 1
    sandbox.fault("empty_pages", PATH, method="GET")
    assert otto.call("GET", PATH).json()["results"] == []


def test_an_acceptance_that_cannot_be_seen_yet_bars_a_reduction(otto, sandbox, piece):
    sandbox.return_rules(accept_seconds=60)
    otto.sign_in(f"{SCOPES} returns")
    body = {"positionItems": [{"positionItemId": piece[1], "salesOrderId": piece[0], "condition": "A"}]}
    assert otto.call("POST", "/v3/returns/acceptance", body).status_code == 200
    assert reduce(otto, piece, 10).status_code == 409
