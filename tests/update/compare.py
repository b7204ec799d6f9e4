"""Before and after an update: all that differs and was not declared."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.update.snapshot import Snapshot

# For `Changes.added`: any value will do.
ANY = object()
MOST_SHOWN = 5


@dataclass(frozen=True)
class Changes:
    """What an update may change. Tables and columns have the names of before, except where it says *new*.

    :ivar tables: new names of tables
    :ivar columns: new names of columns, by table
    :ivar values: by table and column: new values by old ones, or a function of the old value that returns the new one
    :ivar moved: by table and column: a function of the new row that returns the old value, for columns that went
        elsewhere
    :ivar gone: by table and column: why nothing is lost without it
    :ivar added: by new table and new column: the value that the present rows get, a function of the new row that tells
        whether it is right, or `ANY`
    :ivar new_tables: new tables
    :ivar new_rows: by new table: a function of a new row that tells whether it was expected
    :ivar gone_rows: by table: a function of a row that tells whether it may go
    :ivar xmlids: new external ids, None for those that are gone
    :ivar log: regular expressions of lines in the update's log that may be warnings
    """

    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    values: dict[str, dict[str, dict | Callable[[Any], Any]]] = field(default_factory=dict)
    moved: dict[str, dict[str, Callable[[dict], Any]]] = field(default_factory=dict)
    gone: dict[str, dict[str, str]] = field(default_factory=dict)
    added: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_tables: frozenset[str] = frozenset()
    new_rows: dict[str, Callable[[dict], bool]] = field(default_factory=dict)
    gone_rows: dict[str, Callable[[dict], bool]] = field(default_factory=dict)
    xmlids: dict[str, str | None] = field(default_factory=dict)
    log: tuple[str, ...] = ()

    def table(self, name: str) -> str:
        """Return what a table is called after the update."""
        return self.tables.get(name, name)

    def column(self, table: str, name: str) -> str:
        """Return what a column is called after the update."""
        return self.columns.get(table, {}).get(name, name)

    def value(self, table: str, column: str, value: Any) -> Any:
        """Return what a value is after the update."""
        rule = self.values.get(table, {}).get(column, {})
        if callable(rule):
            return rule(value)
        return rule.get(value, value) if _hashable(value) else value

    def xmlid(self, name: str) -> str | None:
        """Return what an external id is after the update."""
        return self.xmlids.get(name, name)


def differences(before: Snapshot, after: Snapshot, changes: Changes) -> list[str]:
    """Return, in words, everything that differs and was not declared."""
    found = []
    for table in before.tables:
        name = changes.table(table)
        if name not in after.tables:
            found.append(f"{table}: the table {name} is not there")
            continue
        comparison = _Table(table, before, after, changes)
        found += [*comparison.columns(), *comparison.rows()]
    known = {changes.table(table) for table in before.tables} | changes.new_tables
    found += [f"{table}: a new table that was not declared" for table in after.tables.keys() - known]
    return sorted(found) + sorted(_external_ids(before, after, changes))


class _Table:
    """One table before and after."""

    def __init__(self, table, before, after, changes):
        self.table, self.name = table, changes.table(table)
        self.before, self.after, self.changes = before, after, changes
        self.moved = changes.moved.get(table, {})
        self.gone = changes.gone.get(table, {})
        there = {changes.column(table, column) for column in before.columns[table]}
        declared = changes.added.get(self.name, {})
        # What several versions lack is declared once, for the oldest.
        self.added = {column: rule for column, rule in declared.items() if column not in there or column in self.moved}

    def columns(self) -> Iterable[str]:
        """Return what is wrong with the columns."""
        kept = self.before.columns[self.table] - self.gone.keys() - self.moved.keys()
        expected = {self.changes.column(self.table, column) for column in kept}
        there = self.after.columns[self.name]
        yield from (f"{self.name}.{column}: the column is lost" for column in expected - there)
        undeclared = there - expected - self.added.keys()
        yield from (f"{self.name}.{column}: a new column that was not declared" for column in undeclared)

    def rows(self) -> Iterable[str]:
        """Return what is wrong with the rows."""
        old, new = self._expected(), self.after.tables[self.name]
        may_go = self.changes.gone_rows.get(self.table, lambda row: False)
        may_come = self.changes.new_rows.get(self.name, lambda row: False)
        lost = [key for key in old.keys() - new.keys() if not may_go(old[key])]
        more = [key for key in new.keys() - old.keys() if not self._is_new_record(key) and not may_come(new[key])]
        changed = [text for key in old.keys() & new.keys() for text in self._changed(key, old[key], new[key])]
        yield from _shown(f"{self.name}: row lost", [f"{key} {_short(old[key])}" for key in lost])
        yield from _shown(f"{self.name}: row that was not declared", [f"{key} {_short(new[key])}" for key in more])
        yield from _shown(f"{self.name}: changed", changed)

    def _expected(self) -> dict:
        """Return the rows as they should be after the update."""
        rows = {}
        for key, row in self.before.tables[self.table].items():
            new = {
                self.changes.column(self.table, column): self.changes.value(self.table, column, value)
                for column, value in row.items()
                if column not in self.gone and column not in self.moved
            }
            rows[key] = new
        return rows

    def _is_new_record(self, key) -> bool:
        """Tell whether a row came with the new files of the add-ons."""
        return (self.name, key) in self.after.of_addons

    def _changed(self, key, old: dict, new: dict) -> Iterable[str]:
        if (self.table, key) in self.before.from_files:
            return
        for column, value in old.items():
            if column in new and new[column] != value:
                yield f"{key} {column}: {_short(value)} is {_short(new[column])}"
        for column, place in self.moved.items():
            value = self.before.tables[self.table][key][column]
            expected = self.changes.value(self.table, column, value)
            if place(new) != expected:
                yield f"{key} {column}, which moved: {_short(expected)} is {_short(place(new))}"
        for column, rule in self.added.items():
            right = rule is ANY or (rule(new) if callable(rule) else new.get(column) == rule)
            if not right:
                yield f"{key} {column}, which is new: {_short(new.get(column))}"


def _external_ids(before: Snapshot, after: Snapshot, changes: Changes) -> Iterable[str]:
    """Return the external ids that are lost or name another record."""
    for xmlid, (_model, res_id) in before.xmlids.items():
        name = changes.xmlid(xmlid)
        if name is not None and after.xmlids.get(name, (None, None))[1] != res_id:
            yield f"external id {xmlid}: {res_id} is {after.xmlids.get(name)}"


def _shown(what: str, entries: list[str]) -> Iterable[str]:
    yield from (f"{what}: {entry}" for entry in sorted(entries)[:MOST_SHOWN])
    if len(entries) > MOST_SHOWN:
        yield f"{what}: and {len(entries) - MOST_SHOWN} more"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:160]}…"


def _hashable(value: Any) -> bool:
    return not isinstance(value, dict | list)
