"""Receipts: what is written after a shipment, a return, a price reduction, and how it is listed (facts/otto.md §9)."""

import io
from decimal import Decimal

import pytest
import requests
from pypdf import PdfReader

LISTS = (
    "itemPositions",
    "itemPartialRefundPositions",
    "servicePositions",
    "servicePartialRefundPositions",
    "deliveryCosts",
    "deliveryFeePartialRefundPositions",
)
SCOPES = "orders shipments returns price-reduction receipts"
DAY = 24 * 3600


@pytest.fixture
def otto(otto):
    otto.sign_in(SCOPES)
    return otto


@pytest.fixture
def sent(otto, sandbox):
    """A function that makes one order that was sent, and returns it as OTTO shows it."""

    def make(status="SENT", **wishes):
        wishes = {"pieces": 2, "fees": [], "discount": False, "payment": "INVOICE_SINGLE", **wishes}
        return otto.order(sandbox.make_orders(1, status, **wishes)[0])

    return make


def ids(order):
    return [item["positionItemId"] for item in order["positionItems"]]


def written(sandbox, seconds=60):
    sandbox.advance(seconds)
    return list(sandbox.receipts().values())


def money(price, part="gross"):
    return Decimal(str(price[part]["amount"]))


def positions(receipt):
    return [row for name in LISTS for row in receipt["lineItems"][name]]


def accept(otto, order, *item_ids):
    rows = [
        {"positionItemId": each, "salesOrderId": order["salesOrderId"], "condition": "A", "reason": "RETURN_RECEIVED"}
        for each in item_ids
    ]
    assert otto.call("POST", "/v3/returns/acceptance", {"positionItems": rows}).status_code == 200


def reduce(otto, order, item_id, value):
    price = {"amount": value, "currency": "EUR"}
    body = {"salesOrderId": order["salesOrderId"], "positionItemId": item_id, "priceReduction": price}
    assert otto.call("POST", "/v1/price-reductions", body).status_code == 202


def listed(otto, query=""):
    return [row["receiptNumber"] for page in otto.pages(f"/v3/receipts?{query}") for row in page["resources"]]


def test_a_receipt_comes_some_time_after_the_shipment(otto, sandbox, sent):
    order = sent()
    assert listed(otto) == []
    [receipt] = written(sandbox)
    year = sandbox.now().year
    assert (receipt["receiptType"], receipt["receiptNumber"]) == ("PURCHASE", f"R-DE-123456789-{year}-1")
    assert (receipt["salesOrderId"], receipt["orderNumber"]) == (order["salesOrderId"], order["orderNumber"])
    assert receipt["isRealReceipt"] is True
    assert receipt["isDeemedSupplierModel"] is False
    assert set(receipt["lineItems"]) == set(LISTS)
    assert sorted(each for row in positions(receipt) for each in row["positionItemIds"]) == sorted(ids(order))
    total = sum(Decimal(str(item["itemValueGrossPrice"]["amount"])) for item in order["positionItems"])
    assert sum(map(money, receipt["totals"])) == total
    assert Decimal(str(receipt["amountDue"]["amount"])) == Decimal(str(receipt["totalsGrossAmount"]["amount"])) == total
    assert all(isinstance(row["taxRate"], str) for row in receipt["totals"])
    assert otto.call("GET", f"/v3/receipts/{receipt['receiptNumber']}").json() == receipt


def test_one_receipt_for_each_order_and_shipment_and_delivery_costs_once(otto, sandbox, sent):
    order = sent(status="PROCESSABLE", pieces=3, fees=[5.95, 29.95])
    for item_id in ids(order):
        sandbox.act(order["salesOrderId"], "send", [item_id])
        sandbox.advance(10)
    receipts = written(sandbox)
    assert [len(row["lineItems"]["itemPositions"]) for row in receipts] == [1, 1, 1]
    assert [len(row["lineItems"]["deliveryCosts"]) for row in receipts] == [2, 0, 0]
    kinds = [row["deliveryCostType"] for row in receipts[0]["lineItems"]["deliveryCosts"]]
    assert kinds == ["DELIVERY_FEE_STANDARD", "DELIVERY_FEE_FREIGHT_SURCHARGE"]


def test_a_parcel_of_two_orders_has_two_receipts(otto, sandbox, shipment):
    other = otto.order(sandbox.make_orders(1, pieces=1)[0])
    shipment["positionItems"].append(
        shipment["positionItems"][0] | {"positionItemId": ids(other)[0], "salesOrderId": other["salesOrderId"]}
    )
    assert otto.call("POST", "/v1/shipments", shipment).status_code == 201
    receipts = written(sandbox)
    assert {row["salesOrderId"] for row in receipts} == {row["salesOrderId"] for row in shipment["positionItems"]}
    assert receipts[0]["shipmentDate"] == shipment["shipDate"]


