"""Starts and ends the sandbox and Odoo as processes of their own."""

import contextlib
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from dev.database import odoo_environment
from dev.settings import LOGS, ROOT, VENV_PYTHON, Problem

# Below those that Linux gives to outgoing connections.
OWN_PORTS = range(20_000, 32_000)
# Odoo warns at each call over XML-RPC that Odoo 20 will not have it.
MUTED = ("--log-handler", "odoo.addons.rpc.controllers.xmlrpc:ERROR")


def check_port_free(port: int, name: str) -> None:
    """Make sure that nothing listens on a port.

    :raises Problem: names the variable that moves the port
    """
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Problem(f"Port {port} is taken; end what uses it, or set {name} to another port.") from None


def free_ports(count: int) -> list[int]:
    """Return different ports that are free now, and that the system gives to no connection of its own meanwhile.

    A server takes its port some time later, and once more when it is started again.
    """
    free = []
    for port in random.sample(OWN_PORTS, len(OWN_PORTS)):
        with contextlib.closing(socket.socket()) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            free.append(port)
        if len(free) == count:
            break
    return free


class Processes(contextlib.ExitStack):
    """Processes that end together, in reverse order; a context manager."""

    def start(self, log: str, command: list, **kwargs) -> subprocess.Popen:
        """Start a command in a session of its own, its output in `.runtime/logs/<log>.log`."""
        LOGS.mkdir(parents=True, exist_ok=True)
        output = self.enter_context((LOGS / f"{log}.log").open("w"))
        process = subprocess.Popen(
            [str(part) for part in command], stdout=output, stderr=output, cwd=ROOT, start_new_session=True, **kwargs
        )
        self.callback(_end, process)
        return process

    def sandbox(self, otto_port: int, dhl_port: int, orders: int, articles: int, seed: int = 7) -> str:
        """Start OTTO Market and DHL on localhost; return OTTO's address."""
        command = [VENV_PYTHON, "-m", "sandbox", "--otto-port", otto_port, "--dhl-port", dhl_port]
        process = self.start("sandbox", [*command, "--orders", orders, "--articles", articles, "--seed", seed])
        url = f"http://localhost:{otto_port}"
        wait_for(f"{url}/_sandbox/state", process, "The sandbox", "sandbox")
        return url

    def odoo(self, database: str, port: int, *args: str, log: str = "odoo") -> str:
        """Start an Odoo server with scheduled actions on a database; return its address."""
        command = [VENV_PYTHON, "-m", "odoo", "-d", database, "--db-filter", f"^{database}$", "--http-port", port]
        process = self.start(log, [*command, "--max-cron-threads", "2", *MUTED, *args], env=odoo_environment())
        url = f"http://localhost:{port}"
        wait_for(f"{url}/web/health", process, "Odoo", log)
        return url


def _end(process: subprocess.Popen) -> None:
    """End a process by its pid, politely first."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


def wait_for(url: str, process: subprocess.Popen, name: str, log: str, seconds: int = 90) -> None:
    """Wait until an address answers.

    :raises Problem: when the process ends or the time is up; names the log
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.2)
    raise Problem(f"{name} does not start; the reason is in .runtime/logs/{log}.log.")


def wait_for_ctrl_c() -> None:
    """Sleep until the person presses Ctrl-C or the process is asked to end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)
