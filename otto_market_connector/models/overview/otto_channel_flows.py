"""How each flow of a channel fares: when it last worked, when it runs next, whether it stands still."""

from odoo import fields, models

from ..core.moments import GERMANY
from .short_dates import in_short


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _flow_rows(self):
        """Return what the overview shows of each flow, of all channels at once.

        :return: dict of channel id to a list of dicts, in the order in which people see flows
        """
        syncs = self.sudo().sync_ids
        order = syncs._flows()
        labels = dict(syncs._fields["flow"]._description_selection(self.env))
        planned = dict(
            self.env["ir.cron.trigger"]
            .sudo()
            ._read_group([("cron_id", "in", syncs.cron_id.ids)], ["cron_id"], ["call_at:min"])
        )
        found = {channel.id: [] for channel in self}
        for sync in syncs.sorted(lambda sync: order.index(sync.flow)):
            found[sync.channel_id.id].append(self._flow_row(sync, labels[sync.flow], planned.get(sync.cron_id)))
        return found

    def _flow_row(self, sync, label, planned):
        standstill = sync._standstill() if sync.channel_id.active else False
        if standstill:
            state, hint = "stopped", standstill
        elif sync.last_error:
            state, hint = "failing", sync.last_error
        elif sync.last_success:
            state, hint = "good", ""
        else:
            state, hint = "new", self.env._("This flow has not run yet.")
        upcoming = [moment for moment in (planned, sync.not_before, sync.cron_id.nextcall) if moment]
        return {
            "flow": sync.flow,
            "label": label,
            "state": state,
            "state_label": self._flow_state_label(state),
            "hint": hint,
            "last": self._moment(sync.last_success),
            "next": self._moment(min(upcoming)) if upcoming and sync.cron_id.active else "",
        }

    def _flow_state_label(self, state):
        return {
            "stopped": self.env._("Not running"),
            "failing": self.env._("Failing"),
            "good": self.env._("Good"),
            "new": self.env._("Not yet"),
        }[state]

    def _moment(self, moment):
        """Return a moment as the user reads it: today's as a time, others with their day."""
        if not moment:
            return ""
        zone = self.env.context.get("tz") or self.env.user.tz or GERMANY.key
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        today = fields.Datetime.context_timestamp(self.with_context(tz=zone), fields.Datetime.now()).date()
        # The moment is local already; what is naive is shown as it stands.
        local = local.replace(tzinfo=None)
        time = in_short(self.env, "Hm", local)
        return time if local.date() == today else f"{in_short(self.env, 'MMMd', local)} {time}"
