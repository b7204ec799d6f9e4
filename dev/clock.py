"""`OTTO_CLOCK="2026-12-31 23:05" make test`: the tests as they would run at that moment (UTC).

A day has ended in Germany before it has in UTC, a year and a summer time have, too; what mixes them up shows then only.
All processes of the tests see the moved clock, PostgreSQL and the sandbox among them. Waiting takes as long as ever.
"""

import os
import subprocess
import sys
import time
from datetime import datetime, timezone

from dev.settings import POSTGRES_DATA, ROOT, RUNTIME, Problem, external_postgres

WANTED = "OTTO_CLOCK"
MOVED = "CLOCK_SHIFT"
SECONDS = 15
SOURCE, LIBRARY = ROOT / "dev" / "clock.c", RUNTIME / "clock.so"


def move() -> None:
    """Start this command anew with its clock moved, if the environment wants it and it is not yet.

    :raises Problem: the moment cannot be read, or there is a server of PostgreSQL that has another clock
    """
    text = os.environ.get(WANTED)
    if not text or os.environ.get(MOVED):
        return
    try:
        wanted = datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
    except ValueError:
        raise Problem(f'{WANTED} must be a moment such as "2026-12-31 23:05", not "{text}".') from None
    if external_postgres() or not _postgres_ended():
        raise Problem("PostgreSQL runs already and has another clock. Please stop what uses it and try again.")
    try:
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", LIBRARY, SOURCE, "-ldl"], check=True)
    except (OSError, subprocess.CalledProcessError):
        raise Problem("A compiler of C is needed to move the clock (Debian: apt-get install gcc libc6-dev).") from None
    environment = {**os.environ, MOVED: str(int(wanted.timestamp() - time.time())), "LD_PRELOAD": str(LIBRARY)}
    sys.exit(
        subprocess.run([sys.executable, "-m", "dev.tests", *sys.argv[1:]], env=environment, check=False).returncode
    )


def _postgres_ended() -> bool:
    """Tell whether no server runs here; the one that the set-up used may take a moment to stop."""
    until = time.monotonic() + SECONDS
    while _postgres_runs():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def _postgres_runs() -> bool:
    try:
        pid = int((POSTGRES_DATA / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return False
    return True
