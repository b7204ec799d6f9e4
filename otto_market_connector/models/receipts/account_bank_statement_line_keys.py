"""Each line of OTTO's statement comes once, whatever mapping or import reads it (R31)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .const_statement import MOST_TOLD
from .statement_keys import Line, base_key, details_of, new_lines, stored_details


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

        A key stays what OTTO said, also when a person has changed the day since; lines without one are taken as they
        are.
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

    # Another import

    def _otto_with_keys(self, vals_list, channels):
        """Return the values of lines; those that another import makes get the keys that ours would give them.

        :param vals_list: with kind and order, as `_otto_prepare` has them
        :param channels: the `otto.channel` of each, an empty one for none
        :raises UserError: some are in Odoo already; names them and the way that leaves them out
        """
        others = [(place, channel) for place, channel in enumerate(channels) if channel]
        others = [(place, channel) for place, channel in others if "otto_key" not in vals_list[place]]
        prepared, known = list(vals_list), []
        for channel in {channel for _place, channel in others}:
            places = [place for place, own in others if own == channel]
            lines = [self._otto_line(vals_list[place]) for place in places]
            new = self.sudo()._otto_new(channel, lines)
            known += [vals_list[place] for index, place in enumerate(places) if index not in new]
            for index, key in new.items():
                ours = {"otto_key": key, "otto_details": stored_details(lines[index].details)}
                prepared[places[index]] = {**vals_list[places[index]], **ours}
        if known:
            raise UserError(self._otto_known_text(known))
        return prepared

    def _otto_line(self, vals):
        """Return a line of another import as it is compared."""
        day = fields.Date.to_date(vals.get("date")) or fields.Date.context_today(self)
        order = vals.get("otto_order_number")
        # Another import may bring amounts as text.
        base = base_key(day, vals.get("otto_type") or "", float(vals.get("amount") or 0.0))
        return Line(base, (("order", "", order),) if order else ())

    def _otto_known_text(self, vals_list):
        told = (
            f"{format_date(self.env, vals.get('date'))} {vals.get('payment_ref') or ''} {vals.get('amount')}"
            for vals in vals_list[:MOST_TOLD]
        )
        return self.env._(
            "%(count)s lines of OTTO's statement are in Odoo already: %(lines)s. Please import the file with "
            "Import OTTO Statement (Invoicing, Customers), which brings what is missing and leaves out the rest.",
            count=len(vals_list),
            lines=", ".join(told),
        )
