from odoo import api, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.constrains("sale_line_ids")
    def _check_no_otto_sale_lines(self):
        """R5, from the side of the invoice line: OTTO writes the invoice of an OTTO order."""
        self.sale_line_ids.order_id._otto_refuse_invoice()