def test_pieces_of_one_article_are_one_position(sandbox, sent, otto):
    sku = otto.orders()[0]["positionItems"][0]["product"]["sku"]
    order = sent(skus=[sku], pieces=60, prices=[10.01])
    [receipt] = written(sandbox)
    [row] = positions(receipt)
    assert (row["quantity"], len(row["positionItemIds"])) == (60, 60)
    assert (money(row["unitPrice"]), money(row["positionSum"])) == (Decimal("10.01"), Decimal("600.60"))
    assert len(ids(order)) == 60


def test_discounts_are_told_piece_by_piece(sandbox, sent):
    order = sent(discount=True, pieces=4)
    [receipt] = written(sandbox)
    price = {item["positionItemId"]: item["itemValueReducedGrossPrice"]["amount"] for item in order["positionItems"]}
    told = {
        each: float(money(group["priceToPay"]))
        for row in positions(receipt)
        for group in row["priceToPayPerPositionItems"]
        for each in group["positionItemIds"]
    }
    assert told == price
    for row in positions(receipt):
        off = sum(money(change["priceModificationAmount"]) for change in row["priceModifications"])
        assert off > 0
        assert money(row["unitPrice"]) * row["quantity"] - off == money(row["positionSum"])
        kinds = {change["details"]["type"] for change in row["priceModifications"]}
        assert kinds <= {"PARTNER_DISCOUNT", "PLATFORM_DISCOUNT"}


@pytest.mark.parametrize("by_lines", [False, True])
def test_totals_are_the_sums_of_the_positions_at_each_rate(sandbox, sent, by_lines):
    sandbox.receipt_rules(totals_by_lines=by_lines)
    for _number in range(10):
        sent(discount=None, pieces=5, fees=None)
    for receipt in written(sandbox):
        for total in receipt["totals"]:
            rows = [
                row["positionSum"] for row in positions(receipt) if row["positionSum"]["taxRate"] == total["taxRate"]
            ]
            assert sum(map(money, rows)) == money(total)
            assert money(total, "net") + money(total, "tax") == money(total)
            if by_lines:
                assert sum(money(row, "net") for row in rows) == money(total, "net")


def test_prepayment_and_vouchers_lower_what_is_due_but_not_the_turnover(sandbox, sent):
    sent(payment="PREPAYMENT")
    sandbox.receipt_rules(voucher=1.5)
    [prepaid] = written(sandbox)
    sent(payment="INVOICE_SINGLE", prices=[20, 30])
    with_voucher = written(sandbox)[1]
    assert prepaid["amountDue"]["amount"] == 0
    assert sum(map(money, prepaid["totals"])) > 0
    assert (with_voucher["amountDue"]["amount"], with_voucher["totalsGrossAmount"]["amount"]) == (48.5, 50)
    assert sum(map(money, with_voucher["totals"])) == 50
    [reduction] = with_voucher["totalsReductions"]
    assert (reduction["type"], reduction["gross"]["amount"]) == ("VOUCHER", 1.5)


def test_accepted_returns_are_refunded_on_one_receipt(otto, sandbox, sent):
    order = sent(pieces=3, discount=True)
    [purchase] = written(sandbox)
    accept(otto, order, *ids(order)[:2])
    refund = written(sandbox)[1]
    assert (refund["receiptType"], refund["refundType"]) == ("REFUND", "RETURN")
    assert refund["receiptNumber"].startswith("E-DE-123456789-")
    assert refund["linkedReceiptNumber"] == purchase["receiptNumber"]
    assert refund["linkedCreationDate"] == purchase["creationDate"]
    back = [each for row in refund["lineItems"]["itemPositions"] for each in row["positionItemIds"]]
    assert sorted(back) == sorted(ids(order)[:2])
    paid = sum(Decimal(str(row["itemValueReducedGrossPrice"]["amount"])) for row in order["positionItems"][:2])
    assert sum(map(money, refund["totals"])) == paid
    assert not {"deliveryAddress", "shipmentDate", "shipment", "totalsGrossAmount"} & set(refund)


