"""Receipts that are in Odoo already: of an archived channel, or in the books without the add-on (R27, R31)."""

from odoo import models

from ..core.write_guard import as_connector


class OttoReceiptMapper(models.AbstractModel):
    _inherit = "otto.receipt.mapper"

    def _known(self, numbers):
        """Receipts of an archived channel of the company are known: this channel goes on with them.

        OTTO's numbers have the seller's own in them, so the same number is the same receipt.
        """
        known = super()._known(numbers)
        missing = set(numbers) - known
        if not missing:
            return known
        domain = [
            ("company_id", "=", self.channel.company_id.id),
            ("channel_id.active", "=", False),
            ("number", "in", list(missing)),
        ]
        others = self._receipts.search(domain)
        if others:
            self._take_over_from(others.channel_id)
        others.channel_id = self.channel
        return known | set(others.mapped("number"))

    def _take_over_from(self, channels):
        """Hook: receipts of archived channels are this channel's from now on.

        :param channels: `otto.channel`
        """

    def _store(self, receipts):
        """Orders of an archived channel come with their receipts."""
        receipts = list(receipts)
        self.env["otto.order.linker"]._take_over_orders({receipt.order_id for receipt in receipts})
        return super()._store(receipts)


class OttoReceiptBooker(models.AbstractModel):
    _inherit = "otto.receipt.booker"

    def _book(self, receipts):
        """Book receipts; those whose entries are in the books already get these back."""
        return super()._book(receipts - self._take_back(receipts))

    def _take_back(self, receipts):
        """Give receipts the posted entries that carry their number and amount and belong to no receipt.

        :return: the receipts that are booked by them
        """
        found = self._entries_without_receipt(receipts)
        linked = receipts.filtered(lambda receipt: receipt.number in found)
        for receipt in linked:
            move = found[receipt.number]
            as_connector(move).write({"otto_receipt_id": receipt.id, "otto_receipt_booked": True})
            receipt._note_booked(move)
            move._message_log(body=self.env._("Linked to OTTO's receipt %s again.", receipt.number))
        return linked

    def _entries_without_receipt(self, receipts):
        """Return the entries that nobody's receipt has, by the number of the receipt that they book."""
        numbers = receipts.mapped("number")
        moves = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.channel.company_id.id),
                    ("move_type", "=", "entry"),
                    ("state", "=", "posted"),
                    ("otto_receipt_id", "=", False),
                    ("reversed_entry_id", "=", False),
                    *("|", ("name", "in", numbers), ("ref", "in", numbers)),
                ],
                order="id",
            )
        )
        by_number = receipts.grouped("number")
        found = {}
        for move in moves - moves.filtered(lambda move: "posted" in move.reversal_move_ids.mapped("state")):
            number = move.name if move.name in by_number else move.ref
            if move.name.startswith(number) and self._books(move, by_number[number]):
                found[number] = move
        return found

    def _books(self, move, receipt):
        """Tell whether an entry says what a receipt says: currency, amount, and which side owes it."""
        debtor = move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        owed = sum(debtor.mapped("amount_currency"))
        gross = self._sign(receipt) * receipt.amount_gross
        return move.currency_id == receipt.currency_id and not receipt.currency_id.compare_amounts(owed, gross)
