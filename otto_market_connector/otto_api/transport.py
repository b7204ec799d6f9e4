"""The one place where a request to OTTO is built, logged, sent and judged."""

import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import requests
from requests.auth import AuthBase

from . import dialects
from .auth import BearerAuth, NoAuth
from .connections import Answer, Bounds, exchange, keep_connections
from .const import TOKEN_PATH
from .credentials import OAuth2Credentials, PasswordCredentials
from .errors import (
    OttoAuthError,
    OttoConflict,
    OttoError,
    OttoForbidden,
    OttoInvalid,
    OttoNotFound,
    OttoRateLimited,
    OttoTooLarge,
    OttoUnavailable,
)
from .failures import WORDS, NoAnswer
from .foreign import Secrets, wait_asked
from .pace import FOR_EVER, Budget
from .tokens import PROCESS_CACHE, Token, TokenCache, token_of
from .wire import host_of

_logger = logging.getLogger(__name__)

# Seconds to connect and to wait for an answer; together they are the whole time of a call, all its tries included.
TIMEOUT = (5, 30)
# The longest pages have some 2 MB: a hundred articles with their descriptions.
MOST_BYTES = 16 * 1024 * 1024
DEFAULT_WAIT = timedelta(seconds=60)
UNREADABLE = "OTTO's answer cannot be read"

# Is told of each request: method, path, status (0 without an answer), milliseconds.
Observer = Callable[[str, str, int, int], None]


def utc_now() -> datetime:
    """Return the present moment, aware."""
    return datetime.now(timezone.utc)


