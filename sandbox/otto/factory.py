"""Makes orders the way German customers place them, from a seed."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from .catalogue import TEST_ARTICLES
from .model import Article, Discount, Fee, Item, Order, Status
from .people import make_customer

BERLIN = ZoneInfo("Europe/Berlin")
CENT = Decimal("0.01")
STANDARD_FEES = (Decimal("2.95"), Decimal("3.95"), Decimal("5.95"))
FREIGHT_SURCHARGE = Decimal("29.95")
PAYMENTS = {
    "INVOICE_SINGLE": 40,
    "PAYPAL": 18,
    "INVOICE_INSTALLMENTS": 10,
    "DIRECT_DEBIT": 10,
    "CREDIT_CARD": 10,
    "PREPAYMENT": 6,
    "DIRECT_DEBIT_INSTALLMENTS": 4,
    "CREDIT_CARD_ONLINE": 2,
}
# One order in so many is large, but none of the first ones: a small world stays a quick one.
BULK_ORDERS = 1 / 60
BULK_PIECES = (24, 36, 60)
SMALL_WORLD = 20
NUMBER_LETTERS = "bcdfghjkmnpqrstvwxyz0123456789"


@dataclass(slots=True)
class Wish:
    """What the control interface may fix about a new order; everything else comes from the seed.

    `currency` may be a list: the pieces take its entries in turn, as they do with `skus` and `prices`.
    """

    pieces: int | None = None
    skus: tuple[str, ...] = ()
    prices: tuple[Decimal, ...] = ()
    currencies: tuple[str, ...] = ("EUR",)
    fees: tuple[Decimal, ...] | None = None
    discount: bool | None = None
    payment: str | None = None
    address: str | dict | None = None
    weee_pickup: bool = False


class OrderFactory:
    """Makes orders from articles; the same seed makes the same orders."""

    def __init__(self, seed: int, articles: Sequence[Article]) -> None:
        self._rng = random.Random(f"orders/{seed}")
        # Dice of their own: as long as no order is large, all are what they would be without.
        self._sizes = random.Random(f"sizes/{seed}")
        self._baskets = 0
        self._articles = articles
        self._by_sku = {article.sku: article for article in (*articles, *TEST_ARTICLES)}

    def make(self, ordered: datetime, release_at: datetime, wish: Wish | None = None) -> Order:
        """Make an ANNOUNCED order.

        :param release_at: when it will become PROCESSABLE
        :raises ValueError: the wish names something unknown
        """
        wish = wish or Wish()
        items = self._items(ordered, wish)
        discounts = self._discounts(items, wish)
        delivery, invoice = make_customer(self._rng, wish.address)
        return Order(
            id=self._uuid(),
            number="b" + "".join(self._rng.choices(NUMBER_LETTERS, k=9)),
            order_date=ordered,
            last_modified=ordered,
            lifecycle_change=ordered,
            payment=wish.payment or self._rng.choices(list(PAYMENTS), list(PAYMENTS.values()))[0],
            items=items,
            delivery=delivery,
            invoice=invoice,
            released=False,
            release_at=release_at,
            fees=self._fees(items, wish),
            discounts=discounts,
        )

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def _items(self, ordered: datetime, wish: Wish) -> list[Item]:
        articles = self._wished(wish) if wish.skus or wish.pieces else self._basket()
        arrival = {article.sku: self._arrival(ordered) for article in articles}
        if self._rng.random() < 0.7:
            common = self._arrival(ordered)
            arrival = dict.fromkeys(arrival, common)
        return [
            Item(
                id=self._uuid(),
                article=article,
                gross=wish.prices[place % len(wish.prices)] if wish.prices else article.price,
                currency=wish.currencies[place % len(wish.currencies)],
                status=Status.ANNOUNCED,
                expected=arrival[article.sku],
                weee_pickup=(article.bulky and self._rng.random() < 0.1) or wish.weee_pickup,
            )
            for place, article in enumerate(articles)
        ]

    def _wished(self, wish: Wish) -> list[Article]:
        if unknown := [sku for sku in wish.skus if sku not in self._by_sku]:
            raise ValueError(f"Unknown SKU: {', '.join(unknown)}")
        skus = wish.skus or tuple(article.sku for article in self._rng.choices(self._articles, k=2))
        return [self._by_sku[skus[place % len(skus)]] for place in range(wish.pieces or len(skus))]

    def _basket(self) -> list[Article]:
        if bulk := self._bulk():
            return bulk
        basket: list[Article] = []
        for _line in range(self._rng.choices((1, 2, 3, 4), (58, 24, 12, 6))[0]):
            pieces = self._rng.choices((1, 2, 3, 4, self._rng.randint(10, 14)), (68, 17, 7, 4, 4))[0]
            basket += [self._rng.choice(self._articles)] * pieces
        return basket

    def _bulk(self) -> list[Article]:
        """Return now and then the basket of a school or a hotel, a few articles many times; mostly none."""
        self._baskets += 1
        if self._sizes.random() >= BULK_ORDERS or self._baskets <= SMALL_WORLD:
            return []
        kinds = self._sizes.sample(self._articles, min(3, len(self._articles)))
        return self._sizes.choices(kinds, k=self._sizes.choice(BULK_PIECES))

    def _arrival(self, ordered: datetime) -> datetime:
        day = (ordered + timedelta(days=self._rng.randint(3, 9))).astimezone(BERLIN)
        while day.weekday() > 5:
            day += timedelta(days=1)
        return day.replace(hour=12, minute=0, second=0, microsecond=0)

    def _fees(self, items: list[Item], wish: Wish) -> list[Fee]:
        amounts = wish.fees
        if amounts is None:
            standard = (self._rng.choice(STANDARD_FEES),) if self._rng.random() < 0.6 else ()
            surcharge = (FREIGHT_SURCHARGE,) if any(item.article.bulky for item in items) else ()
            amounts = standard + (surcharge if self._rng.random() < 0.5 else ())
        # A fee bears the highest rate among the items (facts/otto.md §4.3).
        vat = max(item.article.vat for item in items)
        ids = tuple(item.id for item in items)
        return [
            Fee(
                "DELIVERY_FEE_FREIGHT_SURCHARGE" if amount >= 20 else "DELIVERY_FEE_STANDARD",
                amount,
                items[0].currency,
                vat,
                ids,
            )
            for amount in amounts
        ]

    def _discounts(self, items: list[Item], wish: Wish) -> list[Discount]:
        if not (self._rng.random() < 0.22 if wish.discount is None else wish.discount):
            return []
        percent = self._rng.choice((5, 10, 15, 20))
        deal = (self._uuid(), f"Deal der Woche {self._rng.randint(1, 52)}") if self._rng.random() < 0.4 else None
        for item in items:
            item.discount = max(CENT, (item.gross * percent / 100).quantize(CENT, ROUND_HALF_UP))
            item.deal = deal
        number = str(self._rng.randint(1000, 99999))
        groups: dict[tuple[str, Decimal], list[Item]] = {}
        for item in items:
            groups.setdefault((item.currency, item.article.vat), []).append(item)
        return [
            Discount(
                id=number,
                name=deal[1] if deal else f"{percent} % Rabatt",
                amount=sum((item.discount or Decimal(0) for item in group), Decimal(0)),
                currency=currency,
                vat=vat,
                item_ids=tuple(item.id for item in group),
            )
            for (currency, vat), group in groups.items()
        ]
