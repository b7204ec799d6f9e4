"""A log of requests for whoever helps: what was asked and how it ended, never what was said."""

import logging
import re
from datetime import timedelta

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

# How long a log is kept on, and its lines are kept.
ON = timedelta(hours=1)
KEEP = timedelta(days=7)
# The words of OTTO's paths. Any other part names an order, a parcel or an article, which leads to a customer.
WORDS = frozenset(
    [
        "active-status",
        "accept",
        "availability",
        "brands",
        "cancellation",
        "carriers",
        "content-changes",
        "delivery-information",
        "failed",
        "items",
        "marketplace-status",
        "orders",
        "positionitems",
        "price-reductions",
        "prices",
        "product-delivery-information",
        "products",
        "quantities",
        "receipts",
        "reject",
        "return-shipments",
        "returns",
        "shipments",
        "shipping-profiles",
        "statements",
        "token",
        "trackingnumbers",
        "update-tasks",
    ]
)
VERSION = re.compile(r"v\d")


def masked(path):
    """Return a path without what names an order, a parcel or an article, and without its query."""
    parts = path.partition("?")[0].split("/")
    return "/".join(part if not part or part.lower() in WORDS or VERSION.fullmatch(part) else "…" for part in parts)


class OttoRequest(models.Model):
    _name = "otto.request"
    _description = "Request to OTTO"
    _order = "id desc"
    _rec_name = "path"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    moment = fields.Datetime("Sent On", required=True, readonly=True, index=True)
    method = fields.Char(required=True, readonly=True)
    path = fields.Char(required=True, readonly=True)
    status = fields.Integer(readonly=True, aggregator=False, help="0: no answer came.")
    duration = fields.Integer("Duration (ms)", readonly=True, aggregator="avg")

    @api.model
    def _note(self, channel_id, method, path, status, duration):
        """Note a request through a cursor of its own; whatever goes wrong with that stops nobody.

        :param duration: milliseconds
        """
        values = {
            "channel_id": channel_id,
            "moment": fields.Datetime.now(),
            "method": method,
            "path": masked(path),
            "status": status,
            "duration": duration,
        }
        try:
            with self.env.registry.cursor() as cr:
                self.with_env(self.env(cr=cr, su=True)).create(values)
        except Exception:
            _logger.warning("A request cannot be logged", exc_info=True)

    @api.autovacuum
    def _gc_requests(self):
        """Remove what is older than a week."""
        self.search([("moment", "<", fields.Datetime.now() - KEEP)], limit=100_000).unlink()


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    log_until = fields.Datetime("Requests Are Logged Until", readonly=True, copy=False)
    is_logging = fields.Boolean(compute="_compute_is_logging")

    @api.depends("log_until")
    def _compute_is_logging(self):
        """Tell whether the log is on now."""
        now = fields.Datetime.now()
        for channel in self:
            channel.is_logging = bool(channel.log_until and channel.log_until > now)

    def _request_observer(self):
        """Return what the client tells of each request; None while the log is off."""
        if not self.is_logging:
            return None
        return lambda method, path, status, duration: self.env["otto.request"]._note(
            self.id, method, path, status, duration
        )

    def action_log_requests(self):
        """Button: log the requests of the next hour: method, path, status and duration, no contents."""
        self.ensure_one()
        self.check_access("write")
        self.log_until = fields.Datetime.now() + ON
        return True

    def action_stop_log(self):
        """Button: log no more; what was logged stays for a week."""
        self.check_access("write")
        self.log_until = False
        return True

    def action_open_requests(self):
        """Button: what was logged of this channel."""
        return self._action_open("otto_market_connector.action_otto_request", "channel_id")
