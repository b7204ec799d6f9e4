"""Differences planted on purpose, to see that the checker finds them: `make soak PLANT=total`."""

from collections.abc import Callable

import requests

from dev.environment import CARRIER
from dev.settings import Problem

from .world import World

ONE = "(SELECT id FROM sale_order WHERE otto_channel_id IS NOT NULL AND state = 'sale' ORDER BY id LIMIT 1)"
WRONG = "00340434160000000000"
SENT = "(SELECT id FROM sale_order WHERE otto_report_state = 'sent' ORDER BY id LIMIT 1)"


def _sql(statement: str) -> Callable[[World], None]:
    def plant(world: World) -> None:
        if not world.cluster.execute(f"{statement} RETURNING 1"):
            raise Problem("There is nothing yet in which this difference could be planted; let it run longer.")

    return plant


def _label(world: World) -> None:
    """Book a label at DHL again, past Odoo."""
    request = world.sandbox.dhl_state()["shipments"][-1]["request"]
    answer = requests.post(
        f"{world.sandbox.dhl_url}/parcel/de/shipping/v2/orders",
        json={"profile": "STANDARD_GRUPPENPROFIL", "shipments": [request]},
        headers={"dhl-api-key": CARRIER["dhl_de_api_key"]},
        auth=(CARRIER["dhl_de_user"], CARRIER["dhl_de_password"]),
        timeout=30,
    )
    if answer.status_code != requests.codes.ok:
        raise Problem(f"The label cannot be planted: {answer.status_code} {answer.text[:200]}")


def _order(world: World) -> None:
    """Let a customer order what nobody reads any more."""
    world.sandbox.make_orders(1)


# Name of the difference: how it is planted, and the rule that must find it.
PLANTS: dict[str, tuple[Callable[[World], None], str]] = {
    "order": (_order, "orders_are_there_once"),
    "total": (_sql(f"UPDATE sale_order SET amount_total = amount_total + 0.01 WHERE id = {ONE}"), "totals_are_equal"),
    "piece": (
        _sql(f"UPDATE otto_position_item SET status = 'announced' WHERE order_id = {SENT}"),
        "pieces_are_equal",
    ),
    "cancelled": (
        _sql(f"UPDATE sale_order SET state = 'cancel' WHERE id = {SENT}"),
        "cancelled_here_is_cancelled_there",
    ),
    "number": (
        _sql(f"UPDATE otto_parcel SET tracking_number = '{WRONG}' WHERE order_id = {SENT} AND type = 'shipment'"),
        "shipments_are_ours",
    ),
    "label": (_label, "labels_are_known"),
    "refund": (
        _sql("UPDATE otto_price_reduction SET amount = amount + 1 WHERE state = 'processed'"),
        "refunds_are_made_once",
    ),
    "receipt": (_sql("UPDATE otto_receipt SET amount_gross = amount_gross + 0.01"), "receipts_are_there_once"),
    "stock": (
        _sql("""UPDATE stock_quant SET quantity = quantity + 1 WHERE id = (SELECT q.id FROM stock_quant q
                JOIN stock_location l ON l.id = q.location_id JOIN product_product p ON p.id = q.product_id
                WHERE l.usage = 'internal' AND p.default_code IS NOT NULL ORDER BY q.id LIMIT 1)"""),
        "stock_is_conserved",
    ),
}
