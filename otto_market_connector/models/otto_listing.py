from odoo import api, fields, models
from odoo.tools import SQL

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

    _channel_sku_unique = models.Constraint("UNIQUE(channel_id, sku)", "This SKU is already listed in the channel.")

    @api.model_create_multi
    def create(self, vals_list):
        """A product that is given is a person's choice."""
        for vals in vals_list:
            if vals.get("product_id"):
                vals.setdefault("match", "manual")
        return super().create(vals_list)

    def write(self, vals):
        """A product that a person enters stays; taken out again, the rules look for one."""
        if "product_id" in vals and "match" not in vals:
            vals = {**vals, "match": "manual" if vals["product_id"] else "none"}
        return super().write(vals)

    @api.model
    def _match_products(self, channel):
        """Match articles with products (R6): SKU = internal reference, else EAN = barcode, unique matches only.

        Everything but what a person matched is judged anew, as orders are (`_find_products`): when a code moves to
        another product or a second product gets it, stock and orders follow alike. An article keeps an archived
        product until another one takes its place, so that OTTO is told that there is none left. Done by the database:
        a channel may have 100,000 articles.
        """
        for model in ("otto.listing", "product.product", "product.template"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH candidate AS (
                    SELECT product.id, product.default_code, product.barcode
                      FROM product_product product
                      JOIN product_template template ON template.id = product.product_tmpl_id
                     WHERE product.active AND (template.company_id IS NULL OR template.company_id = %(company)s)
                ), by_sku AS (
                    SELECT default_code AS code, MIN(id) AS id, COUNT(*) AS count
                      FROM candidate WHERE default_code IS NOT NULL GROUP BY default_code
                ), by_ean AS (
                    SELECT barcode AS code, MIN(id) AS id, COUNT(*) AS count
                      FROM candidate WHERE barcode IS NOT NULL GROUP BY barcode
                ), found AS (
                    SELECT listing.id,
                           CASE WHEN by_sku.count = 1 THEN by_sku.id
                                WHEN by_ean.count = 1 THEN by_ean.id END AS product_id,
                           CASE WHEN by_sku.count = 1 THEN 'sku'
                                WHEN by_ean.count = 1 THEN 'ean'
                                WHEN by_sku.count > 1 OR by_ean.count > 1 THEN 'ambiguous'
                                ELSE 'none' END AS match
                      FROM otto_listing listing
                 LEFT JOIN product_product present ON present.id = listing.product_id
                 LEFT JOIN by_sku ON by_sku.code = listing.sku
                 LEFT JOIN by_ean ON by_ean.code = listing.ean
                     WHERE listing.channel_id = %(channel)s
                       AND (listing.match != 'manual' OR listing.product_id IS NULL)
                       AND (by_sku.code IS NOT NULL OR by_ean.code IS NOT NULL OR present.active IS NOT FALSE)
                )
                UPDATE otto_listing listing SET product_id = found.product_id, match = found.match
                  FROM found
                 WHERE found.id = listing.id
                   AND (listing.match, listing.product_id) IS DISTINCT FROM (found.match, found.product_id)
             RETURNING listing.sku, listing.product_id
                """,
                company=channel.company_id.id,
                channel=channel.id,
            )
        )
        self.invalidate_model(["product_id", "match"])
        channel._retry_orders_of([sku for sku, product_id in rows if product_id])
