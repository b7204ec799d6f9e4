"""The two small charts of the overview: orders and turnover of the last days."""

import json
from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools.misc import formatLang

from ..core.moments import GERMANY
from .const import CHART_DAYS
from .short_dates import in_short


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    orders_chart = fields.Text(compute="_compute_charts")
    orders_chart_total = fields.Char(compute="_compute_charts")
    turnover_chart = fields.Text(compute="_compute_charts")
    turnover_chart_total = fields.Char(compute="_compute_charts")

    def _compute_charts(self):
        """Count the orders of each day, cancelled ones left out, and what they come to: one question for all."""
        zone = self.env.context.get("tz") or self.env.user.tz or GERMANY.key
        channels = self.with_context(tz=zone)
        today = fields.Date.context_today(channels)
        days = [today - timedelta(days=back) for back in range(CHART_DAYS - 1, -1, -1)]
        numbers, amounts = channels._orders_by_day(days[0])
        for channel in self:
            counts = [numbers[channel.id, day] for day in days]
            sums = [amounts[channel.id, day] for day in days]
            channel.orders_chart = self._bars(self.env._("Orders"), days, counts)
            channel.orders_chart_total = str(sum(counts))
            channel.turnover_chart = self._bars(self.env._("Turnover"), days, sums)
            channel.turnover_chart_total = formatLang(self.env, sum(sums), currency_obj=channel.currency_id)

    def _orders_by_day(self, first):
        """Return the number and the turnover of the orders since a day.

        :return: two dicts by (channel id, date)
        """
        domain = [
            ("otto_channel_id", "in", self.ids),
            ("date_order", ">=", first),
            ("state", "!=", "cancel"),
            ("otto_status", "!=", "cancelled"),
        ]
        groups = self.env["sale.order"]._read_group(
            domain, ["otto_channel_id", "date_order:day", "currency_id"], ["__count", "amount_total:sum"]
        )
        numbers, amounts = defaultdict(int), defaultdict(float)
        for channel, day, currency, number, amount in groups:
            numbers[channel.id, day.date()] += number
            own = channel.currency_id
            amounts[channel.id, day.date()] += currency._convert(amount, own, channel.company_id, day.date())
        return numbers, amounts

    def _bars(self, title, days, values):
        points = [
            {"label": in_short(self.env, "d", day), "value": value, "type": "past"}
            for day, value in zip(days, values, strict=True)
        ]
        points[-1]["type"] = "future"
        return json.dumps([{"key": title, "values": points}])
