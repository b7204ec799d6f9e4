"""What OTTO wrote to customers in the seller's name: receipts, each some time after its cause (facts/otto.md §9, §14).

Nothing here knows HTTP. A receipt that was written is a document: its JSON is kept as it is.
"""

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from . import wire_receipts as wire
from .model import Item, Order, Shipment, Status

PURCHASE, REFUND, PARTIAL_REFUND = KINDS = ("PURCHASE", "REFUND", "PARTIAL_REFUND")
RETURN, DELIVERY_REFUND = "RETURN", "DELIVERY_FEE_REFUND_AFTER_FULL_REFUND"
PARTNERS = {"1": 123456789, "2": 123456790}


@dataclass(slots=True)
class Receipt:
    """A receipt; `place` grows with every one, `pdf_at` None means that its document never comes."""

    number: str
    kind: str
    created: datetime
    place: int
    order_id: str
    body: dict
    pdf_at: datetime | None


@dataclass(slots=True)
class ReceiptRules:
    """What a test may choose for the receipts that are written from then on; times in seconds of the sandbox's clock.

    `technical`: no real receipts. `deemed_supplier`: OTTO owes the VAT. `old`: as before 2023. `voucher`: an amount
    that pays a part of each purchase. `negative`: refunds with amounts below zero. `totals_by_lines`: nets of totals
    are sums. `delivery_refunded`: delivery costs go back once all that was sent is back. `pdf_seconds` None: never.
    """

    receipt_seconds: float = 2.0
    pdf_seconds: float | None = 2.0
    technical: bool = False
    deemed_supplier: bool = False
    old: bool = False
    negative: bool = False
    totals_by_lines: bool = False
    delivery_refunded: bool = False
    voucher: float | None = None


@dataclass(slots=True)
class _Purchase:
    """Pieces that one receipt bills; without a number as long as it was not written."""

    order: Order
    shipment: Shipment
    items: list[Item]
    number: str = ""
    created: datetime | None = None


