from odoo import models
from odoo.exceptions import UserError

from ..connector import is_connector


class StockMove(models.Model):
    _inherit = "stock.move"

    @property
    def _otto_leaving(self):
        """The moves among these that bring goods to a customer and are not cancelled."""
        return self.filtered(lambda move: move.location_dest_id.usage == "customer" and move.state != "cancel")

    def write(self, vals):
        """R9, R13: nobody takes pieces out of an OTTO delivery: no split, no less demand, no settling at the counter.

        :raises UserError: names the order
        """
        if "product_uom_qty" in vals and not is_connector(self.env):
            for move in self._otto_leaving.filtered(lambda move: move.state not in ("draft", "done")):
                if move.product_uom.compare(vals["product_uom_qty"], move.product_uom_qty) < 0:
                    move._otto_refuse_part()
        return super().write(vals)

    def _action_done(self, cancel_backorder=False):
        """Hold R7, R9 and R17 where all ways of shipping meet."""
        # Whoever ships need not be allowed to see sales orders.
        for order, moves in self._otto_leaving.sudo().grouped(lambda move: move.sale_line_id.order_id).items():
            if order.otto_channel_id:
                moves._otto_check_shippable(order)
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _otto_refuse_part(self):
        order = self.sudo().sale_line_id.order_id
        if order.otto_channel_id:
            raise UserError(
                self.env._(
                    "Order %(order)s must be shipped as a whole in one parcel, so nothing can be taken out of its "
                    "delivery. Cancel single pieces in OTTO Partner Connect; Odoo follows.",
                    order=order.name,
                )
            )

    def _otto_check_shippable(self, order):
        """Refuse what OTTO would refuse.

        :param order: the order that these moves deliver
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
        if len(self.picking_id) > 1:
            raise UserError(
                self.env._(
                    "Order %(order)s must be shipped as a whole in one parcel, but its goods are in the transfers "
                    "%(transfers)s. Put everything into one transfer and cancel the others.",
                    order=order.name,
                    transfers=", ".join(self.picking_id.mapped("name")),
                )
            )
        missing = self._otto_missing(order)
        if missing:
            raise UserError(
                self.env._(
                    "Order %(order)s must be shipped as a whole in one parcel, OTTO accepts no partial delivery. "
                    "Missing: %(products)s. Wait for the goods, or cancel the whole order.",
                    order=order.name,
                    products=", ".join(missing.mapped("display_name")),
                )
            )

    def _otto_missing(self, order):
        """Return the products of an order that would not leave completely with these moves (R9)."""
        waiting = order.order_line.move_ids._otto_leaving.filtered(lambda move: move.state != "done")
        short = waiting.filtered(
            lambda move: move.product_uom.compare(move.quantity if move in self else 0, move.product_uom_qty) < 0
        )
        return short.product_id | order.order_line.filtered(lambda line: line._otto_lacks_moves()).product_id
