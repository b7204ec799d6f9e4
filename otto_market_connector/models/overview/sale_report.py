from odoo import fields, models

from ..orders.otto_position_item import STATUSES


class SaleReport(models.Model):
    _inherit = "sale.report"

    otto_channel_id = fields.Many2one("otto.channel", "OTTO Channel", readonly=True)
    otto_status = fields.Selection(STATUSES, "OTTO Status", readonly=True)

    def _select_additional_fields(self):
        return {
            **super()._select_additional_fields(),
            "otto_channel_id": "s.otto_channel_id",
            "otto_status": "s.otto_status",
        }

    def _group_by_sale(self):
        return f"{super()._group_by_sale()}, s.otto_channel_id, s.otto_status"
