from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .statement_words import WORDS

ROLES = tuple(WORDS)


class OttoStatementMapping(models.Model):
    """Which columns of OTTO's account statement mean what; saved at the first import, or made by hand."""

    _name = "otto.statement.mapping"
    _description = "Columns of OTTO's Statement"
    _order = "channel_id, id desc"

    name = fields.Char(required=True)
    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True, precompute=True)
    column_date = fields.Char("Column of the Date", required=True, help="The header as it stands in the file.")
    column_type = fields.Char("Column of the Kind of Transaction", required=True)
    column_amount = fields.Char("Column of the Amount", help="Empty: the file has columns for debit and credit.")
    column_debit = fields.Char("Column of Debits")
    column_credit = fields.Char("Column of Credits")
    column_sign = fields.Char(
        "Column of Debit or Credit", help="Where the sign of the amount is in a column of its own."
    )
    column_order = fields.Char("Column of the Order Number")
    column_reference = fields.Char("Column of the Reference")
    column_text = fields.Char("Column of the Text")
    column_balance = fields.Char("Column of the Balance")
    column_currency = fields.Char("Column of the Currency")
    decimal_sign = fields.Selection(
        [("auto", "As the File Shows"), ("comma", "Comma"), ("dot", "Dot")], required=True, default="auto"
    )
    date_format = fields.Char(help="E.g. %d.%m.%Y. Empty: as the file shows.")
    can_offer = fields.Boolean(compute="_compute_can_offer")

    @api.constrains("column_amount", "column_debit", "column_credit")
    def _check_amount(self):
        for mapping in self:
            if not mapping.column_amount and not (mapping.column_debit and mapping.column_credit):
                raise ValidationError(
                    self.env._("Please enter the column of the amount, or those of debits and credits.")
                )

    def _columns(self):
        """Return the headers by what they mean."""
        self.ensure_one()
        return {role: self[f"column_{role}"] for role in ROLES if self[f"column_{role}"]}

    @api.depends_context("uid")
    def _compute_can_offer(self):
        self.can_offer = self._sheet_mappings() is not None

    @api.model
    def _sheet_mappings(self):
        """Return the mappings of OCA's import of bank statements, None where it is not installed."""
        model = self.env.get("account.statement.import.sheet.mapping")
        return None if model is None else model

    def action_offer(self):
        """Make a mapping for OCA's import of bank statements, and let OTTO's journal use it.

        Lines that come that way are booked and matched as those of our own import: `account.bank.statement.line`.

        :raises UserError: the sign stands in a column of its own, whose words only our own import knows
        """
        self.ensure_one()
        self.check_access("write")
        if self.column_sign:
            raise UserError(
                self.env._(
                    "The column %s says which amounts are debits. Please import this file with the button Import.",
                    self.column_sign,
                )
            )
        channel = self.channel_id
        channel._prepare_statement()
        offered = self._sheet_mappings().sudo().create(self._sheet_values())
        channel.statement_journal_id.sudo().default_sheet_mapping_id = offered
        return {
            "type": "ir.actions.act_window",
            "res_model": offered._name,
            "res_id": offered.id,
            "view_mode": "form",
        }

    def _sheet_values(self):
        """Return the values of OCA's mapping that reads the same columns."""
        is_comma = self.decimal_sign != "dot"
        return {
            "name": f"{self.channel_id.name}: {self.name}",
            "float_thousands_sep": "dot" if is_comma else "comma",
            "float_decimal_sep": "comma" if is_comma else "dot",
            "delimiter": "semicolon",
            "timestamp_format": self.date_format or "%d.%m.%Y",
            "timestamp_column": self.column_date,
            "amount_column": self.column_amount,
            "amount_type": "simple_value" if self.column_amount else "distinct_credit_debit",
            # Its words are the bank's: what it calls debit comes in.
            "amount_debit_column": not self.column_amount and self.column_credit,
            "amount_credit_column": not self.column_amount and self.column_debit,
            "balance_column": self.column_balance,
            # No `transaction_id_column`: a sale's money and its commission have the same reference.
            "description_column": self.column_type,
            "reference_column": self.column_order,
            "notes_column": ",".join(name for name in (self.column_reference, self.column_text) if name),
        }
