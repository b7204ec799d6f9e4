"""Each line of OTTO's statement comes once, whatever mapping or import reads it (R31)."""

from odoo import api, fields, models
from odoo.tools import SQL

from .statement_keys import Line, base_key, details_of, new_lines


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    otto_details = fields.Char("Columns at OTTO", readonly=True, copy=False)

    @api.model
    def _otto_new(self, channel, lines):
        """Tell which lines of a statement are not in Odoo yet.

        :param channel: `otto.channel`
        :param lines: list of `Line`, all of the file: equal ones are counted
        :return: dict of the place of a new line in the list to its key
        """
        return new_lines(lines, self._otto_stored(channel, lines) if lines else [])

    def _otto_stored(self, channel, lines):
        """Return those stored lines of a channel that these may be, as they are compared.

        A key stays what OTTO said, also when a person has changed the day since. Lines without one are taken as they are.
        """
        bases, old_keys = {line.base for line in lines}, {line.old_key for line in lines if line.old_key}
        self.flush_model(["otto_channel_id", "otto_key", "otto_details", "otto_type", "otto_order_number", "amount"])
        self.env["account.move"].flush_model(["date"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.otto_key, line.otto_details, line.otto_type, line.otto_order_number, move.date, line.amount
                  FROM account_bank_statement_line line
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.otto_channel_id = %s
                   AND (line.otto_details IS NULL OR split_part(line.otto_key, ':', 1) = ANY(%s))
                 ORDER BY line.id
                """,
                channel.id,
                list(bases),
            )
        )
        stored = [self._otto_as_stored(*row) for row in rows]
        return [line for line in stored if line.base in bases or line.old_key in old_keys]

    def _otto_as_stored(self, key, details, word, order, day, amount):
        base, _colon, number = (key or "").partition(":")
        if details and number:
            return Line(base, details_of(details), number=int(number))
        # Made by the first version, or by another import before lines of these had keys.
        found = (("order", "", order),) if order else ()
        return Line(base_key(day, word or "", amount), found, old_key=key or "")
