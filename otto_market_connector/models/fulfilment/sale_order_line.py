"""What of an order line has left or is about to leave (R9)."""

from collections import defaultdict

from odoo import models

from ..core.kits import kit_boms, kit_parts


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _otto_lacking(self):
        """Return the products of which less is on its way to the customer than OTTO sold (R9)."""
        lacking = self.env["product.product"]
        for line in self.filtered(lambda line: line._otto_is_goods()):
            moves = line.move_ids._otto_leaving
            # What a person adds to a transfer has a quantity, and often no demand.
            lacking |= line._otto_short(lambda move: max(move.product_uom_qty, move.quantity), moves)
        return lacking

    def _otto_not_left(self):
        """Return the products of which less has left than OTTO sold (R9)."""
        missing = self.env["product.product"]
        for line in self.filtered(lambda line: line._otto_is_goods()):
            moves = line.move_ids._otto_leaving.filtered(lambda move: move.state == "done")
            missing |= line._otto_short(lambda move: move.quantity, moves)
        return missing

    def _otto_is_goods(self):
        return not self.display_type and not self.is_delivery and self.product_id.type == "consu"

    def _otto_short(self, quantity_of, moves):
        """Return the products of the line that moves bring less of than OTTO sold; of a kit, its parts.

        :param quantity_of: function of a move that tells its quantity in the move's unit
        """
        self.ensure_one()
        product = self.product_id
        wanted = {product: self.product_uom_id._compute_quantity(self.product_uom_qty, product.uom_id)}
        if self.move_ids.product_id - product:
            wanted = self._otto_kit_parts(self.product_uom_qty)
        brought = defaultdict(float)
        for move in moves:
            brought[move.product_id] += move.product_uom._compute_quantity(quantity_of(move), move.product_id.uom_id)
        short = [part.id for part, quantity in wanted.items() if part.uom_id.compare(brought[part], quantity) < 0]
        return product.browse(short)

    def _otto_kit_parts(self, quantity):
        """Return what so many of the line's kit consist of; empty for other articles.

        :param quantity: in the line's unit
        """
        self.ensure_one()
        bom = kit_boms(self.product_id, self.company_id).get(self.product_id)
        if not bom:
            return {}
        never = self.product_no_variant_attribute_value_ids
        return kit_parts(bom, self.product_id, quantity, self.product_uom_id, never)
