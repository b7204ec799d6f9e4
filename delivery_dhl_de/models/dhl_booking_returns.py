from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..binary import from_field, to_field
from ..dhl_api import DhlError
from ..documents import is_pdf, is_png
from .dhl_booking_flow import PORTAL


@dataclass(frozen=True)
class BookedReturn:
    """A booked return; `label` is a PDF, `qr_label` a PNG, each empty when it was not asked for."""

    number: str
    label: bytes
    qr_label: bytes


class DhlBooking(models.Model):
    """Returns on demand. DHL offers neither to cancel nor to fetch one again, so each is booked once and kept."""

    _inherit = "dhl.booking"

    kind = fields.Selection(
        [("shipment", "Parcel"), ("return", "Return on Demand")], default="shipment", required=True, readonly=True
    )

    @api.model
    def _book_return(self, carrier, picking, make_order, label_type):
        """Return the `BookedReturn` of a transfer, booked now or in an earlier try.

        :param make_order: function without arguments; returns the `ReturnOrder` for DHL, or raises a UserError
        :raises UserError: DHL refuses, cannot be reached, it is not known whether DHL booked in an earlier try, or the
            label of an earlier try must be attached by hand
        """
        self._lock_transfer(picking)
        self.env.flush_all()
        environment = carrier._dhl_de_root()
        booking_id = self._earlier_return(picking, environment)
        if not booking_id:
            order = make_order()
            [booking_id] = self._reserve(carrier, picking, environment, [(order, False)], kind="return")
            self._ask_for_return(carrier, picking, booking_id, order, label_type)
        self._watch_transaction([booking_id])
        with self._own_transaction() as own:
            booking = own.browse(booking_id)
            label, qr_label = map(from_field, (booking.label, booking.return_label))
            booked = BookedReturn(booking.return_shipment_no, label, qr_label)
        if not label and not qr_label:
            raise UserError(
                self.env._(
                    "%(transfer)s: return %(number)s is booked at DHL, which gives out its label only once. Please"
                    " attach the label from DHL's business customer portal (%(portal)s).",
                    transfer=picking.name,
                    number=booked.number,
                    portal=PORTAL,
                )
            )
        return booked

    def _earlier_return(self, picking, environment):
        """Return the id of the return that is booked for a transfer already, None when there is none.

        :raises UserError: an earlier try may have booked
        """
        domain = [("picking_res_id", "=", picking.id), ("environment", "=", environment), ("kind", "=", "return")]
        with self._own_transaction() as own:
            own._doubt_unanswered(picking.id, environment)
            doubtful = own.search([*domain, ("state", "=", "possibly")], limit=1)
            text = doubtful and self._doubt_text(picking, doubtful)
            booked = own.search([*domain, ("state", "in", ("booked", "used"))], order="id desc", limit=1).id
        if text:
            raise UserError(text)
        return booked

    def _ask_for_return(self, carrier, picking, booking_id, order, label_type):
        try:
            answer = carrier._dhl_de_returns_client().create(order, label_type)
        except DhlError as error:
            failure = error
        else:
            with self._own_transaction() as own:
                own.browse(booking_id)._set_booked(
                    False,
                    answer.shipment_no,
                    # What cannot be printed is none; its number stays, and a person fetches the label by hand.
                    is_pdf(answer.label) and to_field(answer.label),
                    is_png(answer.qr_label) and to_field(answer.qr_label),
                )
            return
        raise self._noted_failure(carrier, picking, [booking_id], failure)
