"""What may still be asked of OTTO for an account, known to all workers and processes (facts/otto.md §2.3)."""

import contextlib
import hashlib
import time
from datetime import datetime, timezone

from odoo import api, fields, models

from ...otto_api import AWAY, OttoRateLimited, OttoUnavailable, pace
from .concurrency import CONCURRENCY

# A run that asks on for longer makes room for other channels and goes on as soon as a worker is free.
RUN_SECONDS = 600
# Seconds after which a process throws away what does not count any more.
TIDY_EVERY = 300
MOST_TIDIED = 10_000

_tidied = {}


class OttoBudget(models.Model):
    """What was noted of an account, see `pace.Entry`.

    Rows are only added, each in a transaction of its own that is over before OTTO is asked: nobody ever waits for
    another one's row. Requests are noted first and counted then, so that two who count at once never both take the
    last one.
    """

    _name = "otto.budget"
    _description = "Requests of an OTTO Account"
    _log_access = False

    account = fields.Char(required=True, readonly=True, help="A digest; it leads to no credentials.")
    kind = fields.Selection(
        [
            (pace.USED, "Requests"),
            (pace.WAIT, "OTTO Asks to Wait"),
            (pace.AWAY, "No Answer"),
            (pace.BACK, "Answers Again"),
            (pace.SLOW, "Slow"),
        ],
        required=True,
        readonly=True,
    )
    # Seconds of PostgreSQL's clock, which is the same for all servers.
    moment = fields.Float(required=True, readonly=True)
    until = fields.Float(required=True, readonly=True)
    used = fields.Integer(readonly=True)
    who = fields.Integer(readonly=True)
    patience = fields.Float(readonly=True)

    _account_until = models.Index("(account, until)")

    @api.model
    def _note(self, cr, account, kind, seconds, used=0, who=0, patience=0.0):
        """Add a row that counts for some seconds; return it as a `pace.Entry`."""
        cr.execute(
            """
            INSERT INTO otto_budget (account, kind, moment, until, used, who, patience)
            SELECT %s, %s, now.moment, now.moment + %s, %s, %s, %s
              FROM (SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8 AS moment) AS now
            RETURNING id, moment, until
            """,
            [account, kind, seconds, used, who, patience],
        )
        row_id, moment, until = cr.fetchone()
        return pace.Entry(row_id, kind, moment, until, used, who, patience)

    @api.model
    def _entries(self, cr, account):
        """Return what counts of an account now, and PostgreSQL's time in seconds."""
        cr.execute(
            """
            SELECT id, kind, moment, until, used, who, patience, now.now
              FROM (SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8 AS now) AS now
              LEFT JOIN otto_budget ON account = %s AND until > now.now
            """,
            [account],
        )
        rows = cr.fetchall()
        return [pace.Entry(*row[:-1]) for row in rows if row[0]], rows[0][-1]

    @api.model
    def _tidy(self, cr):
        """Throw away what does not count any more; what somebody else throws away just now is left to him."""
        key, now = cr.dbname, time.monotonic()
        if now - _tidied.get(key, -TIDY_EVERY) < TIDY_EVERY:
            return
        _tidied[key] = now
        with contextlib.suppress(CONCURRENCY), cr.savepoint(flush=False):
            cr.execute(
                """
                DELETE FROM otto_budget WHERE id IN (
                    SELECT id FROM otto_budget WHERE until < EXTRACT(EPOCH FROM clock_timestamp())
                     ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
                """,
                [MOST_TIDIED],
            )


