"""What the desk asks of returns: which pieces are awaited, which may still come, and returns that nobody announced."""

from odoo import api, fields, models

from ..core.write_guard import as_connector
from .stock_picking_receiving import CLOSED


class OttoReturn(models.Model):
    _inherit = "otto.return"

    can_decide = fields.Boolean(compute="_compute_can_decide", compute_sudo=True)

    @api.depends(
        "line_ids.decision_state",
        "line_ids.otto_status",
        "line_ids.decided_by_otto",
        "line_ids.withdrawn_on",
        "line_ids.piece_id.status",
    )
    def _compute_can_decide(self):
        for one in self:
            one.can_decide = bool(one.line_ids._otto_decidable)

    def action_decide(self):
        """Button: accept or reject pieces in the office.

        :raises AccessError: the person may not sell
        """
        self.ensure_one()
        self.check_access("read")
        self.env["otto.return.decide"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide"),
            "res_model": "otto.return.decide",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_return_id": self.id},
        }

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
        self._otto_expect_again(self.sudo().line_ids.filtered(lambda line: line.piece_id in pieces))
        return self.with_env(pieces.env)

    def _otto_expect_again(self, lines):
        """Make the transfers that bring pieces of this return of which none is open."""
        lines = as_connector(lines.sudo()).filtered(lambda line: not line._otto_awaited)
        lines.move_ids = False
        for order, ours in lines.grouped("order_id").items():
            order._otto_expect_return(ours.piece_id, self.sudo())


class OttoReturnLine(models.Model):
    _inherit = "otto.return.line"

    @property
    def _otto_decidable(self):
        """The pieces among these about which something can still be said; a rejection may become an acceptance."""
        return self.filtered(lambda line: not line.withdrawn_on and not line.sudo().piece_id._otto_refund_refusal())

    @property
    def _otto_without_goods(self):
        """The pieces among these whose goods are not here, whether a transfer expects them or not."""
        return self.filtered(lambda line: not line.withdrawn_on and line.received != "received")

    @property
    def _otto_awaited(self):
        """The pieces among these whose goods may still come in an open transfer."""
        return self._otto_without_goods.filtered(
            lambda line: any(move.state not in CLOSED for move in line.sudo().move_ids)
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_otto_open_returns(self):
        """Smart button: what comes back of this order."""
        self.check_access("read")
        return self.otto_return_ids._otto_open("otto.return", self.env._("OTTO Returns"), self.otto_return_ids)

    def _otto_returnable_pieces(self):
        """Return the pieces of these orders that left the house and are not here again."""
        return self.otto_position_ids.filtered(
            lambda piece: (
                piece.order_line_id.move_ids.filtered(lambda move: move.state == "done")
                and piece.status in ("processable", "sent", "returned")
                and not piece._otto_is_here
            )
        )
