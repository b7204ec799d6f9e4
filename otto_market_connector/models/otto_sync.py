import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..otto_api import OttoError, OttoRateLimited
from .otto_channel import FLOWS
from .otto_issue import CONCURRENCY

_logger = logging.getLogger(__name__)

# Whoever had to leave something undone, for reasons that pass by themselves, comes back after this time.
SOON = timedelta(minutes=1)


class SyncBusy(Exception):
    """Another worker holds the row of this flow, or took it between two commits."""


class OttoSync(models.Model):
    _name = "otto.sync"
    _description = "OTTO Synchronisation"
    _order = "channel_id, id"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    flow = fields.Selection(
        [
            ("orders", "Orders from OTTO"),
            ("outbound", "Sent and Cancelled to OTTO"),
            ("stock", "Stock to OTTO"),
            ("products", "Articles from OTTO"),
            ("prices", "Prices to OTTO"),
        ],
        required=True,
        readonly=True,
    )
    cursor = fields.Datetime("Changes Read Up To", readonly=True)
    reconciled_on = fields.Datetime("Last Reconciled", readonly=True)
    not_before = fields.Datetime(readonly=True, help="OTTO asked to wait until then.")
    last_start = fields.Datetime(readonly=True)
    last_success = fields.Datetime(readonly=True)
    last_error = fields.Text(readonly=True)
    last_count = fields.Integer("Last Processed", readonly=True)
    stage = fields.Selection(
        [
            ("articles", "Articles"),
            ("statuses", "Statuses"),
            ("changes", "Changed Articles"),
            ("changed", "Changed Statuses"),
            ("reread", "Articles Again"),
            ("brands", "Brands"),
            ("new_brands", "New Brands"),
            ("active", "Offered or Not"),
            ("prices", "Prices"),
            ("delivery", "Delivery"),
            ("match", "Matching"),
            ("create", "Missing Products"),
            ("pictures", "Pictures"),
        ],
        readonly=True,
        help="What a long run is at; after an interruption it goes on there.",
    )
    stage_page = fields.Integer("Page", readonly=True)
    stage_cursor = fields.Char(readonly=True, help="Where the stage goes on, if it has no pages to count.")
    began = fields.Datetime(readonly=True, help="When the reading that is under way began.")
    comparison = fields.Json(readonly=True, help="How far the present comparison with OTTO's quantities has come.")
    cron_id = fields.Many2one("ir.cron", ondelete="set null", readonly=True, copy=False)

    _channel_flow_unique = models.Constraint("UNIQUE(channel_id, flow)", "A channel has each flow once.")

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
        return syncs

    def unlink(self):
        crons = self.cron_id
        result = super().unlink()
        crons.sudo().unlink()
        return result

    def _cron_values(self):
        return {
            "name": f"OTTO {self.channel_id.name}: {self.flow}",
            "model_id": self.env["ir.model"]._get_id("otto.sync"),
            "state": "code",
            "code": f"model.browse({self.id})._run()",
            "user_id": self.env.ref("base.user_root").id,
            "interval_number": FLOWS[self.flow],
            "interval_type": "minutes",
            "active": self.channel_id.active,
        }

    def _update_cron(self):
        """Let the scheduled actions follow their channel's name and archiving."""
        for sync in self:
            sync.cron_id.sudo().write({"name": sync._cron_values()["name"], "active": sync.channel_id.active})

    def action_run_now(self):
        """Button: have the scheduled action run as soon as a worker is free."""
        for sync in self:
            sync.channel_id.check_access("write")
            sync.sudo().cron_id._trigger()
        return True

    def _run(self, again=False):
        """Do one run of the flow; called by its scheduled action.

        OTTO's errors end the run and are shown on the row (R20); OTTO's rate limit postpones it.
        A worker that finds the row locked leaves quietly (R19).

        :param again: the run was broken off once because a record was there already
        """
        self.ensure_one()
        self = self.with_context(lang=self.channel_id._language())  # noqa: PLW0642 what it writes is read by the office
        if self.not_before and self.not_before > fields.Datetime.now():
            self.cron_id._trigger(at=self.not_before)
            return
        try:
            self._run_once()
            # What waits to be written meets other transactions here at the latest.
            self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Another flow or a person wrote the same records: what is committed stays, the rest is done again. Left to
            # Odoo, a scheduled action that fails comes back after its interval only, which may be a day.
            self.env.cr.rollback()
            _logger.info("%s met another transaction and begins again", self.id)
            self.cron_id._trigger()
        except psycopg2.errors.UniqueViolation as error:
            # Another flow made the same record at the same moment, an article for instance; now it is there.
            self.env.cr.rollback()
            if again:
                self._fail(error)
            else:
                self._run(again=True)

    def _run_once(self):
        try:
            self._lock()
            self.write({"last_start": fields.Datetime.now(), "last_count": self.last_count if self.stage else 0})
            channel = self.channel_id.with_company(self.channel_id.company_id)
            getattr(channel, f"_run_{self.flow}")(self)
        except SyncBusy:
            self.env.cr.rollback()
            _logger.info("%s is already being worked on, looking again in a minute", self.id)
            self._come_back()
        except CONCURRENCY:
            raise
        except OttoRateLimited as error:
            self._postpone(error)
        except (OttoError, UserError) as error:
            self._fail(error)
        except Exception as error:
            # Odoo switches off a scheduled action that raises again and again; a person is told instead (R20).
            # The transaction may be broken: nothing is read before the rollback.
            _logger.exception("otto.sync %s", self.id)
            self._fail(error)
        else:
            self.channel_id._note_connection()
            self.write({"last_success": fields.Datetime.now(), "last_error": False, "not_before": False})
            self.env["otto.issue"]._resolve(self.channel_id, "connection", [self.flow])

    def _lock(self):
        """Lock the row until the next commit and read it again (R19).

        :raises SyncBusy: when another worker holds it
        """
        if not self.try_lock_for_update(allow_referencing=True):
            raise SyncBusy
        self.invalidate_recordset()

    def _come_back(self):
        """Run again soon: something is left that could not be done now."""
        self.cron_id._trigger(at=fields.Datetime.now() + SOON)

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
            self.cron_id._trigger()
        return seconds

    def _postpone(self, error):
        """Note OTTO's *not before* and come back then; nothing sleeps."""
        self.env.cr.rollback()
        until = fields.Datetime.to_datetime(error.until.replace(tzinfo=None, microsecond=0))
        self.write({"not_before": until, "last_error": self.env._("OTTO asks to wait until %s (UTC).", until)})
        self.cron_id._trigger(at=until)

    def _fail(self, error):
        self.env.cr.rollback()
        if isinstance(error, OttoError):
            self.channel_id._note_connection(error)
        text = self.channel_id._otto_error_text(error) if isinstance(error, OttoError) else str(error)
        self.write({"last_error": text})
        self.env["otto.issue"]._report(self.channel_id, "connection", [(self.flow, text, None)])
