from odoo import api, fields, models
from odoo.exceptions import UserError


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    receipt_count = fields.Integer(compute="_compute_receipt_count")
    receipts_from = fields.Date(
        "Receipts Since",
        help="Receipts are read 100 days back. Enter an earlier day to have older ones, too. Receipts before February "
        "2022 were no invoices in the sense of the law.",
    )
    receipts_read_from = fields.Date("Receipts Are Here Since", readonly=True, copy=False)
    commission_ids = fields.One2many("otto.commission", "channel_id", "OTTO's Commission")
    commission_by_parts = fields.Boolean(
        "Rates Are for Parts of the Price",
        default=True,
        help="On: each rate is for the part of the price above its limit. Off: the rate of the highest limit that the "
        "price reaches is for all of it.",
    )

    def _compute_receipt_count(self):
        if self.env["otto.receipt"].has_access("read"):
            self._count("otto.receipt", "channel_id", "receipt_count")
        else:
            self.receipt_count = 0

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_receipts(self):
        for channel in self:
            if channel.sudo().receipt_count:
                raise UserError(
                    self.env._(
                        "The channel %(channel)s has receipts, which must be kept, and cannot be deleted. Archive it "
                        "instead.",
                        channel=channel.name,
                    )
                )

    def write(self, vals):
        """Older receipts that a person wants are read by the next run."""
        result = super().write(vals)
        if vals.get("receipts_from"):
            self.sync_ids.sudo().filtered(lambda sync: sync.flow == "receipts").receipts_read_on = False
        return result

    def _orders_by_number(self, numbers):
        """Return the orders of this channel with these order numbers of OTTO."""
        domain = [("otto_channel_id", "=", self.id), ("otto_order_number", "in", list(numbers))]
        return self.env["sale.order"].sudo().search(domain)

    def action_open_receipts(self):
        """Smart button: the receipts of this channel."""
        action = self._action_open("otto_market_connector.action_otto_receipt", "channel_id")
        return {**action, "context": {}}
