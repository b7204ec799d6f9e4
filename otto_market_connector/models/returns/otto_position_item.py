from odoo import fields, models


class OttoPositionItem(models.Model):
    _inherit = "otto.position.item"

    return_line_ids = fields.One2many("otto.return.line", "piece_id", "Returns", readonly=True)
    price_reduction_ids = fields.One2many("otto.price.reduction", "piece_id", "Partial Refunds", readonly=True)
