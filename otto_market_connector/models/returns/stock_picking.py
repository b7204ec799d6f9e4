from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    otto_return_id = fields.Many2one(
        "otto.return", "OTTO Return", copy=False, readonly=True, ondelete="set null", index="btree_not_null"
    )
