from odoo import api, models


class OttoListing(models.Model):
    _inherit = "otto.listing"

    @api.model
    def _otto_matched(self, channel, skus):
        """Have the orders read again that wait for a product of these articles (R20)."""
        super()._otto_matched(channel, skus)
        if not skus:
            return
        domain = [
            ("channel_id", "=", channel.id),
            ("sku", "in", list(skus)),
            ("order_id.state", "in", ("draft", "sent")),
            ("order_line_id.product_id", "=", channel._unknown_product().id),
        ]
        orders = self.env["otto.position.item"].sudo().search(domain).order_id
        if orders:
            domain = [
                ("channel_id", "=", channel.id),
                ("kind", "=", "article"),
                ("state", "=", "open"),
                ("external_id", "in", orders.mapped("otto_order_number")),
            ]
            self.env["otto.issue"].sudo().search(domain).action_retry()