class ReceiptsBook:
    """OTTO's memory of receipts of one account."""

    def __init__(self, account: str) -> None:
        self._partner = PARTNERS.get(account, 100000000)
        self._count = itertools.count(1)
        self._numbers: Counter[tuple[str, int]] = Counter()
        self._due: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._purchases: dict[str, _Purchase] = {}
        self._delivered: dict[tuple[str, str], _Purchase] = {}
        self._returning: dict[int, list[Item]] = {}
        self._deductions: dict[str, list[wire.Deduction]] = {}
        self._delivery_refunded: set[str] = set()
        self.rules = ReceiptRules()
        self.receipts: dict[str, Receipt] = {}

    def settle(self, now: datetime) -> None:
        """Write what is due, the earliest first."""
        while self._due and self._due[0][0] <= now:
            at, _place, act = heapq.heappop(self._due)
            act(at)

    def _later(self, at: datetime, act: Callable[[datetime], None]) -> None:
        due = at + timedelta(seconds=self.rules.receipt_seconds)
        heapq.heappush(self._due, (due, next(self._count), act))

    # What gives cause for a receipt

    def shipped(self, shipment: Shipment, pieces: Iterable[tuple[Order, Item]], at: datetime) -> None:
        """Bill the pieces of a parcel: one receipt for each of its orders (and currencies)."""
        groups: dict[tuple[str, str], _Purchase] = {}
        for order, item in pieces:
            purchase = groups.setdefault((order.id, item.currency), _Purchase(order, shipment, []))
            purchase.items.append(item)
            self._purchases[item.id] = purchase
        for purchase in groups.values():
            self._later(at, lambda due, purchase=purchase: self._bill(purchase, due))

    def returned(self, order: Order, item: Item, at: datetime) -> None:
        """Give the money for a piece back; pieces of one purchase that come together are on one receipt."""
        purchase = self._purchases.get(item.id)
        if purchase is None:
            return
        waiting = self._returning.get(id(purchase))
        if waiting is not None:
            waiting.append(item)
            return
        self._returning[id(purchase)] = [item]
        self._later(at, lambda due: self._refund(purchase, self._returning.pop(id(purchase)), due))

    def reduced(self, item: Item, value: Decimal, at: datetime) -> str:
        """Give a part of the money for a piece back; return the number of the receipt that will be written."""
        number = self._number("E", at)
        self._later(at, lambda due: self._refund_part(item, value, number, due))
        return number

    # Receipts

    def _number(self, letter: str, at: datetime) -> str:
        year = at.astimezone(UTC).year
        self._numbers[letter, year] += 1
        return f"{letter}-DE-{self._partner}-{year}-{self._numbers[letter, year]}"

    def _bill(self, purchase: _Purchase, at: datetime) -> _Purchase:
        """Write a purchase, unless a refund that was quicker has done so."""
        if purchase.number:
            return purchase
        order, items = purchase.order, purchase.items
        basket = wire.Basket(items[0].currency)
        wire.bill(basket, order, items, lambda _item: ())
        wire.each_price(basket, items)
        if self._delivered.setdefault((order.id, basket.currency), purchase) is purchase:
            wire.deliver(basket, _fees(order, basket.currency))
        purchase.number, purchase.created = self._number("R", at), at
        body = self._body(order, PURCHASE, purchase.number, at, basket)
        voucher = None if self.rules.voucher is None else Decimal(str(self.rules.voucher))
        self._write(wire.sent(body, order, purchase.shipment, basket, voucher), at)
        return purchase

    def _refund(self, purchase: _Purchase, items: Sequence[Item], at: datetime) -> None:
        self._bill(purchase, at)
        basket = wire.Basket(items[0].currency)
        wire.bill(basket, purchase.order, items, lambda item: self._deductions.get(item.id, ()))
        self._credit(purchase, REFUND, {"refundType": RETURN}, self._number("E", at), basket, at)
        sold = [item for item in purchase.order.items if item.sent]
        if self.rules.delivery_refunded and all(item.status == Status.RETURNED for item in sold):
            self.refund_delivery(purchase.order, at)

    def _refund_part(self, item: Item, value: Decimal, number: str, at: datetime) -> None:
        purchase = self._bill(self._purchases[item.id], at)
        basket = wire.Basket(item.currency)
        wire.give_back_part(basket, item, value)
        self._deductions.setdefault(item.id, []).append(wire.Deduction(number, at, value))
        self._credit(purchase, PARTIAL_REFUND, {"partialRefundType": wire.COMPLAINT}, number, basket, at)

    def refund_delivery(self, order: Order, at: datetime, reason: str = DELIVERY_REFUND) -> bool:
        """Give the delivery costs of an order back, once; return whether there were any to give back."""
        purchases = [each for (order_id, _currency), each in self._delivered.items() if order_id == order.id]
        if order.id in self._delivery_refunded:
            return False
        found = False
        for purchase in purchases:
            basket = wire.Basket(purchase.items[0].currency)
            wire.deliver(basket, _fees(order, basket.currency))
            if basket.sums:
                self._credit(purchase, REFUND, {"refundType": reason}, self._number("E", at), basket, at)
                self._delivery_refunded.add(order.id)
                found = True
        return found

    def _credit(
        self, purchase: _Purchase, kind: str, reason: dict, number: str, basket: wire.Basket, at: datetime
    ) -> None:
        linked = {"linkedReceiptNumber": purchase.number, "linkedCreationDate": wire.zulu(purchase.created or at)}
        body = self._body(purchase.order, kind, number, at, basket) | reason | linked
        self._write(wire.negated(body) if self.rules.negative else body, at)

    def _body(self, order: Order, kind: str, number: str, at: datetime, basket: wire.Basket) -> dict:
        body = wire.receipt(order, kind, number, at, basket, by_lines=self.rules.totals_by_lines)
        return body | {
            "isRealReceipt": not self.rules.technical,
            "isDeemedSupplierModel": self.rules.deemed_supplier,
        }

    def _write(self, body: dict, at: datetime) -> None:
        self.add(wire.aged(body) if self.rules.old else body, at)

    def add(self, body: dict, at: datetime) -> None:
        """Keep a receipt, whatever stands in it.

        :raises KeyError: it has no number
        """
        number = str(body["receiptNumber"])
        pdf_at = None if self.rules.pdf_seconds is None else at + timedelta(seconds=self.rules.pdf_seconds)
        kind, order_id = str(body.get("receiptType")), str(body.get("salesOrderId"))
        self.receipts[number] = Receipt(number, kind, at, next(self._count), order_id, body, pdf_at)


def _fees(order: Order, currency: str) -> list:
    return [fee for fee in order.fees if fee.currency == currency]
