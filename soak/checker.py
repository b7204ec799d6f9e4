"""The rules as a plain model: what must hold between OTTO, DHL and Odoo, whatever happened before.

Each rule is a function of a `Snapshot` that yields what differs, a sentence each. It knows nothing of Odoo's code.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from .facts import when
from .rules_money import (
    prices_are_equal,
    receipts_are_booked,
    receipts_are_there_once,
    refunds_are_made_once,
    returns_are_known,
)
from .rules_orders import (
    addresses_are_equal,
    cancelled_here_is_cancelled_there,
    labels_are_known,
    orders_are_there_once,
    pieces_are_equal,
    shipments_are_ours,
    states_fit,
    totals_are_equal,
    what_left_was_told,
)
from .rules_stock import never_offered_too_much, quantities_are_right, stock_is_conserved
from .snapshot import Snapshot

Rule = Callable[[Snapshot], Iterator[str]]
MINUTE = timedelta(minutes=1)
# OTTO's own limit for an account (facts/otto.md §2.3).
PER_MINUTE = 1200
# What a client is told that met a database on its way down or up, or another transaction again and again.
PASSES = re.compile(
    r"psycopg2\.(OperationalError|InterfaceError|DatabaseError: server closed|errors\.(AdminShutdown|CrashShutdown"
    r"|CannotConnectNow|SerializationFailure|DeadlockDetected|LockNotAvailable))"
)


def differences(snapshot: Snapshot) -> dict[str, list[str]]:
    """Return what each rule found, by its name; an empty list is a rule that holds."""
    return {rule.__name__: list(rule(snapshot)) for rule in RULES}


def limit_is_kept(snapshot: Snapshot) -> Iterator[str]:
    """No account was asked more often than OTTO allows in a minute."""
    times: dict[str | None, list[datetime]] = defaultdict(list)
    for exchange in snapshot.exchanges:
        if exchange["server"] == "otto" and exchange["status"] != 429:
            times[exchange["account"]].append(when(exchange["at"]))
    for account, moments in times.items():
        moments.sort()
        first = 0
        for last, moment in enumerate(moments):
            while moment - moments[first] > MINUTE:
                first += 1
            if last - first + 1 > PER_MINUTE:
                yield f"account {account}: {last - first + 1} requests in the minute before {moment:%H:%M:%S}"
                break


def nothing_is_a_defect(snapshot: Snapshot) -> Iterator[str]:
    """Whatever failed was said in words of the trade; a defect is one of ours.

    People may meet a database that is going down, and other people.
    """
    for issue in snapshot.odoo["issues"]:
        if "defect" in issue["error"].lower() or "defekt" in issue["error"].lower():
            yield f"issue {issue['kind']} {issue['external_id']}: {issue['error']}"
    for act in snapshot.acts:
        crash = act.detail.get("crash")
        if crash and not PASSES.search(crash):
            yield f"{act.actor}, {act.what} at {act.end}: {crash}"


def nothing_is_left(snapshot: Snapshot) -> Iterator[str]:
    """When all is quiet, nothing is due any more."""
    yield from snapshot.due


RULES: tuple[Rule, ...] = (
    orders_are_there_once,
    pieces_are_equal,
    totals_are_equal,
    states_fit,
    what_left_was_told,
    cancelled_here_is_cancelled_there,
    shipments_are_ours,
    labels_are_known,
    stock_is_conserved,
    quantities_are_right,
    never_offered_too_much,
    addresses_are_equal,
    prices_are_equal,
    returns_are_known,
    refunds_are_made_once,
    receipts_are_there_once,
    receipts_are_booked,
    limit_is_kept,
    nothing_is_a_defect,
    nothing_is_left,
)
