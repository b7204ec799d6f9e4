from odoo import fields, models


class OttoReceiptTotal(models.Model):
    """What a receipt comes to for one kind of tax and rate: the turnover and its VAT (R27)."""

    _name = "otto.receipt.total"
    _inherit = ["otto.receipt.part"]
    _description = "Total of an OTTO Receipt by Tax Rate"
    _order = "receipt_id, tax_rate desc, id"

    is_computed = fields.Boolean(
        "Computed Here", readonly=True, help="OTTO named no net or tax; both were computed from gross and rate."
    )
