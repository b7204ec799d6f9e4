"""What the overview shows of receipts: orders that were shipped and that OTTO has not billed."""

from odoo import models

from ..core.otto_channel_counters import Counter


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _counters(self):
        action = "otto_market_connector.action_otto_receipts_missing"
        return [Counter("no_receipt", self.env._("Receipts Missing"), action, level="warning"), *super()._counters()]
