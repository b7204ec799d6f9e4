"""Whatever the other side says, made harmless before anything is done with it: texts, JSON, and what it echoes.

The same file is in both wire packages, which are installed apart from each other; a test keeps the two alike. Whoever
changes one changes the other.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from .masks import MASK, Mask

WORDS_LIMIT = 500
# Times as much of a sentence is looked at as is kept.
LOOKED_AT = 4
KEY_LIMIT = 200
DEEPEST = 60
# Pages have up to 50,000 values in 2 MB. Of empty lists alone, an answer would fill forty times its length.
MOST_VALUES = 500_000
# More digits, or a larger exponent, has no amount, number or time; whoever calculates with it calculates for minutes.
MOST_DIGITS = 30
LONGEST_WAIT = timedelta(hours=1)
# Shorter ones would take half of every sentence away.
SHORTEST_SECRET = 4
SHORTEST_IN_DATA = 8

# NUL and its like cannot be stored, or not be shown; marks that turn the direction of writing let a text read as
# another; half of a surrogate pair cannot even be encoded.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_HALVES = re.compile("[\ud800-\udfff]")
_TOKENS = re.compile(
    r"\b(?P<kind>bearer|basic)(?P<gap>(?:\s|%20|\+)+)[\w.~+/=%-]{12,}"
    r"|\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}"
    r"|(?P<name>\b(?:client_secret|password|refresh_token|access_token|dhl-api-key|api-key)[\"']?\s*[=:]\s*[\"']?)"
    r"[^\s\"'&,;}]+",
    re.IGNORECASE,
)
# A request's body that came back inside of a sentence, with everything that is in it about a person.
# Its brackets and quotes may be escaped, even twice, and JSON in Base64 begins as it does.
# A run of backslashes is looked at once, from its first one on: from each one it would take minutes.
_BRACE = r"(?:\{|%(?:25)*7b|&(?:amp;)*(?:#123|#x7b|lbrace|lcub);|(?<!\\)\\+[ux](?:00)?7b)"
_QUOTE = r"(?:\\*[\"']|%(?:25)*2[27]|&(?:amp;)*(?:quot|apos|#0*3[49]|#x0*2[27]);|\\+[ux](?:00)?2[27])"
_GAP = r"(?:\s|\\+[nrt]|\+|%(?:25)*(?:20|0a|0d|09|2b))*"
_BRACKET = r"(?:\[|%(?:25)*5b|&(?:amp;)*(?:#91|#x5b|lbrack|lsqb);)"
_ECHO = re.compile(
    rf"(?:{_BRACE}{_GAP}{_QUOTE}|{_BRACKET}{_GAP}{_BRACE})(?:.*(?:[}}\]]|%7d|%5d)|.*)", re.DOTALL | re.IGNORECASE
)
_PACKED = re.compile(r"\b(?:eyJ|eyA|ew0K|ewog|W3si|Wwog)[\w+/=-]{20,}")
_MAILBOX = re.compile(r"[\w.+%-]{1,64}(@|%40)(?=[\w-]+\.)", re.IGNORECASE)


def tidy(text: str) -> str:
    """Return a text without what no database and no page can hold: control characters, halves of surrogate pairs."""
    # Nearly all are fine, and labels are long: this question is answered ten times faster than by the patterns.
    return text if text.isprintable() else _HALVES.sub("\ufffd", _CONTROLS.sub("", text))


def cut(text: str, limit: int) -> str:
    """Return a text of at most so many characters; one that is cut ends with `…`."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def no_formula(text: str) -> str:
    """Return a text that is no formula to a spreadsheet: Odoo's export to XLSX makes one of what begins so."""
    return f"'{text}" if text.startswith(("=", "{=")) else text


def bounded_number(text: str) -> Decimal | None:
    """Return the number that a text is, None when it is none, is not finite or has more digits than any real one."""
    if len(text) > 2 * MOST_DIGITS:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    exponent = number.as_tuple().exponent
    fits = abs(number.adjusted()) <= MOST_DIGITS and isinstance(exponent, int) and abs(exponent) <= MOST_DIGITS
    return number if fits else None


