"""What all flows between OTTO and Odoo have in common."""

import logging

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...otto_api import OttoAuthError, OttoError, OttoForbidden, OttoRateLimited
from .concurrency import CONCURRENCY, SyncBusy
from .otto_issue import UNSOLVED
from .texts import defect, stored, trace

_logger = logging.getLogger(__name__)

# What the wire calls an answer that came and is of no use; with any other key OTTO said nothing at all.
USELESS_ANSWERS = ("unreadable", "too_long")


class OttoFlow(models.AbstractModel):
    """One kind of news that goes between OTTO and Odoo, for one channel.

    A run: the scheduled action of the flow's `otto.sync` row calls `_run`. The row is locked (R19), `_work_off` does
    the work and calls `_checkpoint` after each part of it, which commits, locks again and says how much time is left.
    OTTO's errors end the run and are shown on the row and as an issue (R20); *too many requests* plans the next run;
    what another transaction caused is done again at once.

    A flow is a model `otto.flow.<value of otto.sync.flow>` and writes:

    * `_interval` and `_sequence`: minutes between two runs, and its place among the flows;
    * `_kinds`: the values of `otto.issue.kind` that its runs can repair;
    * `_scopes`: only if the flow needs others of OTTO's scopes than the usual ones. It has tokens of its own then, and
      an app without these scopes keeps nothing but this flow from working;
    * `_work_off()`: the work;
    * `_retry(issues)`: only if more than a new run has to be asked for when a person presses *Retry*.

    Beside it the flow's file adds its value to `otto.sync.flow`, and its kinds to `otto.issue.kind`.
    """

    _name = "otto.flow"
    _description = "Flow Between OTTO and Odoo"
    _inherit = ["otto.component"]

    _interval = 60
    _sequence = 100
    _kinds = ()
    _scopes = ()

    # What a flow writes

    def _work_off(self):
        """Do what there is to do.

        :raises OttoError: OTTO cannot be asked; what was done before the last checkpoint is committed
        :raises UserError: a person has to put something right first
        """
        raise NotImplementedError

    def _retry(self, issues):
        """A person pressed *Retry*: mark what is to be done again. The flow's next run is planned by the caller.

        :param issues: open issues of the flow's kinds, with all rights
        """
        issues.retry = True

    def _is_wanted_soon(self):
        """Tell whether a run that somebody schedules would do anything."""
        return True

    # What a flow has

    def _checkpoint(self, processed=0, remaining=None):
        """Commit what was done and lock the row again; see `otto.sync`.

        :return: seconds that the scheduled action may still work
        :raises SyncBusy: another worker has taken over
        """
        return self.sync._checkpoint(processed, remaining)

    def _run_again(self):
        """Go on as soon as a worker is free: time was up."""
        self.sync._trigger()

    def _report(self, kind, failures):
        """Report failures of this channel (R20); see `otto.issue`."""
        self._issues._report(self.channel, kind, failures)

    def _resolve(self, kind, external_ids):
        """Resolve what works again (R20); see `otto.issue`."""
        self._issues._resolve(self.channel, kind, external_ids)

    def _concerns_this_alone(self, error):
        """Tell whether an `OttoError` says nothing of other requests: OTTO is there and takes them (R20)."""
        if isinstance(error, (OttoAuthError, OttoRateLimited)):
            return False
        return getattr(error, "key", "") in ("", *USELESS_ANSWERS)

    def _issues_to_retry(self, kinds=None):
        """Return the issues for which a person pressed *Retry*; from now on they are taken up.

        :param kinds: only these, when not all of the flow's
        """
        domain = [
            ("channel_id", "=", self.channel.id),
            ("state", "in", UNSOLVED),
            ("retry", "=", True),
            ("kind", "in", list(kinds or self._kinds)),
        ]
        issues = self._issues.sudo().search(domain)
        if issues:
            issues.retry = False
            # Issues are reported through a cursor of their own, which would wait for this transaction for ever.
            self._checkpoint()
        return issues

    # The run

    def _run(self, again=False):
        """Do one run; called by the scheduled action of the row.

        :param again: the run was broken off once because a record was there already
        """
        sync = self.sync
        if sync.not_before and sync.not_before > fields.Datetime.now():
            sync._trigger(at=sync.not_before)
            return
        try:
            if self._gives_way():
                sync._run_again_soon()
                return
            self._run_once()
            self._watch_others()
            # What waits to be written meets other transactions here at the latest.
            self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Another flow or a person wrote the same records: what is committed stays, the rest is done again. Left to
            # Odoo, a scheduled action that fails comes back after its interval only, which may be a day.
            self.env.cr.rollback()
            _logger.info("%s met another transaction and begins again", sync.id)
            sync._trigger()
        except psycopg2.errors.UniqueViolation as error:
            # Another flow made the same record at the same moment, an article for instance; now it is there.
            self.env.cr.rollback()
            if again:
                self._fail(error)
            else:
                self._run(again=True)

    def _gives_way(self):
        """Tell whether another flow of a slow account is at work: it never takes more than one of the workers.

        The rows are locked for this question alone; who wants to begin in the same moment comes back in a minute.
        """
        if not self.channel._is_slow():
            return False
        others = self.env["otto.sync"].search([("channel_id", "=", self.channel.id), ("id", "!=", self.sync.id)])
        with self.env.cr.savepoint() as point:
            free = others.try_lock_for_update(allow_referencing=True)
            point.rollback()
        return free != others

    def _run_once(self):
        sync = self.sync
        try:
            sync._lock()
            self._note_start()
            self._work_off()
        except SyncBusy:
            self.env.cr.rollback()
            _logger.info("%s is already being worked on, looking again in a minute", sync.id)
            sync._run_again_soon()
        except CONCURRENCY:
            raise
        except OttoRateLimited as error:
            self._postpone(error)
        except (OttoError, UserError) as error:
            self._fail(error)
        except Exception as error:
            # Odoo switches off a scheduled action that raises again and again; a person is told instead (R20).
            # The transaction may be broken: nothing is read before the rollback.
            _logger.exception("otto.sync %s", sync.id)
            self._fail(error)
        else:
            self.channel._note_connection()
            sync.write({"last_success": fields.Datetime.now(), "last_error": False, "not_before": False})
            self._resolve("connection", [sync.flow])

    def _watch_others(self):
        """Report the channel's flows that stand still, which they cannot do themselves; resolve those that run."""
        if not self.channel.active:
            return
        notices = {sync.flow: sync._standstill() for sync in self.channel.sync_ids - self.sync}
        self._report("standstill", [(flow, notice, None) for flow, notice in notices.items() if notice])
        self._resolve("standstill", [self.sync.flow, *(flow for flow, notice in notices.items() if not notice)])

    def _note_start(self):
        self.sync.write({"last_start": fields.Datetime.now(), "last_count": 0})

    def _postpone(self, error):
        """Note OTTO's *not before* and come back then; nothing sleeps."""
        self.env.cr.rollback()
        until = fields.Datetime.to_datetime(error.until.replace(tzinfo=None, microsecond=0))
        if error.own and until <= fields.Datetime.now():
            # Only the run has lasted too long: others come first.
            self.sync._trigger()
            return
        self.sync.write(
            {"not_before": until, "last_error": self.env._("OTTO asks to wait until %s.", self.channel._local(until))}
        )
        self.sync._trigger(at=until)

    def _fail(self, error):
        self.env.cr.rollback()
        if isinstance(error, OttoError) and not self._lacks_scope(error):
            self.channel._note_connection(error)
        text = stored(self._failure_text(error))
        self.sync.write({"last_error": text})
        known = isinstance(error, (OttoError, UserError))
        self._report("connection", [(self.sync.flow, text, None, *(() if known else (trace(error),)))])

    def _lacks_scope(self, error):
        """Tell whether only the scopes of this flow are refused, which says nothing of the others."""
        return bool(self._scopes) and isinstance(error, OttoForbidden) and not error.blocked

    def _failure_text(self, error):
        """Say what ended a run in the user's words; what only a programmer understands is in the server's log."""
        if self._lacks_scope(error):
            return self.env._(
                "%(flow)s: OTTO refuses access. The app in OTTO Partner Connect needs the permissions %(scopes)s for "
                "this. Please add them there; what else is synchronised goes on. %(words)s",
                flow=self.sync.display_name,
                words=self.channel._otto_quoted(error.words),
                scopes=", ".join(self._scopes),
            )
        if isinstance(error, OttoError):
            return self.channel._otto_error_text(error)
        if isinstance(error, UserError):
            return str(error)
        return self.env._(
            "The synchronisation met a defect. It is tried again by itself; if it goes on, please tell your "
            "administrator, who finds the details in the server's log (%(defect)s).",
            defect=defect(error),
        )
