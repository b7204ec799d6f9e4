"""Receipts as OTTO writes them, in elder generations and in the odd forms that are feared."""

import copy
import json
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from otto_api import TaxAmount, parse_receipts
from otto_api.foreign import Secrets
from otto_api.node import Node, Unreadable
from tests.unit.receipt_bodies import DELIVERY, EMPTY, ITEM, PART, PURCHASE, REFUND, euros, page_of, read, vat


def broken(**changes):
    page = page_of(PURCHASE | changes, PURCHASE)
    assert len(page.receipts) == 1
    return page.broken[0]


def test_a_purchase_with_all_that_is_on_it():
    receipt = read()
    assert (receipt.number, receipt.kind, receipt.is_credit) == ("R-DE-123456789-2026-1507", "PURCHASE", False)
    assert receipt.created == datetime(2026, 4, 17, 14, 20, 31, tzinfo=timezone.utc)
    assert (receipt.order_id, receipt.order_number) == ("a24c37c0", "bwqwz7s8cx")
    assert (receipt.gross, receipt.net, receipt.tax) == (Decimal("59.92"), Decimal("50.35"), Decimal("9.57"))
    assert receipt.amount_due.amount == Decimal("49.92")
    assert [(each.kind, each.amount.amount, each.code) for each in receipt.reductions] == [("VOUCHER", 10, "****EFGH")]
    assert (receipt.payment.method, receipt.payment.provider) == ("INVOICE_SINGLE", "OTTOPAYMENTS")
    assert (receipt.delivery_country, receipt.customer.country_code, receipt.currency) == ("AUT", "DEU", "EUR")
    assert (receipt.is_real, receipt.is_deemed_supplier, receipt.adds_up) == (True, False, True)
    item, delivery = receipt.lines
    assert (item.kind, item.sku, item.title, item.quantity) == ("item", "V0533", "White Shirt", 2)
    assert item.piece_ids == ("p1", "p2")
    assert item.tax == TaxAmount("VAT", Decimal("19"), Decimal("53.97"), Decimal("45.35"), Decimal("8.62"))
    assert [each.price.gross for each in item.prices_per_piece] == [Decimal("26.99"), Decimal("26.98")]
    assert [(each.detail, each.amount.gross) for each in item.modifications] == [("PLATFORM_DISCOUNT", Decimal("6.01"))]
    assert (delivery.kind, delivery.title, delivery.piece_ids) == ("delivery", "DELIVERY_FEE_STANDARD", ())
    assert json.loads(receipt.raw) == PURCHASE


def test_a_refund_of_a_part():
    line = PART | {"partialRefundAmount": vat(5.95, 5, 0.95)}
    receipt = read(
        REFUND,
        receiptType="PARTIAL_REFUND",
        partialRefundType="REFUND_COMPLAINT_ITEM",
        lineItems=EMPTY | {"itemPartialRefundPositions": [line]},
        totals=[vat(5.95, 5, 0.95)],
    )
    assert (receipt.is_credit, receipt.partial_refund_type) == (True, "REFUND_COMPLAINT_ITEM")
    assert receipt.linked_number == PURCHASE["receiptNumber"]
    assert (receipt.delivery_country, receipt.shipment_date) == (None, None)
    assert [(each.kind, each.piece_ids, each.quantity) for each in receipt.lines] == [("item_partial", ("p1",), 1)]


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name, kind, amount in parse_receipts.LINE_LISTS if "artial" in amount]
)
def test_every_list_of_partial_refunds(name, kind):
    receipt = read(REFUND, lineItems={name: [PART | {"partialRefundAmount": vat(59.92)}]})
    assert [line.kind for line in receipt.lines] == [kind]


def test_a_service_is_billed_by_its_own_ids_beside_its_article():
    service = {
        "serviceType": "WARRANTY_EXTERNAL",
        "serviceName": "Garantie",
        "servicePositionItemIds": ["s1"],
        "quantity": 1,
        "positionSum": vat(59.92),
        "linkedItemDetails": {"sku": "V0533", "articleNumber": "S0"},
    }
    [line] = read(lineItems=EMPTY | {"servicePositions": [service]}).lines
    assert (line.kind, line.title, line.sku, line.piece_ids) == ("service", "Garantie", "V0533", ("s1",))


