"""A stand of its own: a real database with both add-ons, a real sandbox, Odoo in processes that tests may kill."""

import json
import subprocess
from pathlib import Path

import pytest

from dev import database, postgres, stand
from dev.settings import LOGS, VENV_PYTHON
from sandbox.running import running_sandbox

NAME = "otto_faults"
WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """An Odoo process; `ask` waits for the answer, `tell` does not."""

    def __init__(self):
        self._log = (LOGS / "faults.log").open("a")
        self.process = subprocess.Popen(
            [VENV_PYTHON, WORKER, NAME],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env=database.odoo_environment(),
        )
        assert self.process.stdout.readline() == "READY\n"

    def tell(self, expression: str) -> None:
        """Have an expression evaluated."""
        self.process.stdin.write(expression.replace("\n", " ") + "\n")
        self.process.stdin.flush()

    def answer(self):
        """Return the value of the oldest expression that was told; fails when the process ended with an error."""
        line = self.process.stdout.readline()
        assert line, "the worker ended, see .runtime/logs/faults.log"
        return json.loads(line)

    def ask(self, expression: str):
        """Return the value of an expression."""
        self.tell(expression)
        return self.answer()

    def kill(self) -> None:
        """SIGKILL: no handler runs, PostgreSQL notices by the broken connection."""
        self.process.kill()
        self.end()

    def end(self) -> None:
        """End the process."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        self._log.close()


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
    stand.make(NAME, sandbox.otto_url, sandbox.dhl_url, "http://localhost", lang="en_US")
    yield NAME
    postgres.drop(NAME)


@pytest.fixture
def start_worker(stand_database):
    """A function that starts an Odoo process; all end with the test."""
    workers = []

    def start():
        workers.append(Worker())
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


@pytest.fixture
def worker(start_worker):
    """One Odoo process."""
    return start_worker()
