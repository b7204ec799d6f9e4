"""Stock out (R6): only what differs from what OTTO accepted, 200 in a request, answers read piece by piece."""

import logging
from collections import deque

from odoo import fields, models
from odoo.tools import SQL, split_every

from ...otto_api import OttoInvalid, OttoNotFound, OttoUnavailable, Quantity
from .const import BATCH, FRESH, MOST_ASKED, MOST_FAILURES

_logger = logging.getLogger(__name__)


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("stock", "Stock to OTTO")], ondelete={"stock": "cascade"})


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(selection_add=[("stock", "Stock")], ondelete={"stock": "cascade"})


class OttoFlowStock(models.AbstractModel):
    _name = "otto.flow.stock"
    _description = "Stock to OTTO"
    _inherit = ["otto.flow"]

    _interval = 15
    _sequence = 30
    _kinds = ("stock",)

    @property
    def _listings(self):
        return self.env["otto.listing"]

    def _is_wanted_soon(self):
        return self.channel._sends_changes

    def _work_off(self):
        """Send to OTTO the quantities that differ from what OTTO accepted last; once a day compare with what it holds.

        :raises OttoError: when OTTO cannot be asked; accepted batches are committed
        """
        if not self.channel._sends_changes:
            return
        may_raise = self._orders_are_fresh()
        self._ensure_listings()
        self.env["otto.product.matching"]._match_products()
        self._retry_refused()
        if self._send_changed(may_raise) <= 0:
            return
        if self._compare_quantities():
            self._send_changed(may_raise)

    def _send_changed(self, may_raise):
        """Send what differs, first what has to go down.

        :param may_raise: whether quantities may go up
        :return: seconds that the scheduled action may still work
        """
        offers = [offer for offer in self.env["otto.stock.offer"]._offers() if offer.differs]
        first = [offer for offer in offers if offer.is_lower or (may_raise and offer.in_doubt)]
        if not may_raise:
            first = [self._lowered(offer) for offer in first[:MOST_ASKED]] + first[MOST_ASKED:]
        seconds = self._send_all(first)
        if first:
            if any(offer.shared for offer in first):
                # What was lowered here may now be raised there.
                (self.channel._channels_on_same_goods() - self.channel)._schedule("stock")
            offers = (
                [offer for offer in self.env["otto.stock.offer"]._offers() if offer.differs]
                if may_raise and seconds > 0
                else []
            )
        if may_raise and seconds > 0:
            seconds = self._send_all([offer for offer in offers if not offer.is_lower])
        return seconds

    def _lowered(self, offer):
        """Return an offer that lowers what OTTO holds by as much as there is less, while sales cannot be read.

        OTTO may have lowered its number by what it sold meanwhile; what may be offered by Odoo's count could be more.
        """
        if offer.accepted is None or not offer.quantity:
            return offer
        try:
            held = self.client.quantity(offer.sku).quantity
        except OttoNotFound:
            return offer
        less = 0 if offer.in_doubt else offer.accepted - offer.quantity
        return offer._replace(quantity=max(0, min(offer.quantity, held - less)))

    def _orders_are_fresh(self):
        """Have OTTO's orders read before stock is computed, of all channels that sell these goods; tell if that worked.

        While it does not, quantities only go down: a piece that was sold meanwhile would be offered again.
        """
        channels = self.channel._channels_on_same_goods()
        unread = [channel for channel in channels if not self._has_read_orders(channel)]
        fresh = not unread and not channels._is_sold_blindly()
        if not fresh:
            _logger.info("%s: OTTO's orders could not be read, so quantities are only lowered", self.channel.id)
        return fresh

    def _has_read_orders(self, channel):
        if not channel.import_orders:
            return True
        orders = channel._sync("orders")
        if not orders.last_success or orders.last_success < fields.Datetime.now() - FRESH:
            orders._run()
            self._checkpoint()
        fresh = bool(orders.last_success and orders.last_success >= fields.Datetime.now() - FRESH)
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
                self.channel.id,
            )
        )
        self.env["otto.listing"].create(
            [{"channel_id": self.channel.id, "sku": sku, "ean": ean, "title": title} for sku, ean, title in rows]
        )

    def _retry_refused(self):
        """Have what OTTO refused sent again for which a person pressed *Retry* (R20)."""
        if issues := self._issues_to_retry():
            self._listings._forget_refusals(self.channel, issues.mapped("external_id"))

    def _send_all(self, offers):
        """Send quantities batch by batch; one that OTTO does not take stops no other (R20).

        What is too large or not understood is halved until the bad article is alone. After a failure at OTTO the next
        batch is tried, unless one failure follows the other.

        :return: seconds that the scheduled action may still work
        :raises OttoError: at the end, when something could not be sent
        """
        batches = deque(split_every(BATCH, offers, list))
        remaining, failures, last_error, seconds = len(offers), 0, None, float("inf")
        while batches and seconds > 0:
            batch = batches.popleft()
            try:
                self._send_quantities(batch)
            except OttoInvalid as error:
                if len(batch) > 1:
                    middle = len(batch) // 2
                    batches.extendleft((batch[middle:], batch[:middle]))
                    continue
                self._note_refusals(batch, {batch[0].sku: error.words})
                failures = 0
            except OttoUnavailable as error:
                failures, last_error = failures + 1, error
                if failures == MOST_FAILURES or error.status is None:
                    raise
            else:
                failures = 0
            remaining -= len(batch)
            seconds = self._checkpoint(len(batch), remaining=remaining)
        if last_error:
            raise last_error
        return seconds

    def _send_quantities(self, offers):
        """Send quantities and note, piece by piece, what OTTO accepted and refused; the caller commits it.

        That they are on their way is committed before: whatever becomes of the answer, it is not forgotten (R19).

        :param offers: up to 200 `Offer`
        :raises OttoError: OTTO took none of them, or it is in doubt what it took
        """
        self._listings._note_sending(offers)
        self._checkpoint()
        result = self.client.set_quantities([Quantity(offer.sku, offer.quantity, None) for offer in offers])
        accepted = set(result.accepted)
        self._listings._note_accepted([offer for offer in offers if offer.sku in accepted])
        self._note_refusals(offers, {refusal.sku or "?": refusal.reason for refusal in result.refused})
        self._resolve("stock", accepted)

    def _note_refusals(self, offers, reasons):
        """Note what OTTO refused, and tell it.

        :param reasons: dict of SKU, or "?" where OTTO names none, to OTTO's words
        """
        self._listings._note_refused([offer for offer in offers if offer.sku in reasons])
        failures = [
            (
                sku,
                self.env._(
                    "OTTO refuses the stock of article %(sku)s: %(reason)s. Please check the SKU at OTTO.",
                    sku=sku,
                    reason=reason,
                ),
                None,
            )
            for sku, reason in reasons.items()
        ]
        self._report("stock", failures)
