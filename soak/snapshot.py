"""What OTTO, DHL and Odoo hold at the end, as plain data; Odoo's side is read from its tables, not through its code."""

import json
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg2.extras import RealDictCursor

from .shops import ACCOUNTS, LOWERING
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
# Several lines of a piece: it was announced again.
RETURNS = """
    SELECT p.position_id, l.otto_status AS status, l.decision, l.decision_state AS state,
           l.withdrawn_on IS NOT NULL AS withdrawn, l.is_open
      FROM otto_return_line l JOIN otto_position_item p ON p.id = l.piece_id ORDER BY l.id
"""
RECEIPTS = """
    SELECT right(c.name, 1)::int AS account, r.number, round(r.amount_gross * 100)::int AS gross
      FROM otto_receipt r JOIN otto_channel c ON c.id = r.channel_id
"""
# What a debtor owes by all entries that book a receipt.
BOOKED = """
    SELECT right(c.name, 1)::int AS account, r.number, r.kind, r.booking_state AS state,
           round(r.amount_gross * 100)::int AS gross, count(DISTINCT m.id) AS entries,
           bool_and(m.state = 'posted') AS posted, bool_and(m.company_id = c.company_id) AS own_company,
           round(sum(l.balance) FILTER (WHERE a.account_type = 'asset_receivable') * 100)::int AS owed
      FROM otto_receipt r JOIN otto_channel c ON c.id = r.channel_id
      LEFT JOIN account_move m ON m.otto_receipt_id = r.id AND m.otto_receipt_booked
      LEFT JOIN account_move_line l ON l.move_id = m.id LEFT JOIN account_account a ON a.id = l.account_id
     GROUP BY c.name, r.id
"""
PRICES = """
    SELECT right(c.name, 1)::int AS account, l.sku, round(t.list_price::numeric * 100)::int AS price
      FROM otto_listing l JOIN otto_channel c ON c.id = l.channel_id
      JOIN product_product p ON p.id = l.product_id JOIN product_template t ON t.id = p.product_tmpl_id
"""
# Where orders go that have no label yet: a label's address stays as it is.
ADDRESSES = """
    SELECT o.otto_order_id AS otto_id, o.name, p.street, p.zip, p.city
      FROM sale_order o JOIN res_partner p ON p.id = o.partner_shipping_id
     WHERE o.otto_channel_id IS NOT NULL AND o.otto_status IN ('announced', 'processable')
       AND o.state != 'cancel'
       AND NOT EXISTS (SELECT FROM stock_picking k JOIN dhl_booking b ON b.picking_res_id = k.id WHERE k.sale_id = o.id)
       AND NOT EXISTS (SELECT FROM otto_parcel l WHERE l.order_id = o.id)
"""
ISSUES = "SELECT kind, state, external_id, name AS error FROM otto_issue"
# Pieces by article, and how many of them lie where they are offered: what came back damaged is kept apart.
ON_HAND = """
    SELECT right(c.name, 1)::int AS account, p.default_code AS sku, sum(q.quantity)::int AS pieces,
           coalesce(sum(q.quantity) FILTER (WHERE starts_with(l.parent_path, shop.parent_path)), 0)::int AS offered
      FROM stock_quant q JOIN stock_location l ON l.id = q.location_id JOIN product_product p ON p.id = q.product_id
      JOIN otto_channel c ON c.company_id = q.company_id
      JOIN stock_warehouse w ON w.id = c.warehouse_id JOIN stock_location shop ON shop.id = w.view_location_id
     WHERE l.usage = 'internal' AND p.default_code IS NOT NULL GROUP BY 1, 2
"""
# What Odoo still means to take out of the house, and for which order; what it keeps back for orders it does not have.
KEPT = """
    SELECT right(c.name, 1)::int AS account, p.default_code AS sku, m.product_qty::int AS pieces,
           concat_ws(' ', s.name, s.state, s.otto_status, s.otto_report_state, k.name, m.state) AS whom
      FROM stock_move m JOIN product_product p ON p.id = m.product_id
      JOIN otto_channel c ON c.company_id = m.company_id
      JOIN stock_location source ON source.id = m.location_id
      JOIN stock_location target ON target.id = m.location_dest_id
      LEFT JOIN stock_picking k ON k.id = m.picking_id LEFT JOIN sale_order s ON s.id = k.sale_id
     WHERE m.state NOT IN ('draft', 'cancel', 'done') AND source.usage = 'internal' AND target.usage != 'internal'
    UNION ALL
    SELECT right(c.name, 1)::int, i.sku, i.pieces, concat('order ', i.otto_order_id, ', not in Odoo')
      FROM otto_unimported_item i JOIN otto_channel c ON c.id = i.channel_id
    UNION ALL
    SELECT right(c.name, 1)::int, p.default_code, q.reserved_quantity::int, 'reserved'
      FROM stock_quant q JOIN stock_location l ON l.id = q.location_id JOIN product_product p ON p.id = q.product_id
      JOIN otto_channel c ON c.company_id = q.company_id
     WHERE l.usage = 'internal' AND q.reserved_quantity != 0
"""
# Found or missing by counting (with the moment), gone to customers and come back; whether to where it is offered.
MOVED = """
    SELECT right(c.name, 1)::int AS account, p.default_code AS sku, m.date AS at,
           source.usage AS source, target.usage AS target, m.quantity::int AS pieces,
           starts_with(target.parent_path, shop.parent_path) AS to_shop,
           starts_with(source.parent_path, shop.parent_path) AS from_shop, k.id AS transfer, s.id AS order_id
      FROM stock_move m JOIN product_product p ON p.id = m.product_id
      JOIN otto_channel c ON c.company_id = m.company_id
      JOIN stock_warehouse w ON w.id = c.warehouse_id JOIN stock_location shop ON shop.id = w.view_location_id
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
    "returns": RETURNS,
    "receipts": RECEIPTS,
    "booked": BOOKED,
    "prices": PRICES,
    "addresses": ADDRESSES,
    "issues": ISSUES,
    "on_hand": ON_HAND,
    "kept": KEPT,
    "moved": MOVED,
}


@dataclass(slots=True)
class Snapshot:
    """All sides at one moment, and what happened before.

    :ivar otto: what the sandbox shows of each account
    :ivar dhl: DHL's shipments
    :ivar returns: what OTTO knows of returns and price reductions, by account
    :ivar receipts: what OTTO has written, by account and number
    :ivar prices: OTTO's prices in cents, by account and SKU
    :ivar lowering: the accounts in which OTTO lowers its quantities itself when it sells
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
    prices: dict[int, dict[str, int]] = field(default_factory=dict)
    lowering: frozenset[int] = frozenset()


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
        prices={number: _prices(world.sandbox.account(number).articles()) for number in ACCOUNTS},
        lowering=frozenset({LOWERING}),
    )


def _prices(articles: dict[str, dict]) -> dict[str, int]:
    return {sku: round(article["standardPrice"]["amount"] * 100) for sku, article in articles.items()}


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
