"""Stock out (R6): only what differs from what OTTO accepted, 200 in a request, answers read piece by piece."""

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL, split_every

from ..otto_api import OttoTooLarge, Quantity
from .stock_move_offers import KEY

_logger = logging.getLogger(__name__)

BATCH = 200
# Stock is only raised when OTTO's orders have been read at most this long before: what was sold is not offered again.
FRESH = timedelta(minutes=2)
COMPARE_EVERY = timedelta(days=1)
# Changes of stock are collected for this time before a run.
COLLECT = timedelta(seconds=20)
NAMED = 20


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _run_stock(self, sync):
        """Send to OTTO the quantities that differ from what OTTO accepted last.

        :param sync: the locked `otto.sync` row of the flow
        :raises OttoError: when OTTO cannot be asked; accepted batches are committed
        """
        if not self._sends_changes:
            return
        may_raise = self._orders_are_fresh(sync)
        self._ensure_listings()
        self.env["otto.listing"]._match_products(self)
        client = self._otto_client()
        if not sync.reconciled_on or sync.reconciled_on <= fields.Datetime.now() - COMPARE_EVERY:
            self._compare_quantities(client)
            sync.reconciled_on = fields.Datetime.now()
            sync._checkpoint()
        changed = [offer for offer in self._offers() if offer.differs and (may_raise or offer.is_lower)]
        remaining = len(changed)
        for batch in split_every(BATCH, changed, list):
            self._send_quantities(client, batch)
            remaining -= len(batch)
            if sync._checkpoint(len(batch), remaining=remaining) <= 0:
                return
        self._send_delivery_information(client)

    def _orders_are_fresh(self, sync):
        """Have OTTO's orders read before stock is computed; tell whether that worked.

        While it does not, quantities only go down: a piece that was sold meanwhile would be offered again.
        """
        if not self.import_orders:
            return True
        orders = self._sync("orders")
        if not orders.last_success or orders.last_success < fields.Datetime.now() - FRESH:
            orders._run()
            sync._checkpoint()
        fresh = bool(orders.last_success and orders.last_success >= fields.Datetime.now() - FRESH)
        if not fresh:
            _logger.info("%s: OTTO's orders could not be read, so quantities are only lowered", self.id)
        return fresh and not orders.last_error

    def _ensure_listings(self):
        """Make a listing for each article that was ordered but is not listed yet."""
        self.env["otto.position.item"].flush_model(["channel_id", "sku", "ean", "title"])
        self.env["otto.listing"].flush_model(["channel_id", "sku"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (piece.sku) piece.sku, piece.ean, piece.title
                  FROM otto_position_item piece
                 WHERE piece.channel_id = %s
                   AND NOT EXISTS (SELECT FROM otto_listing listing
                                    WHERE listing.channel_id = piece.channel_id AND listing.sku = piece.sku)
                """,
                self.id,
            )
        )
        self.env["otto.listing"].create(
            [{"channel_id": self.id, "sku": sku, "ean": ean, "title": title} for sku, ean, title in rows]
        )

    def _send_quantities(self, client, offers):
        """Send quantities and note, piece by piece, what OTTO accepted and refused; halve what is too large.

        :param offers: up to 200 `Offer`
        """
        try:
            result = client.set_quantities([Quantity(offer.sku, offer.quantity, None) for offer in offers])
        except OttoTooLarge:
            if len(offers) == 1:
                raise
            middle = len(offers) // 2
            self._send_quantities(client, offers[:middle])
            self._send_quantities(client, offers[middle:])
            return
        accepted = set(result.accepted)
        self.env["otto.listing"]._note_accepted([offer for offer in offers if offer.sku in accepted])
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
        self.env["otto.issue"]._resolve(self, "stock", accepted)

    # Comparing with what OTTO holds

    def _compare_quantities(self, client):
        """Take over what OTTO holds where it is not what was accepted, so that the next comparison repairs it.

        OTTO holding less is what sales look like. OTTO holding more, or nothing, is reported: somebody else writes
        quantities, or OTTO lost them.
        """
        held = {quantity.sku: quantity.quantity for quantity in client.quantities()}
        listings = self.env["otto.listing"].search_fetch(
            [("channel_id", "=", self.id), ("quantity_known", "=", True)], ["sku", "quantity"]
        )
        drifted = listings.filtered(lambda listing: held.get(listing.sku) != listing.quantity)
        wrong = drifted.filtered(lambda listing: held.get(listing.sku, listing.quantity + 1) > listing.quantity)
        self._report_drift(wrong, held)
        for listing in drifted:
            listing.write({"quantity": held.get(listing.sku, 0), "quantity_known": listing.sku in held})

    def _report_drift(self, listings, held):
        external_id = self.env._("Comparison")
        if not listings:
            self.env["otto.issue"]._resolve(self, "stock", [external_id])
            return
        lines = [
            self.env._(
                "%(sku)s: sent %(sent)s, OTTO holds %(held)s",
                sku=listing.sku,
                sent=listing.quantity,
                held=held.get(listing.sku, self.env._("nothing")),
            )
            for listing in listings[:NAMED]
        ]
        text = self.env._(
            "OTTO held other quantities than Odoo had sent for %(count)s articles; they have been sent again. Please "
            "check whether another program or person writes stock to OTTO. %(lines)s",
            count=len(listings),
            lines="; ".join(lines),
        )
        self.env["otto.issue"]._report(self, "stock", [(external_id, text, None)])

    # Soon after a change

    def _trigger_changed_stock(self):
        """Before the commit: have the stock of what was moved sent soon, by each channel that has it."""
        product_ids = self.env.cr.precommit.data.pop(KEY, ())
        domain = [("product_id", "in", list(self.sudo()._fed_by(product_ids)))] if product_ids else [(0, "=", 1)]
        groups = self.env["otto.listing"].sudo()._read_group(domain, ["channel_id"])
        for [channel] in groups:
            if channel.active and channel._sends_changes:
                channel._trigger_soon("stock")

    def _trigger_soon(self, flow):
        """Have a flow run in a moment; what changes until then is collected into one run."""
        at = fields.Datetime.now() + COLLECT
        for channel in self:
            cron = channel._sync(flow).sudo().cron_id
            domain = [("cron_id", "=", cron.id), ("call_at", "<=", at)]
            if not self.env["ir.cron.trigger"].sudo().search_count(domain, limit=1):
                cron._trigger(at=at)
