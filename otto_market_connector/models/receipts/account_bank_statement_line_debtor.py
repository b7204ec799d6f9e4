"""A payment of OTTO's stands on the account of its order's receipts, or is not matched (R31)."""

from odoo import models
from odoo.exceptions import UserError

from ..core.texts import reason_of, stored
from ..core.write_guard import as_connector


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _otto_suspense(self):
        """Return the journal item of a line on the suspense account."""
        _clearing, suspense, _others = self._seek_for_lines()
        return suspense

    def _otto_accounts(self):
        """Return the accounts on which a line stands: the debtor's, else what a person chose; empty on suspense."""
        _clearing, _suspense, others = self._seek_for_lines()
        debtors = others.filtered(lambda item: item.account_type == "asset_receivable")
        return (debtors or others).account_id

    def _otto_other_account(self, number, receipts, accounts):
        """Return why a payment and the receipts of its order cannot be reconciled: they are on different accounts.

        :param number: the order's
        :param receipts: `otto.receipt` of the order
        :param accounts: `account.account` on which the payment is, or will be
        :return: a sentence; False when they are on the same
        """
        booked = receipts.filtered(lambda receipt: receipt.booking_state == "booked").move_id.line_ids
        theirs = booked.filtered(lambda item: item.account_type == "asset_receivable").account_id
        if not theirs or theirs == accounts:
            return False
        # Odoo shows the numbers of accounts to full accountants alone.
        own, wanted = (
            ", ".join(f"{each.code} {each.name}" for each in some.sudo().with_company(receipts.company_id[:1]))
            for some in (accounts, theirs)
        )
        return self.env._(
            "This payment is on the account %(own)s, but the receipts of the order %(order)s are booked on %(theirs)s. "
            "Please enter the same account for both (the channel's pages Booking and Statement), reverse the receipts "
            "and book them again if theirs is the wrong one, and match again.",
            own=own,
            order=number,
            theirs=wanted,
        )

    def _otto_free_debtors(self):
        """A person asks to match again: take payments off a debtor's account that is not the one of their kind.

        Only what nothing is reconciled with; it is booked anew with the rest.
        """
        for line in as_connector(self.sudo()):
            row, accounts = line.otto_channel_id._statement_row(line.otto_type), line._otto_accounts()
            if not row._is_debtor or not accounts or accounts == row.account_id:
                continue
            if set(accounts.mapped("account_type")) != {"asset_receivable"} or line._otto_is_reconciled():
                continue
            try:
                with self.env.cr.savepoint():
                    line.action_undo_reconciliation()
            except UserError as error:
                line.otto_reason = stored(reason_of(error))

    def _otto_is_reconciled(self):
        _clearing, _suspense, others = self._seek_for_lines()
        return bool(others.matched_debit_ids | others.matched_credit_ids)
