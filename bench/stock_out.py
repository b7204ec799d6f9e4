"""Stock to OTTO: nothing changed, 1 % changed, everything changed; against one grouped SQL query of the quantities."""

import math

from bench.harness import running_stand
from dev.console import step, table

LISTINGS = 2000

SCRIPT = """
channel = env['otto.channel'].search([], limit=1)
sync = channel._sync('stock')
listings = env['otto.listing'].search([('channel_id', '=', channel.id)])
sync._run()
results = {{}}
with Measure() as floor:
    env.cr.execute('''SELECT product_id, SUM(quantity) FROM stock_quant WHERE location_id IN %s GROUP BY product_id''',
                   [tuple(env['stock.location'].search([('usage', '=', 'internal')]).ids)])
    env.cr.fetchall()
for name, part in (('nothing', listings[:0]), ('1 %', listings[:len(listings) // 100]), ('everything', listings)):
    part.quantity_known = False
    with Measure() as measure:
        sync._run()
    assert not sync.last_error, sync.last_error
    results[name] = [measure.seconds, measure.queries, len(part)]
give(floor=floor.seconds, results=results, peak=peak_mib())
"""


def main() -> bool:
    """Run the benchmark; return whether it keeps the budget: as few requests as possible."""
    with running_stand(articles=LISTINGS, pieces=50) as bench:
        with step(f"Stock of {LISTINGS} articles"):
            found = bench.figures(SCRIPT.format())
        requests = [row for row in bench.sandbox.requests() if row["path"] == "/v1/availability/quantities"]
    rows = [
        (name, f"{seconds:.2f}", f"{seconds / found['floor']:.0f}", queries, math.ceil(changed / 200))
        for name, (seconds, queries, changed) in found["results"].items()
    ]
    table(rows, (f"{LISTINGS} articles changed", "seconds", "time / SQL floor", "queries", "requests needed"))
    print(f"  peak memory {found['peak']} MiB; requests made {len(requests)}")
    expected = 2 * math.ceil(LISTINGS / 200) + math.ceil(LISTINGS // 100 / 200)
    return len(requests) == expected
