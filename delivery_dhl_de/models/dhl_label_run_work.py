import logging
import time
from datetime import timezone

from odoo import api, fields, models
from odoo.service.model import retrying

from ..dhl_api import DhlRateLimited

_logger = logging.getLogger(__name__)

# Seconds after which no further transfer is begun while the person waits: one may take DHL more than a minute, and
# Odoo ends a request after two.
SECONDS_AT_ONCE = 20
# Until DHL is asked again after it did not answer.
PAUSE_MINUTES = 5


class DhlLabelRun(models.Model):
    """Working off label runs. While DHL is away no further transfer is tried: each one would become a doubt (R19)."""

    _inherit = "dhl.label.run"

    def _work_at_once(self):
        """Work while the person waits; what does not fit in is left to the scheduled action."""
        end = time.monotonic() + SECONDS_AT_ONCE
        for run in self:
            for line in run._waiting_lines():
                if run.not_before or time.monotonic() > end:
                    break
                line._work_at_once()
            if run._waiting_lines():
                self._go_on()
            else:
                run._finish()

    @api.model
    def _cron_work(self):
        """Work off what was started, each transfer in a transaction of its own; called by the scheduled action."""
        now = fields.Datetime.now()
        due = ["|", ("not_before", "=", False), ("not_before", "<=", now)]
        runs = self.search([("state", "=", "running"), *due], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(runs._waiting_lines()))
        for run in runs:
            try:
                if not run._work_apart():
                    self._go_on()
                    return
            except Exception:
                # One run must not stop the others.
                _logger.exception("Label run %s", run.id)
                self.env.cr.rollback()

    def _work_apart(self):
        """Work off one run until it is done, is stopped by a person, or has to wait for DHL.

        :return: False when the scheduled action's time is up
        """
        cron = self.env["ir.cron"]
        for line in self._waiting_lines():
            if self.not_before:
                back = self._is_dhl_back(line.picking_id.carrier_id)
                cron._commit_progress()
                if not back:
                    return True
            line._work_apart()
            if cron._commit_progress(1) <= 0:
                return False
            if not self._waiting_lines():
                break
        # The last one may be waiting for DHL.
        if self._waiting_lines():
            return True
        retrying(self._finish, self.env)
        return cron._commit_progress() > 0

    def _go_on(self):
        """Begin the next round at once: left alone, Odoo comes back to a job whose time is up after a minute."""
        self._trigger(fields.Datetime.now())

    def _trigger(self, moment):
        cron = self.env.ref("delivery_dhl_de.ir_cron_label_runs", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(moment)

    def _dhl_is_away(self, error):
        """Note that DHL did not answer or takes no more requests: ask first whether it is back, then go on.

        :param error: the `DhlError`
        """
        self.ensure_one()
        now = fields.Datetime.now()
        until = now
        if isinstance(error, DhlRateLimited):
            until = error.until and error.until.astimezone(timezone.utc).replace(tzinfo=None)
            until = until or fields.Datetime.add(now, minutes=PAUSE_MINUTES)
        self._wait(until, error)

    def _wait(self, until, error):
        carrier = self._waiting_lines()[:1].picking_id.carrier_id or self.env["delivery.carrier"]
        reason = carrier.with_context(lang=self.user_id.lang)._dhl_de_reason(error)
        self.write({"not_before": until, "note": reason})
        self._trigger(until)

    def _is_dhl_back(self, carrier):
        """When it is time, have DHL check a sample parcel, which books nothing; wait on while it does not answer."""
        if self.not_before > fields.Datetime.now():
            return False
        error = carrier._dhl_de_absence()
        if error:
            self._wait(fields.Datetime.add(fields.Datetime.now(), minutes=PAUSE_MINUTES), error)
            return False
        self.write({"not_before": False, "note": False})
        return True
