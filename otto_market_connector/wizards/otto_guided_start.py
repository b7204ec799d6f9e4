"""The guided start: from the account to *Go Live*, step by step. It can be left at any time and goes on there."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.overview.otto_channel_readiness import STEPS


class OttoGuidedStart(models.TransientModel):
    """What a person enters on the way. What counts is on the channel, so nothing is lost when this is left.

    Each step has its own file. `_enter_<step>`, where there is one, prepares what the step shows.
    """

    _name = "otto.guided.start"
    _description = "Guided Start With OTTO Market"
    _check_company_auto = True

    step = fields.Selection(
        [
            ("account", "Account"),
            ("company", "Company"),
            ("dhl", "DHL"),
            ("articles", "Articles"),
            ("stock", "Opening Stock"),
            ("orders", "Orders"),
            ("live", "Go Live"),
        ],
        required=True,
        default="account",
    )
    channel_id = fields.Many2one("otto.channel", readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    steps = fields.Json(compute="_compute_steps")
    missing_text = fields.Text(compute="_compute_steps")
    is_running = fields.Boolean(compute="_compute_is_running")
    notice = fields.Text(readonly=True)
    notice_level = fields.Selection(
        [("success", "Success"), ("warning", "Warning"), ("danger", "Danger"), ("info", "Info")], readonly=True
    )

    @api.depends("step", "channel_id", "company_id", "notice")
    def _compute_display_name(self):
        for start in self:
            start.display_name = self.env._("Guided Start")

    @api.depends("step", "channel_id", "company_id", "notice")
    def _compute_steps(self):
        """Show every step with its tick; before there is a channel, none has one but the company's."""
        for start in self:
            channel = start.channel_id.sudo()
            lines = channel._readiness_lines() if channel else start._lines_without_channel()
            start.steps = [{**line, "current": line["key"] == start.step} for line in lines]
            start.missing_text = next(line["text"] for line in lines if line["key"] == start.step)

    def _lines_without_channel(self):
        channels = self.env["otto.channel"].sudo()
        titles = channels._readiness_titles()
        company = channels._company_problems(self.company_id.sudo(), self._warehouse().sudo())
        texts = {"account": self.env._("The connection has not been tested."), "company": company}
        return [
            {"key": key, "title": titles[key], "done": not texts.get(key, "-"), "text": texts.get(key) or ""}
            for key in STEPS
        ]

    @api.depends("step", "channel_id")
    def _compute_is_running(self):
        """Tell whether a scheduled action works for this step: the page then reads itself again."""
        for start in self:
            flow = {"articles": "catalogue", "stock": "stock", "orders": "orders"}.get(start.step)
            start.is_running = bool(flow and start.channel_id and start._is_at_work(start.channel_id._sync(flow)))

    def _is_at_work(self, sync):
        sync = sync.sudo()
        if not sync.cron_id.active:
            return False
        if self.step == "stock":
            return bool(sync.opening)
        planned = [("cron_id", "=", sync.cron_id.id), ("call_at", "<=", fields.Datetime.now())]
        return bool(
            (self.step == "articles" and sync.stage)
            or self.env["ir.cron.trigger"].sudo().search_count(planned, limit=1)
        )

    # Opening and moving

    @api.model
    def _start(self):
        """Open the guided start of the first channel that is not ready; of a new one when there is none."""
        channels = self.env["otto.channel"].search([("company_id", "in", self.env.companies.ids)])
        waiting = channels.filtered(lambda channel: not channel.readiness_done)
        return self._open(waiting[:1] or channels[:1])

    @api.model
    def _start_another(self):
        """Open the guided start of a further channel."""
        return self._open(self.env["otto.channel"])

    @api.model
    def _open(self, channel):
        """Return the action that shows the guided start of a channel at its first open step.

        :raises AccessError: the user may not set up channels
        """
        if not self.has_access("create"):
            raise AccessError(self.env._("Only OTTO administrators set up channels. Please ask one."))
        values = {"channel_id": channel.id, **self._account_values(channel)} if channel else {}
        start = self.create(values)
        first = next((line["key"] for line in start.steps if not line["done"]), "live")
        start._enter(first)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Guided Start"),
            "res_model": self._name,
            "res_id": start.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    def action_go_to(self, step):
        """Show a step; those after the account need the channel.

        :param str step: one of the values of `step`
        """
        self.ensure_one()
        self.check_access("write")
        if step in STEPS:
            self._enter(step)
        return True

    def action_next(self):
        """Button: show the next step."""
        self.ensure_one()
        self.check_access("write")
        return self.action_go_to(STEPS[min(STEPS.index(self.step) + 1, len(STEPS) - 1)])

    def action_back(self):
        """Button: show the step before."""
        self.ensure_one()
        self.check_access("write")
        return self.action_go_to(STEPS[max(STEPS.index(self.step) - 1, 0)])

    def _enter(self, step):
        self._ensure_channel()
        if not self.channel_id and step not in ("account", "company"):
            step = "account" if not self._has_login() else "company"
            self._say("info", self.env._("Please do this step first: the others need the channel."))
        else:
            self._say(False, False)
        self.step = step
        prepare = getattr(self, f"_enter_{step}", None)
        if prepare:
            prepare()

    def _say(self, level, text):
        """Show the answer to what the person just did."""
        self.write({"notice_level": level, "notice": text})

    def _warehouse(self):
        return self.channel_id.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
