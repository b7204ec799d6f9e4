"""The expected receipt of what comes back, with Odoo's own return of the delivery (R23)."""

import logging
from collections import Counter

from odoo import models
from odoo.exceptions import UserError

from ..core.concurrency import CONCURRENCY
from ..core.texts import reason_of
from ..core.write_guard import as_connector, quietly

_logger = logging.getLogger(__name__)

OVER = ("done", "cancel")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _otto_try_to_expect(self, pieces, otto_return):
        """Make the expected transfer if it can be made (R20).

        :return: why it cannot, in the user's words, else False
        """
        try:
            with self.env.cr.savepoint():
                self._otto_expect_return(pieces, otto_return)
            return False
        except CONCURRENCY:
            raise
        except Exception as error:  # noqa: BLE001 one order's trouble must not stop the others (R20)
            self.env.invalidate_all()
            if not isinstance(error, UserError):
                _logger.warning("No transfer for a return of %s", self.id, exc_info=True)
            return self.env._(
                "Pieces of order %(order)s come back (%(number)s), but no transfer expects them: %(reason)s Please put "
                "it right and press Retry, or book the goods with Return on the delivery when they are there.",
                order=self.name,
                number=otto_return.name,
                reason=reason_of(error).rstrip(".") + ".",
            )

    def _otto_expect_return(self, pieces, otto_return):
        """Make the transfers with which pieces of this order are expected, and note them on their lines.

        A return that somebody has made by hand from the delivery is taken instead; one that is done already says that
        the goods are there.

        :param pieces: `otto.position.item` of this order that have lines in the return
        :param otto_return: `otto.return`
        :return: the transfers (`stock.picking`) that are open
        :raises UserError: the goods never left, or all of them are back; says what to do
        """
        self.ensure_one()
        order = as_connector(quietly(self.sudo().with_company(self.company_id)))
        lines = otto_return.sudo().line_ids.filtered(lambda line: line.piece_id in pieces and not line.move_ids)
        open_moves, wanted = order.env["stock.move"], Counter()
        for sale_line, some in lines.grouped(lambda line: line.piece_id.order_line_id).items():
            sale_line = sale_line.with_env(order.env)
            order._otto_check_left(sale_line, some)
            for moves in sale_line._otto_left_moves().values():
                back, needed = sale_line._otto_plan_return(moves, len(some))
                open_moves |= back
                wanted.update(needed)
            if not (open_moves & sale_line.move_ids or any(move.sale_line_id == sale_line for move in wanted)):
                some.write({"move_ids": sale_line._otto_back_moves().ids, "received": "received"})
        for picking, moves in order.env["stock.move"].concat(*wanted).grouped("picking_id").items():
            open_moves |= order._otto_return_of(picking, {move: wanted[move] for move in moves})
        order._otto_link_expected(lines, open_moves, otto_return)
        return open_moves.picking_id

    def _otto_check_left(self, sale_line, lines):
        """Only what has left can come back.

        :raises UserError: names the deliveries that are open
        """
        if sale_line and sale_line._otto_left_moves():
            return
        open_here = self.picking_ids.filtered(lambda picking: picking.state not in OVER).mapped("name")
        article = lines.piece_id[:1].title or lines.piece_id[:1].sku
        if open_here:
            raise UserError(
                self.env._(
                    "%(article)s has not left according to Odoo, because %(transfers)s is open; validate it first",
                    article=article,
                    transfers=", ".join(open_here),
                )
            )
        raise UserError(self.env._("%(article)s has no delivery in Odoo", article=article))

    def _otto_return_of(self, picking, quantities):
        """Make Odoo's return of a delivery.

        :param quantities: dict of delivered move to its quantity that comes back, in the move's unit
        :return: the moves with which it is expected
        """
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for row in wizard.product_return_moves:
            row.quantity = quantities.get(row.move_id, 0)
        back = wizard._create_return()
        # Odoo has let go of what other returns of this delivery expect.
        others = picking.move_ids.returned_move_ids - back.move_ids
        others.filtered(lambda move: move.state in ("confirmed", "partially_available"))._action_assign()
        # The label lay in the parcel: none is to be bought for this transfer.
        back.write({"carrier_id": False, "carrier_price": 0})
        return back.move_ids

    def _otto_link_expected(self, lines, moves, otto_return):
        """Note which transfer expects which pieces, and by which return."""
        values = {"otto_return_id": otto_return.id}
        if otto_return.tracking_number:
            values["carrier_tracking_ref"] = otto_return.tracking_number
        moves.picking_id.write(values)
        if otto_return.announced_on:
            days = otto_return.channel_id._otto_return_days("return_transport_days")
            moves.write({"date": otto_return.announced_on + days})
        by_line = moves.grouped("sale_line_id")
        for sale_line, some in lines.grouped(lambda line: line.piece_id.order_line_id).items():
            if expected := by_line.get(sale_line):
                some.write({"move_ids": expected.ids})


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _otto_left_moves(self):
        """Return the moves with which this line's goods left, as a dict by what they are: of a kit, its parts."""
        left = self.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id.usage == "customer" and move.quantity
        )
        return left.grouped(lambda move: (move.product_id, move.bom_line_id if "bom_line_id" in move else False))

    def _otto_back_moves(self):
        """Return the done moves that brought goods of this line back and that no piece of a return stands for."""
        back = self.move_ids.filtered(lambda move: move.state == "done" and move.location_id.usage == "customer")
        return back - self.env["otto.return.line"].sudo().search([("move_ids", "in", back.ids)]).move_ids

    def _otto_plan_return(self, moves, pieces):
        """Return what expects pieces of this line already, and what is to be asked back of each delivery.

        :param moves: the moves of one product with which the goods left
        :param pieces: how many pieces come back
        :return: open moves that were made by hand, and a dict of delivered move to quantity in its unit
        :raises UserError: more would come back than has left
        """
        _line, product, bom_line = moves[:1]._otto_goods()
        unit = moves[:1].product_uom
        each = product.uom_id._compute_quantity(self._otto_each(product, bom_line), unit, round=False)
        missing = each * pieces
        waiting = moves.returned_move_ids.filtered(
            lambda move: move.state not in OVER and not move.picking_id.otto_return_id
        )
        taken = sum(waiting.mapped("product_qty")) - self._otto_surplus(product, bom_line)
        if product.uom_id.compare(taken, 0) > 0:
            missing -= product.uom_id._compute_quantity(taken, unit, round=False)
        else:
            # What people bring back there belongs to no piece.
            waiting = waiting.browse()
        wanted = {}
        for move in moves.sorted("id", reverse=True):
            gone = move.returned_move_ids.filtered(lambda back: back.state != "cancel")
            left = move.quantity - sum(back.quantity if back.state == "done" else back.product_uom_qty for back in gone)
            take = min(left, missing)
            if unit.compare(take, 0) > 0:
                wanted[move] = take
                missing -= take
        if unit.compare(missing, 0) > 0 and not self._otto_back_moves():
            raise UserError(
                self.env._(
                    "more of %(article)s would come back than has left", article=moves[:1].product_id.display_name
                )
            )
        return waiting, wanted
