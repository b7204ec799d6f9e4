"""Import of OTTO's account statement (Kontoauszug), a CSV file that sellers download each month."""

from odoo import Command, api, fields, models
from odoo.addons.delivery_dhl_de.binary import from_field
from odoo.exceptions import UserError

from ..models.core.write_guard import as_connector
from ..models.receipts.const_statement import MOST_BYTES, MOST_TOLD, PAY_IN
from ..models.receipts.statement_file import chained, read_statement
from ..models.receipts.statement_keys import lines_of, stored_details
from ..models.receipts.statement_words import FileProblem


class OttoStatementImport(models.TransientModel):
    _name = "otto.statement.import"
    _description = "Import of OTTO's Account Statement"

    channel_id = fields.Many2one("otto.channel", required=True, default=lambda self: self._default_channel())
    company_id = fields.Many2one(related="channel_id.company_id")
    file = fields.Binary("Account Statement (CSV)", required=True)
    file_name = fields.Char()
    mapping_id = fields.Many2one(
        "otto.statement.mapping",
        "Columns",
        domain="[('channel_id', '=', channel_id)]",
        help="Empty: the columns are recognised by their headers, and saved.",
    )
    can_offer = fields.Boolean(compute="_compute_can_offer")

    @api.model
    def _default_channel(self):
        channels = self.env["otto.channel"].search([("company_id", "=", self.env.company.id)], limit=2)
        return channels if len(channels) == 1 else channels.browse()

    @api.depends_context("uid")
    def _compute_can_offer(self):
        self.can_offer = self.env["otto.statement.mapping"]._sheet_mappings() is not None

    def action_import(self):
        """Read the file, book its lines and show them, those that are not matched first.

        :raises UserError: the file is refused, or all of its lines are there already
        """
        self.ensure_one()
        # Accountants may, although Odoo itself lets only whoever keeps bank accounts make lines by hand.
        self.channel_id.check_access("read")
        statement = self._read()
        channel = self.channel_id
        channel._prepare_statement()
        self._refuse_currencies(statement.entries)
        values = self._line_values(statement)
        if not values:
            raise UserError(self.env._("All %s lines of this file have been imported before.", len(statement.entries)))
        made = self._make_statement(statement, values, whole=len(values) == len(statement.entries))
        earlier = [("otto_channel_id", "=", channel.id), ("otto_state", "=", "unmatched")]
        (made.line_ids.search(earlier) - made.line_ids).action_otto_match()
        return self._shown(made.line_ids)

    def action_offer(self):
        """Read the file's columns and make a mapping for the import of bank statements that is installed."""
        self.ensure_one()
        self._read()
        return self.mapping_id.action_offer()

    def _shown(self, lines):
        unmatched = lines.filtered(lambda line: line.otto_state == "unmatched")
        action = self.env["ir.actions.act_window"]._for_xml_id("otto_market_connector.action_otto_statement_line")
        context = {"search_default_unmatched": 1} if unmatched else {}
        name = self.env._("%(lines)s lines, %(unmatched)s not matched", lines=len(lines), unmatched=len(unmatched))
        return {**action, "domain": [("id", "in", lines.ids)], "context": context, "display_name": name, "name": name}

    # Reading

    def _read(self):
        """Return the statement and keep its mapping.

        :raises UserError: says why the file is refused and what was found in it
        """
        # A channel before it for the same account may have the columns.
        self.channel_id._take_over_statement(self.channel_id._channels_before())
        content = from_field(self.file)
        if len(content) > MOST_BYTES:
            raise UserError(self.env._("The file is too large for an account statement."))
        try:
            statement = self._read_mapped(content)
            if statement is None:
                statement = read_statement(content)
                self.mapping_id = self._save_mapping(statement.columns)
        except FileProblem as problem:
            raise UserError(self._refusal(problem)) from None
        self._refuse_without_orders(statement)
        return statement

    def _read_mapped(self, content):
        """Return the statement as the chosen mapping, or else the saved one with the most columns that fits, reads it.

        A saved one that knows fewer of the file's columns than their headers tell is not taken.

        :return: None when none fits
        :raises FileProblem: the chosen one does not fit, or the file is refused
        """
        chosen = self.mapping_id
        for mapping in chosen or self.channel_id.statement_mapping_ids.sorted(lambda each: -len(each._columns())):
            try:
                statement = read_statement(content, mapping._columns(), mapping.decimal_sign, mapping.date_format or "")
            except FileProblem as problem:
                if chosen or problem.key != "no_header":
                    raise
                continue
            if not chosen and self._tells_more(content, mapping, statement):
                continue
            self.mapping_id = mapping
            return statement
        return None

    def _tells_more(self, content, mapping, statement):
        """Tell whether the headers of a file say all that a mapping does, and more."""
        if mapping.decimal_sign != "auto" or mapping.date_format:
            return False
        try:
            columns = read_statement(content).columns
        except FileProblem:
            return False
        return columns.items() > statement.columns.items()

    def _save_mapping(self, columns):
        mappings = self.env["otto.statement.mapping"].sudo()
        values = {f"column_{role}": header for role, header in columns.items()}
        name = self.file_name or self.env._("Account statement")
        return mappings.create({"name": name, "channel_id": self.channel_id.id, **values}).sudo(False)

    def _refusal(self, problem):
        found = ", ".join(problem.found[:MOST_TOLD])
        if problem.key == "no_header":
            return self.env._(
                "The columns of this file are not known. Needed are a date, a kind of transaction and an amount; found "
                "were: %s. Please make a mapping of the columns (field Columns) and import again.",
                found or "-",
            )
        if problem.key == "lines":
            return self.env._("Nothing was imported, because these lines cannot be read (line: value): %s", found)
        texts = {
            "no_text": self.env._("This is no CSV file. Please download the statement from OTTO as CSV."),
            "empty": self.env._("There are no transactions in this file."),
            "twice": self.env._("These columns are there twice: %s", found),
            "decimals": self.env._(
                "It is not clear whether comma or dot is the decimal sign: %s. Please choose it in the mapping of the "
                "columns (field Columns).",
                found,
            ),
            "dates": self.env._(
                "The form of the dates is not clear: %s. Please enter it in the mapping of the columns (field "
                "Columns).",
                found,
            ),
            "signs": self.env._(
                "It is not clear which amounts are debits and which are credits: %s. Please compare the file with the "
                "one that you downloaded from OTTO; if it is the same, tell whoever looks after the connector.",
                found,
            ),
            "balances": self.env._(
                "The balances of this file do not follow from its amounts: lines are missing, or debits and credits "
                "are mixed up. Please download the statement again, and check the mapping of the columns (field "
                "Columns)."
            ),
        }
        return texts[problem.key]

    def _refuse_without_orders(self, statement):
        """Refuse payments of which nobody could tell the order: they would wait for ever."""
        if "order" in statement.columns or all(entry.type != PAY_IN for entry in statement.entries):
            return
        raise UserError(
            self.env._(
                "This file has payments for sales (PAY_IN), but no column is known for their order numbers. Found "
                "were: %s. Please enter the column of the order number in a mapping (field Columns), and import "
                "again with it.",
                ", ".join(statement.headers[:MOST_TOLD]),
            )
        )

    def _refuse_currencies(self, entries):
        journal = self.channel_id.statement_journal_id
        own = (journal.currency_id or journal.company_id.currency_id).name
        others = {entry.currency for entry in entries if entry.currency and entry.currency not in (own, "€")}
        if others:
            raise UserError(
                self.env._(
                    "The journal %(journal)s is kept in %(own)s, but the file has lines in %(others)s.",
                    journal=journal.name,
                    own=own,
                    others=", ".join(sorted(others)),
                )
            )

    # Lines

    def _line_values(self, statement):
        """Return the values of those lines of a statement that are not in Odoo yet."""
        lines = lines_of(statement)
        keys = self.env["account.bank.statement.line"].sudo()._otto_new(self.channel_id, lines)
        values = []
        for place, key in keys.items():
            entry = statement.entries[place]
            parts = (entry.type, entry.order, entry.reference, entry.text)
            values.append(
                {
                    "date": entry.day,
                    "payment_ref": " ".join(part for part in parts if part),
                    "ref": entry.order or entry.reference or False,
                    "amount": float(entry.amount),
                    "otto_channel_id": self.channel_id.id,
                    "otto_type": entry.type,
                    "otto_order_number": entry.order or False,
                    "otto_key": key,
                    "otto_details": stored_details(lines[place].details),
                }
            )
        return values

    def _make_statement(self, statement, values, *, whole):
        """Make the bank statement with its lines and the file; balances where the file has them and is wholly new."""
        journal = self.channel_id.statement_journal_id
        name = self.file_name or self.env._("Account statement")
        made = (
            as_connector(self.env["account.bank.statement"].sudo())
            .create(
                {
                    "name": name,
                    "journal_id": journal.id,
                    "line_ids": [Command.create({**each, "journal_id": journal.id}) for each in values],
                }
            )
            .with_env(self.env(su=True))
        )
        if whole and (balances := chained(statement.entries)):
            made.write({"balance_start": float(balances[0]), "balance_end_real": float(balances[1])})
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": from_field(self.file),
                    "res_model": made._name,
                    "res_id": made.id,
                    "mimetype": "text/csv",
                }
            )
        )
        made.attachment_ids |= attachment
        return made
