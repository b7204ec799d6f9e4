"""What is expected no longer: the piece's share of the transfer is taken back (R23)."""

from odoo import models

from ..core.write_guard import as_connector, quietly
from .sale_order_transfers import OVER


class OttoReturnLine(models.Model):
    _inherit = "otto.return.line"

    def _otto_give_up(self, when, text):
        """These pieces come no longer in this return; nobody has to decide anything about them.

        :param when: naive moment in UTC
        :param text: why, in the user's words, for the return's chatter
        """
        self._otto_take_back()
        self.write({"withdrawn_on": when})
        # A new line of the same piece may follow in this transaction.
        self.flush_recordset(["is_open"])
        for record in self.return_id:
            record._message_log(body=text)

    def _otto_take_back(self):
        """Take the share of these pieces out of the transfers that expect them; what is done stays."""
        lines = as_connector(quietly(self.sudo()))
        for move in lines.move_ids.filtered(lambda move: move.state not in OVER):
            expected = lines.search([("move_ids", "in", move.ids), ("received", "!=", "received")])
            staying = expected - lines
            if staying:
                # All pieces of a move are alike: each has the same share of it.
                move.product_uom_qty = move.product_uom_qty * len(staying) / len(expected | lines)
                move.picking_id.action_assign()
            else:
                move._action_cancel()
        lines.write({"move_ids": [(5,)]})
