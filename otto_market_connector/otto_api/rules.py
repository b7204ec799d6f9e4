"""The rules R11, R14, R16 and R18 as plain functions of an order, and R6 as one of numbers."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from .const import CANCELLED_STATUSES, MAX_QUANTITY, FulfillmentStatus
from .types import Money, Order

# R14: the smallest status wins. A status that OTTO adds one day is the smallest of all: nothing is done with what is
# not understood.
STATUS_ORDER = ("unknown", "announced", "processable", "sent", "returned", "cancelled")
LIVE_STATUSES = ("announced", "processable")
# Pieces that OTTO has sold and nobody has sent. What OTTO calls by a new name may be one of them.
SOLD_NOT_SENT = ("unknown", *LIVE_STATUSES)

_STATUS = {
    FulfillmentStatus.ANNOUNCED: "announced",
    FulfillmentStatus.PROCESSABLE: "processable",
    FulfillmentStatus.SENT: "sent",
    FulfillmentStatus.RETURNED: "returned",
    **dict.fromkeys(CANCELLED_STATUSES, "cancelled"),
}


def status_of(fulfillment_status: str) -> str:
    """Return one of STATUS_ORDER for OTTO's status of a piece; both kinds of cancelled are one (R14)."""
    return _STATUS.get(fulfillment_status, "unknown")


def order_status(order: Order) -> str:
    """Return the smallest status of the order's pieces (R14), one of STATUS_ORDER."""
    return min((status_of(item.status) for item in order.items), key=STATUS_ORDER.index)


def delivery_date(order: Order) -> datetime | None:
    """Return the middle between the earliest and the latest expected delivery (R11), or None when none is known.

    Cancelled pieces count only when every piece is cancelled.
    """
    live = [item for item in order.items if not item.cancelled] or order.items
    dates = [item.expected_delivery for item in live if item.expected_delivery]
    if not dates:
        return None
    return min(dates) + (max(dates) - min(dates)) / 2


def order_currency(order: Order) -> str:
    """Return the most frequent currency of the order's pieces (R16); on a tie the one with the larger sum."""
    counts: dict[str, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for item in order.items:
        count, total = counts[item.price.currency]
        counts[item.price.currency] = (count + 1, total + item.price.amount)
    # The name decides last, so that the result does not depend on the order of the pieces.
    return max(counts, key=lambda currency: (*counts[currency], currency))


def expected_total(order: Order, convert: Callable[[Money], float | Decimal] | None = None) -> Decimal:
    """Return what the order's total must be to the cent (R18).

    Pieces that are not cancelled, plus the initial fees, which OTTO does not reduce while a piece is left.

    :param convert: turns an amount into the order's currency (R16); default: the amount as it is
    """
    pieces = [item.price for item in order.items if not item.cancelled]
    fees = [fee.amount for fee in order.fees] if pieces else []
    return sum((_converted(money, convert) for money in (*pieces, *fees)), Decimal(0))


class Supply(NamedTuple):
    """Goods that an article is made of: the product itself, or one of the parts of a kit.

    :ivar available: what may be promised in the goods' unit; may be negative or a fraction
    :ivar need: how much of it one piece of the article takes
    :ivar sharers: number of articles among which the goods are divided
    :ivar place: this article's place among them, from 0
    """

    available: float
    need: float = 1.0
    sharers: int = 1
    place: int = 0


def offered_quantity(supplies: Sequence[Supply], safety: int = 0, maximum: int = 0) -> int:
    """Return how many whole pieces of an article are offered on OTTO (R6).

    Articles that are fed from the same goods share what is left after the safety stock; the first ones get the pieces
    that cannot be divided. What all of them offer together is never more than there is.

    :param safety: pieces of the article kept back
    :param maximum: most that is offered; 0 is no limit
    """
    pieces = min((_share(supply, safety) for supply in supplies), default=0)
    return max(0, min(pieces, maximum or MAX_QUANTITY, MAX_QUANTITY))


# The same rule in SQL, for one article of one product that shares its goods with nobody; columns `sellable`,
# `available`, `safety` and `maximum` (never 0). It only leaves out what need not be looked at.
OFFERED_QUANTITY_SQL = (
    "CASE WHEN sellable THEN GREATEST(0, LEAST(FLOOR(ROUND((available - safety) * 1e6) / 1e6), maximum)) ELSE 0 END"
)


def _share(supply: Supply, safety: int) -> int:
    left = supply.available - safety * supply.need
    if supply.sharers > 1:
        whole = _floor(left)
        left = whole // supply.sharers + (supply.place < whole % supply.sharers)
    return _floor(left / supply.need)


def _floor(number: float) -> int:
    """Round down; sums of fractions such as 0.1 + 0.2 miss the whole piece by a hair."""
    return math.floor(round(number, 6))


def _converted(money: Money, convert) -> Decimal:
    return money.amount if convert is None else Decimal(str(convert(money)))
