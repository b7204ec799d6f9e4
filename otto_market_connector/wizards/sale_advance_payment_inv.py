from odoo import models


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def create_invoices(self):
        """R5: invoice the other orders of a mixed list, and name those whose invoice OTTO writes."""
        otto = self.sale_order_ids._otto_orders
        if not otto or otto == self.sale_order_ids:
            return super().create_invoices()
        self.sale_order_ids -= otto
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("OTTO writes these invoices"),
                "message": self.env._(
                    "The other orders were invoiced. No invoice is made in Odoo for the OTTO orders %(orders)s.",
                    orders=", ".join(otto.mapped("name")),
                ),
                "next": super().create_invoices(),
            },
        }
