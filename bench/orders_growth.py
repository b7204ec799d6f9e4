"""What grows with the shop and must not slow the import: many orders at once, many contacts and orders in the database.

Memory: the peak of a process that imports 5,000 orders against one that imports 500. Time: the same page of orders into
a fresh database and into one with 100,000 orders.
"""

from bench.growth import script
from bench.harness import begin_earlier, running_environment
from dev.console import step, table

FEW, MANY = 500, 5_000
ORDERS = 100_000
PAGE = 64
PAGES = 7
MOST_MEMORY = 1.1
MOST_TIME = 1.1

IMPORT = """
sync = env['otto.channel'].search([], limit=1)._sync('orders')
before = env['sale.order'].search_count([('otto_channel_id', '!=', False)])
with Measure() as imported:
    sync._run()
done = env['sale.order'].search_count([('otto_channel_id', '!=', False)]) - before
assert done == {count}, (done, sync.last_error)
give(peak=peak_mib(), seconds=imported.seconds)
"""

# The clock moves between the pages, so that each run reads its own page and not those before it again.
PAGE_TIMES = """
from sandbox.running import RunningSandbox
sandbox = RunningSandbox({otto!r}, {dhl!r}, 0)
sync = env['otto.channel'].search([], limit=1)._sync('orders')
times = []
for _ in range({pages} + 1):
    sandbox.advance(3600)
    sandbox.make_orders(count={page}, pieces=2)
    with Measure() as imported:
        sync._run()
    assert not sync.last_error
    times.append(imported.seconds)
give(seconds=sorted(times[1:])[len(times[1:]) // 2])
"""


def main() -> bool:
    """Run the benchmark; return whether it keeps the budgets."""
    with running_environment() as bench:
        begin_earlier(bench.sandbox)
        pages = PAGE_TIMES.format(otto=bench.sandbox.otto_url, dhl=bench.sandbox.dhl_url, pages=PAGES, page=PAGE)
        with step(f"{PAGES} pages into a fresh database"):
            fresh = bench.figures(pages)["seconds"]
        peaks = {count: _peak(bench, count) for count in (FEW, MANY)}
        there = (PAGES + 1) * PAGE + FEW + MANY
        with step(f"{ORDERS:,} orders"):
            grown = bench.figures(script(ORDERS // there))
        with step(f"{PAGES} pages into the full database"):
            full = bench.figures(pages)["seconds"]
    memory, time = peaks[MANY] / peaks[FEW], full / fresh
    rows = [
        (f"peak memory, {MANY:,} against {FEW} orders", f"{peaks[MANY]} / {peaks[FEW]} MiB", f"{memory:.2f}"),
        (
            f"a page, {grown['sale_order'] + there:,} orders and {grown['res_partner']:,} contacts against none",
            f"{full:.2f} / {fresh:.2f} s",
            f"{time:.2f}",
        ),
    ]
    table(rows, ("growth", "", "ratio"))
    return memory <= MOST_MEMORY and time <= MOST_TIME


def _peak(bench, count: int) -> int:
    """Import orders in a process of their own and return its peak memory in MiB."""
    bench.sandbox.advance(3600)
    bench.sandbox.make_orders(count=count, pieces=2)
    with step(f"{count} orders in one run"):
        return bench.figures(IMPORT.format(count=count))["peak"]
