"""Goods that come back, as OTTO knows them (facts/otto.md §8.2, §10). Frozen; unknown enumeration values stay text."""

from dataclasses import dataclass
from datetime import datetime

from .const import MARKETPLACE_REASONS, ReductionStatus
from .types import Money, TrackingKey


@dataclass(frozen=True, slots=True)
class ReturnedPiece:
    """One piece in one of OTTO's lists of returns; `status` is one of `const.ReturnStatus`.

    :ivar occurred: when it got its status
    :ivar tracking_numbers: of an announced one, the numbers under which it comes; none for a forwarder
    :ivar order_number: of a misdirected one, as is `warehouse_id`, by which OTTO's warehouse knows it
    """

    position_item_id: str
    order_id: str
    status: str
    occurred: datetime
    carrier: str | None = None
    tracking_numbers: tuple[str, ...] = ()
    condition: str | None = None
    reason: str | None = None
    order_number: str | None = None
    warehouse_id: str | None = None

    @property
    def decided_by_otto(self) -> bool:
        """Whether OTTO gave the money back by itself."""
        return self.reason in MARKETPLACE_REASONS


@dataclass(frozen=True, slots=True)
class BrokenReturn:
    """An entry of a list that cannot be read, and why; the ids as far as they can be read.

    :ivar position_item_id: of a piece; None for a parcel
    :ivar id: of a parcel; None for a piece
    """

    reason: str
    position_item_id: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """One page of a list of returns, newest change of status first."""

    pieces: tuple[ReturnedPiece, ...]
    broken: tuple[BrokenReturn, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnDecision:
    """What the seller says to one piece: a condition (`const.RETURN_CONDITIONS`) and a reason of `const`."""

    position_item_id: str
    order_id: str
    condition: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionRefusal:
    """Why OTTO does not take a decision.

    :ivar key: ``not_sent``, ``other_order``, ``accepted`` (a rejection comes too late) or ``other``
    """

    position_item_id: str
    key: str
    words: str


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """What became of each piece of an acceptance or rejection; every piece is in exactly one of the three.

    :ivar done: OTTO has it so, those of `already` included
    :ivar unclear: OTTO's answer says nothing of them, or both; its lists must be asked
    :ivar already: it was so before; to be expected when an answer was lost
    """

    done: tuple[str, ...]
    refused: tuple[DecisionRefusal, ...] = ()
    unclear: tuple[str, ...] = ()
    already: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnParcelPiece:
    """A piece in a return parcel."""

    position_item_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class ReturnParcelState:
    """A scan of the carrier: ``ANNOUNCED``, ``ON_THE_WAY`` or ``DELIVERED``, which may be the carrier's depot."""

    state: str
    occurred_on: datetime
    words: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnParcel:
    """A parcel on its way back, with its scans; they say nothing of acceptance or refund."""

    id: str
    tracking: TrackingKey
    pieces: tuple[ReturnParcelPiece, ...]
    states: tuple[ReturnParcelState, ...] = ()
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReturnParcelPage:
    """One page of the list of return parcels."""

    parcels: tuple[ReturnParcel, ...]
    broken: tuple[BrokenReturn, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceReduction:
    """A refund of a part; `status` is one of `const.ReductionStatus`, the receipt is there once it was paid."""

    amount: Money
    status: str
    created: datetime
    receipt_number: str | None = None

    @property
    def pending(self) -> bool:
        """Whether OTTO has neither paid nor rejected it yet."""
        return self.status not in (ReductionStatus.PROCESSED, ReductionStatus.REJECTED)


@dataclass(frozen=True, slots=True)
class ReducedPiece:
    """A piece with all its price reductions; amounts include taxes."""

    position_item_id: str
    order_id: str
    invoice_price: Money
    total: Money
    reductions: tuple[PriceReduction, ...]

    @property
    def left(self) -> Money:
        """What a further reduction must stay **below**; one of all that is left is an acceptance."""
        return Money(self.invoice_price.amount - self.total.amount, self.invoice_price.currency)


@dataclass(frozen=True, slots=True)
class ReducedPage:
    """One page of the list of pieces that have price reductions."""

    pieces: tuple[ReducedPiece, ...]
    broken: tuple[BrokenReturn, ...] = ()
