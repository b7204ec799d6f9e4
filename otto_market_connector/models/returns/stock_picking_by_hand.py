"""Returns that a person made with Odoo's own *Return* button on an OTTO delivery."""

from odoo import models
from odoo.exceptions import UserError

from ..core.write_guard import as_connector
from .stock_picking_receiving import CLOSED


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _otto_adopt(self):
        """Make the returns of open transfers that bring an OTTO order's goods back and belong to none yet.

        :raises UserError: all pieces of the order are expected by other transfers already
        """
        from_customers = self.filtered(lambda picking: picking.location_id.usage == "customer")
        for picking in from_customers:
            if picking.otto_return_id or picking.state in CLOSED:
                continue
            moves = picking.sudo().move_ids.filtered(
                lambda move: (
                    move.location_id.usage == "customer"
                    and move.state not in CLOSED
                    and move.origin_returned_move_id.sale_line_id.order_id.otto_channel_id
                )
            )
            if moves:
                picking.sudo()._otto_adopt_moves(moves)

    def _otto_adopt_moves(self, moves):
        by_piece = {}
        for line, ours in moves.grouped(lambda move: move.origin_returned_move_id.sale_line_id).items():
            by_piece.update(dict.fromkeys(ours._otto_pieces_brought(line), ours))
        pieces = next(iter(by_piece)).union(*by_piece)
        otto_return = as_connector(self.env["otto.return"]).create(
            {
                "channel_id": pieces.channel_id[:1].id,
                "origin": "unannounced",
                "line_ids": [(0, 0, {"piece_id": piece.id, "move_ids": ours.ids}) for piece, ours in by_piece.items()],
            }
        )
        self.otto_return_id = otto_return


class StockMove(models.Model):
    _inherit = "stock.move"

    def _otto_pieces_brought(self, line):
        """Return the pieces of an order line that these moves bring back: one or, for a kit, several moves for all.

        :raises UserError: fewer pieces of it are away than the moves would bring
        """
        origin = self[:1].origin_returned_move_id
        delivered = line.order_id.otto_position_ids.filtered(
            lambda piece: piece.order_line_id == line and piece.status != "cancelled"
        )
        count = max(1, round(self[:1].product_qty * len(delivered) / (origin.product_qty or 1)))
        free = (delivered & line.order_id._otto_returnable_pieces()).filtered(
            lambda piece: not piece.return_line_ids._otto_awaited
        )
        if len(free) < count:
            expected = delivered.return_line_ids._otto_awaited.move_ids.picking_id
            raise UserError(
                self.env._(
                    "%(product)s of order %(order)s is expected by %(transfers)s already. Please validate that one and "
                    "cancel %(this)s.",
                    product=line.product_id.display_name,
                    order=line.order_id.name,
                    transfers=", ".join(expected.mapped("name")) or self.env._("another transfer"),
                    this=", ".join(self.picking_id.mapped("name")),
                )
            )
        return free.sorted(lambda piece: (bool(piece.return_line_ids.filtered("is_open")), piece.id))[:count]
