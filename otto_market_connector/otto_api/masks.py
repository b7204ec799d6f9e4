"""Takes secrets out of texts, in every form in which the other side may send back what it was sent.

The same file is in both wire packages, which are installed apart from each other; a test keeps the two alike. Whoever
changes one changes the other.

Two steps: a text is looked at in plain form (escapes undone, blanks left out), where few forms of a secret are left;
only one that holds any of them is changed. What cannot be cut out of its escapes takes the whole text with it.
"""

import base64
import html
import json
import quopri
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote_plus

MASK = "***"
# What is cut off an echoed secret is not missed from this length on.
TELLING = 12
# Shorter ones stand in other words by chance once blanks and escapes are left out.
SHORTEST_UNIQUE = 8
# An echo inside of an echo inside of an error.
LAYERS = 4

# A piece of a long secret this much longer is never missed, wherever it was cut out.
STEP = 6

_BACKSLASHED = re.compile(
    r"\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2})|([0-3][0-7]{2})|([^a-z0-9\s]))", re.IGNORECASE
)
_PERCENT_U = re.compile("%u([0-9a-f]{4})", re.IGNORECASE)
_BLANKS = re.compile(r"[\s+]+")
_TAGS = re.compile(r"<[^<>]{0,40}>")
_PAIRS = re.compile(r"(?<![0-9a-z])[0-9a-f]{2}(?:[:, -]{1,2}[0-9a-f]{2}){7,}", re.IGNORECASE)
# What a secret stands in when it was not cut out of a sentence.
_RUN = re.compile(rf"[\w.~+/=%-]{{{TELLING},}}")


class Mask:
    """Finds some secrets in every form in which they may come back."""

    def __init__(self, values: Iterable[str]):
        secrets = set(values)
        forms = {form.lower() for secret in secrets for form in forms_of(secret)}
        # Whoever echoes may cut off: the first characters of a long secret are enough to know it.
        starts = {form[:TELLING] for form in forms if len(form) >= 2 * TELLING}
        alternatives = [re.escape(form) for form in sorted(forms, key=len, reverse=True)]
        alternatives += [re.escape(start) + r"[\w.~+/=%-]*" for start in sorted(starts)]
        self._pattern = re.compile("|".join(alternatives), re.IGNORECASE)
        short = {form for secret in secrets if len(secret) < SHORTEST_UNIQUE for form in forms_of(secret)}
        self._short = tuple({form.lower() for form in short})
        unique = {secret for secret in secrets if len(secret) >= SHORTEST_UNIQUE}
        self._needles = tuple(_needles(unique))
        self._shortest = min(map(len, (*self._short, *self._needles)), default=0)
        self._pieces = frozenset(piece for secret in unique for piece in _pieces(secret))

    def __call__(self, text: str) -> str:
        """Return a text with `***` in place of every secret; the whole text if there is no telling where it stands."""
        if len(text) < self._shortest or not self._holds(text):
            return text
        for look in (text, *_undone(text)):
            masked = _RUN.sub(self._without_pieces, self._pattern.sub(MASK, look))
            if not self._holds(masked):
                return masked
        return MASK

    def _without_pieces(self, run: re.Match) -> str:
        return MASK if self._holds_piece(run[0].lower()) else run[0]

    def _holds_piece(self, look: str) -> bool:
        last = len(look) - TELLING
        return any(look[start : start + TELLING] in self._pieces for start in range(0, last + 1, STEP))

    def _holds(self, text: str) -> bool:
        if not self._shortest:
            return False
        if self._short:
            lowered = text.lower()
            if any(form in lowered for form in self._short):
                return True
        return any(
            (self._pieces and self._holds_piece(look)) or any(needle in look for needle in self._needles)
            for look in _looks(text)
        )


def _needles(secrets: Iterable[str]) -> Iterator[str]:
    """Yield what a text in plain form is searched for, in the plain form of its own kind."""
    found: set[str] = set()
    for secret in secrets:
        for form in (secret, *_packed(secret)):
            found.add(_squeezed(form.lower()))
            # What looks like an escape in a secret may be undone with those around it.
            found |= {_squeezed(plainer.lower()) for plainer in _undone(form)}
            if len(form) >= 2 * TELLING:
                found.add(_squeezed(form[:TELLING].lower()))
    # A secret that is mostly blanks and signs leaves too little.
    yield from (needle for needle in found if len(needle) >= SHORTEST_UNIQUE - 1)


