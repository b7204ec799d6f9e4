"""What OTTO, DHL and Odoo hold at the end, as plain data; Odoo's side is read from its tables, not through its code."""

import json
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg2.extras import RealDictCursor

from .shops import ACCOUNTS
from .world import SANDBOX_HISTORY, World

ORDERS = """
    SELECT o.id, o.otto_order_id AS otto_id, right(c.name, 1)::int AS account,
           o.company_id = c.company_id AS own_company, round(o.amount_total * 100)::int AS total,
           o.otto_total_differs AS differs, o.otto_status AS status,
           o.otto_report_state AS report, o.state, o.otto_stop_parcel AS stop, o.name
      FROM sale_order o JOIN otto_channel c ON c.id = o.otto_channel_id
"""
# Two accounts may sell articles with the same SKU: an article is told by both.
PIECES = "SELECT order_id, position_id, sku, status, round(price * 100)::int AS price FROM otto_position_item"
PARCELS = "SELECT order_id, type, tracking_number AS number FROM otto_parcel"
BOOKINGS = "SELECT picking_res_id AS transfer, state, shipment_no, return_shipment_no AS return_no FROM dhl_booking"
REDUCTIONS = """
    SELECT p.position_id, round(r.amount * 100)::int AS amount, r.state
      FROM otto_price_reduction r JOIN otto_position_item p ON p.id = r.piece_id
"""
DECISIONS = """
    SELECT p.position_id, l.decision, l.decision_state AS state
      FROM otto_return_line l JOIN otto_position_item p ON p.id = l.piece_id
"""
RECEIPTS = """
    SELECT right(c.name, 1)::int AS account, r.number, round(r.amount_gross * 100)::int AS gross
      FROM otto_receipt r JOIN otto_channel c ON c.id = r.channel_id
"""
ISSUES = "SELECT kind, state, external_id, name AS error FROM otto_issue"
# Pieces by article: on hand, found by counting (with the moment), and gone to customers less those that came back.
ON_HAND = """
    SELECT right(c.name, 1)::int AS account, p.default_code AS sku, sum(q.quantity)::int AS pieces
      FROM stock_quant q JOIN stock_location l ON l.id = q.location_id JOIN product_product p ON p.id = q.product_id
      JOIN otto_channel c ON c.company_id = q.company_id
     WHERE l.usage = 'internal' AND p.default_code IS NOT NULL GROUP BY 1, 2
"""
MOVED = """
    SELECT right(c.name, 1)::int AS account, p.default_code AS sku, m.date AS at,
           source.usage AS source, target.usage AS target, m.quantity::int AS pieces, k.id AS transfer, s.id AS order_id
      FROM stock_move m JOIN product_product p ON p.id = m.product_id
      JOIN otto_channel c ON c.company_id = m.company_id
      JOIN stock_location source ON source.id = m.location_id
      JOIN stock_location target ON target.id = m.location_dest_id
      LEFT JOIN stock_picking k ON k.id = m.picking_id LEFT JOIN sale_order s ON s.id = k.sale_id
     WHERE m.state = 'done' AND p.default_code IS NOT NULL AND source.usage != target.usage
"""
TABLES = {
    "orders": ORDERS,
    "pieces": PIECES,
    "parcels": PARCELS,
    "bookings": BOOKINGS,
    "reductions": REDUCTIONS,
    "decisions": DECISIONS,
    "receipts": RECEIPTS,
    "issues": ISSUES,
    "on_hand": ON_HAND,
    "moved": MOVED,
}


@dataclass(slots=True)
class Snapshot:
    """All sides at one moment, and what happened before.

    :ivar otto: what the sandbox shows of each account
    :ivar dhl: DHL's shipments
    :ivar returns: what OTTO knows of returns and price reductions, by account
    :ivar receipts: what OTTO has written, by account and number
    :ivar odoo: rows by the names of `TABLES`
    :ivar acts: what people did (`history.Act`)
    :ivar exchanges: each request that OTTO and DHL got (`sandbox.recorder`)
    :ivar due: what was still to be done when all was quiet
    """

    otto: dict[int, dict]
    dhl: list[dict]
    returns: dict[int, dict]
    receipts: dict[int, dict[str, dict]]
    odoo: dict[str, list[dict]]
    acts: list[Any] = field(default_factory=list)
    exchanges: list[dict] = field(default_factory=list)
    due: list[str] = field(default_factory=list)


def take(world: World, acts: list[Any], due: list[str]) -> Snapshot:
    """Read all sides."""
    return Snapshot(
        otto={number: world.sandbox.account(number).state() for number in ACCOUNTS},
        dhl=world.sandbox.dhl_state()["shipments"],
        returns={number: world.sandbox.account(number).returns() for number in ACCOUNTS},
        receipts={number: world.sandbox.account(number).receipts() for number in ACCOUNTS},
        odoo=_odoo(world),
        acts=acts,
        exchanges=read_exchanges(SANDBOX_HISTORY),
        due=due,
    )


def _odoo(world: World) -> dict[str, list[dict]]:
    with closing(world.cluster.connect()) as connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
        rows = {}
        for name, query in TABLES.items():
            cursor.execute(query)
            rows[name] = [dict(row) for row in cursor.fetchall()]
        return rows


def read_exchanges(path: Path) -> list[dict]:
    """Return the lines of the sandbox's history."""
    return [json.loads(line) for line in path.read_text().splitlines()]
