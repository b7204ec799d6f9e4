"""Return Shipments V1: what carriers report of parcels on their way back (facts/otto.md §10.4)."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request

from ..messages import WireJSON
from . import wire_returns as wire
from .errors import OttoRefusal, shipment_problem, shipment_refusal
from .returns_book import ReturnParcel
from .shipments import DEFAULT_LIMIT, MAX_LIMIT, bad_parameter, read_number, read_since
from .state import Market
from .tokens import TokenDesk, permits

CARRIERS = ("DHL", "GLS", "HERMES", "HES")
# By number only recent parcels are found. OTTO's page names 30 and 42 days, the sandbox is strict.
FOUND_BY_NUMBER = timedelta(days=30)


def return_shipment_routes(market: Market, desk: TokenDesk) -> APIRouter:
    """Return the routes of the return shipments interface; its scope is that of the shipments."""
    needs = Depends(permits(desk, "shipments", market.settle))
    router = APIRouter(prefix="/v1/return-shipments", dependencies=[needs])

    def write(parcel: ReturnParcel) -> dict:
        return wire.return_parcel(parcel, market.returns.rules)

    @router.get("")
    async def list_parcels(request: Request) -> Any:
        parcels, links = _page(market, request)
        return WireJSON({"resources": [write(parcel) for parcel in parcels], "links": links})

    @router.get("/carriers/{carrier}/trackingnumbers/{number}")
    async def by_number(carrier: str, number: str, request: Request) -> Any:
        if carrier not in CARRIERS:
            raise bad_parameter(request.url.path, "carrier")
        for parcel in reversed(market.returns.parcels.values()):
            known = parcel.tracking.carrier == carrier and parcel.tracking.number == number
            if known and market.now() - parcel.updated < FOUND_BY_NUMBER:
                return WireJSON(write(parcel))
        raise _unknown(request.url.path, f"with carrier {carrier} and tracking number {number}")

    @router.get("/{parcel_id}")
    async def by_id(parcel_id: str, request: Request) -> Any:
        parcel = market.returns.parcels.get(parcel_id)
        if parcel is None:
            raise _unknown(request.url.path, f"with id {parcel_id}")
        return WireJSON(write(parcel))

    return router


def _page(market: Market, request: Request) -> tuple[list[ReturnParcel], list[dict]]:
    """Return the parcels of a page, announced or scanned since a moment, and the link to the next one."""
    path, query = request.url.path, request.query_params
    since = read_since(query.get("datefrom"), path)
    limit = read_number(query.get("limit", str(DEFAULT_LIMIT)), "limit", path)
    if not 1 <= limit <= MAX_LIMIT:
        raise bad_parameter(path, "limit")
    after = read_number(query.get("next", "0"), "next", path)
    found = [parcel for parcel in market.returns.parcels.values() if parcel.updated >= since and parcel.place > after]
    page, links = found[:limit], []
    if len(found) > limit:
        repeated = f"limit={limit}&datefrom={quote(query['datefrom'], safe=':')}"
        links.append({"rel": "next", "href": f"/v1/return-shipments?next={page[-1].place}&{repeated}"})
    return page, links


def _unknown(path: str, words: str) -> OttoRefusal:
    return shipment_refusal(404, shipment_problem(path, "RESOURCE_NOT_FOUND", f"Found no return shipment {words}"))
