import re

from odoo import fields, models
from odoo.exceptions import UserError

from ..dhl_api import tidy_number
from .delivery_carrier_words import is_test

# Where the transaction keeps why labels were refused: until its end, and no savepoint takes it away.
REFUSALS = "delivery_dhl_de.refusals"


class StockPicking(models.Model):
    _inherit = "stock.picking"

    return_tracking_ref = fields.Char(
        string="Return Tracking Reference",
        copy=False,
        help="Number of the return label: of the one in the parcel, or of one made on demand.",
    )
    dhl_booking_count = fields.Integer(compute="_compute_dhl_booking_count")
    dhl_possibly_booked = fields.Boolean(
        "Possibly Booked at DHL", compute="_compute_dhl_possibly_booked", search="_search_dhl_possibly_booked"
    )
    dhl_cancel_in_doubt = fields.Boolean(
        "Possibly Cancelled at DHL",
        compute="_compute_dhl_cancel_in_doubt",
        search="_search_dhl_cancel_in_doubt",
        help="DHL was asked to cancel a parcel of this transfer and its answer is not known.",
    )
    dhl_cancelled_number = fields.Char("Cancelled at DHL", compute="_compute_dhl_cancelled_number")

    def _compute_dhl_booking_count(self):
        # Who may open a transfer need not be allowed to read bookings: sales and purchase see it, too.
        bookings = self.env["dhl.booking"].sudo()
        groups = bookings._read_group([("picking_res_id", "in", self.ids)], ["picking_res_id"], ["__count"])
        counts = dict(groups)
        for picking in self:
            picking.dhl_booking_count = counts.get(picking.id, 0)

    def _compute_dhl_cancelled_number(self):
        """Odoo's own transaction failed after DHL had cancelled: the transfer carries a label that is not valid."""
        domain = [("picking_res_id", "in", self.ids), ("state", "=", "cancelled"), ("shipment_no", "!=", False)]
        cancelled = set(self.env["dhl.booking"].sudo().search(domain).mapped("shipment_no"))
        for picking in self:
            picking.dhl_cancelled_number = ", ".join(n for n in picking._dhl_de_numbers() if n in cancelled)

    def _compute_dhl_possibly_booked(self):
        doubtful = set(self._dhl_possibly_booked_ids())
        for picking in self:
            picking.dhl_possibly_booked = picking.id in doubtful

    def _search_dhl_possibly_booked(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in" if True in value else "not in", self._dhl_possibly_booked_ids())]

    def _compute_dhl_cancel_in_doubt(self):
        doubtful = set(self._dhl_cancel_in_doubt_ids())
        for picking in self:
            picking.dhl_cancel_in_doubt = picking.id in doubtful

    def _search_dhl_cancel_in_doubt(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in" if True in value else "not in", self._dhl_cancel_in_doubt_ids())]

    def _dhl_cancel_in_doubt_ids(self):
        """Return the ids of all transfers of which a parcel is possibly cancelled; the sweeper settles them soon."""
        return self.env["dhl.booking"].sudo().search([("state", "=", "cancel_doubt")]).mapped("picking_res_id")

    def _dhl_possibly_booked_ids(self):
        """Return the ids of all transfers whose parcel may have been booked; a person soon decides, so they are few.

        A label of a test environment that the carrier has left is no parcel.
        """
        bookings = self.env["dhl.booking"].sudo().search([("state", "=", "possibly")])
        real = bookings.filtered(lambda booking: not is_test(booking.environment) or booking._is_asked())
        return real.mapped("picking_res_id")

    def _dhl_de_numbers(self):
        """Return the shipment numbers of a transfer; Odoo keeps several as one text with commas."""
        self.ensure_one()
        return _numbers(self.carrier_tracking_ref)

    def _dhl_de_return_numbers(self):
        """Return the numbers of the returns of a transfer, kept in the same way."""
        self.ensure_one()
        return _numbers(self.return_tracking_ref)

    def _dhl_de_retire_labels(self, numbers=None):
        """After a cancellation, rename the labels so that nobody prints them and Odoo offers no dead return label.

        :param numbers: of parcels and returns whose labels are dead; by default all labels are
        """
        self.ensure_one()
        carrier = self.carrier_id
        prefixes = (carrier._get_delivery_label_prefix(), carrier.get_return_label_prefix())
        attachments = (
            self.env["ir.attachment"].sudo().search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        )
        for attachment in attachments.filtered(lambda a: (a.name or "").startswith(prefixes)):
            if numbers is None or any(number in attachment.name for number in numbers):
                attachment.name = self.env._("Cancelled-%(name)s", name=attachment.name)

    def _dhl_reference(self):
        """Return what DHL prints as the reference on the label and on the return's; a hook for other add-ons.

        DHL takes 35 characters, less what tells several parcels apart; of a longer text the end is printed. The
        transfer's name must be in it: by the reference a person finds the parcel in DHL's portal.
        """
        self.ensure_one()
        return self.name

    def send_to_shipper(self):
        """Remember why no label came: as the second of many, Odoo notes the reason and validates on."""
        refusals = self.env.cr.postcommit.data.setdefault(REFUSALS, {})
        refusals.pop(self.id, None)
        try:
            return super().send_to_shipper()
        except UserError as error:
            refusals[self.id] = str(error)
            raise

    def _dhl_de_last_refusal(self):
        """Return why the last try in this transaction made no label for this transfer; empty when it did."""
        self.ensure_one()
        return self.env.cr.postcommit.data.get(REFUSALS, {}).get(self.id, "")

    def action_dhl_bookings(self):
        """Show what was asked of DHL for this transfer."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("DHL Bookings"),
            "res_model": "dhl.booking",
            "view_mode": "list,form",
            "domain": [("picking_res_id", "=", self.id)],
        }


def _numbers(text):
    parts = re.split(r"[,;]", text or "")
    # People copy numbers with blanks in them, and whole addresses of tracking pages.
    return list(filter(None, map(tidy_number, parts)))
