from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .statement_file import word_of


class OttoStatementAccount(models.Model):
    """A row of a channel's table of transactions: on which account one of OTTO's account statement is booked."""

    _name = "otto.statement.account"
    _description = "Account for OTTO Statement"
    _check_company_auto = True
    _order = "channel_id, transaction_type, id"
    _rec_name = "transaction_type"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True, precompute=True)
    transaction_type = fields.Char(required=True, help="OTTO's word in the statement, e.g. COMMISSION.")
    account_id = fields.Many2one(
        "account.account",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('account_type', '!=', 'off_balance')]",
        help="With a receivable account, the line is matched to the receipts of its order.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        "Input Tax",
        check_company=True,
        ondelete="restrict",
        domain="[('type_tax_use', '=', 'purchase'), ('amount_type', '=', 'percent')]",
        help="The amount of the statement contains this tax. Empty: it contains none.",
    )

    _type_unique = models.Constraint(
        "UNIQUE(channel_id, transaction_type)",
        "There is already an account for this kind of transaction.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Make rows; kinds of transactions are compared in one form only."""
        return super().create([self._in_form(vals) for vals in vals_list])

    def write(self, vals):
        """Change rows; kinds of transactions are compared in one form only."""
        return super().write(self._in_form(vals))

    def _in_form(self, vals):
        word = vals.get("transaction_type")
        return {**vals, "transaction_type": word_of(word)} if word else vals

    @api.constrains("tax_id", "account_id")
    def _check_tax(self):
        """A tax must have one account for the whole tax; a debtor's line bears none."""
        for row in self.filtered("tax_id"):
            if row.tax_id.amount:
                row.tax_id._otto_check_whole()
            if row._is_debtor:
                raise ValidationError(
                    self.env._("%s: a payment of OTTO's for sales contains no input tax.", row.transaction_type)
                )

    @property
    def _is_debtor(self):
        """Whether lines are matched to receipts."""
        return self.account_id.account_type == "asset_receivable"
