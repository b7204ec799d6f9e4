"""Lines of OTTO's account statement: booked by their kind, matched to the receipts of their order."""

from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.tools import float_round

from .statement_file import word_of


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    otto_channel_id = fields.Many2one(
        "otto.channel", "OTTO Channel", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    otto_type = fields.Char("OTTO Transaction", readonly=True, copy=False)
    otto_order_number = fields.Char("OTTO Order Number", readonly=True, copy=False, index="btree_not_null")
    otto_key = fields.Char("Key at OTTO", readonly=True, copy=False)
    otto_receipt_ids = fields.Many2many("otto.receipt", string="OTTO Receipts", readonly=True, copy=False)
    otto_state = fields.Selection(
        [("matched", "Matched"), ("unmatched", "Not Matched")],
        "OTTO",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    otto_reason = fields.Char("Why Not Matched", readonly=True, copy=False)

    # The same line never comes twice, however often a file is imported.
    _otto_key_unique = models.UniqueIndex("(otto_channel_id, otto_key) WHERE otto_key IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        """Make lines; those of OTTO's clearing journal are booked and matched at once, whoever imports them."""
        lines = super().create(vals_list)
        channels = self.env["otto.channel"].sudo().with_context(active_test=False)
        for journal, found in lines.grouped("journal_id").items():
            channel = channels.search([("statement_journal_id", "=", journal.id)], limit=1)
            if channel:
                found._otto_take(channel)
        return lines

    def _otto_take(self, channel):
        """Book and match lines of a channel's statement.

        Of lines that another import made, the text is OTTO's kind of transaction and the reference the order's number.
        """
        for line in self.filtered(lambda line: not line.otto_channel_id):
            line.write(
                {
                    "otto_channel_id": channel.id,
                    "otto_type": word_of(line.payment_ref or ""),
                    "otto_order_number": (line.ref or "").strip(),
                }
            )
        self._otto_match()

    def action_otto_match(self):
        """Try again to match lines: a receipt has come, or the table of accounts has a new row."""
        self.check_access("write")
        self.filtered(lambda line: line.otto_state == "unmatched")._otto_match()

    def _otto_match(self):
        """Put lines on their accounts and reconcile what OTTO paid with the receipts of its order."""
        receipts = self._otto_receipts()
        touched = defaultdict(self.browse)
        for line in self:
            row = line.otto_channel_id.sudo()._statement_row(line.otto_type)
            own = receipts[line.otto_channel_id, line.otto_order_number] if line.otto_order_number else receipts[None]
            reason = line._otto_obstacle(row, own)
            if not line.is_reconciled and row and not (row._is_debtor and reason):
                line._otto_book(row)
            line.write(
                {
                    "otto_receipt_ids": [Command.set(own.ids)],
                    "otto_state": "unmatched" if reason else "matched",
                    "otto_reason": reason,
                }
            )
            if row and row._is_debtor and not reason:
                touched[line.otto_channel_id, line.otto_order_number] |= line
        for (channel, number), lines in touched.items():
            lines._otto_reconcile(channel, number, receipts[channel, number])

    def _otto_receipts(self):
        """Return the receipts of the lines' orders by channel and order number."""
        found = defaultdict(self.env["otto.receipt"].sudo().browse)
        for channel, lines in self.grouped("otto_channel_id").items():
            numbers = list({line.otto_order_number for line in lines if line.otto_order_number})
            domain = [("channel_id", "=", channel.id), ("order_number", "in", numbers)]
            for receipt in self.env["otto.receipt"].sudo().search(domain):
                found[channel, receipt.order_number] |= receipt
        return found

    def _otto_obstacle(self, row, receipts):
        """Return why a line is not matched, in the user's words; False when it is."""
        number = self.otto_order_number
        if not row:
            return self.env._(
                "The channel's table has no account for %s. Please add one (the channel's page Statement) and match "
                "again.",
                self.otto_type or "-",
            )
        if row._is_debtor and not number:
            return self.env._("A payment for sales without an order number. Please book it by hand.")
        if number and not receipts:
            return self.env._("There is no receipt of the order %s yet. Please match again once it is there.", number)
        if row._is_debtor and "booked" not in receipts.mapped("booking_state"):
            return self.env._(
                "The receipts of the order %s are not booked. Please have receipts booked (the channel's page Booking) "
                "and match again.",
                number,
            )
        return False

    # Booking

    def _otto_book(self, row):
        """Put a line from the suspense account on the account of its kind; a tax that it contains is taken out."""
        _liquidity, suspense, _others = self._seek_for_lines()
        if len(suspense) != 1:
            return
        # A posted line's tax cannot be changed, so the line is made anew.
        commands = [Command.delete(suspense.id)]
        commands += [Command.create(values) for values in self._otto_counterparts(row, suspense)]
        move = self.move_id.with_context(skip_readonly_check=True, force_delete=True, skip_invoice_sync=True)
        move.write({"line_ids": commands})

    def _otto_counterparts(self, row, suspense):
        """Yield the values of what takes the place of the suspense line: all of it, or net amount and tax."""
        partner = row.channel_id.booking_partner_id.commercial_partner_id if row._is_debtor else suspense.partner_id
        texts = {"name": suspense.name, "partner_id": partner.id, "currency_id": suspense.currency_id.id}
        if not row.tax_id:
            amounts = {"balance": suspense.balance, "amount_currency": suspense.amount_currency}
            yield {**texts, **amounts, "account_id": row.account_id.id, "tax_ids": []}
            return
        document = "refund" if suspense.balance < 0 else "invoice"
        rounding, factor = self.company_id.currency_id.rounding, 1 + row.tax_id.amount / 100
        net = float_round(suspense.balance / factor, precision_rounding=rounding)
        tax = float_round(suspense.balance - net, precision_rounding=rounding)
        yield {
            **texts,
            "account_id": row.account_id.id,
            "balance": net,
            "amount_currency": net,
            "tax_ids": [Command.set(row.tax_id.ids)],
            "tax_tag_ids": [Command.set(row._repartition(document, "base").tag_ids.ids)],
        }
        repartition = row._repartition(document, "tax")
        yield {
            **texts,
            "account_id": (repartition.account_id or row.account_id).id,
            "name": row.tax_id.name,
            "balance": tax,
            "amount_currency": tax,
            "tax_ids": [],
            "tax_repartition_line_id": repartition.id,
            "tax_tag_ids": [Command.set(repartition.tag_ids.ids)],
            "tax_base_amount": abs(net),
        }

    def _otto_reconcile(self, channel, number, receipts):
        """Reconcile what is open on the debtor's account of one order: its receipts and OTTO's payments for it."""
        paid = self.search(
            [("otto_channel_id", "=", channel.id), ("otto_order_number", "=", number), ("otto_state", "=", "matched")]
        )
        entries = receipts.filtered(lambda receipt: receipt.booking_state == "booked").move_id | paid.move_id
        for lines in (
            entries.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
            )
            .grouped("account_id")
            .values()
        ):
            if len({line.balance > 0 for line in lines}) == 2:
                lines.reconcile()
