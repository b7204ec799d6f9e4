"""Orders as OTTO sends them, without moments that one order has by mistake and all would suffer from (R20)."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

# OTTO Market exists since 2020. Earlier moments, such as year 1, stand for "no date".
EARLIEST = datetime(2015, 1, 1, tzinfo=timezone.utc)
# Nothing was changed or ordered later than now, but for clocks that differ; nothing is expected in ten years.
CLOCKS = timedelta(days=366)
EXPECTED = timedelta(days=3660)


def sound_order(order):
    """Return an OTTO `Order` without moments that cannot be meant.

    A change in the year 2090 would never be followed by a newer one, and the cursor would wait for it.
    """
    latest = datetime.now(timezone.utc) + CLOCKS
    modified = _within(order.last_modified, latest)
    lifecycle = _within(order.lifecycle_change, latest)
    ordered = _within(order.order_date, latest)
    known = modified or lifecycle or ordered or datetime.now(timezone.utc)
    return replace(
        order,
        order_date=ordered or lifecycle or known,
        lifecycle_change=lifecycle or known,
        last_modified=modified,
        items=tuple(
            replace(item, expected_delivery=_within(item.expected_delivery, latest + EXPECTED)) for item in order.items
        ),
    )


def _within(moment, latest):
    return moment if moment and EARLIEST <= moment <= latest else None


def order_key(order):
    """Return under which number an order, or one that cannot be read, is reported."""
    return order.number or order.id or "?"
