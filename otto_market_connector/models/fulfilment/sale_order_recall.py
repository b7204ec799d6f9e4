"""R15: OTTO cancelled what is in a parcel already; a person must stop it."""

from markupsafe import escape

from odoo import models


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
        self.ensure_one()
        self._otto_note(otto_stop_parcel=True)
        self.activity_schedule(
            "otto_market_connector.mail_activity_type_stop_parcel",
            summary=self.env._("Stop this parcel"),
            # Titles are OTTO's words: as a note they would carry links and pictures.
            note=escape(note),
            user_id=self.otto_channel_id._whom_to_tell(self).id,
        )

    def action_otto_parcel_stopped(self):
        """Button: the parcel was stopped, or it is too late; the order leaves the list."""
        self.check_access("write")
        self._otto_note(otto_stop_parcel=False)
        self.activity_feedback(["otto_market_connector.mail_activity_type_stop_parcel"])
        return True
