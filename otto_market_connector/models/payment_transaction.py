from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _invoice_sale_orders(self):
        """R5: automatic invoices after a payment are for the others; OTTO's payment is noted and that is all."""
        return super(
            PaymentTransaction, self.filtered(lambda payment: not payment.sale_order_ids._otto)
        )._invoice_sale_orders()
