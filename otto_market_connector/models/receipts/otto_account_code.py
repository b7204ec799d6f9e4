"""The accounts of a channel with their numbers: Odoo shows these to few people, and advisers know accounts by them."""

from odoo import api, fields, models


class OttoBookingAccount(models.Model):
    _inherit = "otto.booking.account"

    account_code = fields.Char("Account Number", compute="_compute_account_code")

    @api.depends("account_id", "channel_id.company_id")
    def _compute_account_code(self):
        for row in self:
            row.account_code = row.account_id.sudo().with_company(row.channel_id.company_id).code


class OttoStatementAccount(models.Model):
    _inherit = "otto.statement.account"

    account_code = fields.Char("Account Number", compute="_compute_account_code")

    @api.depends("account_id", "channel_id.company_id")
    def _compute_account_code(self):
        for row in self:
            row.account_code = row.account_id.sudo().with_company(row.channel_id.company_id).code


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    booking_receivable_code = fields.Char("Number of the Debtor's Account", compute="_compute_booking_receivable_code")

    @api.depends("booking_receivable_id", "company_id")
    def _compute_booking_receivable_code(self):
        for channel in self:
            account = channel.booking_receivable_id.sudo().with_company(channel.company_id)
            channel.booking_receivable_code = account.code
