"""Orders V4: list, one, and the two cancellations (facts/otto.md §4)."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from ..messages import WireJSON
from . import wire
from .errors import order_refusal
from .model import Item, Order, Status
from .order_search import read_search
from .state import Market
from .tokens import TokenDesk, permits


def order_routes(market: Market, desk: TokenDesk) -> APIRouter:
    """Return the routes of the orders interface."""
    router = APIRouter(prefix="/v4/orders", dependencies=[Depends(permits(desk, "orders", market.settle))])

    @router.get("")
    async def list_orders(request: Request) -> Any:
        try:
            search, limit = read_search(request.query_params)
        except ValueError:
            raise order_refusal(request.url.path, 400) from None
        orders, cursor = search.page(market.orders.values(), limit)
        links = []
        if cursor:
            links.append({"rel": "next", "href": f"/v4/orders?nextcursor={quote(cursor)}&limit={limit}"})
        return WireJSON({"resources": [wire.order(order) for order in orders], "links": links})

    @router.get("/{key}")
    async def one_order(key: str, request: Request) -> Any:
        order = market.find_order(key)
        if order is None:
            raise order_refusal(request.url.path, 404)
        return WireJSON(wire.order(order))

    @router.post("/{ids}/cancellation")
    async def cancel_orders(ids: str, request: Request) -> Any:
        path = request.url.path
        orders = [_order(market, order_id, path) for order_id in ids.split(",")]
        for order, items in [(order, _cancellable(order, path)) for order in orders]:
            market.cancel_later(order, items)
        return Response(status_code=202)

    @router.post("/{order_id}/positionItems/{item_ids}/cancellation")
    async def cancel_items(order_id: str, item_ids: str, request: Request) -> Any:
        path = request.url.path
        order = _order(market, order_id, path)
        market.cancel_later(order, _named(order, item_ids.split(","), path))
        return Response(status_code=202)

    return router


def _order(market: Market, order_id: str, path: str) -> Order:
    # Unlike GET, the cancellations take the id only, not the number.
    order = market.orders.get(order_id)
    if order is None:
        raise order_refusal(path, 404)
    return order


def _cancellable(order: Order, path: str) -> list[Item]:
    """Return the pieces a cancellation of the whole order would cancel; at least one is needed."""
    items = [item for item in order.items if item.status == Status.PROCESSABLE]
    if not items:
        raise order_refusal(path, 409, _nothing_to_cancel(order), "Conflict")
    return items


def _named(order: Order, item_ids: list[str], path: str) -> list[Item]:
    """Return the named pieces that are still to be cancelled: all or nothing, one in a wrong state bars all."""
    items = [item for item in order.items if item.id in item_ids]
    if len(items) < len(set(item_ids)):
        raise order_refusal(path, 404)
    for item in items:
        if item.status not in (Status.PROCESSABLE, Status.CANCELLED_BY_PARTNER):
            raise order_refusal(path, 409, _cannot_change(order, item), "Conflict")
    return [item for item in items if item.status == Status.PROCESSABLE]


def _nothing_to_cancel(order: Order) -> str:
    return (
        f"No position item in sales order [{order.id}] has a fulfillment status that can be changed to "
        "[CANCELLED_BY_PARTNER]. Fulfillment status needs to be [PROCESSABLE]."
    )


def _cannot_change(order: Order, item: Item) -> str:
    return (
        f"Fulfillment status of position item [{item.id}] in sales order [{order.id}] can't be changed from "
        f"[{item.status}] to [CANCELLED_BY_PARTNER]. Fulfillment status needs to be [PROCESSABLE]."
    )
