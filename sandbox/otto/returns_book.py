"""What OTTO knows of goods that come back: pieces, parcels, refunds of a part (facts/otto.md §8.2, §10, §14).

Nothing here knows HTTP. What takes time (scans, OTTO's own decisions, price reductions) is due at a moment of the
sandbox's clock; `settle` carries it out in its order.
"""

import heapq
import itertools
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from .model import Item, Order, Status, Tracking
from .receipts_book import ReceiptsBook

# After how long a return parcel is usually scanned.
USUAL_RETURN_SCANS = {"ON_THE_WAY": 24 * 3600.0, "DELIVERED": 3 * 24 * 3600.0}
RETURN_STATES = ("ANNOUNCED", "ON_THE_WAY", "DELIVERED")
STATE_TEXTS = {
    "ANNOUNCED": "Retoure am PaketShop abgegeben",
    "ON_THE_WAY": "Retoure unterwegs",
    "DELIVERED": "Retoure zugestellt",
}
FAST_REFUND, OVERDUE_CREDIT = "FAST_REFUND", "OVERDUE_CREDIT"
MARKETPLACE_REASONS = (OVERDUE_CREDIT, FAST_REFUND, "CUSTOMER_CLARIFICATION", "LACK_OF_COOPERATION")

Piece = tuple[Order, Item]


class ReturnStatus(StrEnum):
    """Where a return is; the lists of `GET /v3/returns` (facts/otto.md §10.1)."""

    ANNOUNCED = "ANNOUNCED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    MISDIRECTED = "MISDIRECTED"


class ReductionStatus(StrEnum):
    """How far a price reduction is (facts/otto.md §8.2)."""

    INITIATED = "INITIATED"
    PROCESSED = "PROCESSED"
    REJECTED = "REJECTED"


@dataclass(slots=True)
class Return:
    """A piece that comes back; `place` tells which of two changes of one moment was the later one."""

    order: Order
    item: Item
    status: ReturnStatus
    occurred: datetime
    place: int
    tracking: tuple[Tracking, ...] = ()
    condition: str | None = None
    reason: str | None = None
    warehouse: str | None = None


@dataclass(slots=True)
class ReturnParcel:
    """A parcel on its way back, and what its carrier scanned; `place` grows with every parcel."""

    id: str
    place: int
    created: datetime
    tracking: Tracking
    pieces: list[Piece]
    states: list[tuple[str, datetime]]
    fast_refund: bool

    @property
    def updated(self) -> datetime:
        """When it was scanned last."""
        return self.states[-1][1]


@dataclass(slots=True)
class Reduction:
    """A partial refund that was asked for; `receipt` is None until it was paid."""

    amount: Decimal
    currency: str
    created: datetime
    status: ReductionStatus = ReductionStatus.INITIATED
    receipt: str | None = None


@dataclass(slots=True)
class Reduced:
    """A piece with everything that was ever asked for."""

    order: Order
    item: Item
    reductions: list[Reduction] = field(default_factory=list)

    def total(self, *statuses: ReductionStatus) -> Decimal:
        """Return the sum of the reductions in one of some statuses."""
        return sum((entry.amount for entry in self.reductions if entry.status in statuses), Decimal(0))


@dataclass(slots=True)
class ReturnRules:
    """What a test may choose; times in seconds of the sandbox's clock.

    `overdue_after` and `fast_refund` hold for what is announced from then on. `refuse` names pieces with the words in
    which their acceptance or rejection is refused. `reduction_outcome` None goes by the amount.
    """

    condition_mandatory: bool = False
    literal_logref: bool = False
    short_words: bool = False
    blanks: bool = False
    fast_refund: bool = False
    overdue_after: float | None = None
    accept_seconds: float = 0
    reduction_seconds: float = 1.0
    reduction_outcome: str | None = None
    refuse: dict[str, str] = field(default_factory=dict)


def _is_in(known: Return | None, parcel: ReturnParcel) -> bool:
    """Tell whether a piece was announced with a parcel."""
    return known is not None and parcel.tracking in known.tracking


