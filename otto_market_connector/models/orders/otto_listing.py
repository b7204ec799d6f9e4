from odoo import api, models

from ..core.otto_issue import UNSOLVED
from ..core.texts import key_of


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
            ("kind", "=", "article"),
            ("state", "in", UNSOLVED),
            ("external_id", "in", [key_of(sku) for sku in skus]),
        ]
        # An ignored one too: now it can be repaired.
        self.env["otto.issue"].sudo().search(domain)._retry_now()
