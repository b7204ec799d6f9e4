import logging

import psycopg2
from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import const
from .delivery_carrier_words import bounded, is_test
from .stock_picking_activity import somebody_active

_logger = logging.getLogger(__name__)

BATCH = 100


class DhlBooking(models.Model):
    """The sweeper: takes back what no transfer carries, and tells a person what it cannot know or do."""

    _inherit = "dhl.booking"

    @api.model
    def _cron_sweep(self):
        """Look after bookings that were left behind; each in transactions of its own.

        The ones that were not looked after for the longest time come first: some that fail again and again hold
        nobody up.
        """
        ids = self.search(self._left_behind_domain(), order="write_date, id", limit=BATCH).ids
        ids += self._cancelled_but_carried()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(ids))
        for booking_id in ids:
            self._sweep_safely(booking_id)
            if not cron._commit_progress(1):
                break

    @api.model
    def _sweep_safely(self, booking_id):
        try:
            self._sweep(booking_id)
        except (psycopg2.errors.SerializationFailure, psycopg2.errors.LockNotAvailable):
            # Someone else was faster, or works on the transfer right now: the next run sees.
            return
        except Exception as error:
            # One booking must not stop the others.
            _logger.exception("DHL booking %s could not be looked after", booking_id)
            self.env.cr.rollback()
            self._note_sweep_error(booking_id, error)

    @api.model
    def _note_sweep_error(self, booking_id, error):
        try:
            with self._own_transaction() as own:
                booking = own.browse(booking_id).exists()
                booking.sweep_error = self.env._("Unexpected error, please tell your administrator: %s", bounded(error))
                booking._report()
        except psycopg2.Error:
            _logger.warning("DHL booking %s: its error could not be noted", booking_id, exc_info=True)

    @api.model
    def _left_behind_domain(self):
        late = fields.Datetime.subtract(fields.Datetime.now(), minutes=const.GRACE_MINUTES)
        # A return that no transfer carries waits for the next try: DHL offers no way to cancel it.
        return [
            "|",
            "&",
            "|",
            ("state", "in", ("intent", "cancel_doubt")),
            "&",
            ("state", "=", "booked"),
            ("kind", "=", "shipment"),
            ("write_date", "<=", late),
            "&",
            ("state", "=", "possibly"),
            ("reported", "=", False),
        ]

    @api.model
    def _cancelled_but_carried(self):
        """Return the ids of parcels that are cancelled while their transfers still carry the number.

        Odoo's own transaction failed after DHL had cancelled; a person presses *Cancel* once more.
        """
        late = fields.Datetime.subtract(fields.Datetime.now(), minutes=const.GRACE_MINUTES)
        self.env.cr.execute(
            """
            SELECT booking.id
              FROM dhl_booking booking
              JOIN stock_picking picking ON picking.id = booking.picking_res_id
             WHERE booking.state = 'cancelled'
               AND booking.kind = 'shipment'
               AND booking.reported IS NOT TRUE
               AND booking.write_date <= %s
               AND booking.shipment_no = ANY(regexp_split_to_array(picking.carrier_tracking_ref, '[,;]'))
             LIMIT %s
            """,
            [late, BATCH],
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _sweep(self, booking_id):
        """Decide about one booking, unless its transfer is being worked on.

        The lock lives in a transaction of its own, and what decides is read in a later one: a snapshot that is older
        than the lock could miss the commit of the very transaction that gave the lock free, and a label in use would be
        cancelled.
        """
        picking_id = False
        with self._own_transaction() as lock:
            if not lock._grab(lock.browse(booking_id).picking_res_id):
                return
            with self._own_transaction() as own:
                booking = own.browse(booking_id).exists()
                # What is noted here, people read: in the language of the one who asked for the label.
                lang = booking._person().lang
                todo = booking and booking.with_context(lang=lang)._decide()
            texts = self.with_context(lang=lang)
            if todo == "cancel":
                texts._take_back(booking_id)
            if todo == "ask":
                picking_id = texts._settle_doubt(booking_id)
            if not picking_id:
                with texts._own_transaction() as own:
                    own.browse(booking_id)._report()
        if picking_id:
            texts._take_off(picking_id)

    def _decide(self):
        """Settle what needs no DHL; return what does.

        :return: "cancel" for a parcel that no transfer wants, "ask" for a cancellation in doubt
        """
        self.ensure_one()
        if self.state == "cancel_doubt":
            if self._is_asked() or is_test(self.environment):
                return "ask"
            self.sweep_error = self._elsewhere_words(self.picking_id)
            return None
        if self.state in ("intent", "possibly") and is_test(self.environment) and not self._is_asked():
            self._settle_elsewhere()
            return None
        if self.state == "intent":
            self._set_possibly(self.env._("Odoo was stopped while DHL was being asked."))
            return None
        if self.state != "booked" or self.kind == "return":
            return None
        if self._is_carried():
            self._set_used()
            return None
        # A worker may hold the transfer without booking yet.
        picking = self.picking_id
        if self._is_waited_for() or (picking and not picking.try_lock_for_update(allow_referencing=True)):
            return None
        return "cancel"

    @api.model
    def _settle_doubt(self, booking_id):
        """Ask DHL again to cancel what a person wanted cancelled.

        :return: id of the transfer that carries a number which is cancelled now, False when there is none
        """
        words = self._cancel_at_dhl(booking_id)
        if words:
            _logger.warning("DHL booking %s: it is not settled whether it is cancelled: %s", booking_id, words)
            return False
        with self._own_transaction() as own:
            booking = own.browse(booking_id)
            return booking._is_carried() and booking.picking_id.id

    @api.model
    def _take_off(self, picking_id):
        """Finish a person's *Cancel*, now that DHL's answer is known; what goes with it is told by other add-ons.

        Should that not be possible, `_cancelled_but_carried` tells a person.
        """
        try:
            with self._own_transaction() as own:
                own.env["stock.picking"].browse(picking_id).cancel_shipment()
        except UserError as error:
            _logger.info("The number of transfer %s cannot be taken off: %s", picking_id, error)

    def _is_waited_for(self):
        """Tell whether a parcel that a person has confirmed can still get on its transfer."""
        picking = self.picking_id
        return self.kept and picking and picking.state != "cancel" and not picking.carrier_tracking_ref

    @api.model
    def _take_back(self, booking_id):
        words = self._cancel_at_dhl(booking_id)
        if words:
            _logger.warning("DHL booking %s is carried by no transfer and not cancelled yet: %s", booking_id, words)
        else:
            _logger.info("DHL booking %s was carried by no transfer and is cancelled at DHL", booking_id)

    def _report(self):
        """Leave an activity on the transfer of a booking that a person must look at, once."""
        self.ensure_one()
        told = None if self.reported else self._what_to_report()
        if not told:
            return
        summary, note = told
        self.reported = True
        _logger.warning(
            "DHL booking %s (%s) needs a person: %s", self.ref_no, self.state, self.error or self.sweep_error
        )
        if self.picking_id:
            self.picking_id.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=summary,
                # DHL's words are part of it: text, never HTML.
                note=escape(note),
                user_id=self._person().id or self.env.uid,
            )

    def _person(self):
        """Return who looks after a booking: who is responsible or asked for it, else an inventory administrator.

        Whoever has left or has no access to the company would never see it.
        """
        return somebody_active(self.env, self.company_id, self.picking_id.user_id, self.user_id)

    def _what_to_report(self):
        """Return (summary, note) of what a person should know about this booking, None when there is nothing."""
        names = {
            "transfer": self.picking_id.name or self.picking_name,
            "number": self.shipment_no,
            "reference": self.ref_no,
            "reason": self.sweep_error,
        }
        if self.state == "possibly":
            summary = self.env._("Possibly booked at DHL: %(reference)s", **names)
            return summary, self._doubt_text(self.picking_id, self)
        if told := self._what_cancelling_left(names):
            return told
        if self.state == "booked" and self.sweep_error and self._is_overdue():
            return self.env._("Not cancelled at DHL yet: %(number)s", **names), self.env._(
                "%(transfer)s does not carry DHL parcel %(number)s, and Odoo cannot cancel it: %(reason)s Odoo goes on"
                " trying. Please have the login of the shipping method checked, or cancel the parcel in DHL's business"
                " customer portal before the daily closing.",
                **names,
            )
        if self.state == "cancelled" and self.kind == "shipment" and self._is_carried():
            return self.env._("Cancelled at DHL: %(number)s", **names), self.env._(
                "%(transfer)s still carries DHL parcel %(number)s, which is cancelled at DHL: its label is no longer"
                " valid. Please open the transfer and press Cancel beside the tracking reference, then Send to"
                " Shipper.",
                **names,
            )
        return None

    def _what_cancelling_left(self, names):
        """Return (summary, note) of a cancellation that stays in doubt or that DHL refused in the end."""
        late = fields.Datetime.subtract(fields.Datetime.now(), minutes=const.REPORT_MINUTES)
        if self.state == "cancel_doubt" and self.doubt_since and self.doubt_since <= late:
            return self.env._("Possibly cancelled at DHL: %(number)s", **names), self.env._(
                "%(transfer)s: DHL was asked to cancel parcel %(number)s and its answer is not known: %(reason)s Odoo"
                " goes on asking. Please do not hand over the parcel before you have looked in DHL's business customer"
                " portal; then press Cancel beside the tracking reference once more.",
                **names,
            )
        if self.state == "used" and self.cancel_asked and self.sweep_error:
            return self.env._("Not cancelled at DHL: %(number)s", **names), self.env._(
                "%(transfer)s: DHL parcel %(number)s was to be cancelled, and DHL does not: %(reason)s The parcel is"
                " still booked and its label is valid.",
                **names,
            )
        return None

    def _is_overdue(self):
        late = fields.Datetime.subtract(fields.Datetime.now(), minutes=const.REPORT_MINUTES)
        return bool(self.answered_at and self.answered_at <= late)
