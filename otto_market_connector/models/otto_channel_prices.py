"""Prices to OTTO, a switch that is off by default: sent when they differ, followed until OTTO has worked them off."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import split_every

from ..otto_api import OttoInvalid, OttoNotFound

BATCH = 500
# So many articles are compared at a time: few requests when little changed, and Odoo's time for a run is kept.
COMPARED = 2000
# OTTO works prices off within minutes.
LONGEST_TASK = timedelta(days=1)


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _run_prices(self, sync):
        """Send prices that differ from OTTO's, and see what became of those that were sent.

        :param sync: the locked `otto.sync` row of the flow; its `stage_cursor` is the last article that was compared
        :raises OttoError: when OTTO cannot be asked; what OTTO took is committed
        """
        if not (self._sends_changes and self.send_prices and self.pricelist_id):
            return
        self._check_pricelist_currency()
        client = self._otto_client()
        lost = self._follow_price_tasks(client, sync)
        while listings := self._articles_to_compare(int(sync.stage_cursor or 0)):
            # What OTTO lost is sent by the next run: not again and again within one.
            seconds = self._send_changed_prices(client, sync, listings - lost)
            sync.stage_cursor = str(listings[-1].id)
            if min(seconds, sync._checkpoint()) <= 0:
                sync.cron_id._trigger()
                return
        sync.stage_cursor = False

    def _articles_to_compare(self, after):
        """Return the next articles whose price may go to OTTO; those under way wait."""
        domain = [
            ("id", ">", after),
            ("channel_id", "=", self.id),
            ("product_id", "!=", False),
            ("status", "!=", "GONE"),
            ("price_task", "=", False),
        ]
        return self.env["otto.listing"].search(domain, order="id", limit=COMPARED)

    def _send_changed_prices(self, client, sync, listings):
        """Send the prices that differ, 500 in a request; return the seconds that are left."""
        wanted = self._wanted_prices(listings)
        self._report_prices_without_task(wanted)
        changed = [
            listing
            for listing, want in wanted.items()
            if want.price > 0 and not listing._price_is(want) and not listing._was_refused(want)
        ]
        seconds = float("inf")
        for batch in split_every(BATCH, changed, list):
            self._send_price_batch(client, sync, self.env["otto.listing"].concat(*batch), wanted)
            seconds = sync._checkpoint(len(batch))
        return seconds

    def _send_price_batch(self, client, sync, listings, wanted):
        """Send prices and note the task; halve what OTTO refuses as a whole, until the bad one is alone (R20)."""
        try:
            task = client.set_prices([wanted[listing].as_article_price(listing.sku) for listing in listings])
        except OttoInvalid as error:
            if len(listings) == 1:
                listings._note_sent_prices(wanted, False)
                self._report_refused_prices({listings: error.words})
                return
            middle = len(listings) // 2
            self._send_price_batch(client, sync, listings[:middle], wanted)
            self._send_price_batch(client, sync, listings[middle:], wanted)
            return
        listings._note_sent_prices(wanted, task.id)
        self._come_back(sync, task)

    def _come_back(self, sync, task):
        if task.ping_after:
            sync.cron_id._trigger(at=task.ping_after.replace(tzinfo=None, microsecond=0))

    def _follow_price_tasks(self, client, sync):
        """Note what OTTO has worked off; return the articles whose task OTTO does not know any more."""
        domain = [("channel_id", "=", self.id), ("price_task", "!=", False)]
        lost = self.env["otto.listing"]
        for task_id, listings in self.env["otto.listing"].search(domain).grouped("price_task").items():
            try:
                task = client.update_task(task_id)
                failures = list(client.task_failures(task_id)) if task.done and task.failed else []
            except OttoNotFound:
                listings._otto_note(price_task=False, price_task_on=False)
                lost |= listings
            else:
                if task.done:
                    self._take_worked_off(listings, failures)
                else:
                    self._wait_or_give_up(sync, task, listings)
            sync._checkpoint(len(listings))
        return lost

    def _take_worked_off(self, listings, failures):
        reasons = {failure.sku: ", ".join(str(notice) for notice in failure.errors) for failure in failures}
        refused = listings.filtered(lambda listing: listing.sku in reasons)
        listings._note_worked_off(refused)
        self._report_refused_prices({listing: reasons[listing.sku] for listing in refused})
        self.env["otto.issue"]._resolve(self, "price", set((listings - refused).mapped("sku")))

    def _wait_or_give_up(self, sync, task, listings):
        """Come back to a task that OTTO has not worked off; after a day its prices are sent again."""
        if all(listing.price_task_on and listing.price_task_on > self._oldest_task() for listing in listings):
            self._come_back(sync, task)
            return
        listings._otto_note(price_task=False, price_task_on=False)
        failures = [
            (
                listing.sku,
                self.env._(
                    "OTTO has not worked off the price of article %(sku)s within a day. It is sent again; if that goes "
                    "on, please ask OTTO.",
                    sku=listing.sku,
                ),
                listing,
            )
            for listing in listings
        ]
        self.env["otto.issue"]._report(self, "price", failures)

    def _oldest_task(self):
        return fields.Datetime.now() - LONGEST_TASK

    def _report_refused_prices(self, reasons):
        """Report prices that OTTO refuses.

        :param reasons: dict of listing to OTTO's words
        """
        failures = [
            (
                listing.sku,
                self.env._(
                    "OTTO refuses the price of article %(sku)s: %(reason)s. Please check its price in the pricelist.",
                    sku=listing.sku,
                    reason=reason,
                ),
                listing,
            )
            for listing, reason in reasons.items()
        ]
        self.env["otto.issue"]._report(self, "price", failures)

    def _report_prices_without_task(self, wanted):
        """Report, once, articles whose price is not above zero: it is not sent. What OTTO has already is no issue."""
        reported = set(self.env["otto.issue"]._open(self, "price").mapped("external_id"))
        failures = [
            (
                listing.sku,
                self.env._(
                    "The pricelist has no price for article %(sku)s, so none is sent to OTTO. Please enter a price for "
                    "%(product)s.",
                    sku=listing.sku,
                    product=listing.product_id.display_name,
                ),
                listing,
            )
            for listing, want in wanted.items()
            if want.price <= 0 and listing.sku not in reported
        ]
        self.env["otto.issue"]._report(self, "price", failures)
        if reported:
            agreed = {listing.sku for listing, want in wanted.items() if want.price > 0 and listing._price_is(want)}
            self.env["otto.issue"]._resolve(self, "price", agreed)
