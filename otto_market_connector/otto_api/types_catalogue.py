"""Articles as OTTO knows them (facts/otto.md §6, §7.4, §7.5, §8.1). Frozen; unknown enumeration values stay text."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .types import Money


@dataclass(frozen=True)
class Attribute:
    """A property of an article, e.g. ``Farbe``; `additional` is one that OTTO's category does not define."""

    name: str
    values: tuple[str, ...]
    additional: bool = False


@dataclass(frozen=True)
class Sale:
    """A lower price for some time."""

    price: Money
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Article:
    """A product variation; variations of one `product_reference` are the variants of one product.

    :ivar vat: ``FULL``, ``REDUCED`` or ``FREE``
    :ivar images: addresses of the pictures, the first one is the main picture
    """

    sku: str
    product_reference: str
    ean: str | None
    moin: str | None
    category: str | None
    brand_id: str | None
    product_line: str | None
    description: str | None
    bullet_points: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    images: tuple[str, ...]
    price: Money | None
    sale: Sale | None
    vat: str
    msrp: Money | None


@dataclass(frozen=True)
class Notice:
    """A reason or a remark of OTTO's, e.g. ``600007 - BRAND_BLOCKED``."""

    code: str
    title: str

    def __str__(self) -> str:
        return self.title or self.code


@dataclass(frozen=True)
class MarketplaceStatus:
    """What OTTO makes of an article: ``PENDING``, ``ONLINE``, ``RESTRICTED``, ``REJECTED``, ``INACTIVE``."""

    sku: str
    status: str
    moin: str | None
    errors: tuple[Notice, ...]
    information: tuple[Notice, ...]
    shop_url: str | None
    modified: datetime | None


@dataclass(frozen=True)
class ActiveStatus:
    """Whether the seller offers an article."""

    sku: str
    active: bool
    modified: datetime | None = None


@dataclass(frozen=True)
class ArticlePrice:
    """An article's gross price; without `sale` there is none."""

    sku: str
    price: Money
    sale: Sale | None = None


@dataclass(frozen=True)
class ContentChange:
    """When the content of an article was changed last."""

    sku: str
    changed: datetime | None


@dataclass(frozen=True)
class Brand:
    """A brand that articles can have."""

    id: str
    name: str
    usable: bool


@dataclass(frozen=True)
class BrokenRecord:
    """A record of a page that cannot be read, and why."""

    sku: str | None
    reason: str


@dataclass(frozen=True)
class CataloguePage:
    """A page of a list: its records, those that cannot be read, and the number of the page, from 0.

    :ivar more: whether a page follows
    :ivar next_cursor: where the list goes on, if it is one that is not asked for by page numbers
    """

    number: int
    records: tuple[Any, ...]
    unreadable: tuple[BrokenRecord, ...] = ()
    more: bool = False
    next_cursor: str | None = None


@dataclass(frozen=True)
class UpdateTask:
    """How far OTTO is with something it works off later; a number that cannot be read is None."""

    id: str
    state: str
    total: int | None
    progress: int | None
    succeeded: int | None
    failed: int | None
    unchanged: int | None
    ping_after: datetime | None
    message: str

    @property
    def done(self) -> bool:
        """Whether OTTO has worked it off."""
        return self.state == "done"


@dataclass(frozen=True)
class TaskFailure:
    """An article that OTTO refused in a task; without its number where that cannot be read."""

    sku: str | None
    errors: tuple[Notice, ...]


@dataclass(frozen=True)
class DeliveryInformation:
    """Processing time of an article: ``"1"`` to ``"99"`` days, or ``DEFAULT`` for the profile's."""

    sku: str
    shipping_profile_id: str | None
    processing_time: str = "DEFAULT"


@dataclass(frozen=True)
class DeliveryRefusal:
    """Why OTTO refuses the delivery information of an article; `sku` is None when OTTO does not name it."""

    sku: str | None
    words: str


@dataclass(frozen=True)
class DeliveryResult:
    """What OTTO took and what it refused."""

    accepted: tuple[str, ...]
    refused: tuple[DeliveryRefusal, ...]


@dataclass(frozen=True)
class ShippingProfile:
    """How articles are sent; times in working days, `order_cutoff` as ``HH:MM`` in German time."""

    id: str
    name: str
    working_days: tuple[str, ...]
    order_cutoff: str
    delivery_type: str
    processing_time: int
    transport_time: int
