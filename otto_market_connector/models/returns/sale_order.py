from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    otto_return_line_ids = fields.One2many("otto.return.line", "order_id", "Pieces That Come Back", copy=False)
    otto_return_ids = fields.Many2many(
        "otto.return", "otto_return_order_rel", "order_id", "return_id", "OTTO Returns", copy=False, readonly=True
    )
    otto_return_count = fields.Integer("Number of OTTO Returns", compute="_compute_otto_return_count")

    @api.depends("otto_return_ids")
    def _compute_otto_return_count(self):
        for order in self:
            order.otto_return_count = len(order.otto_return_ids)

    def _otto_taken_over(self):
        """The returns of an order go with it: what people decide about them is told by the channel at work."""
        for order in self.sudo():
            order.otto_return_ids.channel_id = order.otto_channel_id
        return super()._otto_taken_over()

    def _otto_status_changed(self, cancelled):
        """What an order calls refunded by OTTO needs no decision, whether or not the list of returns says so yet."""
        lines = self.sudo().otto_return_line_ids.filtered(
            lambda line: line.piece_id.refunded_by_otto and not line.is_settled
        )
        lines.otto_status = "accepted"
        self.env["otto.return"].sudo()._otto_decided(lines)
        return super()._otto_status_changed(cancelled)