class ReturnsBook:
    """OTTO's memory of returns of one account."""

    def __init__(self, seed: int, receipts: ReceiptsBook) -> None:
        self._receipts = receipts
        self._rng = random.Random(f"returns/{seed}")
        self._count = itertools.count(1)
        self._due: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.rules = ReturnRules()
        self.returns: dict[str, Return] = {}
        # What was rejected and is announced once more.
        self._rejected: dict[str, Return] = {}
        self.parcels: dict[str, ReturnParcel] = {}
        self.reduced: dict[str, Reduced] = {}
        # Pieces whose acceptance OTTO took, although nobody can see it yet.
        self.accepting: set[str] = set()

    def settle(self, now: datetime) -> None:
        """Carry out what is due, the earliest first."""
        while self._due and self._due[0][0] <= now:
            at, _place, act = heapq.heappop(self._due)
            act(at)

    def _later(self, at: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self._due, (at, next(self._count), act))

    # What the customer and the carrier do

    def announce(
        self,
        pieces: list[Piece],
        tracking: tuple[Tracking, ...],
        now: datetime,
        *,
        scans: dict[str, float],
        fast_refund: bool,
        overdue_after: float | None,
    ) -> list[ReturnParcel]:
        """Let the customer announce that pieces come back, in a parcel for each number.

        :param scans: state -> seconds from now until the carrier reports it; states that are missing never come
        :param overdue_after: seconds after which OTTO pays if nobody has decided
        """
        for order, item in pieces:
            known = self.returns.get(item.id)
            if known and known.status == ReturnStatus.REJECTED:
                self._rejected[item.id] = known
            self._note(order, item, ReturnStatus.ANNOUNCED, now, tracking=tracking)
            if overdue_after is not None:
                self._later(now + timedelta(seconds=overdue_after), self._overdue(item.id))
        return [self._parcel(pieces, key, now, scans, fast_refund) for key in tracking]

    def _parcel(
        self, pieces: list[Piece], tracking: Tracking, now: datetime, scans: dict[str, float], fast_refund: bool
    ) -> ReturnParcel:
        number = f"{self._rng.getrandbits(96):024x}"
        parcel = ReturnParcel(number, next(self._count), now, tracking, list(pieces), [("ANNOUNCED", now)], fast_refund)
        self.parcels[number] = parcel
        for state, seconds in scans.items():
            self._later(now + timedelta(seconds=seconds), lambda at, state=state: self.scan(parcel, state, at))
        return parcel

    def scan(self, parcel: ReturnParcel, state: str, at: datetime) -> None:
        """Let the carrier report a parcel; the first scan may be all that OTTO waits for."""
        # Who withdrew the announcement has sent nothing; and a parcel does not go back, whoever reported it further on.
        if parcel.id not in self.parcels or RETURN_STATES.index(state) <= RETURN_STATES.index(parcel.states[-1][0]):
            return
        parcel.states.append((state, at))
        if parcel.fast_refund:
            self.decide([piece for piece in parcel.pieces if self._waits(piece[1].id)], FAST_REFUND, at)

    def withdraw(self, items: Iterable[Item]) -> None:
        """Let the customer keep pieces after all: the announcement is gone as if it had never been."""
        gone = {item.id: self.returns.pop(item.id, None) for item in items}
        for item_id in gone:
            # What was rejected before and announced once more is rejected again.
            if earlier := self._rejected.pop(item_id, None):
                self.returns[item_id] = earlier
        for parcel in list(self.parcels.values()):
            parcel.pieces = [piece for piece in parcel.pieces if not _is_in(gone.get(piece[1].id), parcel)]
            if not parcel.pieces:
                del self.parcels[parcel.id]

    def misdirect(self, pieces: Iterable[Piece], now: datetime) -> None:
        """Let pieces arrive at OTTO's own warehouse."""
        for order, item in pieces:
            warehouse = f"{self._rng.getrandbits(72):018x}"
            self._note(order, item, ReturnStatus.MISDIRECTED, now, warehouse=warehouse)

    # What OTTO and the seller decide

    def _overdue(self, item_id: str) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            if self._waits(item_id):
                known = self.returns[item_id]
                self.decide([(known.order, known.item)], OVERDUE_CREDIT, at)

        return act

    def _waits(self, item_id: str) -> bool:
        known = self.returns.get(item_id)
        return known is not None and known.status == ReturnStatus.ANNOUNCED and item_id not in self.accepting

    def decide(self, pieces: Iterable[Piece], reason: str, at: datetime) -> None:
        """Let OTTO itself refund pieces; the seller is not asked."""
        for order, item in pieces:
            item.accepted_by_marketplace = True
            self.accept(order, item, None, reason, at)

    def accept_by_seller(self, order: Order, item: Item, condition: str | None, reason: str | None, now: datetime):
        """Take the seller's acceptance; it may take a while until it can be seen."""
        if not self.rules.accept_seconds:
            self.accept(order, item, condition, reason, now)
            return
        self.accepting.add(item.id)
        due = now + timedelta(seconds=self.rules.accept_seconds)
        self._later(due, lambda at: self.accept(order, item, condition, reason, at))

    def accept(self, order: Order, item: Item, condition: str | None, reason: str | None, at: datetime) -> None:
        """Carry out an acceptance: the customer has the money, the piece is RETURNED for good."""
        self.accepting.discard(item.id)
        item.status, item.returned = Status.RETURNED, at
        self._note(order, item, ReturnStatus.ACCEPTED, at, condition=condition, reason=reason)
        self._receipts.returned(order, item, at)
        order.changed(at)

    def reject(self, order: Order, item: Item, condition: str | None, reason: str, at: datetime) -> None:
        """Carry out a rejection; the piece stays SENT and may be accepted later."""
        self._note(order, item, ReturnStatus.REJECTED, at, condition=condition, reason=reason)

    def _note(self, order: Order, item: Item, status: ReturnStatus, at: datetime, **details) -> None:
        self.returns[item.id] = Return(order, item, status, at, next(self._count), **details)

    # Refunds of a part

    def reduce(self, order: Order, item: Item, amount: Decimal, currency: str, now: datetime) -> None:
        """Take a partial refund; whether it is paid shows later."""
        reduced = self.reduced.setdefault(item.id, Reduced(order, item))
        reduction = Reduction(amount, currency, now)
        reduced.reductions.append(reduction)
        due = now + timedelta(seconds=self.rules.reduction_seconds)
        self._later(due, lambda at: self._process(reduced, reduction, at))

    def _process(self, reduced: Reduced, reduction: Reduction, at: datetime) -> None:
        """Pay a reduction if it leaves something of what was paid for the piece, else reject it."""
        remaining = reduced.item.price - reduced.total(ReductionStatus.PROCESSED)
        fits = reduced.item.status == Status.SENT and reduction.amount < remaining
        paid = ReductionStatus.PROCESSED if fits else ReductionStatus.REJECTED
        reduction.status = ReductionStatus(self.rules.reduction_outcome or paid)
        if reduction.status == ReductionStatus.PROCESSED:
            reduction.receipt = self._receipts.reduced(reduced.item, reduction.amount, at)
