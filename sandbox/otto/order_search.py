"""Which orders `GET /v4/orders` answers: filters, the two modes, order and cursor (facts/otto.md §4.1)."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import QueryParams

from .model import Order, Status

DEFAULT_LIMIT = 128
MAX_LIMIT = 256
MODES = ("BUCKET", "AT_LEAST_ONE")
# Other columns are not documented, so they are refused.
COLUMNS = ("ORDER_LIFECYCLE_DATE",)
CANCELLED = (Status.CANCELLED_BY_PARTNER, Status.CANCELLED_BY_MARKETPLACE)
LADDER = (Status.ANNOUNCED, Status.PROCESSABLE, Status.SENT, Status.RETURNED)


@dataclass(frozen=True, slots=True)
class Search:
    """A search for orders; the cursor carries all of it, so that a following page needs nothing else."""

    changed_from: datetime | None = None
    ordered_from: datetime | None = None
    ordered_to: datetime | None = None
    statuses: tuple[str, ...] = ()
    mode: str = "BUCKET"
    descending: bool = False
    after: tuple[int, str] | None = None

    def page(self, orders: Iterable[Order], limit: int) -> tuple[list[Order], str | None]:
        """Return the orders of a page and the cursor of the next one, None if this is the last."""
        found = sorted((order for order in orders if self._matches(order)), key=_place, reverse=self.descending)
        page = found[:limit]
        return page, self._cursor(page[-1]) if len(found) > limit else None

    def _matches(self, order: Order) -> bool:
        return (
            self._follows(order)
            and (self.changed_from is None or order.last_modified >= self.changed_from)
            and (self.ordered_from is None or order.order_date >= self.ordered_from)
            and (self.ordered_to is None or order.order_date <= self.ordered_to)
            and (not self.statuses or not self._shelves(order.statuses()).isdisjoint(self.statuses))
        )

    def _follows(self, order: Order) -> bool:
        """Tell whether an order comes after the last one of the page before."""
        if self.after is None:
            return True
        return _place(order) < self.after if self.descending else _place(order) > self.after

    def _shelves(self, statuses: frozenset[Status]) -> frozenset[Status]:
        """Return the statuses under which an order with these item statuses is found."""
        if self.mode == "AT_LEAST_ONE":
            return statuses
        lowest = next((status for status in LADDER if status in statuses), None)
        return statuses.intersection(CANCELLED if lowest is None else (lowest, *CANCELLED))

    def _cursor(self, last: Order) -> str:
        times = [moment and moment.isoformat() for moment in (self.changed_from, self.ordered_from, self.ordered_to)]
        parts = [self.mode, times, self.statuses, self.descending, _place(last)]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def _place(order: Order) -> tuple[int, str]:
    # Whole milliseconds, as OTTO's own cursors hold them.
    return round(order.lifecycle_change.timestamp() * 1000), order.id


def read_search(query: QueryParams) -> tuple[Search, int]:
    """Read the query of a request; unknown parameters are ignored, with a cursor all but `limit` are.

    :return: the search and the limit
    :raises ValueError: a parameter cannot be understood
    """
    limit = int(query.get("limit", DEFAULT_LIMIT))
    if not 1 <= limit <= MAX_LIMIT:
        raise ValueError(f"limit {limit}")
    if "nextcursor" in query:
        return _read_cursor(query["nextcursor"]), limit
    statuses = tuple(Status(value) for value in query.getlist("fulfillmentStatus"))
    direction = _one_of(query.get("orderDirection", "ASC"), ("ASC", "DESC"))
    _one_of(query.get("orderColumnType", COLUMNS[0]), COLUMNS)
    return Search(
        changed_from=_time(query.get("fromDate")),
        ordered_from=_time(query.get("fromOrderDate")),
        ordered_to=_time(query.get("toOrderDate")),
        statuses=statuses,
        mode=_one_of(query.get("mode", "BUCKET"), MODES),
        descending=direction == "DESC",
    ), limit


def _one_of(value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ValueError(value)
    return value


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        # A time without a zone would mean something else on every machine.
        raise ValueError(text)
    return moment


def _read_cursor(text: str) -> Search:
    try:
        mode, times, statuses, descending, after = json.loads(base64.urlsafe_b64decode(text.encode()))
        moments = [_time(moment) for moment in times]
        return Search(*moments, tuple(statuses), mode, descending, (int(after[0]), str(after[1])))
    except (TypeError, IndexError, UnicodeError) as error:
        raise ValueError(text) from error
