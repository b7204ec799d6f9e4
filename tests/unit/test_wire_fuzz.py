"""Real answers, changed at random: what comes of one is records, a broken record or an own error, nothing else."""

import contextlib
import copy
import dataclasses
import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dhl_api import answers as dhl_answers
from dhl_api.connections import Answer
from dhl_api.errors import DhlError
from dhl_api.foreign import Secrets as DhlSecrets
from otto_api import DeliveryInformation, dialects, parse, parse_catalogue, parse_receipts, parse_returns, rules
from otto_api.client_catalogue import _delivery_result
from otto_api.foreign import Secrets
from otto_api.node import KEY_LIMIT, ODD, TEXT_LIMIT, Node, Unreadable
from otto_api.tokens import token_of
from otto_api.wire import OddLinkError, next_query
from tests import wire_orders
from tests.unit.hostile import NOW

SOME = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
ODD_VALUES = [
    None, True, False, 0, -1, 5, 1.5, 10**40, -(10**400), "", " ", "x", "\x00", "A\ud83d", "\udcff", "\ufffe",
    "é" * 300,
    "x" * 100_000, [], [None], [[]], {}, {"": ""}, {"a\x00": {"b": [1]}}, "1e2000000", "1e-2000000", "9" * 9999, "NaN",
    "-Infinity", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "9999-12-31T24:00:00Z", "2026-02-30",
    "2026-09-21T08:00:00.123456789+0000", "2026-09-21T08:00:00+99:99", "20260921", "0000-00-00", "http://[::1",
    "//evil.example/?a=1", ["rel"], {"rel": "next", "href": 7}, {"rel": "next", "href": "http://[::1"}, "<b>", "null",
]  # fmt: skip
ARTICLE = {
    "sku": "A", "productReference": "R", "ean": "4001234567890", "moin": "M",
    "productDescription": {"category": "Hose", "brandId": "B", "description": "<p>", "bulletPoints": ["a"],
                           "attributes": [{"name": "Farbe", "values": ["rot"], "additional": True}]},
    "mediaAssets": [{"type": "IMAGE", "location": "https://x/1.jpg"}],
    "pricing": {"standardPrice": {"amount": 1.5, "currency": "EUR"}, "vat": "FULL",
                "msrp": {"amount": 2, "currency": "EUR"},
                "sale": {"salePrice": {"amount": 1, "currency": "EUR"},
                         "startDate": "2026-05-01T00:00:00Z", "endDate": None}},
}  # fmt: skip
NOTICES = [{"code": "600007", "title": "BRAND_BLOCKED"}]
LINKS = [{"rel": "self", "href": "/v5/products/update-tasks/7"}, {"rel": "next", "href": "/v5/products?page=1"}]
SHIPMENT = {
    "shipmentId": "1", "trackingKey": {"carrier": "DHL", "trackingNumber": "0034"}, "shipDate": "2026-05-01T00:00:00Z",
    "shipFromAddress": {"city": "Bonn", "zipCode": "53113", "countryCode": "DEU"},
    "positionItems": [{"positionItemId": "p", "salesOrderId": "o", "returnTrackingKey": {"carrier": "DHL"}}],
    "states": [{"state": "SENT", "occurredOn": "2026-05-01T00:00:00Z"}],
}  # fmt: skip
PROBLEM = {
    "errors": [{"path": "/v1", "title": "X_Y", "detail": "Error sku: A", "code": "207", "jsonPath": "$"}],
    "results": [{"sku": "B"}],
}
RETURNED = {
    "positionItemId": "p", "salesOrderId": "o", "status": "ANNOUNCED", "occurredTime": "2026-05-01T00:00:00.00Z",
    "details": {"returnTrackingKey": {"carrier": "DHL", "trackingNumbers": ["577"]}, "condition": "A", "reason": "X",
                "orderNumber": "b", "ottoWarehouseID": "w"},
}  # fmt: skip
RETURN_PARCEL = {
    "returnShipmentId": "r", "createdAt": "2026-05-01T00:00:00Z",
    "trackingKey": {"carrier": "DHL", "trackingNumber": "577"},
    "returnPositionItems": [{"salesOrderId": "o", "salesOrderPositionItemId": "p"}],
    "states": [{"state": "ON THE WAY", "occurredOn": "2026-05-01T00:00:00Z", "statusText": "t"}],
}  # fmt: skip
REDUCED = {
    "salesOrderId": "o", "positionItemId": "p", "totalPriceReduction": {"amount": 1.5, "currency": "EUR"},
    "invoicePrice": {"amount": 9, "currency": "EUR"},
    "priceReductions": [{"receiptNumber": "E1", "priceReduction": {"amount": 1.5, "currency": "EUR"},
                         "creationDateTime": "2026-05-01T00:00:00Z", "status": "PROCESSED"}],
}  # fmt: skip
VAT = {
    "taxType": "VAT", "taxRate": "19.0", "gross": {"amount": 5.95, "currency": "EUR"},
    "net": {"amount": 5, "currency": "EUR"}, "tax": {"amount": 0.95, "currency": "EUR"},
}  # fmt: skip
OFF = {"priceModificationType": "PARTNER_DISCOUNT", "priceModificationAmount": VAT,
       "details": {"description": "d", "id": "1", "type": "PLATFORM_DISCOUNT", "linkedReceiptNumber": "E",
                   "linkedPositionItemId": "p"}}  # fmt: skip
