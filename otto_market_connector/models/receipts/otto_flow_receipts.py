"""Receipts in: OTTO's invoices and credit notes, read as far back as late credits go, each stored once (R27)."""

from odoo import fields, models


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("receipts", "Receipts")], ondelete={"receipts": "cascade"})


class OttoFlowReceipts(models.AbstractModel):
    _name = "otto.flow.receipts"
    _description = "Receipts from OTTO"
    _inherit = ["otto.flow"]

    _interval = 30
    _sequence = 70
    _kinds = ("receipt", "receipt_missing", "receipt_total", "receipt_refund", "receipt_pdf")

    def _work_off(self):
        """Read new receipts, fetch what PDFs are there now, have both booked and checked.

        :raises OttoError: OTTO cannot be asked
        """

    def _book(self):
        """Hook: book what is due, oldest first; called when the new receipts are stored, linked and committed.

        Whoever books does so in savepoints, reports what cannot be booked (R20) and calls `_checkpoint`.
        """
