"""Availability V1: quantities in batches, list, one (facts/otto.md §7.1 to §7.3)."""

import base64
import json
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from ..clock import Clock
from ..messages import WireJSON
from . import wire
from .catalogue import TEST_ARTICLES
from .errors import OttoRefusal, availability_problem
from .model import Quantity
from .state import Market
from .tokens import TokenDesk, permits

BATCH = 200
HIGHEST = 999_999_999
ERROR_TITLE = "Error while processing request"
# They are no part of the assortment, but they exist: a shop that was handed a test order may offer its articles.
TEST_SKUS = frozenset(article.sku for article in TEST_ARTICLES)


def availability_routes(market: Market, desk: TokenDesk, clock: Clock) -> APIRouter:
    """Return the routes of the quantities."""
    router = APIRouter(
        prefix="/v1/availability/quantities", dependencies=[Depends(permits(desk, "availability", market.settle))]
    )

    @router.post("")
    async def set_quantities(request: Request) -> Any:
        entries = await _entries(request)
        return _take(market, clock, entries)

    @router.get("")
    async def list_quantities(request: Request) -> Any:
        limit, after = _read_query(request)
        skus = sorted(sku for sku in market.quantities if after is None or sku > after)
        page = skus[:limit]
        links = []
        if len(skus) > limit:
            cursor = base64.urlsafe_b64encode(page[-1].encode()).decode()
            links.append({"rel": "next", "href": f"/v1/availability/quantities?cursor={cursor}"})
            if "limit" in request.query_params:
                links[0]["href"] += f"&limit={limit}"
        variations = [wire.quantity(sku, market.quantities[sku]) for sku in page]
        return WireJSON({"resources": {"variations": variations}, "links": links})

    @router.get("/{sku:path}")
    async def one_quantity(sku: str) -> Any:
        known = market.quantities.get(sku)
        if known is None:
            # The misspelt key and the unfilled path are OTTO's own.
            problem = {"code": 404, "detail": "No record found for requested sku", "title": "NOT FOUND", "logreg": ""}
            raise OttoRefusal(404, {"errors": [problem | {"path": "/v1/availability/quantities/{sku}"}]})
        return WireJSON(wire.quantity(sku, known, link=False))

    return router


async def _entries(request: Request) -> list:
    """Return the posted array.

    :raises OttoRefusal: no JSON array (400), empty (400), more than `BATCH` entries (413)
    """
    try:
        entries = json.loads(await request.body())
    except ValueError:
        entries = None
    if "application/json" not in request.headers.get("content-type", ""):
        raise OttoRefusal(415, {"message": "Unsupported Media Type"})
    if not isinstance(entries, list) or not entries:
        raise _refuse(400, f"A JSON array of 1 to {BATCH} quantities is expected")
    if len(entries) > BATCH:
        raise _refuse(413, "Payload too large")
    return entries


def _take(market: Market, clock: Clock, entries: list) -> Response:
    now = clock.now()
    results, problems, seen = [], [], set()
    for entry in entries:
        sku, reason = _judge(market, entry, seen)
        if reason:
            title = f"{ERROR_TITLE}: {sku if sku is not None else 'null'}"
            problems.append(availability_problem(207, title, reason, "sku"))
            continue
        seen.add(sku)
        market.quantities[sku] = Quantity(entry["quantity"], now)
        results.append(wire.quantity(sku, market.quantities[sku]))
    if not problems:
        return WireJSON({"results": results})
    if not results:
        return WireJSON({"errors": [problem | {"code": 422} for problem in problems]}, status_code=422)
    return WireJSON({"results": results, "errors": problems}, status_code=207)


def _judge(market: Market, entry: Any, seen: set[str]) -> tuple[Any, str | None]:
    """Return the entry's SKU and why it is refused, None if it is fine."""
    entry = entry if isinstance(entry, dict) else {}
    sku, quantity = entry.get("sku"), entry.get("quantity")
    if not isinstance(sku, str) or not sku:
        return None, "Error: [sku must not be empty] for SKU: null"
    if market.shelf.get(sku) is None and sku not in TEST_SKUS:
        return sku, f"Error: SKU is unknown for SKU: {sku}"
    if sku in seen:
        # OTTO does not say what it does here; refusing shows a client that sends one twice.
        return sku, f"Error: SKU occurs more than once for SKU: {sku}"
    if not isinstance(quantity, int) or isinstance(quantity, bool) or not 0 <= quantity <= HIGHEST:
        return sku, f"Invalid quantity. Quantity should be an absolute number for SKU: {sku}"
    return sku, None


def _read_query(request: Request) -> tuple[int, str | None]:
    query = request.query_params
    try:
        limit = int(query.get("limit", BATCH))
        int(query.get("page", 0))
        cursor = query.get("cursor")
        return min(max(limit, 1), BATCH), cursor and base64.urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        raise _refuse(400, "Limit and page need to be valid integers") from None


def _refuse(status: int, detail: str) -> OttoRefusal:
    return OttoRefusal(status, {"errors": [availability_problem(status, ERROR_TITLE, detail)]})
