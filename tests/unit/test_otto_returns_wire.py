"""Acceptances, rejections and price reductions over a wire that fails: what is known afterwards, and what is not."""

from decimal import Decimal

import pytest

from otto_api import (
    Money,
    OttoConflict,
    OttoError,
    OttoForbidden,
    OttoInvalid,
    OttoNotFound,
    OttoRateLimited,
    OttoTooLarge,
    OttoUnavailable,
    ReturnDecision,
)
from tests.unit.hostile import ACTING, DECISION, otto, whole

EURO = Money(Decimal("12.50"), "EUR")
PROBLEM = {"title": "Bad Request", "code": 400, "detail": "condition must not be empty", "path": "/v3/returns"}
REDUCED = {
    "salesOrderId": "order",
    "positionItemId": "piece",
    "totalPriceReduction": {"amount": 12.5, "currency": "EUR"},
    "invoicePrice": {"amount": 100, "currency": "EUR"},
    "priceReductions": [],
}
NONE = {"errors": [{"title": "Not Found", "code": 404, "path": "/v1/price-reductions"}]}
NONE["errors"][0]["detail"] = "No PriceReduction applied for item with positionItemId"
OWN = pytest.mark.parametrize("form", [lambda problem: [problem], lambda problem: problem], ids=["list", "object"])
NEW_CALLS = ("accept a return", "reduce a price")


def cut(_connection, _request):
    return False


@pytest.mark.parametrize("name", NEW_CALLS)
@pytest.mark.parametrize(
    ("answer", "doubt"),
    [
        (cut, True),
        (whole(500, {}), True),
        (whole(502, {}), True),
        (whole(504, {}), True),
        (whole(503, {}), False),
        (whole(207, b"{"), True),
        (whole(200, b"<html>login</html>", "Content-Type: text/html"), True),
        (whole(302, {}, "Location: https://elsewhere.example/"), False),
    ],
)
def test_r19_a_lost_answer_is_doubt_and_nothing_is_sent_twice(serve, name, answer, doubt):
    server = serve(answer)
    with pytest.raises(OttoUnavailable) as caught:
        ACTING[name](server)
    assert (caught.value.maybe_done, len(server.asked)) == (doubt, 1)


@pytest.mark.parametrize("name", NEW_CALLS)
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, OttoInvalid), (413, OttoTooLarge), (403, OttoForbidden), (404, OttoNotFound), (409, OttoConflict),
     (429, OttoRateLimited)],
)  # fmt: skip
@OWN
def test_refusals_in_both_forms(serve, name, status, kind, form):
    server = serve(whole(status, {"errors": form(PROBLEM)}))
    with pytest.raises(kind) as caught:
        ACTING[name](server)
    assert "condition must not be empty" in caught.value.words
    assert not getattr(caught.value, "maybe_done", False)
    assert len(server.asked) == 1


def test_what_an_acceptance_says(serve):
    server = serve(whole(200, {}))
    assert otto(server).accept_returns([DECISION]).done == ("piece",)
    assert server.asked[0].startswith("POST /v3/returns/acceptance ")
    for word in ('"positionItemId": "piece"', '"salesOrderId": "order"', '"condition": "A"', "RETURN_RECEIVED"):
        assert word in server.asked[0]
    otto(server).reject_returns([DECISION])
    assert server.asked[1].startswith("POST /v3/returns/rejection ")


def test_a_200_without_json_took_all(serve):
    assert otto(serve(whole(200, b""))).accept_returns([DECISION]).done == ("piece",)
    assert otto(serve(whole(200, b"OK", "Content-Type: text/plain"))).accept_returns([DECISION]).done == ("piece",)


def test_what_was_lost_and_is_said_again_is_a_success(serve):
    again = {"detail": "Product Is Already Accepted By The Partner for positionItemId: piece", "logref": "piece"}
    server = serve(cut, whole(422, {"errors": [again]}))
    client = otto(server)
    with pytest.raises(OttoUnavailable):
        client.accept_returns([DECISION])
    assert client.accept_returns([DECISION]).already == ("piece",)


def test_a_207_of_two_pieces(serve):
    other = ReturnDecision("other", "order", "B", "COMPLAINT")
    problem = {"detail": "Error: Product Not Sent By The Partner for positionItemId: other", "logref": "positionItemId"}
    result = otto(serve(whole(207, {"results": [{"positionItemId": "piece"}], "errors": [problem]}))).accept_returns(
        [DECISION, other]
    )
    assert (result.done, [refusal.position_item_id for refusal in result.refused]) == (("piece",), ["other"])


# Refunds of a part


def test_what_a_reduction_says(serve):
    server = serve(whole(202, {"results": [{"title": "Accepted", "code": 202}]}))
    assert otto(server).reduce_price("order", "piece", EURO) is None
    assert '"priceReduction": {"amount": 12.5, "currency": "EUR"}' in server.asked[0]


def test_when_a_service_behind_otto_fails_it_is_not_known_how_far_it_came(serve):
    server = serve(whole(424, {"errors": [PROBLEM]}))
    with pytest.raises(OttoUnavailable) as caught:
        otto(server).reduce_price("order", "piece", EURO)
    assert (caught.value.maybe_done, caught.value.status, len(server.asked)) == (True, 424, 1)
    assert "condition must not be empty" in caught.value.words


@OWN
def test_a_202_with_errors_is_doubt(serve, form):
    with pytest.raises(OttoUnavailable) as caught:
        otto(serve(whole(202, {"errors": form(PROBLEM)}))).reduce_price("order", "piece", EURO)
    assert caught.value.maybe_done


def test_the_reductions_of_one_piece(serve):
    others = [REDUCED | {"positionItemId": f"p{number}"} for number in range(3)]
    server = serve(whole(200, {"results": [*others, REDUCED]}))
    found = otto(server).price_reductions("PIECE")
    assert (found.position_item_id, found.left.amount) == ("piece", Decimal("87.5"))
    assert "positionItemId=PIECE" in server.asked[0]
    # A filter that is ignored shows others, which are none of this piece.
    assert otto(serve(whole(200, {"results": others}))).price_reductions("piece") is None
    assert otto(serve(whole(200, {"results": []}))).price_reductions("piece") is None


@OWN
def test_only_ottos_own_word_says_that_there_is_no_reduction(serve, form):
    """A "none" that is none would be an invitation to refund once more."""
    assert otto(serve(whole(404, {"errors": form(NONE["errors"][0])}))).price_reductions("piece") is None


@pytest.mark.parametrize(
    "answer",
    [
        whole(404, {"message": "no Route matched with those values"}),
        whole(404, {"message": "Not Found"}),
        whole(404, {"errors": [{"title": "Not Found", "detail": "PositionItemId does not exist"}]}),
        whole(404, b""),
        whole(404, b"<html></html>", "Content-Type: text/html"),
        whole(500, NONE),
        whole(200, {}),
        whole(200, b""),
        whole(200, {"results": None}),
        whole(200, {"results": [REDUCED | {"invoicePrice": None}]}),
        whole(200, {"results": [{}]}),
        whole(200, {"results": [], "links": [{"rel": "next", "href": "/v1/price-reductions?page=2"}]}),
    ],
)
def test_whatever_else_there_is_says_nothing_of_reductions(serve, answer):
    with pytest.raises(OttoError) as caught:
        otto(serve(answer)).price_reductions("piece")
    assert not isinstance(caught.value, OttoNotFound)


@pytest.mark.parametrize(
    "read", [lambda client: client.return_parcel("602"), lambda client: client.return_parcel_by_number("DHL", "577")]
)
def test_only_ottos_own_word_says_that_a_return_was_withdrawn(serve, read):
    own = {
        "errors": [{"title": "RESOURCE_NOT_FOUND", "detail": "Found no return shipment", "path": "/return-shipments"}]
    }
    assert read(otto(serve(whole(404, own)))) is None
    assert read(otto(serve(whole(404, {"errors": own["errors"][0]})))) is None
    for answer in (whole(404, {"message": "no Route matched with those values"}), whole(404, b""), whole(200, {})):
        with pytest.raises(OttoUnavailable):
            read(otto(serve(answer)))


def test_ids_are_escaped_in_addresses(serve):
    server = serve(whole(404, {"errors": [{"title": "RESOURCE_NOT_FOUND"}]}))
    otto(server).return_parcel("../6 0/2")
    otto(server).return_parcel_by_number("DHL", "5/7")
    assert server.asked[0].startswith("GET /v1/return-shipments/..%2F6%200%2F2 ")
    assert server.asked[1].startswith("GET /v1/return-shipments/carriers/DHL/trackingnumbers/5%2F7 ")


def test_pages_of_returns_are_followed_and_those_that_lead_in_a_circle_are_not(serve):
    row = {"positionItemId": "p", "salesOrderId": "o", "status": "ANNOUNCED", "occurredTime": "2026-05-01T00:00:00Z"}
    second = "/v3/returns?status=ANNOUNCED&limit=50&page=2"
    full = {"positionItems": [row] * 50, "links": [{"rel": "next", "href": second}]}
    server = serve(whole(200, full), whole(200, {"positionItems": [row], "links": []}))
    assert [len(page.pieces) for page in otto(server).return_pages("ANNOUNCED")] == [50, 1]
    assert "status=ANNOUNCED&limit=50&page=1 " in server.asked[0]
    assert "page=2 " in server.asked[1]
    with pytest.raises(OttoUnavailable):
        list(otto(serve(whole(200, full))).return_pages("ANNOUNCED"))
