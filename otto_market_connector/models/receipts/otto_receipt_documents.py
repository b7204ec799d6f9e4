"""The PDFs of receipts, which OTTO makes some time after their data (R27)."""

import logging

from odoo import fields, models
from odoo.fields import Domain

from ...otto_api import OttoAuthError, OttoError, OttoRateLimited
from ..core.write_guard import as_connector
from .const import PDF_AGAIN, PDF_BATCH, PDF_FAILURES, PDF_LIMIT, PDF_MISSING, PDF_MISSING_AGAIN

_logger = logging.getLogger(__name__)


class OttoReceiptDocuments(models.AbstractModel):
    _name = "otto.receipt.documents"
    _description = "Documents of OTTO's Receipts"
    _inherit = ["otto.component"]

    def _fetch(self, checkpoint):
        """Fetch the PDFs that are due, those never asked for first.

        :param checkpoint: commits and returns the seconds that are left
        :return: whether all were asked for
        :raises OttoError: OTTO cannot be asked at all
        """
        receipts = self._due()
        failures = 0
        for start in range(0, len(receipts), PDF_BATCH):
            outcome = {}
            for receipt in receipts[start : start + PDF_BATCH]:
                outcome[receipt], failed = self._fetch_one(receipt, failures)
                failures = failures + 1 if failed else 0
            seconds = checkpoint(len(outcome), max(len(receipts) - start - PDF_BATCH, 0))
            self._report_missing(outcome)
            if seconds <= 0 and start + PDF_BATCH < len(receipts):
                return False
        return len(receipts) < PDF_LIMIT

    def _due(self):
        now = fields.Datetime.now()
        again = Domain("pdf_tried_on", "=", False) | Domain("pdf_tried_on", "<", now - PDF_AGAIN)
        late = Domain("pdf_tried_on", "<", now - PDF_MISSING_AGAIN)
        domain = Domain("channel_id", "=", self.channel.id) & (
            Domain("pdf_state", "=", "waiting") & again | Domain("pdf_state", "=", "missing") & late
        )
        receipts = as_connector(self.env["otto.receipt"].sudo())
        return receipts.search(domain, order="pdf_tried_on NULLS FIRST, created_on, id", limit=PDF_LIMIT)

    def _fetch_one(self, receipt, failures):
        """Fetch one PDF; one that cannot be had stops no other, unless none can be had.

        :param failures: how many failed just before
        :return: why it is not there, False when it is; and whether OTTO failed
        """
        try:
            pdf = self.client.receipt_pdf(receipt.number)
        except (OttoRateLimited, OttoAuthError):
            raise
        except OttoError as error:
            if failures + 1 >= PDF_FAILURES:
                raise
            _logger.warning("The PDF of a receipt cannot be fetched: %s", error.words)
            self._note_missing(receipt)
            return self.channel._otto_error_text(error), True
        if pdf is None:
            self._note_missing(receipt)
            return self.env._("OTTO has none."), False
        receipt._keep_pdf(pdf)
        return False, False

    def _note_missing(self, receipt):
        now = fields.Datetime.now()
        values = {"pdf_tried_on": now}
        if receipt.created_on < now - PDF_MISSING:
            values["pdf_state"] = "missing"
        receipt.write(values)

    def _report_missing(self, outcome):
        """Report what has been missing for a week, resolve what is there (R20); after the commit."""
        missing = [receipt for receipt, words in outcome.items() if words and receipt.pdf_state == "missing"]
        self._issues._report(
            self.channel,
            "receipt_pdf",
            [
                (
                    receipt.number,
                    self.env._(
                        "The PDF of receipt %(number)s of %(date)s cannot be fetched: %(words)s It is asked for once a "
                        "day. Please look whether OTTO Partner Connect has it, and ask OTTO for it.",
                        number=receipt.number,
                        date=receipt.receipt_date,
                        words=outcome[receipt],
                    ),
                    receipt,
                )
                for receipt in self._issues._not_settled(self.channel, "receipt_pdf", missing, "number")
            ],
        )
        there = [receipt.number for receipt, words in outcome.items() if not words]
        self._issues._resolve(self.channel, "receipt_pdf", there)
