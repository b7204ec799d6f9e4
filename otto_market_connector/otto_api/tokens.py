"""Access tokens, one for each credential, renewed before they end; never stored, never logged."""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# A token is renewed this long before its end, so that it does not end on the way; short lives are halved.
MARGIN = timedelta(seconds=60)


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
