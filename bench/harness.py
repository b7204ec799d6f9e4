"""What the benchmarks share: an environment, and Python inside of Odoo that gives figures back."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from dev import database, environment, postgres
from dev.console import step
from dev.settings import BENCH_DB
from sandbox.running import RunningSandbox, running_sandbox

MARK = "FIGURES "
# OTTO takes parcels that were handed over up to a day after its time.
BEHIND = timedelta(hours=22)

# Runs inside of Odoo in front of every benchmark.
TOOLS = """
import json, resource, time

class Measure:
    '''Seconds, CPU seconds of this process and queries of a block; what is pending is flushed and committed inside.'''
    def __enter__(self):
        env.flush_all(); env.cr.commit(); env.invalidate_all()
        self.queries, self.start, self.cpu = env.cr.sql_log_count, time.perf_counter(), time.process_time()
        return self
    def __exit__(self, *error):
        env.flush_all(); env.cr.commit()
        self.seconds, self.queries = time.perf_counter() - self.start, env.cr.sql_log_count - self.queries
        self.cpu = time.process_time() - self.cpu

def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

def give(**figures):
    print({mark!r} + json.dumps(figures))
""".replace("{mark!r}", repr(MARK))


def begin_earlier(sandbox: RunningSandbox) -> None:
    """Let OTTO's clock begin almost a day ago, for who moves it on: ahead, each reading would begin at Odoo's time."""
    sandbox.stand_at(datetime.now(UTC) - BEHIND)


@contextmanager
def running_environment(
    articles: int = 50, pieces: int = 100_000, stocked: int | None = None
) -> Iterator[SimpleNamespace]:
    """Give an environment with a sandbox; `figures(script)` runs Python in Odoo and returns what it gave.

    :param articles: number of articles at OTTO
    :param stocked: how many of them Odoo has as products; default: all
    """
    postgres.start()
    database.write_config()
    # What is measured is the connector, so OTTO does not hold it back.
    with running_sandbox(orders=0, articles=articles, seed=7, rate_limit=0) as sandbox:
        with step("Database with both add-ons"):
            environment.make(
                BENCH_DB,
                sandbox.otto_url,
                sandbox.dhl_url,
                "http://localhost",
                pieces=pieces,
                lang="en_US",
                stocked=stocked,
            )

        with closing(postgres.connect(BENCH_DB)) as connection, connection.cursor() as cursor:
            # Nor does the connector itself; people may enter 1,200 at most.
            cursor.execute("UPDATE otto_channel SET requests_a_minute = 1000000")

        def figures(script: str) -> dict:
            output = database.shell("bench", BENCH_DB, TOOLS + script)
            lines = [line for line in output.splitlines() if line.startswith(MARK)]
            return json.loads(lines[-1][len(MARK) :])

        yield SimpleNamespace(sandbox=sandbox, figures=figures)
    postgres.drop(BENCH_DB)
