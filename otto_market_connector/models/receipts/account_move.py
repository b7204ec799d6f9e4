"""Journal entries of OTTO's receipts: nobody changes, copies, reverses or deletes one (R31, facts/odoo.md §8)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.write_guard import is_connector

# What the books consist of is defined by these add-ons; a field of another one (an export's mark) is left alone.
ACCOUNTING = {"account", "sale", "sale_stock", "stock_account", "l10n_de", "otto_market_connector"}
# Of an entry, what is about handling it and not about what is booked.
FREE_ON_ENTRY = {
    "checked",
    "inalterable_hash",
    "is_manually_modified",
    "is_move_sent",
    "made_sequence_gap",
    "no_followup",
    "secure_sequence_number",
    "sending_data",
}
# Of a line: what it is paid with, and what management accounting says of it.
FREE_ON_LINE = {
    "analytic_distribution",
    "analytic_line_ids",
    "full_reconcile_id",
    "matched_credit_ids",
    "matched_debit_ids",
    "matching_number",
    "no_followup",
    "reconcile_model_id",
}


def refuse_booked(records, moves, vals, free):
    """Refuse that anybody but the connector changes what the entries of receipts say.

    :param records: the model that is written
    :param moves: the `account.move` that it belongs to
    :param vals: what is written
    :param free: fields that may be written all the same
    :raises UserError: names the entries
    """
    if is_connector(records.env):
        return
    booked = {name for name in vals if name in records._fields and ACCOUNTING & set(records._fields[name]._modules)}
    if booked - free:
        refuse_entries(moves)


def refuse_entries(moves):
    """Refuse what is done to entries of receipts by anybody but the connector.

    :raises UserError: names them and says what to do
    """
    entries = not is_connector(moves.env) and moves.sudo().filtered("otto_receipt_id")
    if entries:
        raise UserError(
            moves.env._(
                "%(entries)s: booked from OTTO's receipts and cannot be changed by hand. If the accounts were wrong, "
                "correct them on the OTTO channel and press Reverse and Book Again on the receipt.",
                entries=", ".join(entries.mapped("name")[:10]),
            )
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    otto_receipt_id = fields.Many2one(
        "otto.receipt", "OTTO Receipt", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    otto_receipt_booked = fields.Boolean(
        "Books the Receipt", readonly=True, copy=False, help="Off: reversed, or the reversal itself."
    )

    # Never twice, whatever is killed or runs at the same time (R19).
    _otto_receipt_once = models.UniqueIndex(
        "(otto_receipt_id) WHERE otto_receipt_booked",
        "This receipt is already booked.",
    )

    # Numbers

    def _get_last_sequence_domain(self, relaxed=False):
        """Entries of receipts have OTTO's numbers: Odoo does not count on from them, OTTO will use the next itself."""
        where, params = super()._get_last_sequence_domain(relaxed)
        return f"{where} AND otto_receipt_id IS NULL ", params

    @api.depends("journal_id", "sequence_number", "sequence_prefix", "state")
    def _compute_made_sequence_gap(self):
        """OTTO's numbers are OTTO's: one that is missing here is no entry that somebody has deleted."""
        ours = self.filtered("otto_receipt_id")
        ours.made_sequence_gap = False
        return super(AccountMove, self - ours)._compute_made_sequence_gap()

    # Nobody changes what is booked

    @api.model_create_multi
    def create(self, vals_list):
        """Make entries; those of receipts, and what reverses one, are made by the connector alone.

        :raises UserError: somebody else makes one
        """
        if not is_connector(self.env):
            if any(vals.get("otto_receipt_id") or vals.get("otto_receipt_booked") for vals in vals_list):
                raise UserError(self.env._("Journal entries of OTTO's receipts are made by the OTTO connector alone."))
            refuse_entries(
                self.browse([vals["reversed_entry_id"] for vals in vals_list if vals.get("reversed_entry_id")])
            )
        return super().create(vals_list)

    def write(self, vals):
        """Change entries; of those of receipts only what is not about what is booked.

        :raises UserError: names the entries
        """
        refuse_booked(self, self, vals, FREE_ON_ENTRY)
        if vals.get("otto_receipt_id") and not is_connector(self.env):
            raise UserError(self.env._("Journal entries of OTTO's receipts are made by the OTTO connector alone."))
        if vals.get("reversed_entry_id"):
            refuse_entries(self.browse(vals["reversed_entry_id"]))
        return super().write(vals)

    def copy_data(self, default=None):
        """Copy entries, but none of a receipt: no invoice and no second booking comes of one.

        :raises UserError: names the entries
        """
        refuse_entries(self)
        return super().copy_data(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_otto_receipts(self):
        refuse_entries(self)

    def button_draft(self):
        """Take entries back to draft, but none of a receipt.

        :raises UserError: names the entries
        """
        refuse_entries(self)
        return super().button_draft()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        refuse_entries(self)
        return super()._reverse_moves(default_values_list, cancel)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Make lines, but none on an entry of a receipt.

        :raises UserError: names the entries
        """
        if not is_connector(self.env):
            refuse_entries(
                self.env["account.move"].browse({vals["move_id"] for vals in vals_list if vals.get("move_id")})
            )
        return super().create(vals_list)

    def write(self, vals):
        """Change lines; of entries of receipts only what they are reconciled with, and their analytic accounts.

        :raises UserError: names the entries
        """
        refuse_booked(self, self.move_id, vals, FREE_ON_LINE)
        if vals.get("move_id"):
            refuse_entries(self.env["account.move"].browse(vals["move_id"]))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_otto_receipts(self):
        refuse_entries(self.move_id)
