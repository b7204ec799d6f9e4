"""One HTTP exchange over kept connections, with limits on its time and its size.

The same file is in both wire packages, which are installed apart from each other; a test keeps the two alike. Whoever
changes one changes the other.

`requests` itself bounds neither the time of an answer (one byte before each time-out goes on for ever), nor what
`urllib3` reads of an answer that it throws away, nor what a small compressed body grows to.
"""

import contextlib
import http.client
import io
import time
import zlib
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from .failures import BEWILDERED, BROKEN, TooMuchError, failure_of
from .lookup import connect

# A connection that was idle for longer is not used by a call that must not be sent twice: the server may be closing it
# at this very moment, and nobody could tell afterwards whether the call arrived.
FRESH_SECONDS = 1.0
CHUNK = 65536
# Blanks, NUL and marks of the coding, which may stand before the first character of a page.
EDGE = b" \t\r\n\x0b\x0c\0\xef\xbb\xbf\xff\xfe"
# An interface needs none. One that is kept would go along with every later call.
NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])


@dataclass(slots=True)
class Bounds:
    """Limits of one call, and how far it is.

    :ivar end: moment of `time.monotonic` at which it ends, whatever comes
    :ivar most: bytes that an answer may have, as it travels and unpacked
    :ivar repeatable: whether it may be sent again after a failure
    :ivar again: asked before it is sent again, where each time counts
    :ivar connected: whether a connection of ours carries it, so that `sent` says something
    :ivar sent: whether a whole request is out and its answer is waited for
    """

    end: float
    most: int
    repeatable: bool = False
    again: Callable[[], bool] | None = None
    connected: bool = False
    sent: bool = False

    @property
    def left(self) -> float:
        """Seconds that are left; negative when the time is over."""
        return self.end - time.monotonic()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `content` is unpacked, and empty where a refusal's body could not be read."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes = b""

    @property
    def text(self) -> str:
        """The content as text, whatever bytes it holds."""
        return self.content.decode("utf-8", "replace")

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people: a wall or a maintenance notice in front of the interface."""
        kind = self.headers.get("Content-Type", "").lower()
        return "html" in kind or self.content[:CHUNK].lstrip(EDGE).startswith(b"<")


_BOUNDS: ContextVar[Bounds | None] = ContextVar("bounds", default=None)


class _BoundedSocket(io.RawIOBase):
    """Reads a socket within the limits of the call, each time only as long as is left of it."""

    def __init__(self, raw: io.RawIOBase, sock: Any, bounds: Bounds):
        super().__init__()
        self._raw, self._sock, self._bounds = raw, sock, bounds
        self._patience, self._seen = sock.gettimeout(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what comes.

        :raises TimeoutError: the call's time is over
        :raises TooMuchError: the answer is too long
        """
        left = self._bounds.left
        if left <= 0:
            raise TimeoutError("the call's time is over")
        self._sock.settimeout(left if self._patience is None else min(left, self._patience))
        count = self._raw.readinto(buffer)  # type: ignore[attr-defined]
        self._seen += count or 0
        # Headers count too, and are never that long.
        if self._seen > self._bounds.most + CHUNK:
            raise TooMuchError("more bytes than an answer may have")
        return count

    def close(self) -> None:  # pylint: disable=missing-return
        if not self.closed:
            with contextlib.suppress(OSError):
                self._sock.settimeout(self._patience)
            self._raw.close()
        super().close()


class _BoundedResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any):
        super().__init__(sock, *args, **kwargs)
        if bounds := _BOUNDS.get():
            bounds.sent = True
            self.fp: Any = io.BufferedReader(_BoundedSocket(self.fp.detach(), sock, bounds))  # type: ignore[arg-type]

    def begin(self) -> None:  # pylint: disable=missing-return
        """Read the head of the answer.

        urllib3 writes into the log what it cannot read of a head, and that may be an echo of the request: nothing of
        it is kept, and errors are made anew without it.
        """
        try:
            super().begin()
        except http.client.RemoteDisconnected:
            raise
        except (http.client.BadStatusLine, http.client.UnknownProtocol) as error:
            raise type(error)("an unreadable one") from None
        self.msg.defects.clear()
        self.msg.set_payload("")

    def _read_status(self) -> tuple[str, int, str]:
        """Return the status of the answer itself.

        Python passes over a 100 only. Of any other announcement it makes the answer, and leaves the real one on the
        connection, where the next call would take it for its own.

        :raises http.client.UnknownProtocol: the server changes to another protocol, which nobody asked for
        """
        status = super()._read_status()  # type: ignore[misc]
        while 100 < status[1] < 200:
            if status[1] == http.client.SWITCHING_PROTOCOLS:
                raise http.client.UnknownProtocol(status[0])
            http.client.parse_headers(self.fp)
            status = super()._read_status()  # type: ignore[misc]
        return status


