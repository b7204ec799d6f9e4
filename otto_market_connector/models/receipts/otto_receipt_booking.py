"""A receipt and its journal entry: state, reasons, and what a person may do about it (R31)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.write_guard import as_connector


class OttoReceipt(models.Model):
    _inherit = "otto.receipt"

    move_id = fields.Many2one(
        "account.move", "Journal Entry", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    move_ids = fields.One2many("account.move", "otto_receipt_id", "All Journal Entries", readonly=True)
    move_pdf_id = fields.Many2one(
        "ir.attachment", "PDF of the Journal Entry", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    booking_state = fields.Selection(
        [
            ("none", "Not to Be Booked"),
            ("due", "To Be Booked"),
            ("booked", "Booked"),
            ("blocked", "Cannot Be Booked"),
            ("reversed", "Reversed"),
        ],
        "Booking",
        required=True,
        readonly=True,
        default="none",
        index=True,
    )
    booking_text = fields.Char("Why It Is Not Booked", readonly=True)
    is_channel_booking = fields.Boolean(related="channel_id.book_receipts", string="Receipts Are Booked")

    # Since the first day of booking and not booked yet: looked for by every run.
    _to_mark_idx = models.Index("(channel_id, receipt_date) WHERE booking_state = 'none'")
    # Booked, with a PDF of which the journal entry has no copy yet: looked for by every run.
    _pdf_to_attach_idx = models.Index(
        "(channel_id) WHERE booking_state = 'booked' AND pdf_attachment_id IS NOT NULL AND move_pdf_id IS NULL"
    )

    @api.model
    def _mark_due(self, channel):
        """Have those receipts of a channel booked that were read since its first day and are not booked yet."""
        waiting = self.search(
            [
                ("channel_id", "=", channel.id),
                ("booking_state", "=", "none"),
                ("receipt_date", ">=", channel._books_since),
            ]
        )
        if waiting:
            as_connector(waiting).booking_state = "due"

    def _note_booked(self, moves):
        """Note the journal entries of receipts; an entry that is new has no copy of the PDF yet.

        :param moves: `account.move`, one for each receipt, in the same order
        """
        for receipt, move in zip(as_connector(self), moves, strict=True):
            if receipt.move_id != move:
                receipt.write({"move_id": move.id, "move_pdf_id": False})
            receipt.write({"booking_state": "booked", "booking_text": False})

    def _note_blocked(self, text):
        """Note why a receipt is not booked."""
        as_connector(self).write({"booking_state": "blocked", "booking_text": text})

    # What a person may do

    def action_reverse_booking(self):
        """Button: reverse the journal entries; they are booked again when somebody asks for it.

        :raises AccessError: the person may not change the books
        :raises UserError: nothing is booked; names the receipts
        """
        self._refuse_unless_bookkeeper()
        for channel, receipts in self.sudo().grouped("channel_id").items():
            receipts._refuse_unless_booked()
            channel._component("otto.receipt.reversal")._reverse(receipts)
        return True

    def action_book_again(self):
        """Button: reverse what is booked, and book it with the accounts that the channel has now.

        :raises AccessError: the person may not change the books
        :raises UserError: booking is switched off, or a receipt cannot be booked; says why
        """
        self._refuse_unless_bookkeeper()
        for channel, receipts in self.sudo().grouped("channel_id").items():
            if not channel.book_receipts:
                raise UserError(
                    self.env._("Please switch on the booking of receipts on the channel %s first.", channel.name)
                )
            channel._component("otto.receipt.reversal")._book_again(receipts)
        return True

    def _refuse_unless_bookkeeper(self):
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(self.env._("Only an administrator of Invoicing may reverse and book receipts again."))

    def _refuse_unless_booked(self):
        if others := self.filtered(lambda receipt: receipt.booking_state != "booked"):
            raise UserError(
                self.env._("%s: there is no journal entry to reverse.", ", ".join(others.mapped("number")[:10]))
            )

    def action_open_move(self):
        """Smart button: the journal entries of the receipt."""
        self.ensure_one()
        self.check_access("read")
        action = {"type": "ir.actions.act_window", "res_model": "account.move", "name": self.number}
        if len(self.move_ids) == 1:
            return {**action, "view_mode": "form", "res_id": self.move_id.id}
        return {**action, "view_mode": "list,form", "domain": [("otto_receipt_id", "=", self.id)]}
