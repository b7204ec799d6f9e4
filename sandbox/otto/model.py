"""What OTTO Market knows: articles, orders, position items, shipments. Amounts are Decimal, times aware and UTC."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

# After how long a parcel is usually scanned (facts/otto.md §5.5: on the way in the evening, there the next morning).
USUAL_SCANS = (("ON_THE_WAY", timedelta(hours=6)), ("DELIVERED", timedelta(hours=20)))


class Status(StrEnum):
    """Fulfillment status of a position item (facts/otto.md §4.4)."""

    ANNOUNCED = "ANNOUNCED"
    PROCESSABLE = "PROCESSABLE"
    SENT = "SENT"
    RETURNED = "RETURNED"
    CANCELLED_BY_PARTNER = "CANCELLED_BY_PARTNER"
    CANCELLED_BY_MARKETPLACE = "CANCELLED_BY_MARKETPLACE"


@dataclass(frozen=True, slots=True)
class Article:
    """An article on otto.de; `price` is gross, `vat` in percent."""

    sku: str
    title: str
    article_number: str
    ean: str
    price: Decimal
    vat: Decimal
    bulky: bool
    dimensions: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Tracking:
    """Carrier and number of a parcel; forwarders may have no number."""

    carrier: str
    number: str | None = None


@dataclass(slots=True)
class Item:
    """One piece of an order; OTTO has no quantities."""

    id: str
    article: Article
    gross: Decimal
    currency: str
    status: Status
    expected: datetime
    discount: Decimal | None = None
    deal: tuple[str, str] | None = None
    weee_pickup: bool = False
    processable: datetime | None = None
    sent: datetime | None = None
    returned: datetime | None = None
    accepted_by_marketplace: bool = False
    cancelled: datetime | None = None
    cancellation_reason: str | None = None
    tracking: Tracking | None = None
    cancel_at: datetime | None = None

    @property
    def price(self) -> Decimal:
        """What the customer pays for the piece."""
        return self.gross - (self.discount or 0)


@dataclass(frozen=True, slots=True)
class Fee:
    """A delivery fee of the order, as it was at checkout."""

    name: str
    amount: Decimal
    currency: str
    vat: Decimal
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount of the order, already contained in the items' reduced prices."""

    id: str
    name: str
    amount: Decimal
    currency: str
    vat: Decimal
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in Germany."""

    salutation: str
    first_name: str
    last_name: str
    street: str
    house_number: str
    zip_code: str
    city: str
    email: str
    title: str | None = None
    addition: str | None = None
    phone: str | None = None


@dataclass(slots=True)
class Order:
    """An order; addresses are shown only once it was released (`released`)."""

    id: str
    number: str
    order_date: datetime
    last_modified: datetime
    lifecycle_change: datetime
    payment: str
    items: list[Item]
    delivery: Address
    invoice: Address
    released: bool
    release_at: datetime
    fees: list[Fee] = field(default_factory=list)
    discounts: list[Discount] = field(default_factory=list)

    # What is written otherwise than it is: changes of the order as it is written, in their order (`edits`).
    edits: list[dict] = field(default_factory=list)

    # Searches look at every order, so what they look at is kept ready; `changed` renews it.
    _statuses: frozenset[Status] | None = None

    def statuses(self) -> frozenset[Status]:
        """Return the statuses its items have."""
        if self._statuses is None:
            self._statuses = frozenset(item.status for item in self.items)
        return self._statuses

    def item(self, item_id: str) -> Item | None:
        """Return an item by its id."""
        return next((item for item in self.items if item.id == item_id), None)

    def changed(self, at: datetime, *, lifecycle: bool = True) -> None:
        """Note a change, after it was made; a change of status also moves the life-cycle date."""
        self._statuses = None
        self.last_modified = at
        if lifecycle:
            self.lifecycle_change = at


@dataclass(frozen=True, slots=True)
class ShippedItem:
    """A piece inside a parcel, and the number it would come back under."""

    item_id: str
    order_id: str
    return_tracking: Tracking | None = None
    return_address_carrier_id: str | None = None


@dataclass(slots=True)
class Shipment:
    """A parcel (or a forwarder's load) that was announced to OTTO."""

    id: str
    created: datetime
    tracking: Tracking
    ship_date: datetime
    ship_from: dict[str, str]
    items: list[ShippedItem]
    # What a carrier reported by order of the control interface; without any it reports what is usual.
    scans: list[tuple[str, datetime]] = field(default_factory=list)

    def states(self, now: datetime) -> list[tuple[str, datetime]]:
        """Return the states the parcel has gone through until a moment: SENT, and then what its carrier scanned."""
        usual = [(state, self.created + after) for state, after in USUAL_SCANS]
        seen = self.scans or [(state, at) for state, at in usual if at <= now]
        return [("SENT", self.created), *seen]


@dataclass(slots=True)
class Quantity:
    """The stock OTTO sells from; `at` is when the server took it."""

    quantity: int
    at: datetime
