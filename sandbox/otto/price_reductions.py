"""Price Reductions V1: refunds of a part of what was paid for one piece (facts/otto.md §8.2).

A reduction is taken (202) and paid or rejected later. That the amount is too high shows only then.
"""

import json
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Depends, Request

from ..messages import WireJSON
from . import wire_returns as wire
from .errors import OttoRefusal, reduction_refusal
from .model import Item, Order, Status
from .state import Market
from .tokens import TokenDesk, permits

PATH = "/v1/price-reductions"
DEFAULT_LIMIT, MAX_LIMIT = 10, 128
STARTED = "Price reduction has been initiated successfully. Please wait for sometime."
UNKNOWN = "PositionItemId does not exist"
NOT_POSSIBLE = "Price reduction cannot be applied as sales order position item is not yet shipped or has been returned."
NONE_APPLIED = "No PriceReduction applied for item with positionItemId"


def price_reduction_routes(market: Market, desk: TokenDesk) -> APIRouter:
    """Return the routes of the price reductions interface."""
    router = APIRouter(prefix=PATH, dependencies=[Depends(permits(desk, "price-reduction", market.settle))])

    @router.post("")
    async def create(request: Request) -> Any:
        order_id, item_id, amount, currency = _wish(await _json(request))
        order, item = _shipped(market, order_id, item_id)
        if currency != item.currency:
            raise _bad("currency is not the one of the item")
        market.returns.reduce(order, item, amount, currency, market.now())
        path = f"{PATH}/{order.id}/{item.id}"
        result = {"title": "Accepted", "code": 202, "detail": STARTED, "path": path}
        return WireJSON({"results": [result]}, status_code=202)

    @router.get("")
    async def list_reductions(request: Request) -> Any:
        query = request.query_params
        limit = _number(query.get("limit", str(DEFAULT_LIMIT)), "limit", MAX_LIMIT)
        page = _number(query.get("page", "1"), "page", 10**9)
        item_id = query.get("positionItemId")
        found = [entry for entry in market.returns.reduced.values() if item_id in (None, entry.item.id)]
        if item_id is not None and not found:
            raise reduction_refusal(404, NONE_APPLIED)
        links = []
        if len(found) > page * limit:
            links.append({"rel": "next", "href": f"{PATH}?limit={limit}&page={page + 1}"})
        shown = found[(page - 1) * limit : page * limit]
        return WireJSON({"results": [wire.reduced(entry) for entry in shown], "links": links})

    return router


def _shipped(market: Market, order_id: str, item_id: str) -> tuple[Order, Item]:
    """Return the piece that is meant, and its order; it must have been sent and not be back."""
    order = market.orders.get(order_id)
    item = order.item(item_id) if order else None
    if order is None or item is None:
        raise reduction_refusal(404, UNKNOWN)
    if item.status != Status.SENT or item.id in market.returns.accepting:
        raise reduction_refusal(409, NOT_POSSIBLE)
    return order, item


def _bad(detail: str) -> OttoRefusal:
    # That a request of a wrong form is answered with 400 is a guess; OTTO names no answer for it.
    return reduction_refusal(400, detail)


async def _json(request: Request) -> dict:
    if "json" not in request.headers.get("content-type", ""):
        raise reduction_refusal(415, "The body must be JSON")
    try:
        body = json.loads(await request.body(), parse_float=Decimal)
    except ValueError:
        raise _bad("The body is not JSON") from None
    if not isinstance(body, dict):
        raise _bad("The body must be a JSON object")
    return body


def _wish(body: dict) -> tuple[str, str, Decimal, str]:
    order_id, item_id, price = (body.get(key) for key in ("salesOrderId", "positionItemId", "priceReduction"))
    if not isinstance(order_id, str) or not isinstance(item_id, str) or not isinstance(price, dict):
        raise _bad("salesOrderId, positionItemId and priceReduction must not be empty")
    amount, currency = price.get("amount"), price.get("currency")
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal) or not isinstance(currency, str):
        raise _bad("priceReduction needs an amount and a currency")
    value = Decimal(amount)
    if not value.is_finite() or not 0 < value < 10**9 or value != round(value, 2):
        raise _bad("amount must be more than 0 and have at most two decimals")
    return order_id, item_id, value, currency


def _number(text: str, name: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 11 and 1 <= int(text) <= most):
        raise _bad(f"Parameter {name} is invalid.")
    return int(text)