def test_a_partial_refund_and_its_deduction_from_a_later_return(otto, sandbox, sent):
    order = sent(prices=[20], pieces=1)
    [purchase] = written(sandbox)
    reduce(otto, order, ids(order)[0], 5.95)
    _purchase, part = written(sandbox)
    [told] = otto.call("GET", f"/v1/price-reductions?positionItemId={ids(order)[0]}").json()["results"]
    assert (part["receiptType"], part["partialRefundType"]) == ("PARTIAL_REFUND", "REFUND_COMPLAINT_ITEM")
    assert part["receiptNumber"] == told["priceReductions"][0]["receiptNumber"]
    assert part["linkedReceiptNumber"] == purchase["receiptNumber"]
    [row] = part["lineItems"]["itemPartialRefundPositions"]
    assert (row["positionItemIds"], money(row["partialRefundAmount"])) == (ids(order), Decimal("5.95"))
    accept(otto, order, *ids(order))
    refund = written(sandbox)[2]
    [row] = refund["lineItems"]["itemPositions"]
    [change] = row["priceModifications"]
    assert (change["priceModificationType"], change["details"]["linkedReceiptNumber"]) == (
        "REFUND_COMPLAINT_ITEM",
        part["receiptNumber"],
    )
    assert change["details"]["linkedPositionItemId"] == ids(order)[0]
    assert money(row["positionSum"]) == Decimal("14.05") == sum(map(money, refund["totals"]))


def test_a_partial_refund_past_the_interface(sandbox, sent):
    order = sent(prices=[20], pieces=1)
    sandbox.reduce_price(ids(order)[0], 5.95)
    part = written(sandbox)[1]
    assert (part["receiptType"], part["totals"][0]["gross"]["amount"]) == ("PARTIAL_REFUND", 5.95)
    for wrong in (20, 0, True, "5", None):
        with pytest.raises(requests.HTTPError):
            sandbox.reduce_price(ids(order)[0], wrong)


def test_a_rejected_reduction_has_no_receipt(otto, sandbox, sent):
    order = sent(prices=[20], pieces=1)
    reduce(otto, order, ids(order)[0], 20)
    assert [row["receiptType"] for row in written(sandbox)] == ["PURCHASE"]


def test_what_otto_refunds_by_itself_has_a_receipt(sandbox, sent):
    order = sent()
    sandbox.decide_return(ids(order)[:1])
    assert [row["receiptType"] for row in written(sandbox)] == ["PURCHASE", "REFUND"]


def test_delivery_costs_go_back_once(otto, sandbox, sent):
    order = sent(fees=[5.95])
    sandbox.receipt_rules(delivery_refunded=True)
    accept(otto, order, ids(order)[0])
    assert [row["receiptType"] for row in written(sandbox)] == ["PURCHASE", "REFUND"]
    accept(otto, order, ids(order)[1])
    last = written(sandbox)[-1]
    assert last["refundType"] == "DELIVERY_FEE_REFUND_AFTER_FULL_REFUND"
    assert [money(row["positionSum"]) for row in positions(last)] == [Decimal("5.95")]
    with pytest.raises(requests.HTTPError):
        sandbox.refund_delivery(order["salesOrderId"])


def test_delivery_costs_alone(sandbox, sent):
    order = sent(fees=[5.95])
    written(sandbox)
    sandbox.refund_delivery(order["salesOrderId"], "CANCELLATION")
    assert written(sandbox)[-1]["refundType"] == "CANCELLATION"


def test_the_document_comes_later_than_the_data(otto, sandbox, sent):
    sandbox.receipt_rules(pdf_seconds=3600)
    sent()
    [receipt] = written(sandbox)
    path = f"/v3/receipts/{receipt['receiptNumber']}.pdf"
    early = otto.call("GET", path)
    assert (early.status_code, early.content) == (404, b"")
    sandbox.advance(3600)
    otto.sign_in(SCOPES)
    answer = otto.call("GET", path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert receipt["receiptNumber"] in text
    assert "MUSTER" in text
    assert otto.call("GET", path).content == answer.content


def test_a_document_that_never_comes(otto, sandbox, sent):
    sandbox.receipt_rules(pdf_seconds=None)
    sent()
    [receipt] = written(sandbox, 30 * DAY)
    otto.sign_in(SCOPES)
    assert otto.call("GET", f"/v3/receipts/{receipt['receiptNumber']}.pdf").status_code == 404


@pytest.mark.parametrize("path", ["/v3/receipts/R-1", "/v3/receipts/R-1.pdf"])
def test_what_is_not_there_is_refused_without_a_body(otto, path):
    answer = otto.call("GET", path)
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.fixture
def three(otto, sandbox, sent):
    """A purchase, a partial refund and a refund of one order, each a day later; and a purchase of another one."""
    order = sent(prices=[20], pieces=2)
    written(sandbox, DAY)
    otto.sign_in(SCOPES)
    reduce(otto, order, ids(order)[0], 5)
    written(sandbox, DAY)
    otto.sign_in(SCOPES)
    accept(otto, order, ids(order)[1])
    written(sandbox, DAY)
    otto.sign_in(SCOPES)
    sent()
    return order, written(sandbox)


def test_newest_first_by_kind_day_and_order(otto, sandbox, three):
    order, receipts = three
    numbers = [row["receiptNumber"] for row in receipts]
    days = [row["creationDate"][:10] for row in receipts]
    assert listed(otto) == numbers[::-1]
    for query in ("receiptTypes=PURCHASE,REFUND", "receiptTypes=PURCHASE&receiptTypes=REFUND"):
        assert listed(otto, query) == [numbers[3], numbers[2], numbers[0]]
    assert listed(otto, "receiptTypes=PARTIAL_REFUND") == [numbers[1]]
    assert listed(otto, f"from={days[1]}&to={days[2]}") == [numbers[2], numbers[1]]
    assert listed(otto, f"from={days[3]}") == [numbers[3]]
    assert listed(otto, f"to={days[0]}") == [numbers[0]]
    assert listed(otto, f"salesOrderId={order['salesOrderId']}") == numbers[2::-1]
    assert listed(otto, "limit=1&receiptTypes=PURCHASE,REFUND") == [numbers[3], numbers[2], numbers[0]]
    assert listed(otto, "limit=2&page=2") == numbers[1::-1]
    assert listed(otto, "fromDate=2020-01-01&unknown=1") == numbers[::-1]


def test_what_is_written_meanwhile_moves_no_page(otto, sandbox, sent, three):
    numbers = [row["receiptNumber"] for row in three[1]]
    first = otto.call("GET", "/v3/receipts?limit=2").json()
    sent()
    written(sandbox)
    second = otto.call("GET", first["links"][0]["href"]).json()
    assert [row["receiptNumber"] for row in (*first["resources"], *second["resources"])] == numbers[::-1]
    assert second["links"] == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=129", "limit=x", "page=0", "receiptTypes=INVOICE", "receiptTypes=", "from=2026-1-1",
        "from=2026-02-30", "to=2026-01-01T00:00:00Z", "next=rubbish",
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_understood(otto, query):
    assert otto.call("GET", f"/v3/receipts?{query}").status_code == 400


def test_the_scope_is_needed(otto, sandbox):
    otto.sign_in("orders")
    answer = otto.call("GET", "/v3/receipts")
    assert (answer.status_code, answer.content) == (403, b"")
    otto.session.headers["Authorization"] = "Bearer nobody"
    answer = otto.call("GET", "/v3/receipts/R-1.pdf")
    assert (answer.status_code, answer.content) == (401, b"")


def test_receipts_of_an_elder_generation(sandbox, sent):
    sandbox.receipt_rules(old=True)
    sent(discount=True)
    [receipt] = written(sandbox)
    assert not {"isDeemedSupplierModel", "totalsReductions", "shipment"} & set(receipt)
    assert all(set(total) == {"taxType", "taxRate", "gross"} for total in receipt["totals"])
    assert all("net" not in row["positionSum"] for row in positions(receipt))


@pytest.mark.parametrize(("rule", "field", "value"), [
    ("technical", "isRealReceipt", False), ("deemed_supplier", "isDeemedSupplierModel", True),
])  # fmt: skip
def test_receipts_that_are_not_booked(sandbox, sent, rule, field, value):
    sandbox.receipt_rules(**{rule: True})
    sent()
    [receipt] = written(sandbox)
    assert receipt[field] is value


def test_refunds_with_negative_amounts(otto, sandbox, sent):
    order = sent()
    sandbox.receipt_rules(negative=True)
    accept(otto, order, *ids(order))
    purchase, refund = written(sandbox)
    assert all(money(total) > 0 for total in purchase["totals"])
    assert all(money(total, part) < 0 for total in refund["totals"] for part in ("gross", "net", "tax"))


def test_a_receipt_of_any_content(otto, sandbox, sent):
    sent()
    [receipt] = written(sandbox)
    added = receipt | {"receiptNumber": "X-1", "receiptType": "STORNO", "creationDate": "2022-01-31T23:30:00.000Z"}
    assert sandbox.add_receipts(added) == ["X-1"]
    assert listed(otto, "to=2022-01-31") == ["X-1"]
    assert listed(otto) == [receipt["receiptNumber"], "X-1"]
    sandbox.edit_receipt("X-1", {"totals": {"0": {"gross": {"amount": 1}}}})
    assert otto.call("GET", "/v3/receipts/X-1").json()["totals"][0]["gross"]["amount"] == 1
    assert otto.call("GET", "/v3/receipts/X-1.pdf").status_code == 200


@pytest.mark.parametrize(
    "rules", [{"nothing": 1}, {"receipt_seconds": -1}, {"receipt_seconds": None}, {"voucher": 0}, {"old": 1}]
)
def test_a_rule_that_is_none(sandbox, rules):
    with pytest.raises(requests.HTTPError):
        sandbox.receipt_rules(**rules)


def test_each_account_has_its_own_receipts(sandbox):
    other = sandbox.account(2)
    other.make_orders(1, "SENT")
    sandbox.advance(60)
    assert sandbox.receipts() == {}
    [number] = other.receipts()
    assert number.startswith("R-DE-123456790-")
