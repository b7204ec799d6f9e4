"""Texts as people type and paste them: what nobody sees is taken out before anything is read, compared or sent."""

import re
import unicodedata

# Format characters (soft hyphen, zero width, bidirectional marks), control characters, halves of surrogate pairs.
_UNSEEN = ("Cf", "Cc", "Cs")
# Seen by nobody either, though Unicode counts them as letters, marks or symbols: joiner, fillers, variation selectors.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800" + "".join(map(chr, range(0xFE00, 0xFE10))))
_HYPHENS = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")


def tidy(text: str) -> str:
    """Return a text in one line without invisible characters, with single blanks and plain digits.

    Whatever breaks a line or sets a distance counts as a blank. Digits of other scripts become 0 to 9: DHL's numbers
    and postcodes are read by machines.
    """
    return " ".join("".join(_plain(character) for character in text or "").split())


def tidy_address(text: str) -> str:
    """Return a tidied text with plain hyphens: between numbers, web pages and word processors write longer dashes."""
    return _HYPHENS.sub("-", tidy(text))


def _plain(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in _UNSEEN or character in _FILLERS:
        return ""
    return str(unicodedata.digit(character)) if category == "Nd" else character
