from odoo import api, fields, models


class SaleMassCancelOrders(models.TransientModel):
    _inherit = "sale.mass.cancel.orders"

    otto_orders_count = fields.Integer(compute="_compute_otto_orders_count")

    @api.depends("sale_order_ids")
    def _compute_otto_orders_count(self):
        """R15: those whose cancellation OTTO will be told."""
        for wizard in self:
            wizard.otto_orders_count = len(wizard.sale_order_ids._otto.filtered(lambda order: order.state == "sale"))
