from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _invoice_sale_orders(self):
        """R5: automatic invoices after a payment are for the others; OTTO's payment is noted and that is all.

        Of a payment for several orders, the others are invoiced: `_create_invoices` leaves OTTO's out.
        """
        others = self.filtered(lambda payment: payment.sale_order_ids - payment.sale_order_ids._otto_orders)
        return super(PaymentTransaction, others)._invoice_sale_orders()
