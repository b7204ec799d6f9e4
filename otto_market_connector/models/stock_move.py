from odoo import models
from odoo.exceptions import UserError


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Hold R7, R9 and R17 where all ways of shipping meet."""
        leaving = self.filtered(lambda move: move.location_dest_id.usage == "customer")
        # Whoever ships need not be allowed to see sales orders.
        for order, moves in leaving.sudo().grouped(lambda move: move.sale_line_id.order_id).items():
            if order.otto_channel_id:
                moves._otto_check_shippable(order)
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _otto_check_shippable(self, order):
        """Refuse what OTTO would refuse.

        :raises UserError: names the order and the remedy
        """
        if order.otto_status in ("announced", "cancelled"):
            labels = dict(order._fields["otto_status"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Order %(order)s cannot be shipped: at OTTO it is %(status)s.",
                    order=order.name,
                    status=labels[order.otto_status],
                )
            )
        open_moves = order.order_line.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and move.location_dest_id.usage == "customer"
        )
        incomplete = open_moves.filtered(
            lambda move: move.product_uom.compare(move.quantity if move in self else 0, move.product_uom_qty) < 0
        )
        if incomplete:
            raise UserError(
                self.env._(
                    "Order %(order)s must be shipped as a whole in one parcel, OTTO accepts no partial delivery. "
                    "Missing: %(products)s. Wait for the goods, or cancel the whole order.",
                    order=order.name,
                    products=", ".join(incomplete.product_id.mapped("display_name")),
                )
            )
