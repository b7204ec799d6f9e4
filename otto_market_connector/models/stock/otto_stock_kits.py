"""Kits in the stock: they have none of their own, their parts have (R6)."""

from odoo import models

from ..core.kits import kit_boms, kit_parts


class OttoStockKits(models.AbstractModel):
    _name = "otto.stock.kits"
    _description = "Kits That Are Offered on OTTO"
    _inherit = ["otto.component"]

    def _phantom_boms(self):
        domain = [("type", "=", "phantom"), ("company_id", "in", (False, self.channel.company_id.id))]
        return self.env["mrp.bom"].sudo().search(domain)

    def _kit_ids(self):
        """Return the ids of all products that may be kits."""
        if "mrp.bom" not in self.env:
            return []
        templates = self._phantom_boms().product_tmpl_id.with_context(active_test=False)
        return templates.product_variant_ids.ids

    def _kit_parts(self, product_ids):
        """Return what the kits among products consist of.

        :return: dict of kit product id to dict of storable part product id to its quantity in one kit, in its own unit
        """
        products = self.env["product.product"].sudo().browse(product_ids)
        return {
            kit.id: parts
            for kit, bom in kit_boms(products, self.channel.company_id).items()
            if (parts := self._storable_parts(bom, kit))
        }

    def _storable_parts(self, bom, kit):
        return {part.id: need for part, need in kit_parts(bom, kit, 1.0, kit.uom_id).items() if part.is_storable}

    def _fed_by(self, product_ids):
        """Return the ids of the products whose offer hangs on these: themselves and the kits that hold them."""
        found = set(product_ids)
        if "mrp.bom.line" not in self.env:
            return found
        lines = self.env["mrp.bom.line"].sudo()
        layer = found
        while layer:
            domain = [("product_id", "in", list(layer)), ("bom_id.type", "=", "phantom")]
            layer = {*lines.search(domain).bom_id.product_tmpl_id.product_variant_ids.ids} - found
            found |= layer
        return found
