"""Receipts in: OTTO's invoices and credit notes, read as far back as late credits go, each stored once (R27)."""

import logging
from datetime import timedelta

from odoo import fields, models

from ...otto_api import RECEIPT_SCOPES, OttoAuthError, OttoError, OttoRateLimited
from ..core.concurrency import CONCURRENCY
from ..core.texts import reason_of
from .const import DAYS_BACK, FRESH_PAGES, READ_ALL, WINDOW

_logger = logging.getLogger(__name__)


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("receipts", "Receipts")], ondelete={"receipts": "cascade"})
    receipts_read_on = fields.Datetime(
        "All Receipts Read On", readonly=True, help="When the list was last read as far back as late credits go."
    )
    receipts_before = fields.Date(
        "Receipts Read Back To",
        readonly=True,
        help="Set while the whole list is being read: it goes on before this day.",
    )


class OttoFlowReceipts(models.AbstractModel):
    _name = "otto.flow.receipts"
    _description = "Receipts from OTTO"
    _inherit = ["otto.flow"]

    _interval = 30
    _sequence = 70
    _kinds = ("receipt", "receipt_missing", "receipt_total", "receipt_refund", "receipt_pdf")
    _scopes = RECEIPT_SCOPES

    def _work_off(self):
        """Read new receipts, have them booked and compared with the orders, fetch the PDFs that are there now.

        :raises OttoError: OTTO cannot be asked; what was done before the last checkpoint is committed
        """
        if not self.channel._takes_changes:
            return
        self._read_again()
        done = self._read_new() and self._read_all()
        self.env["otto.receipt.mapper"]._link_late_orders()
        self._checkpoint()
        self._book()
        done = self.env["otto.receipt.checks"]._check(self._checkpoint) and done
        done = self.env["otto.receipt.documents"]._fetch(self._checkpoint) and done
        if not done:
            self._run_again()

    def _book(self):
        """Hook: book what is due, oldest first; called when the new receipts are stored, linked and committed.

        Whoever books does so in savepoints, reports what cannot be booked (R20) and calls `_checkpoint`.
        """

    # Reading

    def _read_new(self):
        """Read the newest pages until one holds nothing new; before the first reading of all there is nothing to do.

        :return: whether there is time left
        """
        if not (self.sync.receipts_read_on or self.sync.receipts_before):
            return True
        pages = self.client.receipt_pages(self._today() - timedelta(days=DAYS_BACK), self._tomorrow())
        for number, page in enumerate(pages, 1):
            new, seconds = self._store_page(page)
            if number >= FRESH_PAGES and not new:
                break
        return seconds > 0

    def _read_all(self):
        """Once a day read all as far back as late credits go, and once what the channel wants from before (R27).

        It goes backwards in steps of some days and notes each, so that the next run goes on there.

        :return: whether it is done
        """
        sync, now = self.sync, fields.Datetime.now()
        if not sync.receipts_before:
            if sync.receipts_read_on and sync.receipts_read_on > now - READ_ALL:
                return True
            sync.receipts_before = self._tomorrow() + timedelta(days=1)
        first = self._first_day()
        while sync.receipts_before > first:
            last = sync.receipts_before - timedelta(days=1)
            begin = max(first, last - WINDOW + timedelta(days=1))
            for page in self.client.receipt_pages(begin, last):
                self._store_page(page)
            sync.receipts_before = begin
            if self._checkpoint() <= 0 and begin > first:
                return False
        sync.write({"receipts_before": False, "receipts_read_on": now})
        self.channel.sudo().receipts_read_from = min(filter(None, (self.channel.receipts_read_from, first)))
        self._checkpoint()
        return True

    def _first_day(self):
        """Return from which day on all is to be read: 100 days back, or further if that was never read."""
        first = self._today() - timedelta(days=DAYS_BACK)
        channel = self.channel
        wanted = channel.receipts_from
        if wanted and wanted < (channel.receipts_read_from or first):
            return min(first, wanted)
        return first

    def _today(self):
        """Return today in UTC: OTTO's days are."""
        return fields.Datetime.now().date()

    def _tomorrow(self):
        """Return tomorrow in UTC: OTTO's clock may be ahead of this one at midnight."""
        return self._today() + timedelta(days=1)

    def _read_again(self):
        """Read again the receipts for which a person pressed *Retry* (R20); one that cannot be read stops none."""
        receipts = []
        for number in sorted(set(self._issues_to_retry(("receipt",)).mapped("external_id"))):
            try:
                receipts.append(self.client.receipt(number))
            except (OttoRateLimited, OttoAuthError):
                raise
            except OttoError as error:
                _logger.warning("Receipt %s cannot be read again: %s", number, error.words)
        if receipts:
            self._store_and_report(receipts, ())

    # Storing

    def _store_page(self, page):
        """Store what is new on a page.

        :return: how many receipts were new, and the seconds that are left
        """
        return self._store_and_report(page.receipts, page.broken)

    def _store_and_report(self, receipts, broken):
        mapper = self.env["otto.receipt.mapper"]
        broken = [receipt for receipt in broken if receipt.number not in mapper._known([receipt.number])]
        new, failures = self._store(receipts)
        self.env["otto.receipt.unread"]._keep([*broken, *(receipt for receipt, _error in failures)])
        seconds = self._checkpoint(new)
        self._report_failures([*((receipt, receipt.reason) for receipt in broken), *failures])
        failed = {receipt.number for receipt, _error in failures}
        self._resolve("receipt", [receipt.number for receipt in receipts if receipt.number not in failed])
        return new, seconds

    def _store(self, receipts):
        """Store a page in one go; when that fails, each receipt on its own: the bad one stops no other (R20).

        :return: how many are new, and (receipt, error) of those that cannot be stored
        """
        mapper = self.env["otto.receipt.mapper"]
        try:
            with self.env.cr.savepoint():
                return len(mapper._store(receipts)), []
        except CONCURRENCY:
            raise
        except Exception as error:  # noqa: BLE001
            _logger.info("A page of receipts is stored one by one: %s", reason_of(error))
        new, failures = 0, []
        for receipt in receipts:
            try:
                with self.env.cr.savepoint():
                    new += len(mapper._store([receipt]))
            except CONCURRENCY:
                raise
            except Exception as error:
                _logger.exception("A receipt of OTTO cannot be stored")
                failures.append((receipt, error))
        return new, failures

    def _report_failures(self, failures):
        self._report(
            "receipt",
            [
                (
                    receipt.number or receipt.order_number,
                    self.env._(
                        "Receipt %(number)s of order %(order)s cannot be read: %(reason)s. Its data are kept on the "
                        "channel, and it is tried again by itself. Please look at it in OTTO Partner Connect; if it is "
                        "right there, tell whoever looks after the connector.",
                        number=receipt.number or "?",
                        order=receipt.order_number or "?",
                        reason=self.channel._field_words(reason_of(error)).rstrip("."),
                    ),
                    self.channel,
                )
                for receipt, error in failures
            ],
        )
