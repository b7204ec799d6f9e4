from odoo import fields, models

from .const import UNACKNOWLEDGED
from .stock_picking import DELIVERY_CODES


class SaleOrder(models.Model):
    """Where OTTO and Odoo see an order differently, and what OTTO's word settles."""

    _inherit = "sale.order"

    def _otto_reconcile(self):
        """Take over what OTTO says was sent or cancelled, and report where Odoo's goods say otherwise (R20).

        No label is booked any more for what OTTO calls sent, and OTTO is not told again.
        """
        self._otto_adopt_otto_status()
        differing = self.filtered(lambda order: order._otto_differs_in_shipping())
        mismatched = differing.filtered(
            lambda order: order.otto_status in ("sent", "returned") or order._otto_not_to_ship()
        )
        for channel, orders in self.grouped("otto_channel_id").items():
            self._otto_report_mismatched(channel, orders & mismatched, orders - differing)

    def _otto_adopt_otto_status(self):
        """What was to be told, or was refused, is settled when OTTO itself calls the order sent or cancelled."""
        settled = self.browse()
        for state, statuses in (("sent", ("sent", "returned")), ("cancelled", ("cancelled",))):
            orders = self.filtered(
                lambda order, state=state, statuses=statuses: (
                    order.otto_status in statuses and order.otto_report_state != state
                )
            )
            settled |= orders._otto_update_report_state(state)
        for channel, orders in settled.grouped("otto_channel_id").items():
            self.env["otto.issue"]._resolve(channel, "report", orders.mapped("otto_order_number"))

    def _otto_report_mismatched(self, channel, orders, others):
        """Report orders that OTTO and Odoo see differently, and resolve this for the others (R20)."""
        failures = []
        for order in orders:
            if order._otto_not_to_ship():
                text = order._otto_not_to_ship_text()
            elif order.state == "cancel":
                text = self.env._(
                    "Order %(order)s is sent or returned at OTTO, but cancelled in Odoo. If the goods have left, take "
                    "them out of the stock by hand and mark this as solved; otherwise look at the order in OTTO "
                    "Partner Connect.",
                    order=order.name,
                )
            else:
                text = self.env._(
                    "Order %(order)s is sent or returned at OTTO, but its delivery in Odoo is open. Validate the "
                    "delivery to take the goods out of the stock (no label is booked), or cancel it if they are still "
                    "there.",
                    order=order.name,
                )
            failures.append((order.otto_order_number, text, order))
        self.env["otto.issue"]._report(channel, "shipped", failures)
        self.env["otto.issue"]._resolve(channel, "shipped", others.mapped("otto_order_number"))

    def _otto_differs_in_shipping(self):
        """Tell whether OTTO and Odoo disagree on whether the order's goods have left."""
        self.ensure_one()
        deliveries = self.picking_ids.filtered(lambda picking: picking.picking_type_code in DELIVERY_CODES)
        if self.otto_status in ("sent", "returned") or (self._otto_not_to_ship() and not self._otto_has_left()):
            open_here = set(deliveries.mapped("state")) - {"done", "cancel"}
            return self.state == "cancel" or (self.state == "sale" and bool(open_here))
        done_on = [picking.date_done for picking in deliveries if picking.state == "done" and picking.date_done]
        return (
            self.otto_status == "processable"
            and self.otto_report_state in ("sent", "waiting")
            and bool(done_on)
            and min(done_on) <= fields.Datetime.now() - UNACKNOWLEDGED
        )
