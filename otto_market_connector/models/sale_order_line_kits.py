"""Order lines of kits (phantom bills of materials), which leave as their parts. Manufacturing is no must."""

from collections import defaultdict

from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _otto_kit_parts(self):
        """Return what the line's kit consists of.

        :return: dict of part product to the quantity for the whole line, in the part's unit; empty for other articles
        """
        self.ensure_one()
        if "mrp.bom" not in self.env:
            return {}
        boms = self.env["mrp.bom"].sudo()
        bom = boms._bom_find(self.product_id, company_id=self.company_id.id, bom_type="phantom")[self.product_id]
        if not bom:
            return {}
        parts = defaultdict(float)
        times = self.product_uom_id._compute_quantity(self.product_uom_qty, bom.product_uom_id) / bom.product_qty
        _boms, lines = bom.explode(
            self.product_id, times, never_attribute_values=self.product_no_variant_attribute_value_ids
        )
        for line, data in lines:
            part = line.product_id
            if part.type == "consu":
                parts[part] += line.product_uom_id._compute_quantity(data["qty"], part.uom_id, round=False)
        return parts
