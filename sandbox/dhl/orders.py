"""`/orders` and `/labels`: book, get documents again, cancel (facts/dhl.md §2, §3)."""

import base64
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from ..messages import WireJSON
from . import contract
from .documents import Clerk, booking_item, read_options
from .errors import PROBLEM, DhlRefusal, flat_refusal, nested_refusal, request_status
from .intake import read_orders
from .rules import check
from .schema import Shipment
from .state import BERLIN, Booking, Depot
from .texts import TEXTS, WEAK, Remark, counted, is_german
from .tokens import TokenDesk

BASE = "/parcel/de/shipping/v2"
MOST_SHIPMENTS = 30
KEPT_AFTER_MANIFEST = timedelta(days=3)


def public_routes(depot: Depot) -> APIRouter:
    """Return the routes that need no credentials: version and labels by URL."""
    router = APIRouter(prefix=BASE)

    @router.get("")
    @router.get("/")
    async def version() -> Any:
        api = {"name": "pp-parcel-shipping-native", "version": "v2.1.13", "rev": "1", "env": "sandbox"}
        return {"amp": api, "backend": {"version": "v2.1.13", "env": "sandbox"}}

    @router.get("/labels")
    async def label(request: Request) -> Response:
        known = depot.documents.get(request.query_params.get("token", ""))
        if known is None:
            raise flat_refusal(404)
        booking = depot.bookings[known[0]]
        if booking.state == "manifested" and not booking.fetched:
            # Only what was fetched before the closing stays in DHL's cache.
            raise flat_refusal(500)
        booking.fetched = True
        return Response(base64.b64decode(known[1]), media_type="application/pdf")

    return router


def order_routes(depot: Depot, desk: TokenDesk, *, old_style: bool) -> APIRouter:
    """Return the routes of `/orders`."""
    router = APIRouter(prefix=f"{BASE}/orders", dependencies=[Depends(desk.check)])

    @router.post("")
    async def create(request: Request) -> Response:
        german = is_german(request.headers.get("accept-language"))
        if "json" not in request.headers.get("content-type", ""):
            raise flat_refusal(415)
        clerk = _clerk(depot, request)
        shipments = read_orders(await request.body(), german=german, old_style=old_style)
        judged = [(shipment, source, check(shipment, _today(depot))) for shipment, source in shipments]
        if clerk.options.validate_only:
            return _validated(judged, german)
        items = [_book(clerk, *entry, german) for entry in judged]
        return _answer(items, "printed", german)

    @router.get("")
    async def documents(request: Request) -> Response:
        german = is_german(request.headers.get("accept-language"))
        clerk = _clerk(depot, request)
        numbers = _numbers(request)
        found = [_retrievable(depot, number) for number in numbers]
        if len(numbers) == 1 and found[0] is None:
            raise flat_refusal(404)
        items = [
            booking_item(booking) | clerk.documents(booking)
            if booking
            else {"shipmentNo": number, "sstatus": request_status(404, TEXTS["unknown_shipment"][german])}
            for number, booking in zip(numbers, found, strict=True)
        ]
        return _answer(items, "found", german)

    @router.delete("")
    async def cancel(request: Request) -> Response:
        german = is_german(request.headers.get("accept-language"))
        profile = request.query_params.get("profile")
        if profile != contract.PROFILE:
            raise nested_refusal(400, "profile: " + TEXTS["profile" if profile else "missing"][german])
        items = [_cancel(depot, number, german) for number in _numbers(request)]
        return _answer(items, "canceled", german)

    return router


def _today(depot: Depot) -> date:
    # Not the sandbox's time: moving OTTO's clock past midnight must not make today's parcels late.
    return depot.clock.clients_now.astimezone(BERLIN).date()


def _clerk(depot: Depot, request: Request) -> Clerk:
    options = read_options(request.query_params)
    if isinstance(options, str):
        raise nested_refusal(400, f"The query parameter {options} is not valid.")
    return Clerk(depot, options, f"{request.url.scheme}://{request.url.netloc}{BASE}")


def _numbers(request: Request) -> list[str]:
    numbers = request.query_params.getlist("shipment")
    if not 1 <= len(numbers) <= MOST_SHIPMENTS:
        raise nested_refusal(400, f"1 to {MOST_SHIPMENTS} shipment parameters are needed.")
    return numbers


def _book(clerk: Clerk, shipment: Shipment, source: dict, remarks: Sequence[Remark], german: bool) -> dict:
    messages = [remark.as_dict(german) for remark in remarks]
    codeable = not any(remark.uncodeable for remark in remarks)
    if any(remark.state == "Error" for remark in remarks) or (clerk.options.must_encode and not codeable):
        # With mustEncode the findings that stop the booking keep the state Warning; only sstatus tells.
        return {"sstatus": request_status(400), "validationMessages": messages}
    booking = clerk.depot.book(shipment, source, codeable=codeable)
    item = booking_item(booking) | clerk.documents(booking)
    return item | {"validationMessages": messages} if messages else item


def _validated(judged: list[tuple[Shipment, dict, list[Remark]]], german: bool) -> Response:
    items = []
    for place, (_shipment, _source, remarks) in enumerate(judged, 1):
        item: dict = {"requestIndex": place, "sstatus": request_status(400, WEAK) if remarks else request_status(200)}
        if remarks:
            item["validationMessages"] = [remark.as_dict(german) for remark in remarks]
        items.append(item)
    return _answer(items, "validated", german)


def _retrievable(depot: Depot, number: str) -> Booking | None:
    booking = depot.bookings.get(number)
    if booking is None or booking.state == "canceled":
        return None
    if booking.manifested and depot.clock.now() - booking.manifested > KEPT_AFTER_MANIFEST:
        return None
    return booking


def _cancel(depot: Depot, number: str, german: bool) -> dict:
    booking = depot.bookings.get(number)
    if booking is None or booking.state == "canceled":
        unknown = {"title": "UnknownShipmentNumber", "status": 204, "statusCode": 204}
        return {"shipmentNo": number, "sstatus": unknown | {"detail": TEXTS["unknown_shipment"][german]}}
    if booking.state == "manifested":
        return {"shipmentNo": number, "sstatus": request_status(400, TEXTS["closed"][german])}
    depot.cancel(booking)
    return {"shipmentNo": number, "sstatus": request_status(200)}


def _answer(items: list[dict], what: str, german: bool) -> Response:
    """Answer one item with 200 or 400, several with 207 whatever became of them."""
    done = sum(item["sstatus"]["status"] == 200 for item in items)
    status = 207 if len(items) > 1 else 200 if done else 400
    body = {"status": request_status(status, counted(what, done, len(items), german)), "items": items}
    if status == 400:
        raise DhlRefusal(400, body)
    return WireJSON(body, status_code=status, media_type="application/json" if done else PROBLEM)
