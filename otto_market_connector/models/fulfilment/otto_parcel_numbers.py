"""Numbers that people type or scan: tidied, compared, and questioned where they look wrong (R8, R9, R19).

OTTO takes what it is told and offers no way to correct it, so whatever is doubtful is asked before the goods leave.
"""

import re

from odoo import api, fields, models
from odoo.addons.delivery_dhl_de.dhl_api import is_dhl_number, tidy_number
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .const import MOST_NUMBER, MOST_TYPED, RETURN_NUMBER_DAYS, SHIPMENT_NUMBER_DAYS

# Parcels to customers begin so; numbers of returns have 12 or 14 digits (docs/facts/dhl.md §5).
SHIPMENT_FORM = re.compile(r"00340\d{15,20}|340\d{15}|J[A-Z]{2,3}[0-9A-Z]+")
RETURN_FORM = re.compile(r"\d{12}|\d{14}")


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    return_number_days = fields.Integer(
        "Return Number Rests",
        default=RETURN_NUMBER_DAYS,
        help="Days in which a return number is not accepted for a second order. OTTO finds a parcel that comes back by "
        "its return number for 42 days; with the same number on two orders, the wrong customer may get the money. 0: "
        "the same number may be used again at once.",
    )


class OttoParcel(models.Model):
    _inherit = "otto.parcel"

    number_question = fields.Char(
        "To Be Checked", compute="_compute_number_question", help="Why the number looks wrong. OTTO cannot correct it."
    )
    number_checked = fields.Boolean(
        "Number Is Right", help="Somebody has compared the number with the label; it is told to OTTO as it is."
    )

    @api.model
    def _tidied(self, vals):
        """Take the number out of what was typed, scanned or pasted: blanks, hyphens, addresses of tracking pages."""
        if "tracking_number" not in vals:
            return vals
        return {**vals, "tracking_number": _number_in(vals["tracking_number"])}

    @api.onchange("tracking_number")
    def _onchange_tracking_number(self):
        """Show at once what is taken of what was typed."""
        if self.tracking_number:
            self.tracking_number = _number_in(self.tracking_number)

    @api.depends("number_checked", "tracking_number", "type", "order_id.otto_parcel_ids.tracking_number")
    @api.depends_context("lang")
    def _compute_number_question(self):
        for parcel in self:
            number = parcel.tracking_number
            parcel.number_question = bool(number) and not parcel.number_checked and parcel._question()

    def _question(self):
        """Say what is odd about the number; False when nothing is."""
        if not is_dhl_number(self.tracking_number):
            return self.env._("%(number)s does not look like a number of DHL's.", number=self.tracking_number)
        if self._is_swapped():
            return self.env._("The numbers of shipment and return look swapped.")
        return False

    def _is_swapped(self):
        """Tell whether the return's number has the form of a shipment's, and the other way round."""
        rows = self.order_id.otto_parcel_ids
        sent = [row.tracking_number or "" for row in rows if row.type == "shipment"]
        back = [row.tracking_number or "" for row in rows if row.type == "return"]
        return any(map(RETURN_FORM.fullmatch, sent)) and any(map(SHIPMENT_FORM.fullmatch, back))

    @api.constrains("tracking_number")
    def _check_tracking_number(self):
        for parcel in self:
            if not parcel.tracking_number:
                raise ValidationError(
                    self.env._("Order %(order)s: please enter the parcel's number.", order=parcel.order_id.name)
                )
            if len(parcel.tracking_number) > MOST_NUMBER:
                raise ValidationError(
                    self.env._(
                        "Order %(order)s: %(number)s… is too long for a parcel's number. Please enter the number "
                        "alone.",
                        order=parcel.order_id.name,
                        number=parcel.tracking_number[:30],
                    )
                )

    @api.constrains("type", "carrier", "tracking_number")
    def _check_number_is_new(self):
        """One parcel has one number, and OTTO one shipment for it (facts/otto.md §5.1, §5.6).

        :raises ValidationError: names the number and where it is already
        """
        for parcel in self:
            others = parcel.order_id.otto_parcel_ids.filtered(lambda row, parcel=parcel: row.type != parcel.type)
            if parcel.tracking_number in others.mapped("tracking_number"):
                raise ValidationError(
                    self.env._(
                        "Order %(order)s: shipment and return have the same number %(number)s. Please enter the number "
                        "of the return label as the return's.",
                        order=parcel.order_id.name,
                        number=parcel.tracking_number,
                    )
                )
            for other in parcel._same_number_elsewhere():
                parcel._refuse_number_of(other)

    def _same_number_elsewhere(self):
        """Return the rows of other orders with this number, however it was typed once, newest first."""
        query = SQL(
            """
            SELECT id FROM otto_parcel
            WHERE upper(regexp_replace(tracking_number, '[^[:alnum:]]', '', 'g')) = %s AND order_id != %s
            ORDER BY id DESC
            """,
            self.tracking_number,
            self.order_id.id,
        )
        self.flush_model(["tracking_number", "order_id"])
        return self.sudo().browse(row[0] for row in self.env.execute_query(query))

    def _refuse_number_of(self, other):
        """Refuse a number that a row of another order has, as long as that means the same parcel."""
        both_return = self.type == other.type == "return"
        days = self.order_id.sudo().otto_channel_id.return_number_days if both_return else SHIPMENT_NUMBER_DAYS
        if other.create_date < fields.Datetime.subtract(fields.Datetime.now(), days=days):
            return
        names = {"number": self.tracking_number, "order": other.order_id.name, "days": days}
        if both_return:
            raise ValidationError(
                self.env._(
                    "The return number %(number)s is already on order %(order)s. Within %(days)s days OTTO would not "
                    "know whose goods come back; please make a new return label. (Return Number Rests on the channel)",
                    **names,
                )
            )
        raise ValidationError(
            self.env._(
                "The number %(number)s is already on order %(order)s. OTTO takes a parcel's number once, and would "
                "refuse this order after its goods have left. Please ship it in a parcel of its own.",
                **names,
            )
        )


def _number_in(text):
    """Return the number in what was typed. Only so much is looked at: no address of a tracking page is longer."""
    return tidy_number(str(text or "")[:MOST_TYPED])
