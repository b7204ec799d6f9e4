"""Several sellers at one OTTO: each account has articles, orders and shipments of its own, told apart by the token.

A wire request belongs to the account whose client asked for its token, one that proves nothing to the first. A control
request names its account in the query (`?account=2`), else it means the first; `reset` is for all of them.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from ..control import RESET_PATH
from ..credentials import ACCOUNTS, FIRST_ACCOUNT
from ..messages import is_wire


class Accounts:
    """ASGI application that hands a request to the application of its account; others than the first come on demand.

    :param account: whose request it is, by its `Authorization` header
    """

    def __init__(self, account: Callable[[str | None], str | None]) -> None:
        self._account = account
        self._apps: dict[str, Any] = {}
        # Set before the first request; the applications need to know who stands around this one.
        self.make: Callable[[str], Any] = _nothing

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        """Hand a request on."""
        name = scope["sandbox.account"] = self._named(scope)
        if name not in self._apps:
            self._apps[name] = self.make(name)
        await self._apps[name](scope, receive, send)

    def make_first(self) -> None:
        """Make the first account now, so that the first request finds it ready."""
        self._apps[FIRST_ACCOUNT] = self.make(FIRST_ACCOUNT)

    def forget_others(self) -> None:
        """Forget all accounts but the first; they begin anew when somebody asks for them."""
        self._apps = {name: app for name, app in self._apps.items() if name == FIRST_ACCOUNT}

    def _named(self, scope: dict) -> str:
        if is_wire(scope):
            header = next(
                (value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"), None
            )
            return self._account(header) or FIRST_ACCOUNT
        if scope["path"] == RESET_PATH:
            return FIRST_ACCOUNT
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("account", [FIRST_ACCOUNT])[0]
        return asked if asked in ACCOUNTS else FIRST_ACCOUNT


def _nothing(name: str) -> Any:
    raise KeyError(name)
