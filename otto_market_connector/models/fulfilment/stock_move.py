from odoo import models
from odoo.exceptions import UserError

from ..core.write_guard import inside_checked_method


class StockMove(models.Model):
    _inherit = "stock.move"

    @property
    def _otto_leaving(self):
        """The moves among these that bring goods to a customer and are not cancelled."""
        return self.filtered(lambda move: move.location_dest_id.usage == "customer" and move.state != "cancel")

    def _action_done(self, cancel_backorder=False):
        """Hold R7, R9 and R17 where all ways of shipping meet."""
        # Whoever ships need not be allowed to see sales orders.
        leaving = self._otto_leaving.sudo().grouped(lambda move: move.sale_line_id.order_id)
        first = {
            order: moves
            for order, moves in leaving.items()
            if order.otto_channel_id and not moves.picking_id._otto_exchanges
        }
        for order, moves in first.items():
            moves._otto_check_shippable(order)
        done = (
            super(StockMove, inside_checked_method(self))
            ._action_done(cancel_backorder=cancel_backorder)
            .with_env(self.env)
        )
        for order in first:
            self._otto_refuse_short(order, order.order_line._otto_not_left())
        return done

    def _otto_check_shippable(self, order):
        """Refuse what OTTO would refuse.

        :param order: the order that these moves deliver
        :raises UserError: names the order and the remedy
        """
        self._otto_check_status(order)
        self._otto_check_one_transfer(order)
        self._otto_refuse_short(order, self._otto_missing(order))

    def _otto_check_status(self, order):
        """R15, R17: refuse what OTTO has not released or has cancelled."""
        if order.otto_status == "announced":
            raise UserError(
                self.env._(
                    "Order %(order)s cannot be shipped: OTTO has only announced it. Please wait until it is released.",
                    order=order.name,
                )
            )
        if order.otto_status == "cancelled":
            raise UserError(
                self.env._(
                    "Order %(order)s cannot be shipped: OTTO has cancelled it. Please put the goods back and cancel "
                    "the order.",
                    order=order.name,
                )
            )
        if order._otto_not_to_ship():
            text = order._otto_not_to_ship_text()
            self.env["otto.issue"]._report(order.otto_channel_id, "shipped", [(order.otto_order_number, text, order)])
            raise UserError(text)

    def _otto_check_one_transfer(self, order):
        """R9: refuse an order whose goods lie in several transfers, and name those that should not be there."""
        transfer = self.picking_id[:1]
        others = order.order_line.move_ids._otto_leaving.filtered(lambda move: move.state != "done").picking_id
        others = (others | self.picking_id) - transfer
        if others:
            raise UserError(
                self.env._(
                    "Order %(order)s must be shipped as a whole in one parcel, but goods of it are in %(others)s too. "
                    "Please cancel %(others)s, add its products to %(transfer)s and validate that one.",
                    order=order.name,
                    transfer=transfer.name,
                    others=", ".join(others.mapped("name")),
                )
            )

    def _otto_missing(self, order):
        """Return the products of an order that would not leave completely with these moves (R9)."""
        waiting = order.order_line.move_ids._otto_leaving.filtered(lambda move: move.state != "done")
        short = waiting.filtered(
            lambda move: (
                move.product_uom.compare(move._otto_about_to_leave() if move in self else 0, move.product_uom_qty) < 0
            )
        )
        return short.product_id | order.order_line._otto_lacking()

    def _otto_about_to_leave(self):
        """Return what validating would ship: Odoo leaves behind what is not ticked as soon as anything is."""
        self.ensure_one()
        if not any(self.picking_id.move_ids.mapped("picked")):
            return self.quantity
        return self._get_picked_quantity() if self.picked else 0

    def _otto_refuse_short(self, order, missing):
        """R9: refuse a delivery without all of the order's products.

        :raises UserError: names the order and what is missing
        """
        if missing:
            raise UserError(
                self.env._(
                    "Order %(order)s must be shipped as a whole in one parcel, OTTO accepts no partial delivery. "
                    "Missing: %(products)s. Wait for the goods and tick all lines, or cancel the whole order.",
                    order=order.name,
                    products=", ".join(missing.mapped("display_name")),
                )
            )
