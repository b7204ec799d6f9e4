"""Odd but lawful, and unlawful, values in OTTO's answers: what becomes of each."""

import copy
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from otto_api import DeliveryInformation, OttoConflict, OttoForbidden, OttoInvalid, Quantity, parse, parse_catalogue
from otto_api.foreign import Secrets
from otto_api.node import Node, Unreadable
from tests.unit.hostile import SHIPMENT, otto, whole

ORDER = {
    "salesOrderId": "8bd8a7cb",
    "orderNumber": "bcd1234567",
    "orderDate": "2026-09-21T08:00:00.000+0000",
    "orderLifecycleInformation": {"lifecycleChangeDate": "2026-09-21T08:00:00.000+0000"},
    "positionItems": [
        {
            "positionItemId": "p1",
            "fulfillmentStatus": "PROCESSABLE",
            "expectedDeliveryDate": "2026-09-23T12:00:00.000+02:00",
            "product": {"sku": "A", "productTitle": "Hose", "articleNumber": "123", "vatRate": 19},
            "itemValueGrossPrice": {"amount": 10, "currency": "EUR"},
        }
    ],
}


def page_with(**changes):
    """A page with one order that is changed, and a good one; `item` and `product` change its piece."""
    odd = copy.deepcopy(ORDER)
    odd["positionItems"][0]["product"] |= changes.pop("product", {})
    odd["positionItems"][0] |= changes.pop("item", {})
    return parse.order_page({"resources": [odd | changes, ORDER]})


EMPTY_DATES = [
    "0001-01-01T00:00:00+01:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-01:00",
    "0000-00-00T00:00:00",
    "",
]


@pytest.mark.parametrize("date", EMPTY_DATES)
def test_r20_an_empty_date_is_none(date):
    order = page_with(item={"expectedDeliveryDate": date}).orders[0]
    assert order.items[0].expected_delivery is None


@pytest.mark.parametrize(
    "date", [*EMPTY_DATES, "2026-02-30T00:00:00Z", "2026", "1790000000", "20260921", "x" * 10_000, 5]
)
def test_r20_an_order_without_a_real_date_is_broken_alone(date):
    page = page_with(orderDate=date)
    assert (len(page.orders), len(page.broken)) == (1, 1)
    assert "orderDate" in page.broken[0].reason
    assert len(page.broken[0].reason) <= 300


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-21T08:00:00Z", "2026-09-21T08:00:00.5z", "2026-09-21T10:00:00.313+0200", "2026-09-21T08:00:00+00",
        "2026-09-21T08:00:00.123456789Z", "2026-09-21T08:00", "2026-09-21 08:00:00",
    ],
)  # fmt: skip
def test_every_form_of_a_moment_is_read(text):
    moment = Node(text, "date").moment()
    assert moment.replace(microsecond=0) == datetime(2026, 9, 21, 8, tzinfo=timezone.utc)


def test_what_cannot_be_stored_is_taken_out_everywhere():
    odd = {"sku": "A\ud83d", "productTitle": "Ho\x00se \udc00", "articleNumber": "1\x002"}
    order = page_with(product=odd).orders[0]
    assert (order.items[0].product.sku, order.items[0].product.title) == ("A\ufffd", "Hose \ufffd")
    page = page_with(product=odd, orderNumber="n\x00\ud83d", orderDate=None, **{"k\x00\ud83d": 1})
    for text in (page.broken[0].number, page.broken[0].raw_excerpt, *page.broken[0].pieces[0]):
        assert "\x00" not in text
        text.encode()


def test_r20_an_endless_article_number_breaks_its_record_and_titles_are_cut():
    page = page_with(product={"sku": "x" * 1_000_000})
    assert len(page.broken[0].pieces[0][0]) == 250
    assert len(page_with(product={"productTitle": "x" * 1_000_000}).orders[0].items[0].product.title) == 500
    quantities = {"resources": {"variations": [{"sku": "x" * 1_000_000, "quantity": 1}, {"sku": "A", "quantity": 2}]}}
    read = parse.quantity_page(quantities)
    assert ([quantity.sku for quantity in read.quantities], read.unreadable) == (["A"], 1)
    articles = parse_catalogue.page({"brands": [{"id": "x" * 1000, "name": "n"}]}, "brands", parse_catalogue.brand, 0)
    assert articles.unreadable


