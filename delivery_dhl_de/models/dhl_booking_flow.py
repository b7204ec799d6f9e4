import contextlib
import logging
from dataclasses import dataclass
from functools import partial

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from .. import const
from ..binary import from_field, to_field
from ..dhl_api import DhlError, DhlInvalid
from ..dhl_api.client import BATCH
from ..documents import is_pdf
from .delivery_carrier_words import sentence, with_cause

_logger = logging.getLogger(__name__)

PORTAL = "https://geschaeftskunden.dhl.de"


@dataclass(frozen=True)
class Label:
    """A booked label as the transfer needs it; documents are bytes."""

    shipment_no: str
    return_shipment_no: str
    label: bytes
    return_label: bytes | None
    remarks: tuple[str, ...]


class DhlBooking(models.Model):
    """Booking labels so that none is ever booked twice or forgotten.

    The validating transaction may be repeated by Odoo, rolled back by an error or killed. What DHL did stays.
    Therefore: intent committed, DHL asked, answer committed, and only then the transfer written. A repetition finds the
    answer and uses it; what no transfer carries in the end, the sweeper takes back.
    """

    _inherit = "dhl.booking"

    @api.model
    def _book(self, carrier, picking, orders, options):
        """Return a `Label` for each order, booked now or in an earlier try for the same transfer.

        :raises UserError: DHL refuses, cannot be reached, or it is not known whether DHL booked in an earlier try
        """
        self._lock_transfer(picking)
        # What the database refuses, it shall refuse before there is a parcel.
        self.env.flush_all()
        environment = carrier._dhl_de_root()
        hashes = [self._request_hash(order, options) for order in orders]
        reusable, leftover_ids = self._earlier_tries(picking, environment, hashes)
        self._take_back_first(picking, leftover_ids)
        wanted = [index for index in range(len(orders)) if index not in reusable]
        if wanted:
            carrier._dhl_de_check_answers(picking)
        reserved = self._reserve(carrier, picking, environment, [(orders[i], hashes[i]) for i in wanted])
        ids = {**reusable, **dict(zip(wanted, reserved, strict=True))}
        self._watch_transaction(sorted(ids.values()))
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            self._ask_dhl(carrier, picking, {ids[i]: orders[i] for i in batch}, options, reserved[start + BATCH :])
        return self._labels(carrier, picking, [ids[i] for i in range(len(orders))])

    def _lock_transfer(self, picking):
        """Keep other workers and the sweeper off the transfer until this transaction ends.

        :raises UserError: another worker has it
        """
        if picking.try_lock_for_update(allow_referencing=True) != picking or not self._grab(picking.id):
            raise UserError(self._busy_text(picking.name))

    def _earlier_tries(self, picking, environment, hashes):
        """Look what earlier tries for this transfer left behind.

        Tries in another environment do not count: a test label is no parcel.

        :return: ids of the same labels by position, and ids of other ones, which must be cancelled first
        :raises UserError: an earlier try may have booked
        """
        domain = [("picking_res_id", "=", picking.id), ("environment", "=", environment), ("kind", "=", "shipment")]
        with self._own_transaction() as own:
            own._doubt_unanswered(picking.id, environment)
            doubtful = own.search([*domain, ("state", "=", "possibly")], limit=1)
            text = doubtful and self._doubt_text(picking, doubtful)
            # The transfer carries no number now: one that was used was taken off by hand and must go as well.
            earlier = own.search([*domain, ("state", "in", ("booked", "used", "cancel_doubt"))], order="id")
            free = [(booking.id, booking.request_hash if booking._is_complete() else None) for booking in earlier]
        if text:
            raise UserError(text)
        reusable = {}
        for index, wanted in enumerate(hashes):
            match = next((entry for entry in free if entry[1] == wanted), None)
            if match:
                reusable[index] = match[0]
                free.remove(match)
        return reusable, [booking_id for booking_id, _hash in free]

    def _is_complete(self):
        """Tell whether DHL booked all that was asked for, and nobody has asked to cancel it since."""
        self.ensure_one()
        return bool(self.shipment_no and self.label and not self.error and not self.cancel_asked)

    def _doubt_unanswered(self, picking_id, environment):
        """Called in an own transaction, and the lock is ours: whoever wrote an intent and no answer is gone, killed."""
        domain = [("picking_res_id", "=", picking_id), ("environment", "=", environment), ("state", "=", "intent")]
        self.search(domain)._set_possibly(self.env._("Odoo was stopped while DHL was being asked."))

    def _doubt_text(self, picking, booking):
        """Say why a person must decide, who may, and by which buttons."""
        names = {
            "transfer": picking.name,
            "reason": sentence(booking.error or self.env._("The reason is not known.")),
            "portal": PORTAL,
            "place": self.env._("Returns") if booking.kind == "return" else self.env._("Versenden, shipment list"),
            "reference": booking.ref_no,
            "number": booking.shipment_no,
        }
        if booking.shipment_no:
            return self.env._(
                "%(transfer)s: DHL parcel %(number)s of an earlier try is still booked. %(reason)s Please ask an"
                " inventory administrator to open the DHL booking %(reference)s in Odoo (button “DHL Bookings” on the"
                " transfer) and to press “Booked: Enter Numbers”, to use or cancel the parcel, or “Leave It at DHL”."
                " Until then no label is booked, so that no parcel exists twice.",
                **names,
            )
        return self.env._(
            "%(transfer)s: a label is possibly booked at DHL already. %(reason)s Please ask an inventory administrator"
            " to look in DHL's business customer portal (%(portal)s, %(place)s) for the reference %(reference)s, then"
            " to open the DHL booking %(reference)s in Odoo (button “DHL Bookings” on the transfer) and to press “Not"
            " Booked at DHL” or “Booked: Enter Numbers”. Until then no label is booked, so that no parcel exists"
            " twice.",
            **names,
        )

    def _take_back_first(self, picking, ids):
        """Cancel earlier labels that are not what is wanted now, e.g. with the address before it was mended.

        :raises UserError: DHL does not cancel; nothing may be booked beside them
        """
        for booking_id in ids:
            words = self._cancel_at_dhl(booking_id)
            if words:
                raise UserError(
                    self.env._(
                        "%(transfer)s: an earlier label must be cancelled at DHL before a new one is booked, and that"
                        " failed: %(words)s",
                        transfer=picking.name,
                        words=sentence(words),
                    )
                )

    def _reserve(self, carrier, picking, environment, wanted, kind="shipment"):
        """Commit an intent for each (order, hash); return the ids."""
        if not wanted:
            return []
        with self._own_transaction() as own:
            bookings = own.create(
                [
                    {
                        "ref_no": order.ref_no,
                        "picking_res_id": picking.id,
                        "picking_name": picking.name,
                        "carrier_id": carrier.id,
                        "company_id": picking.company_id.id,
                        "user_id": self.env.uid,
                        "environment": environment,
                        "request_hash": request_hash,
                        "kind": kind,
                    }
                    for order, request_hash in wanted
                ]
            )
            return bookings.ids

    def _watch_transaction(self, ids):
        """After the commit note what the transfer carries; after a rollback have the sweeper come by in time."""
        cr = self.env.cr
        cr.postcommit.add(partial(self.browse()._settle, ids))
        cr.postrollback.add(partial(self.browse()._sweep_soon))

    def _ask_dhl(self, carrier, picking, orders, options, not_asked):
        """Book a batch and commit DHL's answer at once.

        :param orders: `ShipmentOrder` by booking id
        :param not_asked: ids of later batches, which are not sent when this one fails
        """
        try:
            results = carrier._dhl_de_client().create(list(orders.values()), options)
        except DhlInvalid as error:
            failure = self._with_weight(carrier, error, max(order.weight for order in orders.values()))
        except DhlError as error:
            failure = error
        else:
            self._record(orders, results)
            return
        with self._own_transaction() as own:
            own.browse(not_asked)._set_refused(self.env._("Not asked: an earlier parcel failed."))
        raise self._noted_failure(carrier, picking, list(orders), failure)

    def _with_weight(self, carrier, error, weight):
        """Return a refusal as a whole with what is to be done about a weight that is too high."""
        more = carrier._dhl_de_weight_words(weight)
        words = sentence(carrier._dhl_de_words(error))
        return DhlInvalid(f"{words} {more}", request=error.request, status=error.status) if more else error

    def _noted_failure(self, carrier, picking, ids, failure):
        """Commit that DHL was asked for these and failed; return the error for the person."""
        with self._own_transaction() as own:
            asked = own.browse(ids)
            words = carrier._dhl_de_words(failure)
            if failure.maybe_done:
                asked._set_possibly(words)
                return with_cause(UserError(self._doubt_text(picking, asked[0])), failure)
            asked._set_refused(words)
        return carrier._dhl_de_error(failure, picking)

    def _record(self, orders, results):
        """Commit DHL's answers; should that fail, the log is the last place to find the numbers."""
        numbers = [result.shipment_no for result in results if result and result.shipment_no]
        try:
            with self._own_transaction() as own:
                for (booking_id, order), result in zip(orders.items(), results, strict=True):
                    own.browse(booking_id)._record_result(order, result)
        except psycopg2.Error:
            _logger.error("DHL booked %s, but the answer could not be stored", ", ".join(numbers))
            raise

    def _record_result(self, order, result):
        """Note DHL's answer about one parcel."""
        if result is None:
            self._set_possibly(self.env._("DHL's answer says nothing about this parcel."))
            return
        if not result.shipment_no:
            words = sentence(self.carrier_id._dhl_de_words(result) or self.env._("DHL gave no number."))
            words = " ".join(filter(None, (words, self.carrier_id._dhl_de_weight_words(order.weight))))
            if result.ok:
                self._set_possibly(words)
            else:
                self._set_refused(words)
            return
        self._set_booked(
            result.shipment_no,
            result.return_shipment_no,
            to_field(result.label),
            to_field(result.return_label),
            remarks="\n".join(self.carrier_id._dhl_de_remarks(result.messages)),
            error=self._shortfall(result, bool(order.enclosed_return)),
        )

    def _shortfall(self, result, with_return):
        """Say what is wrong with a parcel that DHL gave a number to; it is then cancelled, not used."""
        if not result.ok:
            return self.carrier_id._dhl_de_words(result)
        if not result.label:
            return self.env._("DHL sent no label.")
        if not is_pdf(result.label):
            return self.env._("What DHL sent as the label is no PDF that can be read.")
        if with_return and not (result.return_shipment_no and result.return_label):
            return self.env._("DHL booked the parcel without its return label.")
        if with_return and not is_pdf(result.return_label):
            return self.env._("What DHL sent as the return label is no PDF that can be read.")
        return False

    def _labels(self, carrier, picking, ids):
        """Return the `Label` of each booking.

        :raises UserError: says what DHL found wrong, with each parcel that is not usable
        """
        with self._own_transaction() as own:
            bookings = own.browse(ids)
            if doubtful := bookings.filtered(lambda b: b.state == "possibly"):
                raise UserError(self._doubt_text(picking, doubtful[0]))
            problems = [sentence(booking.error or "") for booking in bookings if not booking._is_complete()]
            labels = [] if problems else [booking._as_label() for booking in bookings]
        if problems:
            raise carrier._dhl_de_error(DhlInvalid(" ".join(dict.fromkeys(problems))), picking)
        return labels

    def _as_label(self):
        return Label(
            self.shipment_no,
            self.return_shipment_no or "",
            from_field(self.label),
            from_field(self.return_label) or None,
            tuple((self.remarks or "").splitlines()),
        )

    # Hooks: they run after the transaction, so they must not raise

    def _settle(self, ids):
        """Note which labels their transfers now carry; the sweeper looks after the others.

        The commit alone proves nothing: a savepoint may have rolled the transfer back.
        """
        # A concurrent sweeper has done the same work then.
        with contextlib.suppress(psycopg2.Error), self._own_transaction() as own:
            booked = own.browse(ids).exists().filtered(lambda booking: booking.state == "booked")
            used = booked.filtered(lambda booking: booking._is_carried())
            used._set_used()
            if booked - used:
                own._trigger_sweeper(const.GRACE_MINUTES + 1)

    def _sweep_soon(self):
        with contextlib.suppress(psycopg2.Error), self._own_transaction() as own:
            own._trigger_sweeper(const.GRACE_MINUTES + 1)

    def _is_carried(self):
        """Tell whether the transfer carries this booking's number."""
        self.ensure_one()
        picking = self.picking_id
        if self.kind == "return":
            return bool(picking and self.return_shipment_no and self.return_shipment_no == picking.return_tracking_ref)
        return bool(picking and self.shipment_no and self.shipment_no in picking._dhl_de_numbers())
