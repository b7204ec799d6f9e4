"""The databases of the development tools."""

import time
from contextlib import closing

import psycopg2
import pytest

from dev import postgres

DATABASE = "otto_drop"
SECONDS_FOR_AN_AUTOVACUUM = 60
# A vacuum that stops for 100 ms after each page, so that it is at work as long as the test needs it.
SLOW_VACUUM = """
    CREATE TABLE slow (number int, filling text) WITH (
        fillfactor = 10, autovacuum_vacuum_threshold = 1, autovacuum_vacuum_insert_threshold = 1,
        autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1
    );
    INSERT INTO slow SELECT number, repeat('x', 500) FROM generate_series(1, 5000) AS number;
    DELETE FROM slow WHERE number % 2 = 0;
"""
AUTOVACUUMS = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND backend_type = 'autovacuum worker'"


@pytest.fixture
def database():
    """Return the name of an empty database."""
    postgres.start()
    postgres.drop(DATABASE)
    with closing(postgres.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    yield DATABASE
    postgres.drop(DATABASE)


@pytest.fixture
def autovacuum(database):
    """Have an autovacuum at work in the database, begun by a server that looks each second."""
    try:
        superuser = psycopg2.connect(dbname="postgres", user="postgres")
    except psycopg2.OperationalError:
        pytest.skip("only the embedded server lets its superuser in")
    superuser.autocommit = True
    with closing(superuser), superuser.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET autovacuum_naptime = '1s'")
        cursor.execute("SELECT pg_reload_conf()")
        try:
            with closing(postgres.connect(database)) as connection, connection.cursor() as own:
                own.execute(SLOW_VACUUM)
            _wait_for_autovacuum(cursor, database)
            yield
        finally:
            cursor.execute("ALTER SYSTEM RESET autovacuum_naptime")
            cursor.execute("SELECT pg_reload_conf()")


def _wait_for_autovacuum(cursor, database):
    end = time.monotonic() + SECONDS_FOR_AN_AUTOVACUUM
    while time.monotonic() < end:
        cursor.execute(AUTOVACUUMS, (database,))
        if cursor.fetchall():
            return
        time.sleep(0.1)
    raise AssertionError("no autovacuum began")


def test_a_database_with_sessions_is_dropped(database):
    with closing(postgres.connect(database)):
        postgres.drop(database)
    assert not postgres.exists(database)


def test_a_database_that_is_cleaned_up_is_dropped(database, autovacuum):
    with closing(postgres.connect(database)):
        postgres.drop(database)
    assert not postgres.exists(database)
