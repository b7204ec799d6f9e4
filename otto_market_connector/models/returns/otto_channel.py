from odoo import fields, models

from .const import RETURN_DAYS, TRANSPORT_DAYS
from .otto_return_location import CONDITIONS


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    return_days = fields.Integer(
        "Days to Handle a Return",
        default=RETURN_DAYS,
        help="After so many days a return that nobody has decided is overdue, and the responsible person gets an "
        "activity. Later OTTO may give the money back by itself; it does not say when.",
    )
    return_transport_days = fields.Integer(
        "Transport Time of Returns",
        default=TRANSPORT_DAYS,
        help="Days from the customer's announcement to the arrival, for returns of which the carrier reports no "
        "arrival.",
    )
    return_condition_default = fields.Selection(
        CONDITIONS,
        "Usual Condition of Returns",
        default="A",
        required=True,
        help="What the warehouse is offered first.",
    )
    return_location_ids = fields.One2many(
        "otto.return.location", "channel_id", "Where Returns Are Put", help="By the condition in which goods come back."
    )
