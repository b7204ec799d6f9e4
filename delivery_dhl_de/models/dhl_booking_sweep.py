import contextlib
import logging

import psycopg2

from odoo import api, fields, models

from .. import const

_logger = logging.getLogger(__name__)

BATCH = 100


class DhlBooking(models.Model):
    """The sweeper: takes back what no transfer carries, and tells a person what it cannot know."""

    _inherit = "dhl.booking"

    @api.model
    def _cron_sweep(self):
        """Look after bookings that were left behind; each in transactions of its own."""
        ids = self.search(self._left_behind_domain(), order="id", limit=BATCH).ids
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(ids))
        for booking_id in ids:
            # Someone else was faster, or works on the transfer right now: the next run sees.
            with contextlib.suppress(psycopg2.errors.SerializationFailure, psycopg2.errors.LockNotAvailable):
                self._sweep(booking_id)
            if not cron._commit_progress(1):
                break

    @api.model
    def _left_behind_domain(self):
        late = fields.Datetime.subtract(fields.Datetime.now(), minutes=const.GRACE_MINUTES)
        # A return that no transfer carries waits for the next try: DHL offers no way to cancel it.
        return [
            "|",
            "&",
            "|",
            ("state", "=", "intent"),
            "&",
            ("state", "=", "booked"),
            ("kind", "=", "shipment"),
            ("write_date", "<=", late),
            "&",
            ("state", "=", "possibly"),
            ("reported", "=", False),
        ]

    @api.model
    def _sweep(self, booking_id):
        """Decide about one booking, unless its transfer is being worked on.

        The lock lives in a transaction of its own, and what decides is read in a later one: a snapshot that is older
        than the lock could miss the commit of the very transaction that gave the lock free, and a label in use would be
        cancelled.
        """
        with self._own_transaction() as lock:
            if not lock._grab(lock.browse(booking_id).picking_res_id):
                return
            with self._own_transaction() as own:
                booking = own.browse(booking_id).exists()
                todo = booking and booking._decide()
                carrier, environment = booking.carrier_id.id, booking.environment
            if todo == "cancel":
                self._take_back(self.env["delivery.carrier"].browse(carrier), environment, booking_id)
            with self._own_transaction() as own:
                own.browse(booking_id)._report()

    def _decide(self):
        """Settle what needs no DHL; return "cancel" for a parcel that no transfer wants."""
        self.ensure_one()
        if self.state == "intent":
            self._set_possibly(self.env._("Odoo was stopped while DHL was being asked."))
            return None
        if self.state != "booked" or self.kind == "return":
            return None
        if self._is_carried():
            self._set_used()
            return None
        if self.kept and self.picking_id and self.picking_id.state != "cancel":
            return None
        # A worker may hold the transfer without booking yet.
        picking = self.picking_id
        if picking and not picking.try_lock_for_update(allow_referencing=True):
            return None
        return "cancel"

    @api.model
    def _take_back(self, carrier, environment, booking_id):
        words = self._cancel_at_dhl(carrier.sudo(), environment, booking_id)
        if words:
            _logger.warning("DHL booking %s is carried by no transfer and not cancelled yet: %s", booking_id, words)
        else:
            _logger.info("DHL booking %s was carried by no transfer and is cancelled at DHL", booking_id)

    def _report(self):
        """Leave an activity on the transfer of a booking that a person must look at, once."""
        self.ensure_one()
        if self.state != "possibly" or self.reported:
            return
        self.reported = True
        _logger.warning("DHL booking %s is possibly booked: %s", self.ref_no, self.error)
        picking = self.picking_id
        if picking:
            person = picking.user_id or self.user_id
            picking.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Possibly booked at DHL: %(reference)s", reference=self.ref_no),
                note=self._doubt_text(picking, self),
                user_id=person.id or self.env.uid,
            )
