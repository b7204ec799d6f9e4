"""Products V5: products, prices, statuses; update tasks set prices and the active switch (facts/otto.md §6, §8.1)."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from PIL import Image

from ..clock import Clock
from ..messages import WireJSON
from . import wire_products as wire
from .errors import OttoRefusal
from .shelf import BRANDS, OTHER_BRANDS, STATUSES, UNKNOWN_SKU, Entry, Listed, Problem, Sale, Task
from .state import Market
from .tokens import TokenDesk, permits

BASE = "/v5/products"
PAGE, MOST_STATUSES, MOST_BRANDS, MOST_ENTRIES = 100, 1000, 1000, 500
MONEY = Decimal("0.01")
CHANGES_DAYS = timedelta(days=28)
BRANDS_CHANGED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WRONG_FORMAT = "200003"
SALE_IN_THE_PAST = Problem("400007", "WRONG_SALE_PRICE_PERIOD - The start of the sale price lies in the past.")


def product_routes(market: Market, desk: TokenDesk, clock: Clock) -> APIRouter:
    """Return the routes of the products interface; its refusals have no body (facts/otto.md §2.1)."""
    router = APIRouter(prefix=BASE, dependencies=[Depends(permits(desk, "products", market.settle))])
    _list_routes(router, market)
    _task_routes(router, market, clock)
    _single_routes(router, market)
    return router


def image_routes(market: Market) -> APIRouter:
    """Return the pictures of articles, a small one in a colour of its own for each."""
    router = APIRouter(prefix="/_sandbox/images")

    @router.get("/{sku:path}.png")
    async def image(sku: str) -> Response:
        listed = market.shelf.get(sku)
        if listed is None or listed.picture == "missing":
            raise OttoRefusal(404, None)
        if listed.picture == "broken":
            return Response(b"This is no picture.", media_type="image/png")
        file = io.BytesIO()
        Image.new("RGB", (96, 96), (sum(map(ord, sku)) % 200, len(sku) * 9 % 200, 140)).save(file, "PNG")
        return Response(file.getvalue(), media_type="image/png")

    return router


def _list_routes(router: APIRouter, market: Market) -> None:
    def listing(path: str, key: str, write: Callable[[Listed, str], dict], most: int = PAGE) -> None:
        @router.get(path)
        async def answer(request: Request) -> Any:
            chosen = _chosen(market, request)
            page, limit = _page(request, most)
            entries = chosen[page * limit : (page + 1) * limit]
            origin = f"{request.url.scheme}://{request.url.netloc}"
            shown = [write(market.shelf.get(sku), origin) for sku in entries]
            answer = WireJSON({key: shown, "links": _links(request, page, limit, len(chosen))})
            market.shelf.page_answered(page)
            return answer

    listing("", "productVariations", lambda listed, origin: wire.product(listed, origin, market.account))
    listing("/prices", "variationPrices", lambda listed, _origin: wire.price(listed))
    listing("/active-status", "status", lambda listed, _origin: wire.active(listed))
    listing("/marketplace-status", "marketPlaceStatus", lambda listed, _origin: wire.status(listed), MOST_STATUSES)
    listing("/content-changes", "contentChanges", lambda listed, _origin: wire.content_change(listed))

    @router.get("/brands")
    async def brands(request: Request) -> Any:
        page, limit = _page(request, MOST_BRANDS)
        every = [
            {"id": key, "name": name, "logo": "", "usable": True} for key, name in {**OTHER_BRANDS, **BRANDS}.items()
        ]
        shown = every[page * limit : (page + 1) * limit]
        return _cached(request, {"brands": shown, "links": _links(request, page, limit, len(every))})


def _task_routes(router: APIRouter, market: Market, clock: Clock) -> None:
    @router.post("/prices", status_code=202)
    async def set_prices(request: Request) -> Any:
        entries = await _entries(request, None)
        return _process(market.shelf.new_task([_judged_price(market, entry) for entry in entries], clock.now()))

    @router.post("/active-status", status_code=202)
    async def set_active(request: Request) -> Any:
        entries = await _entries(request, "status")
        return _process(market.shelf.new_task([_judged_active(market, entry) for entry in entries], clock.now()))

    @router.get("/update-tasks/{task_id}")
    async def task(task_id: str) -> Any:
        return _process(_task(market, task_id))

    @router.get("/update-tasks/{task_id}/{part}")
    async def task_part(task_id: str, part: str) -> Any:
        found = _task(market, task_id)
        if part not in ("failed", "succeeded", "unchanged") or not found.done:
            raise OttoRefusal(404, None)
        if part == "failed":
            return WireJSON({"results": [wire.task_failure(sku, problem) for sku, problem in found.failed]})
        return WireJSON({"results": [{"variation": f"{BASE}/{sku}"} for sku in getattr(found, part)]})


def _single_routes(router: APIRouter, market: Market) -> None:
    """Routes with a SKU in the path come last; one with a slash or a point can only be asked for by `?sku=`."""
    parts = {
        "marketplace-status": wire.status,
        "active-status": wire.active,
        "prices": wire.price,
    }

    @router.get("/{sku}")
    async def product(sku: str, request: Request) -> Any:
        return WireJSON(
            wire.product(_known(market, sku), f"{request.url.scheme}://{request.url.netloc}", market.account)
        )

    @router.get("/{sku}/content-changes")
    async def content_changes(sku: str) -> Any:
        listed = _known(market, sku)
        recent = listed.changed >= market.now() - CHANGES_DAYS
        return WireJSON({"contentChanges": [wire.content_change(listed)] if recent else [], "links": []})

    @router.get("/{sku}/{part}")
    async def part_of_product(sku: str, part: str) -> Any:
        if part not in parts:
            raise OttoRefusal(404, None)
        return WireJSON(parts[part](_known(market, sku)))


def _cached(request: Request, content: dict) -> Response:
    """Answer with `ETag` and `Last-Modified`, or with 304 to who has it already (facts/otto.md §2.4, §6.6)."""
    answer = WireJSON(content)
    mark = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    headers = {"ETag": mark, "Last-Modified": format_datetime(BRANDS_CHANGED, usegmt=True)}
    known = request.headers.get("if-none-match")
    if known is not None:
        # A list of marks, weak ones count as well; with it the date is not looked at (RFC 9110).
        same = known.strip() == "*" or mark in [entry.strip().removeprefix("W/") for entry in known.split(",")]
    else:
        same = _unchanged_since(request.headers.get("if-modified-since"))
    if same:
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer


def _unchanged_since(text: str | None) -> bool:
    try:
        return text is not None and parsedate_to_datetime(text) >= BRANDS_CHANGED
    except (TypeError, ValueError):
        # No date (a reader must ignore it), or one without a zone.
        return False


def _known(market: Market, sku: str) -> Listed:
    listed = market.shelf.get(sku)
    if listed is None or "/" in sku or "." in sku:
        raise OttoRefusal(404, None)
    return listed


def _chosen(market: Market, request: Request) -> list[str]:
    """Return the SKUs that the query's filters leave, in the shelf's order; without filters nothing is looked at."""
    query = request.query_params
    skus = market.shelf.skus
    if wanted := {sku for value in query.getlist("sku") for sku in value.split(",")}:
        skus = [sku for sku in skus if sku in wanted]
    tests: list[Callable[[Listed], bool]] = []
    for name, attribute in (("productReference", "reference"), ("category", "category"), ("brandId", "brand")):
        if value := query.get(name):
            tests.append(lambda listed, a=attribute, v=value: getattr(listed, a) == v)
    if statuses := query.getlist("marketPlaceStatus"):
        if not set(statuses) <= set(STATUSES):
            raise OttoRefusal(400, None)
        tests.append(lambda listed: listed.status in statuses)
    changes = request.url.path.endswith("/content-changes")
    if "fromDate" in query or changes:
        since = _moment(query.get("fromDate")) if "fromDate" in query else market.now() - CHANGES_DAYS
        if changes and since < market.now() - CHANGES_DAYS - timedelta(minutes=5):
            raise OttoRefusal(400, None)
        field = "changed" if changes else "status_changed"
        tests.append(lambda listed: getattr(listed, field) >= since)
    found = [sku for sku in skus if all(test(market.shelf.get(sku)) for test in tests)] if tests else skus
    return _sorted(market, found, query["sort-order"]) if "sort-order" in query else found


def _sorted(market: Market, skus: list[str], order: str) -> list[str]:
    if order not in ("asc", "desc"):
        raise OttoRefusal(400, None)
    return sorted(skus, key=lambda sku: market.shelf.get(sku).status_changed, reverse=order == "desc")


def _moment(text: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise OttoRefusal(400, None) from None
    if moment.tzinfo is None:
        raise OttoRefusal(400, None)
    return moment


def _page(request: Request, most: int) -> tuple[int, int]:
    try:
        page, limit = (int(request.query_params.get(name, value)) for name, value in (("page", 0), ("limit", PAGE)))
    except ValueError:
        raise OttoRefusal(400, None) from None
    if page < 0 or not 1 <= limit <= most:
        raise OttoRefusal(400, None)
    return page, limit


def _links(request: Request, page: int, limit: int, count: int) -> list[dict]:
    others = [(name, value) for name, value in request.query_params.multi_items() if name not in ("page", "limit")]

    def link(rel: str, number: int) -> dict:
        query = urlencode([*others, ("page", number), ("limit", limit)])
        return {"rel": rel, "href": f"{request.url.path}?{query}"}

    links = [link("self", page)]
    if page:
        links.append(link("prev", page - 1))
    if (page + 1) * limit < count:
        links.append(link("next", page + 1))
    return links


async def _entries(request: Request, key: str | None) -> list:
    try:
        body = json.loads(await request.body(), parse_float=Decimal)
    except ValueError:
        raise OttoRefusal(400, None) from None
    entries = body.get(key) if key and isinstance(body, dict) else body
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_ENTRIES:
        raise OttoRefusal(400, None)
    return entries


def _task(market: Market, task_id: str) -> Task:
    found = market.shelf.tasks.get(task_id)
    if found is None:
        raise OttoRefusal(404, None)
    return found


def _process(task: Task) -> Response:
    return WireJSON(wire.process(task), status_code=202 if not task.done else 200)


def _judged_active(market: Market, entry: Any) -> Entry:
    sku, active = (entry.get("sku"), entry.get("active")) if isinstance(entry, dict) else (None, None)
    if not isinstance(sku, str) or market.shelf.get(sku) is None:
        return str(sku), UNKNOWN_SKU, {}
    if not isinstance(active, bool):
        return sku, Problem(WRONG_FORMAT, "active must be true or false"), {}
    return sku, None, {"active": active}


def _judged_price(market: Market, entry: Any) -> Entry:
    entry = entry if isinstance(entry, dict) else {}
    sku = entry.get("sku")
    if not isinstance(sku, str) or market.shelf.get(sku) is None:
        return str(sku), UNKNOWN_SKU, {}
    standard = _euros(entry.get("standardPrice"))
    if standard is None:
        return sku, Problem(WRONG_FORMAT, "standardPrice must be an amount in EUR with at most two decimals"), {}
    if "sale" not in entry:
        return sku, None, {"price": standard, "sale": None}
    sale = entry["sale"] if isinstance(entry["sale"], dict) else {}
    price = _euros(sale.get("salePrice"))
    try:
        start, end = (datetime.fromisoformat(str(sale[name])) for name in ("startDate", "endDate"))
        start, end = (moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in (start, end))
    except (KeyError, ValueError):
        return sku, Problem(WRONG_FORMAT, "sale needs startDate and endDate"), {}
    if price is None or price >= standard or end <= start:
        return (
            sku,
            Problem(WRONG_FORMAT, "salePrice must be lower than standardPrice and its period must not be empty"),
            {},
        )
    if start < market.now():
        return sku, SALE_IN_THE_PAST, {}
    return sku, None, {"price": standard, "sale": Sale(price, start, end)}


def _euros(money: Any) -> Decimal | None:
    amount = money.get("amount") if isinstance(money, dict) and money.get("currency") == "EUR" else None
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        return None
    amount = Decimal(amount)
    return amount if amount > 0 and amount == amount.quantize(MONEY) else None