class AccountBudget:
    """The `pace.Budget` of one client.

    Requests are granted in blocks that grow while they are used up, so that a single request costs a single one and
    a long run hardly a query each.

    :param env: of the caller; only its registry is used later
    :param account: digest of the account
    :param a_minute: requests of a minute
    :param who: id of the `otto.sync` row that works, 0 for a person
    """

    def __init__(self, env, account, a_minute, who=0):
        self._env = env
        self._account = account
        self._who = who
        self._most = pace.share_of(a_minute, background=bool(who))
        self._begun = time.monotonic()
        self._left, self._good_until, self._size = 0, 0.0, 1
        self._was_away = False

    def take(self, request, seconds):
        """See `pace.Budget`; a background run that lasts too long is ended here as well."""
        if self._who and time.monotonic() - self._begun > RUN_SECONDS:
            raise OttoRateLimited("a run goes on later", until=datetime.now(timezone.utc), own=True, request=request)
        if not self._has_one():
            self._reserve(request, seconds)
        self._left -= 1

    def again(self):
        """See `pace.Budget`."""
        try:
            self.take("", 0.0)
        except (OttoRateLimited, OttoUnavailable):
            return False
        return True

    def heard(self, seconds, waited):
        """See `pace.Budget`."""
        if waited:
            self._left = 0
            self._add(pace.AWAY, pace.away_for(waited), waited)
        elif seconds > pace.SLOW_SECONDS:
            self._add(pace.SLOW, pace.SLOW_FOR)
        if self._was_away and not waited:
            self._was_away = False
            self._add(pace.BACK, pace.AWAY_FOR)

    def told_to_wait(self, seconds):
        """See `pace.Budget`."""
        self._left = 0
        self._add(pace.WAIT, seconds)

    def is_slow(self):
        """Tell whether OTTO was slow to answer for this account a short time ago."""
        with self._cursor() as (budget, cr):
            entries, _now = budget._entries(cr, self._account)
        return pace.is_slow(entries)

    def _has_one(self):
        return self._left > 0 and time.monotonic() < self._good_until

    def _reserve(self, request, seconds):
        """Have some requests granted, at least one.

        :raises OttoRateLimited: none is left, or OTTO asked to wait
        :raises OttoUnavailable: OTTO was just asked in vain, for as long as that
        """
        self._size = self._next_size()
        good_until = time.monotonic() + pace.VALID
        with self._cursor() as (budget, cr):
            budget._tidy(cr)
            own = budget._note(cr, self._account, pace.USED, pace.COUNTS, used=self._size, who=self._who)
        # Committed, and so seen by all others, before it is counted here.
        with self._cursor() as (budget, cr):
            entries, now = budget._entries(cr, self._account)
            refusal = self._refusal(entries, now, request, seconds)
            count = 0 if refusal else pace.granted(entries, own, self._most)
            if count < own.used:
                cr.execute("UPDATE otto_budget SET used = %s WHERE id = %s", [count, own.id])
        if refusal:
            raise refusal
        if not count:
            room = pace.room_at((entry for entry in entries if entry.id != own.id), now, self._most)
            raise OttoRateLimited(
                "the requests of this minute are used up", until=_moment(room, now), own=True, request=request
            )
        self._was_away = pace.is_away(entries)
        self._size, self._left, self._good_until = count, count, good_until

    def _next_size(self):
        """Return how many to ask for: four times as many where all were used, else as many as were."""
        if not self._good_until:
            return pace.FIRST_OF_A_RUN if self._who else 1
        return max(1, self._size - self._left) if self._left else min(4 * self._size, pace.MOST_AT_ONCE)

    def _refusal(self, entries, now, request, seconds):
        """Return the error of an account that OTTO wants nothing of, or does not answer; None if it may be asked."""
        wait = pace.wait_until(entries, self._who)
        if wait:
            return OttoRateLimited("OTTO asked to wait", until=_moment(wait, now), own=True, request=request)
        away = pace.away_until(entries, self._who, seconds)
        if away:
            words = "OTTO has not answered a moment ago"
            return OttoUnavailable(words, key=AWAY, until=_moment(away, now), request=request)
        return None

    def _add(self, kind, seconds, waited=0.0):
        with self._cursor() as (budget, cr):
            budget._note(cr, self._account, kind, seconds, who=self._who, patience=waited)

    @contextlib.contextmanager
    def _cursor(self):
        with self._env.registry.cursor() as cr:
            yield self._env(cr=cr, su=True)["otto.budget"], cr


def digest_of(account):
    """Return under what an account is noted; it cannot be turned back into a login."""
    return hashlib.sha256("\x1f".join(account).encode()).hexdigest()[:32]


def _moment(seconds, now):
    """Return a moment of PostgreSQL's clock by this server's, which may differ: only what is left counts."""
    return datetime.fromtimestamp(time.time() + max(0.0, seconds - now), timezone.utc)
