"""The state of OTTO Market and what may happen to it. Nothing here knows HTTP.

Effects that take time (release after 45 minutes, cancellation) are due dates; `settle` carries out what is due, and is
called before anything is read or judged.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from ..clock import Clock
from ..credentials import FIRST_ACCOUNT
from ..settings import Settings
from .catalogue import make_articles
from .factory import OrderFactory, Wish
from .model import Item, Order, Quantity, Shipment, ShippedItem, Status, Tracking
from .receipts_book import ReceiptsBook
from .returns_book import ReturnsBook
from .shelf import Shelf

OPEN = (Status.ANNOUNCED, Status.PROCESSABLE)
SEVERAL_DAYS = timedelta(days=3)


class Market:
    """OTTO Market's memory."""

    def __init__(self, settings: Settings, clock: Clock, account: str = FIRST_ACCOUNT) -> None:
        self.account = account
        self._settings = settings
        self._clock = clock
        self.reset(settings.seed, settings.orders, settings.articles)

    def reset(self, seed: int, orders: int, articles: int) -> None:
        """Start again with articles, quantities and first orders made from a seed."""
        if orders < 0 or articles < 1:
            raise ValueError("Orders must be 0 or more, articles 1 or more.")
        if self.account != FIRST_ACCOUNT:
            # Another seller: other articles, customers and ids.
            seed += 1_000_003 * int(self.account)
        self._rng = random.Random(f"market/{seed}")
        self.articles = {article.sku: article for article in make_articles(random.Random(f"articles/{seed}"), articles)}
        self.shelf = Shelf(self.articles.values(), self._clock.now(), self._settings.task_seconds)
        self.receipts = ReceiptsBook(self.account)
        self.returns = ReturnsBook(seed, self.receipts)
        self._factory = OrderFactory(seed, tuple(self.articles.values()))
        self.orders: dict[str, Order] = {}
        self.order_ids: dict[str, str] = {}
        self.shipments: dict[str, Shipment] = {}
        self.shipment_ids: dict[Tracking, str] = {}
        self.item_shipments: dict[str, str] = {}
        self.return_numbers: dict[Tracking, tuple[str, datetime]] = {}
        self._announced: dict[str, Order] = {}
        self._cancelling: dict[str, Order] = {}
        # OTTO does not say whether its number goes down when it sells, nor whether it goes up again when what was sold
        # is cancelled; a test may choose.
        self.lowers_on_sale = self._settings.lowers_on_sale
        self.raises_on_cancellation = False
        now = self._clock.now()
        self.quantities = {sku: Quantity(self._rng.randint(0, 40), now) for sku in self.articles}
        self._first_orders(orders, now)

    def _first_orders(self, count: int, now: datetime) -> None:
        """Make the orders of the last days: a fifth still announced, the others ready to be shipped."""
        wait = timedelta(seconds=self._settings.release_seconds)
        announced = count // 5
        for place in range(count):
            if place < announced:
                self._new(now - wait * self._rng.uniform(0.05, 0.6), None)
            else:
                self._new(now - wait - SEVERAL_DAYS * self._rng.random(), None)
        self.settle()
        if self._settings.mixed:
            self._mix([order for order in self.orders.values() if order.released])

    def _mix(self, orders: list[Order]) -> None:
        """Let a part of the first orders be further on in life; at least three quarters stay as they are.

        Every second one of several pieces is so with some of its pieces only.
        """
        ends = (Status.SENT, Status.CANCELLED_BY_MARKETPLACE, Status.RETURNED, Status.CANCELLED_BY_PARTNER, Status.SENT)
        several = 0
        for place, order in enumerate(orders[: len(orders) // 4]):
            several += len(order.items) > 1
            if len(order.items) > 1 and several % 2:
                self.cancel_by_marketplace(order, order.items[:1])
                self._ship_somehow(order, order.items[1:2])
            else:
                self.push(order, ends[place % len(ends)])

    def create(self, count: int, status: Status, wish: Wish) -> list[Order]:
        """Make orders that are in a status now.

        :raises ValueError: the wish names something unknown
        """
        now = self._clock.now()
        wait = timedelta(seconds=self._settings.release_seconds)
        made = []
        for _number in range(count):
            ordered = now if status == Status.ANNOUNCED else now - wait - timedelta(seconds=1)
            order = self._new(ordered, wish)
            if self.lowers_on_sale:
                self._sell(order)
            if status != Status.ANNOUNCED:
                self._release(order, now)
                self.push(order, status)
            made.append(order)
        return made

    def _new(self, ordered: datetime, wish: Wish | None) -> Order:
        ordered = ordered.replace(microsecond=ordered.microsecond // 1000 * 1000)
        order = self._factory.make(ordered, ordered + timedelta(seconds=self._settings.release_seconds), wish)
        self.orders[order.id] = self._announced[order.id] = order
        self.order_ids[order.number] = order.id
        return order

    def _sell(self, order: Order) -> None:
        for item in order.items:
            held = self.quantities.get(item.article.sku)
            if held and held.quantity:
                self.quantities[item.article.sku] = Quantity(held.quantity - 1, self._clock.now())

    def push(self, order: Order, status: Status, pieces: list[Item] | None = None) -> None:
        """Bring pieces that can be sent (all of the order, if none are named) into a later status."""
        pieces = order.items if pieces is None else pieces
        if status in (Status.SENT, Status.RETURNED):
            self._ship_somehow(order, pieces)
        if status == Status.RETURNED:
            self.give_back(order, pieces)
        elif status == Status.CANCELLED_BY_MARKETPLACE:
            self.cancel_by_marketplace(order, pieces)
        elif status == Status.CANCELLED_BY_PARTNER:
            self._cancel(order, pieces, status, "CANCELLED_ON_PARTNER_WISH", self._clock.now())

    def _ship_somehow(self, order: Order, pieces: list[Item]) -> None:
        number, back = (f"{prefix}{self._rng.randrange(10**10):010d}" for prefix in ("0034043416", "99"))
        items = [ShippedItem(item.id, order.id, Tracking("DHL", back)) for item in pieces]
        ship_from = {"city": "Hamburg", "zipCode": "22179", "countryCode": "DEU"}
        self.ship(Tracking("DHL", number), self._clock.now(), ship_from, items)

    # What is due

    def now(self) -> datetime:
        """Return the moment of the sandbox's clock."""
        return self._clock.now()

    def settle(self) -> None:
        """Carry out what the clock has made due."""
        now = self._clock.now()
        self.shelf.settle(now)
        self.returns.settle(now)
        self.receipts.settle(now)
        for order in [order for order in self._announced.values() if order.release_at <= now]:
            self._release(order, order.release_at)
        for order in list(self._cancelling.values()):
            due = [item for item in order.items if item.cancel_at and item.cancel_at <= now]
            for at in sorted({item.cancel_at for item in due if item.cancel_at}):
                items = [item for item in due if item.cancel_at == at]
                self._cancel(order, items, Status.CANCELLED_BY_PARTNER, "CANCELLED_ON_PARTNER_WISH", at)
            if not any(item.cancel_at for item in order.items):
                del self._cancelling[order.id]

    def _release(self, order: Order, at: datetime) -> None:
        self._announced.pop(order.id, None)
        waiting = [item for item in order.items if item.status == Status.ANNOUNCED]
        for item in waiting:
            item.status, item.processable = Status.PROCESSABLE, at
        if waiting:
            order.released = True
            order.changed(at)

    # What the seller does

    def find_order(self, key: str) -> Order | None:
        """Return an order by its id or its number."""
        return self.orders.get(key) or self.orders.get(self.order_ids.get(key, ""))

    def cancel_later(self, order: Order, items: Iterable[Item]) -> None:
        """Accept the seller's cancellation of pieces; it is carried out after the delay."""
        due = self._clock.now() + timedelta(seconds=self._settings.cancel_delay)
        for item in items:
            item.cancel_at = item.cancel_at or due
        self._cancelling[order.id] = order

    def ship(
        self, tracking: Tracking, ship_date: datetime, ship_from: dict[str, str], items: list[ShippedItem]
    ) -> Shipment:
        """Note a parcel that was judged fit; its pieces become SENT."""
        now = self._clock.now()
        shipment = Shipment(str(100000294699 + 37 * len(self.shipments)), now, tracking, ship_date, ship_from, items)
        self.shipments[shipment.id] = shipment
        self.shipment_ids[tracking] = shipment.id
        pieces = []
        for shipped in items:
            order = self.orders[shipped.order_id]
            item = order.item(shipped.item_id)
            if item is None:
                raise KeyError(shipped.item_id)
            item.status, item.sent, item.tracking = Status.SENT, now, tracking
            order.changed(now)
            self.item_shipments[item.id] = shipment.id
            if shipped.return_tracking:
                self.return_numbers[shipped.return_tracking] = (shipment.id, now)
            pieces.append((order, item))
        self.receipts.shipped(shipment, pieces, now)
        return shipment

    def shipped_item(self, item_id: str) -> ShippedItem | None:
        """Return how a piece was sent, None if it was not."""
        shipment = self.shipments.get(self.item_shipments.get(item_id, ""))
        return next((item for item in shipment.items if item.item_id == item_id), None) if shipment else None

    def ship_elsewhere(self, order: Order, items: list[Item]) -> None:
        """Let the seller mark pieces as sent in OTTO Partner Connect, past the interface.

        :raises ValueError: a cancellation of one of them is under way
        """
        if any(item.cancel_at for item in items):
            raise ValueError("send: a cancellation is under way.")
        self._ship_somehow(order, items)

    # What the customer or the marketplace does

    def release(self, order: Order) -> None:
        """Release an announced order before its time."""
        self._release(order, self._clock.now())

    def cancel_by_marketplace(self, order: Order, items: list[Item]) -> None:
        """Cancel pieces that were not sent yet, as the customer wishes."""
        self._cancel(order, items, Status.CANCELLED_BY_MARKETPLACE, "CANCELLED_ON_CUSTOMER_WISH", self._clock.now())
        if Status.ANNOUNCED not in order.statuses():
            self._announced.pop(order.id, None)

    def give_back(self, order: Order, items: list[Item]) -> None:
        """Let sent pieces come back, and the seller accept them in OTTO Partner Connect, past the interface."""
        now = self._clock.now()
        for item in items:
            self.returns.accept(order, item, "A", "RETURN_RECEIVED", now)
        order.changed(now)

    def touch(self, order: Order) -> None:
        """Move an order's date of change without changing anything else."""
        order.changed(self._clock.now(), lifecycle=False)

    def rewrite(self, order: Order, change: dict | None, *, quietly: bool = False) -> None:
        """Change what is written about an order, or with None write again what it is; its date of change moves.

        :param quietly: leave the date of change as it is
        """
        order.edits = [] if change is None else [*order.edits, change]
        if not quietly:
            order.changed(self._clock.now())

    def _cancel(self, order: Order, items: Iterable[Item], status: Status, reason: str, at: datetime) -> None:
        for item in items:
            item.status, item.cancelled, item.cancellation_reason, item.cancel_at = status, at, reason, None
            held = self.quantities.get(item.article.sku)
            if self.raises_on_cancellation and held:
                self.quantities[item.article.sku] = Quantity(held.quantity + 1, at)
        order.changed(at)
