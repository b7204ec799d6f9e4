from odoo import fields, models

from .const import READERS


class OttoPositionItem(models.Model):
    _inherit = "otto.position.item"

    receipt_line_ids = fields.Many2many(
        "otto.receipt.line",
        "otto_receipt_line_piece_rel",
        "piece_id",
        "line_id",
        "Lines of Receipts",
        readonly=True,
        copy=False,
        groups=READERS,
    )