RECEIPT = {
    "receiptType": "REFUND", "receiptNumber": "E", "creationDate": "2026-05-01T00:00:00.000Z", "isRealReceipt": True,
    "isDeemedSupplierModel": False, "refundType": "RETURN", "linkedReceiptNumber": "R", "salesOrderId": "o",
    "linkedCreationDate": "2026-05-01T00:00:00.000Z", "orderNumber": "b", "orderDate": "2026-05-01T00:00:00.000Z",
    "shipmentDate": "2026-05-01T00:00:00.000Z", "payment": {"paymentProvider": "OTTOPAYMENTS", "paymentMethod": "X"},
    "customer": {"invoiceAddress": {"firstName": "E", "lastName": "M", "street": "S", "houseNumber": "1",
                                    "zipCode": "22179", "city": "H", "countryCode": "DEU"}},
    "deliveryAddress": {"countryCode": "DEU"},
    "lineItems": {
        "itemPositions": [{"sku": "A", "articleNumber": "S", "productTitle": "t", "positionItemIds": ["p"],
                           "quantity": 1, "unitPrice": VAT, "positionSum": VAT, "priceModifications": [OFF],
                           "priceToPayPerPositionItems": [{"positionItemIds": ["p"], "priceToPay": VAT}]}],
        "itemPartialRefundPositions": [{"articleNumber": "S", "positionItemIds": ["p"], "partialRefundAmount": VAT}],
        "servicePositions": [{"serviceName": "n", "servicePositionItemIds": ["s"], "quantity": 1, "positionSum": VAT,
                              "linkedItemDetails": {"sku": "A", "articleNumber": "S"}}],
        "servicePartialRefundPositions": [],
        "deliveryCosts": [{"deliveryCostType": "DELIVERY_FEE_STANDARD", "positionSum": VAT}],
    },
    "totals": [VAT], "amountDue": {"amount": 5.95, "currency": "EUR"},
    "totalsReductions": [{"type": "VOUCHER", "details": {"voucherCode": "*"},
                          "gross": {"amount": 1, "currency": "EUR"}}],
}  # fmt: skip
DECIDED = {
    "results": [{"positionItemId": "q", "salesOrderId": "o", "condition": "A", "reason": "COMPLAINT"}],
    "errors": [{"path": "/v3", "title": "Error: p", "detail": "Product Not Sent for positionItemId: p", "logref": "p"}],
}
ENTRIES = [DeliveryInformation("A", "p"), DeliveryInformation("B", "q")]
DHL_ITEMS = {
    "status": {"title": "OK", "status": 200},
    "items": [{"shipmentNo": "0034", "returnShipmentNo": "99", "shipmentRefNo": "R",
               "sstatus": {"title": "OK", "status": 200},
               "label": {"b64": "JVBERi0xLjQK"}, "returnLabel": {"b64": "JVBERi0xLjQK"},
               "validationMessages": [{"property": "p", "validationMessage": "m", "validationState": "Error"}]}],
}  # fmt: skip


def page_of(key, record):
    """A page of a list."""
    return {key: [record, copy.deepcopy(record)], "links": LINKS}


def node_reader(reader):
    """A reader of one record."""
    return lambda body: reader(Node(body))


