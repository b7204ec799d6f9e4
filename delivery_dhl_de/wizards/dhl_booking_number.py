from odoo import fields, models
from odoo.exceptions import UserError

from ..binary import to_field
from ..dhl_api import DhlError, is_dhl_number, tidy_number
from ..models.delivery_carrier_words import bounded, sentence
from ..models.dhl_booking_cancel import STANDING


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
        self._check_number(booking, number)
        result = self._fetch(booking, number)
        with booking._own_transaction() as own:
            own.browse(booking.id)._set_booked(
                number,
                result.return_shipment_no,
                to_field(result.label),
                to_field(result.return_label),
                kept=True,
            )
        return True

    def _use_return(self, booking, number):
        with booking._own_transaction() as own:
            known = own.search_count([("shipment_no", "=", number), ("environment", "=", booking.environment)], limit=1)
        if known or number in booking.picking_id._dhl_de_numbers():
            raise UserError(
                self.env._(
                    "%(number)s is the number of a parcel. Please enter the number of the return.", number=number
                )
            )
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
        self._check_number(booking, number)
        with booking._own_transaction() as own:
            asked_before = own.browse(booking.id).cancel_asked and booking.shipment_no == number
            own.browse(booking.id).cancel_asked = True
        outcome, words = booking._ask_to_cancel(booking.carrier_id, [number])[number]
        if outcome != "gone" and not (outcome == "unknown" and asked_before):
            self._refuse_cancelling(booking, number, outcome, sentence(words))
        reason = self.env._("%(number)s cancelled at DHL by %(user)s.", number=number, user=self.env.user.name)
        with booking._own_transaction() as own:
            own.browse(booking.id)._set_cancelled(reason)
        return True

    def _refuse_cancelling(self, booking, number, outcome, words):
        """:raises UserError: says what came of the cancellation; a second try must know that there was a first"""
        if outcome == "lost":
            with booking._own_transaction() as own:
                own.browse(booking.id).shipment_no = number
            raise UserError(
                self.env._(
                    "%(number)s is possibly cancelled, DHL's answer did not arrive. %(words)s Please press “Cancel the"
                    " Parcel” again: that does no harm.",
                    number=number,
                    words=words,
                )
            )
        raise UserError(
            self.env._(
                "DHL does not cancel %(number)s: %(words)s Please compare the number with DHL's portal.",
                number=number,
                words=words,
            )
        )

    def _prepare(self):
        self.ensure_one()
        self.booking_id._check_person()
        self._check_environment()
        return self.booking_id, self._number()

    def _number(self):
        """Return the number that was entered, as DHL writes it.

        :raises UserError: it has none of the forms of DHL's numbers
        """
        number = tidy_number(self.shipment_no or "")
        if not is_dhl_number(number):
            raise UserError(
                self.env._(
                    "“%(number)s” is no number of a DHL parcel. Please copy the number from DHL's portal: 12, 14 or 20"
                    " digits, or letters and digits such as JJD000390007874711530.",
                    number=bounded(self.shipment_no),
                )
            )
        return number

    def _check_environment(self):
        """Refuse to ask another environment than the booking's: today's login is for the present one only.

        :raises UserError: the shipping method was switched since
        """
        booking = self.booking_id
        if not booking.sudo()._is_asked():
            raise UserError(
                self.env._(
                    "The DHL booking %(reference)s is in the environment %(environment)s, and the shipping method"
                    " %(carrier)s is switched to another one. Please have it switched back first, or press “Not Booked"
                    " at DHL” if there is no parcel.",
                    reference=booking.ref_no,
                    environment=booking.environment,
                    carrier=booking.carrier_id.name,
                )
            )

    def _check_number(self, booking, number):
        """Refuse a number that another booking has: its parcel is another transfer's, or it is a return's.

        :raises UserError: names the other transfer
        """
        self._refuse_return_number(booking, number)
        domain = [
            ("id", "!=", booking.id),
            ("shipment_no", "=", number),
            ("environment", "=", booking.environment),
            ("state", "in", STANDING),
        ]
        with booking._own_transaction() as own:
            other = own.search(domain, limit=1)
            name = other.picking_id.name or other.picking_name
        if other:
            raise UserError(
                self.env._(
                    "%(number)s is the DHL parcel of %(transfer)s. Please compare the reference in DHL's portal.",
                    number=number,
                    transfer=name,
                )
            )

    def _refuse_return_number(self, booking, number):
        """:raises UserError: the number is that of a return label: the parcel has one of its own"""
        with booking._own_transaction() as own:
            domain = [("return_shipment_no", "=", number), ("environment", "=", booking.environment)]
            known = own.search_count(domain, limit=1)
        if known or number in booking.picking_id._dhl_de_return_numbers():
            raise UserError(
                self.env._(
                    "%(number)s is the number of a return label. Please enter the number of the parcel itself.",
                    number=number,
                )
            )

    def _fetch(self, booking, number):
        """Return DHL's answer about a number, with the label.

        :raises UserError: DHL does not know the number, has no label any more, or it is another transfer's
        """
        carrier = booking.carrier_id
        try:
            answer = carrier._dhl_de_client().labels([number], carrier._dhl_de_label_options())
        except DhlError as error:
            raise carrier._dhl_de_error(error) from None
        result = answer.get(number)
        if not result or not result.ok or not result.label:
            raise UserError(
                self.env._(
                    "DHL has no label for %(number)s: %(words)s Please compare the number with DHL's portal, or cancel"
                    " the parcel there and press “Not Booked at DHL”.",
                    number=number,
                    words=sentence(carrier._dhl_de_words(result)) if result else "",
                )
            )
        if shortfall := booking.sudo()._shortfall(result, carrier._makes_enclosed_return()):
            raise UserError(
                self.env._(
                    "%(number)s cannot be used: %(words)s Please press “Cancel the Parcel”; the transfer then gets a"
                    " new label.",
                    number=number,
                    words=sentence(shortfall),
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
