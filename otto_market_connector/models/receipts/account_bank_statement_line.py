"""Lines of OTTO's account statement: booked by their kind, matched to the receipts of their order."""

import logging
from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_round

from ..core.concurrency import CONCURRENCY
from ..core.texts import reason_of, stored
from ..core.write_guard import as_connector, refuse_connector_fields
from .statement_file import word_of

_logger = logging.getLogger(__name__)
# What the connector notes of a line of OTTO's statement.
CONNECTOR_FIELDS = {
    "otto_channel_id",
    "otto_type",
    "otto_order_number",
    "otto_key",
    "otto_details",
    "otto_receipt_ids",
    "otto_state",
    "otto_reason",
}


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
    _otto_key_unique = models.UniqueIndex(
        "(otto_channel_id, otto_key) WHERE otto_key IS NOT NULL",
        "Somebody else has just imported these lines of OTTO's statement. Please import the file again: it brings what "
        "is missing.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Make lines; those of OTTO's clearing journal are booked and matched at once, whoever imports them.

        :raises UserError: somebody but the connector says what OTTO said of a line, or another import brings one again
        """
        refuse_connector_fields(self, CONNECTOR_FIELDS & {name for vals in vals_list for name in vals if vals[name]})
        refuse_connector_fields(self, {name for name in CONNECTOR_FIELDS if self.env.context.get(f"default_{name}")})
        channels = self._otto_channels(vals_list)
        if not any(channels):
            return super().create(vals_list)
        prepared = self._otto_with_keys(self._otto_prepare(vals_list, channels), channels)
        # Taxes are taken out of the amounts here; Odoo would add them once more.
        quick = self.with_context(skip_invoice_sync=True)
        lines = super(AccountBankStatementLine, quick).create(prepared).with_env(self.env)
        lines.filtered("otto_channel_id")._otto_book_created()
        return lines

    def write(self, vals):
        """Change lines, but not what the connector notes of them.

        :raises UserError: names the fields
        """
        refuse_connector_fields(self, CONNECTOR_FIELDS & vals.keys())
        return super().write(vals)

    def _otto_channels(self, vals_list):
        """Return the channel to whose clearing journal each line belongs, an empty one for none."""
        statements = self.env["account.bank.statement"]
        journals = [
            vals.get("journal_id") or statements.browse(vals.get("statement_id") or []).sudo().journal_id.id
            for vals in vals_list
        ]
        channels = self.env["otto.channel"].sudo().with_context(active_test=False)
        found = channels.search([("statement_journal_id", "in", list(set(journals)))])
        # The one at work counts, where an archived one had the journal before it.
        by_journal = {channel.statement_journal_id.id: channel for channel in found.sorted("active")}
        return [by_journal.get(journal, channels) for journal in journals]

    def _otto_prepare(self, vals_list, channels):
        """Return the values of lines with what OTTO's statement makes of them, those of other journals as they are.

        Of lines that another import makes, the text is OTTO's kind of transaction and the reference the order's number.
        """
        told = []
        for vals, channel in zip(vals_list, channels, strict=True):
            word = vals.get("otto_type") or word_of(vals.get("payment_ref") or "")
            number = vals.get("otto_order_number") if "otto_key" in vals else (vals.get("ref") or "").strip()
            told.append((channel, word, number or False))
        receipts = self._otto_receipts({(channel, number) for channel, _word, number in told if channel and number})
        prepared = []
        for vals, (channel, word, number) in zip(vals_list, told, strict=True):
            if not channel:
                prepared.append(vals)
                continue
            row, own = channel._statement_row(word), receipts[channel, number]
            reason = self._otto_obstacle(row, word, number, own)
            ours = {
                "otto_channel_id": channel.id,
                "otto_type": word,
                "otto_order_number": number,
                "otto_receipt_ids": [Command.set(own.ids)],
                "otto_state": "unmatched" if reason else "matched",
                "otto_reason": reason,
            }
            if row and not (row._is_debtor and reason):
                ours |= self._otto_entry(vals, row)
            prepared.append({**vals, **ours})
        return prepared

    # Matching again

    def action_otto_match(self):
        """Try again to match lines: a receipt has come, or the table of accounts has a new row.

        :raises AccessError: the user may not do bookkeeping
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only accountants can match OTTO's statement."))
        unmatched = self.sudo().filtered(lambda line: line.otto_state == "unmatched")
        unmatched._otto_free_debtors()
        unmatched._otto_match()

    @api.model
    def _otto_receipts_changed(self, receipts):
        """Match the lines of these receipts' orders again: the receipts were booked, reversed or booked again.

        :param receipts: `otto.receipt`
        """
        numbers = list({receipt.order_number for receipt in receipts if receipt.order_number})
        domain = [("otto_channel_id", "in", receipts.channel_id.ids), ("otto_order_number", "in", numbers)]
        if lines := self.sudo().search(domain):
            lines._otto_match_apart()

    @api.model
    def _otto_match_waiting(self, channel):
        """Match lines that wait for receipts which are booked: import and booking at once do not see each other."""
        domain = [
            ("otto_channel_id", "=", channel.id),
            ("otto_state", "=", "unmatched"),
            ("otto_order_number", "!=", False),
        ]
        if numbers := self.sudo().search(domain).mapped("otto_order_number"):
            booked = [
                ("channel_id", "=", channel.id),
                ("order_number", "in", numbers),
                ("booking_state", "=", "booked"),
            ]
            self._otto_receipts_changed(self.env["otto.receipt"].sudo().search(booked))

    def _otto_match_apart(self):
        """Match lines; what fails is noted on the lines of its order alone, and stops no booking."""
        try:
            with self.env.cr.savepoint():
                self._otto_match()
        except CONCURRENCY:
            raise
        except Exception as error:  # noqa: BLE001 a receipt is booked whatever the statement is like (R20)
            self.env.invalidate_all()
            orders = self.grouped(lambda line: (line.otto_channel_id, line.otto_order_number))
            if len(orders) > 1:
                for lines in orders.values():
                    lines._otto_match_apart()
                return
            _logger.warning("OTTO's statement: order %s cannot be matched", self[0].otto_order_number, exc_info=True)
            as_connector(self).write({"otto_state": "unmatched", "otto_reason": stored(reason_of(error))})

    def _otto_match(self):
        pairs = {(line.otto_channel_id, line.otto_order_number) for line in self if line.otto_order_number}
        receipts = self._otto_receipts(pairs)
        for line in as_connector(self):
            row, own = (
                line.otto_channel_id._statement_row(line.otto_type),
                receipts[line.otto_channel_id, line.otto_order_number],
            )
            values = {"otto_receipt_ids": [Command.set(own.ids)]}
            waits = line.otto_state == "unmatched"
            if row or waits:
                accounts = line._otto_accounts()
                reason = self._otto_obstacle(row, line.otto_type, line.otto_order_number, own, accounts)
                if waits and row and not (row._is_debtor and reason):
                    reason = line._otto_closed(row) or reason
                values |= {"otto_state": "unmatched" if reason else "matched", "otto_reason": reason}
            line.write(values)
        self._otto_reconcile()

    def _otto_closed(self, row):
        """Book a line as its kind says; return why Odoo refuses it, such as a closed period, nothing when it does not.

        :param row: `otto.statement.account`
        """
        try:
            with self.env.cr.savepoint():
                self._otto_book(row)
        except UserError as error:
            return stored(reason_of(error))
        return False

    def _otto_book_created(self):
        """Book new lines that are still on the suspense account although their kind has an account, and reconcile.

        Those in a foreign currency with a tax, which Odoo converts first. One that cannot be booked is not matched.
        """
        for line in as_connector(self.sudo()).filtered(lambda line: line.otto_state == "matched"):
            row = line._otto_suspense() and line.otto_channel_id._statement_row(line.otto_type)
            if row and (reason := line._otto_closed(row)):
                line.write({"otto_state": "unmatched", "otto_reason": reason})
        self._otto_reconcile()

    def _otto_receipts(self, pairs):
        """Return receipts by channel and order number."""
        found = defaultdict(self.env["otto.receipt"].sudo().browse)
        numbers = defaultdict(list)
        for channel, number in pairs:
            numbers[channel].append(number)
        for channel, wanted in numbers.items():
            domain = [("channel_id", "=", channel.id), ("order_number", "in", wanted)]
            for receipt in self.env["otto.receipt"].sudo().search(domain):
                found[channel, receipt.order_number] |= receipt
        return found

    def _otto_obstacle(self, row, word, number, receipts, accounts=None):
        """Return why a line is not matched, in the user's words; False when it is.

        :param row: `otto.statement.account` of the line's kind
        :param word: the kind of transaction
        :param number: the order's
        :param receipts: `otto.receipt` of the order
        :param accounts: on which the line stands; None or empty: it will be booked on the row's
        """
        if not row:
            return self.env._(
                "The channel's table has no account for %s. Please add one (the channel's page Statement) and match "
                "again.",
                word or "-",
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
        return bool(row._is_debtor) and self._otto_other_account(number, receipts, accounts or row.account_id)

    # Booking

    def _otto_entry(self, vals, row):
        """Return the lines of a statement line's entry; none in a foreign currency, which Odoo converts itself.

        With a tax such a line is booked when it is there: `_otto_book_created`.
        """
        channel = row.channel_id
        journal, own = channel.statement_journal_id, channel.company_id.currency_id
        if (journal.currency_id or own) != own or vals.get("foreign_currency_id"):
            return {"counterpart_account_id": row.account_id.id} if not row.tax_id else {}
        # Another import may bring it as text.
        amount = own.round(float(vals.get("amount") or 0.0))
        partner = self._otto_partner(row).id or vals.get("partner_id")
        texts = {"name": vals.get("payment_ref"), "partner_id": partner, "currency_id": own.id}
        clearing = {**texts, "account_id": journal.default_account_id.id, "tax_ids": []}
        clearing |= {"balance": amount, "amount_currency": amount}
        others = self._otto_counterparts(row, texts, (-amount, own), (-amount, own))
        return {"partner_id": partner, "line_ids": [Command.create(line) for line in (clearing, *others)]}

    def _otto_partner(self, row):
        """Return who owes what a line pays: OTTO Payments for sales, nobody for fees."""
        partners = self.env["res.partner"]
        return row.channel_id.booking_partner_id.commercial_partner_id if row._is_debtor else partners

    def _otto_book(self, row):
        """Put a line from the suspense account on the account of its kind; a tax that it contains is taken out."""
        suspense = self._otto_suspense()
        if len(suspense) != 1:
            return
        partner = self._otto_partner(row) or suspense.partner_id
        texts = {"name": suspense.name, "partner_id": partner.id, "currency_id": suspense.currency_id.id}
        own = self.company_id.currency_id
        amounts = (suspense.balance, own), (suspense.amount_currency, suspense.currency_id)
        # A posted line's tax cannot be changed, so the line is made anew.
        commands = [Command.delete(suspense.id)]
        commands += [Command.create(values) for values in self._otto_counterparts(row, texts, *amounts)]
        move = self.move_id.with_context(skip_readonly_check=True, force_delete=True, skip_invoice_sync=True)
        move.write({"line_ids": commands})

    def _otto_counterparts(self, row, texts, balance, amount_currency):
        """Yield the values of what stands against the clearing account: all of it, or net amount and tax.

        :param texts: what all lines have
        :param balance: (amount, currency) in the company's currency
        :param amount_currency: (amount, currency) in the line's
        """
        if not row.tax_id:
            amounts = {"balance": balance[0], "amount_currency": amount_currency[0]}
            yield {**texts, **amounts, "account_id": row.account_id.id, "tax_ids": []}
            return
        document = "refund" if balance[0] < 0 else "invoice"
        net, tax = self._otto_split(row.tax_id, *balance)
        net_currency, tax_currency = self._otto_split(row.tax_id, *amount_currency)
        yield {
            **texts,
            "account_id": row.account_id.id,
            "balance": net,
            "amount_currency": net_currency,
            "tax_ids": [Command.set(row.tax_id.ids)],
            "tax_tag_ids": [Command.set(row.tax_id._otto_repartition(document, "base").tag_ids.ids)],
        }
        repartition = row.tax_id._otto_repartition(document, "tax")
        yield {
            **texts,
            "account_id": (repartition.account_id or row.account_id).id,
            "name": row.tax_id.name,
            "balance": tax,
            "amount_currency": tax_currency,
            "tax_ids": [],
            "tax_repartition_line_id": repartition.id,
            "tax_tag_ids": [Command.set(repartition.tag_ids.ids)],
            "tax_base_amount": abs(net),
        }

    def _otto_split(self, tax, gross, currency):
        """Return net and tax of an amount that contains a tax."""
        net = float_round(gross / (1 + tax.amount / 100), precision_rounding=currency.rounding)
        return net, float_round(gross - net, precision_rounding=currency.rounding)

    def _otto_reconcile(self):
        """Reconcile what is open on the debtor's account of each order: its receipts and OTTO's payments for it."""
        matched = self.sudo().filtered(lambda line: line.otto_state == "matched" and line.otto_order_number)
        keys = {(line.otto_channel_id, line.otto_order_number) for line in matched}
        if not keys:
            return
        key_of = {}
        for key, receipts in self._otto_receipts(keys).items():
            booked = receipts.filtered(lambda receipt: receipt.booking_state == "booked")
            key_of |= dict.fromkeys(booked.move_id.ids, key)
        numbers = list({number for _channel, number in keys})
        for line in self.sudo().search([("otto_order_number", "in", numbers), ("otto_state", "=", "matched")]):
            key_of[line.move_id.id] = (line.otto_channel_id, line.otto_order_number)
        domain = [
            ("move_id", "in", list(key_of)),
            ("account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
        ]
        open_lines = self.env["account.move.line"].sudo().search(domain)
        groups = open_lines.grouped(lambda line: (key_of[line.move_id.id], line.account_id, line.currency_id))
        plan = [lines for lines in groups.values() if len({line.balance > 0 for line in lines}) == 2]
        if plan:
            open_lines._reconcile_plan(plan)
