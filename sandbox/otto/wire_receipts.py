"""OTTO's JSON of receipts: purchases, refunds, partial refunds (facts/otto.md §9)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .model import Address, Fee, Item, Order, Shipment
from .wire import COUNTRY, amount, zulu

CENT = Decimal("0.01")
LISTS = (
    "itemPositions",
    "itemPartialRefundPositions",
    "servicePositions",
    "servicePartialRefundPositions",
    "deliveryCosts",
    "deliveryFeePartialRefundPositions",
)
COMPLAINT = "REFUND_COMPLAINT_ITEM"
PARTNER = {
    "partnerName": "Musterladen GmbH",
    "street": "Sträßchensweg 10",
    "zipCode": "53113",
    "city": "Bonn",
    "countryCode": COUNTRY,
    "vatId": "DE123456789",
    "representedBy": "Monika Muster",
    "registerCourt": "Amtsgericht Bonn",
    "commercialRegisterNumber": "HRB 12345",
    "shopName": "Musterladen",
}


@dataclass(frozen=True, slots=True)
class Deduction:
    """A partial refund that was paid for a piece."""

    number: str
    created: datetime
    amount: Decimal


@dataclass(slots=True)
class Basket:
    """Positions of a receipt and the gross amounts of its totals, both as they come."""

    currency: str
    lists: dict[str, list[dict]] = field(default_factory=lambda: {name: [] for name in LISTS})
    sums: dict[Decimal, list[Decimal]] = field(default_factory=dict)

    def add(self, name: str, position: dict, gross: Decimal, vat: Decimal) -> None:
        """Put a position into one of the lists."""
        number = 1 + sum(map(len, self.lists.values()))
        self.lists[name].append({"lineNumber": number} | position)
        self.sums.setdefault(vat, []).append(gross)

    def price(self, gross: Decimal, vat: Decimal) -> dict:
        """Write a price in the basket's currency."""
        return price(gross, vat, self.currency)

    @property
    def gross(self) -> Decimal:
        """The sum of all positions."""
        return sum((each for amounts in self.sums.values() for each in amounts), Decimal(0))


def net_of(gross: Decimal, vat: Decimal) -> Decimal:
    """Return the net amount, rounded half up to cents."""
    return (gross / (1 + vat / 100)).quantize(CENT, ROUND_HALF_UP)


def price(gross: Decimal, vat: Decimal, currency: str, net: Decimal | None = None) -> dict:
    """Write a price with its tax; rates are texts here."""
    net = net_of(gross, vat) if net is None else net
    return {
        "taxType": "VAT",
        "taxRate": f"{vat:.1f}",
        "gross": amount(gross, currency),
        "net": amount(net, currency),
        "tax": amount(gross - net, currency),
    }


def totals(basket: Basket, *, by_lines: bool) -> list[dict]:
    """Write the totals by rate, highest first.

    :param by_lines: let the net amounts be the sums of those of the lines, which may miss the net of the sum by cents
    """
    written = []
    for vat in sorted(basket.sums, reverse=True):
        gross = sum(basket.sums[vat], Decimal(0))
        net = sum((net_of(each, vat) for each in basket.sums[vat]), Decimal(0)) if by_lines else None
        written.append(price(gross, vat, basket.currency, net))
    return written


def bill(
    basket: Basket, order: Order, items: Sequence[Item], deductions: Callable[[Item], Sequence[Deduction]]
) -> None:
    """Put pieces into a basket, those of one article and price as one position; what was refunded is taken off."""
    groups: dict[tuple[str, Decimal], list[Item]] = {}
    for item in items:
        groups.setdefault((item.article.sku, item.gross), []).append(item)
    for group in groups.values():
        article, vat = group[0].article, group[0].article.vat
        off = [(item, entry) for item in group for entry in deductions(item)]
        gross = sum((item.price for item in group), Decimal(0)) - sum((entry.amount for _i, entry in off), Decimal(0))
        changes = [_discount(basket, order, group)] if any(item.discount for item in group) else []
        changes += [_deduction(basket, item, entry) for item, entry in off]
        position = _article(group) | {
            "quantity": len(group),
            "unitPrice": basket.price(group[0].gross, vat),
            "positionSum": basket.price(gross, vat),
            "priceModifications": [{"lineNumber": place + 1} | each for place, each in enumerate(changes)],
        }
        basket.add("itemPositions", position, gross, article.vat)


def _article(group: Sequence[Item]) -> dict:
    article = group[0].article
    return {
        "sku": article.sku,
        "articleNumber": article.article_number,
        "productTitle": article.title,
        "variationAttributes": ", ".join(value for _type, _name, value in article.dimensions),
        "positionItemIds": [item.id for item in group],
    }


def _discount(basket: Basket, order: Order, group: Sequence[Item]) -> dict:
    ids = {item.id for item in group}
    given = next((each for each in order.discounts if ids & set(each.item_ids)), None)
    kind = "PLATFORM_DISCOUNT" if group[0].deal else "PARTNER_DISCOUNT"
    off = sum((item.discount or Decimal(0) for item in group), Decimal(0))
    return {
        "priceModificationType": "PARTNER_DISCOUNT",
        "details": {"description": given.name if given else "Rabatt", "id": given.id if given else "0", "type": kind},
        "priceModificationAmount": basket.price(off, group[0].article.vat),
    }


