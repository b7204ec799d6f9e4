"""How fast a channel asks OTTO, and what a slow or silent OTTO means for other channels."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...otto_api import pace
from .otto_budget import AccountBudget, digest_of

LEAST_A_MINUTE = 20


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    requests_a_minute = fields.Integer(
        "Requests a Minute",
        default=pace.MOST_A_MINUTE,
        required=True,
        help="The most that Odoo asks of OTTO in a minute, by all its workers. OTTO allows an account 1,200. "
        "Enter less where other programs work with the same account.",
    )

    @api.constrains("requests_a_minute")
    def _check_requests_a_minute(self):
        for channel in self:
            if not LEAST_A_MINUTE <= channel.requests_a_minute <= pace.MOST_A_MINUTE:
                raise ValidationError(
                    self.env._(
                        "%(channel)s: OTTO takes at most %(most)s requests a minute, and fewer than %(least)s are too "
                        "few to work with. Please enter a number in between.",
                        channel=channel.name,
                        most=pace.MOST_A_MINUTE,
                        least=LEAST_A_MINUTE,
                    )
                )

    def _request_budget(self):
        """Return the budget of this channel's account for one client; None while no credentials are entered."""
        account = self._otto_account()
        if not account:
            return None
        work = self.env.context.get("otto_work")
        return AccountBudget(self.env, digest_of(account), self.requests_a_minute, work.sync_id if work else 0)

    def _is_slow(self):
        """Tell whether OTTO was slow to answer for this account a short time ago, or did not answer."""
        budget = self._request_budget()
        return bool(budget) and budget.is_slow()
