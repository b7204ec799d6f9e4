"""R9, R13: nobody takes goods out of the delivery of an OTTO order, or the delivery away from its order."""

from odoo import api, models
from odoo.exceptions import UserError

from ..core.write_guard import inside_checked_method, is_checked, is_connector

OPEN_STATES = ("waiting", "confirmed", "partially_available", "assigned")
# Reached by Odoo's own methods only; to a client they would be ways past the guards of these methods.
CHECKED_STATES = ("draft", "cancel", "done")


class StockMove(models.Model):
    _inherit = "stock.move"

    @property
    def _otto_open(self):
        """The open moves among these that take an OTTO order's goods towards its customer, picking included."""
        return self.filtered(
            lambda move: (
                move.state in OPEN_STATES
                and "customer" in (move.location_dest_id.usage, move.location_final_id.usage)
                and move.sudo().sale_line_id.order_id.otto_channel_id
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        """What a person adds to the delivery of an OTTO order stands for what the order lacks."""
        moves = super().create(vals_list)
        added = moves.filtered(lambda move: move.picking_id and not move.sale_line_id)
        for move in added._otto_leaving.sudo():
            lines = move.picking_id._otto_orders.order_line
            move.sale_line_id = lines.filtered(lambda line, move=move: move.product_id in line._otto_lacking())[:1]
        return moves

    def write(self, vals):
        """Refuse what would take goods out of an OTTO order's delivery: a split, less demand, another transfer.

        :raises UserError: names the order
        """
        if not is_connector(self.env) and "product_uom_qty" in vals:
            self._otto_check_demand(vals["product_uom_qty"])
        if not is_checked(self.env):
            self._otto_check_links(vals)
            self._otto_check_transfer(vals)
            if vals.get("state") in CHECKED_STATES:
                self._otto_open._otto_refuse_by_hand()
        return super().write(vals)

    def _otto_check_demand(self, quantity):
        for move in self._otto_leaving.filtered(lambda move: move.state not in ("draft", "done")):
            less = move.product_uom.compare(quantity, move.product_uom_qty) < 0
            if less and move._otto_would_lack(quantity):
                move._otto_refuse_part()

    def _otto_would_lack(self, quantity):
        """Tell whether the delivery would bring less than its order line asks for, if this move brought a quantity.

        What the line does not ask for any more leaves the delivery, as where its quantity was put right.
        """
        line = self.sudo().sale_line_id
        if not line:
            return False
        # Odoo takes a quantity back with a move of less than nothing, which it merges into this one.
        moves = line.move_ids._otto_leaving.filtered(lambda move: move.state != "done" and move.product_uom_qty > 0)
        return bool(line._otto_short(lambda move: quantity if move == self else move.product_uom_qty, moves | self))

    def _otto_check_links(self, vals):
        """Without its order line, another product or another destination, no guard would know the move any more."""
        if "sale_line_id" in vals:
            self.filtered(lambda move: move.sale_line_id.id != vals["sale_line_id"])._otto_refuse_by_hand()
        if "product_id" in vals:
            self.filtered(lambda move: move.product_id.id != vals["product_id"])._otto_open._otto_refuse_by_hand()
        if "location_dest_id" in vals:
            target = self.env["stock.location"].browse(vals["location_dest_id"])
            if target.usage != "customer":
                self._otto_leaving._otto_open._otto_refuse_by_hand()

    def _otto_check_transfer(self, vals):
        """Goods stay in their transfer, unless they join others of their order."""
        if "picking_id" not in vals:
            return
        taken = self.filtered(lambda move: move.picking_id and move.picking_id.id != vals["picking_id"])
        target = self.env["stock.picking"].browse(vals["picking_id"])
        for move in taken._otto_leaving._otto_open:
            if move.sudo().sale_line_id.order_id not in target._otto_orders:
                move._otto_refuse_part()

    def _merge_moves(self, merge_into=False):
        """Odoo cancels and deletes what it has merged into another move."""
        return super(StockMove, inside_checked_method(self))._merge_moves(merge_into=merge_into).with_env(self.env)

    def _action_cancel(self):
        """The delivery of an open OTTO order is cancelled with its order, else OTTO would wait for the parcel.

        :raises UserError: names the order
        """
        if not is_checked(self.env):
            self._otto_check_cancel()
        return super(StockMove, inside_checked_method(self))._action_cancel()

    def _otto_check_cancel(self):
        for order, moves in self._otto_open.sudo().grouped(lambda move: move.sale_line_id.order_id).items():
            # Odoo cancels the next steps with them.
            gone = moves | moves.browse(moves._rollup_move_dests())
            left = order.order_line.move_ids._otto_leaving._otto_open - gone
            if order._otto_awaits_delivery() and not left:
                raise UserError(
                    self.env._(
                        "%(transfers)s cannot be cancelled or deleted alone: OTTO waits for the parcel of order "
                        "%(order)s. Please cancel the order instead; its delivery is cancelled with it.",
                        transfers=", ".join(moves.picking_id.mapped("name")) or order.name,
                        order=order.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_otto(self):
        if not is_checked(self.env):
            self._otto_open._otto_refuse_part()

    def _otto_refuse_part(self):
        order = self.sudo().sale_line_id.order_id._otto_orders
        if order:
            raise UserError(
                self.env._(
                    "Order %(order)s must be shipped as a whole in one parcel, so nothing can be taken out of its "
                    "delivery. %(remedy)s",
                    order=", ".join(order.mapped("name")),
                    remedy=order._otto_cancel_pieces_remedy(),
                )
            )

    def _otto_refuse_by_hand(self):
        order = self.sudo().sale_line_id.order_id._otto_orders
        if order:
            raise UserError(
                self.env._(
                    "This delivery belongs to the OTTO order %(order)s: its order, products, destination and status "
                    "are not changed by hand. Please validate the delivery, or cancel the order.",
                    order=", ".join(order.mapped("name")),
                )
            )
