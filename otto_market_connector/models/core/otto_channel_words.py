"""What OTTO says, or does not say, in the words of who reads it; OTTO's own words are quoted as such."""

import re

from odoo import models

from ...otto_api import AWAY, OttoForbidden, OttoRateLimited, OttoUnavailable
from ...otto_api.foreign import WORDS_LIMIT
from .moments import naive
from .texts import stored

# What the wire says of a field that cannot be read: its path, and what is wrong with it.
FIELD = re.compile(
    r"(?:OTTO's answer cannot be read: )?(?P<path>\S+|the answer) "
    r"(?P<what>is (?:missing|empty|too long|neither true nor false|no [\w ]+|the number of another [\w ]+)"
    r"|has (?:another currency|parts) [\w ]+)(?:: (?P<shown>.*))?",
    re.DOTALL,
)

# What the wire says of whole answers.
ODD_LINK = "OTTO's next page "
ENDLESS = (
    "OTTO's list does not end",
    "OTTO's list ends with an empty page",
)
NO_DATA = (
    "OTTO's answer cannot be read",
    "OTTO's token answer cannot be read",
    "OTTO's answer is no PDF document",
    "OTTO's 404 does not come from its receipts",
)


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _otto_quoted(self, words):
        """Return OTTO's own words as a sentence that says whose they are; OTTO writes English in German shops, too."""
        return self.env._("OTTO writes: “%s”", _sentence(stored(words or "-", WORDS_LIMIT)))

    def _otto_error_text(self, error):
        """Say an `OttoError` in the user's words, with the remedy."""
        if isinstance(error, OttoUnavailable) and (text := self._no_answer_text(error)):
            return text
        words = {"words": self._otto_quoted(error.words)}
        if isinstance(error, OttoForbidden) and error.blocked:
            return self.env._(
                "OTTO blocks this server for a while. It is tried again later by itself. If it goes on, ask OTTO to "
                "unblock the server's address. %(words)s",
                **words,
            )
        if isinstance(error, OttoForbidden):
            return self.env._(
                "OTTO refuses access. Please check the permissions of the app in OTTO Partner Connect. %(words)s",
                **words,
            )
        if isinstance(error, OttoRateLimited):
            return self._wait_text(error)
        if error.status in (400, 401):
            return self.env._("OTTO does not accept the request or the credentials. %(words)s", **words)
        if isinstance(error, OttoUnavailable):
            return self.env._(
                "OTTO cannot be reached at the moment. It is tried again later by itself. %(words)s", **words
            )
        return self.env._("OTTO does not accept the request. %(words)s", **words)

    def _wait_text(self, error):
        """Say until when OTTO takes no more requests of this account."""
        return self.env._(
            "OTTO takes no more requests of this account before %(until)s. What Odoo does by itself goes on then; "
            "please try again after that.",
            until=self._local(naive(error.until)),
        )

    def _no_answer_text(self, error):
        """Say what became of a request that OTTO has not answered; False when OTTO said something itself."""
        server = {"host": stored(error.host, WORDS_LIMIT), "detail": stored(error.detail, WORDS_LIMIT)}
        if error.key == "no_security":
            return self.env._(
                "There is no secure connection to %(host)s: its certificate or encryption cannot be trusted "
                "(%(detail)s). Nothing was sent. Please check the address of the channel, a proxy in between, and the "
                "clock and certificates of this server.",
                **server,
            )
        if error.key in ("unknown_host", "wrong_address"):
            return self.env._(
                "OTTO cannot be reached: there is no server %(host)s. Please check the address of the channel and this "
                "server's connection to the internet.",
                **server,
            )
        if error.key == AWAY:
            return self.env._(
                "OTTO has not answered a moment ago, so nobody waits for it again before %(until)s. Odoo asks again by "
                "itself after that; if it goes on, please check this server's connection to the internet.",
                until=self._local(naive(error.until)),
            )
        if error.key == "odd_login":
            return self.env._("The credentials contain characters that cannot be sent. Please enter them again.")
        if error.key in ("connect_timeout", "timeout"):
            return self.env._(
                "OTTO cannot be reached: %(host)s does not answer in time. It is tried again later by itself.", **server
            )
        if error.key in ("no_connection", "cut"):
            return self.env._(
                "OTTO cannot be reached: there is no connection to %(host)s, or it was cut. It is tried again later by "
                "itself.",
                **server,
            )
        if error.key:
            return self._unreadable_text()
        if error.status is None or error.status < 300:
            return self.env._(
                "OTTO cannot be reached at the moment, because its answer cannot be used: %(reason)s. It is tried "
                "again later by itself.",
                reason=self._field_words(error.words).rstrip("."),
            )
        return False

    def _unreadable_text(self):
        return self.env._(
            "The server that was asked gives an answer that cannot be read. Please check the address of the channel. "
            "If it is right, it is tried again later by itself."
        )

    def _field_words(self, reason):
        """Say in the user's words what is wrong with an answer of OTTO's; what is not known here stays as it is.

        :param reason: the wire's text, mostly of an `Unreadable`, such as ``positionItems[0].sku is missing``
        """
        if reason in ENDLESS or reason.startswith(ODD_LINK):
            return self.env._("a list of OTTO's does not come to its end")
        if reason in NO_DATA:
            return self.env._("it is no data")
        found = FIELD.fullmatch(stored(reason, WORDS_LIMIT))
        if not found:
            return stored(reason, WORDS_LIMIT)
        path, kind, shown = found["path"], found["what"], found["shown"]
        if kind in ("is missing", "is empty"):
            return self.env._("OTTO's field %(field)s is missing or empty", field=path)
        if kind == "is too long":
            return self.env._("OTTO's field %(field)s is too long (%(shown)s)", field=path, shown=shown or "…")
        if kind in ("is no object", "is no list", "is no list of receipts"):
            return self.env._("OTTO's field %(field)s has another structure than OTTO describes", field=path)
        if kind.startswith("has another currency"):
            return self.env._("OTTO's field %(field)s has another currency than the rest", field=path)
        if kind == "has parts of a cent":
            return self.env._("OTTO's field %(field)s has parts of a cent", field=path)
        if shown:
            return self.env._("OTTO's field %(field)s has a value that is none (%(shown)s)", field=path, shown=shown)
        return self.env._("OTTO's field %(field)s has a value that is none", field=path)


def _sentence(words):
    return words if words.endswith((".", "!", "?")) else f"{words}."
