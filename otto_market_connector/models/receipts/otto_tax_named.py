from odoo import api, fields, models


class OttoTaxNamed(models.AbstractModel):
    """What is of one kind of tax, with a word for it; a kind that is new at OTTO keeps OTTO's (facts/otto.md §9.2)."""

    _name = "otto.tax.named"
    _description = "Of One Kind of Tax"

    tax_type = fields.Char("Kind of Tax", readonly=True)
    tax_name = fields.Char("Name of the Tax", compute="_compute_tax_name")

    @api.depends("tax_type")
    @api.depends_context("lang")
    def _compute_tax_name(self):
        names = {"VAT": self.env._("VAT"), "INSURANCE": self.env._("Insurance tax")}
        for record in self:
            record.tax_name = names.get(record.tax_type, record.tax_type)
