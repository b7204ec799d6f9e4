"""What the rules of the checker read out of a snapshot."""

from collections import Counter, defaultdict
from datetime import datetime

from .snapshot import Snapshot

# Whom a person was told about: OTTO cancelled what had left the house, or refused what it was told.
FLAGGED = ("refused",)


def status(item: dict) -> str:
    """Return a piece's status in Odoo's words."""
    word = item["fulfillmentStatus"]
    return "cancelled" if word.startswith("CANCELLED") else word.lower()


def at_otto(snapshot: Snapshot) -> dict[str, tuple[int, dict]]:
    """Return (account, order) by OTTO's id."""
    return {
        order["salesOrderId"]: (number, order) for number, state in snapshot.otto.items() for order in state["orders"]
    }


def price_of(item: dict) -> int:
    return round((item.get("itemValueReducedGrossPrice") or item["itemValueGrossPrice"])["amount"] * 100)


def total_of(order: dict) -> int:
    """Return what the customer pays in cents: the pieces that are not cancelled, and the fees."""
    fees = sum(round(fee["deliveryFeeAmount"]["amount"] * 100) for fee in order.get("initialDeliveryFees") or [])
    return fees + sum(price_of(item) for item in order["positionItems"] if status(item) != "cancelled")


def wholly_cancelled(order: dict) -> bool:
    return all(status(item) == "cancelled" for item in order["positionItems"])


def when(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00").replace("+0000", "+00:00"))


def pieces_by_order(snapshot: Snapshot) -> dict[int, list[dict]]:
    found = defaultdict(list)
    for piece in snapshot.odoo["pieces"]:
        found[piece["order_id"]].append(piece)
    return found


def gone_by_order(snapshot: Snapshot) -> dict[int, Counter]:
    """Return the pieces by SKU that left to the customer of each order, those that came back included."""
    gone: dict[int, Counter] = defaultdict(Counter)
    for move in snapshot.odoo["moved"]:
        if move["order_id"] and move["target"] == "customer":
            gone[move["order_id"]][move["sku"]] += move["pieces"]
    return gone


def was_sent(piece: dict) -> bool:
    return piece["status"] in ("sent", "returned")


def article_of(row: dict) -> tuple[int, str]:
    return row["account"], row["sku"]


def told(order: dict) -> bool:
    """Whether a person knows that the order is not as it should be."""
    return order["stop"] or order["report"] in FLAGGED
