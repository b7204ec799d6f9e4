"""R15: OTTO cancelled what is in a parcel already; a person must stop it."""

from markupsafe import escape

from odoo import models

from .stock_picking import DELIVERY_CODES

STOP_ORDER = "otto_market_connector.mail_activity_type_stop_parcel"
STOP_TRANSFER = "otto_market_connector.mail_activity_type_stop_transfer"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _otto_ask_to_stop_parcels(self, cancelled):
        """Ask the responsible person to stop parcels with pieces that OTTO has cancelled since.

        :param cancelled: pieces of these orders (`otto.position.item`) that were not cancelled before
        """
        for order in self:
            if order.otto_status != "cancelled":
                if order._otto_has_left():
                    order._otto_ask_to_take_out(cancelled.filtered(lambda piece, order=order: piece.order_id == order))
            elif order.otto_report_state != "cancelled" and (order.otto_parcel_ids or order._otto_has_left()):
                order._otto_ask_to_stop_parcel(
                    self.env._(
                        "OTTO has cancelled the order after its label was made. Take the parcel out of the goods out."
                    )
                )

    def _otto_ask_to_take_out(self, cancelled):
        """Ask for single pieces; OTTO is told that the others are sent."""
        self._otto_ask_to_stop_parcel(
            self.env._(
                "OTTO has cancelled pieces of the order after its goods left the stock. Take them out of the parcel "
                "and book them back with Return on the transfer: %(pieces)s",
                pieces=", ".join(f"{piece.title or piece.sku} ({piece.sku})" for piece in cancelled),
            )
        )

    def _otto_ask_to_stop_parcel(self, note):
        """Ask where both work: on the order, and on the transfers where the warehouse sees it."""
        self.ensure_one()
        self._otto_note(otto_stop_parcel=True)
        # Titles are OTTO's words: as a note they would carry links and pictures.
        asked = {"summary": self.env._("Stop this parcel"), "note": escape(note)}
        channel = self.otto_channel_id
        self.activity_schedule(STOP_ORDER, user_id=channel._whom_to_tell(self).id, **asked)
        for picking in self._otto_parcels_to_stop():
            person = (
                picking.user_id if channel._can_be_told(picking.user_id, picking) else channel._whom_to_tell(picking)
            )
            picking.activity_schedule(STOP_TRANSFER, user_id=person.id, **asked)

    def _otto_parcels_to_stop(self):
        """Return the deliveries whose parcel somebody may still hold in hands."""
        deliveries = self.sudo().picking_ids.filtered(lambda picking: picking.picking_type_code in DELIVERY_CODES)
        return deliveries.filtered(lambda picking: picking.state == "done" or picking.carrier_tracking_ref)

    def action_otto_parcel_stopped(self):
        """Button: the parcel was stopped, or it is too late; the order leaves the list."""
        self.check_access("write")
        self._otto_parcel_stopped()
        return True

    def _otto_parcel_stopped(self):
        self._otto_note(otto_stop_parcel=False)
        self.sudo().activity_feedback([STOP_ORDER])
        self.sudo().picking_ids.activity_feedback([STOP_TRANSFER])

    def _otto_total_is_explained(self):
        """A parcel that is to be stopped still has its pieces on the order: that is one story, told once."""
        return (self.otto_stop_parcel and self.otto_status == "cancelled") or super()._otto_total_is_explained()

    def _otto_total_text(self, odoo, otto):
        """Pieces that OTTO cancelled after the goods left are no matter of taxes."""
        if not self.otto_stop_parcel:
            return super()._otto_total_text(odoo, otto)
        return self.env._(
            "Order %(order)s: the total is %(odoo)s, OTTO's is %(otto)s, because OTTO has cancelled pieces after the "
            "goods left. Please take them out of the parcel and back at the delivery.",
            order=self.name,
            odoo=odoo,
            otto=otto,
        )
