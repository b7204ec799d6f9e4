"""How much of an order line's goods is one of its pieces (R23, R26)."""

from odoo import models

from ..core.kits import kit_boms, kit_line_parts


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _otto_each(self, product, bom_line):
        """Return how much of some goods of this line is one piece, whatever became of the pieces since they left.

        :param product: the line's product, or a part of its kit
        :param bom_line: the `mrp.bom.line` by which it is a part, empty or False where there is no kit
        :return: quantity in the product's own unit; 0 where none of it has left
        """
        self.ensure_one()
        if product == self.product_id:
            return self.product_uom_id._compute_quantity(1, product.uom_id, round=False)
        moves = self._otto_left_moves().get((product, bom_line), self.env["stock.move"])
        # The first delivery was the whole order (R9); later ones are exchanges.
        first = moves.filtered(lambda move: move.picking_id == moves.sorted("id")[:1].picking_id)
        quantity = first._otto_quantity()
        return quantity / self._otto_kits_in(quantity, product, bom_line)

    def _otto_kits_in(self, quantity, product, bom_line):
        """Return of how many pieces the first delivery was; the bill of materials may have been changed since.

        :param quantity: what left of a part, in its own unit
        """
        alive = sum(1 for piece in self.otto_position_ids if piece.status != "cancelled")
        bom = kit_boms(self.product_id, self.company_id).get(self.product_id)
        never = self.product_no_variant_attribute_value_ids
        parts = kit_line_parts(bom, self.product_id, 1, self.product_uom_id, never) if bom else {}
        one = parts.get((product, bom_line))
        # What left stays on the line as long as it is away.
        found = round(quantity / one) if one else round(self.product_uom_qty)
        return max(1, alive, min(found, len(self.otto_position_ids) or found))

    def _otto_pieces_away(self):
        """Return the pieces of this line that their customer has, or that are on their way back."""
        return self.otto_position_ids.filtered(lambda piece: piece.status != "cancelled" and not piece._otto_is_here)

    def _otto_surplus(self, product, bom_line):
        """Return how much of some goods is away and belongs to no piece, as what OTTO cancelled after it had left.

        What was exchanged has left twice and come back once, so all that left and came back is counted.

        :param product, bom_line: as of `_otto_each`
        :return: quantity in the product's own unit
        """
        goods = (self, product, bom_line)
        done = self.move_ids.filtered(lambda move: move.state == "done" and move._otto_goods() == goods)
        left = done.filtered(lambda move: move.location_dest_id.usage == "customer")
        back = done.filtered(lambda move: move.location_id.usage == "customer")
        surplus = left._otto_quantity() - back._otto_quantity()
        if pieces := len(self._otto_pieces_away()):
            surplus -= pieces * self._otto_each(product, bom_line)
        return max(0, surplus)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _otto_quantity(self):
        """Return how much of one product these moves brought, in its own unit."""
        return sum(
            move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id, round=False) for move in self
        )
