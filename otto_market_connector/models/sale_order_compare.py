from odoo import fields, models

from .otto_channel_follow_up import LEFT_ALONE
from .stock_picking import DELIVERY_CODES


class SaleOrder(models.Model):
    """Where OTTO and Odoo see an order differently, and what OTTO's word settles."""

    _inherit = "sale.order"

    def _otto_compare_shipped(self):
        """Take over what OTTO says was sent or cancelled, and report where Odoo's goods say otherwise (R20).

        No label is booked any more for what OTTO calls sent, and OTTO is not told again.
        """
        self._otto_take_ottos_word()
        differing = self.filtered(lambda order: order._otto_differs_in_shipping())
        elsewhere = differing.filtered(lambda order: order.otto_status in ("sent", "returned"))
        for channel, orders in self.grouped("otto_channel_id").items():
            channel._report_sent_elsewhere(orders & elsewhere, orders - differing)

    def _otto_take_ottos_word(self):
        """What was to be told, or was refused, is settled when OTTO itself calls the order sent or cancelled."""
        settled = self.browse()
        for state, statuses, told in (
            ("sent", ("sent", "returned"), ("none", "waiting", "to_send", "to_cancel", "refused")),
            ("cancelled", ("cancelled",), ("waiting", "to_send", "to_cancel", "refused")),
        ):
            orders = self.filtered(
                lambda order, statuses=statuses, told=told: (
                    order.otto_status in statuses and order.otto_outbound_state in told
                )
            )
            orders._otto_note(otto_outbound_state=state, otto_refusal=False, otto_told_on=False)
            settled |= orders
        for channel, orders in settled.grouped("otto_channel_id").items():
            self.env["otto.issue"]._resolve(channel, "outbound", orders.mapped("otto_order_number"))

    def _otto_differs_in_shipping(self):
        """Tell whether OTTO and Odoo disagree on whether the order's goods have left."""
        self.ensure_one()
        deliveries = self.picking_ids.filtered(lambda picking: picking.picking_type_code in DELIVERY_CODES)
        if self.otto_status in ("sent", "returned"):
            open_here = set(deliveries.mapped("state")) - {"done", "cancel"}
            return self.state == "cancel" or (self.state == "sale" and bool(open_here))
        done_on = [picking.date_done for picking in deliveries if picking.state == "done" and picking.date_done]
        return (
            self.otto_status == "processable"
            and self.otto_outbound_state in ("sent", "waiting")
            and bool(done_on)
            and min(done_on) <= fields.Datetime.now() - LEFT_ALONE
        )