def _deduction(basket: Basket, item: Item, entry: Deduction) -> dict:
    return {
        "priceModificationType": COMPLAINT,
        "details": {
            "description": "Bereits erstattet",
            "linkedReceiptNumber": entry.number,
            "linkedReceiptCreationDate": zulu(entry.created),
            "linkedPositionItemId": item.id,
        },
        "priceModificationAmount": basket.price(entry.amount, item.article.vat),
    }


def each_price(basket: Basket, items: Sequence[Item]) -> None:
    """Write into a purchase what each piece costs, pieces of one price together."""
    known = {item.id: item for item in items}
    for position in basket.lists["itemPositions"]:
        prices: dict[Decimal, list[Item]] = {}
        for item_id in position["positionItemIds"]:
            prices.setdefault(known[item_id].price, []).append(known[item_id])
        position["priceToPayPerPositionItems"] = [
            {"positionItemIds": [item.id for item in group], "priceToPay": basket.price(cost, group[0].article.vat)}
            for cost, group in prices.items()
        ]


def deliver(basket: Basket, fees: Iterable[Fee]) -> None:
    """Put delivery costs into a basket."""
    for fee in fees:
        position = {
            "deliveryCostType": fee.name,
            "unitPrice": basket.price(fee.amount, fee.vat),
            "positionSum": basket.price(fee.amount, fee.vat),
            "priceModifications": [],
        }
        basket.add("deliveryCosts", position, fee.amount, fee.vat)


def give_back_part(basket: Basket, item: Item, value: Decimal) -> None:
    """Put a partial refund into a basket."""
    position = _article([item]) | {"partialRefundAmount": basket.price(value, item.article.vat)}
    basket.add("itemPartialRefundPositions", position, value, item.article.vat)


def receipt(order: Order, kind: str, number: str, created: datetime, basket: Basket, *, by_lines: bool) -> dict:
    """Write what all receipts have; what is due is still the whole sum."""
    return {
        "receiptType": kind,
        "isRealReceipt": True,
        "isDeemedSupplierModel": False,
        "receiptNumber": number,
        "creationDate": zulu(created),
        "salesOrderId": order.id,
        "orderNumber": order.number,
        "orderDate": zulu(order.order_date),
        "payment": {"paymentProvider": "OTTOPAYMENTS", "paymentMethod": order.payment},
        "partner": PARTNER,
        "customer": {"invoiceAddress": address(order.invoice)},
        "lineItems": basket.lists,
        "totals": totals(basket, by_lines=by_lines),
        "amountDue": amount(basket.gross, basket.currency),
    }


def sent(body: dict, order: Order, shipment: Shipment, basket: Basket, voucher: Decimal | None) -> dict:
    """Add what only purchases have; prepaid orders owe nothing, and a voucher pays a part (never of the turnover)."""
    paid = min(voucher or Decimal(0), basket.gross)
    due = Decimal(0) if order.payment == "PREPAYMENT" else basket.gross - paid
    reductions = [{"type": "VOUCHER", "details": {"voucherCode": "****EFGH"}, "gross": amount(paid, basket.currency)}]
    start = shipment.ship_from
    return body | {
        "shipmentDate": zulu(shipment.ship_date),
        "shipment": {"shipFromAddress": {"zipCode": start["zipCode"], "countryCode": start["countryCode"]}},
        "deliveryAddress": address(order.delivery),
        "totalsGrossAmount": amount(basket.gross, basket.currency),
        "amountDue": amount(due, basket.currency),
        "totalsReductions": reductions if paid else [],
    }


def address(source: Address) -> dict:
    """Write an address as receipts do: without a salutation."""
    written = {
        "firstName": source.first_name,
        "lastName": source.last_name,
        "addition": source.addition,
        "street": source.street,
        "houseNumber": source.house_number,
        "zipCode": source.zip_code,
        "city": source.city,
        "countryCode": COUNTRY,
    }
    return {key: value for key, value in written.items() if value}


def negated(value: Any) -> Any:
    """Return JSON with all its amounts below zero."""
    return _changed(value, lambda key, each: -each if key == "amount" and each else each)


def aged(body: dict) -> dict:
    """Return a receipt as OTTO wrote it before 2023: without net and tax, and without what came later."""
    dropped = ("net", "tax", "isDeemedSupplierModel", "totalsReductions", "shipment", "priceToPayPerPositionItems")
    return _changed(body, lambda _key, each: each, dropped)


def _changed(value: Any, change: Callable[[str, Any], Any], dropped: tuple[str, ...] = ()) -> Any:
    if isinstance(value, dict):
        return {key: change(key, _changed(each, change, dropped)) for key, each in value.items() if key not in dropped}
    return [_changed(each, change, dropped) for each in value] if isinstance(value, list) else value
