import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..dhl_api import DhlError


class DhlBookingNumber(models.TransientModel):
    """A possibly booked label was found at DHL: a person enters its number, to use it or to have it cancelled."""

    _name = "dhl.booking.number"
    _description = "Number of a DHL Booking"

    booking_id = fields.Many2one("dhl.booking", required=True, readonly=True, ondelete="cascade")
    ref_no = fields.Char(related="booking_id.ref_no")
    kind = fields.Selection(related="booking_id.kind")
    shipment_no = fields.Char(string="Shipment Number", required=True)

    def action_use(self):
        """Fetch the labels from DHL; the next validation of the transfer uses them if nothing has changed.

        DHL gives out the label of a return only once: its number is noted, the document is attached by hand.
        """
        booking, number = self._prepare()
        if booking.kind == "return":
            return self._use_return(booking, number)
        result = self._fetch(booking, number)
        with booking._own_transaction() as own:
            own.browse(booking.id)._set_booked(
                number,
                result.return_shipment_no,
                base64.b64encode(result.label),
                result.return_label and base64.b64encode(result.return_label),
                kept=True,
            )
        return True

    def _use_return(self, booking, number):
        booking.picking_id.return_tracking_ref = number
        booking.picking_id.message_post(
            body=self.env._(
                "DHL return %(number)s was found at DHL. Please attach its label from DHL's business customer portal.",
                number=number,
            )
        )
        with booking._own_transaction() as own:
            own.browse(booking.id)._set_booked(False, number, False, False)
            own.browse(booking.id)._set_used()
        return True

    def action_cancel(self):
        """Cancel the parcel at DHL; the transfer may then be validated again."""
        booking, number = self._prepare()
        carrier = booking.carrier_id
        try:
            result = carrier._dhl_de_client(booking.environment).cancel([number]).get(number)
        except DhlError as error:
            raise carrier._dhl_de_error(error) from None
        if not result or not result.ok:
            raise UserError(
                self.env._(
                    "DHL does not cancel %(number)s: %(words)s Please compare the number with DHL's portal.",
                    number=number,
                    words=(result and result.words) or "",
                )
            )
        reason = self.env._("%(number)s cancelled at DHL by %(user)s.", number=number, user=self.env.user.name)
        with booking._own_transaction() as own:
            own.browse(booking.id)._set_cancelled(reason)
        return True

    def _prepare(self):
        self.ensure_one()
        self.booking_id._check_person()
        return self.booking_id, "".join((self.shipment_no or "").split())

    def _fetch(self, booking, number):
        """Return DHL's answer about a number, with the label.

        :raises UserError: DHL does not know the number, has no label any more, or it is another transfer's
        """
        carrier = booking.carrier_id
        try:
            answer = carrier._dhl_de_client(booking.environment).labels([number], carrier._dhl_de_label_options())
        except DhlError as error:
            raise carrier._dhl_de_error(error) from None
        result = answer.get(number)
        if not result or not result.ok or not result.label:
            raise UserError(
                self.env._(
                    "DHL has no label for %(number)s: %(words)s Please compare the number with DHL's portal, or cancel"
                    " the parcel there and press “Not Booked at DHL”.",
                    number=number,
                    words=(result and result.words) or "",
                )
            )
        if result.ref_no and result.ref_no != booking.ref_no:
            raise UserError(
                self.env._(
                    "%(number)s belongs to the reference %(found)s, not to %(reference)s.",
                    number=number,
                    found=result.ref_no,
                    reference=booking.ref_no,
                )
            )
        return result
