"""Whatever the other side says, made harmless before anything is done with it: texts, JSON, and what it echoes.

The same file is in both wire packages, which are installed apart from each other; a test keeps the two alike. Whoever
changes one changes the other.
"""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, quote_plus

WORDS_LIMIT = 500
KEY_LIMIT = 200
DEEPEST = 60
# More digits, or a larger exponent, has no amount, number or time; whoever calculates with it calculates for minutes.
MOST_DIGITS = 30
MASK = "***"
LONGEST_WAIT = timedelta(hours=1)
# Shorter ones would take half of every sentence away.
SHORTEST_SECRET = 4
SHORTEST_IN_DATA = 8
# What is cut off an echoed secret is not missed from this length on.
TELLING = 12

# NUL and its like cannot be stored, or not be shown; half of a surrogate pair cannot even be encoded.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_HALVES = re.compile("[\ud800-\udfff]")
_TOKENS = re.compile(
    r"\b(?P<kind>bearer|basic)(?P<gap>(?:\s|%20|\+)+)[\w.~+/=%-]{12,}"
    r"|\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}"
    r"|(?P<name>\b(?:client_secret|password|refresh_token|access_token|dhl-api-key|api-key)[\"']?\s*[=:]\s*[\"']?)"
    r"[^\s\"'&,;}]+",
    re.IGNORECASE,
)
# A request's body that came back inside of a sentence, with everything that is in it about a person.
_ECHO = re.compile(r"(?:\{\s*[\"']|\[\s*\{)(?:.*[}\]]|.*)", re.DOTALL)
_MAILBOX = re.compile(r"[\w.+%-]{1,64}(@|%40)(?=[\w-]+\.)", re.IGNORECASE)


def tidy(text: str) -> str:
    """Return a text without what no database and no page can hold: control characters, halves of surrogate pairs."""
    # Nearly all are fine, and labels are long: this question is answered ten times faster than by the patterns.
    return text if text.isprintable() else _HALVES.sub("\ufffd", _CONTROLS.sub("", text))


def cut(text: str, limit: int) -> str:
    """Return a text of at most so many characters; one that is cut ends with `…`."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


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


class _Mask:
    """Finds some secrets in every form in which they may come back."""

    def __init__(self, values: Iterable[str]):
        forms = {form.lower() for value in values for form in _forms(value)}
        # Whoever echoes may cut off: the first characters of a long secret are enough to know it.
        starts = {form[:TELLING] for form in forms if len(form) >= 2 * TELLING}
        self._parts = (*sorted(forms, key=len, reverse=True), *starts)
        self._shortest = min(map(len, self._parts), default=0)
        alternatives = [re.escape(form) for form in self._parts[: len(forms)]]
        alternatives += [re.escape(start) + r"[\w.~+/=%-]*" for start in starts]
        self._pattern = re.compile("|".join(alternatives), re.IGNORECASE)

    def __call__(self, text: str) -> str:
        """Return a text with `***` in place of every secret."""
        if not self._parts or len(text) < self._shortest:
            return text
        lowered = text.lower()
        return self._pattern.sub(MASK, text) if any(part in lowered for part in self._parts) else text


class Secrets:
    """The credentials in use; takes them out of whatever the other side says.

    :param values: passwords, keys, tokens. In sentences, those of fewer than 4 characters cannot be told from words; in
        data, those of fewer than 8, because an article number that is changed is another article.
    """

    def __init__(self, values: Iterable[str | None] = ()):
        known = {value for value in values if value and len(value) >= SHORTEST_SECRET}
        self._mask = _Mask(known)
        self.hide = _Mask(value for value in known if len(value) >= SHORTEST_IN_DATA)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({MASK})"

    def words(self, text: str, limit: int = WORDS_LIMIT) -> str:
        """Return a sentence of the other side as it may be stored and shown.

        Without secrets, also those that are not known here, without a request that is echoed, mail addresses shortened.
        """
        # Only so much is looked at: patterns take their time, and nobody reads on.
        text = self._mask(tidy(text[: 20 * limit]))
        text = _ECHO.sub("{…}", text)
        text = _TOKENS.sub(_masked, text)
        return cut(_MAILBOX.sub(r"…\1", text), limit)

    def read_json(self, content: bytes) -> Any:
        """Return what a JSON text holds: texts tidied and without secrets, numbers with a point as `Decimal`.

        A number that is none or has too many digits stays text; what is nested too deeply is left out.

        :raises ValueError: it is no JSON
        """
        try:
            value = json.loads(
                content.decode("utf-8-sig", "replace"), parse_float=_number, parse_int=_whole, parse_constant=str
            )
        except RecursionError:
            raise ValueError("nested too deeply") from None
        return self._clean(value, 0)

    def _clean(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.hide(tidy(value))
        if depth > DEEPEST:
            return None
        if isinstance(value, dict):
            return {cut(self.hide(tidy(key)), KEY_LIMIT): self._clean(entry, depth + 1) for key, entry in value.items()}
        if isinstance(value, list):
            return [self._clean(entry, depth + 1) for entry in value]
        return value


def _masked(match: re.Match) -> str:
    if match["kind"]:
        return f"{match['kind']}{match['gap']}{MASK}"
    return f"{match['name'] or ''}{MASK}"


def _forms(secret: str) -> Iterator[str]:
    """Yield how a secret may come back: as it is, escaped for addresses, JSON and HTML, inside of any Base64."""
    yield secret
    encodable = secret.encode("utf-8", "replace")
    yield from (quote(encodable, safe=""), quote_plus(encodable), quote(encodable))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1])
    yield html.escape(secret)
    for offset, start in ((0, 0), (1, 2), (2, 3)):
        # Of the characters of Base64, only these depend on nothing but the secret.
        end = (offset + len(encodable)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            inside = encode(b"\0" * offset + encodable).decode()[start:end]
            if len(inside) >= 8:
                yield inside
                yield quote(inside, safe="")


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
