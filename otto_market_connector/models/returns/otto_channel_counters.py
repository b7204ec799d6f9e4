"""What the overview shows of returns: those that wait for a person, and how long decisions take."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..core.otto_channel_counters import DASH, Counter, Figure

FIGURE_SPAN = timedelta(days=90)


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _counters(self):
        action = "otto_market_connector.action_otto_return_to_decide"
        return [Counter("returns", self.env._("Returns to Decide"), action, level="warning"), *super()._counters()]

    def _service_figures(self):
        found = super()._service_figures()
        days = self._read_days_to_decide()
        for channel in self:
            found[channel.id].append(self._figure_days(*days.get(channel.id, (None, 0))))
        return found

    def _read_days_to_decide(self):
        """Return the mean days from a return's arrival, else its announcement, to our decision.

        :return: dict of channel id to (days, number of pieces)
        """
        lines = self.env["otto.return.line"]
        lines.flush_model()
        self.env["otto.return"].flush_model()
        query = SQL(
            """
            SELECT r.channel_id,
                   avg(extract(epoch FROM l.decided_on - coalesce(r.delivered_on, r.announced_on)) / 86400),
                   count(*)
              FROM otto_return_line l JOIN otto_return r ON r.id = l.return_id
             WHERE l.decided_on >= %(since)s AND l.decided_on > coalesce(r.delivered_on, r.announced_on)
               AND r.channel_id IN %(channels)s
          GROUP BY r.channel_id
            """,
            since=fields.Datetime.now() - FIGURE_SPAN,
            channels=tuple(self.ids) or (0,),
        )
        return {channel: (days, count) for channel, days, count in self.env.execute_query(query)}

    def _figure_days(self, days, count):
        return Figure(
            "days_to_decide",
            self.env._("Days to Decide a Return"),
            DASH if days is None else formatLang(self.env, days, digits=1),
            self.env._(
                "The mean time between the arrival of a returned piece, or its announcement where nobody knows the "
                "arrival, and the decision of the seller, of %(count)s pieces decided in the last 90 days.",
                count=count,
            ),
        )
