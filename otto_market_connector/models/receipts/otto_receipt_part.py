from odoo import api, fields, models

from .otto_receipt import refuse_change


class OttoReceiptPart(models.AbstractModel):
    """What lines and totals of a receipt have in common: amounts of a kind of tax and rate, kept for good (R27)."""

    _name = "otto.receipt.part"
    _inherit = ["otto.tax.named"]
    _description = "Part of an OTTO Receipt"

    receipt_id = fields.Many2one("otto.receipt", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="receipt_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="receipt_id.currency_id")
    tax_rate = fields.Float("VAT Rate (%)", readonly=True)
    gross = fields.Monetary("Taxes Included", readonly=True)
    net = fields.Monetary("Untaxed", readonly=True)
    tax = fields.Monetary(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        refuse_change(self)
        return super().create(vals_list)

    def write(self, vals):
        refuse_change(self)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self.receipt_id._refuse_deletion()
