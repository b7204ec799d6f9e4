"""Sent and cancelled out (R9, R15): the state lives on the order, OTTO is told right after the commit."""

from datetime import timedelta, timezone

from odoo import fields, models

from ..otto_api import (
    OttoConflict,
    OttoError,
    OttoInvalid,
    OttoNotFound,
    OttoUnavailable,
    ShipFrom,
    Shipment,
    ShipmentItem,
    TrackingKey,
)
from .res_partner import ALPHA3

# OTTO's own time between accepting a cancellation and carrying it out is minutes.
FOLLOW_AFTER = timedelta(hours=1)
FOLLOW_LIMIT = 100
# OTTO shows an order as sent within minutes.
LEFT_ALONE = timedelta(days=1)


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _run_outbound(self, sync):
        """Tell OTTO what was sent and cancelled, each order in a transaction of its own (R19).

        :param sync: the locked `otto.sync` row of the flow
        :raises OttoRateLimited: OTTO asks to wait; what was told is committed
        """
        if not self._sends_changes:
            return
        client = self._otto_client()
        domain = [("otto_channel_id", "=", self.id), ("otto_outbound_state", "in", ("to_send", "to_cancel"))]
        orders = self.env["sale.order"].search(domain, order="id")
        for index, order in enumerate(orders):
            self._tell_otto(client, order)
            if sync._checkpoint(1, remaining=len(orders) - index - 1) <= 0:
                break
        self._follow_cancellations(client)
        self._report_left_alone()

    def _report_left_alone(self):
        """Report orders that left the house a day ago and that OTTO still has to be shipped (R20).

        OTTO was told and has not taken it over, or could not be told for want of a number. OTTO's change resolves it.
        """
        domain = [
            ("otto_channel_id", "=", self.id),
            ("otto_outbound_state", "in", ("sent", "waiting")),
            ("otto_status", "=", "processable"),
            ("picking_ids", "any", [("state", "=", "done"), ("date_done", "<=", fields.Datetime.now() - LEFT_ALONE)]),
        ]
        failures = []
        for order in self.env["sale.order"].search(domain, order="id", limit=FOLLOW_LIMIT):
            reason = order._otto_missing_parcels() if order.otto_outbound_state == "waiting" else ""
            text = self.env._(
                "Order %(order)s was shipped more than a day ago, but OTTO still has it to be shipped, so there is no "
                "invoice and no payout. Please look at the order in OTTO Partner Connect. %(reason)s",
                order=order.name,
                reason=reason,
            )
            failures.append((order.otto_order_number, text.strip(), order))
        self.env["otto.issue"]._report(self, "shipped", failures)

    def _follow_cancellations(self, client):
        """See what became of cancellations: OTTO only accepts them and carries them out later (facts on orders, §4.5).

        :raises OttoError: when OTTO cannot be asked
        """
        domain = [
            ("otto_channel_id", "=", self.id),
            ("otto_outbound_state", "=", "cancelled"),
            ("otto_told_on", "<=", fields.Datetime.now() - FOLLOW_AFTER),
        ]
        for order in self.env["sale.order"].search(domain, order="id", limit=FOLLOW_LIMIT):
            current = client.order(order.otto_order_id)
            if all(item.cancelled for item in current.items):
                order._otto_note(otto_told_on=False)
                self.env["otto.issue"]._resolve(self, "outbound", [order.otto_order_number])
            else:
                text = self.env._(
                    "Order %(order)s: OTTO accepted the cancellation, but has not carried it out. Please look at the "
                    "order in OTTO Partner Connect and cancel it there, or ship it.",
                    order=order.name,
                )
                self.env["otto.issue"]._report(self, "outbound", [(order.otto_order_number, text, order)])

    def _tell_otto(self, client, order):
        tell = self._tell_sent if order.otto_outbound_state == "to_send" else self._tell_cancelled
        try:
            tell(client, order)
        except (OttoConflict, OttoInvalid, OttoNotFound) as error:
            order._otto_refused(self._outbound_error_text(order, error))
        except OttoUnavailable as error:
            # It stays due: the next run asks OTTO what became of it.
            text = self._outbound_error_text(order, error)
            self.env["otto.issue"]._report(self, "outbound", [(order.otto_order_number, text, order)])
        else:
            self.env["otto.issue"]._resolve(self, "outbound", [order.otto_order_number])

    def _tell_sent(self, client, order):
        shipment = self._shipment_of(order)
        try:
            client.ship(shipment)
        except OttoError as error:
            if not self._is_ours_already(client, shipment, error):
                raise
        order._otto_sent()

    def _is_ours_already(self, client, shipment, error):
        """Tell whether OTTO refused a shipment only because it has it from an earlier try (R19)."""
        maybe = isinstance(error, OttoConflict) or (isinstance(error, OttoUnavailable) and error.maybe_done)
        if not maybe:
            return False
        try:
            held = client.shipment(shipment.tracking.carrier, shipment.tracking.tracking_number)
        except OttoError:
            return False
        return {item.position_item_id for item in held.items} == {item.position_item_id for item in shipment.items}

    def _shipment_of(self, order):
        """Return the `Shipment` of an order with exactly one Shipment and one Return row (R9)."""
        outbound, back = order._otto_parcel_pair()
        address = (order.warehouse_id.partner_id or order.company_id.partner_id).sudo()
        pieces = order.otto_position_ids.filtered(lambda piece: piece.status == "processable")
        shipped_at = outbound.picking_id.date_done or outbound.create_date or fields.Datetime.now()
        return Shipment(
            tracking=TrackingKey(outbound.carrier, outbound.tracking_number),
            ship_date=shipped_at.replace(tzinfo=timezone.utc),
            ship_from=ShipFrom(
                city=address.city, zip_code=address.zip, country_code=ALPHA3.get(address.country_id.code, "DEU")
            ),
            items=tuple(
                ShipmentItem(
                    position_item_id=piece.position_id,
                    order_id=order.otto_order_id,
                    return_tracking=TrackingKey(back.carrier, back.tracking_number),
                    return_address_carrier_id=None,
                )
                for piece in pieces
            ),
        )

    def _tell_cancelled(self, client, order):
        try:
            client.cancel(order.otto_order_id)
        except OttoConflict:
            # Nothing is left to cancel: a success if OTTO has cancelled it, by us or by itself.
            current = client.order(order.otto_order_id)
            if not all(item.cancelled for item in current.items):
                raise
        order._otto_cancel_told()

    def _outbound_error_text(self, order, error):
        return self.env._(
            "Order %(order)s could not be reported to OTTO: %(reason)s",
            order=order.name,
            reason=self._otto_error_text(error),
        )
