"""OTTO's rate limits (facts/otto.md §2.3): requests in a minute for each account, tokens in a second for each address.

OTTO says that the state of the limit stands in the headers, not how they are called; these are the usual names of its
gateway. Requests that are refused do not count.
"""

import math
from collections import deque
from collections.abc import Callable
from typing import Any

from .clock import Clock
from .messages import WireJSON, is_wire

MINUTE, SECOND = 60.0, 1.0
TOKENS_PER_SECOND = 10
TOKEN_PATHS = ("/v1/token", "/oauth2/token")
REFUSAL = {"message": "API rate limit exceeded"}


class Window:
    """The requests of the last seconds of one account or address."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self._seconds = seconds
        self._taken: deque[float] = deque()

    def take(self, now: float) -> bool:
        """Count a request, or tell that there is no room for it."""
        while self._taken and self._taken[0] <= now - self._seconds:
            self._taken.popleft()
        if len(self._taken) >= self.most:
            return False
        self._taken.append(now)
        return True

    @property
    def remaining(self) -> int:
        """How many more requests there is room for."""
        return self.most - len(self._taken)

    def wait(self, now: float) -> int:
        """Return the whole seconds until the eldest request counts no more, which makes room for one."""
        if not self._taken:
            return 0
        return max(1, math.ceil(self._taken[0] + self._seconds - now))


class RateLimit:
    """The limits and who has used how much of them.

    :param per_minute: requests of an account in a minute; 0 for no limit at all, of tokens neither
    """

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._start = per_minute
        self.reset()

    def reset(self) -> None:
        """Go back to the limit of the start and forget who used it."""
        self.set(self._start)

    def set(self, per_minute: int) -> None:
        """Change the limit of requests and forget who used it.

        :raises ValueError: it is negative
        """
        if per_minute < 0:
            raise ValueError("per_minute: 0 (no limit) or more is expected.")
        self.per_minute = per_minute
        self._windows: dict[str, Window] = {}

    def now(self) -> float:
        """Return the sandbox's time in seconds."""
        return self._clock.now().timestamp()

    def window(self, who: str, path: str) -> Window:
        """Return the window that a request belongs to."""
        if path in TOKEN_PATHS:
            return self._windows.setdefault(f"token {who}", Window(TOKENS_PER_SECOND, SECOND))
        return self._windows.setdefault(who, Window(self.per_minute, MINUTE))


class RateMiddleware:
    """Refuses with 429 what is over the limit, and writes the limit's state into the headers of all other answers.

    :param account: whose request it is, by its `Authorization` header; None for a request that proves nothing
    """

    def __init__(self, app: Any, limit: RateLimit, account: Callable[[str | None], str | None]) -> None:
        self._app = app
        self._limit = limit
        self._account = account

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        """Let a request through or refuse it."""
        if not is_wire(scope) or not self._limit.per_minute:
            await self._app(scope, receive, send)
            return
        window = self._limit.window(self._who(scope), scope["path"])
        now = self._limit.now()
        if not window.take(now):
            wait = str(window.wait(now))
            headers = {"Retry-After": wait} | _state(window, wait)
            await WireJSON(REFUSAL, 429, headers)(scope, receive, send)
            return
        state = _state(window, str(window.wait(now)))

        async def speak(message: dict) -> None:
            if message["type"] == "http.response.start":
                told = [(name.lower().encode(), value.encode()) for name, value in state.items()]
                message = message | {"headers": [*message.get("headers", []), *told]}
            await send(message)

        await self._app(scope, receive, speak)

    def _who(self, scope: dict) -> str:
        header = next((value for name, value in scope["headers"] if name == b"authorization"), None)
        known = None if scope["path"] in TOKEN_PATHS else self._account(header and header.decode("latin-1"))
        return known or f"address {(scope.get('client') or ('?',))[0]}"


def _state(window: Window, reset: str) -> dict[str, str]:
    most, left = str(window.most), str(window.remaining)
    unit = "Minute" if window.most != TOKENS_PER_SECOND else "Second"
    return {
        f"X-RateLimit-Limit-{unit}": most,
        f"X-RateLimit-Remaining-{unit}": left,
        "RateLimit-Limit": most,
        "RateLimit-Remaining": left,
        "RateLimit-Reset": reset,
    }