class Secrets:
    """The credentials in use; takes them out of whatever the other side says.

    :param values: passwords, keys, tokens. In sentences, those of fewer than 4 characters cannot be told from words; in
        data, those of fewer than 8, because an article number that is changed is another article.
    """

    def __init__(self, values: Iterable[str | None] = ()):
        known = {value for value in values if value and len(value) >= SHORTEST_SECRET}
        self._mask = Mask(known)
        self.hide = Mask(value for value in known if len(value) >= SHORTEST_IN_DATA)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({MASK})"

    def words(self, text: str, limit: int = WORDS_LIMIT) -> str:
        """Return a sentence of the other side as it may be stored and shown.

        In one line, so that no log shows a line that nobody wrote; without secrets, also those that are not known here,
        without a request that is echoed, mail addresses shortened.
        """
        # Only so much is looked at: patterns take their time, and nobody reads on.
        text = self._mask(tidy(text[: LOOKED_AT * limit]))
        text = _PACKED.sub(MASK, _ECHO.sub("{…}", text))
        text = _TOKENS.sub(_masked, text)
        return cut(no_formula(" ".join(_MAILBOX.sub(r"…\1", text).split())), limit)

    def read_json(self, content: bytes) -> Any:
        """Return what a JSON text holds: texts tidied and without secrets, numbers with a point as `Decimal`.

        A number that is none or has too many digits stays text; what is nested too deeply is left out. A field that is
        named twice with different values becomes the list of them, which is no text, number or object to any reader.

        :raises ValueError: it is no JSON, or has more values than any answer
        """
        if sum(map(content.count, (b",", b"[", b"{"))) > MOST_VALUES:
            raise ValueError("too many values")
        try:
            value = json.loads(
                content.decode("utf-8-sig", "replace"),
                parse_float=_number,
                parse_int=_whole,
                parse_constant=str,
                object_pairs_hook=self._object,
            )
            return self._clean(value, 0)
        except RecursionError:
            raise ValueError("nested too deeply") from None

    def _object(self, pairs: list[tuple[str, Any]]) -> dict:
        found = {self._key(name): value for name, value in pairs}
        if len(found) == len(pairs):
            return found
        values: dict[str, list] = {}
        for name, value in pairs:
            values.setdefault(self._key(name), []).append(value)
        return {key: several[0] if _all_alike(several) else several for key, several in values.items()}

    def _key(self, name: str) -> str:
        return cut(self.hide(tidy(name)), KEY_LIMIT)

    def _clean(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.hide(tidy(value))
        if depth > DEEPEST:
            return None
        if isinstance(value, dict):
            return {key: self._clean(entry, depth + 1) for key, entry in value.items()}
        if isinstance(value, list):
            return [self._clean(entry, depth + 1) for entry in value]
        return value


def _all_alike(values: list) -> bool:
    first = values[0]
    return all(type(value) is type(first) and value == first for value in values[1:])


def _masked(match: re.Match) -> str:
    if match["kind"]:
        return f"{match['kind']}{match['gap']}{MASK}"
    return f"{match['name'] or ''}{MASK}"


def _number(text: str) -> Decimal | str:
    number = bounded_number(text)
    return cut(text, 2 * MOST_DIGITS) if number is None else number


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= MOST_DIGITS else cut(text, 2 * MOST_DIGITS)


def wait_asked(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the other side asks to wait, None when it does not; header names as gateways use them.

    Not urllib3's own reading of `Retry-After`: that goes by the machine's clock and, in the versions that Odoo brings,
    has no upper limit.

    :return: 1 second to 1 hour
    """
    for name in ("Retry-After", "RateLimit-Reset", "X-RateLimit-Reset"):
        value = headers.get(name, "").strip()
        try:
            if re.fullmatch(r"[0-9]+", value):
                seconds = float(value) if len(value) < 10 else LONGEST_WAIT.total_seconds()
                wait = timedelta(seconds=seconds)
            else:
                until = parsedate_to_datetime(value[:80])
                wait = (until if until.tzinfo else until.replace(tzinfo=timezone.utc)) - now
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
        return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)
    return None
