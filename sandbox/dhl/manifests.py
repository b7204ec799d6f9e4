"""`/manifests`: close shipments for the day (facts/dhl.md §3.3)."""

import base64
import json
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, ValidationError

from ..messages import WireJSON
from . import contract
from .errors import DhlRefusal, flat_refusal, nested_refusal, request_status
from .label_data import LabelData
from .labels import draw
from .orders import BASE, MOST_SHIPMENTS
from .schema import Model, Text35
from .state import BERLIN, Booking, Depot
from .texts import TEXTS, counted, is_german
from .tokens import TokenDesk


class Closing(Model):
    """`ShipmentManifestingRequest` of DHL's document."""

    profile: Text35
    shipment_numbers: Annotated[list[str], Field(min_length=1, max_length=MOST_SHIPMENTS)] | None = None
    billing_number: str = ""


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
        day = _day(request.query_params.get("date"), depot)
        if request.query_params.get("includeDocs", "include") not in ("include", "URL"):
            raise _refuse("The query parameter includeDocs is not valid.")
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


def _refuse(detail: str) -> DhlRefusal:
    return nested_refusal(400, detail)


async def _body(request: Request) -> Closing:
    if "json" not in request.headers.get("content-type", ""):
        raise flat_refusal(415)
    try:
        body = Closing.model_validate(json.loads(await request.body()))
    except ValidationError as error:
        problem = error.errors()[0]
        raise _refuse(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}") from None
    except ValueError:
        raise _refuse("The body is not JSON.") from None
    if body.profile != contract.PROFILE:
        raise _refuse("profile: " + TEXTS["profile"][0])
    return body


def _chosen(depot: Depot, body: Closing, request: Request) -> list[str]:
    open_ones = {number: entry for number, entry in depot.bookings.items() if entry.state == "booked"}
    every = request.query_params.get("all", "false")
    if every not in ("true", "false"):
        raise _refuse("The query parameter all is not valid.")
    if every == "true":
        return list(open_ones)
    billing = request.query_params.get("billingNumber") or body.billing_number
    if billing:
        return [number for number, entry in open_ones.items() if entry.shipment.billing_number == billing]
    if body.shipment_numbers is None:
        raise _refuse(f"1 to {MOST_SHIPMENTS} shipmentNumbers are needed.")
    return body.shipment_numbers


def _close(depot: Depot, number: str, german: bool) -> dict:
    booking = depot.bookings.get(number)
    if booking is None or booking.state == "canceled":
        return {"shipmentNo": number, "sstatus": request_status(400, TEXTS["unknown_shipment"][german])}
    if booking.state == "manifested":
        return {"shipmentNo": number, "sstatus": request_status(200, TEXTS["closed"][german])}
    depot.manifest(booking)
    return {"shipmentNo": number, "sstatus": request_status(200)}


def _day(text: str | None, depot: Depot) -> date:
    today = depot.clock.clients_now.astimezone(BERLIN).date()
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        raise _refuse("The date is not valid.") from None
    if day > today:
        raise _refuse("The date lies in the future.")
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