@pytest.mark.parametrize(
    ("gross", "rate", "net", "tax"),
    [
        (5.95, "19.0", "5.00", "0.95"),
        (53.97, "19", "45.35", "8.62"),
        (0.03, "19.0", "0.03", "0.00"),
        # 1.785 / 1.19 would be 1.50; half a cent goes up.
        (10.70, "7.0", "10.00", "0.70"),
        (1.01, "7", "0.94", "0.07"),
        (0.01, "100", "0.01", "0.00"),
        (12, "0", "12.00", "0.00"),
        (12, None, None, None),
    ],
)
def test_net_and_tax_of_elder_receipts_are_computed(gross, rate, net, tax):
    lines = EMPTY | {"itemPositions": [ITEM | {"positionSum": vat(gross, rate=rate)}]}
    changes = {"lineItems": lines, "totals": [vat(gross, rate=rate)]}
    if net is None:
        assert "taxRate is missing" in broken(**changes).reason
        return
    total = read(**changes).totals[0]
    assert (str(total.net), str(total.tax), total.computed) == (net, tax, True)
    assert total.adds_up


@pytest.mark.parametrize("missing", ["net", "tax"])
@pytest.mark.parametrize("hidden", ["absent", None, {}, {"amount": None, "currency": "EUR"}])
def test_one_of_net_and_tax_makes_the_other(missing, hidden):
    total = vat(59.92, 50.35, 9.57)
    if hidden == "absent":
        del total[missing]
    else:
        total[missing] = hidden
    read_total = read(totals=[total]).totals[0]
    assert (read_total.net, read_total.tax, read_total.computed) == (Decimal("50.35"), Decimal("9.57"), True)


def test_what_otto_says_is_kept_even_where_it_does_not_add_up():
    receipt = read(totals=[vat(59.92, 50.00, 9.57)])
    assert (receipt.totals[0].net, receipt.totals[0].adds_up, receipt.adds_up) == (Decimal("50"), False, False)
    assert not read(totals=[vat(60, 50.42, 9.58)]).adds_up
    assert not read(totals=[vat(59.92, 56, 3.92, "7.0")]).adds_up


def test_a_rate_is_the_same_however_it_is_written():
    assert read(totals=[vat(59.92, 50.35, 9.57, "19.00")]).adds_up
    assert read(totals=[vat(59.92, 50.35, 9.57, 19)]).adds_up
    assert read(totals=[vat(50, 42.02, 7.98), vat(9.92, 8.33, 1.59)]).adds_up


def test_without_a_tax_there_need_be_no_rate():
    free = {"taxType": "VAT", "gross": euros(0), "net": euros(0), "tax": euros(0)}
    receipt = read(
        lineItems=EMPTY | {"servicePositions": [{"serviceType": "DISPOSAL", "positionSum": free}]}, totals=[free]
    )
    assert (receipt.totals[0].rate, receipt.gross) == (0, 0)


def test_insurance_tax_is_a_total_of_its_own():
    insured = vat(11.90, 10, 1.90) | {"taxType": "INSURANCE"}
    service = {"serviceName": "Schutz", "servicePositionItemIds": ["s"], "positionSum": insured}
    receipt = read(
        lineItems=EMPTY | {"itemPositions": [ITEM], "servicePositions": [service]},
        totals=[vat(53.97, 45.35, 8.62), insured],
    )
    assert [total.tax_type for total in receipt.totals] == ["VAT", "INSURANCE"]
    assert receipt.adds_up


@pytest.mark.parametrize("kind", ["REFUND", "PARTIAL_REFUND"])
def test_refunds_are_positive_whatever_sign_they_come_with(kind):
    def below(value):
        if isinstance(value, dict):
            return {key: -each if key == "amount" else below(each) for key, each in value.items()}
        return [below(each) for each in value] if isinstance(value, list) else value

    plain, turned = read(REFUND, receiptType=kind), read(below(REFUND), receiptType=kind)
    assert (plain.negated, turned.negated) == (False, True)
    assert (turned.lines, turned.totals, turned.amount_due) == (plain.lines, plain.totals, plain.amount_due)
    assert turned.raw != plain.raw


