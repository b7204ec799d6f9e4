from odoo import api, fields, models
from odoo.exceptions import UserError

from ...otto_api import OttoError, status_of
from ..core.texts import stored
from .const import ASK_SECONDS
from .stock_picking import DELIVERY_CODES

# From which states a state can follow. Nothing follows on *sent*: OTTO offers no way to take a shipment back.
REPORT_STEPS = {
    "none": {"none", "waiting", "to_send", "to_cancel", "cancelled", "refused"},
    "waiting": {"none", "to_send", "refused"},
    "to_send": {"none", "waiting", "refused"},
    "sent": {"none", "waiting", "to_send", "to_cancel", "refused"},
    "to_cancel": {"none", "waiting", "to_send", "refused"},
    "cancelled": {"waiting", "to_send", "to_cancel", "cancelled", "refused"},
    "refused": {"to_send", "to_cancel", "cancelled", "refused"},
}
# OTTO has to be told.
DUE = ("to_send", "to_cancel")
# Neither refused nor under way any more.
SETTLED = ("none", "sent", "cancelled")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    otto_parcel_ids = fields.One2many("otto.parcel", "order_id", "Parcels", copy=False)
    otto_report_state = fields.Selection(
        [
            ("none", "Not Shipped"),
            ("waiting", "Waiting for Labels"),
            ("to_send", "To Be Sent"),
            ("sent", "Sent"),
            ("to_cancel", "To Be Cancelled"),
            ("cancelled", "Cancelled"),
            ("refused", "Refused by OTTO"),
        ],
        "Told to OTTO",
        default="none",
        copy=False,
        readonly=True,
        index=True,
        tracking=True,
    )
    otto_cancel_sent_on = fields.Datetime(
        "Cancellation Told On", copy=False, readonly=True, help="Set until OTTO has carried the cancellation out."
    )
    otto_stop_parcel = fields.Boolean(
        "Stop This Parcel",
        copy=False,
        readonly=True,
        help="OTTO cancelled the order after its label was made: the parcel must not leave the house.",
    )
    otto_possibly_booked = fields.Boolean(
        compute="_compute_otto_possibly_booked", search="_search_otto_possibly_booked"
    )
    otto_report_message = fields.Text(compute="_compute_otto_report_message")
    otto_refusal = fields.Text("Refused Because", copy=False, readonly=True)

    @api.depends("otto_report_state", "otto_refusal", "otto_parcel_ids.type", "otto_parcel_ids.number_question")
    def _compute_otto_report_message(self):
        for order in self:
            if order.otto_report_state == "refused":
                order.otto_report_message = order.otto_refusal
            elif order.otto_report_state == "waiting":
                order.otto_report_message = order._otto_missing_parcels()
            else:
                order.otto_report_message = False

    @api.depends("picking_ids.dhl_possibly_booked")
    def _compute_otto_possibly_booked(self):
        for order in self:
            order.otto_possibly_booked = any(order.sudo().picking_ids.mapped("dhl_possibly_booked"))

    def _search_otto_possibly_booked(self, operator, value):
        if operator != "in":
            return NotImplemented
        doubtful = [("dhl_possibly_booked", "=", True)]
        return [("picking_ids", "any" if True in value else "not any", doubtful)]

    def _otto_parcel_pair(self):
        """Return the Shipment row and the Return row when there is exactly one of each (R9), else None."""
        self.ensure_one()
        outbound = self.otto_parcel_ids.filtered(lambda parcel: parcel.type == "shipment")
        back = self.otto_parcel_ids.filtered(lambda parcel: parcel.type == "return")
        return (outbound, back) if len(outbound) == len(back) == 1 else None

    def _otto_needs_no_label(self):
        """Tell whether both labels are there (R8), or OTTO knows the order as sent already."""
        self.ensure_one()
        return bool(self._otto_parcel_pair()) or self.otto_report_state == "sent"

    def _otto_ask_before_label(self):
        """Ask OTTO whether the order is still to be shipped, before a label is bought or its goods leave (R2).

        Three seconds and no second try: OTTO's silence does not stop the warehouse, and the order says so.

        :raises UserError: OTTO has cancelled the order or pieces of it, or knows it as sent
        """
        self.ensure_one()
        channel = self.otto_channel_id
        try:
            current = channel._otto_client().order(self.otto_order_id, within=ASK_SECONDS)
        except (OttoError, UserError) as error:
            words = channel._otto_error_text(error) if isinstance(error, OttoError) else str(error)
            self.message_post(
                body=self.env._("OTTO could not be asked before the label was bought: %(words)s", words=words)
            )
            return
        open_now = {item.id for item in current.items if status_of(item.status) == "processable"}
        open_here = {piece.position_id for piece in self.otto_position_ids if piece.status == "processable"}
        if open_now != open_here or not open_now:
            self._otto_refuse_label(len(open_now), len(self.otto_position_ids))

    def _otto_refuse_label(self, open_now, pieces):
        if self.otto_channel_id._takes_changes:
            self.otto_channel_id._trigger_apart("orders")
            remedy = self.env._("The change is being imported; please try again in a minute.")
        else:
            remedy = self.env._(
                "The channel %s takes over no changes from OTTO. An administrator can change this (Synchronise "
                "Changes).",
                self.otto_channel_id.name,
            )
        raise UserError(
            self.env._(
                "Order %(order)s has changed at OTTO: %(open)s of %(pieces)s pieces are still to be shipped. "
                "No label was bought. %(remedy)s",
                order=self.name,
                open=open_now,
                pieces=pieces,
                remedy=remedy,
            )
        )

    def _otto_is_shipped(self):
        """Tell whether the order's goods have left: a delivery to the customer is done and none is open."""
        self.ensure_one()
        deliveries = self.picking_ids.filtered(lambda picking: picking.picking_type_code in DELIVERY_CODES)
        return "done" in deliveries.mapped("state") and not set(deliveries.mapped("state")) - {"done", "cancel"}

    def _otto_has_left(self):
        """Tell whether goods are on their way to the customer; those that were only picked are still in the house."""
        self.ensure_one()
        deliveries = self.sudo().picking_ids.filtered(lambda picking: picking.picking_type_code in DELIVERY_CODES)
        return "done" in deliveries.mapped("state")

    def _otto_awaits_delivery(self):
        """Tell whether OTTO waits for the order's parcel."""
        self.ensure_one()
        return self.state == "sale" and self.otto_report_state != "sent" and not self._otto_has_left()

    def _otto_update_report(self):
        """Find out whether OTTO is to be told *sent* (R9, R15); called whenever transfers or parcels change."""
        for order in self._otto_orders.filtered(
            lambda order: order.otto_report_state in ("none", "waiting", "to_send")
        ):
            if not order._otto_is_shipped():
                continue
            order._otto_update_report_state("to_send" if order._otto_can_tell_sent() else "waiting")
        sent = self._otto_orders.filtered(lambda order: order.otto_report_state == "sent")
        if sent:
            sent._otto_reconcile()

    def _otto_update_report_state(self, state, **noted):
        """Write what OTTO has been told or is to be told; nothing else does. What is due is told after the commit.

        :param state: the next state; orders from whose state it cannot follow stay as they are
        :param noted: `otto_refusal` and `otto_cancel_sent_on`, where they belong to the step
        :return: the orders that took the step
        """
        orders = self.filtered(lambda order: order.otto_report_state in REPORT_STEPS[state])
        if not orders:
            return orders
        settled = {"otto_refusal": False, "otto_cancel_sent_on": False} if state in SETTLED else {}
        orders._otto_note(otto_report_state=state, **{**settled, **noted})
        if state in DUE:
            orders.sudo().otto_channel_id._trigger("fulfilment")
        return orders

    def _otto_sent(self):
        """Note that OTTO knows that the order is sent; OTTO writes the invoice now."""
        self._otto_update_report_state("sent")
        self.message_post(body=self.env._("OTTO has been told that the order is sent. OTTO writes the invoice."))

    def _otto_cancel_accepted(self):
        """Note that OTTO has accepted the cancellation."""
        self._otto_update_report_state("cancelled", otto_cancel_sent_on=fields.Datetime.now())
        self.message_post(body=self.env._("OTTO has been told that the order is cancelled."))

    def _otto_refused(self, reason):
        """Note that OTTO refuses what it was told, and why; a person decides (R20)."""
        self.ensure_one()
        reason = stored(reason)
        if self.otto_refusal != reason:
            self.message_post(body=reason)
        self._otto_update_report_state("refused", otto_refusal=reason)
        self.env["otto.issue"]._report(self.otto_channel_id, "report", [(self.otto_order_number, reason, self)])

    def _otto_retry_report(self):
        """Have OTTO told again what it refused; a shipment only with both numbers (R9)."""
        for order in self.filtered(lambda order: order.otto_report_state == "refused"):
            shipped = "to_send" if order._otto_can_tell_sent() else "waiting"
            order._otto_update_report_state("to_cancel" if order.state == "cancel" else shipped)

    def action_otto_retry_report(self):
        """Button: have OTTO told again.

        :raises AccessError: the user does not enter labels either
        """
        self.check_access("write")
        self.env["otto.parcel"].check_access("write")
        self._otto_retry_report()
        return True

    # What the orders' room tells

    def _otto_linked(self):
        """The labels of transfers that are done are known again: OTTO hears of a parcel that it was not told of (R9).

        Numbers that people typed went with the add-on; their orders wait until somebody enters them again.
        """
        for picking in self.picking_ids._otto_first_deliveries:
            if picking.state == "done" and picking.carrier_id.delivery_type == "dhl_de":
                picking._otto_enter_parcels()
        self._otto_update_report()
        return super()._otto_linked()

    def _otto_parcel_is_made(self):
        """Labels that were made elsewhere and entered by hand are made as well."""
        return bool(self.otto_parcel_ids) or super()._otto_parcel_is_made()

    def _otto_cancelled_by_otto(self):
        """Cancel what OTTO has cancelled; the connector's mark keeps OTTO from being told again (R15).

        An order whose goods have left stays as it is: a person must stop the parcel.
        """
        open_orders = self.filtered(lambda order: order.state != "cancel" and not order._otto_has_left())
        if open_orders:
            open_orders._action_cancel()
            for order in open_orders:
                order.message_post(body=self.env._("OTTO has cancelled this order."))
        return super()._otto_cancelled_by_otto()

    def _otto_status_changed(self, cancelled):
        """Have parcels stopped whose pieces OTTO has cancelled, and settle what OTTO itself says (R15, R20)."""
        cancelled.order_id.with_env(self.env)._otto_ask_to_stop_parcels(cancelled)
        self._otto_reconcile()
        return super()._otto_status_changed(cancelled)
