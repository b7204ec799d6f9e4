"""Access tokens, one for each credential, renewed before they end; never stored, never logged."""

import re
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .foreign import bounded_number

# A token is renewed this long before its end, so that it does not end on the way; short lives are halved.
MARGIN = timedelta(seconds=60)
LONGEST_LIFE = timedelta(days=30)


def renewal(now: datetime, seconds: float) -> datetime:
    """Return when a token that lives for some seconds should be renewed."""
    life = timedelta(seconds=seconds)
    return now + max(life - MARGIN, life / 2)


@dataclass(frozen=True)
class Token:
    """An access token, and when it should be renewed."""

    value: str = field(repr=False)
    renew_at: datetime
    scopes: tuple[str, ...] = ()
    refresh: str | None = field(default=None, repr=False)
    refresh_until: datetime | None = None


def token_of(answer: Any, now: datetime) -> Token:
    """Read the answer to a token request.

    :raises ValueError: it holds no token, one that no header can carry, or no life in seconds
    """
    value = answer.get("access_token") if isinstance(answer, dict) else None
    seconds = _seconds(answer.get("expires_in")) if value else None
    if not _fits_header(value) or seconds is None:
        raise ValueError("no token")
    refresh, refresh_seconds = answer.get("refresh_token"), _seconds(answer.get("refresh_expires_in"))
    scope = answer.get("scope")
    return Token(
        value=value,
        renew_at=renewal(now, seconds),
        scopes=tuple(scope.split()) if isinstance(scope, str) else (),
        refresh=refresh if _fits_header(refresh) else None,
        refresh_until=renewal(now, refresh_seconds) if refresh_seconds else None,
    )


def _fits_header(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[\x21-\x7e]{1,8000}", value))


def _seconds(value: Any) -> float | None:
    number = bounded_number(str(value))
    return None if number is None or number < 0 else min(float(number), LONGEST_LIFE.total_seconds())


class TokenCache:
    """Tokens by key; at any time only one thread asks OTTO for the same one."""

    def __init__(self):
        self._tokens: dict[str, Token] = {}
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def get(
        self, key: str, now: datetime, fetch: Callable[[Token | None], Token], patience: float | None = None
    ) -> Token:
        """Return a token that is still good, fetched if need be.

        :param fetch: called with the old token or None; its errors pass through
        :param patience: seconds to wait for another thread that is fetching it; default: until it has
        :raises TimeoutError: it was not there in time
        """
        lock = self._locks[key]
        if not lock.acquire(timeout=-1 if patience is None else patience):
            raise TimeoutError
        try:
            token = self._tokens.get(key)
            if token is None or token.renew_at <= now:
                token = self._tokens[key] = fetch(token)
            return token
        finally:
            lock.release()

    def forget(self, key: str, value: str) -> None:
        """Drop a token that OTTO refused, unless another thread has renewed it meanwhile."""
        with self._locks[key]:
            if key in self._tokens and self._tokens[key].value == value:
                del self._tokens[key]

    def drop(self, key: str) -> None:
        """Forget a key's token, so that the next one is fetched."""
        with self._locks[key]:
            self._tokens.pop(key, None)


PROCESS_CACHE = TokenCache()
