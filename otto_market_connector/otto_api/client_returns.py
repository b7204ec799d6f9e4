"""The client's calls about goods that come back: returns, return parcels, price reductions."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote

from . import parse_returns as parse
from .const import (
    MAX_DECISIONS,
    REDUCTION_PAGE,
    REDUCTIONS_PATH,
    RETURN_PAGE,
    RETURN_PARCEL_PAGE,
    RETURN_PARCELS_PATH,
    RETURNS_PATH,
)
from .dialects import problems_of
from .errors import OttoError, OttoInvalid, OttoNotFound, OttoUnavailable
from .node import Node
from .parse import MOST_MONEY
from .types import Money
from .types_returns import (
    DecisionResult,
    ReducedPage,
    ReducedPiece,
    ReturnDecision,
    ReturnPage,
    ReturnParcel,
    ReturnParcelPage,
)
from .wire import moment, next_link, record_count

# OTTO's services behind the price reductions did not answer (facts/otto.md §8.2).
FAILED_DEPENDENCY = 424
CENT = Decimal("0.01")


class ReturnCalls:
    """Calls about goods that come back; `OttoClient` brings the transport and the following of pages."""

    # Returns (scope `returns`, facts/otto.md §10.1 to §10.3)

    def return_pages(self, status: str, page: int = 1) -> Iterator[ReturnPage]:
        """Yield the pages of one of OTTO's lists of returns, newest change of status first.

        There is no filter by date: whoever knows all of a page need not read on. A list that changes while it is read
        may show an entry twice, or miss one until the next reading.

        :param status: one of `const.RETURN_STATUSES`
        :param page: number of the page to begin with, from 1
        """
        params = [("status", status), ("limit", str(RETURN_PAGE)), ("page", str(page))]
        for body in self._pages(RETURNS_PATH, params):
            yield self._read("GET", RETURNS_PATH, lambda b=body: parse.return_page(b))

    def accept_returns(self, decisions: Sequence[ReturnDecision]) -> DecisionResult:
        """Accept up to 200 pieces that were sent, announced or not; the customer gets the money at once, for good.

        Not repeated by itself. After `OttoUnavailable` with `maybe_done` it may be said again: what was accepted by the
        first call is then among `already`.

        :raises ValueError: none or more than 200 pieces, one of them twice, or one without condition or reason
        :raises OttoInvalid: OTTO does not accept the form of the request (400), and has done nothing
        :raises OttoTooLarge: too many pieces for OTTO, which has done nothing
        """
        return self._decide("acceptance", decisions, accepting=True)

    def reject_returns(self, decisions: Sequence[ReturnDecision]) -> DecisionResult:
        """Reject up to 200 pieces; they can still be accepted later. For errors see `accept_returns`."""
        return self._decide("rejection", decisions, accepting=False)

    def _decide(self, what: str, decisions: Sequence[ReturnDecision], *, accepting: bool) -> DecisionResult:
        ids = [decision.position_item_id for decision in decisions]
        if not 0 < len(ids) <= MAX_DECISIONS or len({item_id.lower() for item_id in ids}) < len(ids):
            raise ValueError(f"1 to {MAX_DECISIONS} different pieces in a request")
        if not all(decision.condition and decision.reason for decision in decisions):
            raise ValueError("Every piece needs a condition and a reason")
        path = f"{RETURNS_PATH}/{what}"
        body = {"positionItems": [_decision_body(decision) for decision in decisions]}
        status, answer = self._transport.call("POST", path, body=body, accept=(422,), bare=(200,))
        return self._read("POST", path, lambda: parse.decision_result(status, answer, ids, accepting=accepting))

    # Return parcels (scope `shipments`, facts/otto.md §10.4)

    def return_parcel_pages(self, changed_since: datetime) -> Iterator[ReturnParcelPage]:
        """Yield the pages of return parcels that were announced or scanned at or after a moment."""
        params = [("datefrom", moment(changed_since)), ("limit", str(RETURN_PARCEL_PAGE))]
        for body in self._pages(RETURN_PARCELS_PATH, params):
            yield self._read("GET", RETURN_PARCELS_PATH, lambda b=body: parse.return_parcel_page(b))

    def return_parcel(self, parcel_id: str) -> ReturnParcel | None:
        """Return a return parcel by OTTO's id, None when OTTO says itself that there is none (withdrawn)."""
        return self._parcel(quote(parcel_id, safe=""))

    def return_parcel_by_number(self, carrier: str, tracking_number: str) -> ReturnParcel | None:
        """Return a return parcel by carrier and number, None when OTTO says that there is none; only recent ones."""
        return self._parcel(f"carriers/{quote(carrier, safe='')}/trackingnumbers/{quote(tracking_number, safe='')}")

    def _parcel(self, place: str) -> ReturnParcel | None:
        path = f"{RETURN_PARCELS_PATH}/{place}"
        try:
            _status, body = self._transport.call("GET", path)
        except OttoNotFound as error:
            _judge_absence(error, "RESOURCE_NOT_FOUND" in error.codes)
            return None
        return self._read("GET", path, lambda: parse.return_parcel(Node(body)))

    # Refunds of a part (scope `price-reduction`, facts/otto.md §8.2)

    def reduce_price(self, order_id: str, position_item_id: str, amount: Money) -> None:
        """Ask OTTO to give a part of the price of a sent piece back; whether it does shows `price_reductions` later.

        **Every call is a further refund**, so it is never repeated. After `OttoUnavailable` with `maybe_done`, look
        with `price_reductions` whether OTTO has it.

        :param amount: less than what is left, in whole cents
        :raises ValueError: it is not more than 0, or has parts of a cent
        :raises OttoConflict: the piece was not sent, or is back
        :raises OttoNotFound: there is no such piece
        """
        value = amount.amount
        if not value.is_finite() or not 0 < value <= MOST_MONEY or value != value.quantize(CENT):
            raise ValueError("An amount of more than 0 in whole cents is expected")
        body = {
            "positionItemId": position_item_id,
            "salesOrderId": order_id,
            "priceReduction": {"amount": float(value), "currency": amount.currency},
        }
        try:
            _status, answer = self._transport.call("POST", REDUCTIONS_PATH, body=body)
        except OttoInvalid as error:
            if error.status != FAILED_DEPENDENCY:
                raise
            raise _unclear(error.words, error.status) from None
        if problems := problems_of(answer.get("errors") if isinstance(answer, dict) else None):
            raise _unclear(self._transport.words(str(problems[0].get("detail") or problems[0].get("title") or "")))

    def price_reductions(self, position_item_id: str) -> ReducedPiece | None:
        """Return what OTTO knows of the price reductions of a piece, None when it says that there are none.

        :raises OttoUnavailable: OTTO does not say it, or says it in a form that cannot be read
        """
        unreadable = None
        try:
            for page in self._reduced_pages([("positionItemId", position_item_id)]):
                for piece in page.pieces:
                    if piece.position_item_id.lower() == position_item_id.lower():
                        return piece
                for broken in page.broken:
                    if (broken.position_item_id or position_item_id).lower() == position_item_id.lower():
                        unreadable = broken.reason
        except OttoNotFound as error:
            _judge_absence(error, "pricereduction" in error.words.lower().replace(" ", ""))
            return None
        if unreadable:
            words = f"OTTO's answer cannot be read: {unreadable}"
            raise OttoUnavailable(words, request=f"GET {REDUCTIONS_PATH}")
        return None

    def price_reduction_pages(self) -> Iterator[ReducedPage]:
        """Yield the pages of all pieces that have price reductions."""
        yield from self._reduced_pages([("page", "1"), ("limit", str(REDUCTION_PAGE))])

    def _reduced_pages(self, params: list[tuple[str, str]]) -> Iterator[ReducedPage]:
        for body in self._pages(REDUCTIONS_PATH, params):
            yield self._read("GET", REDUCTIONS_PATH, lambda b=body: parse.reduced_page(b))
            if next_link(body) and not record_count(body):
                # "None" would be an invitation to refund once more.
                raise OttoUnavailable("OTTO's list ends with an empty page", request=f"GET {REDUCTIONS_PATH}")


def _decision_body(decision: ReturnDecision) -> dict:
    return {
        "positionItemId": decision.position_item_id,
        "salesOrderId": decision.order_id,
        "condition": decision.condition,
        "reason": decision.reason,
    }


def _judge_absence(error: OttoError, said: bool) -> None:
    """Let only OTTO's own word count that something is not there; a gateway without a route says 404 as well.

    :raises OttoUnavailable: the 404 is not the interface's own
    """
    if not said:
        raise OttoUnavailable(error.words, status=error.status, request=error.request, codes=error.codes) from None


def _unclear(words: str, status: int | None = None) -> OttoUnavailable:
    words = words or "OTTO refused without a reason"
    return OttoUnavailable(words, maybe_done=True, status=status, request=f"POST {REDUCTIONS_PATH}")
