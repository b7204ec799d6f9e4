"""What the desk asks of returns: which pieces are awaited, which may still come, and returns that nobody announced."""

from odoo import fields, models

from ..core.write_guard import as_connector
from .stock_picking_receiving import CLOSED


class OttoReturn(models.Model):
    _inherit = "otto.return"

    def action_receive(self):
        """Button: say what came of this return, in the warehouse.

        :raises UserError: nothing of it is expected any more
        """
        self.check_access("read")
        self.env["stock.picking"].check_access("write")
        return self.env["otto.return.receive"]._ask_returns(self)

    def action_open_orders(self):
        """Smart button: the orders whose pieces come back."""
        return self._otto_open("sale.order", self.env._("Orders"), self.order_ids)

    def action_open_pickings(self):
        """Smart button: the transfers that bring the goods."""
        return self._otto_open("stock.picking", self.env._("Transfers"), self.picking_ids)

    def _otto_open(self, model, name, records):
        self.check_access("read")
        action = {"type": "ir.actions.act_window", "res_model": model, "name": name, "context": {"create": False}}
        if len(records) == 1:
            return {**action, "res_id": records.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", records.ids)], "views": [(False, "list"), (False, "form")]}

    def _otto_not_announced(self, pieces, number):
        """Make the return of pieces that nobody announced, with the transfers that bring them.

        :param pieces: `otto.position.item` of one channel
        :param number: under which the parcel was found
        :return: the return; this one if it is one, with more pieces
        """
        if not self:
            values = {"channel_id": pieces.channel_id.id, "origin": "unannounced", "tracking_number": number}
            self = as_connector(self.sudo()).create(values)  # noqa: PLW0642
        lines = [fields.Command.create({"piece_id": piece.id}) for piece in pieces]
        as_connector(self.sudo()).line_ids = lines
        for order, ours in pieces.sudo().grouped("order_id").items():
            order._otto_expect_return(ours, self.sudo())
        return self.with_env(pieces.env)


class OttoReturnLine(models.Model):
    _inherit = "otto.return.line"

    @property
    def _otto_awaited(self):
        """The pieces among these whose goods may still come in an open transfer."""
        return self.filtered(
            lambda line: (
                not line.withdrawn_on
                and line.received != "received"
                and any(move.state not in CLOSED for move in line.sudo().move_ids)
            )
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_otto_open_returns(self):
        """Smart button: what comes back of this order."""
        self.check_access("read")
        return self.otto_return_ids._otto_open("otto.return", self.env._("OTTO Returns"), self.otto_return_ids)

    def _otto_returnable_pieces(self):
        """Return the pieces of these orders that left the house and are not here again.

        A piece that was received and rejected went back to its customer, who may send it once more.
        """
        return self.otto_position_ids.filtered(
            lambda piece: (
                piece.order_line_id.move_ids.filtered(lambda move: move.state == "done")
                and piece.status in ("processable", "sent", "returned")
                and not any(
                    line.received == "received" and "reject" not in (line.decision, (line.otto_status or "")[:6])
                    for line in piece.return_line_ids
                )
            )
        )
