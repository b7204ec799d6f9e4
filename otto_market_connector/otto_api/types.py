"""What travels over OTTO's wire, as frozen records: amounts are `Decimal`, moments are aware datetimes in UTC."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .const import CANCELLED_STATUSES


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, taxes included, in a currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """A property by which variants differ, e.g. SIZE / Größe / L."""

    type: str
    display_name: str
    value: str


@dataclass(frozen=True, slots=True)
class Product:
    """The article of a piece; `vat_rate` in percent, `article_number` is the one on otto.de."""

    sku: str
    title: str
    article_number: str
    vat_rate: Decimal
    ean: str | None = None
    shop_url: str | None = None
    dimensions: tuple[Dimension, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackingKey:
    """A parcel: carrier in OTTO's spelling, and its number (None for a forwarder)."""

    carrier: str
    tracking_number: str | None


@dataclass(frozen=True, slots=True)
class PositionItem:
    """One piece of an order; OTTO has no quantities."""

    id: str
    status: str
    product: Product
    gross_price: Money
    discount: Money | None = None
    reduced_gross_price: Money | None = None
    expected_delivery: datetime | None = None
    processable_date: datetime | None = None
    sent_date: datetime | None = None
    returned_date: datetime | None = None
    cancellation_date: datetime | None = None
    cancellation_reason: str | None = None
    tracking: TrackingKey | None = None
    deal_id: str | None = None
    deal_name: str | None = None
    weee_pickup: bool = False
    return_accepted_by_marketplace: bool = False

    @property
    def price(self) -> Money:
        """What the customer pays for the piece, taxes included."""
        if self.reduced_gross_price:
            return self.reduced_gross_price
        if self.discount:
            return Money(self.gross_price.amount - self.discount.amount, self.gross_price.currency)
        return self.gross_price

    @property
    def cancelled(self) -> bool:
        """Whether the piece was cancelled, by whomever."""
        return self.status in CANCELLED_STATUSES


@dataclass(frozen=True, slots=True)
class Fee:
    """An initial delivery fee as it was at checkout; later cancellations do not reduce it."""

    name: str
    amount: Money
    vat_rate: Decimal
    position_item_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discount:
    """An initial discount; it is already in the reduced price of its pieces."""

    name: str
    discount_id: str
    discount_name: str
    amount: Money
    vat_rate: Decimal
    position_item_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country_code` is ISO 3166-1 alpha-3."""

    salutation: str
    first_name: str
    last_name: str
    street: str
    house_number: str
    zip_code: str
    city: str
    country_code: str
    title: str | None = None
    addition: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A partner order."""

    id: str
    number: str
    order_date: datetime
    lifecycle_change: datetime
    items: tuple[PositionItem, ...]
    last_modified: datetime | None = None
    payment_method: str | None = None
    fees: tuple[Fee, ...] = ()
    discounts: tuple[Discount, ...] = ()
    delivery_address: Address | None = None
    invoice_address: Address | None = None
    suspected_fraud: bool = False


@dataclass(frozen=True, slots=True)
class BrokenOrder:
    """An order of a page that cannot be read; `reason` says which field.

    :ivar pieces: SKU and status of each piece as far as they can be read, None for what cannot
    """

    id: str | None
    number: str | None
    reason: str
    raw_excerpt: str
    pieces: tuple[tuple[str | None, str | None], ...] = ((None, None),)


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of the list of orders."""

    orders: tuple[Order, ...]
    broken: tuple[BrokenOrder, ...] = ()


@dataclass(frozen=True, slots=True)
class ShipFrom:
    """Where a parcel starts; `country_code` is ISO 3166-1 alpha-3."""

    city: str
    zip_code: str
    country_code: str


@dataclass(frozen=True, slots=True)
class ShipmentItem:
    """A piece in a parcel, with the number under which it may come back."""

    position_item_id: str
    order_id: str
    return_tracking: TrackingKey | None = None
    return_address_carrier_id: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentState:
    """A step of a parcel's way."""

    state: str
    occurred_on: datetime


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel with what is in it; `id` and `states` are OTTO's."""

    tracking: TrackingKey
    ship_date: datetime
    ship_from: ShipFrom
    items: tuple[ShipmentItem, ...]
    id: str | None = None
    states: tuple[ShipmentState, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """The sellable stock of an article, in pieces."""

    sku: str
    quantity: int
    last_modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuantityPage:
    """A page of the list of quantities.

    :ivar unreadable: number of entries that are not among `quantities`
    :ivar next: what to go on with; None when there is no more, or only what was read already
    :ivar is_last: whether the list really ends here
    """

    quantities: tuple[Quantity, ...]
    unreadable: int = 0
    next: str | None = None
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class QuantityRefusal:
    """An article whose quantity OTTO did not accept; `sku` is None when OTTO does not say which."""

    sku: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class QuantityResult:
    """What became of a batch of quantities, article by article."""

    accepted: tuple[str, ...]
    refused: tuple[QuantityRefusal, ...] = ()
