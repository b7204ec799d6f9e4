"""Returns that nobody has decided for too long: an activity for each (R22)."""

from odoo import models


class OttoReturn(models.Model):
    _inherit = "otto.return"

    def _otto_remind(self, channel):
        """Keep one activity on each overdue return of a channel, and none on the others."""
        overdue = self.search([("channel_id", "=", channel.id), ("is_overdue", "=", True)])
        reminders = self._otto_reminders([("channel_id", "=", channel.id)])
        reminders.filtered(lambda activity: activity.res_id not in overdue.ids).unlink()
        kind = self.env.ref("otto_market_connector.mail_activity_type_return")
        for record in overdue.filtered(lambda record: record.id not in reminders.mapped("res_id")):
            record.activity_schedule(
                activity_type_id=kind.id,
                summary=self.env._("Decide return %s", record.name),
                note=self.env._("OTTO may give the money back by itself, whatever comes back."),
                date_deadline=record.due_on,
                user_id=channel._whom_to_tell(record).id,
            )

    def _otto_reminders(self, domain):
        """Return the activities of returns."""
        kind = self.env.ref("otto_market_connector.mail_activity_type_return")
        returns = self.sudo()._search(domain)
        return (
            self.env["mail.activity"]
            .sudo()
            .search([("res_model", "=", self._name), ("activity_type_id", "=", kind.id), ("res_id", "in", returns)])
        )
