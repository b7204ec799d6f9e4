"""How many pieces of each article may be offered on OTTO (R6, R17)."""

from collections import Counter, defaultdict
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..otto_api import Supply, offered_quantity


class Offer(NamedTuple):
    """What may be offered of an article now, and what OTTO accepted last (None: nothing yet)."""

    listing_id: int
    sku: str
    accepted: int | None
    quantity: int

    @property
    def differs(self) -> bool:
        """Whether OTTO has to be told."""
        return self.accepted != self.quantity

    @property
    def is_lower(self) -> bool:
        """Whether OTTO offers more than there is."""
        return self.accepted is not None and self.quantity < self.accepted


class ListingRow(NamedTuple):
    """An article of a channel that sends stock, as the database has it."""

    id: int
    channel_id: int
    sku: str
    product_id: int | None
    accepted: int | None
    safety: int
    maximum: int
    sellable: bool


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    stock_location_ids = fields.Many2many(
        "stock.location",
        string="Stock Locations",
        domain="[('usage', '=', 'internal'), ('company_id', 'in', (False, company_id))]",
        help="Only goods in these locations and below are offered. Empty: all of the warehouse.",
    )
    safety_stock = fields.Integer(help="Pieces of each article that are not offered on OTTO.")
    max_quantity = fields.Integer(
        "Highest Quantity", help="No article is offered with more pieces than this. 0: no limit."
    )
    stock_sharing = fields.Selection(
        [("split", "Divide the stock"), ("full", "Each offers all of it")],
        "Articles with the Same Goods",
        required=True,
        default="split",
        help="What happens when several channels on this warehouse, or several articles, are fed from the same goods. "
        "Divided: together they never offer more than there is. Each offers all: more is offered, and the last piece "
        "may be sold twice until the next synchronisation.",
    )

    def _offers(self):
        """Return an `Offer` for each article of this channel whose stock is sent.

        On hand minus all open outgoing demand, reserved or not (incoming is not counted), minus the announced pieces of
        all channels on the same warehouse, minus the safety stock; never below zero, whole pieces.
        """
        self.ensure_one()
        rows = self._listing_rows()
        waiting = self._waiting_pieces()
        kits = self._kit_parts({row.product_id for row in rows} | {product_id for product_id, _pieces in waiting})
        parts = {row.id: kits.get(row.product_id) or {row.product_id: 1.0} for row in rows if row.product_id}
        sharers = Counter(product_id for needs in parts.values() for product_id in needs)
        available = self._available(sharers)
        for product_id, pieces in waiting:
            for part_id, need in (kits.get(product_id) or {product_id: 1.0}).items():
                available[part_id] -= pieces * need
        if self.stock_sharing == "full":
            sharers = dict.fromkeys(sharers, 1)
        return self._offers_of(rows, parts, available, sharers)

    def _offers_of(self, rows, parts, available, sharers):
        """Apply the rule to each article of this channel; those of others only take their place in the sharing."""
        places = Counter()
        offers = []
        for row in rows:
            needs = parts.get(row.id) or {}
            if row.channel_id == self.id:
                pieces = 0
                if row.sellable:
                    supplies = [
                        Supply(available[part_id], need, sharers[part_id], places[part_id])
                        for part_id, need in needs.items()
                    ]
                    pieces = offered_quantity(supplies, row.safety, row.maximum)
                offers.append(Offer(row.id, row.sku, row.accepted, pieces))
            for part_id in needs:
                places[part_id] += 1
        return offers

    def _listing_rows(self):
        """Return a `ListingRow` for each article of this channel and of those that draw on the same warehouse.

        An article that lost its product is among them as long as OTTO offers pieces of it.
        """
        for model in ("otto.listing", "otto.channel", "product.product", "product.template"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT listing.id, listing.channel_id, listing.sku, listing.product_id,
                       CASE WHEN listing.quantity_known THEN listing.quantity END,
                       COALESCE(CASE WHEN listing.own_safety_stock THEN listing.safety_stock
                                     ELSE channel.safety_stock END, 0),
                       COALESCE(NULLIF(listing.max_quantity, 0), channel.max_quantity, 0),
                       COALESCE(product.active AND template.active AND template.sale_ok, FALSE)
                  FROM otto_listing listing
                  JOIN otto_channel channel ON channel.id = listing.channel_id
             LEFT JOIN product_product product ON product.id = listing.product_id
             LEFT JOIN product_template template ON template.id = product.product_tmpl_id
                 WHERE channel.warehouse_id = %s AND channel.active AND channel.sync_direction IN ('out', 'both')
                   AND listing.send_stock
                   AND (listing.product_id IS NOT NULL OR listing.quantity_known AND listing.quantity > 0)
              ORDER BY listing.id
                """,
                self.warehouse_id.id,
            )
        )
        return list(map(ListingRow._make, rows))

    def _available(self, product_ids):
        """Return what is there and not yet sold, in each product's own unit; may be negative.

        :param product_ids: collection of ids
        :return: dict of product id to float, 0 where there is nothing
        """
        available = defaultdict(float, self._on_hand(list(product_ids)))
        for product_id, quantity in self._outgoing_demand(list(product_ids)):
            available[product_id] -= quantity
        return available

    def _stock_warehouses(self):
        return self.warehouse_id | self.stock_location_ids.warehouse_id

    def _on_hand(self, product_ids):
        """Return pairs of product id and quantity on hand where this channel sells from."""
        roots = self.stock_location_ids or self.warehouse_id.view_location_id
        domain = [
            ("location_id", "child_of", roots.ids),
            ("location_id.usage", "=", "internal"),
        ]
        return self._sums("stock.quant", domain, "quantity", product_ids)

    def _outgoing_demand(self, product_ids):
        """Return pairs of product id and open demand that leaves the warehouse; several steps count once."""
        inside = self._stock_warehouses().view_location_id.ids
        domain = [
            ("state", "not in", ("draft", "cancel", "done")),
            ("location_id", "child_of", inside),
            "|",
            "!",
            ("location_dest_id", "child_of", inside),
            "&",
            ("move_dest_ids", "=", False),
            "&",
            ("location_final_id", "!=", False),
            "!",
            ("location_final_id", "child_of", inside),
        ]
        if self.stock_location_ids:
            domain += self._not_taken_yet_domain()
        return self._sums("stock.move", domain, "product_qty", product_ids)

    def _not_taken_yet_domain(self):
        """Return a domain of moves whose goods are still in the chosen locations; what is picked is counted there."""
        chosen = self.stock_location_ids.ids
        return [
            "|",
            "|",
            ("location_id", "child_of", chosen),
            ("location_id", "parent_of", chosen),
            ("move_orig_ids.state", "not in", ("done", "cancel")),
        ]

    def _sums(self, model, domain, field, product_ids):
        """Return pairs of product id and sum; as one statement, because there may be 100,000 of them."""
        self.env[model].flush_model()
        query = self.env[model].sudo()._search(domain)
        product = SQL.identifier(query.table, "product_id")
        query.add_where(SQL("%s = ANY(%s)", product, product_ids))
        query.groupby = product
        # A counted quant has no quantity until the count is applied.
        total = SQL("COALESCE(SUM(%s), 0)", SQL.identifier(query.table, field))
        return self.env.execute_query(query.select(product, total))

    def _waiting_pieces(self):
        """Return pairs of product id and number of pieces that are ordered but not confirmed yet.

        They are announced, or wait for a repair; no transfer stands for them.
        """
        domain = [
            ("order_id.state", "in", ("draft", "sent")),
            ("order_id.warehouse_id", "in", self._stock_warehouses().ids),
            ("status", "in", ("announced", "processable")),
        ]
        groups = self.env["otto.position.item"].sudo()._read_group(domain, ["order_line_id"], ["__count"])
        return [(line.product_id.id, count) for line, count in groups]
