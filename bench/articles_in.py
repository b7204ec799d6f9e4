"""Reading 20,000 articles from OTTO, against plain creation of the same rows in batches in the same run."""

from bench.harness import running_environment
from dev.console import step, table

ARTICLES = 20_000
# The import reads four lists and matches; it may take this many times plain creation of its rows.
MOST_TIMES_FLOOR = 4

SCRIPT = """
from odoo.addons.otto_market_connector.models.core.write_guard import as_connector
channel = env['otto.channel'].search([], limit=1)
sync = channel._sync('catalogue')
with Measure() as imported:
    sync._run()
assert not sync.last_error, sync.last_error
listings = env['otto.listing'].search([('channel_id', '=', channel.id)])
names = [name for name, field in listings._fields.items() if field.store and field.column_type
         and name not in ('id', 'create_uid', 'create_date', 'write_uid', 'write_date', 'sku', 'company_id')]
rows = listings.read(names, load=False)
with Measure() as again:
    channel.action_read_all_articles()
    sync._run()
with Measure() as changed:
    sync._run()
other = channel.copy({{'name': 'Floor', 'requests_a_minute': 1200}})
with Measure() as floor:
    for start in range(0, len(rows), 100):
        as_connector(env['otto.listing']).create([
            {{**{{name: row[name] for name in names}}, 'channel_id': other.id, 'sku': f"x{{row['id']}}",
              'shipping_profile_id': False}} for row in rows[start:start + 100]])
        env.cr.commit()
give(imported=imported.seconds, again=again.seconds, changed=changed.seconds, floor=floor.seconds, rows=len(rows),
     queries=imported.queries, peak=peak_mib())
"""


def main() -> bool:
    """Run the benchmark; return whether it keeps the budget."""
    with running_environment(articles=ARTICLES, pieces=50, stocked=50) as bench:
        with step(f"{ARTICLES} articles"):
            found = bench.figures(SCRIPT.format())
        asked = len(bench.sandbox.requests())
    floor = found["floor"]
    rows = [
        (name, f"{found[key]:.1f}", f"{found['rows'] / found[key]:.0f}", f"{found[key] / floor:.2f}")
        for name, key in (
            ("plain creation, 100 each", "floor"),
            ("import", "imported"),
            ("all read again", "again"),
            ("only what changed", "changed"),
        )
    ]
    table(rows, (f"{found['rows']} articles", "seconds", "articles a second", "time / plain"))
    print(f"  {found['queries']} queries in the first import; {asked} requests in all; peak memory {found['peak']} MiB")
    return found["rows"] == ARTICLES and found["imported"] <= MOST_TIMES_FLOOR * floor
