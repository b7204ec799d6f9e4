"""The control interface's part for receipts: how OTTO writes them, and receipts of any content."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request

from ..control import ControlError, wish
from ..messages import WireJSON
from .edits import patched
from .receipts_book import DELIVERY_REFUND, ReceiptRules
from .state import Market

SECONDS = ("receipt_seconds", "pdf_seconds")
MOST_SECONDS = 10 * 365 * 24 * 3600
MOST_MONEY = 10**6


def receipts_control_routes(market: Market) -> APIRouter:
    """Return the control routes for receipts."""
    router = APIRouter(prefix="/_sandbox/receipts")

    @router.get("")
    async def show() -> Any:
        market.settle()
        return WireJSON({"receipts": [receipt.body for receipt in market.receipts.receipts.values()]})

    @router.post("")
    async def add(request: Request) -> Any:
        options = await wish(request)
        market.settle()
        return WireJSON({"receiptNumbers": [_add(market, body) for body in options.get("receipts", [])]})

    @router.post("/rules")
    async def choose(request: Request) -> Any:
        options = await wish(request)
        market.settle()
        for name, value in options.items():
            _check(name, value)
        for name, value in options.items():
            setattr(market.receipts.rules, name, value)
        return asdict(market.receipts.rules)

    @router.post("/delivery/{order_id}")
    async def refund_delivery(order_id: str, request: Request) -> Any:
        options = await wish(request)
        market.settle()
        order = market.find_order(order_id)
        reason = str(options.get("reason", DELIVERY_REFUND))
        if order is None or not market.receipts.refund_delivery(order, market.now(), reason):
            raise ControlError("There are no delivery costs to give back.", 409)
        return WireJSON({})

    @router.post("/{number}/edit")
    async def edit(number: str, request: Request) -> Any:
        options = await wish(request)
        market.settle()
        receipt = market.receipts.receipts.get(number)
        if receipt is None:
            raise ControlError("There is no such receipt.", 404)
        receipt.body = patched(receipt.body, options)
        return WireJSON(receipt.body)

    return router


def _add(market: Market, body: Any) -> str:
    """Keep a receipt of any content; it counts as written at its date."""
    try:
        created = datetime.fromisoformat(body["creationDate"])
        if created.tzinfo is None:
            raise ValueError("creationDate has no zone")
        market.receipts.add(body, created)
        return str(body["receiptNumber"])
    except (KeyError, TypeError, ValueError) as error:
        raise ControlError(f"A receipt needs receiptNumber and creationDate: {error}") from error


def _check(name: str, value: Any) -> None:
    """Refuse what is no rule, or no value of it."""
    if name not in {rule.name for rule in fields(ReceiptRules)}:
        raise ControlError(f"Unknown parameter: {name}.")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if name in SECONDS:
        good = (number and 0 <= value <= MOST_SECONDS) or (name == "pdf_seconds" and value is None)
    elif name == "voucher":
        good = value is None or (number and 0 < value <= MOST_MONEY)
    else:
        good = isinstance(value, bool)
    if not good:
        raise ControlError(f"{name}: this is no value for it.")
