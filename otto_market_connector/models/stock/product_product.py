"""Changes of products that change what is offered, or to which article they belong (R6)."""

from odoo import api, models

from .stock_changes import note_changed_products

WATCHED = {"active", "sale_ok", "default_code", "barcode", "company_id", "is_storable", "type"}


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        """A new product may be the one that an article waits for, or make its match ambiguous."""
        products = super().create(vals_list)
        products._otto_note_changed_codes()
        return products

    def write(self, vals):
        """See `ProductTemplate.write`."""
        if not WATCHED & vals.keys():
            return super().write(vals)
        self._otto_note_changed_codes()
        result = super().write(vals)
        self._otto_note_changed_codes()
        return result

    def _otto_note_changed_codes(self):
        """Note the products, and those whose articles have one of their codes."""
        codes = {code for product in self for code in (product.default_code, product.barcode) if code}
        note_changed_products(self.env, self.ids, codes)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        """Have OTTO told soon that a product is sold no more, or again."""
        result = super().write(vals)
        if {"active", "sale_ok", "is_storable", "type", "company_id"} & vals.keys():
            variants = self.with_context(active_test=False).product_variant_ids
            variants._otto_note_changed_codes()
        return result