@pytest.mark.parametrize("number", [10**40, -(10**20), "1e2000000", "9" * 9999, "NaN", 2**31, 1.5, "1_0" * 99])
def test_r20_a_quantity_that_is_none_breaks_its_record(number):
    body = Secrets().read_json(Secrets().read_json(b'"x"').encode().replace(b"x", b"{}"))
    assert body == {}
    with pytest.raises(Unreadable):
        Node(number if isinstance(number, str) else Decimal(number), "quantity").whole()


@pytest.mark.parametrize(
    ("items", "pieces"),
    [([], ()), (None, ((None, None),)), ("x", ((None, None),)), ([5], ((None, None),)), ([{}], ((None, None),))],
)
def test_r6_an_order_without_pieces_has_sold_nothing(items, pieces):
    """What cannot be read may have sold any article; what is there and empty has not."""
    assert page_with(positionItems=items).broken[0].pieces == pieces


# One error or a list of them

PROBLEM = {"title": "DUPLICATE_TRACKING_KEY", "detail": "Tracking key already exists.", "path": "/shipments"}
FORMS = pytest.mark.parametrize("form", [lambda problem: [problem], lambda problem: problem], ids=["list", "object"])


@FORMS
def test_codes_of_refused_shipments_survive_in_both_forms(serve, form):
    with pytest.raises(OttoConflict) as caught:
        otto(serve(whole(409, {"errors": form(PROBLEM)}))).ship(SHIPMENT)
    assert caught.value.codes == ("DUPLICATE_TRACKING_KEY",)
    assert "Tracking key already exists." in caught.value.words
    foreign = PROBLEM | {"title": "INSUFFICIENT_PERMISSION"}
    with pytest.raises(OttoForbidden) as caught:
        otto(serve(whole(403, {"errors": form(foreign)}))).shipment("DHL", "0034")
    assert caught.value.codes == ("INSUFFICIENT_PERMISSION",)


@pytest.mark.parametrize("errors", [5, "text", True, [5, None, "x"], [[]], {}, [], None, {"a": {"b": 1}}])
def test_errors_of_any_kind_are_an_own_error(serve, errors):
    with pytest.raises(OttoInvalid) as caught:
        otto(serve(whole(400, {"errors": errors}))).ship(SHIPMENT)
    assert caught.value.words


@FORMS
def test_of_a_207_only_what_its_results_name_is_accepted(serve, form):
    entries = [DeliveryInformation(sku, "p") for sku in "ABC"]
    refusal = form({"title": "Validation Failure", "detail": "Error sku: A is unknown", "code": 404})
    result = otto(serve(whole(207, {"results": [{"sku": "B"}], "errors": refusal}))).set_delivery_information(entries)
    assert (result.accepted, [refused.sku for refused in result.refused]) == (("B",), ["A"])
    result = otto(serve(whole(207, {"results": {"sku": "B"}}))).set_delivery_information(entries)
    assert result.accepted == ("B",)
    result = otto(serve(whole(202, {"message": "OK"}))).set_delivery_information(entries)
    assert result.accepted == ("A", "B", "C")
    result = otto(serve(whole(400, {"errors": refusal}))).set_delivery_information(entries)
    assert (result.accepted, [refused.sku for refused in result.refused]) == ((), ["A"])


@FORMS
def test_refused_quantities_are_named_in_both_forms(serve, form):
    refusal = form({"title": "X", "detail": "Unknown sku: A", "code": "207"})
    result = otto(serve(whole(207, {"results": [{"sku": "B"}], "errors": refusal}))).set_quantities(
        [Quantity("A", 1), Quantity("B", 2)]
    )
    assert (result.accepted, result.refused[0].sku) == (("B",), "A")
