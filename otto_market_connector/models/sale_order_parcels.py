from odoo import api, fields, models
from odoo.exceptions import UserError

from ..otto_api import OttoError, status_of
from .stock_picking import DELIVERY_CODES

ASK_SECONDS = 3


class SaleOrder(models.Model):
    _inherit = "sale.order"

    otto_parcel_ids = fields.One2many("otto.parcel", "order_id", "Parcels", copy=False)
    otto_outbound_state = fields.Selection(
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
    otto_told_on = fields.Datetime(
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
    otto_outbound_message = fields.Text(compute="_compute_otto_outbound_message")
    otto_refusal = fields.Text("Refused Because", copy=False, readonly=True)

    @api.depends("otto_outbound_state", "otto_refusal", "otto_parcel_ids.type")
    def _compute_otto_outbound_message(self):
        for order in self:
            if order.otto_outbound_state == "refused":
                order.otto_outbound_message = order.otto_refusal
            elif order.otto_outbound_state == "waiting":
                order.otto_outbound_message = order._otto_missing_parcels()
            else:
                order.otto_outbound_message = False

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
        return bool(self._otto_parcel_pair()) or self.otto_outbound_state == "sent"

    def _otto_ask_before_label(self):
        """Ask OTTO whether the order is still to be shipped, before a label is bought (R2).

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

    def _otto_missing_parcels(self):
        """Say which rows are missing or too many (R9)."""
        self.ensure_one()
        labels = dict(self.env["otto.parcel"]._fields["type"]._description_selection(self.env))
        counts = [
            self.env._(
                "%(type)s: %(count)s",
                type=label,
                count=len(self.otto_parcel_ids.filtered(lambda p, t=type_: p.type == t)),
            )
            for type_, label in labels.items()
        ]
        return self.env._(
            "OTTO is told that the order is sent when there is exactly one row of each type. Now there are: %s.",
            ", ".join(counts),
        )

    def _otto_is_shipped(self):
        """Tell whether the order's goods have left: a delivery to the customer is done and none is open."""
        self.ensure_one()
        deliveries = self.picking_ids.filtered(lambda picking: picking.picking_type_code in DELIVERY_CODES)
        return "done" in deliveries.mapped("state") and not set(deliveries.mapped("state")) - {"done", "cancel"}

    def _otto_update_outbound(self):
        """Find out whether OTTO is to be told *sent* (R9, R15); called whenever transfers or parcels change."""
        for order in self._otto.filtered(lambda order: order.otto_outbound_state in ("none", "waiting", "to_send")):
            if not order._otto_is_shipped():
                continue
            order._otto_set_outbound("to_send" if order._otto_parcel_pair() else "waiting")
        sent_elsewhere = self._otto.filtered(lambda order: order.otto_outbound_state == "sent")
        if sent_elsewhere:
            sent_elsewhere._otto_compare_shipped()

    def _otto_set_outbound(self, state):
        """Write the outbound state; what is due is told right after the commit."""
        for order in self.sudo():
            if order.otto_outbound_state == state:
                continue
            order._otto_note(otto_outbound_state=state)
            if state in ("to_send", "to_cancel"):
                order.otto_channel_id._trigger("outbound")

    def _otto_sent(self):
        """Note that OTTO knows that the order is sent; OTTO writes the invoice now."""
        self._otto_note(otto_outbound_state="sent", otto_refusal=False)
        self.message_post(body=self.env._("OTTO has been told that the order is sent. OTTO writes the invoice."))

    def _otto_cancel_told(self):
        """Note that OTTO has accepted the cancellation."""
        self._otto_note(otto_outbound_state="cancelled", otto_refusal=False, otto_told_on=fields.Datetime.now())
        self.message_post(body=self.env._("OTTO has been told that the order is cancelled."))

    def _otto_refused(self, reason):
        """Note that OTTO refuses what it was told, and why; a person decides (R20)."""
        self.ensure_one()
        if self.otto_refusal != reason:
            self.message_post(body=reason)
        self._otto_note(otto_outbound_state="refused", otto_refusal=reason)
        self.env["otto.issue"]._report(self.otto_channel_id, "outbound", [(self.otto_order_number, reason, self)])

    def _otto_retry_outbound(self):
        """Have OTTO told again what it refused; a shipment only with both numbers (R9)."""
        for order in self.filtered(lambda order: order.otto_outbound_state == "refused"):
            shipped = "to_send" if order._otto_parcel_pair() else "waiting"
            order._otto_set_outbound("to_cancel" if order.state == "cancel" else shipped)

    def action_otto_retry_outbound(self):
        """Button: have OTTO told again."""
        self.check_access("write")
        self._otto_retry_outbound()
        return True
