from odoo import api, fields, models
from odoo.exceptions import UserError

from .const import OVERLAP


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
        """R2, R3: when import or changes are switched on again, all that is open is read again whatever its date."""
        importing = self.filtered("import_orders")
        taking = self.filtered(lambda channel: channel._takes_changes)
        result = super().write(vals)
        imports = self.filtered("import_orders") - importing
        follows = self.filtered(lambda channel: channel._takes_changes) - taking
        rows = (imports | follows.filtered("import_orders")).sync_ids.sudo()
        rows.filtered(lambda sync: sync.flow == "orders").open_read_on = False
        for channel in follows:
            channel._read_again_since_oldest_open()
        return result

    def _read_again_since_oldest_open(self):
        """Have all that OTTO changed read again since the oldest order that is open was changed last (R2).

        What OTTO released, cancelled or sent while nobody took it lies before the cursor.
        """
        domain = [("otto_channel_id", "=", self.id), ("otto_status", "in", ("announced", "processable", "unknown"))]
        orders = self.env["sale.order"].sudo()
        oldest = orders.search([*domain, ("otto_last_modified", "!=", False)], order="otto_last_modified", limit=1)
        sync = self._sync("orders").sudo()
        if oldest and sync:
            since = oldest.otto_last_modified - OVERLAP
            sync.reconciled_to = min(filter(None, (since, sync.reconciled_to)))

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
