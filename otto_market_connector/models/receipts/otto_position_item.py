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
    receipt_settled = fields.Boolean(
        "No Receipt Awaited",
        readonly=True,
        copy=False,
        groups=READERS,
        help="A receipt bills the piece, or it left so long ago that none is waited for any more.",
    )

    # Shipped and perhaps not billed: each run looks for them, and of all pieces they are few.
    _receipt_awaited_idx = models.Index(
        "(channel_id, id) WHERE receipt_settled IS NOT TRUE AND status IN ('sent', 'returned')"
    )
