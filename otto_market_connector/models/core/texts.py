"""Texts as they are stored: of OTTO, of people, of errors. No text is too long or holds what no database can hold."""

import hashlib
import traceback

from odoo.exceptions import UserError

from ...otto_api.foreign import Secrets, cut, tidy

# Nobody reads on. Longer texts fill the chatter, mails and the log.
MOST_TEXT = 4000
# An index takes keys of up to 2,700 bytes; a character has up to four.
MOST_KEY = 200
MOST_DEFECT = 200
MOST_TRACE = 4000


def stored(text, most=MOST_TEXT):
    """Return a text as it may be stored: without NUL and halves of surrogate pairs, of a bounded length.

    :param most: characters
    """
    return cut(tidy(str(text)), most)


def defect(error):
    """Return what a programmer needs to know of an error, for the end of a sentence; no secret that it may quote."""
    return Secrets().words(f"{type(error).__name__}: {error}", MOST_DEFECT)


def trace(error):
    """Return the last lines of where a defect happened, for administrators; no secret that it may quote."""
    lines = "".join(traceback.format_exception(error))
    return Secrets().words(lines[-MOST_TRACE:], MOST_TRACE)


def reason_of(error):
    """Return why something failed: the sentence that was made for a person, of a defect what a programmer needs.

    :param error: an exception, or the sentence itself
    """
    return str(error) if isinstance(error, (str, UserError)) else defect(error)


def key_of(text):
    """Return a key under which something is found again; a long one keeps its beginning and stays its own."""
    text = tidy(str(text or "-"))
    if len(text) <= MOST_KEY:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{text[: MOST_KEY - 17]}…{digest}"
