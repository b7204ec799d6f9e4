from odoo import api, fields, models
from odoo.exceptions import UserError

from ..dhl_api import DhlError, DhlInvalid, DhlNotFound
from ..dhl_api.client import BATCH
from .delivery_carrier_words import is_test, sentence

# States in which a number is a parcel, as far as is known.
STANDING = ("booked", "used", "possibly", "cancel_doubt")


class DhlBooking(models.Model):
    """Cancelling parcels. DHL's cancellation cannot be rolled back, so what came of it is committed at once.

    Outcomes: "gone" cancelled now; "unknown" no such number, or cancelled before; "refused" for good, e.g. after the
    daily closing; "lost" the answer did not arrive; "open" DHL was not asked.
    """

    _inherit = "dhl.booking"

    cancel_asked = fields.Boolean(
        "Cancellation Asked For",
        readonly=True,
        help="DHL was asked to cancel the parcel; should it not know the number afterwards, it is cancelled.",
    )
    sweep_error = fields.Text("Not Cancelled Yet", readonly=True)

    # One booking that no transfer wants

    @api.model
    def _cancel_at_dhl(self, booking_id):
        """Cancel a booking at DHL with the carrier it was booked with; the lock on its transfer must be held.

        :return: nothing when it is cancelled now, else why not. Where a person must decide, the booking is *possibly
            booked* then. When DHL cannot be asked, it stays as it is.
        """
        with self._own_transaction() as own:
            booking = own.browse(booking_id)
            if not booking._is_asked():
                return booking._settle_elsewhere()
            carrier_id, number, asked_before = booking.carrier_id.id, booking.shipment_no, booking.cancel_asked
            booking.cancel_asked = True
        carrier = self.env["delivery.carrier"].sudo().browse(carrier_id)
        outcome, words = self._ask_to_cancel(carrier, [number])[number]
        with self._own_transaction() as own:
            return own.browse(booking_id)._note_cancelling(outcome, words, asked_before)

    def _is_asked(self):
        """Tell whether DHL can still be asked about this booking: the carrier may have been switched meanwhile."""
        self.ensure_one()
        return self.carrier_id._dhl_de_is_asked(self.environment)

    def _settle_elsewhere(self):
        """Settle a booking of an environment that is not asked any more: a test label is no parcel.

        :return: nothing when that is all, else why a person must decide
        """
        self.ensure_one()
        if is_test(self.environment):
            text = self.env._(
                "Label of the test environment %s, which is not asked any more: no parcel.", self.environment
            )
            self._set_cancelled(text)
            return ""
        reason = self.env._(
            "%(number)s was booked in production, and the shipping method %(carrier)s is switched to the test"
            " environment.",
            number=self.shipment_no,
            carrier=self.carrier_id.name,
        )
        self._set_possibly(reason)
        return reason

    def _note_cancelling(self, outcome, words, asked_before):
        """Write down what came of a cancellation; return nothing when the parcel is cancelled, else why not."""
        number = self.shipment_no
        if outcome == "gone" or (outcome == "unknown" and asked_before):
            self._set_cancelled(self.env._("Cancelled at DHL."))
            return ""
        self.cancel_asked = outcome == "lost" or asked_before
        if outcome == "refused" and self.state == "cancel_doubt" and self._is_carried():
            words = sentence(words)
            self._set_not_cancelled(words)
            return words
        if outcome in ("unknown", "refused"):
            # Not known, and never cancelled by Odoo: the login may be another contract's now.
            reason = self.env._("DHL does not cancel %(number)s: %(words)s", number=number, words=sentence(words))
            self._set_possibly(reason)
            return reason
        self.sweep_error = words
        return words

    @api.model
    def _ask_to_cancel(self, carrier, numbers):
        """Have DHL cancel parcels in one request; return (outcome, words) by number."""
        try:
            results = carrier._dhl_de_client().cancel(numbers)
        except (DhlInvalid, DhlNotFound) as error:
            return dict.fromkeys(numbers, ("refused", carrier._dhl_de_words(error)))
        except DhlError as error:
            outcome = "lost" if error.maybe_done else "open"
            return dict.fromkeys(numbers, (outcome, carrier._dhl_de_reason(error)))
        return {number: self._outcome(carrier, number, results.get(number)) for number in numbers}

    @api.model
    def _outcome(self, carrier, number, result):
        if result is None:
            return "lost", self.env._("DHL's answer says nothing about %(number)s.", number=number)
        outcome = "gone" if result.ok else "unknown" if result.unknown else "refused"
        return outcome, carrier._dhl_de_words(result)

    # All parcels of a transfer

    @api.model
    def _cancel_transfer(self, picking):
        """Cancel all parcels of a transfer at DHL.

        :return: why not, by number, of those that are still there; empty when all are cancelled
        :raises UserError: another worker has the transfer, or a number is another transfer's parcel
        """
        self._lock_transfer(picking)
        numbers = picking._dhl_de_numbers()
        todo, left, asked_before = self._to_be_cancelled(picking, numbers)
        for carrier_id, group in todo.items():
            carrier = self.env["delivery.carrier"].sudo().browse(carrier_id)
            for start in range(0, len(group), BATCH):
                left |= self._cancel_parcels(carrier, picking, group[start : start + BATCH], asked_before)
        return {number: left[number] for number in numbers if number in left}

    def _to_be_cancelled(self, picking, numbers):
        """Return the numbers that DHL is to be asked about by carrier id, why others cannot be cancelled, and the
        numbers that DHL was asked to cancel before without an answer.

        :raises UserError: a number is the parcel of another transfer, which Odoo has copied to this one
        """
        todo, left, asked_before = {}, {}, set()
        with self._own_transaction() as own:
            rows = own.search([("shipment_no", "in", numbers), ("kind", "=", "shipment")])
            for number in numbers:
                same = rows.filtered(lambda row, number=number: row.shipment_no == number)
                booking = same.filtered(lambda row: row.picking_res_id == picking.id)[:1]
                same._refuse_of_other(picking, booking)
                if (booking or same[:1]).state == "cancelled":
                    continue
                if booking and not booking._is_asked():
                    words = booking._elsewhere_words(picking)
                    left |= {number: words} if words else {}
                    continue
                # What the transfer relies on again, DHL has refused to cancel since.
                if booking.cancel_asked and booking.state != "used":
                    asked_before.add(number)
                booking.cancel_asked = True
                # Should Odoo be stopped before the answer is written down, it is in doubt.
                booking.filtered(lambda row: row.state in ("booked", "used"))._set_cancel_doubt(
                    self.env._("Odoo was stopped while DHL was being asked to cancel.")
                )
                todo.setdefault(booking.carrier_id.id or picking.carrier_id.id, []).append(number)
        return todo, left, asked_before

    def _refuse_of_other(self, picking, own_booking):
        others = self.filtered(lambda row: row.picking_id and row.state in STANDING)
        if own_booking or not others:
            return
        raise UserError(
            self.env._(
                "%(transfer)s only carries a copy of the number: DHL parcel %(number)s belongs to %(other)s. Please"
                " cancel it there.",
                transfer=picking.name,
                number=others[0].shipment_no,
                other=others[0].picking_id.name,
            )
        )

    def _elsewhere_words(self, picking):
        """Settle a test label; say of a real parcel where it can be cancelled."""
        if is_test(self.environment):
            return self._settle_elsewhere()
        return self.env._(
            "%(transfer)s: %(number)s was booked in production, and the shipping method %(carrier)s is switched to the"
            " test environment. Please have it switched to production, then cancel.",
            transfer=picking.name,
            number=self.shipment_no,
            carrier=self.carrier_id.name,
        )

    def _cancel_parcels(self, carrier, picking, numbers, asked_before):
        """Cancel some parcels in one request and commit what came of it; return why not, by number.

        A person asks for this one, so a number of ours that DHL does not know is cancelled: by an answer that was lost,
        or in DHL's portal, as long as DHL would still know it. Of older parcels DHL forgets the numbers.
        """
        outcomes = self._ask_to_cancel(carrier, numbers)
        left = {}
        with self._own_transaction() as own:
            rows = own.search([("shipment_no", "in", numbers), ("picking_res_id", "=", picking.id)])
            for number, (outcome, words) in outcomes.items():
                booking = rows.filtered(lambda row, number=number: row.shipment_no == number)
                again = number in asked_before
                known = again or bool(booking and all(row._is_not_closed_yet() for row in booking))
                if outcome == "gone" or (outcome == "unknown" and known):
                    booking._set_cancelled(self.env._("Cancelled at DHL."))
                    continue
                booking.cancel_asked = outcome == "lost" or (outcome == "open" and again)
                doubtful = booking.filtered(lambda row: row.state == "cancel_doubt")
                if outcome == "lost":
                    doubtful._set_cancel_doubt(sentence(words))
                else:
                    doubtful._set_used()
                left[number] = self._left_words(picking, number, outcome, sentence(words))
        return left

    def _left_words(self, picking, number, outcome, words):
        names = {"transfer": picking.name, "number": number, "words": words}
        if outcome == "lost":
            return self.env._(
                "%(transfer)s: %(number)s is possibly cancelled, DHL's answer did not arrive. %(words)s Please do not"
                " hand over the parcel. Odoo asks DHL again in a few minutes; you may also press Cancel again, that"
                " does no harm.",
                **names,
            )
        if outcome == "open":
            return self.env._(
                "%(transfer)s: %(number)s is not cancelled. %(words)s Please try again in a few minutes.", **names
            )
        if outcome == "unknown":
            return self.env._(
                "%(transfer)s: DHL does not cancel %(number)s: %(words)s The parcel is closed, or the login is of"
                " another contract. Please look for it in DHL's business customer portal; if it is cancelled there,"
                " please delete the number from the transfer.",
                **names,
            )
        return self.env._(
            "%(transfer)s: DHL does not cancel %(number)s: %(words)s Parcels can be cancelled until DHL's daily"
            " closing.",
            **names,
        )
