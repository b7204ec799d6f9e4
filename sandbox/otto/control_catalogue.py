"""The control interface's part for articles: what the seller or OTTO change in OTTO's own pages."""

from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request

from ..control import ControlError, wish
from . import wire_products as wire
from .shelf import PICTURES, STATUSES
from .state import Market

CHANGES = (
    "sku", "price", "active", "status", "errors", "category", "gone", "reference", "attributes", "picture",
    "after_page",
)  # fmt: skip


def catalogue_control_routes(market: Market) -> APIRouter:
    """Return the control routes for articles."""
    router = APIRouter(prefix="/_sandbox/catalogue")

    @router.get("")
    async def catalogue() -> Any:
        market.settle()
        return {"articles": [_shown(market, sku) for sku in market.shelf.skus]}

    @router.post("")
    async def change(request: Request) -> Any:
        options = await wish(request)
        if unknown := set(options) - set(CHANGES):
            raise ControlError(f"Unknown parameter: {', '.join(sorted(unknown))}.")
        sku = options.pop("sku", None)
        if market.shelf.get(sku) is None:
            raise ControlError("There is no such article.", 404)
        page = options.pop("after_page", None)
        if options.pop("gone", False):
            _forget(market, sku, page)
            return {}
        market.shelf.change(sku, market.now(), **_values(options))
        return _shown(market, sku)

    return router


def _forget(market: Market, sku: str, page: Any) -> None:
    """Take an article off the shop: now, or as soon as a page of a list of articles was answered."""
    if page is None:
        market.shelf.forget(sku)
    elif isinstance(page, int) and not isinstance(page, bool) and page >= 0:
        market.shelf.forget_later(sku, page)
    else:
        raise ControlError("after_page: the number of a page is expected.")


def _values(options: dict) -> dict:
    values = dict(options)
    if "status" in values and values["status"] not in STATUSES:
        raise ControlError(f"A status is one of {', '.join(STATUSES)}.")
    if values.get("picture", "good") not in PICTURES:
        raise ControlError(f"A picture is one of {', '.join(PICTURES)}.")
    if "attributes" in values:
        values["attributes"] = tuple((name, value) for name, value in values["attributes"])
    if "price" in values:
        try:
            values["price"] = Decimal(str(values["price"]))
        except InvalidOperation as error:
            raise ControlError("A price is a number.") from error
    if "errors" in values:
        values["errors"] = tuple((code, title) for code, title in values["errors"])
    return values


def _shown(market: Market, sku: str) -> dict:
    listed = market.shelf.get(sku)
    if listed is None:
        raise ControlError("There is no such article.", 404)
    delivery = {"shippingProfileId": listed.profile, "processingTime": listed.processing_time}
    return wire.price(listed) | {"active": listed.active, "status": listed.status} | delivery
