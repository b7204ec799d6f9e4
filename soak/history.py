"""What people did in a simulation, as they saw it: a line for each act, with its times and what came of it."""

import json
import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did.

    :ivar begin: and `end`: ISO times in UTC; the effect lies between them, or comes later if nothing is known
    :ivar outcome: ``done``, ``refused`` (in words) or ``unknown`` (a lost answer, a killed process)
    """

    actor: str
    what: str
    begin: str
    end: str
    outcome: str
    detail: dict


class History:
    """Collects acts of several threads, and writes each to a file at once."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._file = path.open("w")
        self.acts: list[Act] = []

    def note(self, actor: str, what: str, begin: str, outcome: str, **detail: Any) -> None:
        """Note an act that ends now."""
        act = Act(actor, what, begin, now(), outcome, detail)
        with self._lock:
            self.acts.append(act)
            print(json.dumps(asdict(act)), file=self._file, flush=True)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how often each act had each outcome."""
        table: dict[str, dict[str, int]] = {}
        for act in list(self.acts):
            row = table.setdefault(act.what, {})
            row[act.outcome] = row.get(act.outcome, 0) + 1
        return table


def now() -> str:
    """Return the time as the sandbox writes it."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
