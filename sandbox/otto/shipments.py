"""Shipments V1: announce a parcel, list, one by id or by tracking key (facts/otto.md §5)."""

import json
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request

from ..clock import Clock
from ..messages import WireJSON
from . import wire
from .errors import OttoRefusal, shipment_problem, shipment_refusal
from .model import Shipment, Tracking
from .shipment_rules import judge, read_parcel
from .state import Market
from .tokens import TokenDesk, permits

DEFAULT_LIMIT = 25
MAX_LIMIT = 100


def shipment_routes(market: Market, desk: TokenDesk, clock: Clock) -> APIRouter:
    """Return the routes of the shipments interface."""
    router = APIRouter(prefix="/v1/shipments", dependencies=[Depends(permits(desk, "shipments", market.settle))])

    @router.post("")
    async def create(request: Request) -> Any:
        path = request.url.path
        parcel = read_parcel(await _json(request), path)
        judge(market, clock, parcel, path)
        shipment = market.ship(parcel.tracking, parcel.ship_date, parcel.ship_from, parcel.items)
        return WireJSON({"shipmentId": shipment.id}, status_code=201)

    @router.get("")
    async def list_shipments(request: Request) -> Any:
        path, query = request.url.path, request.query_params
        since = read_since(query.get("datefrom"), path)
        limit = read_number(query.get("limit", str(DEFAULT_LIMIT)), "limit", path)
        if not 1 <= limit <= MAX_LIMIT:
            raise bad_parameter(path, "limit")
        after = read_number(query.get("next", "0"), "next", path)
        found = [
            shipment for shipment in market.shipments.values() if shipment.created >= since and int(shipment.id) > after
        ]
        page = found[:limit]
        links = []
        if len(found) > limit:
            repeated = f"limit={limit}&datefrom={quote(query['datefrom'], safe=':')}"
            links.append({"rel": "next", "href": f"/v1/shipments?next={page[-1].id}&{repeated}"})
        return WireJSON(
            {"resources": [wire.shipment_summary(shipment, clock.now()) for shipment in page], "links": links}
        )

    @router.get("/carriers/{carrier}/trackingnumbers/{number}")
    async def by_tracking(carrier: str, number: str, request: Request) -> Any:
        shipment_id = market.shipment_ids.get(Tracking(carrier, number), "")
        words = f"with carrier {carrier} and tracking number {number}"
        return WireJSON(wire.shipment(_found(market.shipments.get(shipment_id), request, words), clock.now()))

    @router.get("/{shipment_id}")
    async def by_id(shipment_id: str, request: Request) -> Any:
        words = f"with id {shipment_id}"
        return WireJSON(wire.shipment(_found(market.shipments.get(shipment_id), request, words), clock.now()))

    return router


async def _json(request: Request) -> Any:
    path = request.url.path
    if "json" not in request.headers.get("content-type", ""):
        raise shipment_refusal(415, shipment_problem(path, "UNSUPPORTED_MEDIA_TYPE"))
    try:
        return json.loads(await request.body())
    except ValueError:
        raise shipment_refusal(400, shipment_problem(path, "BAD_REQUEST", "The body is not JSON")) from None


def _found(shipment: Shipment | None, request: Request, words: str) -> Shipment:
    if shipment is None:
        problem = shipment_problem(request.url.path, "RESOURCE_NOT_FOUND", f"Found no shipment {words}")
        raise shipment_refusal(404, problem)
    return shipment


def read_since(text: str | None, path: str) -> datetime:
    """Read a day or an aware moment of a query."""
    try:
        if text and len(text) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise bad_parameter(path, "datefrom") from None
    if moment.tzinfo is None:
        raise bad_parameter(path, "datefrom")
    return moment


def read_number(text: str, name: str, path: str) -> int:
    """Read a whole number of a query."""
    if not text.isascii() or not text.isdecimal():
        raise bad_parameter(path, name)
    return int(text)


def bad_parameter(path: str, name: str) -> OttoRefusal:
    """Refuse a parameter of a query."""
    return shipment_refusal(400, shipment_problem(path, "BAD_REQUEST", f"Parameter {name} is invalid."))
