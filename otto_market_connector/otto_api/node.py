"""One value of OTTO's JSON, read field by field; what comes of it has a bounded length and can be stored."""

import re
from collections.abc import Callable
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from dateutil.parser import isoparse

from .foreign import bounded_number, cut, no_formula, tidy

# The longest id, number or article number: OTTO allows 50 characters, an index of the database some 2,700 bytes.
KEY_LIMIT = 250
# The longest of what people read: names, titles, parts of an address.
TEXT_LIMIT = 500
REASON_LIMIT = 300
# The largest whole number that a database holds.
MOST_PIECES = 2**31 - 1
# "Empty" dates of other systems lie before the first year, those of "no end" after the last one; both are at the edge
# of what can be calculated with.
FIRST_YEAR, LAST_YEAR = 1900, 2999
# What an odd value can raise, whatever it is.
ODD = (ValueError, TypeError, AttributeError, ArithmeticError, LookupError)


class Unreadable(ValueError):
    """A field that is missing or is nonsense; the text names its path."""


def reason_of(error: Exception) -> str:
    """Return why something cannot be read; Python's own words are none for a reader."""
    return cut(str(error), REASON_LIMIT) if isinstance(error, Unreadable) else "a value that makes no sense"


class Node:
    """A JSON value with its path, read field by field."""

    def __init__(self, value: Any, path: str = ""):
        self.value = value
        self.path = path

    def get(self, name: str) -> "Node":
        """Return a field; its value is None when it is missing."""
        if not isinstance(self.value, dict):
            raise Unreadable(f"{self.path or 'the answer'} is no object")
        return Node(self.value.get(name), f"{self.path}.{name}" if self.path else name)

    def items(self) -> list["Node"]:
        """Return the elements of a list; a missing list is empty."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise Unreadable(f"{self.path} is no list")
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.value)]

    def one_or_many(self) -> list["Node"]:
        """Return the elements of a list, or the one that stands in its place."""
        return [self] if isinstance(self.value, dict) else self.items()

    def maybe(self, reader: Callable[["Node"], Any]) -> Any:
        """Read the value with a reader, or return None when it is missing."""
        return None if self.value is None else reader(self)

    def plain(self) -> str:
        """Return a required text of any length, without what cannot be stored and outer blanks."""
        if self.value is None or isinstance(self.value, (dict, list, bool)):
            raise Unreadable(f"{self.path} is missing")
        return tidy(str(self.value)).strip()

    def text(self) -> str:
        """Return a required id, number or word: one that is too long is none, because cut off it is another one.

        Nor is one that a spreadsheet would calculate, because with a sign before it, it is another one as well.
        """
        text = self.plain()
        if len(text) > KEY_LIMIT:
            raise Unreadable(f"{self.path} is too long: {cut(text, 40)}")
        if no_formula(text) != text:
            raise Unreadable(f"{self.path} is no id: {cut(text, 40)}")
        return text

    def key(self) -> str:
        """Return a required id or article number; one of blanks names nothing."""
        text = self.text()
        if not text:
            raise Unreadable(f"{self.path} is empty")
        return text

    def optional_text(self) -> str | None:
        """Return an id, number or word, or None when it is missing or empty."""
        return (self.text() or None) if self.value is not None else None

    def title(self) -> str:
        """Return a required text for people, cut to what can be shown."""
        return cut(no_formula(self.plain()), TEXT_LIMIT)

    def optional_title(self, limit: int = TEXT_LIMIT) -> str | None:
        """Return a text for people, cut to a length, or None when it is missing or empty."""
        return (cut(no_formula(self.plain()), limit) or None) if self.value is not None else None

    def number(self) -> Decimal:
        """Return a required finite number, which may come as text."""
        number = bounded_number(self.text())
        if number is None:
            raise Unreadable(f"{self.path} is no number")
        return number

    def whole(self) -> int:
        """Return a required whole number."""
        number = self.number()
        if number != int(number) or abs(number) > MOST_PIECES:
            raise Unreadable(f"{self.path} is no whole number")
        return int(number)

    def flag(self) -> bool:
        """Return a yes or no; missing is no.

        :raises Unreadable: it is several things at once
        """
        if isinstance(self.value, (dict, list)):
            raise Unreadable(f"{self.path} is no yes or no")
        return self.value is True or str(self.value).lower() == "true"

    def moment(self) -> datetime:
        """Return a required moment in UTC, in any of the forms that OTTO uses.

        :raises Unreadable: it is none, or an "empty" one
        """
        moment = _moment(self.text())
        if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise Unreadable(f"{self.path} is no date: {self.text()[:40]}")
        return moment

    def optional_moment(self) -> datetime | None:
        """Return a moment in UTC, None when it is missing or an "empty" one: 0001-01-01 or 9999-12-31.

        :raises Unreadable: it is nonsense
        """
        text = self.optional_text()
        date = re.match(r"(\d{4})-\d\d-\d\d", text or "")
        if text is None or (date and not FIRST_YEAR <= int(date[1]) <= LAST_YEAR):
            return None
        return self.moment()


def _moment(text: str) -> datetime | None:
    """Return the moment that a text is, in UTC; without an offset it is UTC already."""
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        moment = isoparse(text)
        return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        return None


def scalar(value: Any) -> str | None:
    """Return what of an unreadable record can be shown, cut to the length of an id; None when it is no text."""
    if value is None or isinstance(value, (dict, list, bool)):
        return None
    return cut(tidy(str(value)).strip(), KEY_LIMIT) or None
