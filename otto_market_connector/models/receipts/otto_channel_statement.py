"""A channel's settings for OTTO's account statement: the clearing journal and the table of accounts."""

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from .const_statement import (
    ACCOUNTS,
    CLEARING,
    INPUT_TAX,
    TRANSACTIONS,
    TRANSIT,
    TRANSIT_ACCOUNT,
    WITH_INPUT_TAX,
)


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    statement_journal_id = fields.Many2one(
        "account.journal",
        "Journal of OTTO's Statement",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        domain="[('type', '=', 'bank')]",
        help="OTTO's account of you, kept as a bank journal. Empty: made at the first import.",
    )
    statement_account_ids = fields.One2many("otto.statement.account", "channel_id", "Accounts of the Statement")
    statement_mapping_ids = fields.One2many("otto.statement.mapping", "channel_id", "Columns of the Statement")

    def write(self, vals):
        """Change channels; payments go to the debtor's new account where they went to the old one."""
        if "booking_receivable_id" not in vals:
            return super().write(vals)
        before = {channel: channel.booking_receivable_id for channel in self}
        result = super().write(vals)
        for channel, old in before.items():
            if (new := channel.booking_receivable_id) and old and new != old:
                rows = channel.sudo().statement_account_ids
                rows.filtered(lambda row, old=old: row.account_id == old).account_id = new
        return result

    def _prepare_statement(self):
        """Fill what is empty: the clearing journal with its account, and the proposal for each kind of transaction.

        What a channel before had for the same account is taken over.

        :raises UserError: the company has no German chart and there is no journal; says what to enter
        """
        for channel in self:
            own = channel.sudo().with_company(channel.company_id)
            own._take_over_statement(own._channels_before())
            if not own.statement_journal_id:
                own.statement_journal_id = own._make_statement_journal()
            own._propose_statement_accounts()

    def _make_statement_journal(self):
        """Return the bank journal for the channel's statement: the one of its payment method, if it is still free.

        :raises UserError: there is none, and no proposal for the company's chart
        """
        channels = self.with_context(active_test=False)
        taken = channels.search([("statement_journal_id", "=", self.journal_id.id)], limit=1)
        code = CLEARING.get(self._chart())
        if self.journal_id.type == "bank" and not taken:
            self._number_clearing_account(self.journal_id.default_account_id, code)
            return self.journal_id
        if not code:
            raise UserError(
                self.env._(
                    "Please enter a bank journal for OTTO's statement on the channel %s. Odoo proposes accounts for "
                    "the charts SKR03 and SKR04 only.",
                    self.name,
                )
            )
        name = f"OTTO Payments {self.name}"
        account = self._make_account(code, name, "asset_cash")
        return self.env["account.journal"].create(
            {
                "name": name,
                "type": "bank",
                "code": self._free_journal_code(),
                "company_id": self.company_id.id,
                "default_account_id": account.id,
            }
        )

    def _number_clearing_account(self, account, code):
        """Give the journal's account the number of the proposal; one on which something was booked keeps its own."""
        if (
            code
            and account
            and not self.env["account.move.line"].search_count([("account_id", "=", account.id)], limit=1)
        ):
            account.code = self._free_account_code(code)

    def _free_account_code(self, code):
        """Return an account number, or when it is taken the first free one after it."""
        accounts = self.env["account.account"].with_company(self.company_id)
        domain = accounts._check_company_domain(self.company_id)
        number = int(code)
        while accounts.search_count([*domain, ("code", "=", str(number))], limit=1):
            number += 1
        return str(number)

    def _make_account(self, code, name, account_type):
        """Return a new account with a code, or with the first free one after it."""
        return (
            self.env["account.account"]
            .with_company(self.company_id)
            .create(
                {
                    "code": self._free_account_code(code),
                    "name": name,
                    "account_type": account_type,
                    "company_ids": [Command.link(self.company_id.root_id.id)],
                    "reconcile": account_type != "asset_cash",
                }
            )
        )

    def _propose_statement_accounts(self):
        """Add the chart's accounts for the kinds of transactions that have no row; rows that are there stay."""
        known = set(self.statement_account_ids.mapped("transaction_type"))
        missing = {word: purpose for word, purpose in TRANSACTIONS.items() if word not in known}
        accounts = {purpose: self._statement_account(purpose) for purpose in dict.fromkeys(missing.values())}
        tax = self._input_tax()
        self.env["otto.statement.account"].create(
            [
                {
                    "channel_id": self.id,
                    "transaction_type": word,
                    "account_id": accounts[purpose].id,
                    "tax_id": tax.id if purpose in WITH_INPUT_TAX else False,
                }
                for word, purpose in missing.items()
                if accounts[purpose]
            ]
        )

    def _statement_account(self, purpose):
        chart = self._chart()
        if purpose == "debtor":
            return self.booking_receivable_id or self._proposed_receivable()
        if purpose == TRANSIT:
            rows = self.statement_account_ids.filtered(lambda row: TRANSACTIONS.get(row.transaction_type) == TRANSIT)
            code = TRANSIT_ACCOUNT.get(chart)
            return rows.account_id[:1] or (
                self._account_of_code(code)
                or (self._make_account(code, self.env._("OTTO payouts in transit"), "asset_current") if code else code)
            )
        return self._account_of_code(ACCOUNTS.get(chart, {}).get(purpose))

    def _input_tax(self):
        """Return the company's first German input tax of 19 %."""
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(self.company_id),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("country_id.code", "=", "DE"),
            ]
        )
        domestic = taxes.filtered(
            lambda tax: (
                not float_compare(tax.amount, INPUT_TAX, precision_digits=4)
                and len(tax._otto_repartition("invoice", "tax")) == 1
            )
        )
        return domestic[:1]

    def _statement_row(self, transaction_type):
        """Return the row of the table of accounts for a kind of transaction."""
        return self.statement_account_ids.filtered(lambda row: row.transaction_type == transaction_type)[:1]
