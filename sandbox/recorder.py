"""Remembers the requests a server got, with secrets masked."""

import json
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from .clock import Clock
from .messages import is_wire

KEPT_REQUESTS = 2000
KEPT_BYTES = 200_000
KEPT_TEXT = 2000
MASK = "***"
SECRET_KEYS = frozenset({"password", "client_secret", "access_token", "refresh_token"})


@dataclass(slots=True)
class Exchange:
    """One request and what came of it; bodies stay bytes until somebody looks."""

    at: str
    method: str
    path: str
    query: str
    auth: str
    request_type: str
    request: bytes = b""
    answer_type: str = ""
    answer: bytes = b""
    status: int | None = None
    fault: str | None = None
    account: str | None = None

    def as_dict(self) -> dict:
        """Return the exchange as the control interface shows it."""
        return {
            "at": self.at,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "auth": self.auth,
            "status": self.status,
            "body": _readable(self.request, self.request_type),
            "answer": _readable(self.answer, self.answer_type),
            "fault": self.fault,
        }


class Recorder:
    """ASGI middleware around everything else, so that injected faults are recorded too.

    :param history: file to which a line of JSON is added for each exchange, with the time of its end, the account and
        without the answer: for a checker that reads it afterwards, as long as it may become
    """

    def __init__(self, app: Any, clock: Clock, server: str, history: str | None = None) -> None:
        self._app = app
        self._clock = clock
        self._server = server
        self._history = Path(history).open("a") if history else None  # noqa: SIM115 as long as the process runs
        self.exchanges: deque[Exchange] = deque(maxlen=KEPT_REQUESTS)

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        if not is_wire(scope):
            await self._app(scope, receive, send)
            return
        exchange = self._begin(scope)

        async def listen() -> dict:
            message = await receive()
            _keep(exchange, "request", message.get("body", b""))
            return message

        async def speak(message: dict) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                exchange.answer_type = _header(message.get("headers", []), b"content-type")
            else:
                _keep(exchange, "answer", message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, listen, speak)
        finally:
            exchange.fault = scope.get("sandbox.fault")
            exchange.account = scope.get("sandbox.account")
            if self._history:
                self._note(exchange)

    def _note(self, exchange: Exchange) -> None:
        seen = exchange.as_dict()
        answer = seen.pop("answer")
        # None: not JSON, or too long to be kept whole.
        more = _has_next(answer.get("links")) if isinstance(answer, dict) else None
        line = {"server": self._server, "end": self._moment(), "account": exchange.account, "more": more, **seen}
        print(json.dumps(line), file=self._history, flush=True)

    def _moment(self) -> str:
        return self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _begin(self, scope: dict) -> Exchange:
        headers = scope["headers"]
        scheme = _header(headers, b"authorization").split(" ")[0]
        key = "dhl-api-key" if _header(headers, b"dhl-api-key") else ""
        exchange = Exchange(
            at=self._moment(),
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            auth=" + ".join(filter(None, (key, scheme))),
            request_type=_header(headers, b"content-type"),
        )
        self.exchanges.append(exchange)
        return exchange


def _has_next(links: Any) -> bool:
    return isinstance(links, list) and any(isinstance(link, dict) and link.get("rel") == "next" for link in links)


def _header(headers: list[tuple[bytes, bytes]], wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in headers if name.lower() == wanted), "")


def _keep(exchange: Exchange, name: str, chunk: bytes) -> None:
    kept = getattr(exchange, name)
    setattr(exchange, name, kept + chunk[: KEPT_BYTES - len(kept)])


def _readable(body: bytes, content_type: str) -> Any:
    if not body:
        return None
    if "x-www-form-urlencoded" in content_type:
        return _masked(dict(parse_qsl(body.decode("utf-8", "replace"))))
    if "json" in content_type:
        try:
            return _masked(json.loads(body))
        except ValueError:
            pass
    elif not content_type.startswith("text/"):
        return f"({len(body)} bytes, {content_type or 'no content type'})"
    return body[:KEPT_TEXT].decode("utf-8", "replace")


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: MASK if key in SECRET_KEYS else _masked(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_masked(entry) for entry in value]
    if isinstance(value, str) and len(value) > KEPT_TEXT:
        return f"{value[:100]}… ({len(value)} characters)"
    return value
