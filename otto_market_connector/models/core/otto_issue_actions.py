"""What people do with issues: look, have it tried again, settle it, ignore it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# Days that an issue is kept after it was settled or ignored; nobody looks it up later.
KEEP = 60


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    record_name = fields.Char("Record", compute="_compute_record_name")
    solved_by_id = fields.Many2one(
        "res.users", readonly=True, help="Who marked it as solved; empty: a later try worked."
    )

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        """Name the record that an issue is about, for whoever may see it."""
        for issue in self:
            record = issue._record()
            issue.record_name = record.display_name if record and record.has_access("read") else False

    def _record(self):
        """Return the record that the issue is about; nothing when it is gone or its model is."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    def action_open_record(self):
        """Button: open the record that the issue is about.

        :raises UserError: the person has no access to it, or it is gone
        """
        self.ensure_one()
        self.check_access("read")
        record = self._record()
        if not record:
            raise UserError(self.env._("The record of this issue is not there any more: %s.", self.display_name))
        if not record.has_access("read"):
            raise UserError(
                self.env._(
                    "You have no access to %(record)s. Please ask a colleague who has, for example from sales.",
                    record=record.sudo().display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_solve(self):
        """Button, for one and for many: a person has put it right where the connector cannot see it."""
        self.check_access("read")
        self.sudo().filtered(lambda issue: issue.state != "solved")._close("solved", solved_by_id=self.env.uid)
        return True

    @api.model
    def _settled_by_hand(self, channel, kind, external_ids):
        """Return what people have marked as solved: a set of (external id, text)."""
        domain = [("channel_id", "=", channel.id), ("kind", "=", kind), ("external_id", "in", external_ids)]
        issues = self.sudo().search([*domain, ("state", "=", "solved"), ("solved_by_id", "!=", False)])
        return {(issue.external_id, issue.name) for issue in issues}

    def action_ignore(self):
        """Button, for one and for many: ask why these issues are ignored."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ignore"),
            "res_model": "otto.issue.ignore",
            "view_mode": "form",
            "target": "new",
            "context": {"default_issue_ids": self.filtered(lambda issue: issue.state == "open").ids},
        }

    def _ignore(self, reason):
        """Take issues off the list until they are settled; what fails again meanwhile is noted and tells nobody.

        :param reason: in the person's words
        """
        self.check_access("read")
        issues = self.sudo().filtered(lambda issue: issue.state == "open")
        issues._close("ignored", ignore_reason=reason, ignored_by_id=self.env.uid)

    def action_reopen(self):
        """Button: an ignored issue is told again."""
        self.check_access("read")
        ignored = self.sudo().filtered(lambda issue: issue.state == "ignored")
        ignored.write({"state": "open", "closed_on": False, "ignore_reason": False, "ignored_by_id": False})
        for channel, kind in ignored.grouped(lambda issue: (issue.channel_id, issue.kind)):
            self.sudo()._update_activity(channel, kind)
        return True

    def action_retry(self):
        """Button, for one and for many: have what failed tried again by its scheduled action; say what happens now.

        Whoever sees issues may do so; the work is the scheduled action's.
        """
        self.check_access("read")
        return self._retry_notice(*self.sudo().filtered(lambda issue: issue.state == "open")._retry_now())

    def _retry_now(self):
        """Have these issues tried again by their flows.

        :return: how many are being tried again, and why others are not
        """
        started, stopped = 0, []
        for (channel, flow), issues in self.grouped(lambda issue: (issue.channel_id, issue._flow_name())).items():
            if sync := channel._sync(flow):
                sync._flow()._retry(issues)
                channel._trigger(flow)
                if sync.cron_id.active:
                    started += len(issues)
                else:
                    stopped.append(sync._standstill())
        return started, stopped

    def _retry_notice(self, started, stopped):
        """Say what *Retry* has started, and what it could not."""
        if stopped:
            return self.env["otto.channel"]._notice("warning", "\n".join(stopped))
        if not started:
            return self.env["otto.channel"]._notice("info", self.env._("There is nothing to try again."))
        return self.env["otto.channel"]._notice(
            "info",
            self.env._(
                "Being tried again: %(count)s. What works leaves this list within a minute or so; what fails again "
                "shows its latest reason.",
                count=started,
            ),
        )

    def _flow_name(self):
        """Return the flow whose run can repair this issue."""
        self.ensure_one()
        if self.kind in ("connection", "standstill"):
            return self.external_id
        syncs = self.env["otto.sync"]
        return next((flow for flow in syncs._flows() if self.kind in self.env[f"otto.flow.{flow}"]._kinds), False)

    @api.autovacuum
    def _gc_settled(self):
        """Remove issues that were settled or ignored long ago."""
        before = fields.Datetime.now() - timedelta(days=KEEP)
        domain = [("state", "!=", "open"), "|", ("closed_on", "<", before), ("closed_on", "=", False)]
        old = self.search([*domain, ("last_seen", "<", before)], limit=10_000)
        old.unlink()
