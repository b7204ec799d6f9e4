"""Which lines of OTTO's statement are known already, whatever columns they were read by (R31). Without Odoo.

Every mapping reads day, kind and amount. Lines that have these in common are told from each other by their order,
reference and text, as far as both were read; what nothing tells from each other is counted.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .statement_file import Entry, Statement, plain

# What tells lines of the same day, kind and amount from each other.
DETAILS = ("order", "reference", "text")
# Role, header as `plain` writes it (empty: not known), value.
Details = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is compared.

    :ivar base: the key of its day, kind and amount: `base_key`
    :ivar details: what else was read of it
    :ivar old_key: the key that the first version gave it; empty where there is none
    :ivar number: its number among those with the same base; 0: not numbered
    """

    base: str
    details: Details = ()
    old_key: str = ""
    number: int = 0


def base_key(day: date, word: str, amount: Decimal | float) -> str:
    """Return the key of what every mapping reads of a line."""
    return _digest((day, word, f"{amount:.2f}"))[:32]


def lines_of(statement: Statement) -> list[Line]:
    """Return the lines of a statement that was read, as they are compared."""
    headers = {role: plain(statement.columns[role]) for role in DETAILS if role in statement.columns}
    seen: Counter = Counter()
    lines = []
    for entry in statement.entries:
        details = tuple((role, header, getattr(entry, role)) for role, header in headers.items())
        base = base_key(entry.day, entry.type, entry.amount)
        lines.append(Line(base, details, _old_key(entry, seen)))
    return lines


def _old_key(entry: Entry, seen: Counter) -> str:
    """Return the key of all that was read of a line, alike ones by their count."""
    parts = (entry.day, entry.type, entry.order, entry.reference, entry.text, f"{entry.amount:.2f}")
    seen[parts] += 1
    return _digest((*parts, seen[parts]))


def _digest(parts: Sequence) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def stored_details(details: Details) -> str:
    """Return details as they are stored."""
    return json.dumps(details, ensure_ascii=False)


def details_of(text: str) -> Details:
    """Return details that were stored."""
    return tuple((role, header, value) for role, header, value in json.loads(text))


def new_lines(read: Sequence[Line], stored: Sequence[Line]) -> dict[int, str]:
    """Return the keys of those lines that are not stored yet, by their place among those that were read."""
    open_read, open_stored = _without_old(read, stored)
    there = _classes(stored, open_stored)
    new = []
    for base, classes in _classes(read, open_read).items():
        new += _without_partner(classes, there.get(base, {}))
    return _numbered(sorted(new), read, stored)


def _without_old(read: Sequence[Line], stored: Sequence[Line]) -> tuple[list[int], list[int]]:
    """Return the places of those lines that the old keys do not recognise."""
    old = {line.old_key: place for place, line in enumerate(stored) if line.old_key}
    known = {place: old[line.old_key] for place, line in enumerate(read) if line.old_key in old}
    taken = set(known.values())
    return [place for place in range(len(read)) if place not in known], [
        place for place in range(len(stored)) if place not in taken
    ]


def _classes(lines: Sequence[Line], places: Sequence[int]) -> dict[str, dict[Details, list[int]]]:
    """Return the places of lines by their base and details."""
    found: dict[str, dict[Details, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        found[lines[place].base][lines[place].details].append(place)
    return found


def _without_partner(classes: Mapping[Details, list[int]], there: Mapping[Details, list[int]]) -> list[int]:
    """Return which lines of one base have no partner; equal ones are paired first, then those that are most alike."""
    counts = {details: len(places) for details, places in there.items()}
    left = {details: list(places) for details, places in classes.items()}
    pairs = [(_likeness(mine, theirs), mine, theirs) for mine in left for theirs in counts]
    possible = Counter(mine for likeness, mine, _theirs in pairs if likeness >= 0)
    # Who has fewer partners to choose from chooses first.
    for likeness, mine, theirs in sorted(pairs, key=lambda pair: (-pair[0], possible[pair[1]])):
        paired = min(len(left[mine]), counts[theirs]) if likeness >= 0 else 0
        del left[mine][:paired]
        counts[theirs] -= paired
    return [place for places in left.values() for place in places]


def _likeness(mine: Details, theirs: Details) -> int:
    """Return how much two lines have in common, -1 when they are different lines.

    Different is what stands differently in the same column; another column may hold something else of the same line.
    """
    if mine == theirs:
        return 100
    known = {role: (header, value) for role, header, value in theirs}
    likeness = 0
    for role, header, value in mine:
        if role not in known:
            continue
        other, theirs_value = known[role]
        if value == theirs_value:
            likeness += 2 if value else 1
        elif header == other or not header or not other:
            return -1
    return likeness


def _numbered(places: Sequence[int], read: Sequence[Line], stored: Sequence[Line]) -> dict[int, str]:
    """Return a key for each new line: two imports at once give the same one to the same line."""
    numbers: Counter = Counter()
    for line in stored:
        numbers[line.base] = max(numbers[line.base], line.number)
    keys = {}
    for place in places:
        base = read[place].base
        numbers[base] += 1
        keys[place] = f"{base}:{numbers[base]}"
    return keys
