"""Stock out (R6): what can be promised, only what changed, 200 in a request, answers read piece by piece."""

from odoo import fields, models
from odoo.tools import split_every

from ..otto_api import Quantity

BATCH = 200
MAXIMUM = 999_999_999


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _run_stock(self, sync):
        """Send to OTTO the quantities that differ from what OTTO accepted last.

        :param sync: the locked `otto.sync` row of the flow
        :raises OttoError: when OTTO cannot be asked; accepted batches are committed
        """
        if not self._sends_changes:
            return
        self._ensure_listings()
        listings = self.env["otto.listing"].search([("channel_id", "=", self.id)])
        listings._match_products()
        listings = listings.filtered("product_id")
        available = self._sellable_quantities(listings.product_id)
        changed = [
            (listing, available[listing.product_id.id])
            for listing in listings
            if not listing.quantity_known or listing.quantity != available[listing.product_id.id]
        ]
        if not changed:
            return
        client = self._otto_client()
        remaining = len(changed)
        for batch in split_every(BATCH, changed, list):
            self._send_quantities(client, batch)
            remaining -= len(batch)
            sync._checkpoint(len(batch), remaining=remaining)

    def _ensure_listings(self):
        """Make a listing for each article that was ordered but is not listed yet."""
        self.env.cr.execute(
            """
            SELECT DISTINCT ON (piece.sku) piece.sku, piece.ean, piece.title
              FROM otto_position_item piece
             WHERE piece.channel_id = %s
               AND NOT EXISTS (SELECT FROM otto_listing listing
                                WHERE listing.channel_id = piece.channel_id AND listing.sku = piece.sku)
            """,
            [self.id],
        )
        rows = self.env.cr.fetchall()
        self.env["otto.listing"].create(
            [{"channel_id": self.id, "sku": sku, "ean": ean, "title": title} for sku, ean, title in rows]
        )

    def _send_quantities(self, client, batch):
        """Send one batch of (listing, quantity) and note, piece by piece, what OTTO accepted and refused."""
        result = client.set_quantities([Quantity(listing.sku, quantity, None) for listing, quantity in batch])
        accepted = set(result.accepted)
        now = fields.Datetime.now()
        for listing, quantity in batch:
            if listing.sku in accepted:
                listing.write({"quantity": quantity, "quantity_known": True, "quantity_date": now})
        failures = [
            (
                refusal.sku or "?",
                self.env._(
                    "OTTO refuses the stock of article %(sku)s: %(reason)s. Please check the SKU at OTTO.",
                    sku=refusal.sku or "?",
                    reason=refusal.reason,
                ),
                None,
            )
            for refusal in result.refused
        ]
        self.env["otto.issue"]._report(self, "stock", failures)
        self.env["otto.issue"]._resolve(self, "stock", list(accepted))

    def _sellable_quantities(self, products):
        """Return how many pieces of each product may be offered on OTTO.

        On hand minus all open outgoing demand, reserved or not (incoming is not counted), minus the announced pieces
        of all channels on the same warehouse, minus the safety stock; never below zero, whole pieces (R17, R19).

        :param products: `product.product` records
        :return: dict of product id to int
        """
        on_hand = self._on_hand(products)
        outgoing = self._outgoing_demand(products)
        waiting = self._waiting_pieces(products)
        return {
            product.id: min(
                MAXIMUM,
                max(
                    0,
                    int(
                        on_hand.get(product, 0.0)
                        - outgoing.get(product, 0.0)
                        - waiting.get(product, 0.0)
                        - self.safety_stock
                    ),
                ),
            )
            for product in products
        }

    def _on_hand(self, products):
        domain = [
            ("product_id", "in", products.ids),
            ("location_id", "child_of", self.warehouse_id.view_location_id.id),
            ("location_id.usage", "=", "internal"),
        ]
        return dict(self.env["stock.quant"].sudo()._read_group(domain, ["product_id"], ["quantity:sum"]))

    def _outgoing_demand(self, products):
        """Return the open demand that leaves the warehouse, each piece once however many steps its delivery has."""
        inside = self.warehouse_id.view_location_id.id
        domain = [
            ("product_id", "in", products.ids),
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
        return dict(self.env["stock.move"].sudo()._read_group(domain, ["product_id"], ["product_qty:sum"]))

    def _waiting_pieces(self, products):
        """Return the pieces of imported orders that are not confirmed yet (announced, or waiting for a repair)."""
        domain = [
            ("order_line_id.product_id", "in", products.ids),
            ("order_id.state", "in", ("draft", "sent")),
            ("order_id.warehouse_id", "=", self.warehouse_id.id),
            ("status", "in", ("announced", "processable")),
        ]
        waiting = {}
        for line, count in self.env["otto.position.item"].sudo()._read_group(domain, ["order_line_id"], ["__count"]):
            waiting[line.product_id] = waiting.get(line.product_id, 0) + count
        return waiting
