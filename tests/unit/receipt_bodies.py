"""Receipts as OTTO writes them, for the tests of reading and of the wire."""

import json

from otto_api import parse_receipts
from otto_api.foreign import Secrets


def euros(value):
    return {"amount": value, "currency": "EUR"}


def vat(gross, net=None, tax=None, rate="19.0"):
    price = {"taxType": "VAT", "taxRate": rate, "gross": euros(gross)}
    return price | {name: euros(each) for name, each in (("net", net), ("tax", tax)) if each is not None}


ITEM = {
    "lineNumber": 1,
    "sku": "V0533",
    "articleNumber": "S0A1563237W3",
    "productTitle": "White Shirt",
    "positionItemIds": ["p1", "p2"],
    "quantity": 2,
    "unitPrice": vat(29.99, 25.20, 4.79),
    "priceToPayPerPositionItems": [
        {"positionItemIds": ["p1"], "priceToPay": vat(26.99, 22.68, 4.31)},
        {"positionItemIds": ["p2"], "priceToPay": vat(26.98, 22.67, 4.31)},
    ],
    "positionSum": vat(53.97, 45.35, 8.62),
    "priceModifications": [
        {
            "priceModificationType": "PARTNER_DISCOUNT",
            "details": {"description": "3 € Rabatt", "id": "9978", "type": "PLATFORM_DISCOUNT"},
            "priceModificationAmount": vat(6.01, 5.05, 0.96),
        }
    ],
}
DELIVERY = {"deliveryCostType": "DELIVERY_FEE_STANDARD", "positionSum": vat(5.95, 5.00, 0.95), "priceModifications": []}
PART = {"articleNumber": "S0", "productTitle": "White Shirt", "positionItemIds": ["p1"]}
EMPTY = {name: [] for name, _kind, _amount in parse_receipts.LINE_LISTS}
PURCHASE = {
    "receiptType": "PURCHASE",
    "isRealReceipt": True,
    "isDeemedSupplierModel": False,
    "receiptNumber": "R-DE-123456789-2026-1507",
    "creationDate": "2026-04-17T14:20:31.000Z",
    "salesOrderId": "a24c37c0",
    "orderNumber": "bwqwz7s8cx",
    "orderDate": "2026-04-16T05:59:01.255Z",
    "shipmentDate": "2026-04-17T14:05:00.000Z",
    "payment": {"paymentProvider": "OTTOPAYMENTS", "paymentMethod": "INVOICE_SINGLE"},
    "customer": {"invoiceAddress": {"lastName": "Muster", "zipCode": "22179", "city": "Hamburg", "countryCode": "DEU"}},
    "deliveryAddress": {"lastName": "Muster", "countryCode": "AUT"},
    "lineItems": EMPTY | {"itemPositions": [ITEM], "deliveryCosts": [DELIVERY]},
    "totals": [vat(59.92, 50.35, 9.57)],
    "totalsGrossAmount": euros(59.92),
    "amountDue": euros(49.92),
    "totalsReductions": [{"type": "VOUCHER", "details": {"voucherCode": "****EFGH"}, "gross": euros(10)}],
}
REFUND = {key: value for key, value in PURCHASE.items() if key not in ("deliveryAddress", "shipmentDate")} | {
    "receiptType": "REFUND",
    "receiptNumber": "E-DE-123456789-2026-8",
    "refundType": "RETURN",
    "linkedReceiptNumber": "R-DE-123456789-2026-1507",
    "linkedCreationDate": "2026-04-17T14:20:31.000Z",
    "totalsReductions": [],
}


def page_of(*receipts):
    text = json.dumps({"resources": list(receipts), "links": []}, ensure_ascii=False)
    return parse_receipts.receipt_page(Secrets().read_json(text.encode()), text)


def read(body=PURCHASE, **changes):
    page = page_of(body | changes)
    assert page.broken == ()
    return page.receipts[0]
