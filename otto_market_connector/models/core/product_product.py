from odoo import api, models

from .product_template import STANDARD, STANDARD_FIELDS
from .write_guard import as_connector


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _otto_standard_product(self, name):
        """Return one of the connector's own products, archived or not; one that is gone is made again.

        :param name: its external id in this add-on, one of `STANDARD`
        """
        templates = as_connector(self.env["product.template"].sudo().with_context(active_test=False))
        xmlid = f"otto_market_connector.{name}"
        template = templates.env.ref(xmlid, raise_if_not_found=False)
        if not template:
            template = templates.create(self._otto_standard_values(name))
            data = {"xml_id": xmlid, "record": template, "noupdate": True}
            self.env["ir.model.data"].sudo()._update_xmlids([data])
        template = templates.browse(template.id)
        variant = template.product_variant_ids[:1]
        if not variant:
            variant = templates.env["product.product"].create({"product_tmpl_id": template.id})
        return self.sudo().browse(variant.id)

    @api.model
    def _otto_standard_values(self, name):
        return {
            "name": STANDARD[name],
            "type": "service" if name == "product_delivery_fee" else "consu",
            "sale_ok": False,
            "purchase_ok": False,
            "list_price": 0,
            "taxes_id": False,
        }

    def write(self, vals):
        """What the connector needs stays as it is; see `product.template`.

        :raises UserError: names the product and says why
        """
        if any(name in vals for name in STANDARD_FIELDS):
            standard = self.product_tmpl_id._otto_standard()
            standard.filtered(lambda template: template._otto_is_changed_by(vals))._otto_refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_otto_standard(self):
        self.product_tmpl_id._otto_standard()._otto_refuse_change()
