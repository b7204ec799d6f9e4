from odoo import api, fields, models

from ..connector import as_connector, refuse_kept

# What the connector notes about an article. A person who could write it could pretend that OTTO knows a price.
KEPT_FIELDS = {
    "product_reference",
    "article_number",
    "category",
    "brand",
    "brand_code",
    "currency_id",
    "price",
    "sale_price",
    "sale_start",
    "sale_end",
    "vat",
    "image_url",
    "shop_url",
    "attributes",
    "status",
    "status_reason",
    "is_active",
    "seen_on",
    "to_read",
    "match",
    "made_product_id",
    "picture_to_fetch",
    "delivery_to_send",
    "price_task",
    "price_task_on",
    "sent_price",
    "sent_sale_price",
    "sent_sale_start",
    "sent_sale_end",
    "price_refused",
}


class OttoListing(models.Model):
    _inherit = "otto.listing"

    to_read = fields.Boolean(readonly=True, index="btree_not_null", help="OTTO says that the article has changed.")
    brand_code = fields.Char(readonly=True, help="OTTO's number of the brand.")
    # Compared with `product_id`: only while both are the same the product is the connector's to extend.
    made_product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null", ondelete="set null")
    picture_to_fetch = fields.Boolean(readonly=True, index="btree_not_null")

    @api.model_create_multi
    def create(self, vals_list):
        """Persons may list an article; what OTTO says about it is the connector's."""
        refuse_kept(self, KEPT_FIELDS & {name for vals in vals_list for name in vals if vals[name]})
        return super().create(vals_list)

    def write(self, vals):
        """What the connector notes is written by the connector alone."""
        refuse_kept(self, KEPT_FIELDS & vals.keys())
        return super().write(vals)

    def _otto_note(self, **values):
        """Write what the connector notes about these articles, whoever triggered it."""
        if self:
            as_connector(self.sudo()).write(values)
