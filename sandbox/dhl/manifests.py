"""`/manifests`: close shipments for the day (facts §3.3)."""

import base64
import json
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from ..messages import WireJSON
from . import contract
from .errors import flat_refusal, request_status
from .label_data import LabelData
from .labels import draw
from .orders import BASE, MOST_SHIPMENTS
from .state import BERLIN, Booking, Depot
from .texts import TEXTS, counted, is_german
from .tokens import TokenDesk

PROPERTIES = {"profile", "shipmentNumbers", "billingNumber"}


def manifest_routes(depot: Depot, desk: TokenDesk) -> APIRouter:
    """Return the routes of `/manifests`."""
    router = APIRouter(prefix=f"{BASE}/manifests", dependencies=[Depends(desk.check)])

    @router.post("")
    async def close(request: Request) -> Response:
        german = is_german(request.headers.get("accept-language"))
        body = await _body(request)
        numbers = _chosen(depot, body, request)
        items = [_close(depot, number, german) for number in numbers]
        done = sum(item["sstatus"]["status"] == 200 for item in items)
        status = request_status(207, counted("manifested", done, len(items), german))
        return WireJSON({"status": status, "items": items}, status_code=207)

    @router.get("")
    async def sheet(request: Request) -> Response:
        day = _day(request.query_params.get("date"))
        billing = request.query_params.get("billingNumber")
        closed = [
            booking
            for booking in depot.bookings.values()
            if booking.manifested
            and booking.manifested.astimezone(BERLIN).date() == day
            and billing in (None, booking.shipment.billing_number)
        ]
        return WireJSON(_sheet(day, closed))

    return router


async def _body(request: Request) -> dict:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict) or set(body) - PROPERTIES or body.get("profile") != contract.PROFILE:
        raise flat_refusal(400, "profile: " + TEXTS["profile"][0])
    return body


def _chosen(depot: Depot, body: dict, request: Request) -> list[str]:
    open_ones = {number: entry for number, entry in depot.bookings.items() if entry.state == "booked"}
    if request.query_params.get("all") == "true":
        return list(open_ones)
    billing = request.query_params.get("billingNumber") or body.get("billingNumber")
    if billing:
        return [number for number, entry in open_ones.items() if entry.shipment.billing_number == billing]
    numbers: Any = body.get("shipmentNumbers")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= MOST_SHIPMENTS:
        raise flat_refusal(400, f"1 to {MOST_SHIPMENTS} shipmentNumbers are needed.")
    return [str(number) for number in numbers]


def _close(depot: Depot, number: str, german: bool) -> dict:
    booking = depot.bookings.get(number)
    if booking is None or booking.state == "canceled":
        return {"shipmentNo": number, "sstatus": request_status(400, TEXTS["unknown_shipment"][german])}
    if booking.state == "manifested":
        return {"shipmentNo": number, "sstatus": request_status(200, TEXTS["closed"][german])}
    depot.manifest(booking)
    return {"shipmentNo": number, "sstatus": request_status(200)}


def _day(text: str | None) -> date:
    today = datetime.now(BERLIN).date()
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        raise flat_refusal(400, "The date is not valid.") from None
    if day > today:
        raise flat_refusal(400, "The date lies in the future.")
    return day


def _sheet(day: date, closed: list[Booking]) -> dict:
    numbers = sorted({booking.shipment.billing_number for booking in closed})
    sheets = {number: f"{place:04d}" for place, number in enumerate(numbers, 1)}
    facts = tuple((booking.shipment.billing_number, booking.shipment_no) for booking in closed[:6])
    code = ("", day.isoformat(), day.isoformat())
    page = LabelData("TAGESABSCHLUSS", (), (f"{len(closed)} Sendungen", f"{day:%d.%m.%Y}"), "", facts, "", (code, code))
    encoded = base64.b64encode(draw([page], "A4")).decode()
    return {
        "status": request_status(200),
        "manifestDate": day.isoformat(),
        "manifest": [{"b64": encoded, "fileFormat": "PDF", "printFormat": "A4"}],
        "sheetNo": [{"billingNumber": number, "sheetNo": sheet} for number, sheet in sheets.items()],
        "items": [
            {
                "shipmentNo": booking.shipment_no,
                "sheetNo": sheets[booking.shipment.billing_number],
                "sstatus": request_status(200),
            }
            for booking in closed
        ],
    }
