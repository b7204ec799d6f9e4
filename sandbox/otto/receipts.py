"""Receipts V3: the list, one as JSON, one as PDF (facts/otto.md §9)."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import QueryParams

from ..messages import WireJSON
from .errors import OttoRefusal, plain_refusal
from .receipt_pdf import draw
from .receipts_book import KINDS, Receipt
from .state import Market
from .tokens import TokenDesk, permits

PATH = "/v3/receipts"
MAX_LIMIT = 128


@dataclass(frozen=True, slots=True)
class Search:
    """A search for receipts; the cursor carries all of it, so that beside it only the limit counts."""

    kinds: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    order_id: str | None = None
    after: tuple[datetime, int] | None = None
    page: int = 1

    def results(self, receipts: list[Receipt], limit: int) -> tuple[list[Receipt], str | None]:
        """Return the receipts of a page, newest first, and the cursor of the next one, None if this is the last."""
        found = sorted((each for each in receipts if self._matches(each)), key=_place, reverse=True)
        found = found[(self.page - 1) * limit :]
        shown = found[:limit]
        return shown, self._cursor(shown[-1]) if len(found) > limit else None

    def _matches(self, receipt: Receipt) -> bool:
        day = receipt.created.astimezone(UTC).date()
        return (
            (not self.kinds or receipt.kind in self.kinds)
            and (self.first is None or day >= self.first)
            and (self.last is None or day <= self.last)
            and self.order_id in (None, receipt.order_id)
            and (self.after is None or _place(receipt) < self.after)
        )

    def _cursor(self, last: Receipt) -> str:
        days = [day and day.isoformat() for day in (self.first, self.last)]
        parts = [self.kinds, *days, self.order_id, last.created.isoformat(), last.place]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def _place(receipt: Receipt) -> tuple[datetime, int]:
    return receipt.created, receipt.place


def receipt_routes(market: Market, desk: TokenDesk) -> APIRouter:
    """Return the routes of the receipts interface."""
    router = APIRouter(prefix=PATH, dependencies=[Depends(permits(desk, "receipts", market.settle))])

    @router.get("")
    async def list_receipts(request: Request) -> Any:
        try:
            search, limit = read_search(request.query_params)
        except ValueError as error:
            raise _bad(str(error)) from None
        shown, cursor = search.results(list(market.receipts.receipts.values()), limit)
        links = []
        if cursor:
            links.append({"rel": "next", "href": f"{PATH}?limit={limit}&next={quote(cursor)}"})
        return WireJSON({"resources": [receipt.body for receipt in shown], "links": links})

    @router.get("/{number}.pdf")
    async def document(number: str, request: Request) -> Response:
        receipt = _found(market, number, request)
        if receipt.pdf_at is None or receipt.pdf_at > market.now():
            raise plain_refusal(request.url.path, 404)
        return Response(draw(receipt.body), media_type="application/pdf")

    @router.get("/{number}")
    async def one(number: str, request: Request) -> Any:
        return WireJSON(_found(market, number, request).body)

    return router


def _found(market: Market, number: str, request: Request) -> Receipt:
    receipt = market.receipts.receipts.get(number)
    if receipt is None:
        raise plain_refusal(request.url.path, 404)
    return receipt


def _bad(detail: str) -> OttoRefusal:
    # OTTO's document names no 400 here; its form is a guess.
    return OttoRefusal(400, {"errors": [{"path": PATH, "title": "Bad Request", "detail": detail}]})


def read_search(query: QueryParams) -> tuple[Search, int]:
    """Read the query of a request; unknown parameters are ignored.

    :return: the search and the limit
    :raises ValueError: a parameter cannot be understood
    """
    limit = _number(query, "limit", MAX_LIMIT, MAX_LIMIT)
    if "next" in query:
        return _read_cursor(query["next"]), limit
    kinds = tuple(kind for text in query.getlist("receiptTypes") for kind in text.split(","))
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(f"Parameter receiptTypes is invalid: {', '.join(unknown)}")
    first, last = (_day(query, name) for name in ("from", "to"))
    return Search(kinds, first, last, query.get("salesOrderId"), page=_number(query, "page", 1, 10**6)), limit


def _number(query: QueryParams, name: str, default: int, most: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 1 <= int(text) <= most):
        raise ValueError(f"Parameter {name} is invalid.")
    return int(text)


def _day(query: QueryParams, name: str) -> date | None:
    text = query.get(name)
    if text is None:
        return None
    if len(text) != len("2026-01-31"):
        raise ValueError(f"Parameter {name} is invalid: yyyy-mm-dd is expected.")
    return date.fromisoformat(text)


def _read_cursor(text: str) -> Search:
    try:
        kinds, first, last, order_id, created, place = json.loads(base64.urlsafe_b64decode(text.encode()))
        days = [day and date.fromisoformat(day) for day in (first, last)]
        return Search(tuple(kinds), *days, order_id, (datetime.fromisoformat(created), int(place)))
    except (TypeError, ValueError, UnicodeError) as error:
        raise ValueError("Parameter next is invalid.") from error
