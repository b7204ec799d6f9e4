"""The figures of the service by which OTTO judges sellers, computed from what OTTO notes about each piece."""

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..core.moments import GERMANY
from ..core.otto_channel_counters import DASH, Figure
from .const import FIGURE_SPAN, GOAL_IN_TIME, RETURN_SPAN


def day_of(moment: SQL) -> SQL:
    """Return the SQL of the day, in Germany, of a moment that Odoo stores in UTC."""
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, GERMANY.key)


def last_day(arrival: SQL, days: SQL) -> SQL:
    """Return the SQL of the last day on which a parcel may be handed over, as `hand_over_date` counts (R11).

    :param arrival: SQL of the day of arrival
    :param days: SQL of the transport time in working days
    """
    # Saturday and Sunday count as one: whoever goes back from there meets Friday first. `place` is 1 for Monday.
    start = SQL("(%(day)s - CASE extract(isodow FROM %(day)s) WHEN 7 THEN 1 ELSE 0 END)", day=arrival)
    place = SQL("LEAST(extract(isodow FROM %s), 6)::int", arrival)
    return SQL(
        "(CASE WHEN %(days)s > 0 THEN %(start)s - (%(days)s + 2 * ((%(days)s - %(place)s + 5) / 5)) ELSE %(day)s END)",
        days=days,
        start=start,
        place=place,
        day=arrival,
    )


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _service_figures(self):
        found = super()._service_figures()
        rows = self._read_service()
        for channel in self:
            row = rows.get(channel.id, {})
            found[channel.id] = [
                self._figure_in_time(row),
                self._figure_hours(row),
                self._figure_cancelled(row),
                self._figure_returned(row),
                *found[channel.id],
            ]
        return found

    def _read_service(self):
        """Count the pieces of the last weeks: one question for all channels, by the index on their orders' dates.

        :return: dict of channel id to a dict of numbers
        """
        self.env["sale.order"].flush_model()
        self.env["otto.position.item"].flush_model()
        now = fields.Datetime.now()
        limit = last_day(day_of(SQL("p.expected_delivery")), SQL("LEAST(GREATEST(c.transport_days, 0), 280)"))
        query = SQL(
            """
            SELECT w.channel_id,
                   count(*) FILTER (WHERE recent AND (in_time IS NOT NULL)) AS due,
                   count(*) FILTER (WHERE recent AND in_time) AS in_time,
                   count(*) FILTER (WHERE recent AND hours >= 0) AS timed,
                   avg(hours) FILTER (WHERE recent AND hours >= 0) AS hours,
                   count(*) FILTER (WHERE recent) AS pieces,
                   count(*) FILTER (WHERE recent AND cancelled_by_us) AS cancelled,
                   count(*) FILTER (WHERE status IN ('sent', 'returned')) AS gone,
                   count(*) FILTER (WHERE status = 'returned') AS returned
              FROM (SELECT o.otto_channel_id AS channel_id,
                           o.date_order >= %(recent)s AS recent,
                           p.status,
                           p.cancelled_by_us,
                           extract(epoch FROM p.sent_on - p.released_on) / 3600 AS hours,
                           CASE WHEN p.sent_on IS NOT NULL THEN %(sent_day)s <= %(limit)s
                                WHEN p.status = 'processable' AND %(limit)s < %(today)s THEN FALSE
                           END AS in_time
                      FROM sale_order o
                      JOIN otto_channel c ON c.id = o.otto_channel_id
                      JOIN otto_position_item p ON p.order_id = o.id
                     WHERE o.otto_channel_id IN %(channels)s AND o.date_order >= %(oldest)s) w
          GROUP BY w.channel_id
            """,
            recent=now - FIGURE_SPAN,
            oldest=now - RETURN_SPAN,
            sent_day=day_of(SQL("p.sent_on")),
            limit=limit,
            today=day_of(SQL("%s::timestamp", now)),
            channels=tuple(self.ids) or (0,),
        )
        self.env.cr.execute(query)
        return {row["channel_id"]: row for row in self.env.cr.dictfetchall()}

    def _figure_in_time(self, row):
        share = _share(row, "in_time", "due")
        return Figure(
            "in_time",
            self.env._("Handed Over in Time"),
            self._percent(share),
            self.env._(
                "Of %(due)s pieces ordered in the last 30 days whose day has come: those that were sent early enough, "
                "with the channel's transport time in working days, to arrive on the day that OTTO promised. OTTO "
                "itself counts DHL's first delivery attempt, which Odoo does not know. Goal: %(goal)s %%.",
                due=row.get("due", 0),
                goal=GOAL_IN_TIME,
            ),
            "muted" if share is None else "success" if share >= GOAL_IN_TIME else "danger",
        )

    def _figure_hours(self, row):
        hours = row.get("hours")
        return Figure(
            "hours",
            self.env._("Hours from Release to Sent"),
            DASH if hours is None else self.env._("%s h", f"{hours:.0f}"),
            self.env._(
                "The mean time between OTTO's release of a piece and the moment at which OTTO learned that it is sent, "
                "of %(count)s pieces ordered in the last 30 days. Nights and weekends count.",
                count=row.get("timed", 0),
            ),
        )

    def _figure_cancelled(self, row):
        return Figure(
            "cancelled",
            self.env._("Cancelled by Us"),
            self._percent(_share(row, "cancelled", "pieces")),
            self.env._(
                "Of %(count)s pieces ordered in the last 30 days: those that the seller cancelled, in Odoo or in OTTO "
                "Partner Connect. Those that OTTO or the customer cancelled are not among them.",
                count=row.get("pieces", 0),
            ),
        )

    def _figure_returned(self, row):
        return Figure(
            "returned",
            self.env._("Return Rate"),
            self._percent(_share(row, "returned", "gone")),
            self.env._(
                "Of %(count)s pieces that were ordered in the last 90 days and sent: those that came back.",
                count=row.get("gone", 0),
            ),
        )

    def _percent(self, share):
        return DASH if share is None else self.env._("%s %%", formatLang(self.env, share, digits=1))


def _share(row, part, whole):
    return 100 * row[part] / row[whole] if row.get(whole) else None
