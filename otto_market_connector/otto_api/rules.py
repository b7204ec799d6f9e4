"""The rules R11, R14, R16 and R18 as plain functions of an order."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from .const import CANCELLED_STATUSES, FulfillmentStatus
from .types import Money, Order

# R14: the smallest status wins. A status that OTTO adds one day is the smallest of all: nothing is done with what is
# not understood.
STATUS_ORDER = ("unknown", "announced", "processable", "sent", "returned", "cancelled")
LIVE_STATUSES = ("announced", "processable")

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


def _converted(money: Money, convert) -> Decimal:
    return money.amount if convert is None else Decimal(str(convert(money)))
