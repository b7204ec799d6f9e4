"""What may still be asked of OTTO for an account: requests of the last minute, OTTO's word to wait, OTTO's silence.

Entries and rules as plain values; who keeps them for all processes adds entries, never changes one, and each counts
until its `until` (facts/otto.md §2.3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

# OTTO's limit for a seller.
MOST_A_MINUTE = 1200
MINUTE = 60.0
# A granted request may be sent this much later, and takes some time to OTTO: so long it counts after its minute.
VALID = 2.0
ON_THE_WAY = 4.0
COUNTS = MINUTE + VALID + ON_THE_WAY
# The requests that a run is granted at first (a person: one), and the most that are granted at once. What is granted
# counts, used or not: many short runs must not use a minute up.
FIRST_OF_A_RUN, MOST_AT_ONCE = 2, 32
# An answer that takes longer makes an account slow for a while.
SLOW_SECONDS = 5.0
SLOW_FOR = 300.0
# An account that does not answer is asked again after this time; where only a person's few seconds were waited, sooner:
# the question before a label is worth more than they are.
AWAY_FOR, AWAY_FOR_A_PERSON = 120.0, 15.0
FOR_EVER = 1e9

USED, WAIT, AWAY, BACK, SLOW = "used", "wait", "away", "back", "slow"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was noted of an account; moments are seconds of one clock.

    :ivar kind: *used*: requests were granted; *wait*: OTTO asks to wait; *away*: OTTO did not answer; *back*: it did
        again; *slow*: it took long
    :ivar until: when it does not count any more
    :ivar used: requests
    :ivar who: the flow that met it, 0 for a person's request; it has its own time of trying again
    :ivar patience: seconds for which an answer was waited for in vain
    """

    id: int
    kind: str
    moment: float
    until: float
    used: int = 0
    who: int = 0
    patience: float = 0.0


class Budget(Protocol):
    """What a client asks before each request and tells after it."""

    def take(self, request: str, seconds: float) -> None:
        """Take one request that waits at most some seconds for its answer.

        :raises OttoRateLimited: none is left, or OTTO asked to wait
        :raises OttoUnavailable: OTTO was just asked in vain, for as long as that
        """

    def again(self) -> bool:
        """Take one more request, to repeat one that failed; tell whether there is one."""

    def heard(self, seconds: float, waited: float) -> None:
        """Be told how long a request took, and for how long its answer was waited for in vain (0: one came)."""

    def told_to_wait(self, seconds: float) -> None:
        """Be told that OTTO wants nothing of this account for some seconds."""


def share_of(a_minute: int, *, background: bool) -> int:
    """Return how many requests of a minute's limit are granted; what waits leaves some to a person at the screen."""
    kept_back = max(4, a_minute // 12) if background else max(2, a_minute // 60)
    return max(1, a_minute - kept_back)


def granted(entries: Iterable[Entry], own: Entry, most: int) -> int:
    """Return how many of the requests of an entry are granted, beside those that others have noted before or since.

    Whoever noted later sees this entry; so together they never get more than `most`, whatever order they look in.
    """
    others = sum(entry.used for entry in entries if entry.kind == USED and entry.id != own.id)
    return max(0, min(own.used, most - others))


def room_at(entries: Iterable[Entry], now: float, most: int) -> float:
    """Return when a good part of the limit is free again: one request alone is not worth to come back for."""
    used = sorted((entry for entry in entries if entry.kind == USED), key=lambda entry: entry.until)
    left, enough = sum(entry.used for entry in used), most - max(1, most // 8)
    for entry in used:
        if left <= enough:
            break
        left -= entry.used
        now = max(now, entry.until)
    return now


def wait_until(entries: Iterable[Entry], who: int) -> float | None:
    """Return until when OTTO wants nothing; whom OTTO told it itself comes back by its own time."""
    return max((entry.until for entry in entries if entry.kind == WAIT and not _is_own(entry, who)), default=None)


def away_until(entries: Iterable[Entry], who: int, seconds: float) -> float | None:
    """Return until when OTTO is not asked because it did not answer in the seconds that this request would wait."""
    entries = list(entries)
    back = max((entry.id for entry in entries if entry.kind == BACK), default=0)
    silent = [e for e in entries if e.kind == AWAY and e.id > back and e.patience >= seconds and not _is_own(e, who)]
    return max((entry.until for entry in silent), default=None)


def away_for(waited: float) -> float:
    """Return for how long an account is not asked whose answer did not come in some seconds."""
    return AWAY_FOR if waited > SLOW_SECONDS else AWAY_FOR_A_PERSON


def is_away(entries: Iterable[Entry]) -> bool:
    """Tell whether OTTO was asked in vain and has not answered since."""
    last = max((entry for entry in entries if entry.kind in (AWAY, BACK)), key=lambda entry: entry.id, default=None)
    return last is not None and last.kind == AWAY


def is_slow(entries: Iterable[Entry]) -> bool:
    """Tell whether OTTO took long to answer, or did not, a short time ago."""
    return any(entry.kind in (SLOW, AWAY) for entry in entries)


def _is_own(entry: Entry, who: int) -> bool:
    return bool(who) and entry.who == who
