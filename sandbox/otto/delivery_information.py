"""Processing time and shipping profile of articles, and the shipping profiles themselves (facts/otto.md §7.4, §7.5)."""

import base64
import json
import re
import uuid
from typing import Any

from fastapi import APIRouter, Depends, Request

from ..messages import WireJSON
from .errors import OttoRefusal, availability_problem
from .shelf import PROFILES
from .state import Market
from .tokens import TokenDesk, permits

PATH = "/v1/availability/product-delivery-information"
PROFILE_PATH = "/v1/shipping-profiles"
BATCH = 200
TITLE = "Validation Failure"
WORKING_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")


def delivery_routes(market: Market, desk: TokenDesk) -> APIRouter:
    """Return the routes of the product delivery information."""
    router = APIRouter(prefix=PATH, dependencies=[Depends(permits(desk, "availability", market.settle))])

    @router.post("")
    async def set_information(request: Request) -> Any:
        entries = await _entries(request)
        judged = [(entry, _problem(market, entry)) for entry in entries]
        good = [entry for entry, problem in judged if problem is None]
        problems = [problem for _entry, problem in judged if problem is not None]
        if not good:
            raise OttoRefusal(400, {"errors": problems})
        for entry in good:
            market.shelf.change(
                entry["sku"],
                market.now(),
                profile=entry["shippingProfileId"],
                processing_time=entry["processingTime"],
            )
        if problems:
            return WireJSON({"results": good, "errors": problems}, status_code=207)
        return WireJSON({"message": "OK"}, status_code=202)

    @router.get("")
    async def list_information(request: Request) -> Any:
        cursor = request.query_params.get("cursor")
        after = _sku_of(cursor) if cursor else None
        skus = [sku for sku in sorted(market.shelf.skus) if after is None or sku > after]
        shown = [_shown(market, sku) for sku in skus[:BATCH]]
        body: dict[str, Any] = {"results": shown}
        if len(skus) > BATCH:
            mark = base64.urlsafe_b64encode(skus[BATCH - 1].encode()).decode()
            body["links"] = {"href": f"{PATH}?cursor={mark}", "rel": "next"}
        return WireJSON(body)

    @router.get("/{sku:path}")
    async def one(sku: str) -> Any:
        if market.shelf.get(sku) is None:
            # Unlike all other refusals it stands alone, without a list around it (facts/otto.md §7.4).
            problem = availability_problem(404, "Sku not found", f"Sku not found for {sku}", "sku")
            raise OttoRefusal(404, problem | {"path": f"{PATH}/{sku}"})
        return WireJSON(_shown(market, sku))

    return router


def profile_routes(market: Market, desk: TokenDesk) -> APIRouter:
    """Return the routes of the shipping profiles; they can be read here, not changed."""
    router = APIRouter(prefix=PROFILE_PATH, dependencies=[Depends(permits(desk, "shipping-profiles", market.settle))])

    @router.get("")
    async def profiles() -> Any:
        return WireJSON({"results": [_profile(key) for key in PROFILES]})

    @router.get("/{key}")
    async def profile(key: str) -> Any:
        if key not in PROFILES:
            problem = {"detail": f"No shipping profile found with id : {key}", "logref": str(uuid.uuid4())}
            body = {"type": PROFILE_PATH, "title": "Not Found", "status": 404, "validationErrors": [problem]}
            raise OttoRefusal(404, body)
        return WireJSON(_profile(key))

    return router


def _profile(key: str) -> dict:
    name, processing, transport, cutoff = PROFILES[key]
    return {
        "shippingProfileId": key,
        "shippingProfileName": name,
        "workingDays": list(WORKING_DAYS),
        "orderCutoff": cutoff,
        "deliveryType": "PARCEL",
        "defaultProcessingTime": processing,
        "transportTime": transport,
    }


def _sku_of(cursor: str) -> str:
    """Return the SKU that a cursor stands after.

    :raises OttoRefusal: it is none of ours
    """
    try:
        return base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode()
    except ValueError:
        raise OttoRefusal(
            400, {"errors": [availability_problem(400, TITLE, "Error cursor: invalid") | {"path": PATH}]}
        ) from None


def _shown(market: Market, sku: str) -> dict:
    listed = market.shelf.get(sku)
    if listed is None:
        raise KeyError(sku)
    return {"sku": sku, "shippingProfileId": listed.profile, "processingTime": listed.processing_time}


async def _entries(request: Request) -> list:
    """Return the posted array.

    :raises OttoRefusal: no array of 1 to 200 objects with all fields (400, 413), or a SKU twice (400)
    """
    try:
        entries = json.loads(await request.body())
    except ValueError:
        entries = None
    if not isinstance(entries, list) or not entries:
        raise _refuse(400, f"A JSON array of 1 to {BATCH} entries is expected")
    if len(entries) > BATCH:
        raise _refuse(413, "Payload too large")
    names = ("sku", "shippingProfileId", "processingTime")
    if not all(isinstance(e, dict) and all(isinstance(e.get(name), str) for name in names) for e in entries):
        raise _refuse(400, "sku, shippingProfileId and processingTime are needed as texts")
    if len({entry["sku"] for entry in entries}) < len(entries):
        raise _refuse(400, "sku occurs more than once")
    return entries


def _problem(market: Market, entry: dict) -> dict | None:
    if market.shelf.get(entry["sku"]) is None:
        return _named("sku", f"Error sku: {entry['sku']} is unknown")
    if entry["shippingProfileId"] not in PROFILES:
        return _named("shippingProfileId", f"Error shippingProfileId: {entry['shippingProfileId']} is unknown")
    if not re.fullmatch(r"DEFAULT|[1-9]\d?", entry["processingTime"]):
        return _named("processingTime", f"Error processingTime: {entry['processingTime']} is invalid")
    return None


def _named(logref: str, detail: str) -> dict:
    return {"path": PATH, "title": TITLE, "code": 404, "detail": detail, "logref": logref}


def _refuse(status: int, detail: str) -> OttoRefusal:
    return OttoRefusal(status, {"errors": [availability_problem(status, TITLE, detail) | {"path": PATH}]})
