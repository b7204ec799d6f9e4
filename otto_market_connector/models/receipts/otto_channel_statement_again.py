"""A channel made again for the same account goes on with OTTO's statement; one journal is one channel's (R31)."""

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from ..core.write_guard import as_connector


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    @api.model_create_multi
    def create(self, vals_list):
        """Make channels; one that gets a journal gets the lines in it that are no channel's at work."""
        channels = super().create(vals_list)
        channels.filtered("statement_journal_id")._adopt_statement_lines()
        return channels

    def write(self, vals):
        """Change channels; one that gets a journal gets the lines in it that are no channel's at work."""
        result = super().write(vals)
        if vals.get("statement_journal_id"):
            self._adopt_statement_lines()
        return result

    @api.constrains("statement_journal_id", "active")
    def _check_statement_journal(self):
        """Refuse one journal for two channels at work: each would take the other's lines for its own."""
        for channel in self.sudo().filtered(lambda channel: channel.active and channel.statement_journal_id):
            journal = channel.statement_journal_id
            domain = [("statement_journal_id", "=", journal.id), ("id", "!=", channel.id), ("active", "=", True)]
            if other := self.sudo().search(domain, limit=1):
                raise ValidationError(
                    self.env._(
                        "The journal %(journal)s has the statement of the channel %(other)s. Please choose another "
                        "bank journal for OTTO's statement on the channel %(channel)s, or leave it empty: one is "
                        "made at the first import.",
                        journal=journal.name,
                        other=other.name,
                        channel=channel.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_statement(self):
        lines = self.env["account.bank.statement.line"].sudo()
        for channel in self:
            if lines.search_count([("otto_channel_id", "=", channel.id)], limit=1):
                raise UserError(
                    self.env._(
                        "The channel %s has lines of OTTO's statement, which another one could not go on with, and "
                        "cannot be deleted. Archive it instead.",
                        channel.name,
                    )
                )

    def _adopt_statement_lines(self):
        """Take the lines of OTTO's statement in the channel's journal whose channel is archived or was deleted."""
        for channel in self.sudo().filtered("active"):
            self.env["account.bank.statement.line"].sudo()._otto_give(
                channel,
                [
                    ("journal_id", "=", channel.statement_journal_id.id),
                    *("|", "&", ("otto_channel_id", "=", False), ("otto_key", "!=", False)),
                    ("otto_channel_id.active", "=", False),
                ],
            )

    def _channels_before(self):
        """Return the archived channels of the company that had this channel's account."""
        channel = self.sudo()
        account = channel._otto_account()
        domain = [("active", "=", False), ("company_id", "=", channel.company_id.id), ("id", "!=", channel.id)]
        archived = channel.with_context(active_test=False).search(domain)
        return archived.filtered(lambda other: account and other._otto_account() == account)

    def _take_over_statement(self, others):
        """Go on with OTTO's statement where archived channels left it: journal, accounts, columns and lines.

        What this channel has itself stays.

        :param others: archived channels of the same account
        """
        channel = self.sudo()
        for other in others.sudo():
            journal = other.statement_journal_id
            if journal and not channel.statement_journal_id:
                other.statement_journal_id = False
                channel.statement_journal_id = journal
            known = set(channel.statement_account_ids.mapped("transaction_type"))
            rows = other.statement_account_ids.filtered(lambda row, known=known: row.transaction_type not in known)
            rows.channel_id = channel
            other.statement_mapping_ids.channel_id = channel
            lines = self.env["account.bank.statement.line"].sudo()
            lines._otto_give(channel, [("otto_channel_id", "=", other.id)])


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    @api.model
    def _otto_give(self, channel, domain):
        """Give lines to a channel; one that it has already stays where it is.

        :param domain: which lines
        """
        if lines := self.search(domain):
            own = self.search([("otto_channel_id", "=", channel.id), ("otto_key", "in", lines.mapped("otto_key"))])
            taken = set(own.mapped("otto_key")) - {False}
            given = lines.filtered(lambda line: line.otto_key not in taken)
            as_connector(given).write({"otto_channel_id": channel.id})


class OttoReceiptMapper(models.AbstractModel):
    _inherit = "otto.receipt.mapper"

    def _take_over_from(self, channels):
        """The statement of channels whose receipts this one goes on with is this one's as well."""
        self.channel._take_over_statement(channels)
        return super()._take_over_from(channels)
