"""Random orders with parcels, discounts, returns and price reductions, as the receipts that OTTO writes of them."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.otto import wire_receipts as wire
from sandbox.otto.wire import amount, zulu

RATES = (Decimal("19.0"), Decimal("7.0"))
MOST_PIECES = 60
CENT = Decimal("0.01")


class Piece:
    """A piece of an order: what it cost, and what of it was given back already."""

    def __init__(self, chance: random.Random, place: str):
        self.id = f"{place}-{chance.getrandbits(48):012x}"
        self.sku = f"sku-{chance.randrange(4)}"
        self.vat = RATES[chance.randrange(2)]
        self.gross = Decimal(chance.randrange(1, 20000)) * CENT
        self.discount = min(self.gross, Decimal(chance.choice((0, 0, 1, 50, 333))) * CENT)
        self.refunded = Decimal(0)

    @property
    def price(self) -> Decimal:
        """What the customer paid and still has paid."""
        return self.gross - self.discount - self.refunded


class Maker:
    """Makes the receipts of some orders from one seed.

    :ivar receipts: OTTO's JSON of each, in the order in which OTTO wrote them
    """

    def __init__(self, seed: int, orders: int = 2, start: datetime = datetime(2026, 2, 1, 12)):
        self.chance = random.Random(seed)
        self.seed, self.now, self.count = seed, start, 0
        self.by_lines = self.chance.random() < 0.5
        self.negative = self.chance.random() < 0.3
        self.aged = self.chance.random() < 0.2
        self.receipts: list[dict] = []
        for number in range(orders):
            self._order(number)

    def _order(self, number: int) -> None:
        place = f"{self.seed}-{number}"
        few = self.chance.random() < 0.8
        pieces = [
            Piece(self.chance, f"{place}-{at}") for at in range(self.chance.randint(1, 8 if few else MOST_PIECES))
        ]
        parcels = [[] for _count in range(self.chance.randint(1, 3))]
        for piece in pieces:
            self.chance.choice(parcels).append(piece)
        bills = []
        for parcel in filter(None, parcels):
            fee = Decimal("5.95") if not bills and self.chance.random() < 0.6 else None
            bills.append((self._purchase(place, parcel, fee), parcel))
        for bill, parcel in bills:
            for _count in range(self.chance.randint(0, 3)):
                self._reduce(place, bill, self.chance.choice(parcel))
            back = [piece for piece in parcel if self.chance.random() < 0.4]
            if back:
                self._return(place, bill, back)
            if self.chance.random() < 0.2 and bill["lineItems"]["deliveryCosts"]:
                self._return_fee(place, bill)

    def _purchase(self, place: str, parcel: list[Piece], fee: Decimal | None) -> dict:
        basket = wire.Basket("EUR")
        self._bill(basket, parcel)
        if fee:
            self._fee(basket, fee)
        body = self._body(place, "PURCHASE", basket)
        due = self.chance.choice((basket.gross, Decimal(0), max(Decimal(0), basket.gross - 5)))
        shipped = self.now - timedelta(hours=self.chance.randrange(30))
        return self._write(body | {"shipmentDate": zulu(shipped), "amountDue": amount(due, "EUR")})

    def _bill(self, basket: wire.Basket, pieces: list[Piece]) -> None:
        for key in sorted({(piece.sku, piece.vat) for piece in pieces}):
            group = [piece for piece in pieces if (piece.sku, piece.vat) == key]
            gross = sum((piece.price for piece in group), Decimal(0))
            position = self._article(group) | {
                "quantity": len(group),
                "unitPrice": basket.price(group[0].gross, key[1]),
                "positionSum": basket.price(gross, key[1]),
                "priceModifications": [],
            }
            basket.add("itemPositions", position, gross, key[1])

    def _article(self, group: list[Piece]) -> dict:
        title = f"Article {group[0].sku}"
        ids = [piece.id for piece in group]
        return {"sku": group[0].sku, "articleNumber": "S0A1", "productTitle": title, "positionItemIds": ids}

    def _fee(self, basket: wire.Basket, fee: Decimal) -> None:
        price = basket.price(fee, RATES[0])
        position = {"deliveryCostType": "DELIVERY_FEE_STANDARD", "unitPrice": price, "positionSum": price}
        basket.add("deliveryCosts", position | {"priceModifications": []}, fee, RATES[0])

    def _reduce(self, place: str, bill: dict, piece: Piece) -> None:
        most = int(piece.price / CENT) - 1
        if most < 1:
            return
        value = Decimal(self.chance.randint(1, most)) * CENT
        basket = wire.Basket("EUR")
        position = self._article([piece]) | {"partialRefundAmount": basket.price(value, piece.vat)}
        basket.add("itemPartialRefundPositions", position, value, piece.vat)
        piece.refunded += value
        self._credit(place, bill, "PARTIAL_REFUND", {"partialRefundType": "REFUND_COMPLAINT_ITEM"}, basket)

    def _return(self, place: str, bill: dict, pieces: list[Piece]) -> None:
        basket = wire.Basket("EUR")
        self._bill(basket, pieces)
        self._credit(place, bill, "REFUND", {"refundType": "RETURN"}, basket)

    def _return_fee(self, place: str, bill: dict) -> None:
        basket = wire.Basket("EUR")
        self._fee(basket, Decimal("5.95"))
        self._credit(place, bill, "REFUND", {"refundType": "CANCELLATION"}, basket)

    def _credit(self, place: str, bill: dict, kind: str, reason: dict, basket: wire.Basket) -> None:
        linked = {"linkedReceiptNumber": bill["receiptNumber"], "linkedCreationDate": bill["creationDate"]}
        body = self._body(place, kind, basket) | reason | linked
        self._write(wire.negated(body) if self.negative else body)

    def _body(self, place: str, kind: str, basket: wire.Basket) -> dict:
        self.count += 1
        self.now += timedelta(minutes=self.chance.randrange(1, 3000))
        letter = "R" if kind == "PURCHASE" else "E"
        return {
            "receiptType": kind,
            "isRealReceipt": True,
            "isDeemedSupplierModel": False,
            "receiptNumber": f"{letter}-DE-{700000000 + self.seed}-{self.now.year}-{self.count}",
            "creationDate": zulu(self.now),
            "salesOrderId": f"order-{place}",
            "orderNumber": f"b{place}",
            "orderDate": zulu(self.now),
            "payment": {"paymentProvider": "OTTOPAYMENTS", "paymentMethod": "INVOICE_SINGLE"},
            "partner": wire.PARTNER,
            "customer": {"invoiceAddress": {"firstName": "Erika", "lastName": "Muster", "countryCode": "DEU"}},
            "lineItems": basket.lists,
            "totals": wire.totals(basket, by_lines=self.by_lines),
            "amountDue": amount(basket.gross, "EUR"),
        }

    def _write(self, body: dict) -> dict:
        self.receipts.append(wire.aged(body) if self.aged else body)
        return body


def cents(money: dict) -> int:
    """Return an amount of OTTO's JSON in cents, without its sign: some generations write credits with a minus."""
    return abs(round(Decimal(str(money["amount"])) * 100))


def worth(receipts: list[dict]) -> int:
    """Return what OTTO owes the seller by these receipts, in cents."""
    total = 0
    for body in receipts:
        gross = sum(cents(row["gross"]) for row in body["totals"])
        total += gross if body["receiptType"] == "PURCHASE" else -gross
    return total
