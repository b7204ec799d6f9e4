"""TCP connections of the servers: cutting one from inside a request, which ASGI has no word for, and counting them."""

import asyncio
import json
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from .messages import CONTROL_PREFIX, is_wire

Endpoint = tuple[str, int] | None
Ends = tuple[Endpoint, Endpoint]
CONTROL_PATH = f"{CONTROL_PREFIX}/connections"


class TrackedProtocol(H11Protocol):
    """uvicorn's HTTP protocol, which also remembers the transport of each open connection."""

    transports: ClassVar[dict[Ends, Any]] = {}
    # Seconds until a new connection is listened to, by the port it was made to: what TLS and a long way take.
    handshake: ClassVar[dict[int, float]] = {}

    def connection_made(self, transport: Any) -> None:
        """Remember the transport under the two ends of the connection."""
        super().connection_made(transport)
        self.transports[self.server, self.client] = transport
        if seconds := self.handshake.get(self.server[1] if self.server else 0):
            transport.pause_reading()
            self.loop.call_later(seconds, _listen, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the transport."""
        self.transports.pop((self.server, self.client), None)
        super().connection_lost(exc)


def _listen(transport: Any) -> None:
    if not transport.is_closing():
        transport.resume_reading()


class ConnectionDesk:
    """ASGI middleware around a server: `/_sandbox/connections` counts, slows down and closes its connections.

    * GET answers `opened`, the connections that carried a request of the interface since the last DELETE, and `idle`.
    * POST takes `handshake_seconds`, which every connection made from now on waits before it is heard.
    * DELETE closes the connections that are kept open, as servers do after a while, and counts from 0.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._opened: set[int] = set()
        self._last: dict[Ends, Any] = {}

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        """Count a request's connection, or answer a request of the control interface."""
        ends = (scope.get("server"), scope.get("client"))
        if scope["type"] == "http" and scope["path"] == CONTROL_PATH:
            answer = await self._control(scope["method"], ends, receive)
            await _answer(send, answer)
            return
        if is_wire(scope):
            self._count(ends)
        await self._app(scope, receive, send)

    def _count(self, ends: Ends) -> None:
        transport = TrackedProtocol.transports.get(ends)
        if transport is not None and self._last.get(ends) is not transport:
            # The transport itself is kept, so that no later one gets its id.
            self._last[ends] = transport
            self._opened.add(len(self._opened))

    async def _control(self, method: str, ends: Ends, receive: Any) -> dict:
        body = (await receive()).get("body", b"")
        port = ends[0][1] if ends[0] else 0
        if method == "POST":
            TrackedProtocol.handshake[port] = float(json.loads(body)["handshake_seconds"])
        elif method == "DELETE":
            for other in _others(ends):
                TrackedProtocol.transports[other].close()
            await asyncio.sleep(0)
            self._last.clear()
            self._opened.clear()
        return {"opened": len(self._opened), "idle": len(_others(ends))}


def _others(ends: Ends) -> list[Ends]:
    """Return the open connections of the same server but this one."""
    return [other for other in TrackedProtocol.transports if other[0] == ends[0] and other != ends]


async def _answer(send: Any, payload: dict) -> None:
    body = json.dumps(payload).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def cut(scope: dict, receive: Any) -> None:
    """Close the connection of a request without sending a byte, and wait till it is closed.

    Without the wait uvicorn would find that no answer was started and send a 500 of its own.
    """
    transport = TrackedProtocol.transports.get((scope["server"], scope["client"]))
    if transport is not None:
        transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass
