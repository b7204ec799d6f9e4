"""OTTO's receipts as typed records (facts/otto.md §9); see `parse` for the rules of reading.

They are documents: what is not sure is unreadable, never guessed, and the text that came is kept beside what was read.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .const import ReceiptKind
from .node import ODD, Node, Unreadable, reason_of, scalar
from .parse import money
from .types import Address, Money
from .types_receipts import (
    BrokenReceipt,
    Modification,
    PiecePrice,
    Receipt,
    ReceiptLine,
    ReceiptPage,
    ReceiptPayment,
    Reduction,
    TaxAmount,
    TaxTotal,
)

CENT = Decimal("0.01")
# Of a number that somebody calculated in binary, e.g. 25.200000000000003.
NOISE = Decimal("0.000001")
HIGHEST_RATE = Decimal(100)
# OTTO's lists of lines, what a line of them is, and where its amount stands.
LINE_LISTS = (
    ("itemPositions", "item", "positionSum"),
    ("itemPartialRefundPositions", "item_partial", "partialRefundAmount"),
    ("servicePositions", "service", "positionSum"),
    ("servicePartialRefundPositions", "service_partial", "partialRefundAmount"),
    ("deliveryCosts", "delivery", "positionSum"),
    ("deliveryFeePartialRefundPositions", "delivery_partial", "partialRefundAmount"),
)
TITLES = ("productTitle", "serviceName", "serviceType", "deliveryCostType", "articleNumber", "sku")
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
BLANKS = re.compile(r"[ \t\r\n]*")


def receipt_page(body: Any, text: str) -> ReceiptPage:
    """Read a page of receipts; one that cannot be read does not stop the others (R20).

    :param text: the same page as it was received
    :raises Unreadable: when the page itself is no list
    """
    nodes = Node(body).get("resources")
    if nodes.value is None:
        raise Unreadable("resources is missing")
    entries = nodes.items()
    texts = elements(text, "resources")
    if len(texts) != len(entries):
        raise Unreadable("resources is no list of receipts")
    receipts, broken = [], []
    for node, raw in zip(entries, texts, strict=True):
        try:
            receipts.append(receipt(node, raw))
        except ODD as error:
            broken.append(broken_receipt(node, error, raw))
    return ReceiptPage(tuple(receipts), tuple(broken))


def broken_receipt(node: Node, error: Exception, raw: str) -> BrokenReceipt:
    """Return what can be told of a receipt that cannot be read."""
    fields = node.value if isinstance(node.value, dict) else {}
    reason = re.sub(r"^resources\[\d+\]\.", "", reason_of(error))
    return BrokenReceipt(reason, scalar(fields.get("receiptNumber")), scalar(fields.get("orderNumber")), raw)


def elements(text: str, key: str) -> list[str]:
    """Return the elements of the list under a key of a JSON object, each as it stands in the text.

    :raises Unreadable: the text is no object with such a list
    """
    try:
        found = _elements(text.removeprefix("\ufeff"), key)
    except (ValueError, IndexError, RecursionError):
        found = None
    if found is None:
        raise Unreadable(f"{key} is no list")
    return found


def _elements(text: str, key: str) -> list[str] | None:
    found, place = None, _expect(text, 0, "{")
    while text[place] != "}":
        name, place = DECODER.raw_decode(text, place)
        place = _expect(text, place, ":")
        if name == key and text[place] == "[":
            found, place = _spans(text, place)
        else:
            _value, place = DECODER.raw_decode(text, place)
        place = _next(text, place, "}")
    return found


def _spans(text: str, place: int) -> tuple[list[str], int]:
    """Return the elements of the list that begins at a place, and the place behind it."""
    spans, place = [], _expect(text, place, "[")
    while text[place] != "]":
        start = place
        _value, place = DECODER.raw_decode(text, place)
        spans.append(text[start:place])
        place = _next(text, place, "]")
    return spans, place + 1


def _next(text: str, place: int, end: str) -> int:
    """Return where the next element begins, or where the end stands."""
    place = _skip(text, place)
    return place if text[place] == end else _expect(text, place, ",")


def _expect(text: str, place: int, sign: str) -> int:
    place = _skip(text, place)
    if text[place] != sign:
        raise ValueError(f"{sign} is missing")
    return _skip(text, place + 1)


def _skip(text: str, place: int) -> int:
    return BLANKS.match(text, place).end()  # type: ignore[union-attr]


def receipt(node: Node, raw: str) -> Receipt:
    """Read a receipt.

    :param raw: its text as received
    :raises Unreadable: names the field
    """
    due = money(node.get("amountDue"))
    kind = re.sub(r"[\s-]+", "_", node.get("receiptType").key().upper())
    lines, totals = _lines(node.get("lineItems"), due.currency), _totals(node.get("totals"), due.currency)
    if not totals and lines:
        raise Unreadable("totals is missing")
    read = Receipt(
        number=node.get("receiptNumber").key(),
        kind=kind,
        created=node.get("creationDate").moment(),
        lines=lines,
        totals=totals,
        amount_due=replace(due, amount=_cents(due.amount, "amountDue")),
        order_id=node.get("salesOrderId").optional_text(),
        order_number=node.get("orderNumber").optional_text(),
        order_date=node.get("orderDate").optional_moment(),
        shipment_date=node.get("shipmentDate").optional_moment(),
        is_real=_yes(node.get("isRealReceipt"), default=True),
        is_deemed_supplier=_yes(node.get("isDeemedSupplierModel"), default=False),
        refund_type=node.get("refundType").optional_text(),
        partial_refund_type=node.get("partialRefundType").optional_text(),
        linked_number=node.get("linkedReceiptNumber").optional_text(),
        linked_created=node.get("linkedCreationDate").optional_moment(),
        reductions=tuple(_reduction(entry, due.currency) for entry in node.get("totalsReductions").items()),
        payment=_payment(_object(node.get("payment"))),
        customer=_object(node.get("customer")).get("invoiceAddress").maybe(_address),
        delivery_country=_object(node.get("deliveryAddress")).get("countryCode").optional_text(),
        currency=due.currency,
        raw=raw,
    )
    return _positive(read)


def _object(node: Node) -> Node:
    """Return an object; a missing one has no fields."""
    return node if node.value is not None else Node({}, node.path)


def _yes(node: Node, *, default: bool) -> bool:
    """Read a yes or no that decides whether something is booked; what is neither makes the receipt unreadable."""
    if node.value is None:
        return default
    word = str(node.value).strip().lower()
    if word not in ("true", "false"):
        raise Unreadable(f"{node.path} is neither true nor false")
    return word == "true"


def _lines(node: Node, currency: str) -> tuple[ReceiptLine, ...]:
    if node.value is None:
        raise Unreadable(f"{node.path} is missing")
    return tuple(
        _line(entry, kind, amount, currency) for name, kind, amount in LINE_LISTS for entry in node.get(name).items()
    )


def _line(node: Node, kind: str, amount: str, currency: str) -> ReceiptLine:
    pieces = _texts(node.get("servicePositionItemIds" if kind.startswith("service") else "positionItemIds"))
    quantity = node.get("quantity")
    linked = _object(node.get("linkedItemDetails"))
    titles = [node.get(name).optional_title() for name in TITLES]
    return ReceiptLine(
        kind=kind,
        tax=tax_amount(node.get(amount), currency),
        title=next((title for title in titles if title), ""),
        quantity=quantity.whole() if quantity.value is not None else len(pieces) or 1,
        sku=node.get("sku").optional_text() or linked.get("sku").optional_text(),
        article_number=node.get("articleNumber").optional_text() or linked.get("articleNumber").optional_text(),
        piece_ids=pieces,
        prices_per_piece=tuple(
            PiecePrice(_texts(entry.get("positionItemIds")), tax_amount(entry.get("priceToPay"), currency))
            for entry in node.get("priceToPayPerPositionItems").items()
        ),
        modifications=tuple(_modification(entry, currency) for entry in node.get("priceModifications").items()),
    )


def _texts(node: Node) -> tuple[str, ...]:
    values = node.items() if isinstance(node.value, list | None) else [node]
    return tuple(dict.fromkeys(entry.key() for entry in values))


def _modification(node: Node, currency: str) -> Modification:
    details = _object(node.get("details"))
    return Modification(
        kind=node.get("priceModificationType").text(),
        amount=tax_amount(node.get("priceModificationAmount"), currency),
        detail=details.get("type").optional_text(),
        description=details.get("description").optional_title(),
        linked_number=details.get("linkedReceiptNumber").optional_text(),
        linked_piece_id=details.get("linkedPositionItemId").optional_text(),
    )


def _totals(node: Node, currency: str) -> tuple[TaxTotal, ...]:
    return tuple(tax_amount(entry, currency, TaxTotal) for entry in node.items())


def tax_amount(node: Node, currency: str, record: Callable[..., Any] = TaxAmount) -> Any:
    """Read a price; a net or tax that OTTO does not give is computed from the gross amount and the rate.

    :param currency: of the receipt; another one in it would make every sum wrong
    :return: a `TaxAmount` or a subclass of it
    """
    if node.value is None:
        raise Unreadable(f"{node.path} is missing")
    gross = _amount(node.get("gross"), currency)
    net, tax = (_maybe_amount(node.get(name), currency) for name in ("net", "tax"))
    rate = _rate(node.get("taxRate"), gross, tax)
    computed = net is None or tax is None
    if net is None:
        # One of the two makes the other; of neither, the net amount is rounded and the tax is the rest.
        net = gross - tax if tax is not None else _rounded(gross / (1 + rate / 100))
    if tax is None:
        tax = gross - net
    return record(node.get("taxType").optional_text() or "VAT", rate, gross, net, tax, computed)


def _rate(node: Node, gross: Decimal, tax: Decimal | None) -> Decimal:
    """Read a rate in percent; OTTO names one "if there is any", so without one there may be no tax either."""
    if node.optional_text() is None:
        if gross and tax != 0:
            raise Unreadable(f"{node.path} is missing")
        return Decimal(0)
    rate = node.number()
    if not 0 <= rate <= HIGHEST_RATE:
        raise Unreadable(f"{node.path} is no rate of tax")
    return rate


def _amount(node: Node, currency: str) -> Decimal:
    value = money(node)
    if value.currency != currency:
        raise Unreadable(f"{node.path} has another currency than the receipt")
    return _cents(value.amount, node.path)


def _maybe_amount(node: Node, currency: str) -> Decimal | None:
    if node.value is None or node.get("amount").optional_text() is None:
        return None
    return _amount(node, currency)


def _cents(amount: Decimal, path: str) -> Decimal:
    """Return an amount in whole cents; what is no whole cent could not be booked as it stands."""
    rounded = _rounded(amount)
    if abs(rounded - amount) > NOISE:
        raise Unreadable(f"{path} has parts of a cent")
    return rounded


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _reduction(node: Node, currency: str) -> Reduction:
    amount = node.get("gross") if node.get("gross").value is not None else node.get("amount")
    code = _object(node.get("details")).get("voucherCode").optional_text()
    return Reduction(node.get("type").text(), Money(_amount(amount, currency), currency), code)


def _payment(node: Node) -> ReceiptPayment:
    return ReceiptPayment(node.get("paymentMethod").optional_text(), node.get("paymentProvider").optional_text())


def _address(node: Node) -> Address:
    """Read the customer's address; it is on the document anyway, so none of its parts is needed here."""
    names = ("firstName", "lastName", "street", "houseNumber", "zipCode", "city", "countryCode")
    return Address("UNKNOWN", *(node.get(name).optional_title() or "" for name in names))


def _positive(read: Receipt) -> Receipt:
    """Return a refund with positive amounts; whether OTTO writes them so always is not said (facts/otto.md §9)."""
    if read.kind not in (ReceiptKind.REFUND, ReceiptKind.PARTIAL_REFUND):
        return read
    amounts = [amount.gross for amount in (*read.totals, *(line.tax for line in read.lines))]
    if not any(amounts) or any(amount > 0 for amount in amounts):
        return read
    return replace(
        read,
        totals=_negated(read.totals),
        lines=tuple(_negated_line(line) for line in read.lines),
        amount_due=replace(read.amount_due, amount=abs(read.amount_due.amount)),
        reductions=tuple(replace(each, amount=_absolute(each.amount)) for each in read.reductions),
        negated=True,
    )


def _negated_line(line: ReceiptLine) -> ReceiptLine:
    return replace(
        line,
        tax=_negated([line.tax])[0],
        prices_per_piece=tuple(replace(each, price=_negated([each.price])[0]) for each in line.prices_per_piece),
        modifications=tuple(
            replace(each, amount=_negated([each.amount])[0]) if each.amount.gross < 0 else each
            for each in line.modifications
        ),
        quantity=abs(line.quantity),
    )


def _absolute(amount: Money) -> Money:
    return replace(amount, amount=abs(amount.amount))


def _negated(amounts: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(replace(each, gross=-each.gross, net=-each.net, tax=-each.tax) for each in amounts)
