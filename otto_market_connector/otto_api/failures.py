"""What became of a call that has no answer: one kind of error, with a key for the users' words.

The same file is in both wire packages, which are installed apart from each other; a test keeps the two alike. Whoever
changes one changes the other.
"""

import http.client
import socket
import ssl
import zlib
from collections.abc import Iterator

import requests
import urllib3

# What a call that has no usable answer ends with.
BROKEN = (
    requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError, zlib.error,
)  # fmt: skip
# What Python's and `requests`' own readers stumble over odd headers with.
BEWILDERED = (TypeError, LookupError, AttributeError, ArithmeticError, AssertionError, RuntimeError)
# What became of a call that has no answer, by key; callers put the keys into their users' words.
WORDS = {
    "connect_timeout": "no connection in time",
    "timeout": "no answer in time",
    "no_security": "no secure connection",
    "cut": "connection cut",
    "no_connection": "no connection",
    "unknown_host": "no server of this name",
    "wrong_address": "no address of a server",
    "unreadable": "no readable answer",
    "too_long": "an answer that is too long",
    "odd_login": "characters that no header can carry",
}


class NoAnswer(Exception):
    """A call without a usable answer. It holds nothing of the request.

    :ivar key: what happened, one of `WORDS`
    :ivar arrived: whether the other side may have received the request
    :ivar detail: more about it, e.g. what is wrong with a certificate; never anything that was sent
    :ivar status: HTTP status, if only the rest of the answer is missing
    """

    def __init__(self, key: str, *, arrived: bool, detail: str = "", status: int | None = None):
        super().__init__(WORDS[key])
        self.key = key
        self.arrived = arrived
        self.detail = detail
        self.status = status


class TooMuchError(OSError):
    """More bytes than an answer may have; an OSError, so that every layer closes the connection."""


def failure_of(error: Exception, status: int | None, *, sent: bool, connected: bool) -> NoAnswer:
    """Tell what an error means; nothing of it but the words of the TLS library and the operating system is kept.

    :param status: HTTP status, None when there is no answer
    :param sent: whether a whole request is out
    :param connected: whether a connection of ours carries it, so that `sent` says something
    """
    causes = list(_causes(error))
    key, detail = _key_of(causes)
    # Once the request is out, these errors speak of the answer and not of the request.
    if key in ("odd_login", "wrong_address") and (sent or status is not None):
        key = "unreadable"
    if status is not None:
        return NoAnswer(key, arrived=True, detail=detail, status=status)
    return NoAnswer(key, arrived=_may_have_arrived(key, causes, sent or not connected), detail=detail)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those it is made of: urllib3 and requests put one into the other."""
    seen: list[BaseException] = []
    todo = [error]
    while todo and len(seen) < 20:
        one = todo.pop(0)
        if any(one is other for other in seen):
            continue
        seen.append(one)
        yield one
        inner = [*one.args, getattr(one, "reason", None), one.__cause__]
        todo += [each for each in inner if isinstance(each, BaseException)]


# What errors mean, the first that fits: a certificate is a matter of TLS, old urllib3 takes refused for late.
_KINDS: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("no_security", (ssl.SSLCertVerificationError,)),
    ("too_long", (TooMuchError,)),
    ("no_security", (ssl.SSLError, urllib3.exceptions.SSLError, requests.exceptions.SSLError)),
    (
        "wrong_address",
        (
            requests.exceptions.InvalidURL,
            requests.exceptions.MissingSchema,
            requests.exceptions.InvalidSchema,
            urllib3.exceptions.LocationValueError,
        ),
    ),
    ("odd_login", (requests.exceptions.InvalidHeader,)),
    ("unknown_host", (socket.gaierror, getattr(urllib3.exceptions, "NameResolutionError", socket.gaierror))),
    (
        "no_connection",
        (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ProxyError, requests.exceptions.ProxyError),
    ),
    ("connect_timeout", (requests.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError)),
    ("timeout", (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)),
    ("unreadable", (http.client.UnknownProtocol,)),
    ("unreadable", (zlib.error, requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError)),
    ("cut", (requests.ConnectionError, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)),
    ("odd_login", (ValueError,)),
)


def _key_of(causes: list[BaseException]) -> tuple[str, str]:
    """Return the key of what happened, and more about it where that says more than the key."""
    for key, kinds in _KINDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return key, _detail(key, causes)
    return "unreadable", ""


def _detail(key: str, causes: list[BaseException]) -> str:
    if key == "no_security":
        reasons = [getattr(each, "verify_message", None) or getattr(each, "reason", None) for each in causes]
        said = [reason for reason in reasons if isinstance(reason, str)]
        return said[0].replace("_", " ")[:200] if said else ""
    if key == "no_connection":
        known = [each.strerror for each in causes if isinstance(each, OSError) and isinstance(each.errno, int)]
        return known[0] if known and known[0] else ""
    return ""


def _may_have_arrived(key: str, causes: list[BaseException], out: bool) -> bool:
    """Tell whether the other side may have received the request before the connection failed."""
    if key in ("connect_timeout", "no_connection", "unknown_host", "wrong_address", "odd_login"):
        return False
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return False
    # A handshake that fails or takes too long comes before the request; of half a request nothing is done.
    return out
