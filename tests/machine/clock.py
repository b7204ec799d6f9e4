"""Time that stands still until it is moved on, for Odoo and the sandbox alike."""

from datetime import datetime, timedelta, timezone

import freezegun

# A Monday morning. Later than the day the database was made, as in life.
BEGIN = datetime(2031, 3, 3, 8, 0, tzinfo=timezone.utc)
# These measure how long they themselves take.
REAL = ("hypothesis", "_pytest", "pytest_timeout", "threading")


class VirtualClock:
    """A context manager: Odoo's time stands; `begin` lets both sides stand at the beginning.

    Odoo's own wrapper of freezegun leaves no way to say whose time is real.

    :param sandbox: the other side, which stands and moves with it
    :param env: of Odoo
    """

    def __init__(self, sandbox, env):
        self._sandbox = sandbox
        self._env = env
        self._freezer = freezegun.api.freeze_time(BEGIN, ignore=list(REAL))
        self.now = BEGIN

    def __enter__(self):
        self._frozen = self._freezer.start()
        return self

    def __exit__(self, *_error):
        self._freezer.stop()

    def begin(self):
        """Let both sides stand at the beginning."""
        self.now = BEGIN
        self._sandbox.stand_at(self.now)
        self._frozen.move_to(self.now)

    def advance(self, **by):
        """Move both sides on: keyword arguments of a time difference."""
        step = timedelta(**by)
        self.now += step
        self._sandbox.advance(step.total_seconds())
        self._frozen.move_to(self.now)
        # What OTTO asked an account to wait for is noted by PostgreSQL's own clock, which goes on as always.
        self._env.cr.execute(
            "UPDATE otto_budget SET moment = moment - %(s)s, until = until - %(s)s", {"s": step.total_seconds()}
        )
