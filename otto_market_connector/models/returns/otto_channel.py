from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...otto_api import REDUCTION_SCOPES
from .const import MOST_DAYS, RETURN_DAYS, TRANSPORT_DAYS
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
        "otto.return.location",
        "channel_id",
        "Where Returns Are Put",
        help="By the condition in which goods come back. Without a row they go where the receipt leads.",
    )

    @api.constrains("return_days", "return_transport_days")
    def _check_return_days(self):
        for channel in self:
            if not (0 <= channel.return_days <= MOST_DAYS and 0 <= channel.return_transport_days <= MOST_DAYS):
                raise ValidationError(
                    self.env._(
                        "%(channel)s: please enter 0 to %(most)s days to handle a return and for its transport.",
                        channel=channel.name,
                        most=MOST_DAYS,
                    )
                )

    @api.constrains("stock_location_ids", "warehouse_id", "active")
    def _check_return_locations(self):
        """What is offered to OTTO must not reach the places of returns that are not sold again."""
        self.env["otto.return.location"].sudo().search([("kind", "!=", "stock")])._check_not_offered()

    def _scope_needs(self):
        """Partial refunds have a permission of their own, and no flow."""
        return [*super()._scope_needs(), (self.env._("Partial Refunds"), REDUCTION_SCOPES)]

    def _otto_return_days(self, name):
        """Return a number of days of this channel as a span of time.

        :param name: the field
        """
        return timedelta(days=self[name])
