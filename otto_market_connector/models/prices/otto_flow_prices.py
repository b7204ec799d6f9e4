"""Prices to OTTO, a switch that is off by default: sent when they differ, followed until OTTO has worked them off."""

import logging

from odoo import fields, models
from odoo.tools import split_every

from ...otto_api import OttoError, OttoInvalid, OttoNotFound
from ..core.attempts import Attempts
from .const import BATCH, COMPARED, LONGEST_TASK

_logger = logging.getLogger(__name__)


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("prices", "Prices to OTTO")], ondelete={"prices": "cascade"})
    price_cursor = fields.Integer(
        readonly=True, help="The article whose price was compared last, in an unfinished run."
    )


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(selection_add=[("price", "Price")], ondelete={"price": "cascade"})


class OttoFlowPrices(models.AbstractModel):
    _name = "otto.flow.prices"
    _description = "Prices to OTTO"
    _inherit = ["otto.flow"]

    _interval = 60
    _sequence = 50
    _kinds = ("price",)

    def _work_off(self):
        """Send prices that differ from OTTO's, and see what became of those that were sent.

        :raises OttoError: when OTTO cannot be asked; what OTTO took is committed
        """
        channel = self.channel
        if not (channel._sends_changes and channel.send_prices and channel.pricelist_id):
            return
        channel._check_pricelist_currency()
        attempts = Attempts()
        left = self._follow_price_tasks(attempts)
        while listings := self._articles_to_compare(self.sync.price_cursor):
            # What OTTO lost is sent by the next run: not again and again within one.
            seconds = self._send_changed_prices(listings - left, attempts)
            if attempts.is_over:
                break
            self.sync.price_cursor = listings[-1].id
            if min(seconds, self._checkpoint()) <= 0:
                self._run_again()
                self._checkpoint()
                attempts.raise_last()
                return
        else:
            self.sync.price_cursor = 0
        self._checkpoint()
        attempts.raise_last()

    def _retry(self, issues):
        """What OTTO refused about an article is sent again although it is the same."""
        self.env["otto.listing"].browse(issues.mapped("res_id")).exists()._otto_note(price_refused=False)

    def _articles_to_compare(self, after):
        """Return the next articles whose price may go to OTTO; those under way wait."""
        domain = [
            ("id", ">", after),
            ("channel_id", "=", self.channel.id),
            ("product_id", "!=", False),
            ("status", "!=", "GONE"),
            ("price_task", "=", False),
        ]
        return self.env["otto.listing"].search(domain, order="id", limit=COMPARED)

    def _send_changed_prices(self, listings, attempts):
        """Send the prices that differ, 500 in a request; return the seconds that are left."""
        wanted = self.env["otto.price.rules"]._wanted_prices(listings)
        self._report_prices_without_task(wanted)
        now = {listing: want.as_sent_now() for listing, want in wanted.items()}
        changed = [
            listing
            for listing, want in wanted.items()
            if want.price > 0
            and not (listing._price_is(want) or listing._price_is(now[listing]))
            and not (listing._was_refused(want) or listing._was_refused(now[listing]))
        ]
        seconds = float("inf")
        for batch in split_every(BATCH, changed, list):
            self._send_price_batch(self.env["otto.listing"].concat(*batch), now, attempts)
            seconds = self._checkpoint(len(batch))
        return seconds

    def _send_price_batch(self, listings, wanted, attempts):
        """Send prices and note the task; halve what OTTO does not take, until the bad one is alone (R20).

        What OTTO refuses waits for another price. What it could not work on is sent again by the next run.
        """
        if attempts.is_over:
            return
        try:
            task = self.client.set_prices([wanted[listing].as_article_price(listing.sku) for listing in listings])
        except OttoInvalid as error:
            attempts.succeeded()
            if len(listings) == 1:
                listings._note_sent_prices(wanted, False)
                self._report_refused_prices({listings: error.words})
                return
            self._send_halves(listings, wanted, attempts)
        except OttoError as error:
            if not self._concerns_this_alone(error):
                raise
            attempts.failed(error)
            if len(listings) > 1:
                self._send_halves(listings, wanted, attempts)
        else:
            attempts.succeeded()
            listings._note_sent_prices(wanted, task.id)
            self._poll_task(task)

    def _send_halves(self, listings, wanted, attempts):
        middle = len(listings) // 2
        self._send_price_batch(listings[:middle], wanted, attempts)
        self._send_price_batch(listings[middle:], wanted, attempts)

    def _poll_task(self, task):
        if task.ping_after:
            self.sync._trigger(at=task.ping_after.replace(tzinfo=None, microsecond=0))

    def _follow_price_tasks(self, attempts):
        """Note what OTTO has worked off; a task that cannot be read stops no other one, and is given up after a day.

        :return: the articles that the next run sends again, because nobody can tell what became of them
        """
        domain = [("channel_id", "=", self.channel.id), ("price_task", "!=", False)]
        again, failures = self.env["otto.listing"], Attempts()
        for task_id, listings in self.env["otto.listing"].search(domain).grouped("price_task").items():
            try:
                again |= self._follow_price_task(task_id, listings)
            except OttoError as error:
                if not self._concerns_this_alone(error):
                    raise
                _logger.warning("Price task %s cannot be followed: %s", task_id, error)
                failures.failed(error)
                again |= self._give_up(listings) if self._is_given_up(listings) else listings.browse()
            else:
                failures.succeeded()
            self._checkpoint(len(listings))
            if failures.is_over:
                break
        # One task among others that can be read is no trouble of the connection.
        if not failures.count_succeeded:
            attempts.last_error = failures.last_error
        return again

    def _follow_price_task(self, task_id, listings):
        """Note what became of one task; return the articles that have to be sent again."""
        try:
            task = self.client.update_task(task_id)
            refusals = list(self.client.task_failures(task_id)) if task.done and task.failed != 0 else []
        except OttoNotFound:
            listings._otto_note(price_task=False, price_task_on=False)
            return listings
        if task.done:
            return self._take_worked_off(listings, refusals)
        if self._is_given_up(listings):
            return self._give_up(listings)
        self._poll_task(task)
        return listings.browse()

    def _take_worked_off(self, listings, refusals):
        """Note what OTTO accepted and refused; return those of which nobody can tell, because a refusal is unreadable.

        These are sent again: the ones that OTTO took are known by its prices, which are read every day.
        """
        skus = set(listings.mapped("sku"))
        reasons = {refusal.sku: ", ".join(map(str, refusal.errors)) for refusal in refusals if refusal.sku in skus}
        unreadable = sum(refusal.sku not in skus for refusal in refusals)
        refused = listings.filtered(lambda listing: listing.sku in reasons)
        others = listings - refused
        if 0 < len(others) <= unreadable:
            reasons |= {listing.sku: "-" for listing in others}
            refused, others = listings, others.browse()
        unclear = others if unreadable else others.browse()
        (listings - unclear)._note_worked_off(refused)
        unclear._otto_note(price_task=False, price_task_on=False)
        self._report_refused_prices({listing: reasons[listing.sku] for listing in refused})
        self._resolve("price", set((others - unclear).mapped("sku")))
        return unclear

    def _is_given_up(self, listings):
        """Tell whether OTTO has had a day for these, which is more than it ever needs."""
        return not all(listing.price_task_on and listing.price_task_on > self._oldest_task() for listing in listings)

    def _give_up(self, listings):
        """Wait no longer for a task: its prices are sent again; return nothing that would wait for the next run."""
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
        self._report("price", failures)
        return listings.browse()

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
                    "OTTO refuses the price of article %(sku)s. Please check its price in the pricelist. %(words)s",
                    sku=listing.sku,
                    words=self.channel._otto_quoted(reason),
                ),
                listing,
            )
            for listing, reason in reasons.items()
        ]
        self._report("price", failures)

    def _report_prices_without_task(self, wanted):
        """Report, once, articles whose price is not above zero: it is not sent. What OTTO has already is no issue."""
        reported = set(self._issues._unsolved(self.channel, "price").mapped("external_id"))
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
        self._report("price", failures)
        if reported:
            agreed = {listing.sku for listing, want in wanted.items() if want.price > 0 and listing._price_is(want)}
            self._resolve("price", agreed)
