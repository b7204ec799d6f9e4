from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.write_guard import as_connector, refuse_connector_fields

STATUSES = [
    ("PENDING", "Pending"),
    ("ONLINE", "Online"),
    ("RESTRICTED", "Restricted"),
    ("REJECTED", "Rejected"),
    ("INACTIVE", "Inactive"),
    ("OTHER", "Other"),
    ("GONE", "No Longer at OTTO"),
]
MATCHES = [
    ("sku", "By SKU"),
    ("ean", "By EAN"),
    ("manual", "By Hand"),
    ("ambiguous", "Ambiguous"),
    ("none", "Not Matched"),
]


# What the connector notes about an article. A person who could write it could pretend that OTTO knows a price.
CONNECTOR_FIELDS = {
    "company_id",
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
}
# By these OTTO and Odoo know the article: with another one, it would be offered in another account.
KEY_FIELDS = {"channel_id", "sku"}


class OttoListing(models.Model):
    _name = "otto.listing"
    _description = "Article on OTTO"
    _rec_name = "sku"
    _order = "sku, id"
    _check_company_auto = True

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    sku = fields.Char("SKU", required=True)
    ean = fields.Char("EAN")
    title = fields.Char()
    product_reference = fields.Char(index=True, readonly=True, help="Articles with the same one are variants.")
    article_number = fields.Char("OTTO Article Number", readonly=True)
    category = fields.Char(readonly=True)
    brand = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    price = fields.Monetary("Price on OTTO", readonly=True, help="Gross.")
    sale_price = fields.Monetary(readonly=True)
    sale_start = fields.Datetime(readonly=True)
    sale_end = fields.Datetime(readonly=True)
    vat = fields.Selection([("FULL", "Full"), ("REDUCED", "Reduced"), ("FREE", "Free")], "VAT Class", readonly=True)
    image_url = fields.Char("Picture", readonly=True)
    shop_url = fields.Char("Shop Page", readonly=True)
    attributes = fields.Json(readonly=True)
    status = fields.Selection(STATUSES, "OTTO Status", readonly=True, index=True)
    status_reason = fields.Text("OTTO's Reasons", readonly=True)
    is_active = fields.Boolean("Offered", readonly=True, help="Whether the article is switched on at OTTO.")
    seen_on = fields.Datetime("Last Seen at OTTO", readonly=True)
    product_id = fields.Many2one(
        "product.product",
        index=True,
        check_company=True,
        help="Found by SKU = internal reference, else EAN = barcode, when only one product matches. What a person "
        "enters here stays.",
    )
    match = fields.Selection(MATCHES, "Matched", default="none", required=True, readonly=True, index=True)
    send_stock = fields.Boolean(default=True, help="Off: the stock of this article is not sent to OTTO.")
    own_safety_stock = fields.Boolean(help="On: the safety stock of this article counts, not the channel's.")
    safety_stock = fields.Integer(help="Pieces of this article that are not offered on OTTO.")
    max_quantity = fields.Integer(
        "Highest Quantity", help="The article is not offered with more pieces than this. 0: the channel's limit."
    )

    to_read = fields.Boolean(readonly=True, index="btree_not_null", help="OTTO says that the article has changed.")
    brand_code = fields.Char(readonly=True, help="OTTO's number of the brand.")
    # Compared with `product_id`: only while both are the same the product is the connector's to extend.
    made_product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null", ondelete="set null")
    picture_to_fetch = fields.Boolean(readonly=True, index="btree_not_null")

    _channel_sku_unique = models.Constraint("UNIQUE(channel_id, sku)", "This SKU is already listed in the channel.")

    @api.model_create_multi
    def create(self, vals_list):
        """Persons may list an article; what OTTO says about it is the connector's. A product is a person's choice."""
        names = {name for vals in vals_list for name in vals if vals[name]}
        refuse_connector_fields(self, self._connector_fields() & names)
        for vals in vals_list:
            if vals.get("product_id"):
                vals.setdefault("match", "manual")
        listings = super().create(vals_list)
        # Whoever lists an article offers it in the channel's account, so the channel must be theirs to see.
        listings.channel_id.check_access("read")
        return listings

    def write(self, vals):
        """What the connector notes is its own. A product that a person enters stays; without one the rules look."""
        refuse_connector_fields(self, self._connector_fields() & vals.keys())
        self._refuse_other_key(vals)
        if "product_id" in vals and "match" not in vals:
            vals = {**vals, "match": "manual" if vals["product_id"] else "none"}
        result = super().write(vals)
        if vals.get("product_id"):
            for channel, listings in self.grouped("channel_id").items():
                self._otto_matched(channel, listings.mapped("sku"))
        return result

    def _refuse_other_key(self, vals):
        """An article stays what it is and in its channel.

        :raises UserError: names the article
        """
        for listing in self:
            now = listing._convert_to_write({name: listing[name] for name in KEY_FIELDS & vals.keys()})
            if any(now[name] != vals[name] for name in now):
                raise UserError(
                    self.env._(
                        "Article %(sku)s stays in the channel %(channel)s under its SKU. Please list the other article "
                        "on its own.",
                        sku=listing.sku,
                        channel=listing.channel_id.name,
                    )
                )

    @api.model
    def _connector_fields(self):
        """Return the names of the fields that the connector alone writes; rooms add theirs."""
        return CONNECTOR_FIELDS

    def _otto_note(self, **values):
        """Write what the connector notes about these articles, whoever triggered it."""
        if self:
            as_connector(self.sudo()).write(values)

    @api.model
    def _otto_matched(self, channel, skus):
        """Hook: articles have a product now that had none, or another one."""