def _pieces(secret: str) -> Iterator[str]:
    """Yield each part of a long secret in the plain form; words of a sentence are none: they stand elsewhere, too."""
    plain = _squeezed(secret.lower())
    if len(plain) >= 2 * TELLING:
        for start in range(len(plain) - TELLING + 1):
            piece = plain[start : start + TELLING]
            if any(map(str.isdigit, piece)) and any(map(str.isalpha, piece)):
                yield piece


def _looks(text: str) -> Iterator[str]:
    """Yield a text as it is, and with its escapes undone one after the other; all in small letters, without blanks."""
    yield _squeezed(text.lower())
    for plainer in _undone(text):
        yield _squeezed(plainer.lower())
    if "=" in text and (quoted := _unquoted_printable(text)) != text:
        yield _squeezed(quoted.lower())
    if not text.isascii() and (folded := _folded(text)) != text:
        yield _squeezed(folded.lower())
    if "<" in text and ">" in text:
        yield _squeezed(_TAGS.sub("", text).lower())
    for pairs in _PAIRS.findall(text):
        yield re.sub("[^0-9a-f]", "", pairs.lower())


def _folded(text: str) -> str:
    """Return a text in ordinary letters, without signs that nobody sees."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")


def _squeezed(text: str) -> str:
    return _BLANKS.sub("", text)


def _undone(text: str) -> Iterator[str]:
    """Yield a text with its escapes undone, one kind after the other: those of programs, of HTML, of addresses.

    Each step by itself: what one brings to light may look like an escape of the next.
    """
    for _layer in range(LAYERS):
        before = text
        for sign, undo in _ESCAPES:
            if sign in text and (plainer := undo(text)) != text:
                text = plainer
                yield text
        if text == before:
            return


def _unbackslashed(text: str) -> str:
    return _BACKSLASHED.sub(_character, text)


def _character(match: re.Match) -> str:
    code = match[1] or match[2] or match[3]
    if match[4]:
        return chr(int(match[4], 8))
    if not code:
        return match[5]
    return chr(int(code, 16)) if int(code, 16) < 0x110000 else ""


def _unpercented(text: str) -> str:
    return unquote_plus(_PERCENT_U.sub(lambda match: chr(int(match[1], 16)), text))


_ESCAPES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("\\", _unbackslashed),
    ("&", html.unescape),
    ("%", _unpercented),
)


def _unquoted_printable(text: str) -> str:
    return quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def forms_of(secret: str) -> Iterator[str]:
    """Yield how a secret may come back in one piece: as it is, escaped, in a wrong coding, packed into letters."""
    encodable = secret.encode("utf-8", "replace")
    yield from (secret, quote(encodable, safe=""), quote_plus(encodable), quote(encodable))
    yield quote(encodable, safe="!'()*~")
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1])
    yield json.dumps(secret)[1:-1].replace("/", "\\/")
    yield html.escape(secret)
    yield from _packed(secret)


def _packed(secret: str) -> Iterator[str]:
    """Yield what no undoing of escapes shows: other codings of its characters, Base64 and hexadecimal digits."""
    encodable = secret.encode("utf-8", "replace")
    if not secret.isascii():
        yield from (encodable.decode("latin-1"), encodable.decode("cp1252", "replace"))
        yield from (secret.encode("latin-1", "replace").decode("utf-8", "replace"),
                    secret.encode("ascii", "replace").decode())  # fmt: skip
    for content in {encodable, secret.encode("latin-1", "replace"), quote_plus(encodable).encode()}:
        if len(content.hex()) >= 2 * SHORTEST_UNIQUE:
            yield content.hex()
        yield from _inside_base64(content)


def _inside_base64(content: bytes) -> Iterator[str]:
    for offset, start in ((0, 0), (1, 2), (2, 3)):
        # Of the characters of Base64, only these depend on nothing but the secret.
        end = (offset + len(content)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            inside = encode(b"\0" * offset + content).decode()[start:end]
            if len(inside) >= SHORTEST_UNIQUE:
                yield inside
                yield quote(inside, safe="")
