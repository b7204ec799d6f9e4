"""The control interface's part for returns: what customers, carriers and OTTO do, and how OTTO answers the seller."""

from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request

from ..control import ControlError, wish
from ..messages import WireJSON
from . import wire_returns as wire
from .model import Status, Tracking
from .returns_book import (
    MARKETPLACE_REASONS,
    RETURN_STATES,
    USUAL_RETURN_SCANS,
    Piece,
    ReductionStatus,
    ReturnRules,
    ReturnStatus,
)
from .state import Market

ANNOUNCED_WISHES = ("positionItemIds", "carrier", "trackingNumbers", "scans", "fast_refund", "overdue_after")
SECONDS = ("overdue_after", "accept_seconds", "reduction_seconds")
MOST_SECONDS = 10 * 365 * 24 * 3600


def returns_control_routes(market: Market) -> APIRouter:
    """Return the control routes for returns."""
    router = APIRouter(prefix="/_sandbox/returns")

    @router.get("")
    async def show() -> Any:
        market.settle()
        return WireJSON(_shown(market))

    @router.post("")
    async def announce(request: Request) -> Any:
        options = await wish(request)
        market.settle()
        return WireJSON({"returnShipmentIds": _announce(market, options)})

    @router.post("/reduce")
    async def reduce(request: Request) -> Any:
        options = await wish(request)
        market.settle()
        [(order, item)] = _pieces(market, {"positionItemIds": [options.get("positionItemId")]})
        amount = options.get("amount")
        if not isinstance(amount, int | float) or isinstance(amount, bool) or not 0 < amount < item.price:
            raise ControlError("amount: more than 0 and less than the price is expected.")
        market.returns.reduce(order, item, Decimal(str(amount)), item.currency, market.now())
        return WireJSON(_shown(market))

    @router.post("/rules")
    async def choose(request: Request) -> Any:
        options = await wish(request)
        return _choose(market, options)

    @router.post("/parcels/{parcel_id}")
    async def scan(parcel_id: str, request: Request) -> Any:
        options = await wish(request)
        market.settle()
        return WireJSON(_scan(market, parcel_id, options.get("state")))

    @router.post("/{action}")
    async def act(action: str, request: Request) -> Any:
        options = await wish(request)
        market.settle()
        _act(market, action, _pieces(market, options), options.get("reason", MARKETPLACE_REASONS[0]))
        return WireJSON(_shown(market))

    return router


def _shown(market: Market) -> dict:
    book = market.returns
    return {
        "returns": [wire.returned(entry) for entry in book.returns.values()],
        "parcels": [wire.return_parcel(parcel, book.rules) for parcel in book.parcels.values()],
        "reductions": [wire.reduced(entry) for entry in book.reduced.values()],
    }


def _pieces(market: Market, options: dict) -> list[Piece]:
    """Return the pieces that are named, with their orders; all must have been sent and not be back."""
    ids = options.get("positionItemIds")
    if not isinstance(ids, list) or not ids:
        raise ControlError("positionItemIds: a list of ids is expected.")
    known = {item.id: (order, item) for order in market.orders.values() for item in order.items if item.id in ids}
    if missing := [item_id for item_id in ids if item_id not in known]:
        raise ControlError(f"There are no such pieces: {', '.join(map(str, missing))}.", 404)
    pieces = [known[item_id] for item_id in dict.fromkeys(ids)]
    if any(item.status != Status.SENT for _order, item in pieces):
        raise ControlError("The pieces must be SENT.", 409)
    return pieces


def _announce(market: Market, options: dict) -> list[str]:
    if unknown := set(options) - set(ANNOUNCED_WISHES):
        raise ControlError(f"Unknown parameter: {', '.join(sorted(unknown))}.")
    pieces, book = _pieces(market, options), market.returns
    scans = options.get("scans", USUAL_RETURN_SCANS)
    if not isinstance(scans, dict) or not all(
        state in RETURN_STATES and _is_seconds(seconds) for state, seconds in scans.items()
    ):
        raise ControlError(f"scans: seconds for some of {', '.join(RETURN_STATES)} are expected.")
    fast, overdue = (options.get(name, getattr(book.rules, name)) for name in ("fast_refund", "overdue_after"))
    _check_rule("fast_refund", fast)
    _check_rule("overdue_after", overdue)
    parcels = book.announce(
        pieces, _tracking(market, pieces, options), market.now(), scans=scans, fast_refund=fast, overdue_after=overdue
    )
    return [parcel.id for parcel in parcels]


def _tracking(market: Market, pieces: list[Piece], options: dict) -> tuple[Tracking, ...]:
    """Return the numbers that are named, else the label that lay in the parcel of the first piece, if one did."""
    numbers = options.get("trackingNumbers")
    if numbers is None:
        shipped = market.shipped_item(pieces[0][1].id)
        return (shipped.return_tracking,) if shipped and shipped.return_tracking else ()
    if not isinstance(numbers, list) or not all(isinstance(number, str) and number for number in numbers):
        raise ControlError("trackingNumbers: a list of texts is expected.")
    return tuple(Tracking(str(options.get("carrier", "DHL")), number) for number in numbers)


def _choose(market: Market, options: dict) -> dict:
    for name, value in options.items():
        _check_rule(name, value)
    for name, value in options.items():
        setattr(market.returns.rules, name, value)
    return asdict(market.returns.rules)


def _scan(market: Market, parcel_id: str, state: Any) -> dict:
    parcel = market.returns.parcels.get(parcel_id)
    if parcel is None:
        raise ControlError("There is no such return shipment.", 404)
    if state not in RETURN_STATES:
        raise ControlError(f"A state is one of {', '.join(RETURN_STATES)}.")
    market.returns.scan(parcel, state, market.now())
    return wire.return_parcel(parcel, market.returns.rules)


def _act(market: Market, action: str, pieces: list[Piece], reason: str) -> None:
    book = market.returns
    if action == "withdraw":
        waiting = [book.returns.get(item.id) for _order, item in pieces]
        if any(entry is None or entry.status != ReturnStatus.ANNOUNCED for entry in waiting):
            raise ControlError("withdraw: the pieces must be announced.", 409)
        book.withdraw(item for _order, item in pieces)
    elif action == "misdirect":
        book.misdirect(pieces, market.now())
    elif action == "decide":
        if reason not in MARKETPLACE_REASONS:
            raise ControlError(f"A reason is one of {', '.join(MARKETPLACE_REASONS)}.")
        book.decide(pieces, reason, market.now())
    else:
        raise ControlError("There is no such action.", 404)


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_SECONDS


def _check_rule(name: str, value: Any) -> None:
    """Refuse what is no rule, or no value of it."""
    if name not in {rule.name for rule in fields(ReturnRules)}:
        raise ControlError(f"Unknown parameter: {name}.")
    if name in SECONDS:
        good = _is_seconds(value) or (name == "overdue_after" and value is None)
    elif name == "reduction_outcome":
        good = value in (None, ReductionStatus.PROCESSED, ReductionStatus.REJECTED)
    elif name == "refuse":
        good = isinstance(value, dict) and all(isinstance(words, str) for words in value.values())
    else:
        good = isinstance(value, bool)
    if not good:
        raise ControlError(f"{name}: this is no value for it.")
