"""OTTO's JSON of returns, return parcels and price reductions (facts/otto.md §8.2, §10.1, §10.4)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .returns_book import STATE_TEXTS, Reduced, ReductionStatus, Return, ReturnParcel, ReturnRules, ReturnStatus
from .wire import amount, zulu


def return_time(moment: datetime) -> str:
    """Write a time as the list of returns does: hundredths of a second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 10_000:02d}Z"


def returned(source: Return) -> dict:
    """Write a piece that comes back; what the details hold depends on the status."""
    return {
        "positionItemId": source.item.id,
        "salesOrderId": source.order.id,
        "status": str(source.status),
        "occurredTime": return_time(source.occurred),
        "details": _details(source),
    }


def _details(source: Return) -> dict:
    if source.status == ReturnStatus.MISDIRECTED:
        return {"orderNumber": source.order.number, "ottoWarehouseID": source.warehouse}
    if source.status == ReturnStatus.ANNOUNCED:
        if not source.tracking:
            return {}
        numbers = [key.number for key in source.tracking]
        return {"returnTrackingKey": {"carrier": source.tracking[0].carrier, "trackingNumbers": numbers}}
    details = {"condition": source.condition, "reason": source.reason}
    return {key: value for key, value in details.items() if value is not None}


def return_parcel(source: ReturnParcel, rules: ReturnRules) -> dict:
    """Write a return parcel; OTTO's pages write states with blanks, its JSON with underscores."""
    return {
        "returnShipmentId": source.id,
        "createdAt": zulu(source.created),
        "trackingKey": {"carrier": source.tracking.carrier, "trackingNumber": source.tracking.number},
        "returnPositionItems": [
            {"salesOrderId": order.id, "salesOrderPositionItemId": item.id} for order, item in source.pieces
        ],
        "states": [
            {
                "state": state.replace("_", " ") if rules.blanks else state,
                "occurredOn": zulu(at),
                "statusText": STATE_TEXTS[state],
            }
            for state, at in source.states
        ],
    }


def reduced(source: Reduced) -> dict:
    """Write a piece with its price reductions; those under way count into the total, rejected ones do not."""
    currency = source.item.currency
    total: Decimal = source.total(ReductionStatus.INITIATED, ReductionStatus.PROCESSED)
    reductions: list[dict[str, Any]] = [
        {
            "receiptNumber": entry.receipt,
            "priceReduction": amount(entry.amount, entry.currency),
            "creationDateTime": zulu(entry.created),
            "status": str(entry.status),
        }
        for entry in source.reductions
    ]
    return {
        "salesOrderId": source.order.id,
        "positionItemId": source.item.id,
        "totalPriceReduction": amount(total, currency),
        "invoicePrice": amount(source.item.price, currency),
        "priceReductions": reductions,
    }
