"""The processes of a simulation: sandbox, PostgreSQL, Odoo with workers; some of them are killed on purpose."""

import contextlib
import os
import signal
import subprocess
import time
import xmlrpc.client

import psutil

from dev.database import odoo_environment
from dev.rpc import Client
from dev.servers import MUTED, Processes, free_ports, wait_for
from dev.settings import LOGS, ROOT, VENV_PYTHON, Problem
from sandbox.running import RunningSandbox

from .cluster import FOLDER, NAME, ROLE, Cluster, make_database, write_config
from .shops import ACCOUNTS, LOWERING, script

WORKERS = 2
CRON_WORKERS = 2
# On a busy machine a run takes long; workers are killed by the seed, not by the load.
CRON_SECONDS = 900
LOGIN_SECONDS = 120
ARTICLES = 12
SANDBOX_HISTORY = FOLDER / "sandbox.jsonl"


class World:
    """A context manager: everything runs, and ends with it."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._processes = Processes()
        self._odoo: subprocess.Popen | None = None

    def __enter__(self) -> "World":
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop_odoo()
        self._processes.close()

    def _begin(self) -> None:
        otto_port, dhl_port, self._port, self._gevent_port = free_ports(4)
        FOLDER.mkdir(parents=True, exist_ok=True)
        SANDBOX_HISTORY.unlink(missing_ok=True)
        otto_url, dhl_url = (f"http://localhost:{port}" for port in (otto_port, dhl_port))
        self.sandbox = RunningSandbox(otto_url, dhl_url, 0)
        self._start_sandbox(otto_port, dhl_port)
        articles = {number: self.sandbox.account(number).state()["articles"] for number in ACCOUNTS}
        self.sandbox.account(LOWERING).lower_on_sale(True)
        self.skus = {number: [article["sku"] for article in articles[number]] for number in ACCOUNTS}
        self.cluster: Cluster = make_database(script(otto_url, dhl_url, articles))
        self._config = write_config(self.cluster)
        self._log = self._processes.enter_context((LOGS / "soak-odoo.log").open("w"))
        self.start_odoo()

    def _start_sandbox(self, otto_port: int, dhl_port: int) -> None:
        command = [VENV_PYTHON, "-m", "sandbox", "--otto-port", otto_port, "--dhl-port", dhl_port, "--orders", 0]
        options = ["--articles", ARTICLES, "--seed", self._seed, "--history", SANDBOX_HISTORY, "--cancel-delay", 1]
        process = self._processes.start("soak-sandbox", [*command, *options])
        wait_for(f"{self.sandbox.otto_url}/_sandbox/state", process, "The sandbox", "soak-sandbox")

    # Odoo

    @property
    def url(self) -> str:
        """Odoo's address."""
        return f"http://localhost:{self._port}"

    def client(self, login: str, password: str) -> Client:
        """Return a user's session."""
        return Client(self.url, NAME, login, password)

    def start_odoo(self) -> None:
        """Start Odoo with workers for people and for scheduled actions.

        :raises Problem: it does not come up
        """
        options = ["-c", self._config, "-d", NAME, "--db-filter", f"^{NAME}$", "--http-port", self._port]
        workers = ["--workers", WORKERS, "--max-cron-threads", CRON_WORKERS, "--gevent-port", self._gevent_port]
        workers += ["--limit-time-real-cron", CRON_SECONDS]
        command = [VENV_PYTHON, ROOT / "soak" / "odoo_bin.py", *options, *workers, *MUTED]
        # Odoo takes PostgreSQL's own variables before its configuration.
        server = {"PGHOST": self.cluster.host, "PGPORT": "5432", "PGUSER": ROLE}
        environment = {**odoo_environment(), **server, "ODOO_RC": str(self._config)}
        self._odoo = subprocess.Popen(
            [str(part) for part in command],
            stdout=self._log,
            stderr=self._log,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        wait_for(f"{self.url}/web/health", self._odoo, "Odoo", "soak-odoo")
        self.wait_for_login()

    def wait_for_login(self) -> Client:
        """Wait until Odoo has loaded the add-ons and lets people in; return the administrator's session.

        :raises Problem: it does not within two minutes
        """
        for _ in range(LOGIN_SECONDS):
            with contextlib.suppress(OSError, xmlrpc.client.Error):
                client = self.client("admin", "admin")
                client.call("otto.sync", "search_count", [[]])
                return client
            time.sleep(1)
        raise Problem("Odoo lets nobody in; see .runtime/logs/soak-odoo.log.")

    def stop_odoo(self) -> None:
        """End Odoo with all its processes, without asking."""
        if not self._odoo:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._odoo.pid, signal.SIGKILL)
        self._odoo.wait(10)
        self._odoo = None

    def restart_odoo(self) -> None:
        """Kill Odoo with all its processes, and start it again."""
        self.stop_odoo()
        time.sleep(0.5)
        self.start_odoo()

    def revive_odoo(self) -> bool:
        """Start Odoo again if it has ended, as whoever runs it on a server does; return whether it had.

        Without a database it cannot start a worker for one that died, and ends.
        """
        if self._odoo and self._odoo.poll() is None:
            return False
        self.restart_odoo()
        return True

    def workers(self) -> list[int]:
        """Return the pids of Odoo's workers; Odoo starts a new one for each that dies."""
        if not self._odoo or self._odoo.poll() is not None:
            return []
        return [child.pid for child in psutil.Process(self._odoo.pid).children(recursive=True)]
