from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """What the office may refund of an order."""

    _inherit = "sale.order"

    otto_price_reduction_ids = fields.One2many("otto.price.reduction", "order_id", "Partial Refunds", copy=False)
    otto_can_refund = fields.Boolean(
        compute="_compute_otto_can_refund", compute_sudo=True, help="Pieces of it were sent and not accepted yet."
    )

    @api.depends(
        "otto_report_state",
        "otto_position_ids.status",
        "otto_position_ids.return_line_ids.decision_state",
        "otto_position_ids.return_line_ids.otto_status",
        "otto_position_ids.return_line_ids.decided_by_otto",
    )
    def _compute_otto_can_refund(self):
        for order in self:
            order.otto_can_refund = bool(order._otto_refundable_pieces())

    def _otto_refundable_pieces(self):
        """Return the pieces of which the customer can be given the money back."""
        return self.otto_position_ids.filtered(lambda piece: not piece._otto_refund_refusal())

    def _otto_accept_without_goods(self, pieces, reason, condition, note=False):
        """Accept pieces at OTTO without waiting for goods: the full refund (R24).

        A piece that somebody expects, or has rejected, is accepted in its return; for the others a return without goods
        is made. What the warehouse said of the condition stands. The caller has seen to it that this person may refund.

        :param reason: one of `reasons.ACCEPT_REASONS`
        :param condition: ``A`` to ``E``
        :param note: for ourselves
        :raises UserError: a piece cannot be refunded; names it
        """
        self.ensure_one()
        for piece in pieces:
            if refusal := piece._otto_refund_refusal():
                raise UserError(refusal)
        lines = self.env["otto.return.line"].concat(*(piece._otto_line_to_accept() for piece in pieces))
        if others := pieces - lines.piece_id:
            record = self.env["otto.return"].create({"channel_id": self.otto_channel_id.id, "origin": "office"})
            values = [{"return_id": record.id, "piece_id": piece.id} for piece in others]
            lines |= self.env["otto.return.line"].create(values)
        for known, group in lines.grouped("condition").items():
            group._decide("accept", reason, known or condition)
        if note:
            self.message_post(body=self.env._("Refund: %s", note))
        return lines

    def action_otto_refund(self):
        """Button: choose pieces whose price the customer gets back, without waiting for goods."""
        return self._otto_open_refund("otto.return.refund", self.env._("Refund"))

    def action_otto_reduce_price(self):
        """Button: give back a part of the price of one piece."""
        return self._otto_open_refund("otto.price.reduction.ask", self.env._("Partial Refund"))

    def _otto_open_refund(self, model, name):
        self.ensure_one()
        self.check_access("write")
        # Warehouse and accountants may write orders; giving money back is for those who sell.
        self.env[model].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }
