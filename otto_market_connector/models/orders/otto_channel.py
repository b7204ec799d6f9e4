from odoo import api, fields, models
from odoo.exceptions import UserError


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    order_count = fields.Integer(compute="_compute_order_count")

    def _compute_order_count(self):
        self._count("sale.order", "otto_channel_id", "order_count")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_orders(self):
        for channel in self:
            if channel.order_count:
                raise UserError(
                    self.env._(
                        "The channel %(channel)s has imported orders and cannot be deleted. Archive it instead.",
                        channel=channel.name,
                    )
                )

    def write(self, vals):
        """R3: when the import is switched on again, all that is open at OTTO is read whatever its date."""
        resumed = (
            self.filtered(lambda channel: not channel.import_orders) if vals.get("import_orders") else self.browse()
        )
        result = super().write(vals)
        resumed.sync_ids.sudo().filtered(lambda sync: sync.flow == "orders").open_read_on = False
        return result

    def _orders_by_otto_id(self, otto_ids):
        """Return the orders of this channel that Odoo has, by their OTTO id."""
        orders = self.env["sale.order"].search(
            [("otto_channel_id", "=", self.id), ("otto_order_id", "in", list(otto_ids))]
        )
        return {order.otto_order_id: order for order in orders}

    def action_open_orders(self):
        """Smart button: the orders of this channel."""
        self.check_access("read")
        return self._otto_orders_action()

    def _otto_orders_action(self):
        """Return the action that opens the orders of this channel; nobody makes OTTO orders by hand."""
        action = self._action_open("otto_market_connector.action_otto_orders", "otto_channel_id")
        return {**action, "context": {"create": False}}