class _Pool:
    """What both kinds of pools do beside urllib3's own."""

    def _new_conn(self) -> Any:
        connection = super()._new_conn()  # type: ignore[misc]
        connection.response_class = _BoundedResponse
        if not getattr(connection, "looks_up_itself", False):
            connection._new_conn = partial(_connect, connection, connection._new_conn)
        return connection

    def _get_conn(self, timeout: float | None = None) -> Any:
        # urllib3 opens a connection anew that the server has closed already; see FRESH_SECONDS for what is left.
        connection, bounds = super()._get_conn(timeout), _BOUNDS.get()  # type: ignore[misc]
        if bounds:
            bounds.connected = True
        kept_at = getattr(connection, "kept_at", None)
        if bounds and not bounds.repeatable and kept_at and time.monotonic() - kept_at > FRESH_SECONDS:
            connection.close()
        return connection

    def _put_conn(self, conn: Any) -> None:  # pylint: disable=missing-return
        if conn is not None:
            conn.kept_at = time.monotonic()
        super()._put_conn(conn)  # type: ignore[misc]


def _connect(connection: Any, plain: Callable[[], Any]) -> Any:
    bounds = _BOUNDS.get()
    return connect(connection, plain, lambda: bounds.left) if bounds else plain()


class _HTTPPool(_Pool, urllib3.HTTPConnectionPool):
    pass


class _HTTPSPool(_Pool, urllib3.HTTPSConnectionPool):
    pass


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class _BoundedRetry(Retry):
    """Repeats what may be repeated, until the call's time is over."""

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        return _may_repeat() and super().is_retry(method, status_code, has_retry_after)

    def is_exhausted(self) -> bool:
        # Asked once for each time that it would be sent again.
        return not _may_repeat() or super().is_exhausted() or not _is_granted()


def _may_repeat() -> bool:
    bounds = _BOUNDS.get()
    return bounds is not None and bounds.repeatable and bounds.left > 0


def _is_granted() -> bool:
    bounds = _BOUNDS.get()
    return bounds is None or bounds.again is None or bounds.again()


# Waits of 0, 1 and 2 seconds. 429 is not in it: it is never slept away.
RETRY = _BoundedRetry(
    total=3, backoff_factor=0.5, status_forcelist=(500, 502, 503, 504), allowed_methods=None, raise_on_status=False,
    respect_retry_after_header=False,
)  # fmt: skip


class KeptConnections(HTTPAdapter):
    """Keeps connections for the next call; only calls that may be repeated are."""

    def __init__(self) -> None:
        super().__init__(max_retries=RETRY)

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        response = super().send(*args, **kwargs)
        # Without being asked to follow it, `requests` prepares for a redirect: it reads and unpacks the whole body.
        response.headers.pop("Location", None)
        return response

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # pylint: disable=missing-return
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager


def keep_connections(session: Any, *urls: str) -> None:
    """Let a session keep its connections to these addresses for the next call."""
    if isinstance(session, requests.Session):
        for url in urls:
            if not isinstance(session.adapters.get(url), KeptConnections):
                session.mount(url, KeptConnections())


def exchange(session: requests.Session, method: str, url: str, bounds: Bounds, **kwargs: Any) -> Answer:
    """Send a request and return its answer, whatever its status; redirects are not followed.

    :param kwargs: as for `requests`; `auth` must be there, or a login of ~/.netrc would take its place
    :raises NoAnswer: there is none, it is too long or comes too slowly
    """
    if isinstance(session, requests.Session):
        session.cookies.set_policy(NO_COOKIES)
    kwargs["headers"] = {"Accept-Encoding": "gzip, deflate", **kwargs.get("headers", {})}
    token, status = _BOUNDS.set(bounds), None
    try:
        response = session.request(method, url, allow_redirects=False, stream=True, **kwargs)
        status = response.status_code
        return Answer(status, response.headers, _content(response, bounds))
    except (*BROKEN, *BEWILDERED) as error:
        failure = failure_of(error, status, sent=bounds.sent, connected=bounds.connected)
    finally:
        _BOUNDS.reset(token)
    # What is no success has been said with the status; a body that cannot be read changes nothing.
    if status is not None and status >= 300:
        return Answer(status, response.headers)
    # Raised here, so that no exception of `requests` with its headers and body is the context of it.
    raise failure


def _content(response: requests.Response, bounds: Bounds) -> bytes:
    """Read the body of an answer within its limits and give the connection back."""
    if response.raw is None:
        return response.content
    unpacker = _unpacker(response.headers.get("Content-Encoding", ""))
    pieces, size, whole = [], 0, False
    try:
        while chunk := response.raw.read(CHUNK, decode_content=False):
            piece = unpacker.decompress(chunk, bounds.most - size + 1) if unpacker else chunk
            size += len(piece)
            if size > bounds.most:
                raise TooMuchError("more bytes than an answer may have")
            if bounds.left <= 0:
                raise TimeoutError("the call's time is over")
            pieces.append(piece)
        if unpacker and pieces and not unpacker.eof:
            raise zlib.error("the end is missing")
        whole = True
    finally:
        # A connection on which something of the answer is still to come cannot be used again.
        if whole:
            response.raw.release_conn()
        else:
            response.close()
    return b"".join(pieces)


def _unpacker(encoding: str) -> Any:
    """Return what unpacks a body, None when it is not packed.

    :raises ValueError: it is packed in a way that was not asked for
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip"):
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    if encoding == "deflate":
        return zlib.decompressobj()
    raise ValueError("packed in an unknown way")
