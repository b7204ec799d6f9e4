from odoo import fields, models


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(
        selection_add=[
            ("receipt", "Receipt"),
            ("receipt_missing", "No Receipt"),
            ("receipt_total", "Receipt Differs from Order"),
            ("receipt_refund", "Refund without Return"),
            ("receipt_pdf", "PDF of a Receipt"),
        ],
        ondelete={
            "receipt": "cascade",
            "receipt_missing": "cascade",
            "receipt_total": "cascade",
            "receipt_refund": "cascade",
            "receipt_pdf": "cascade",
        },
    )
