"""OTTO's orders are read right before stock is raised, and OTTO is asked for the articles that they name (R6, R19)."""

import logging

from odoo import fields, models

from ...otto_api import OttoError, OttoNotFound, OttoRateLimited
from ..core.otto_sync import SOON
from ..orders.const import NEWS_ONLY
from .const import MOST_ASKED, READ_AGAIN

_logger = logging.getLogger(__name__)


class OttoFlowStock(models.AbstractModel):
    _inherit = "otto.flow.stock"

    def _read_orders(self):
        """Have OTTO's orders read now, of all channels that sell these goods; tell if that worked.

        While it does not, quantities only go down: a piece that was sold meanwhile would be offered again. What could
        not go up then is not left to the flow's interval: the run comes back when orders may be read again.
        """
        channels = self.channel._channels_on_same_goods()
        later = [moment for channel in channels if (moment := self._read_orders_of(channel))]
        if later:
            self.sync._run_by(max(later))
            # What fails from here on does not take it back.
            self._checkpoint()
        fresh = not later and not channels._is_sold_blindly()
        if not fresh:
            _logger.info("%s: OTTO's orders could not be read, so quantities are only lowered", self.channel.id)
        return fresh

    def _read_orders_of(self, channel):
        """Have a channel's orders read; return when they may be read the next time if that failed, else None."""
        if not channel.import_orders:
            return None
        orders = channel._sync("orders")
        if waits := self._waits_until(orders):
            return waits
        if not orders.try_lock_for_update(allow_referencing=True):
            # Another worker reads them; it may have asked OTTO already.
            return fields.Datetime.now() + SOON
        readings = orders.readings
        orders.with_context(**{NEWS_ONLY: True})._run()
        self._checkpoint()
        if orders.last_error:
            return self._waits_until(orders) or fields.Datetime.now() + READ_AGAIN
        # Without an error nothing was read where it met another transaction.
        return None if orders.readings != readings else fields.Datetime.now() + SOON

    def _waits_until(self, sync):
        """Return until when OTTO asked a flow to wait, None if that is over."""
        return sync.not_before if sync.not_before and sync.not_before > fields.Datetime.now() else None

    def _last_news(self):
        """Return the id of the last article that a reading of orders noted, of all channels on these goods."""
        rechecks = self.env["otto.stock.recheck"].sudo()
        domain = [("channel_id", "in", self.channel._channels_on_same_goods().ids)]
        return rechecks.search(domain, order="id DESC", limit=1).id or 0

    def _ask_for_noted(self):
        """Ask OTTO what it holds of the articles in orders that were just seen, and take that over.

        What cannot be asked now stays noted; stock is sent all the same.

        :return: whether OTTO was asked, which takes a moment
        :raises OttoRateLimited: OTTO asks to wait
        """
        rechecks = self.env["otto.stock.recheck"].sudo().search([("channel_id", "=", self.channel.id)])
        if not rechecks:
            return False
        domain = [
            ("channel_id", "=", self.channel.id),
            ("sku", "in", rechecks.mapped("sku")),
            "|",
            ("quantity_known", "=", True),
            ("quantity_in_doubt", "=", True),
        ]
        listings = self.env["otto.listing"].search(domain)
        try:
            held = self._held(listings.mapped("sku"))
        except OttoRateLimited:
            raise
        except OttoError as error:
            _logger.info("%s: OTTO's quantities could not be asked for: %s", self.channel.id, error.words)
            return False
        self._take_over(self._drifted(listings.filtered(lambda row: row.sku in held), held), held)
        asked = rechecks.filtered(lambda row: row.sku in held or row.sku not in listings.mapped("sku"))
        asked.unlink()
        if rechecks - asked:
            self._run_again()
        self._checkpoint()
        return bool(held)

    def _held(self, skus):
        """Return what OTTO holds of articles: one by one, or page by page if that is quicker.

        :param skus: list of SKU
        :return: dict of SKU to quantity, None if OTTO knows none; without those for which time did not suffice
        :raises OttoError: OTTO cannot be asked
        """
        if len(skus) <= MOST_ASKED:
            return {sku: self._held_of(sku) for sku in skus}
        wanted, held = set(skus), {}
        for page in self.client.quantity_pages():
            held.update({entry.sku: entry.quantity for entry in page.quantities if entry.sku in wanted})
            if len(held) == len(wanted):
                return held
            if page.next is None and page.is_last and not page.unreadable:
                return dict.fromkeys(wanted) | held
            if self._checkpoint(0, remaining=len(wanted) - len(held)) <= 0:
                break
        return held

    def _held_of(self, sku):
        try:
            return self.client.quantity(sku).quantity
        except OttoNotFound:
            return None
