from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.base.models.ir_cron import _intervalTypes
from odoo.exceptions import UserError
from odoo.fields import Domain

from .concurrency import SyncBusy

# Whoever had to leave something undone, for reasons that pass by themselves, comes back after this time.
SOON = timedelta(minutes=1)
# Changes are collected for this time before a run that was asked for with `_schedule`.
COLLECT = timedelta(seconds=20)
# A run that is due within this time may begin before the present transaction is committed, and not see it.
CLOSE = timedelta(seconds=10)
# What flows were called in German before; a name that is none of ours is a person's, and stays.
FORMER = {"fulfilment": ("Versendet und storniert an OTTO",)}
NOTED = "otto_scheduled_flows"
# A flow that has not worked for so many of its intervals stands still.
LATE = 3


class OttoSync(models.Model):
    _name = "otto.sync"
    _description = "OTTO Synchronisation"
    _order = "channel_id, id"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    # Each flow adds its own value.
    flow = fields.Selection([], required=True, readonly=True)
    cursor = fields.Datetime("Changes Read Up To", readonly=True)
    not_before = fields.Datetime(readonly=True, help="OTTO asked to wait until then.")
    last_start = fields.Datetime(readonly=True)
    last_success = fields.Datetime(readonly=True)
    last_error = fields.Text(readonly=True)
    last_count = fields.Integer("Last Processed", readonly=True)
    cron_id = fields.Many2one("ir.cron", ondelete="set null", readonly=True, copy=False)

    _channel_flow_unique = models.Constraint("UNIQUE(channel_id, flow)", "A channel has each flow once.")

    @api.model
    def _flows(self):
        """Return the values of `flow` in the order in which people see them."""
        values = [value for value, _label in self._fields["flow"].selection]
        return sorted(values, key=lambda value: self.env[f"otto.flow.{value}"]._sequence)

    @api.depends("channel_id.name", "flow")
    def _compute_display_name(self):
        labels = dict(self._fields["flow"]._description_selection(self.env))
        for sync in self:
            sync.display_name = f"{sync.channel_id.name}: {labels.get(sync.flow, '')}"

    @api.model_create_multi
    def create(self, vals_list):
        syncs = super().create(vals_list)
        for sync in syncs:
            sync.cron_id = self.env["ir.cron"].sudo().create(sync._cron_values())
        syncs._name_crons()
        return syncs

    def unlink(self):
        crons = self.cron_id
        result = super().unlink()
        crons.sudo().unlink()
        return result

    def _cron_values(self):
        return {
            "name": self._cron_name(),
            "model_id": self.env["ir.model"]._get_id("otto.sync"),
            "state": "code",
            "code": f"model.browse({self.id})._run()",
            "user_id": self.env.ref("base.user_root").id,
            "interval_number": self.env[f"otto.flow.{self.flow}"]._interval,
            "interval_type": "minutes",
            "active": self.channel_id.active,
        }

    def _cron_name(self, lang=None):
        """Return what the scheduled action is called in a language, by default in the present one."""
        sync = self.with_context(lang=lang) if lang else self
        label = dict(self._fields["flow"]._description_selection(sync.env)).get(self.flow, self.flow)
        return f"OTTO {self.channel_id.name}: {label}"

    def _name_crons(self):
        """Name the scheduled actions in words, in every language; a name that a person gave stays."""
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        for sync in self.filtered("cron_id"):
            labels = [sync.flow, *FORMER.get(sync.flow, ())]
            own = {sync._cron_name(lang) for lang in langs} | {f"OTTO {sync.channel_id.name}: {x}" for x in labels}
            for lang in langs:
                cron = sync.cron_id.sudo().with_context(lang=lang, tracking_disable=True)
                if cron.name in own and cron.name != sync._cron_name(lang):
                    cron.name = sync._cron_name(lang)

    def _register_hook(self):
        """After every update of the add-on: databases of before call their scheduled actions by other words.

        Data files come too early: what a flow is called today is translated only after them.
        """
        super()._register_hook()
        if "otto_market_connector" in self.pool.updated_modules:
            self._name_all_crons()

    @api.model
    def _name_all_crons(self):
        """Name the scheduled actions of all channels as the flows are called today."""
        self.sudo().search(Domain.TRUE)._name_crons()

    def _update_cron(self):
        """Let the scheduled actions follow their channel's name and archiving; one that was deleted is made again."""
        for sync in self:
            if not sync.cron_id:
                sync.cron_id = self.env["ir.cron"].sudo().create(sync._cron_values())
            sync.cron_id.sudo().active = sync.channel_id.active
            for code, _name in self.env["res.lang"].get_installed():
                sync.cron_id.sudo().with_context(lang=code).name = sync._cron_name(code)

    def action_run_now(self):
        """Button: have the scheduled action run as soon as a worker is free.

        :raises UserError: it is switched off
        """
        for sync in self:
            sync.channel_id.check_access("write")
            if not sync.sudo().cron_id.active:
                raise UserError(sync.sudo()._standstill())
            sync.sudo()._trigger()
        return True

    def _trigger(self, at=None):
        """Have the scheduled action run, at once or at a moment; an administrator may have deleted it."""
        if self.cron_id:
            self.cron_id._trigger(at=at)

    def _standstill(self):
        """Say why nothing is heard of this flow and what to do; False when it runs."""
        self.ensure_one()
        if not self.cron_id.active:
            return self.env._(
                "%(flow)s is not synchronised: its scheduled action is switched off or deleted. Please ask an "
                "administrator to switch it on, or archive the channel and take it back.",
                flow=self.display_name,
            )
        now = fields.Datetime.now()
        if self.not_before and self.not_before > now:
            return False
        last = self.last_success or self.create_date
        if last and last + LATE * _intervalTypes[self.cron_id.interval_type](self.cron_id.interval_number) < now:
            return self.env._(
                "%(flow)s has not been synchronised since %(moment)s. Please ask an administrator whether Odoo's "
                "scheduled actions run.",
                flow=self.display_name,
                moment=self.channel_id._local(last),
            )
        return False

    def _flow(self):
        """Return the flow of this row, an `otto.flow.…` that works for its channel."""
        self.ensure_one()
        return self.channel_id._component(f"otto.flow.{self.flow}", self)

    def _run(self):
        """Do one run of the flow; called by its scheduled action."""
        # What a flow writes is read by the office.
        self.with_context(lang=self.channel_id._language())._flow()._run()

    def _lock(self):
        """Lock the row until the next commit and read it again (R19).

        :raises SyncBusy: when another worker holds it
        """
        if not self.try_lock_for_update(allow_referencing=True):
            raise SyncBusy
        self.invalidate_recordset()

    def _run_again_soon(self):
        """Run again soon: something is left that could not be done now."""
        self._trigger(at=fields.Datetime.now() + SOON)

    def _checkpoint(self, processed=0, remaining=None):
        """Commit what was done, then lock the row again.

        :param int processed: number of records done since the last checkpoint
        :return: seconds that the scheduled action may still work
        :raises SyncBusy: when another worker has taken over
        """
        self.last_count += processed
        seconds = self.env["ir.cron"]._commit_progress(processed, remaining=remaining)
        self._lock()
        if remaining and seconds <= 0:
            # Left alone, Odoo comes back to a job whose time is up after a minute.
            self._trigger()
        return seconds

    def _schedule(self):
        """Have the flows run in a moment; what changes until then is collected into one run."""
        precommit = self.env.cr.precommit
        if NOTED not in precommit.data:
            precommit.data[NOTED] = set()
            precommit.add(self.env["otto.sync"]._schedule_noted)
        precommit.data[NOTED].update(self.ids)

    @api.model
    def _schedule_noted(self):
        """Before the commit: plan a run of each noted flow, unless one is planned that will see this transaction.

        A trigger that is due, or was, does not count: the scheduled action that consumed it may be at work, and
        deletes it only when it is done.
        """
        now = fields.Datetime.now()
        noted = sorted(self.env.cr.precommit.data.pop(NOTED, ()))
        for sync in self.sudo().browse(noted).exists():
            if not (sync.cron_id and sync.channel_id.active and sync._flow()._is_wanted_soon()):
                continue
            sync._run_by(now + COLLECT)

    def _run_by(self, moment):
        """Plan a run at a moment, unless one is planned until then that will see this transaction."""
        domain = [
            ("cron_id", "=", self.cron_id.id),
            ("call_at", ">", fields.Datetime.now() + CLOSE),
            ("call_at", "<=", moment),
        ]
        if not self.env["ir.cron.trigger"].sudo().search_count(domain, limit=1):
            self._trigger(at=moment)