def catalogue(key, reader):
    """A reader of a page of articles and their like."""
    return lambda body: parse_catalogue.page(body, key, reader, 0)


def task_failures(body):
    """What the client makes of the articles that a task refused."""
    return [parse_catalogue.task_failure(node) for node in Node(body).get("results").items()]


def decided(status, *, accepting=True):
    """A reader of an acceptance or rejection of three pieces."""
    return lambda body: parse_returns.decision_result(status, body, ["p", "q", "r"], accepting=accepting)


def receipts(body):
    """What the client makes of a page of receipts, the texts left out: those become files."""
    page = parse_receipts.receipt_page(body, json.dumps(body, default=str))
    return [dataclasses.replace(each, raw="") for each in (*page.receipts, *page.broken)]


READERS = {
    "receipts": (page_of("resources", RECEIPT), receipts),
    "receipt": (RECEIPT, node_reader(lambda node: parse_receipts.receipt(node, "{}"))),
    "acceptance": (DECIDED, decided(200)),
    "part of an acceptance": (DECIDED, decided(207)),
    "refused rejection": (DECIDED, decided(422, accepting=False)),
    "quantities": ({"resources": {"variations": [{"sku": "A", "quantity": 1, "lastModified": "2026-05-01T00:00:00Z"}]}},
                   parse.quantity_page),
    "quantity result": (PROBLEM, lambda body: parse.quantity_result(207, body, ["A", "B"])),
    "quantity refusal": (PROBLEM, lambda body: parse.quantity_result(422, body, ["A", "B"])),
    "delivery result": (PROBLEM, lambda body: _delivery_result(207, body, ENTRIES)),
    "delivery refusal": (PROBLEM, lambda body: _delivery_result(400, body, ENTRIES)),
    "shipment": (SHIPMENT, node_reader(parse.shipment)),
    "articles": (page_of("productVariations", ARTICLE), catalogue("productVariations", parse_catalogue.article)),
    "statuses": (page_of("marketPlaceStatus", {"sku": "A", "status": "ONLINE",
                                              "errors": NOTICES, "information": NOTICES,
                                              "links": [{"rel": "shop", "href": "https://otto.de"}],
                                              "lastModified": "2026-05-01T00:00:00Z"}),
                 catalogue("marketPlaceStatus", parse_catalogue.marketplace_status)),
    "task": ({"state": "done", "total": 1, "links": LINKS, "pingAfter": "2026-05-01T00:00:00Z", "message": "m"},
             node_reader(parse_catalogue.update_task)),
    "failures": ({"results": [{"variation": "/v5/products/A", "errors": NOTICES}]}, task_failures),
    "profiles": (page_of("results", {"shippingProfileId": "1", "shippingProfileName": "n", "workingDays": ["MONDAY"],
                                     "orderCutoff": "13:30", "defaultProcessingTime": 1, "transportTime": 2}),
                 catalogue("results", parse_catalogue.shipping_profile)),
    "brands": (page_of("brands", {"id": "1", "name": "adidas", "usable": True}),
               catalogue("brands", parse_catalogue.brand)),
    "returns": (page_of("positionItems", RETURNED), parse_returns.return_page),
    "return parcels": (page_of("resources", RETURN_PARCEL), parse_returns.return_parcel_page),
    "return parcel": (RETURN_PARCEL, node_reader(parse_returns.return_parcel)),
    "price reductions": (page_of("results", REDUCED), parse_returns.reduced_page),
    "link": ({"resources": [1], "links": LINKS}, lambda body: next_query(body, "https://api.otto.market")),
    "token": ({"access_token": "t", "expires_in": 1800, "scope": "orders", "refresh_token": "r",
               "refresh_expires_in": 9},
              lambda body: token_of(body, NOW)),
}  # fmt: skip


def places(value, path=()):
    """Yield the way to every value inside of a value, itself included."""
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from places(entry, (*path, key))


def changed(draw, payload):
    """Return a payload with one to three of its values missing or odd."""
    payload = copy.deepcopy(payload)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from([path for path in places(payload) if path] or [(None,)]))
        if last is None:
            return draw(st.sampled_from(ODD_VALUES))
        outer = payload
        for key in way:
            outer = outer[key]
        if isinstance(outer, dict) and draw(st.booleans()) and draw(st.booleans()):
            del outer[last]
        else:
            outer[last] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
    return payload


