from odoo import fields, models

from .const import READERS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    otto_receipt_ids = fields.One2many(
        "otto.receipt", "order_id", "OTTO Receipts", readonly=True, copy=False, groups=READERS
    )
    otto_receipt_count = fields.Integer("Receipts", compute="_compute_otto_receipt_count")

    def _compute_otto_receipt_count(self):
        receipts = self.env["otto.receipt"]
        counts = {}
        if self._otto_orders and receipts.has_access("read"):
            counts = dict(receipts._read_group([("order_id", "in", self.ids)], ["order_id"], ["__count"]))
        for order in self:
            order.otto_receipt_count = counts.get(order, 0)

    def action_otto_receipts(self):
        """Smart button: OTTO's receipts of these orders."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("otto_market_connector.action_otto_receipt")
        return {**action, "domain": [("order_id", "in", self.ids)], "context": {}}
