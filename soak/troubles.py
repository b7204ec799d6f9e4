"""What goes wrong: OTTO's and DHL's answers, outages, killed processes, a crashed database."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable

import requests

from dev.settings import Problem

from .history import History, now
from .world import World

# Kinds of faults with their options; each hits a part of the requests for a while.
FAULTS: tuple[tuple[str, dict], ...] = (
    ("rate_limit", {"seconds": 1}),
    ("status", {"status": 500}),
    ("status", {"status": 503}),
    ("lost", {}),
    ("html", {"status": 502}),
    ("html_ok", {}),
    ("slow", {"seconds": 2}),
    ("broken", {}),
    ("unauthorized", {}),
)
SHARES = (0.1, 0.3, 0.6)
# An outage lasts half a minute of ten.
OUTAGE = 0.05
CALM = 0.35
# So many faults come for each killed worker: between two kills something is to be done that the next one can hit.
FAULTS_MORE = 6


class Troubles(threading.Thread):
    """Faults come and go, processes die, all of it by the seed."""

    def __init__(self, world: World, history: History, seed: int, over: threading.Event, seconds: float) -> None:
        super().__init__(name="troubles", daemon=True)
        self.world, self.history, self.over = world, history, over
        self.rng = random.Random(f"troubles/{seed}")
        self.length = seconds
        # Each of them happens once at least, however short the run is; what takes long comes while people still act.
        self.due = [
            self.forget_tokens,
            self.kill_odoo,
            self.outage_otto,
            self.kill_worker,
            self.crash_database,
            self.outage_dhl,
        ]

    def run(self) -> None:
        """Make trouble until it is over."""
        step = self.length / (len(self.due) + 2)
        begin, last = time.monotonic(), len(self.due)
        while not self.over.wait(min(self.rng.uniform(2, 8), step / 2)):
            self.world.sandbox.clear_faults()
            self._do(self.revive_odoo)
            is_late = time.monotonic() - begin > step * (last - len(self.due) + 1)
            if self.due and is_late:
                self._do(self.due.pop(0))
            elif self.rng.random() > CALM:
                self._do(self.rng.choice((*[self.fault] * FAULTS_MORE, self.forget_tokens, self.kill_worker)))
        while self.due:
            self._do(self.due.pop(0))
        self.world.sandbox.clear_faults()

    def _do(self, trouble: Callable[[], dict | None]) -> None:
        begin = now()
        try:
            detail = trouble()
            if detail is not None:
                self.history.note(self.name, trouble.__name__, begin, "done", **detail)
        except (OSError, requests.RequestException, Problem) as error:
            self.history.note(self.name, trouble.__name__, begin, "unknown", error=type(error).__name__)

    def fault(self) -> dict:
        """Let a part of the answers fail, until the next trouble."""
        kind, options = self.rng.choice(FAULTS)
        share, dhl = self.rng.choice(SHARES), self.rng.random() < 0.3
        self.world.sandbox.fault(kind, dhl=dhl, share=share, **options)
        return {"kind": kind, "share": share, "dhl": dhl}

    def outage_otto(self) -> dict:
        """OTTO is away."""
        return self._outage(dhl=False)

    def outage_dhl(self) -> dict:
        """DHL is away."""
        return self._outage(dhl=True)

    def _outage(self, *, dhl: bool) -> dict:
        self.world.sandbox.fault("status", dhl=dhl, share=1, status=503)
        seconds = self.length * OUTAGE
        self.over.wait(seconds)
        self.world.sandbox.clear_faults()
        return {"seconds": seconds}

    def forget_tokens(self) -> dict:
        """OTTO and DHL do not know any more whom they let in."""
        self.world.sandbox.forget_tokens()
        self.world.sandbox.forget_tokens(dhl=True)
        return {}

    def kill_worker(self) -> dict:
        """Kill one of Odoo's workers; Odoo starts another."""
        workers = self.world.workers()
        if not workers:
            return {}
        victim = self.rng.choice(workers)
        os.kill(victim, signal.SIGKILL)
        return {"pid": victim}

    def kill_odoo(self) -> dict:
        """Kill Odoo with all its processes and start it again."""
        self.world.restart_odoo()
        return {}

    def crash_database(self) -> dict:
        """Crash PostgreSQL and start it again; workers of Odoo that live have to find it by themselves."""
        self.world.cluster.crash()
        return {}

    def revive_odoo(self) -> dict | None:
        """Start Odoo again if it has ended."""
        return {} if self.world.revive_odoo() else None
