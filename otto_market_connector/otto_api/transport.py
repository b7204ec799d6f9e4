"""The one place where a request to OTTO is built, logged, sent and judged."""

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util import Retry

from . import dialects
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
from .tokens import PROCESS_CACHE, Token, TokenCache, renewal

_logger = logging.getLogger(__name__)

TIMEOUT = (5, 30)
DEFAULT_WAIT = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=1)

# Waits of 0, 1 and 2 seconds: at most 5 seconds in all. 429 is not in it: it is never slept away.
RETRY = Retry(
    total=3, backoff_factor=0.5, status_forcelist=(500, 502, 503, 504), allowed_methods=None, raise_on_status=False,
    respect_retry_after_header=False,
)  # fmt: skip
NO_RETRY = Retry(total=0, raise_on_status=False)


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
    ):
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._session = session or requests.Session()
        self._clock = clock
        self._cache = cache
        self._timeout = timeout
        self._key = f"{self._base_url}:{credentials.fingerprint()}"

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
        """Send a request with a token, renewed once after a 401.

        :param repeatable: whether a connection error or 5xx may be answered by sending it again; default: GET only
        :param within: seconds that all of it may take, the token included; nothing is then sent again
        :param accept: further statuses whose body is returned instead of raised
        :param bare: good statuses that say everything: a body that is no JSON counts as empty, unless it is a page
        :return: HTTP status and the decoded JSON body (None when empty); numbers with a point are `Decimal`
        :raises OttoError: one of its subclasses
        """
        repeatable = method == "GET" if repeatable is None else repeatable
        end = None if within is None else time.monotonic() + within
        for attempt in (1, 2):
            token = self.token(end=end)
            headers = {"Authorization": f"Bearer {token.value}", "Accept": "application/json"}
            response = self._send(
                method, path, params=params, json=body, headers=headers, repeatable=repeatable, end=end
            )
            if response.status_code != 401 or attempt == 2:
                break
            self._cache.forget(self._key, token.value)
        if response.status_code in bare and not _is_page(response):
            return response.status_code, _maybe_json(response)
        return response.status_code, self._judge(method, path, response, accept)

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
            raise OttoUnavailable("the answer takes too long", request=f"POST {TOKEN_PATH}") from None

    def _fetch_token(self, old: Token | None, end: float | None = None) -> Token:
        now = self._clock()
        refresh = old.refresh if old and old.refresh and old.refresh_until and old.refresh_until > now else None
        response = self._send("POST", TOKEN_PATH, data=self._credentials.form(refresh), repeatable=True, end=end)
        if refresh and response.status_code in (400, 401):
            response = self._send("POST", TOKEN_PATH, data=self._credentials.form(), repeatable=True, end=end)
        if response.status_code in (400, 401):
            raise self._refused_token(response)
        answer = self._judge("POST", TOKEN_PATH, response, ())
        try:
            return _token_of(answer, now)
        except (TypeError, KeyError, ValueError):
            raise OttoUnavailable("OTTO's token answer cannot be read", request=f"POST {TOKEN_PATH}") from None

    def _refused_token(self, response: requests.Response) -> OttoAuthError:
        words, _codes = dialects.read(response.status_code, response.headers.get("Content-Type", ""), response.text)
        details = {"status": response.status_code, "request": f"POST {TOKEN_PATH}"}
        if "invalid_scope" in words:
            return OttoForbidden(words, **details)
        return OttoAuthError(words, **details)

    def _send(self, method, path, *, repeatable, end=None, **kwargs) -> requests.Response:
        """Send one request; connection errors become `OttoUnavailable` without a trace of headers or body."""
        timeout, patient = self._timeout, repeatable and end is None
        if end is not None:
            timeout = tuple(min(seconds, _left(end)) for seconds in self._timeout)
        self._session.mount(self._base_url, HTTPAdapter(max_retries=RETRY if patient else NO_RETRY))
        start = time.monotonic()
        try:
            response = self._session.request(
                method, self._base_url + path, timeout=timeout, allow_redirects=False, **kwargs
            )
        except requests.exceptions.ConnectTimeout:
            error = OttoUnavailable("no answer", request=f"{method} {path}")
        except requests.exceptions.Timeout:
            error = OttoUnavailable("the answer takes too long", maybe_done=True, request=f"{method} {path}")
        except requests.exceptions.RequestException as exception:
            error = OttoUnavailable("no connection", maybe_done=not _never_sent(exception), request=f"{method} {path}")
        else:
            _logger.debug("%s %s: %s, %.0f ms", method, path, response.status_code, (time.monotonic() - start) * 1000)
            return response
        _logger.debug("%s %s: %s", method, path, error.words)
        raise error

    def _judge(self, method: str, path: str, response: requests.Response, accept: tuple[int, ...]) -> Any:
        """Return the JSON of a good answer, or raise what a bad one means."""
        status = response.status_code
        if status < 300 or status in accept:
            return self._decoded(method, path, response)
        words, codes = dialects.read(status, response.headers.get("Content-Type", ""), response.text)
        details = {"status": status, "request": f"{method} {path}", "codes": codes}
        if status == 429:
            raise OttoRateLimited(words, until=self._clock() + _wait(response, self._clock()), **details)
        if status == 403:
            raise OttoForbidden(words, blocked=_is_page(response), **details)
        if status >= 500 or status < 400:
            raise OttoUnavailable(words, maybe_done=status in (500, 502, 504), **details)
        raise _ERRORS.get(status, OttoInvalid)(words, **details)

    def _decoded(self, method: str, path: str, response: requests.Response) -> Any:
        if not response.content:
            return None
        try:
            return _json(response)
        except ValueError:
            words, _codes = dialects.read(response.status_code, response.headers.get("Content-Type", ""), response.text)
            words = words if "page" in words else "OTTO's answer cannot be read"
            raise OttoUnavailable(
                words, maybe_done=True, status=response.status_code, request=f"{method} {path}"
            ) from None


