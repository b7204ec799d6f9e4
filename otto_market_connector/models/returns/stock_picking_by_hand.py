"""Returns that a person made with Odoo's own *Return* button on an OTTO delivery."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..core.write_guard import as_connector
from .stock_picking_receiving import CLOSED


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _otto_adopt(self):
        """Make the returns of open transfers that bring an OTTO order's goods back and stand for none of its pieces.

        What brings only goods of pieces that OTTO has cancelled stays Odoo's own transfer: nothing is to be decided.

        :raises UserError: pieces of the order are expected by other transfers, or more would come than is away
        """
        from_customers = self.filtered(lambda picking: picking.location_id.usage == "customer").sudo()
        for picking in from_customers.filtered(lambda picking: picking.state not in CLOSED):
            if by_hand := picking.move_ids.filtered(lambda move: move.state not in CLOSED)._otto_back_by_hand:
                picking._otto_adopt_moves(by_hand)

    def _otto_adopt_moves(self, moves):
        by_piece = {}
        for line, ours in moves.grouped(lambda move: move.origin_returned_move_id.sale_line_id).items():
            if pieces := ours._otto_pieces_brought(line):
                by_piece.update(dict.fromkeys(pieces, ours._otto_without_surplus(line)))
        if by_piece:
            self._otto_note_pieces(by_piece)

    def _otto_note_pieces(self, by_piece):
        """Note which moves bring which pieces: in the returns in which they are on their way, else in one of their own.

        :param by_piece: dict of `otto.position.item` to moves of this transfer
        """
        waiting = {piece: piece.return_line_ids._otto_without_goods[-1:] for piece in by_piece}
        lines = self.env["otto.return.line"].union(*waiting.values())
        self.otto_return_id = self.otto_return_id or lines.return_id[:1]
        if not self.otto_return_id:
            values = {"channel_id": next(iter(by_piece)).channel_id.id, "origin": "unannounced"}
            self.otto_return_id = as_connector(self.env["otto.return"]).create(values)
        for line in as_connector(lines):
            line.move_ids = by_piece[line.piece_id]
        as_connector(self.otto_return_id).line_ids = [
            fields.Command.create({"piece_id": piece.id, "move_ids": ours.ids})
            for piece, ours in by_piece.items()
            if not waiting[piece]
        ]
        for order in lines.order_id:
            if not any(line.is_open and not line.move_ids for line in order.otto_return_line_ids):
                self.env["otto.issue"]._resolve(order.otto_channel_id, "return", [order.otto_order_number])


class StockMove(models.Model):
    _inherit = "stock.move"

    @property
    def _otto_back_by_hand(self):
        """The moves among these that bring goods of OTTO orders back and stand for no piece of a return."""
        back = self.filtered(
            lambda move: (
                move.location_id.usage == "customer"
                and move.origin_returned_move_id.sale_line_id.order_id.otto_channel_id
            )
        )
        return back - self.env["otto.return.line"].sudo().search([("move_ids", "in", back.ids)]).move_ids

    def _otto_pieces_brought(self, line):
        """Return the pieces of an order line that these moves bring back: one or, for a kit, several moves for all.

        Goods that belong to no piece any more come first, as of pieces that OTTO has cancelled: `_otto_surplus`.

        :raises UserError: fewer pieces of it are away than the moves would bring
        """
        by_goods = self.grouped(lambda move: move._otto_goods()).values()
        count = max(moves._otto_count_pieces(line) for moves in by_goods)
        away = line._otto_pieces_away()
        free = (away & line.order_id._otto_returnable_pieces()).filtered(
            lambda piece: not piece.return_line_ids._otto_awaited
        )
        if len(free) < count:
            raise UserError(self._otto_too_many_text(line, away.return_line_ids._otto_awaited.move_ids.picking_id))
        # What was announced first: it is on its way, though no transfer expects it.
        return free.sorted(lambda piece: (not piece.return_line_ids.filtered("is_open"), piece.id))[:count]

    def _otto_count_pieces(self, line):
        """Return for how many pieces of an order line these moves of the same goods stand."""
        _line, product, bom_line = self[:1]._otto_goods()
        quantity = sum(self.mapped("product_qty")) - line._otto_surplus(product, bom_line)
        if product.uom_id.compare(quantity, 0) <= 0:
            return 0
        return max(1, round(quantity / (line._otto_each(product, bom_line) or 1)))

    def _otto_too_many_text(self, line, expected):
        words = {
            "product": line.product_id.display_name,
            "order": line.order_id.name,
            "this": ", ".join(self.picking_id.mapped("name")),
        }
        if not expected:
            return self.env._(
                "%(this)s would bring more of %(product)s of order %(order)s back than its customer has. Please "
                "correct the quantity.",
                **words,
            )
        return self.env._(
            "%(product)s of order %(order)s is expected by %(transfers)s already. Please validate that one and "
            "cancel %(this)s.",
            transfers=", ".join(expected.mapped("name")),
            **words,
        )

    def _otto_without_surplus(self, line):
        """Return the moves among these that bring pieces; what belongs to none is split off, in the transfer."""
        bringing = self.browse()
        for (_line, product, bom_line), moves in self.grouped(lambda move: move._otto_goods()).items():
            surplus = line._otto_surplus(product, bom_line)
            for move in moves:
                if product.uom_id.compare(surplus, move.product_qty) >= 0:
                    surplus -= move.product_qty
                    continue
                if product.uom_id.compare(surplus, 0) > 0:
                    part = self.create(move._split(product.uom_id.round(surplus)))
                    part._action_confirm(merge=False)
                    part._action_assign()
                    surplus = 0
                bringing |= move
        return bringing