def over_the_wire(payload):
    """Return a payload as the transport reads it."""
    return Secrets(["something-secret"]).read_json(json.dumps(payload).encode())


def all_texts(value):
    """Yield every text in a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from all_texts(entry)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from all_texts(getattr(value, name))


def fits_a_database(value):
    """Check that no text of a record is too long, or one that cannot be stored."""
    for text in all_texts(value):
        text.encode()
        assert "\x00" not in text
        assert len(text) <= max(KEY_LIMIT, TEXT_LIMIT, 2000)


@SOME
@given(data=st.data())
def test_r20_one_odd_order_never_stops_the_others(data):
    good = data.draw(wire_orders.orders(["A"]))
    odd = changed(data.draw, data.draw(wire_orders.orders(["A", "B"])))
    page = parse.order_page(over_the_wire({"resources": [odd, good, odd]}))
    assert len(page.orders) + len(page.broken) == 3
    assert good["orderNumber"] in [order.number for order in page.orders]
    fits_a_database(page)
    for order in page.orders:
        assert order_facts(order)
    for broken in page.broken:
        assert "Traceback" not in broken.reason
    raw = parse.order_page({"resources": [odd, good]})
    fits_a_database(raw)


def order_facts(order):
    """What the add-on makes of an order at once."""
    rules.delivery_date(order)
    return rules.order_status(order), rules.order_currency(order), rules.expected_total(order)


@pytest.mark.parametrize("name", READERS)
def test_r20_no_answer_raises_anything_but_an_own_error(name):
    payload, reader = READERS[name]
    reader(over_the_wire(payload))

    @SOME
    @given(data=st.data())
    def check(data):
        try:
            read = reader(over_the_wire(changed(data.draw, payload)))
            if name != "token":
                fits_a_database(read)
        except (Unreadable, OddLinkError):
            pass
        except ODD:
            # The client catches these for whole answers; a page of records must have put them to their record.
            assert name in ("token",)

    check()


@SOME
@given(data=st.data(), status=st.sampled_from([200, 207, 400, 401, 403, 404, 409, 422, 429, 500, 503]))
def test_every_error_is_read(data, status):
    content = json.dumps(changed(data.draw, PROBLEM)).encode()
    words, codes = dialects.read(Answer(status, {}, content), Secrets())
    assert words
    assert len(words) <= 500
    fits_a_database((words, codes))


@SOME
@given(data=st.data(), status=st.sampled_from([200, 207, 400, 401, 404, 429, 500]))
def test_every_answer_of_dhl_is_read(data, status):
    content = json.dumps(changed(data.draw, DHL_ITEMS)).encode()
    answer = Answer(status, {}, content)
    body = dhl_answers.body_of(answer, DhlSecrets())
    if dhl_answers.has_items(body):
        for item in body["items"]:
            for read in (dhl_answers.shipment_result, dhl_answers.cancel_result, dhl_answers.closing_result):
                fits_a_database(read(item))
    error = dhl_answers.error_of(answer, "POST /orders", now=NOW, may_be_done=True, secrets=DhlSecrets())
    assert isinstance(error, DhlError)
    fits_a_database((error.words, error.messages))


@settings(SOME, max_examples=300)
@given(content=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: json.dumps(text).encode())))
def test_any_bytes_are_json_or_a_value_error(content):
    with contextlib.suppress(ValueError):
        Secrets().read_json(content)


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000])
def test_what_is_nested_without_end_is_a_value_error(content):
    with pytest.raises(ValueError, match="nested|Expecting"):
        Secrets().read_json(content)


def test_numbers_with_too_many_digits_cost_nothing():
    body = Secrets().read_json(
        b'{"a": 1e2000000, "b": %s, "c": 1e-2000000, "d": NaN, "e": 12.50, "f": 7}' % (b"9" * 100_000)
    )
    assert all(isinstance(body[name], str) for name in "abcd")
    assert (body["e"], body["f"]) == (Decimal("12.50"), 7)
    for name in "abcd":
        with pytest.raises(Unreadable):
            Node(body[name], name).whole()


def test_what_is_nested_deeply_inside_of_an_order_is_left_out():
    deep = b"[" * 500 + b"]" * 500
    assert Secrets().read_json(b'{"resources": [{"a": %s, "b": 1}]}' % deep)["resources"][0]["b"] == 1
