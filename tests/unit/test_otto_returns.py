"""Returns, return parcels and price reductions as OTTO writes them, and in the odd forms that are feared."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from otto_api import Money, ReturnDecision, parse_returns
from otto_api.client import OttoClient
from otto_api.const import ACCEPT_REASONS, DEFAULT_SCOPES, MARKETPLACE_REASONS, REJECT_REASONS
from otto_api.node import Node, Unreadable

NOW = datetime(2026, 5, 4, 22, tzinfo=timezone.utc)
PIECE = {
    "positionItemId": "p1",
    "salesOrderId": "o1",
    "status": "ANNOUNCED",
    "occurredTime": "2026-05-04T22:00:00.00Z",
    "details": {"returnTrackingKey": {"carrier": "DHL", "trackingNumbers": ["577546565072", "577546565073"]}},
}
PARCEL = {
    "returnShipmentId": "602392a2e5c50d0cbfb18a6b",
    "createdAt": "2026-05-01T07:49:12.642Z",
    "trackingKey": {"carrier": "DHL", "trackingNumber": "577546565072"},
    "returnPositionItems": [{"salesOrderId": "o1", "salesOrderPositionItemId": "p1"}],
    "states": [
        {"state": "DELIVERED", "occurredOn": "2026-05-03T07:49:12.642Z", "statusText": "Zugestellt"},
        {"state": "ON THE WAY", "occurredOn": "2026-05-02T07:49:12.642Z"},
    ],
}
REDUCED = {
    "salesOrderId": "o1",
    "positionItemId": "p1",
    "totalPriceReduction": {"amount": 12.5, "currency": "EUR"},
    "invoicePrice": {"amount": "121.01", "currency": "EUR"},
    "priceReductions": [
        {
            "receiptNumber": None,
            "priceReduction": {"amount": 12.5, "currency": "EUR"},
            "creationDateTime": "2026-05-04T10:11:12.000Z",
            "status": "INITIATED",
        }
    ],
}
ACCEPTED = "Product Is Already Accepted By The Partner for positionItemId: {}"
NOT_SENT = "Error: Product Not Sent By The Partner for positionItemId: {}"
FOREIGN = "Error: Product Does Not Belong To Sales Order Id for positionItemId: {}"


def piece(**changes):
    [read] = parse_returns.return_page({"positionItems": [PIECE | changes]}).pieces
    return read


def test_an_announced_piece_with_all_its_numbers():
    read = piece()
    assert (read.position_item_id, read.order_id, read.status, read.occurred) == ("p1", "o1", "ANNOUNCED", NOW)
    assert (read.carrier, read.tracking_numbers) == ("DHL", ("577546565072", "577546565073"))
    assert not read.decided_by_otto


@pytest.mark.parametrize(
    ("key", "numbers"),
    [
        ({"carrier": "DHL", "trackingNumbers": "577"}, ("577",)),
        ({"carrier": "DHL", "trackingNumber": "577"}, ("577",)),
        ({"carrier": "DHL", "trackingNumbers": [577, "577", "", None]}, ("577",)),
        ({"carrier": "DHL", "trackingNumbers": []}, ()),
        ({"carrier": "DHL"}, ()),
        (None, ()),
    ],
)
def test_numbers_of_a_return_in_every_form(key, numbers):
    assert piece(details={"returnTrackingKey": key}).tracking_numbers == numbers


@pytest.mark.parametrize("details", [None, {}])
def test_details_may_be_missing(details):
    read = piece(details=details)
    assert (read.carrier, read.tracking_numbers, read.condition, read.reason) == (None, (), None, None)


@pytest.mark.parametrize("reason", MARKETPLACE_REASONS)
def test_what_otto_decided_by_itself(reason):
    read = piece(status="ACCEPTED", details={"condition": None, "reason": reason})
    assert read.decided_by_otto
    assert not piece(status="ACCEPTED", details={"condition": "B", "reason": "SOMETHING_NEW"}).decided_by_otto


def test_a_misdirected_piece():
    read = piece(status="misdirected", details={"orderNumber": "b7c0346c1", "ottoWarehouseID": "e4fae5b7"})
    assert (read.status, read.order_number, read.warehouse_id) == ("MISDIRECTED", "b7c0346c1", "e4fae5b7")


@pytest.mark.parametrize("change", [{"positionItemId": None}, {"status": ""}, {"occurredTime": "soon"}, {"details": 5}])
def test_r20_a_return_that_cannot_be_read_does_not_stop_the_others(change):
    if change == {"status": ""}:
        change = {"status": None}
    page = parse_returns.return_page({"positionItems": [PIECE | change, PIECE, 5]})
    assert (len(page.pieces), len(page.broken)) == (1, 2)
    assert page.broken[0].reason
    assert page.broken[0].position_item_id == (PIECE | change)["positionItemId"]


@pytest.mark.parametrize("body", [{}, {"positionItems": 5}, [], None, {"resources": []}])
def test_a_page_without_its_list_is_no_empty_list(body):
    with pytest.raises(Unreadable):
        parse_returns.return_page(body)
    with pytest.raises(Unreadable):
        parse_returns.reduced_page(body)


def test_a_parcel_with_its_scans_in_order():
    [read] = parse_returns.return_parcel_page({"resources": [PARCEL]}).parcels
    assert (read.id, read.tracking.tracking_number) == (PARCEL["returnShipmentId"], "577546565072")
    assert [(row.position_item_id, row.order_id) for row in read.pieces] == [("p1", "o1")]
    assert [state.state for state in read.states] == ["ON_THE_WAY", "DELIVERED"]
    assert (read.states[0].words, read.states[1].words) == (None, "Zugestellt")


def test_a_parcel_that_names_its_pieces_as_other_interfaces_do():
    odd = PARCEL | {"returnPositionItems": [{"salesOrderId": "o1", "positionItemId": "p1"}], "createdAt": None}
    assert parse_returns.return_parcel(Node(odd)).pieces[0].position_item_id == "p1"
    page = parse_returns.return_parcel_page({"resources": [PARCEL | {"trackingKey": None}, PARCEL]})
    assert [(broken.id, len(page.parcels)) for broken in page.broken] == [(PARCEL["returnShipmentId"], 1)]


def test_what_is_left_of_a_price():
    [read] = parse_returns.reduced_page({"results": [REDUCED]}).pieces
    assert read.left == Money(Decimal("108.51"), "EUR")
    [entry] = read.reductions
    assert (entry.amount.amount, entry.pending, entry.receipt_number) == (Decimal("12.5"), True, None)


@pytest.mark.parametrize(
    ("status", "pending"), [("INITIATED", True), ("PROCESSED", False), ("rejected", False), ("SOMETHING_NEW", True)]
)
def test_only_a_known_end_is_an_end(status, pending):
    odd = REDUCED | {"priceReductions": [REDUCED["priceReductions"][0] | {"status": status}]}
    assert parse_returns.reduced_piece(Node(odd)).reductions[0].pending is pending


@pytest.mark.parametrize(
    "change",
    [
        {"priceReductions": [REDUCED["priceReductions"][0], {}]},
        {"priceReductions": 5},
        {"invoicePrice": None},
        {"totalPriceReduction": {"amount": 1, "currency": "USD"}},
        {"totalPriceReduction": {"amount": "1e2000000", "currency": "EUR"}},
    ],
)
def test_r20_a_price_of_which_a_part_cannot_be_read_is_not_read_in_part(change):
    page = parse_returns.reduced_page({"results": [REDUCED | change, REDUCED]})
    assert (len(page.pieces), [broken.position_item_id for broken in page.broken]) == (1, ["p1"])


# What becomes of each piece of an acceptance or rejection

A, B, C = "942e2a36-9112-444e-92e3-3bc3cd930110", "942e2a36-9112-444e-92e3-3bc3cd930111", "c"


def error(words, item_id, **changes):
    logref = changes.pop("logref", item_id)
    title = f"Error while processing request: {item_id}"
    return {
        "path": "/v3/returns/acceptance",
        "title": title,
        "detail": words.format(item_id),
        "logref": logref,
    } | changes


def result(status, body, ids=(A, B), *, accepting=True):
    read = parse_returns.decision_result(status, body, list(ids), accepting=accepting)
    groups = [*read.done, *(refusal.position_item_id for refusal in read.refused), *read.unclear]
    assert sorted(groups) == sorted(ids)
    assert set(read.already) <= set(read.done)
    return read


def keys(read):
    return {refusal.position_item_id: refusal.key for refusal in read.refused}


@pytest.mark.parametrize("body", [{}, None, [], {"results": []}, {"errors": []}, {"errors": None}])
def test_200_takes_all_whatever_its_body(body):
    assert result(200, body).done == (A, B)


NAMES = pytest.mark.parametrize(
    "name",
    [
        lambda problem: problem,
        lambda problem: problem | {"logref": "positionItemId"},
        lambda problem: problem | {"logref": None},
        lambda problem: (
            {key: value for key, value in problem.items() if key != "logref"} | {"logreg": problem["logref"]}
        ),
        lambda problem: problem | {"logref": problem["logref"].upper(), "detail": "Product Not Sent", "title": ""},
        lambda problem: problem | {"logref": "7d1c0e2f", "title": "Error"},
        lambda problem: problem | {"logref": 5, "title": None},
        lambda problem: problem | {"logref": "", "detail": "Product Not Sent"},
        lambda problem: {"logreg": problem["logref"], "detail": "Product Not Sent"},
    ],
)


@NAMES
@pytest.mark.parametrize("form", [lambda problem: [problem], lambda problem: problem], ids=["list", "object"])
def test_a_part_is_read_by_logref_or_by_the_id_in_the_texts(form, name):
    body = {"results": [{"positionItemId": A}], "errors": form(name(error(NOT_SENT, B)))}
    read = result(207, body)
    assert (read.done, keys(read), read.unclear) == ((A,), {B: "not_sent"}, ())
    assert "Not Sent" in read.refused[0].words


@pytest.mark.parametrize(
    ("words", "key"),
    [(NOT_SENT, "not_sent"), (FOREIGN, "other_order"), ("Something new: {}", "other"), ("", "other")],
)
def test_why_a_piece_is_refused(words, key):
    read = result(422, {"errors": [error(words, A)]}, [A])
    assert keys(read) == {A: key}
    assert read.refused[0].words


@pytest.mark.parametrize("words", [ACCEPTED, "The return has already been accepted", "ALREADY ACCEPTED {}"])
@pytest.mark.parametrize("status", [207, 422])
def test_what_was_accepted_before_is_a_success(words, status):
    read = result(status, {"results": [], "errors": [error(words, A), error(words, B)]})
    assert (read.done, read.already, read.refused) == ((A, B), (A, B), ())


def test_what_was_accepted_cannot_be_rejected_any_more():
    read = result(422, {"errors": [error(ACCEPTED, A)]}, [A], accepting=False)
    assert (read.done, keys(read)) == ((), {A: "accepted"})


def test_what_was_rejected_before_is_a_success_of_a_rejection_only():
    body = {"errors": [error("Error: Product Is Already Rejected By The Partner for positionItemId: {}", A)]}
    assert result(422, body, [A], accepting=False).already == (A,)
    assert keys(result(422, body, [A])) == {A: "rejected"}


def test_of_a_207_only_what_it_names_counts():
    read = result(207, {"results": [{"positionItemId": A}], "errors": [error(NOT_SENT, B)]}, [A, B, C])
    assert (read.done, keys(read), read.unclear) == ((A,), {B: "not_sent"}, (C,))
    assert result(207, {"results": {"positionItemId": A.upper()}}).done == (A,)
    assert result(207, {"results": [{"positionItemId": "x"}, None, 5, {}]}).unclear == (A, B)
    assert result(207, {}).unclear == (A, B)


@pytest.mark.parametrize("key", ["logref", "logreg", "positionItemId"])
def test_an_error_may_name_its_piece_in_one_field_alone(key):
    read = result(207, {"results": [{"positionItemId": A}], "errors": [{"detail": "Not Sent", key: B}]}, [A, B, C])
    assert (read.done, keys(read), read.unclear) == ((A,), {B: "not_sent"}, (C,))


def test_a_piece_of_which_both_is_said_is_unclear():
    read = result(207, {"results": [{"positionItemId": A}, {"positionItemId": B}], "errors": [error(NOT_SENT, B)]})
    assert (read.done, read.refused, read.unclear) == ((A,), (), (B,))
    read = result(207, {"results": [{"positionItemId": A}], "errors": [error(ACCEPTED, A)]}, [A])
    assert read.done == (A,)


def test_a_200_with_errors_is_read_as_a_207():
    read = result(200, {"results": [{"positionItemId": A}], "errors": error(NOT_SENT, B)})
    assert (read.done, keys(read)) == ((A,), {B: "not_sent"})
    assert result(200, {"errors": [error(NOT_SENT, B)]}).unclear == (A,)


@pytest.mark.parametrize("body", [{}, None, [], {"errors": 0}])
def test_a_422_that_says_nothing_refuses_all(body):
    assert keys(result(422, body)) == {A: "other", B: "other"}


@pytest.mark.parametrize(
    ("said", "done", "refused"),
    [
        (["already accepted", "already accepted"], (A, B), {}),
        (["already accepted", "not sent"], (), {}),
        (["already accepted"], (), {}),
        (["not sent", "new"], (), {A: "not_sent", B: "other"}),
        (["not sent", "not sent", "not sent"], (), {}),
    ],
)
def test_errors_that_name_no_piece_decide_only_what_they_leave_no_doubt_of(said, done, refused):
    read = result(422, {"errors": [{"detail": words} for words in said]})
    assert (read.done, keys(read)) == (done, refused)


def test_an_error_that_names_two_pieces_names_none():
    read = result(207, {"results": [], "errors": [{"detail": f"Not Sent {A} {B}"}]})
    assert read.unclear == (A, B)


@pytest.mark.parametrize("body", [None, [], 5, "text"])
def test_a_207_that_is_no_object_cannot_be_read(body):
    with pytest.raises(Unreadable):
        result(207, body)


# What never leaves the house


class NoTransport:
    def call(self, *_args, **_kwargs):
        raise AssertionError("a request was sent")


@pytest.fixture
def client():
    made = OttoClient.__new__(OttoClient)
    made._transport = NoTransport()
    return made


def decision(item_id, **changes):
    return ReturnDecision(**{"position_item_id": item_id, "order_id": "o", "condition": "A", "reason": "X"} | changes)


@pytest.mark.parametrize(
    "decisions",
    [
        [], [decision("p"), decision("P")], [decision(f"p{number}") for number in range(201)],
        [decision("p", condition="")], [decision("p", reason="")],
    ],
)  # fmt: skip
@pytest.mark.parametrize("call", ["accept_returns", "reject_returns"])
def test_decisions_that_otto_could_only_refuse(client, call, decisions):
    with pytest.raises(ValueError, match="piece"):
        getattr(client, call)(decisions)


@pytest.mark.parametrize("amount", ["0", "-1", "1.005", "0.001", "NaN", "Infinity", "1e11", "1e-30"])
def test_amounts_that_are_no_refund(client, amount):
    with pytest.raises(ValueError, match="cents"):
        client.reduce_price("o", "p", Money(Decimal(amount), "EUR"))


def test_reasons_are_told_apart_and_nothing_asks_for_new_scopes():
    assert not set(ACCEPT_REASONS) & set(REJECT_REASONS)
    assert not set(MARKETPLACE_REASONS) & {*ACCEPT_REASONS, *REJECT_REASONS}
    assert not {"returns", "price-reduction"} & set(DEFAULT_SCOPES)
