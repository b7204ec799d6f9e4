from odoo import api, fields, models


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    receipt_ids = fields.One2many("otto.receipt", "channel_id", readonly=True)
    receipt_count = fields.Integer(compute="_compute_receipt_count")

    def _compute_receipt_count(self):
        self._count("otto.receipt", "channel_id", "receipt_count")

    @api.model
    def _otto_ensure_all_flows(self):
        """Make the rows of new flows for the channels that are there; called by the data at every update."""
        self.with_context(active_test=False).search([])._ensure_flows()