def test_only_what_is_wholly_negative_is_turned():
    mixed = [vat(60.92, 51.19, 9.73), vat(-1, -0.84, -0.16, "7.0")]
    assert not read(REFUND, totals=mixed).negated
    assert not read(totals=[vat(-59.92, -50.35, -9.57)]).negated


@pytest.mark.parametrize("value", [True, "true", "TRUE"])
def test_flags_as_text(value):
    receipt = read(isRealReceipt=value, isDeemedSupplierModel=value)
    assert (receipt.is_real, receipt.is_deemed_supplier) == (True, True)


@pytest.mark.parametrize("missing", ["isRealReceipt", "isDeemedSupplierModel"])
def test_flags_of_elder_generations(missing):
    receipt = read({key: value for key, value in PURCHASE.items() if key != missing})
    assert (receipt.is_real, receipt.is_deemed_supplier) == (True, False)


@pytest.mark.parametrize("name", ["isRealReceipt", "isDeemedSupplierModel"])
@pytest.mark.parametrize("value", ["perhaps", 1, 0, "", [], {}])
def test_a_flag_that_is_neither_true_nor_false_is_no_guess(name, value):
    assert f"{name} is neither" in broken(**{name: value}).reason


def test_unknown_kinds_and_reasons_stay_text():
    receipt = read(receiptType="Correction Invoice", refundType="SOMETHING_NEW", unknown={"a": 1})
    assert (receipt.kind, receipt.is_credit, receipt.refund_type) == ("CORRECTION_INVOICE", False, "SOMETHING_NEW")


def test_numbers_as_text_and_binary_noise():
    text = vat("59.92", "50.35", "9.57", 19)
    assert read(totals=[text]).totals[0].gross == Decimal("59.92")
    noisy = vat(59.92, 50.349999999999994, 9.570000000000002)
    assert read(totals=[noisy]).totals[0].net == Decimal("50.35")


@pytest.mark.parametrize(
    "amount", ["NaN", "Infinity", "-Infinity", "1e400", "", "x", None, True, [], {}, 10**11, 1.005]
)
@pytest.mark.parametrize("place", ["gross", "net", "line", "due", "discount", "piece", "voucher"])
def test_r20_an_amount_that_is_none_breaks_its_receipt_alone(amount, place):
    body = copy.deepcopy(PURCHASE)
    item = body["lineItems"]["itemPositions"][0]
    price = {
        "gross": body["totals"][0]["gross"],
        "net": body["totals"][0]["net"],
        "line": item["positionSum"]["gross"],
        "due": body["amountDue"],
        "discount": item["priceModifications"][0]["priceModificationAmount"]["gross"],
        "piece": item["priceToPayPerPositionItems"][0]["priceToPay"]["gross"],
        "voucher": body["totalsReductions"][0]["gross"],
    }[place]
    price["amount"] = amount
    page = page_of(body, PURCHASE)
    if place == "net" and amount in (None, ""):
        assert page.receipts[0].totals[0].computed
        return
    assert (len(page.receipts), page.broken[0].number) == (1, PURCHASE["receiptNumber"])
    assert page.broken[0].order_number == "bwqwz7s8cx"
    assert json.loads(page.broken[0].raw) == body


@pytest.mark.parametrize("literal", ["NaN", "1e400", "-Infinity", "1e-400", "9" * 400])
def test_r20_numbers_that_json_does_not_know(literal):
    text = json.dumps({"resources": [PURCHASE, PURCHASE]}).replace("59.92", literal, 1)
    page = parse_receipts.receipt_page(Secrets().read_json(text.encode()), text)
    assert (len(page.receipts), len(page.broken)) == (1, 1)
    assert literal in page.broken[0].raw


@pytest.mark.parametrize("rate", ["x", "-19", "101", "NaN", "1e400", [], {}, True])
def test_a_rate_that_is_none(rate):
    assert broken(totals=[vat(59.92, 50.35, 9.57, rate)]).reason


