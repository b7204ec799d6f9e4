"""Returns in: OTTO's lists until only known entries come, the carrier's scans, what was withdrawn (R22)."""

import logging

from odoo import fields, models
from odoo.tools import split_every

from ...otto_api import OttoError, ReturnStatus
from ...otto_api.const import RETURN_PAGE
from ..core.attempts import Attempts
from ..core.concurrency import CONCURRENCY, TRIES
from ..core.moments import aware, naive
from ..core.texts import reason_of
from .const import CHUNK, READ_ALL_EVERY, RECONCILE, SCAN_OVERLAP, SCANS_SINCE

_logger = logging.getLogger(__name__)


# What waits first, so that what was decided meanwhile has the last word.
class TimeIsUp(Exception):
    """The scheduled action has to end; what is left is still new to the next run."""


BEFORE_SCANS = (ReturnStatus.ANNOUNCED, ReturnStatus.MISDIRECTED)
AFTER_SCANS = (ReturnStatus.REJECTED, ReturnStatus.ACCEPTED)


class OttoFlowReturns(models.AbstractModel):
    _inherit = "otto.flow.returns"

    def _retry(self, issues):
        """What could not be taken over is looked for in the whole list of announcements."""
        self.sync.returns_read_on = False
        return super()._retry(issues)

    def _read_returns(self):
        """Read OTTO's lists of returns and the carrier's scans, if changes come to Odoo (R2).

        :raises OttoError: when OTTO cannot be asked
        """
        if not self.channel._takes_changes:
            return
        self._issues_to_retry()
        try:
            self._read_all()
        except TimeIsUp:
            self._run_again()

    def _read_all(self):
        started = fields.Datetime.now()
        whole = not self.sync.returns_read_on or self.sync.returns_read_on <= started - READ_ALL_EVERY
        # An acceptance that the lists have behind an older entry is found by then.
        back_to = started - RECONCILE if whole else None
        attempts = Attempts()
        seen = {status: self._tried(attempts, self._read_list, status, whole, back_to) for status in BEFORE_SCANS}
        self._tried(attempts, self._read_scans, back_to)
        for status in AFTER_SCANS:
            self._tried(attempts, self._read_list, status, False, back_to)
        announced = seen[ReturnStatus.ANNOUNCED]
        # What is missing may stand in a list that could not be read.
        if announced is not None and not attempts.last_error:
            self._look_after_missing(announced)
        if whole and not attempts.last_error:
            self._expect_again()
            self.sync.returns_read_on = started
        self.env["otto.return"]._otto_remind(self.channel)
        self._checkpoint()
        attempts.raise_last()

    def _tried(self, attempts, read, *args):
        """Read a list; one that OTTO cannot show keeps the others from nothing (R20).

        :return: what `read` returns, None when the list cannot be shown
        """
        try:
            return read(*args)
        except OttoError as error:
            if not self._concerns_this_alone(error):
                raise
            attempts.failed(error)
            self.env.cr.rollback()
            self.sync._lock()
            return None

    # The lists

    def _read_list(self, status, whole, back_to):
        """Read one of OTTO's lists, newest first, until a page has nothing new, and take the new entries over.

        The oldest first: whatever ends the run, no new entry lies behind known ones.

        :param whole: read to the end in any case
        :param back_to: naive moment; read so far back in any case
        :return: OTTO's ids of all pieces in the list if it was read to its end, else None
        """
        intake, news, seen, ended = self.env["otto.return.intake"], [], set(), True
        broken = {}
        for page in self.client.return_pages(status):
            fresh = intake._news(status, page.pieces)
            news += fresh
            seen.update(entry.position_item_id for entry in page.pieces)
            broken.update((entry.position_item_id or "?", entry.reason) for entry in page.broken)
            moments = [naive(entry.occurred) for entry in page.pieces]
            deep = whole or (back_to and moments and min(moments) > back_to)
            if not fresh and not deep:
                # What stands on a full page may go on behind it.
                ended = len(page.pieces) + len(page.broken) < RETURN_PAGE
                break
        self._report_broken(broken)
        news.reverse()
        oldest_first = sorted(news, key=lambda entry: entry.occurred)
        for entries in split_every(CHUNK, oldest_first, list):
            if self._take_and_report(intake, status, entries) <= 0:
                raise TimeIsUp
        return seen | broken.keys() if ended else None

    def _take_and_report(self, intake, status, entries):
        """Take entries over in a transaction, and report afterwards what could not be done (R20).

        :return: the seconds that are left
        """
        failures, seconds = self._repeated(
            lambda blamed: self._take_halving(intake, status, entries, blamed), len(entries)
        )
        failed = {key for key, _text, _record in failures}
        self._report("return", failures)
        pieces = self.env["otto.position.item"].union(*intake._pieces(entries).values())
        orders = pieces.order_id
        keys = {entry.position_item_id for entry in entries} | {*orders.mapped("otto_order_id")}
        self._resolve("return", (keys | {*orders.mapped("otto_order_number")}) - failed)
        return seconds

    def _repeated(self, work, count):
        """Do work and commit it; what another transaction caused is done again in a new one (R19).

        :param work: function of whether concurrency errors are to be blamed on an entry; returns failures
        :param count: how many records it is
        :return: the failures, and the seconds that are left
        """
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                failures = work(last)
                return failures, self._checkpoint(count)
            except CONCURRENCY:
                self.env.cr.rollback()
                if last:
                    raise
                _logger.info("Taking returns over again after a concurrent change")
                self.sync._lock()
        return [], 0

    def _take_halving(self, intake, status, entries, blamed=False):
        """Take entries over in one go; when that fails, halve until the bad one is alone (R20).

        :return: list of (key, text, record) for the issues
        """
        try:
            with self.env.cr.savepoint():
                return intake._take(status, entries)
        except Exception as error:  # noqa: BLE001 whatever one return brings must not stop the others (R20)
            if isinstance(error, CONCURRENCY) and not (blamed and len(entries) == 1):
                raise
            self.env.invalidate_all()
            if len(entries) == 1:
                _logger.warning("A return of piece %s cannot be taken over", entries[0].position_item_id, exc_info=True)
                return [self._bad_entry(entries[0], error)]
            middle = len(entries) // 2
            halves = entries[:middle], entries[middle:]
            return [failure for half in halves for failure in self._take_halving(intake, status, half, blamed)]

    def _bad_entry(self, entry, error):
        text = self.env._(
            "The return of a piece of OTTO order %(order)s cannot be taken over: %(reason)s. Please correct it and "
            "press Retry.",
            order=entry.order_id,
            reason=reason_of(error).rstrip("."),
        )
        return entry.position_item_id, text, None

    def _report_broken(self, broken):
        """Report entries that cannot even be read (R20).

        :param broken: dict of OTTO's id of the piece to the reason
        """
        text = self.env._(
            "An entry of OTTO's list of returns cannot be read: %s. The others were taken over. Please look at it in "
            "OTTO Partner Connect."
        )
        self._report(
            "return", [(key, text % self.channel._field_words(reason), None) for key, reason in broken.items()]
        )

    # The carrier's scans

    def _read_scans(self, back_to):
        """Read the return parcels that were announced or scanned since the last time.

        :param back_to: naive moment; read so far back in any case
        """
        since = (self.sync.scans_cursor or fields.Datetime.now() - SCANS_SINCE) - SCAN_OVERLAP
        since = min(since, back_to or since)
        scans, latest = self.env["otto.return.scans"], self.sync.scans_cursor
        for page in self.client.return_parcel_pages(aware(since)):
            failures, _seconds = self._repeated(
                lambda _blamed, parcels=page.parcels: self._take_parcels(scans, parcels), 0
            )
            self._report("return", failures)
            failed = {key for key, _text, _record in failures}
            self._resolve("return", {parcel.id for parcel in page.parcels} - failed)
            self._report_broken({entry.id or "?": entry.reason for entry in page.broken})
            moments = [state.occurred_on for parcel in page.parcels for state in parcel.states]
            latest = max([naive(moment) for moment in moments] + ([latest] if latest else []), default=latest)
        if latest:
            # A moment that has not come yet would hide everything until then.
            self.sync.scans_cursor = min(latest, fields.Datetime.now())
        self._checkpoint()

    def _take_parcels(self, scans, parcels):
        """Take parcels over; one that spoils it keeps its page from nothing.

        :return: list of (key, text, record) for the issues
        """
        try:
            with self.env.cr.savepoint():
                return self.env["otto.return.intake"]._expect(scans._take(parcels))
        except CONCURRENCY:
            raise
        except Exception as error:  # noqa: BLE001 whatever one parcel brings must not stop the others (R20)
            self.env.invalidate_all()
            if len(parcels) > 1:
                return [failure for parcel in parcels for failure in self._take_parcels(scans, (parcel,))]
            _logger.warning("A return parcel cannot be taken over", exc_info=True)
            text = self.env._(
                "Return parcel %(number)s cannot be taken over: %(reason)s.",
                number=parcels[0].tracking.tracking_number,
                reason=reason_of(error).rstrip("."),
            )
            return [(parcels[0].id, text, None)]

    # What is left

    def _look_after_missing(self, seen):
        """Ask OTTO for what its list has no longer, before anything is given up."""
        withdrawals = self.env["otto.return.withdrawals"]
        for _record in withdrawals._look_after(withdrawals._missing(seen)):
            self._checkpoint()

    def _expect_again(self):
        """Make the expected transfers that could not be made when the returns came."""
        lines = self.env["otto.return.line"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("is_open", "=", True),
                ("otto_status", "in", ("announced", "misdirected")),
                ("received", "=", "expected"),
                ("move_id", "=", False),
            ]
        )
        failures = self.env["otto.return.intake"]._expect(lines)
        self._checkpoint()
        failed = {key for key, _text, _record in failures}
        self._report("return", failures)
        self._resolve("return", {*lines.order_id.mapped("otto_order_number")} - failed)
