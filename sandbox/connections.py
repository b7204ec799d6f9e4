"""Cutting a TCP connection from inside a request, which ASGI has no word for."""

from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

Endpoint = tuple[str, int] | None


class TrackedProtocol(H11Protocol):
    """uvicorn's HTTP protocol, which also remembers the transport of each open connection."""

    transports: ClassVar[dict[tuple[Endpoint, Endpoint], Any]] = {}

    def connection_made(self, transport: Any) -> None:
        """Remember the transport under the two ends of the connection."""
        super().connection_made(transport)
        self.transports[self.server, self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the transport."""
        self.transports.pop((self.server, self.client), None)
        super().connection_lost(exc)


async def cut(scope: dict, receive: Any) -> None:
    """Close the connection of a request without sending a byte, and wait till it is closed.

    Without the wait uvicorn would find that no answer was started and send a 500 of its own.
    """
    transport = TrackedProtocol.transports.get((scope["server"], scope["client"]))
    if transport is not None:
        transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass
