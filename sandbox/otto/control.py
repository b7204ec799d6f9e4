"""OTTO's part of the control interface: new orders, and what others than the interface's user do to them."""

from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request

from ..control import ControlError, wish
from ..messages import WireJSON
from ..rates import RateLimit
from . import wire
from .edits import odd_change
from .factory import PAYMENTS, Wish
from .model import Item, Order, Status
from .state import OPEN, Market

MOST_ORDERS = 20_000
WISHES = (
    "count", "status", "pieces", "skus", "prices", "currency", "fees", "discount", "payment", "address", "odd",
    "statuses", "changes",
)  # fmt: skip
ACTIONS = {
    "release": (Status.ANNOUNCED,),
    "cancel": OPEN,
    "send": (Status.PROCESSABLE,),
    "return": (Status.SENT,),
    "touch": tuple(Status),
}
EDIT, RESTORE = "edit", "restore"
SHIPMENT_STATES = (
    "SENT",
    "ON_THE_WAY",
    "DELIVERED",
    "DELIVERED_FOR_PICKUP",
    "DELIVERY_ATTEMPT_FAILED",
    "ISSUE_OCCURRED",
)


def market_state(market: Market) -> dict:
    """Return everything OTTO knows, for `GET /_sandbox/state`."""
    market.settle()
    now = market.now()
    return {
        "orders": [wire.order(order) for order in market.orders.values()],
        "shipments": [wire.shipment(shipment, now) for shipment in market.shipments.values()],
        "quantities": {sku: quantity.quantity for sku, quantity in market.quantities.items()},
        "articles": [wire.article(article) for article in market.articles.values()],
    }


def order_control_routes(market: Market) -> APIRouter:
    """Return the control routes only OTTO's server has."""
    router = APIRouter(prefix="/_sandbox/orders")

    @router.post("")
    async def make_orders(request: Request) -> Any:
        options = await wish(request)
        market.settle()
        try:
            return {"orders": [order.id for order in _make(market, options)]}
        except (TypeError, ValueError, InvalidOperation) as error:
            raise ControlError(str(error)) from error

    @router.post("/{order_id}/{action}")
    async def act(order_id: str, action: str, request: Request) -> Any:
        options = await wish(request)
        market.settle()
        order = market.find_order(order_id)
        if order is None or action not in (*ACTIONS, EDIT, RESTORE):
            raise ControlError("There is no such order or action.", 404)
        if action in (EDIT, RESTORE):
            market.rewrite(order, options if action == EDIT else None)
            return WireJSON(wire.order(order))
        try:
            _act(market, order, action, _chosen(order, action, options.get("positionItemIds")))
        except ValueError as error:
            raise ControlError(str(error), 409) from error
        return WireJSON(wire.order(order))

    return router


def selling_control_routes(market: Market) -> APIRouter:
    """Return the control route that says what a sale and a cancellation do to quantities."""
    router = APIRouter(prefix="/_sandbox/selling")

    @router.post("")
    async def choose(request: Request) -> Any:
        options = await wish(request)
        raises = options.get("raises", False)
        if not isinstance(options.get("lowers"), bool) or not isinstance(raises, bool):
            raise ControlError("lowers, raises: true or false is expected.")
        market.lowers_on_sale, market.raises_on_cancellation = options["lowers"], raises
        return options

    return router


def shipment_control_routes(market: Market) -> APIRouter:
    """Return the control route that moves a parcel on."""
    router = APIRouter(prefix="/_sandbox/shipments")

    @router.post("/{shipment_id}")
    async def move(shipment_id: str, request: Request) -> Any:
        options = await wish(request)
        shipment = market.shipments.get(shipment_id)
        if shipment is None:
            raise ControlError("There is no such shipment.", 404)
        if options.get("state") not in SHIPMENT_STATES:
            raise ControlError(f"A state is one of {', '.join(SHIPMENT_STATES)}.")
        shipment.scans.append((options["state"], market.now()))
        return WireJSON(wire.shipment(shipment, market.now()))

    return router


def rate_control_routes(limit: RateLimit) -> APIRouter:
    """Return the control route that changes the limit of requests."""
    router = APIRouter(prefix="/_sandbox/rate-limit")

    @router.post("")
    async def choose(request: Request) -> Any:
        per_minute = (await wish(request)).get("per_minute")
        if not isinstance(per_minute, int) or isinstance(per_minute, bool):
            raise ControlError("per_minute: a whole number, 0 for no limit, is expected.")
        try:
            limit.set(per_minute)
        except ValueError as error:
            raise ControlError(str(error)) from error
        return {"per_minute": per_minute}

    return router


def _make(market: Market, options: dict) -> list[Order]:
    """Make the orders that are wished for, and then what is odd about them."""
    changes = [*odd_change(options.get("odd") or ()), *(options.get("changes") or ())]
    statuses = tuple(options.get("statuses") or ())
    if statuses:
        options = options | {"pieces": len(statuses), "status": "PROCESSABLE"}
    made = market.create(*_read_wish(options))
    for order in made:
        for item, status in zip(order.items, statuses, strict=bool(statuses)):
            _put(market, order, item, status)
        for change in changes:
            market.rewrite(order, change, quietly=True)
    return made


def _put(market: Market, order: Order, item: Item, status: str) -> None:
    """Put one piece into a status; one that OTTO does not know is only written."""
    if status not in tuple(Status):
        place = order.items.index(item)
        market.rewrite(order, {"positionItems": {str(place): {"fulfillmentStatus": status}}}, quietly=True)
    elif status != Status.PROCESSABLE:
        market.push(order, Status(status), [item])


def _read_wish(options: dict) -> tuple[int, Status, Wish]:
    if unknown := set(options) - set(WISHES):
        raise ValueError(f"Unknown parameter: {', '.join(sorted(unknown))}.")
    count, pieces, payment = int(options.get("count", 1)), options.get("pieces"), options.get("payment")
    if not 1 <= count <= MOST_ORDERS or (pieces is not None and int(pieces) < 1):
        raise ValueError(f"1 to {MOST_ORDERS} orders of at least one piece can be made.")
    if payment is not None and payment not in PAYMENTS:
        raise ValueError(f"Unknown payment method: {payment}")
    fees = options.get("fees")
    currency = options.get("currency") or "EUR"
    return (
        count,
        Status(options.get("status", "PROCESSABLE")),
        Wish(
            pieces=pieces and int(pieces),
            skus=tuple(options.get("skus") or ()),
            prices=tuple(Decimal(str(price)) for price in options.get("prices") or ()),
            currencies=(currency,) if isinstance(currency, str) else tuple(currency),
            fees=None if fees is None else tuple(Decimal(str(fee)) for fee in fees),
            discount=options.get("discount"),
            payment=payment,
            address=options.get("address"),
        ),
    )


def _chosen(order: Order, action: str, item_ids: list[str] | None) -> list[Item]:
    """Return the pieces an action is meant for: those named, else all in a fitting state."""
    fitting = ACTIONS[action]
    items = [item for item in order.items if item.status in fitting and (item_ids is None or item.id in item_ids)]
    if not items or (item_ids is not None and len(items) != len(set(item_ids))):
        raise ControlError(f"{action}: the pieces must be {' or '.join(fitting)}.", 409)
    return items


def _act(market: Market, order: Order, action: str, items: list[Item]) -> None:
    if action == "release":
        market.release(order)
    elif action == "cancel":
        market.cancel_by_marketplace(order, items)
    elif action == "send":
        market.ship_elsewhere(order, items)
    elif action == "return":
        market.give_back(order, items)
    else:
        market.touch(order)
