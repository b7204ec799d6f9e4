from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from .const_booking import DELIVERY, REDUCTION, REVENUE, SERVICE, VAT


class OttoBookingAccount(models.Model):
    """A row of a channel's table of accounts: on which account a part of a receipt is booked, and with which tax."""

    _name = "otto.booking.account"
    _description = "Account for OTTO Receipts"
    _check_company_auto = True
    _order = "channel_id, tax_rate desc, purpose, id"
    _rec_name = "account_id"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True, precompute=True)
    purpose = fields.Selection(
        [
            (REVENUE, "Revenue"),
            (DELIVERY, "Delivery Fees"),
            (SERVICE, "Services"),
            (REDUCTION, "Partial Refunds"),
        ],
        required=True,
        default=REVENUE,
        help="Delivery fees, services and partial refunds without a row of their own are booked as revenue.",
    )
    tax_type = fields.Char("Kind of Tax", required=True, default=VAT, help="OTTO's word: VAT or INSURANCE.")
    tax_rate = fields.Float("VAT Rate (%)", required=True, digits=(16, 4))
    account_id = fields.Many2one(
        "account.account",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable', 'off_balance'))]",
    )
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        ondelete="restrict",
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '=', 'percent')]",
        help="Gives the account of the tax and the boxes of the tax report. Empty: without tax.",
    )

    _purpose_rate_unique = models.Constraint(
        "UNIQUE(channel_id, purpose, tax_type, tax_rate)",
        "There is already an account for this purpose and rate.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Add rows; what could not be booked for want of one is tried again."""
        rows = super().create(vals_list)
        rows.channel_id._book_blocked_again()
        return rows

    def write(self, vals):
        """Change rows; what could not be booked for the old ones is tried again."""
        result = super().write(vals)
        self.channel_id._book_blocked_again()
        return result

    @api.constrains("tax_id", "tax_rate", "account_id")
    def _check_tax(self):
        """A row's tax has the row's rate and one account; another one would stand in the wrong box of the report."""
        for row in self.filtered("tax_id"):
            if float_compare(row.tax_id.amount, row.tax_rate, precision_digits=4):
                raise ValidationError(
                    self.env._(
                        "The tax %(tax)s is not one of %(rate)s %%.", tax=row.tax_id.name, rate=f"{row.tax_rate:g}"
                    )
                )
            if row.tax_rate:
                row.tax_id._otto_check_whole()

    @api.constrains("account_id")
    def _check_account(self):
        """The debtor's line is the only one on a receivable account: it is the one that is reconciled."""
        for row in self:
            if row.account_id.account_type in ("asset_receivable", "liability_payable", "off_balance"):
                raise ValidationError(
                    self.env._(
                        "%s is no account for revenue.", row.account_id.with_company(row.company_id).display_name
                    )
                )
