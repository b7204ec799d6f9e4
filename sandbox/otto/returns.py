"""Returns V3: the lists, acceptance, rejection (facts/otto.md §10.1 to §10.3)."""

import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request

from ..messages import WireJSON
from . import wire_returns as wire
from .errors import OttoRefusal, returns_problem, returns_refusal
from .model import Status
from .returns_book import ReturnStatus
from .state import Market
from .tokens import TokenDesk, permits

DEFAULT_LIMIT, MAX_LIMIT = 10, 50
MOST_PIECES = 200
CONDITIONS = ("A", "B", "C", "D", "E")
ACCEPT_REASONS = (
    "RETURN_RECEIVED", "STATUS_SENT_BY_ACCIDENT", "CANCEL_REQUEST_BY_CUSTOMER", "REFUND_AFTER_AFFIDAVIT", "COMPLAINT",
    "SHIPMENT_LOST", "RETURN_LOST", "UNDELIVERABLE",
)  # fmt: skip
REJECT_REASONS = (
    "THIRD_PARTY_ITEM", "WRONG_ITEM", "EXCHANGE", "DAMAGE_TO_THE_HYGIENE_SEAL", "ITEM_DAMAGED",
    "RETURN_PERIOD_EXCEEDED", "ITEM_NOT_IN_THE_PARCEL",
)  # fmt: skip
NOT_SENT = "Product Not Sent By The Partner"
FOREIGN = "Product Does Not Belong To Sales Order Id"
ACCEPTED = "Product Is Already Accepted By The Partner"
# What was seen in place of it, without any id.
ACCEPTED_SHORT = "The return has already been accepted"
REJECTED = "Product Is Already Rejected By The Partner"  # own words
Taker = Callable[[Market, dict], None]


def returns_routes(market: Market, desk: TokenDesk) -> APIRouter:
    """Return the routes of the returns interface."""
    router = APIRouter(prefix="/v3/returns", dependencies=[Depends(permits(desk, "returns", market.settle))])

    @router.get("")
    async def list_returns(request: Request) -> Any:
        path, query = request.url.path, request.query_params
        status = _status(query.get("status"), path)
        limit = _number(query.get("limit", str(DEFAULT_LIMIT)), "limit", MAX_LIMIT, path)
        page = _number(query.get("page", "1"), "page", 10**9, path)
        found = [entry for entry in market.returns.returns.values() if status in (None, entry.status)]
        found.sort(key=lambda entry: (entry.occurred, entry.place), reverse=True)
        shown, links = found[(page - 1) * limit : page * limit], []
        if len(found) > page * limit:
            wanted = f"status={status}&" if status else ""
            links.append({"rel": "next", "href": f"/v3/returns?{wanted}limit={limit}&page={page + 1}"})
        return WireJSON({"positionItems": [wire.returned(entry) for entry in shown], "links": links})

    @router.post("/acceptance")
    async def accept(request: Request) -> Any:
        return _decide(market, request.url.path, await _entries(market, request, ACCEPT_REASONS, False), _accept)

    @router.post("/rejection")
    async def reject(request: Request) -> Any:
        return _decide(market, request.url.path, await _entries(market, request, REJECT_REASONS, True), _reject)

    return router


def _status(text: str | None, path: str) -> ReturnStatus | None:
    try:
        return ReturnStatus(text.upper()) if text else None
    except ValueError:
        raise _bad(path, "Parameter status is invalid.") from None


def _number(text: str, name: str, most: int, path: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 11 and 1 <= int(text) <= most):
        raise _bad(path, f"Parameter {name} is invalid.")
    return int(text)


def _bad(path: str, detail: str, status: int = 400, title: str = "Bad Request") -> OttoRefusal:
    return returns_refusal(status, returns_problem(path, title, detail))


async def _entries(market: Market, request: Request, reasons: tuple[str, ...], needs_reason: bool) -> list[dict]:
    """Read a request's pieces; one that has not the right form spoils the whole request.

    :raises OttoRefusal: 400, 413 or 415, and nothing was changed; words but for 413's are the sandbox's own
    """
    path = request.url.path
    if "json" not in request.headers.get("content-type", ""):
        raise _bad(path, "The body must be JSON", 415, "Unsupported Media Type")
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise _bad(path, "The body is not JSON") from None
    entries = body.get("positionItems") if isinstance(body, dict) else None
    if not isinstance(entries, list) or not entries:
        raise _bad(path, "positionItems must not be empty")
    if len(entries) > MOST_PIECES:
        raise _bad(path, "Payload too large", 413, "Payload Too Large")
    for place, entry in enumerate(entries):
        if wrong := _wrong(entry, reasons, needs_reason, market.returns.rules.condition_mandatory):
            raise _bad(path, f"positionItems[{place}].{wrong}")
    return entries


def _wrong(entry: Any, reasons: tuple[str, ...], needs_reason: bool, needs_condition: bool) -> str | None:
    """Return what is wrong with the form of a piece, None if nothing is."""
    if not isinstance(entry, dict):
        return "must be an object"
    for key in ("positionItemId", "salesOrderId"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            return f"{key} must not be empty"
    for key, values, needed in (("condition", CONDITIONS, needs_condition), ("reason", reasons, needs_reason)):
        value = entry.get(key)
        if value is None and needed:
            return f"{key} must not be empty"
        if value is not None and value not in values:
            return f"{key} must be one of {', '.join(values)}"
    return None


def _decide(market: Market, path: str, entries: list[dict], take: Taker) -> WireJSON:
    """Take the pieces one after the other: 200 for all, 207 for a part, 422 for none."""
    results, errors = [], []
    for entry in entries:
        try:
            take(market, entry)
        except ValueError as error:
            errors.append(_error(market, path, entry["positionItemId"], str(error)))
        else:
            keys = ("positionItemId", "salesOrderId", "condition", "reason")
            results.append({key: entry[key] for key in keys if entry.get(key) is not None})
    if not errors:
        return WireJSON({})
    if not results:
        return WireJSON({"errors": errors}, status_code=422)
    return WireJSON({"results": results, "errors": errors}, status_code=207)


def _error(market: Market, path: str, item_id: str, words: str) -> dict:
    rules = market.returns.rules
    prefix = "" if words.startswith(("The ", ACCEPTED)) else "Error: "
    return {
        "path": path,
        "title": f"Error while processing request: {item_id}",
        "detail": words if words == ACCEPTED_SHORT else f"{prefix}{words} for positionItemId: {item_id}",
        # OTTO's own example has the name of the field in place of its value.
        "logref": "positionItemId" if rules.literal_logref else item_id,
    }


def _judged(market: Market, entry: dict):
    """Return the order and the piece that are meant.

    :raises ValueError: why it cannot be decided on
    """
    item_id, book = entry["positionItemId"], market.returns
    if words := book.rules.refuse.get(item_id):
        raise ValueError(words)
    order = market.orders.get(entry["salesOrderId"])
    item = order.item(item_id) if order else None
    if order is None or item is None:
        raise ValueError(FOREIGN)
    if item.status == Status.RETURNED or item.id in book.accepting:
        raise ValueError(ACCEPTED_SHORT if book.rules.short_words else ACCEPTED)
    if item.status != Status.SENT:
        raise ValueError(NOT_SENT)
    return order, item


def _accept(market: Market, entry: dict) -> None:
    order, item = _judged(market, entry)
    market.returns.accept_by_seller(order, item, entry.get("condition"), entry.get("reason"), market.now())


def _reject(market: Market, entry: dict) -> None:
    order, item = _judged(market, entry)
    known = market.returns.returns.get(item.id)
    if known and known.status == ReturnStatus.REJECTED:
        raise ValueError(REJECTED)
    market.returns.reject(order, item, entry.get("condition"), entry["reason"], market.now())
