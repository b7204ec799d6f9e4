"""What the card of a channel says: whether all is well and, if not, what to do."""

from odoo import fields, models


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    overview_counters = fields.Json(compute="_compute_overview")
    overview_figures = fields.Json(compute="_compute_overview")
    overview_flows = fields.Json(compute="_compute_overview")
    overview_state = fields.Json(compute="_compute_overview")

    def _compute_overview(self):
        """Compute the cards of all channels together: the number of questions to the database is always the same."""
        counted = self._count_counters()
        figures = self._service_figures()
        flows = self._flow_rows()
        for channel in self:
            counters = [
                {"key": counter.key, "label": counter.label, "level": counter.level, "count": counts.get(channel.id, 0)}
                for counter, counts in counted
            ]
            channel.overview_counters = counters
            channel.overview_figures = [figure._asdict() for figure in figures[channel.id]]
            channel.overview_flows = flows[channel.id]
            channel.overview_state = channel._overview_state(flows[channel.id], counters)

    def _overview_state(self, flows, counters):
        """Return the line at the top of the card: the connection first, then what stands still, then what waits.

        :return: dict of level (success, warning, danger), title and text
        """
        if self.connection_state == "failed":
            return self._state("danger", self.env._("No connection"), self.connection_message)
        stopped = [row for row in flows if row["state"] == "stopped"]
        if stopped:
            names = ", ".join(row["label"] for row in stopped)
            return self._state("danger", self.env._("Not running: %s", names), stopped[0]["hint"])
        failing = [row for row in flows if row["state"] == "failing"]
        if failing:
            title = self.env._("Failing: %s", ", ".join(row["label"] for row in failing))
            since = failing[0]["last"]
            text = self.env._("Since %(moment)s. %(error)s", moment=since, error=failing[0]["hint"]) if since else False
            return self._state("danger", title, text or failing[0]["hint"])
        waiting = [f"{row['label']}: {row['count']}" for row in counters if row["count"] and row["level"] == "danger"]
        if waiting:
            return self._state("warning", self.env._("Somebody is needed"), ", ".join(waiting))
        if not self.readiness_done:
            return self._state("warning", self.env._("Not set up yet"), self.readiness_text)
        return self._state("success", self.env._("All is well"), False)

    def _state(self, level, title, text):
        return {"level": level, "title": title, "text": text or ""}

    def action_overview_channel(self):
        """Open the channel's form from its card."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("otto_market_connector.action_otto_channel")
        return {**action, "res_id": self.id, "view_mode": "form", "views": [(False, "form")]}
