"""A shop of each landed version, updated with the add-ons as they are now."""

import json
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dev import database, postgres
from dev.settings import ADDONS, LOGS, RUNTIME
from sandbox.running import RunningSandbox, running_sandbox
from tests.update.changes import CHANGES
from tests.update.compare import Changes
from tests.update.looking import look
from tests.update.snapshot import Snapshot, take

RELEASES = Path(__file__).with_name("releases")
# A version that landed twice has a part of its commit after it.
LANDINGS = sorted(path.stem for path in RELEASES.glob("*.zip"))
# Landed twice in the first version: the earlier one is tried with OTTO_UPDATE=all, each takes most of a minute.
SELDOM = "19.0.1.0.0-5ede8bc"
NAME = "otto_update"
# One sandbox for each account; nothing changes there by the time that passes.
SEEDS = (7, 8)
CALM = {"release_seconds": 1e6, "task_seconds": 1e6, "cancel_delay": 0.1}
# Every flow, twice; what was seen after each is printed.
RUN_FLOWS = """
import json
from sandbox.running import RunningSandbox
from tests.update.looking import look
seen = {{}}
for moment in ("run", "again"):
    for cron in env["ir.cron"].with_context(active_test=False).browse({ids!r}):
        cron.method_direct_trigger()
    env.cr.commit()
    seen[moment] = look([RunningSandbox(*pair, 0) for pair in {addresses!r}])
print(json.dumps(seen))
"""
UNUSUAL = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) .*$", re.MULTILINE)


@dataclass
class Updated:
    """A database before and after its update, and after all flows have run; what both accounts at OTTO and DHL saw.

    :ivar otto: what each account holds, by moment: before, updated, run, again
    """

    version: str
    changes: Changes
    before: Snapshot
    after: Snapshot | None = None
    run: Snapshot | None = None
    log: str = ""
    otto: dict[str, list[dict]] = field(default_factory=dict)
    dhl: dict[str, list[dict]] = field(default_factory=dict)
    requests: dict[str, list[dict]] = field(default_factory=dict)
    articles: list[dict] = field(default_factory=list)

    @property
    def unusual(self) -> list[str]:
        """The lines of the update's log that are warnings or errors and were not declared."""
        lines = [match[0] for match in UNUSUAL.finditer(self.log)]
        return [line for line in lines if not any(re.search(known, line) for known in self.changes.log)]


def tried() -> list[str]:
    """Return the landings whose databases are updated by this run."""
    every = os.environ.get("OTTO_UPDATE") == "all"
    return [landing for landing in LANDINGS if every or landing != SELDOM]


@pytest.fixture(scope="session", params=tried())
def updated(request) -> Iterator[Updated]:
    """The shops of a landed version, updated."""
    postgres.start()
    database.write_config()
    with ExitStack() as stack:
        sandboxes = [stack.enter_context(running_sandbox(orders=0, articles=20, seed=seed, **CALM)) for seed in SEEDS]
        make_shops(request.param, sandboxes)
        yield update(Updated(request.param, CHANGES[request.param], take(NAME)), sandboxes)
    postgres.drop(NAME)


def make_shops(version: str, sandboxes: list[RunningSandbox]) -> None:
    """Install a landed version and have it work for two shops."""
    folder = RUNTIME / "releases" / version
    with zipfile.ZipFile(RELEASES / f"{version}.zip") as archive:
        archive.extractall(folder)  # noqa: S202 the archive is our own
    database.create_with_addons(NAME, source=folder)
    addresses = addresses_of(sandboxes)
    module = f"v{version.partition('-')[0].replace('.', '_')}"
    script = f"from tests.update.releases.{module} import build\nbuild(env, {addresses!r})"
    database.shell(f"update-{version}", NAME, script, database.addons_option(folder))


def update(shops: Updated, sandboxes: list[RunningSandbox]) -> Updated:
    """Update the database, then run every flow, then once more."""
    note(shops, "before", look(sandboxes))
    log = LOGS / f"update-to-now-{shops.version}.log"
    log.unlink(missing_ok=True)
    database.run_odoo(log.stem, "-d", NAME, "-u", ",".join(ADDONS), "--stop-after-init", "--no-http")
    shops.log = log.read_text()
    shops.after = take(NAME)
    note(shops, "updated", look(sandboxes))
    script = RUN_FLOWS.format(ids=scheduled_actions(shops), addresses=addresses_of(sandboxes))
    for moment, seen in json.loads(database.shell(log.stem, NAME, script).strip().splitlines()[-1]).items():
        note(shops, moment, seen)
    shops.run = take(NAME)
    shops.articles = [sandbox.articles() for sandbox in sandboxes]
    return shops


def addresses_of(sandboxes: list[RunningSandbox]) -> list[tuple[str, str]]:
    """Return OTTO's and DHL's address of each account."""
    return [(sandbox.otto_url, sandbox.dhl_url) for sandbox in sandboxes]


def note(shops: Updated, moment: str, seen: dict[str, list[dict]]) -> None:
    """Keep what was seen at a moment."""
    for what, rows in seen.items():
        getattr(shops, what)[moment] = rows


def scheduled_actions(shops: Updated) -> list[int]:
    """Return the ids of the scheduled actions of active channels and of DHL's add-on."""
    channels = {row["id"] for row in shops.after.rows(shops.changes.table("otto_channel")) if row["active"]}
    syncs = sorted(shops.after.rows(shops.changes.table("otto_sync")), key=lambda row: row["id"])
    own = [row["cron_id"] for row in syncs if row["channel_id"] in channels]
    return own + sorted(res_id for model, res_id in shops.after.xmlids.values() if model == "ir.cron")