@pytest.mark.parametrize(
    "changes",
    [
        {"totals": [vat(59.92) | {"gross": {"amount": 59.92, "currency": "CHF"}}]},
        {"totals": [vat(59.92, 50.35, 9.57) | {"tax": {"amount": 9.57, "currency": "CHF"}}]},
        {"amountDue": {"amount": 59.92, "currency": "CHF"}},
        {"lineItems": EMPTY | {"itemPositions": [ITEM | {"positionSum": vat(1) | {"gross": {"amount": 1}}}]}},
    ],
)
def test_two_currencies_are_no_receipt(changes):
    assert "currency" in broken(**changes).reason


def test_a_receipt_in_another_currency():
    body = json.loads(json.dumps(PURCHASE).replace("EUR", "CHF"))
    assert (read(body).currency, read(body).amount_due.currency) == ("CHF", "CHF")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"receiptNumber": None}, "receiptNumber is missing"),
        ({"receiptNumber": " "}, "receiptNumber is empty"),
        ({"receiptType": None}, "receiptType is missing"),
        ({"creationDate": "soon"}, "creationDate is no date"),
        ({"creationDate": "0001-01-01T00:00:00Z"}, "creationDate is no date"),
        ({"amountDue": None}, "amountDue"),
        ({"totals": None}, "totals is missing"),
        ({"totals": []}, "totals is missing"),
        ({"totals": {}}, "totals is no list"),
        ({"lineItems": None}, "lineItems is missing"),
        ({"lineItems": []}, "lineItems is no object"),
        ({"lineItems": {"itemPositions": {}}}, "itemPositions is no list"),
        ({"lineItems": {"itemPositions": [5]}}, "itemPositions[0] is no object"),
        ({"lineItems": {"itemPositions": [ITEM | {"positionSum": None}]}}, "positionSum is missing"),
        ({"lineItems": {"itemPositions": [ITEM | {"quantity": 1.5}]}}, "quantity is no whole number"),
        ({"lineItems": {"itemPositions": [ITEM | {"positionItemIds": [{}]}]}}, "positionItemIds[0] is missing"),
        ({"payment": 5}, "payment is no object"),
    ],
)
def test_r20_what_is_missing_is_named(changes, reason):
    assert reason in broken(**changes).reason


def test_missing_lists_of_lines_are_empty_ones():
    receipt = read(lineItems={"itemPositions": [ITEM], "deliveryCosts": [DELIVERY]}, totalsReductions=None)
    assert (len(receipt.lines), receipt.reductions) == (2, ())


def test_pieces_and_quantities_of_elder_receipts():
    elder = {key: value for key, value in ITEM.items() if key not in ("sku", "lineNumber", "quantity")}
    [line] = read(lineItems={"itemPositions": [elder]}).lines
    assert (line.sku, line.quantity, line.article_number) == (None, 2, "S0A1563237W3")


@pytest.mark.parametrize("body", [None, [], 5, {}, {"resources": None}, {"resources": {}}, {"resources": "x"}])
def test_a_page_that_is_none(body):
    with pytest.raises(Unreadable):
        parse_receipts.receipt_page(body, json.dumps(body))


def test_each_receipt_keeps_its_own_text():
    first, second = '{ "receiptNumber" : "]}{[,\\"" }', '{"totals":[{"a":[]}]}'
    text = f'\ufeff {{"links": [{{"rel":"next"}}],\n "resources":[\t{first} ,{second}], "x": {{"resources": [1]}} }}'
    assert parse_receipts.elements(text, "resources") == [first, second]
    assert parse_receipts.elements('{"resources":[],"resources":[1, 2]}', "resources") == ["1", "2"]
    for wrong in ("", "[", "{", '{"resources":[1', '{"resources"', "[" * 100_000, '{"a":1}'):
        with pytest.raises(Unreadable):
            parse_receipts.elements(wrong, "resources")


def test_a_receipt_as_a_node():
    receipt = parse_receipts.receipt(Node(Secrets().read_json(json.dumps(REFUND).encode())), "text")
    assert (receipt.raw, receipt.linked_created) == ("text", datetime(2026, 4, 17, 14, 20, 31, tzinfo=timezone.utc))