class Transport:
    """Sends requests with a token and turns answers into JSON or errors."""

    def __init__(
        self,
        base_url: str,
        credentials: OAuth2Credentials | PasswordCredentials,
        session: requests.Session | None = None,
        clock: Callable[[], datetime] = utc_now,
        cache: TokenCache = PROCESS_CACHE,
        timeout: tuple[float, float] = TIMEOUT,
        observer: Observer | None = None,
        budget: Budget | None = None,
    ):
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._session = session or requests.Session()
        self._clock = clock
        self._cache = cache
        self._timeout = timeout
        self._observer = observer
        self._budget = budget
        self._key = f"{self._base_url}:{credentials.fingerprint()}"
        # A token that was just renewed may still be named in an answer.
        self._tokens: deque[Token] = deque(maxlen=3)
        self._secrets = Secrets(credentials.secrets())
        keep_connections(self._session, self._base_url)

    def call(
        self,
        method: str,
        path: str,
        *,
        params: list[tuple[str, str]] | None = None,
        body: Any = None,
        repeatable: bool | None = None,
        within: float | None = None,
        accept: tuple[int, ...] = (),
        bare: tuple[int, ...] = (),
    ) -> tuple[int, Any]:
        """Send a request with a token, renewed once when OTTO does not accept it.

        :param repeatable: whether a connection error or 5xx may be answered by sending it again; default: GET only
        :param within: seconds that all of it may take, the token included; nothing is then sent again
        :param accept: further statuses whose body is returned instead of raised
        :param bare: good statuses that say everything: a body that is no JSON counts as empty, unless it is a page
        :return: HTTP status and the decoded JSON body (None when empty); numbers with a point are `Decimal`
        :raises OttoError: one of its subclasses
        """
        repeatable = method == "GET" if repeatable is None else repeatable
        end = None if within is None else time.monotonic() + within
        answer = self._ask(method, path, params=params, json=body, repeatable=repeatable, end=end)
        if answer.status_code in bare and not answer.is_page:
            return answer.status_code, dialects.body_of(answer, self._secrets)
        return answer.status_code, self._judge(method, path, answer, accept)

    def read_text(self, path: str, params: list[tuple[str, str]] | None = None) -> tuple[Any, str]:
        """Return the decoded JSON of a GET, and the same as text as it was received, without secrets.

        :raises OttoError: one of its subclasses
        """
        answer = self._ask("GET", path, params=params, repeatable=True, end=None)
        body = self._judge("GET", path, answer, ())
        return body, self._secrets.hide(answer.content.decode("utf-8-sig", "replace"))

    def fetch(self, path: str, kind: str, most: int) -> Answer:
        """Return the answer to a GET for a document, good or with status 404, as it is.

        :param kind: the wanted type, e.g. ``application/pdf``
        :param most: bytes that it may have
        :raises OttoError: one of its subclasses, for every other status
        """
        answer = self._ask("GET", path, repeatable=True, end=None, kind=kind, most=most)
        if not (200 <= answer.status_code < 300 or answer.status_code == 404):
            self._judge("GET", path, answer, ())
        return answer

    def _ask(self, method: str, path: str, *, end: float | None, **kwargs) -> Answer:
        """Send a request with a token, renewed once when OTTO does not accept it."""
        for attempt in (1, 2):
            token = self._known(self.token(end=end))
            answer = self._send(method, path, auth=BearerAuth(token.value), end=end, **kwargs)
            if attempt == 2 or not dialects.refuses_token(answer, self._secrets):
                break
            self._cache.forget(self._key, token.value)
        return answer

    def words(self, text: str) -> str:
        """Return a text of OTTO's as it may be stored and shown: without secrets, of a bounded length."""
        return self._secrets.words(text)

    def _known(self, token: Token) -> Token:
        """Remember a token among what must not be told."""
        if token not in self._tokens:
            self._tokens.append(token)
            values = [value for known in self._tokens for value in (known.value, known.refresh)]
            self._secrets = Secrets([*self._credentials.secrets(), *values])
        return token

    def token(self, *, fresh: bool = False, end: float | None = None) -> Token:
        """Return a good token.

        :param fresh: ask OTTO for a new one, whatever is cached
        :param end: moment of `time.monotonic` by which it must be there
        :raises OttoAuthError: the credentials are refused
        :raises OttoUnavailable: somebody else is still fetching it at the end
        """
        if fresh:
            self._cache.drop(self._key)
        try:
            return self._cache.get(
                self._key, self._clock(), lambda old: self._fetch_token(old, end), None if end is None else _left(end)
            )
        except TimeoutError:
            raise self._unavailable("POST", TOKEN_PATH, "timeout") from None

    def _fetch_token(self, old: Token | None, end: float | None = None) -> Token:
        now = self._clock()
        if old:
            self._known(old)
        refresh = old.refresh if old and old.refresh and old.refresh_until and old.refresh_until > now else None
        answer = self._ask_token(refresh, end)
        if refresh and answer.status_code in (400, 401):
            answer = self._ask_token(None, end)
        if answer.status_code in (400, 401):
            raise self._refused_token(answer)
        if answer.status_code >= 300:
            self._judge("POST", TOKEN_PATH, answer, ())
        try:
            # Nothing is taken out of this one: it is the secret.
            return token_of(Secrets().read_json(answer.content), now)
        except ValueError:
            raise OttoUnavailable(
                self._unreadable(answer, "OTTO's token answer cannot be read"), request=f"POST {TOKEN_PATH}"
            ) from None

    def _ask_token(self, refresh: str | None, end: float | None) -> Answer:
        form = self._credentials.form(refresh)
        return self._send("POST", TOKEN_PATH, data=form, auth=NoAuth(), repeatable=True, end=end)

    def _refused_token(self, answer: Answer) -> OttoAuthError:
        words, _codes = dialects.read(answer, self._secrets)
        details = {"status": answer.status_code, "request": f"POST {TOKEN_PATH}"}
        if "invalid_scope" in words:
            return OttoForbidden(words, **details)
        return OttoAuthError(words, **details)

    def _send(
        self,
        method: str,
        path: str,
        *,
        auth: AuthBase,
        repeatable: bool,
        end: float | None,
        kind: str = "application/json",
        most: int | None = None,
        **kwargs,
    ) -> Answer:
        """Send one request; without a usable answer it is an error that keeps nothing of headers or body."""
        seconds, timeout = sum(self._timeout), self._timeout
        if end is not None:
            seconds, repeatable = min(seconds, _left(end)), False
            timeout = tuple(min(each, seconds) for each in timeout)
        again = None
        if self._budget:
            self._budget.take(f"{method} {path}", seconds)
            again = self._budget.again
        start = time.monotonic()
        bounds = Bounds(end=start + seconds, most=most or MOST_BYTES, repeatable=repeatable, again=again)
        kwargs |= {"auth": auth, "timeout": timeout, "headers": {"Accept": kind}}
        try:
            answer = exchange(self._session, method, self._base_url + path, bounds, **kwargs)
        except NoAnswer as failure:
            error = self._no_answer(method, path, failure)
            self._observe(method, path, failure.status or 0, start, _waited(failure.key, seconds))
        else:
            _logger.debug("%s %s: %s, %.0f ms", method, path, answer.status_code, (time.monotonic() - start) * 1000)
            self._observe(method, path, answer.status_code, start)
            return answer
        _logger.debug("%s %s: %s", method, path, error.words)
        raise error

    def _observe(self, method: str, path: str, status: int, start: float, waited: float = 0) -> None:
        seconds = time.monotonic() - start
        if self._budget:
            self._budget.heard(seconds, waited)
        if self._observer:
            self._observer(method, path, status, round(seconds * 1000))

    def _no_answer(self, method: str, path: str, failure: NoAnswer) -> OttoError:
        if failure.key == "odd_login":
            return OttoAuthError(WORDS[failure.key], request=f"{method} {path}")
        return self._unavailable(
            method, path, failure.key, failure.detail, maybe_done=failure.arrived, status=failure.status
        )

    def _unavailable(self, method: str, path: str, key: str, detail: str = "", **kwargs) -> OttoUnavailable:
        host = host_of(self._base_url)
        place = f"{host}: {detail}" if detail else host
        return OttoUnavailable(
            f"{WORDS[key]} ({place})", key=key, host=host, detail=detail, request=f"{method} {path}", **kwargs
        )

    def _judge(self, method: str, path: str, answer: Answer, accept: tuple[int, ...]) -> Any:
        """Return the JSON of a good answer, or raise what a bad one means."""
        status = answer.status_code
        if status < 300 or status in accept:
            return self._decoded(method, path, answer)
        words, codes = dialects.read(answer, self._secrets)
        details = {"status": status, "request": f"{method} {path}", "codes": codes}
        if status == 429:
            wait = wait_asked(answer.headers, self._clock()) or DEFAULT_WAIT
            if self._budget:
                self._budget.told_to_wait(wait.total_seconds())
            raise OttoRateLimited(words, until=self._clock() + wait, **details)
        if status == 403:
            raise OttoForbidden(words, blocked=answer.is_page, **details)
        if status >= 500 or status < 400:
            raise OttoUnavailable(words, maybe_done=status in (500, 502, 504), **details)
        raise _ERRORS.get(status, OttoInvalid)(words, **details)

    def _decoded(self, method: str, path: str, answer: Answer) -> Any:
        if not answer.content:
            return None
        try:
            return self._secrets.read_json(answer.content)
        except ValueError:
            raise OttoUnavailable(
                self._unreadable(answer, UNREADABLE),
                maybe_done=True,
                status=answer.status_code,
                request=f"{method} {path}",
            ) from None

    def _unreadable(self, answer: Answer, words: str) -> str:
        return dialects.read(answer, self._secrets)[0] if answer.is_page else words


_ERRORS: dict[int, type[OttoError]] = {401: OttoAuthError, 404: OttoNotFound, 409: OttoConflict, 413: OttoTooLarge}


def _waited(key: str, seconds: float) -> float:
    """Return how long an answer was waited for in vain, 0 where it was another failure that ended the request.

    Where there is not even a connection, no wait is long enough.
    """
    return {"timeout": seconds, "connect_timeout": FOR_EVER}.get(key, 0)


def _left(end: float) -> float:
    """Return the seconds until a moment of `time.monotonic`; never none, which would mean to wait for ever."""
    return max(end - time.monotonic(), 0.01)
