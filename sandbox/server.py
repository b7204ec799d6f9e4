"""Runs both servers in one process until it is told to end."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any

import uvicorn

from .clock import Clock
from .connections import ConnectionDesk, TrackedProtocol
from .dhl.app import dhl_app
from .otto.app import otto_app
from .settings import Settings

KEEP_ALIVE_SECONDS = 60
GRACE_SECONDS = 2


class PortTakenError(Exception):
    """A port cannot be listened on; its text says which and what to do."""


class _Server(uvicorn.Server):
    """A server that leaves the signals to `serve`: two servers in a process would take them from each other."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int, name: str) -> socket.socket:
    """Return a listening socket; port 0 takes any free one.

    :raises PortTakenError: the port is in use or not allowed
    """
    # Named as TCP, because asyncio switches Nagle's delay (40 ms an answer) off only where it sees that.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # Connections that just ended must not keep a restarted sandbox from its port.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise PortTakenError(
            f"Port {port} for {name} cannot be used on {host} ({reason}); choose another one."
        ) from error
    return listener


def run(settings: Settings) -> None:
    """Listen on both ports and serve until SIGINT or SIGTERM.

    :raises PortTakenError: one of the ports cannot be listened on
    """
    with contextlib.ExitStack() as stack:
        otto = stack.enter_context(listen(settings.host, settings.otto_port, "OTTO Market"))
        dhl = stack.enter_context(listen(settings.host, settings.dhl_port, "DHL"))
        clock = Clock()
        apps = [(otto_app(settings, clock), otto), (dhl_app(settings, clock), dhl)]
        sys.stdout.write(f"OTTO Market: {_url(otto)}  DHL: {_url(dhl)}\n")
        sys.stdout.flush()
        asyncio.run(_serve(apps, settings.verbose))


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


async def _serve(apps: list[tuple[Any, socket.socket]], verbose: bool) -> None:
    servers = [
        _Server(
            uvicorn.Config(
                ConnectionDesk(app),
                http=TrackedProtocol,
                ws="none",
                lifespan="off",
                log_level="info" if verbose else "warning",
                access_log=verbose,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=GRACE_SECONDS,
                server_header=False,
            )
        )
        for app, _listener in apps
    ]

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    await asyncio.gather(
        *(server.serve(sockets=[listener]) for server, (_app, listener) in zip(servers, apps, strict=True))
    )
