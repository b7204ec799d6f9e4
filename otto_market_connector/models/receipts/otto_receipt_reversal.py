"""What was booked wrongly is reversed and booked again; nothing that was posted is ever changed (R31)."""

from odoo import Command, models
from odoo.exceptions import UserError

from ..core.write_guard import as_connector, quietly

# What a reversing line has in common with the line that it reverses.
SAME = ("name", "account_id", "partner_id", "currency_id", "tax_repartition_line_id", "date_maturity", "display_type")


class OttoReceiptReversal(models.AbstractModel):
    _name = "otto.receipt.reversal"
    _description = "Reversal of Booked OTTO Receipts"
    _inherit = ["otto.component"]

    def _reverse(self, receipts):
        """Reverse the journal entries of receipts; what they were reconciled with is open again.

        :param receipts: booked `otto.receipt`
        """
        moves = receipts.move_id
        # Before anything is written: a receipt has one entry that counts (a unique index).
        as_connector(moves).write({"otto_receipt_booked": False})
        moves.line_ids.remove_move_reconcile()
        booker = self.env["otto.receipt.booker"]
        taken = booker._names_taken(receipts)
        model = quietly(as_connector(self.env["account.move"].sudo().with_company(self.channel.company_id)))
        reversals = model.with_context(skip_invoice_sync=True, mail_notrack=True).create(
            [self._reversal_values(receipt, booker, taken) for receipt in receipts]
        )
        # Odoo reconciles a reversal with what it reverses when it is posted.
        reversals._post(soft=False)
        as_connector(receipts).write({"booking_state": "reversed", "booking_text": False})
        self.env["account.bank.statement.line"]._otto_receipts_changed(receipts)

    def _reversal_values(self, receipt, booker, taken):
        move = receipt.move_id
        date = booker._accounting_date(move.date)
        number = booker._own_number(receipt, date, taken)
        taken.add(number["name"])
        return {
            **number,
            "move_type": "entry",
            "journal_id": move.journal_id.id,
            "company_id": move.company_id.id,
            "currency_id": move.currency_id.id,
            "date": date,
            "delivery_date": move.delivery_date,
            "partner_id": move.partner_id.id,
            "reversed_entry_id": move.id,
            "otto_receipt_id": receipt.id,
            "line_ids": [Command.create(self._reversal_line(line)) for line in move.line_ids],
        }

    def _reversal_line(self, line):
        """Return a line with the opposite amounts and the same boxes of the tax report, so that both make nothing."""
        same = {name: line._fields[name].convert_to_write(line[name], line) for name in SAME}
        return {
            **same,
            "amount_currency": -line.amount_currency,
            "balance": -line.balance,
            "tax_ids": line.tax_ids.ids,
            "tax_tag_ids": line.tax_tag_ids.ids,
            "tax_base_amount": -line.tax_base_amount,
        }

    def _book_again(self, receipts):
        """Reverse what is booked and book all of these receipts; what was reconciled with them is so again.

        :raises UserError: a receipt cannot be booked; says why, and nothing is changed
        """
        booker = self.env["otto.receipt.booker"]
        for receipt in receipts:
            if reason := booker._obstacle(receipt):
                raise UserError(
                    self.env._("Receipt %(number)s cannot be booked: %(reason)s.", number=receipt.number, reason=reason)
                )
        booked = receipts.filtered(lambda receipt: receipt.booking_state == "booked")
        matched = {receipt: self._matched_lines(receipt) for receipt in booked}
        self._reverse(booked)
        booker._book(receipts)
        for receipt, lines in matched.items():
            self._match_again(receipt, lines)
        receipts.filtered("pdf_attachment_id")._attach_pdfs_to_moves()
        self.env["otto.issue"]._resolve(self.channel, "receipt_booking", receipts.mapped("number"))

    def _matched_lines(self, receipt):
        """Return the lines, of payments above all, that the debtor's line of a receipt is reconciled with."""
        own = receipt.move_id.line_ids
        partials = own.matched_debit_ids | own.matched_credit_ids
        return (partials.debit_move_id | partials.credit_move_id) - own

    def _match_again(self, receipt, lines):
        ours = receipt.move_id.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        theirs = lines.exists().filtered(lambda line: not line.reconciled and line.account_id == ours.account_id)
        # A credit note that was booked again with its invoice is reconciled with it already.
        theirs = theirs.filtered(lambda line: not line.move_id.reversal_move_ids)
        if theirs and not ours.reconciled:
            (ours | theirs).reconcile()
