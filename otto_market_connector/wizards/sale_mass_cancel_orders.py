from odoo import api, fields, models


class SaleMassCancelOrders(models.TransientModel):
    _inherit = "sale.mass.cancel.orders"

    otto_orders_count = fields.Integer(compute="_compute_otto_orders_count")
    otto_unreported_count = fields.Integer("OTTO Orders in Odoo Only", compute="_compute_otto_orders_count")

    @api.depends("sale_order_ids")
    def _compute_otto_orders_count(self):
        """R2, R15: those whose cancellation is reported to OTTO, and the others that are not cancelled yet."""
        for wizard in self:
            orders = wizard.sale_order_ids._otto_orders.filtered(lambda order: order.state != "cancel")
            reported = orders.filtered("otto_cancel_is_reported")
            wizard.otto_orders_count = len(reported)
            wizard.otto_unreported_count = len(orders - reported)
