import hashlib
import json
import logging
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import const

_logger = logging.getLogger(__name__)

STATES = [
    ("intent", "DHL is being asked"),
    ("booked", "Booked"),
    ("used", "On its transfer"),
    ("cancel_doubt", "Possibly cancelled"),
    ("cancelled", "Cancelled"),
    ("refused", "Refused by DHL"),
    ("possibly", "Possibly booked"),
    ("left", "Left at DHL"),
]


class DhlBooking(models.Model):
    """One label that was asked for at DHL: the memory that a rollback cannot take away (R19).

    Rows are written in transactions of their own only, never in the one that validates a transfer: that one cannot even
    see them, because its snapshot is older. They hold the transfer's id as a plain number: the transfer may have been
    made in the same transaction and not be there for others yet, and a foreign key's lock must not wait for that
    transaction, which waits for us. Who may write at all is decided by the advisory lock on the transfer (`_grab`).
    """

    _name = "dhl.booking"
    _description = "DHL Booking"
    _order = "id desc"
    _rec_name = "ref_no"

    ref_no = fields.Char(string="Reference at DHL", required=True, readonly=True, index=True)
    picking_res_id = fields.Integer(string="Transfer ID", required=True, readonly=True, index=True)
    picking_name = fields.Char(string="Transfer Name", readonly=True)
    picking_id = fields.Many2one(
        "stock.picking", string="Transfer", compute="_compute_picking_id", search="_search_picking_id"
    )
    carrier_id = fields.Many2one(
        "delivery.carrier", string="Shipping Method", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    environment = fields.Char(
        string="DHL Environment", required=True, readonly=True, help="Address of the DHL environment that was asked."
    )
    request_hash = fields.Char(readonly=True, help="Tells whether a later request asks for the very same label.")
    state = fields.Selection(STATES, required=True, readonly=True, default="intent", index=True)
    shipment_no = fields.Char(string="Shipment Number", readonly=True, index=True)
    return_shipment_no = fields.Char(string="Return Number", readonly=True)
    label = fields.Binary(attachment=False, readonly=True, copy=False)
    return_label = fields.Binary(attachment=False, readonly=True, copy=False)
    remarks = fields.Text(string="DHL's Remarks", readonly=True)
    error = fields.Text(readonly=True)
    answered_at = fields.Datetime(string="Answered on", readonly=True)
    kept = fields.Boolean(
        readonly=True, help="Confirmed by a person: waits for its transfer and is not cancelled for being late."
    )
    reported = fields.Boolean(readonly=True)
    doubt_since = fields.Datetime(
        string="Cancellation in Doubt since",
        readonly=True,
        help="DHL was asked to cancel, and its answer is not known.",
    )

    def _compute_picking_id(self):
        pickings = self.env["stock.picking"].browse(self.mapped("picking_res_id")).exists()
        there = set(pickings.ids)
        for booking in self:
            booking.picking_id = booking.picking_res_id if booking.picking_res_id in there else False

    def _search_picking_id(self, operator, value):
        return [("picking_res_id", operator, value)]

    @api.depends("ref_no", "shipment_no")
    def _compute_display_name(self):
        for booking in self:
            booking.display_name = booking.shipment_no or booking.return_shipment_no or booking.ref_no

    # Own transactions and locks

    @contextmanager
    def _own_transaction(self):
        """Give this model in a transaction of its own, which is committed at the end and sees what is committed now.

        No wait is endless: should the calling transaction hold what is needed here, an error comes instead of a hang.
        """
        with self.env.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '10s'")
            env = api.Environment(cr, SUPERUSER_ID, {"lang": self.env.lang})
            yield env["dhl.booking"]
        self.invalidate_model()

    @api.model
    def _grab(self, picking_res_id):
        """Take the lock "someone books for this transfer" until the end of this transaction.

        An advisory lock, because the transfer's row may not be visible to others yet. It says nothing about freshness:
        read afterwards in an own transaction. Return False when somebody else has it.
        """
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (const.LOCK_CLASS, picking_res_id))
        return self.env.cr.fetchone()[0]

    @api.model
    def _request_hash(self, order, options):
        """Return what makes two requests the same label: all but the references, which name the attempt."""
        payload = order.payload()
        payload.pop("refNo")
        if returned := payload.get("services", {}).get("dhlRetoure"):
            returned.pop("refNo")
        text = json.dumps([payload, options.create_query()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    # States: each is written here and nowhere else

    def _set_booked(self, shipment_no, return_shipment_no, label, return_label, **values):
        self.write(
            {
                "state": "booked",
                "shipment_no": shipment_no,
                "return_shipment_no": return_shipment_no,
                "label": label,
                "return_label": return_label,
                "answered_at": fields.Datetime.now(),
                "error": False,
                "sweep_error": False,
                "cancel_asked": False,
                "reported": False,
                **values,
            }
        )

    def _set_used(self):
        """The transfer carries the number and the labels: they need not be kept twice, unless DHL has no copy."""
        self.write({"state": "used", "error": False, "sweep_error": False, "doubt_since": False})
        self.filtered(lambda booking: booking.kind == "shipment").write({"label": False, "return_label": False})

    def _set_cancelled(self, reason):
        values = {"label": False, "return_label": False, "error": reason, "sweep_error": False, "reported": False}
        self.write({"state": "cancelled", "doubt_since": False, **values})

    def _set_cancel_doubt(self, reason):
        """DHL was asked to cancel a parcel that its transfer carries: nobody relies on it until it answers."""
        self.write(
            {
                "state": "cancel_doubt",
                "cancel_asked": True,
                "sweep_error": reason,
                "doubt_since": fields.Datetime.now(),
                "reported": False,
            }
        )
        self._trigger_sweeper(const.GRACE_MINUTES + 1)

    def _set_not_cancelled(self, reason):
        """DHL has not cancelled a parcel that its transfer carries: it is as valid as before."""
        self._set_used()
        self.write({"sweep_error": reason, "reported": False})

    def _set_refused(self, reason):
        self.write({"state": "refused", "answered_at": fields.Datetime.now(), "error": reason})

    def _set_possibly(self, reason):
        """Only a person can say whether there is a parcel; the sweeper tells one."""
        self.write({"state": "possibly", "error": reason, "reported": False})
        self._trigger_sweeper()

    def _set_left(self, reason):
        """A person leaves the parcel as it is: neither a transfer's nor to be cancelled."""
        self.write({"state": "left", "label": False, "return_label": False, "error": reason, "sweep_error": False})

    @api.model
    def _trigger_sweeper(self, minutes=0):
        """Have the sweeper come by; an administrator may have deleted it, which must not undo what is written here."""
        cron = self.env.ref("delivery_dhl_de.ir_cron_sweep_bookings", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(fields.Datetime.add(fields.Datetime.now(), minutes=minutes))

    # What a person does

    def _check_person(self):
        """Let only stock managers decide, and only while nobody is booking for the transfer.

        :raises UserError: the booking is in work or not open
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("stock.group_stock_manager"):
            raise AccessError(self.env._("Only inventory administrators can decide about DHL bookings."))
        if not self._grab(self.picking_res_id):
            raise UserError(self._busy_text(self.picking_name))
        with self._own_transaction() as own:
            state = own.browse(self.id).state
        if state != "possibly":
            raise UserError(
                self.env._("The DHL booking %(reference)s is not open any more. Please reload.", reference=self.ref_no)
            )

    @api.model
    def _busy_text(self, transfer):
        return self.env._(
            "%(transfer)s: DHL is being asked about this transfer right now. Please try again in a minute.",
            transfer=transfer,
        )

    def action_not_booked(self):
        """A person has looked at DHL: there is no parcel. The transfer may be validated again."""
        self._check_person()
        reason = self.env._("Not booked at DHL, says %(user)s.", user=self.env.user.name)
        with self._own_transaction() as own:
            own.browse(self.id)._set_cancelled(reason)
        return True

    def action_leave(self):
        """A person leaves a parcel at DHL that cannot be cancelled. The transfer may be validated again."""
        self._check_person()
        reason = self.env._("Left at DHL, says %(user)s.", user=self.env.user.name)
        with self._own_transaction() as own:
            own.browse(self.id)._set_left(reason)
        return True

    def action_enter_numbers(self):
        """Ask for the numbers that a person found at DHL."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Booked at DHL"),
            "res_model": "dhl.booking.number",
            "view_mode": "form",
            "target": "new",
            "context": {"default_booking_id": self.id, "default_shipment_no": self.shipment_no},
        }

    def action_open_transfer(self):
        """Show the transfer of a booking."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.picking_id.id,
            "view_mode": "form",
        }
