"""An environment of its own: a database with both add-ons, a sandbox, Odoo in processes that tests may kill."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from dev import database, environment, postgres
from dev.settings import LOGS, VENV_PYTHON
from sandbox.running import running_sandbox

NAME = "otto_faults"
WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """An Odoo process; `ask` waits for the answer, `tell` does not."""

    def __init__(self, path: Path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("rw")
        self.pid = int(self._lines.readline())

    def tell(self, expression: str) -> None:
        """Have an expression evaluated."""
        self._lines.write(expression.replace("\n", " ") + "\n")
        self._lines.flush()

    def answer(self):
        """Return the value of the oldest expression that was told; fails when the process ended with an error."""
        line = self._lines.readline()
        assert line, "the worker ended, see .runtime/logs/faults.log"
        return json.loads(line)

    def ask(self, expression: str):
        """Return the value of an expression."""
        self.tell(expression)
        return self.answer()

    def kill(self) -> None:
        """SIGKILL: no handler runs, PostgreSQL notices by the broken connection."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            while True:
                os.kill(self.pid, 0)
                time.sleep(0.01)
        self._lines.close()
        self._socket.close()


@pytest.fixture(scope="module")
def sandbox():
    """The sandbox of a module's tests."""
    with running_sandbox(orders=0, articles=20, seed=7) as running:
        yield running


@pytest.fixture(scope="module")
def stand_database(sandbox):
    """A database with both add-ons, a channel and a carrier, without scheduled actions: the tests run the flows."""
    postgres.start()
    database.write_config()
    environment.make(NAME, sandbox.otto_url, sandbox.dhl_url, "http://localhost", lang="en_US")
    yield NAME
    postgres.drop(NAME)


@pytest.fixture(scope="module")
def nursery(stand_database, tmp_path_factory):
    """The socket of a process that has Odoo loaded and gives away copies of itself."""
    path = tmp_path_factory.mktemp("odoo") / "socket"
    command = [VENV_PYTHON, WORKER, stand_database, path]
    with (
        (LOGS / "faults.log").open("a") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=database.odoo_environment()
        ) as process,
    ):
        assert process.stdout.readline() == "READY\n"
        yield path
        process.kill()


@pytest.fixture
def start_worker(nursery):
    """A function that starts an Odoo process; all end with the test."""
    workers = []

    def start():
        workers.append(Worker(nursery))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


@pytest.fixture
def worker(start_worker):
    """One Odoo process."""
    return start_worker()
