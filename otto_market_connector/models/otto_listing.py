from odoo import fields, models


class OttoListing(models.Model):
    _name = "otto.listing"
    _description = "Article on OTTO"
    _rec_name = "sku"
    _order = "sku"
    _check_company_auto = True

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    sku = fields.Char("SKU", required=True)
    ean = fields.Char("EAN")
    title = fields.Char()
    product_id = fields.Many2one(
        "product.product",
        index=True,
        check_company=True,
        help="Empty: found by SKU = internal reference, else EAN = barcode, when only one product matches.",
    )
    quantity = fields.Integer("Quantity on OTTO", readonly=True, help="What OTTO accepted last.")
    quantity_known = fields.Boolean(readonly=True)
    quantity_date = fields.Datetime("Accepted At", readonly=True)

    _channel_sku_unique = models.Constraint("UNIQUE(channel_id, sku)", "This SKU is already listed in the channel.")

    def _match_products(self):
        """Match listings without a product (R6): SKU = internal reference, else EAN = barcode, unique matches only."""
        for channel, listings in self.filtered(lambda listing: not listing.product_id).grouped("channel_id").items():
            found = channel._find_products([(listing.sku, listing.ean) for listing in listings])
            for listing in listings:
                listing.product_id = found.get(listing.sku, False)
