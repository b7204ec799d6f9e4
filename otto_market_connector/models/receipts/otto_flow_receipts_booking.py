"""Receipts into the books: those that are due, oldest first, the bad one alone (R20, R31)."""

import logging

from odoo import fields, models

from ..core.concurrency import CONCURRENCY
from ..core.texts import reason_of, stored
from ..core.write_guard import as_connector
from .const_booking import ATTACH_BATCH, BOOK_BATCH
from .otto_flow_receipts import OttoFlowReceipts as Flow

_logger = logging.getLogger(__name__)


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(
        selection_add=[("receipt_booking", "Booking of a Receipt")], ondelete={"receipt_booking": "cascade"}
    )


class OttoFlowReceipts(models.AbstractModel):
    _inherit = "otto.flow.receipts"

    _kinds = (*Flow._kinds, "receipt_booking")

    def _book(self):
        """Book what is due, batch by batch, each batch a transaction; then give entries the PDFs that came since."""
        super()._book()
        if not self.channel.book_receipts:
            return
        self._receipts()._mark_due(self.channel)
        while receipts := self._receipts().search(self._due(), order="created_on, id", limit=BOOK_BATCH):
            failures = self._book_batch(receipts)
            # Before the commit: a receipt that cannot be booked is not looked at again, whatever ends this run (R19).
            self._report_bookings(receipts, failures)
            left = self._receipts().search_count(self._due())
            seconds = self._checkpoint(len(receipts), remaining=left)
            if left and seconds <= 0:
                return
        self.channel._take_over_statement(self.channel._channels_before())
        self.env["account.bank.statement.line"]._otto_match_waiting(self.channel)
        self._attach_pdfs()

    def _receipts(self):
        return self.env["otto.receipt"].sudo()

    def _due(self):
        return [("channel_id", "=", self.channel.id), ("booking_state", "=", "due")]

    def _book_batch(self, receipts):
        """Book receipts; note why, where one cannot be.

        :return: dict of receipt to why it is not booked
        """
        booker = self.env["otto.receipt.booker"]
        failures = {receipt: reason for receipt in receipts if (reason := booker._obstacle(receipt))}
        sound = receipts.filtered(lambda receipt: receipt not in failures)
        failures.update({receipt: reason_of(error) for receipt, error in self._book_halving(sound)})
        for receipt, reason in failures.items():
            receipt._note_blocked(stored(reason))
        return failures

    def _book_halving(self, receipts):
        """Book receipts in one go; when that fails, halve until the bad one is alone (R20).

        :return: list of (receipt, error)
        :raises psycopg2.Error: concurrency errors
        """
        if not receipts:
            return []
        try:
            with self.env.cr.savepoint():
                self.env["otto.receipt.booker"]._book(receipts)
            return []
        except CONCURRENCY:
            raise
        except Exception as error:  # noqa: BLE001 whatever one receipt brings must not stop the others (R20)
            self.env.invalidate_all()
            if len(receipts) == 1:
                _logger.warning("Receipt %s cannot be booked", receipts.number, exc_info=True)
                return [(receipts, error)]
            middle = len(receipts) // 2
            return self._book_halving(receipts[:middle]) + self._book_halving(receipts[middle:])

    def _report_bookings(self, receipts, failures):
        self._report(
            "receipt_booking",
            [
                (
                    receipt.number,
                    self.env._(
                        "Receipt %(number)s of the order %(order)s is not booked: %(reason)s.",
                        number=receipt.number,
                        order=receipt.order_number or "-",
                        reason=reason.rstrip("."),
                    ),
                    receipt,
                )
                for receipt, reason in failures.items()
            ],
        )
        self._resolve("receipt_booking", [receipt.number for receipt in receipts if receipt not in failures])

    def _retry(self, issues):
        """A person pressed *Retry*: what could not be booked is due again."""
        ours = issues.filtered(lambda issue: issue.kind == "receipt_booking")
        domain = [
            ("channel_id", "in", ours.channel_id.ids),
            ("number", "in", ours.mapped("external_id")),
            ("booking_state", "=", "blocked"),
        ]
        as_connector(self._receipts().search(domain)).booking_state = "due"
        return super()._retry(issues - ours)

    # PDFs

    def _attach_pdfs(self):
        """Give journal entries a copy of OTTO's PDF, where exports look for an entry's document."""
        domain = [
            ("channel_id", "=", self.channel.id),
            ("booking_state", "=", "booked"),
            ("pdf_attachment_id", "!=", False),
            ("move_pdf_id", "=", False),
        ]
        while receipts := self._receipts().search(domain, order="id", limit=ATTACH_BATCH):
            receipts._attach_pdfs_to_moves()
            if self._checkpoint(0) <= 0:
                self._run_again()
                return


class OttoReceipt(models.Model):
    _inherit = "otto.receipt"

    def _attach_pdfs_to_moves(self):
        """Attach a copy of each receipt's PDF to its journal entry."""
        copies = self.env["ir.attachment"].create(
            [
                {
                    "name": receipt.pdf_attachment_id.name,
                    "raw": receipt.pdf_attachment_id.raw,
                    "mimetype": "application/pdf",
                    "res_model": "account.move",
                    "res_id": receipt.move_id.id,
                }
                for receipt in self
            ]
        )
        for receipt, copy in zip(as_connector(self), copies, strict=True):
            receipt.move_pdf_id = copy
            as_connector(receipt.move_id).message_main_attachment_id = copy

    def _is_pdf_copy(self, file):
        """Tell whether an attachment of one of the receipt's entries is a copy of OTTO's PDF."""
        pdf = self.pdf_attachment_id
        return file == self.move_pdf_id or bool(pdf) and file.checksum == pdf.checksum


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _otto_receipt_files(self):
        """The copies on journal entries are kept like the documents themselves, also on those that were reversed."""
        files = super()._otto_receipt_files()
        others = self.sudo().filtered(lambda file: file.res_model == "account.move" and file.res_id) - files.sudo()
        receipts = {
            move.id: move.otto_receipt_id
            for move in self.env["account.move"].sudo().browse(set(others.mapped("res_id"))).exists()
            if move.otto_receipt_id
        }
        # What a person attached to an entry is that person's.
        copies = others.filtered(lambda file: file.res_id in receipts and receipts[file.res_id]._is_pdf_copy(file))
        return files | self.browse(copies.ids)
