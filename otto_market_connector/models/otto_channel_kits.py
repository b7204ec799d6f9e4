"""Kits (phantom bills of materials): they have no stock of their own, their parts have. Manufacturing is no must."""

from collections import Counter

from odoo import models


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _phantom_boms(self):
        domain = [("type", "=", "phantom"), ("company_id", "in", (False, self.company_id.id))]
        return self.env["mrp.bom"].sudo().search(domain)

    def _kit_ids(self):
        """Return the ids of all products that may be kits."""
        if "mrp.bom" not in self.env:
            return []
        templates = self._phantom_boms().product_tmpl_id.with_context(active_test=False)
        return templates.product_variant_ids.ids

    def _kit_parts(self, product_ids):
        """Return what the kits among products consist of.

        :return: dict of kit product id to dict of part product id to the quantity in one kit, in the part's unit
        """
        if "mrp.bom" not in self.env or not product_ids:
            return {}
        products = self.env["product.product"].sudo().browse(product_ids)
        found = self._phantom_boms()._bom_find(products, company_id=self.company_id.id, bom_type="phantom")
        return {kit.id: parts for kit, bom in found.items() if bom and (parts := self._exploded(bom, kit))}

    def _exploded(self, bom, kit):
        """Return the storable parts of one kit, kits within kits taken apart as well."""
        needs = Counter()
        times = kit.uom_id._compute_quantity(1.0, bom.product_uom_id, round=False) / bom.product_qty
        _boms, lines = bom.explode(kit, times)
        for line, data in lines:
            part = line.product_id
            if part.is_storable:
                needs[part.id] += line.product_uom_id._compute_quantity(data["qty"], part.uom_id, round=False)
        return dict(needs)

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
