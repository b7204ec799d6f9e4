"""`make soak SECONDS=600 SEED=1`: one simulation; exit code 0 only when no rule finds a difference.

`PLANT=<name>` plants a difference of `soak.plants` before the check; then the exit code is 0 only when it is found.
`PLANT=all` checks first, and then plants one after the other: each must be found, and nothing before.
"""

import argparse
import random
import sys
import threading
import time

from dev.console import run_main, step, table
from dev.settings import Problem

from .checker import differences
from .cluster import FOLDER
from .history import History
from .people import people
from .plants import PLANTS
from .settle import left_over, settle
from .snapshot import take
from .troubles import Troubles
from .world import World

# Differences of a rule that are printed; all are in the file.
SHOWN = 8
# It is over as soon as nothing is left; on a busy machine that takes some minutes.
SETTLE_SECONDS = 900
# What is run once before anybody acts.
FIRST = ("catalogue", "returns", "prices", "stock")
ALL = "all"


def main(arguments: list[str] | None = None) -> int:
    """Run a simulation and print what came of it; return the exit code."""
    wish = _read(arguments)
    start = time.monotonic()
    print(f"Seed {wish.seed}, {wish.seconds} s.")
    missed = []
    with World(wish.seed) as world:
        with step("Articles, prices and stock go their way for the first time"):
            begin(world)
        history = History(FOLDER / "people.jsonl")
        with step(f"Customers, OTTO, warehouse and office act for {wish.seconds} s, and things fail"):
            act(world, history, wish.seed, wish.seconds)
        with step("What is due is done without faults"):
            world.restart_odoo()
            due = settle(world, SETTLE_SECONDS)
        # Nothing repairs what is planted.
        world.stop_odoo()
        if wish.plant not in (None, ALL):
            PLANTS[wish.plant][0](world)
        snapshot = take(world, history.acts, due)
        found = differences(snapshot)
        _print_counts(history, snapshot)
        _print_differences(found)
        if wish.plant == ALL:
            missed = plant_all(world, history, found)
    print(f"\nSeed {wish.seed}: {sum(map(len, found.values()))} differences; {time.monotonic() - start:.0f} s.")
    if wish.plant not in (None, ALL):
        return 0 if found[PLANTS[wish.plant][1]] else 1
    return 1 if missed or any(found.values()) else 0


def begin(world: World) -> None:
    """Run each flow once: what the shops offer is known to OTTO before the first customer comes.

    :raises Problem: a flow fails
    """
    client = world.wait_for_login()
    for flow in FIRST:
        client.run_flow(flow)


def plant_all(world: World, history: History, found: dict[str, list[str]]) -> list[str]:
    """Plant every difference; return the names of those that were not found."""
    rows, missed = [], []
    for name, (plant, rule) in PLANTS.items():
        try:
            plant(world)
        except Problem as problem:
            rows.append((name, rule, str(problem)))
            continue
        now = differences(take(world, history.acts, left_over(world)))
        is_found = len(now[rule]) > len(found[rule])
        rows.append((name, rule, "found" if is_found else "NOT FOUND"))
        missed += [] if is_found else [name]
        found = now
    print()
    table(rows, ("planted", "rule", ""))
    return missed


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m soak", description="A simulation from one seed, and its checker.")
    parser.add_argument("--seconds", type=int, default=600, help="how long people act and things fail")
    parser.add_argument("--seed", type=int, default=None, help="the same seed makes the same choices (a new one)")
    parser.add_argument("--plant", choices=[*sorted(PLANTS), ALL], help="plant a difference, which must be found")
    wish = parser.parse_args(arguments)
    if wish.seconds < 1:
        raise Problem("SECONDS must be a number of at least 1.")
    if wish.seed is None:
        wish.seed = random.SystemRandom().randrange(1_000_000)
    return wish


def act(world: World, history: History, seed: int, seconds: float) -> None:
    """Let everybody act and things fail for some seconds."""
    over = threading.Event()
    actors = [*people(world, history, seed, over), Troubles(world, history, seed, over, seconds)]
    for actor in actors:
        actor.start()
    time.sleep(seconds)
    over.set()
    for actor in actors:
        actor.join(120)
    if alive := [actor.name for actor in actors if actor.is_alive()]:
        raise Problem(f"Two minutes after the end these still wait for an answer: {', '.join(alive)}.")


def _print_counts(history: History, snapshot) -> None:
    outcomes = ("done", "refused", "unknown")
    print()
    rows = sorted(history.counts().items())
    table([(what, *(str(row.get(outcome, 0)) for outcome in outcomes)) for what, row in rows], ("act", *outcomes))
    otto = [order for state in snapshot.otto.values() for order in state["orders"]]
    shipments = sum(len(state["shipments"]) for state in snapshot.otto.values())
    failed = sum(1 for exchange in snapshot.exchanges if exchange["fault"])
    counts = (
        ("orders at OTTO", len(otto)),
        ("orders in Odoo", len(snapshot.odoo["orders"])),
        ("shipments at OTTO", shipments),
        ("labels at DHL", len(snapshot.dhl)),
        ("requests", len(snapshot.exchanges)),
        ("requests with a fault", failed),
        ("issues", len(snapshot.odoo["issues"])),
    )
    print()
    table([(what, str(count)) for what, count in counts], ("", ""))


def _print_differences(found: dict[str, list[str]]) -> None:
    print()
    table(
        [(rule, str(len(lines)), "ok" if not lines else "DIFFERENT") for rule, lines in found.items()], ("rule", "", "")
    )
    report = FOLDER / "differences.txt"
    report.write_text("".join(f"{rule}: {line}\n" for rule, lines in found.items() for line in lines))
    for rule, lines in found.items():
        for line in lines[:SHOWN]:
            print(f"  {rule}: {line}")


if __name__ == "__main__":
    sys.exit(run_main(main))