def _json(response: requests.Response) -> Any:
    return json.loads(response.content.decode("utf-8"), parse_float=Decimal)


def _maybe_json(response: requests.Response) -> Any:
    try:
        return _json(response)
    except ValueError:
        return None


def _is_page(response: requests.Response) -> bool:
    """Tell whether a page answers: a wall or a maintenance notice in front of OTTO's interface, whatever its status."""
    return "html" in response.headers.get("Content-Type", "") or response.content[:99].lstrip().startswith(b"<")


_ERRORS: dict[int, type[OttoError]] = {401: OttoAuthError, 404: OttoNotFound, 409: OttoConflict, 413: OttoTooLarge}


def _token_of(answer: dict, now: datetime) -> Token:
    refresh_seconds = float(answer.get("refresh_expires_in") or 0)
    return Token(
        value=answer["access_token"],
        renew_at=renewal(now, float(answer["expires_in"])),
        scopes=tuple((answer.get("scope") or "").split()),
        refresh=answer.get("refresh_token"),
        refresh_until=renewal(now, refresh_seconds) if refresh_seconds else None,
    )


def _left(end: float) -> float:
    """Return the seconds until a moment of `time.monotonic`; never none, which would mean to wait for ever."""
    return max(end - time.monotonic(), 0.01)


def _wait(response: requests.Response, now: datetime) -> timedelta:
    """Return how long OTTO asks to wait: seconds or a date; header names as gateways use them."""
    for header in ("Retry-After", "RateLimit-Reset", "X-RateLimit-Reset"):
        value = response.headers.get(header, "").strip()
        if value.isdigit():
            return min(timedelta(seconds=max(int(value), 1)), LONGEST_WAIT)
        try:
            return min(max(parsedate_to_datetime(value) - now, timedelta(seconds=1)), LONGEST_WAIT)
        except (TypeError, ValueError):
            continue
    return DEFAULT_WAIT


def _never_sent(exception: requests.exceptions.RequestException) -> bool:
    """Tell whether a connection was refused before the request could leave."""
    cause = exception.args[0] if exception.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, (NewConnectionError, NameResolutionError, ConnectTimeoutError))
