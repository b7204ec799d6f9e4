from odoo import fields, models
from odoo.tools import SQL

from .const import RECEIPT_TYPES


class OttoTurnoverReport(models.Model):
    """Turnover by month, VAT rate, country and kind: the totals of the receipts, refunds negative (R30)."""

    _name = "otto.turnover.report"
    _inherit = ["otto.tax.named"]
    _description = "OTTO Turnover"
    _auto = False
    _rec_name = "receipt_id"
    _order = "date desc, id desc"

    receipt_id = fields.Many2one("otto.receipt", readonly=True)
    channel_id = fields.Many2one("otto.channel", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(RECEIPT_TYPES, readonly=True)
    country_id = fields.Many2one("res.country", "Delivered To", readonly=True)
    tax_rate = fields.Char("VAT Rate", readonly=True)
    is_real = fields.Boolean("Is a Tax Document", readonly=True)
    is_deemed_supplier = fields.Boolean("OTTO Owes the VAT", readonly=True)
    gross = fields.Monetary("Taxes Included", readonly=True)
    net = fields.Monetary("Untaxed", readonly=True)
    tax = fields.Monetary(readonly=True)

    def action_open_receipt(self):
        """A row of the list: open its receipt."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "otto.receipt",
            "res_id": self.receipt_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT total.id, receipt.id AS receipt_id, receipt.channel_id, receipt.company_id, receipt.currency_id,
                   receipt.receipt_date AS date, receipt.kind, receipt.is_real, receipt.is_deemed_supplier,
                   COALESCE(receipt.country_id, invoice.country_id) AS country_id,
                   total.tax_type, TRIM_SCALE(total.tax_rate::numeric) || ' %%' AS tax_rate,
                   total.gross * sign.value AS gross, total.net * sign.value AS net, total.tax * sign.value AS tax
              FROM otto_receipt_total total
              JOIN otto_receipt receipt ON receipt.id = total.receipt_id
         LEFT JOIN otto_receipt invoice ON invoice.id = receipt.linked_id
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN receipt.kind IN ('refund', 'partial_refund') THEN -1 ELSE 1 END AS value) sign
            """
        )
