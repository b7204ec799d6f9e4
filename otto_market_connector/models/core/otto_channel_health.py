"""Whether anything of a channel stands still, and who is told."""

from odoo import api, fields, models

from .otto_sync import CLOSE


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    is_syncing = fields.Boolean(compute="_compute_is_syncing", compute_sudo=True)
    health_notice = fields.Text(compute="_compute_health_notice", compute_sudo=True)

    @api.depends("active", "responsible_id", "sync_ids.last_success", "sync_ids.cron_id.active")
    @api.depends_context("lang")
    def _compute_health_notice(self):
        """Say what nobody would notice: flows that stand still, activities of a person who is gone."""
        for channel in self:
            notices = [sync._standstill() for sync in channel.sync_ids] if channel.active else []
            notices.append(channel._responsible_notice())
            channel.health_notice = "\n".join(filter(None, notices)) or False

    def _compute_is_syncing(self):
        """Tell whether a flow is at work or is about to be: a trigger is deleted when its run is over."""
        now = fields.Datetime.now()
        domain = [("cron_id", "in", self.sync_ids.cron_id.ids), ("call_at", "<=", now + CLOSE)]
        crons = self.env["ir.cron.trigger"].search(domain).cron_id.filtered("active")
        for channel in self:
            channel.is_syncing = bool(channel.sync_ids.cron_id & crons)

    # Who is told

    def _responsible_notice(self):
        person = self.responsible_id.sudo()
        if not person or self._can_be_told(person, self):
            return False
        return self.env._(
            "%(person)s is responsible for this channel, but has left or does not see it. %(other)s is told instead. "
            "Please choose somebody else as the responsible person.",
            person=person.name,
            other=self._whom_to_tell().name,
        )

    def _whom_to_tell(self, record=None):
        """Return whom activities go to: the responsible person, or somebody of the OTTO group who is still there.

        :param record: what the activity is about; by default the channel
        """
        self.ensure_one()
        record = (record or self).sudo()
        person = self.responsible_id.sudo()
        if person and self._can_be_told(person, record):
            return person
        for group in ("group_otto_manager", "group_otto_user"):
            users = self.env.ref(f"otto_market_connector.{group}").sudo().all_user_ids.sorted("id")
            for user in users:
                if self._can_be_told(user, record):
                    return user
        return self.env.ref("base.user_root").sudo()

    def _can_be_told(self, user, record):
        """Tell whether a person is there and sees a record; Odoo refuses activities for those who do not."""
        if not user.active or user.share or self.sudo().company_id not in user.company_ids:
            return False
        seen = record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        return seen.has_access("read")

    # Asking for a run

    def action_sync_now(self):
        """Button: have every flow run now; the work is done by the scheduled actions, not in this request."""
        self.check_access("write")
        for flow in self.env["otto.sync"]._flows():
            self._trigger(flow)
        return self._started_notice()

    def _started_notice(self):
        """Say what runs now, and what does not because somebody has switched it off."""
        off = self.sudo().sync_ids.filtered(lambda sync: not sync.cron_id.active)
        if not off:
            return self._notice(
                "info", self.env._("The synchronisation has been started. Its progress is shown below.")
            )
        text = self.env._(
            "Not started, because the scheduled actions are switched off: %(flows)s. Please ask an administrator to "
            "switch them on.",
            flows=", ".join(off.mapped("display_name")),
        )
        return self._notice("warning", text)

    def _notice(self, kind, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "sticky": kind != "info",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
