"""Stock of 100,000 articles to OTTO: nothing changed, 1 % changed, everything; against one grouped SQL query of it."""

import math

from bench.harness import running_environment
from dev.console import step, table

LISTINGS = 100_000
# A run in which nothing changed may take this many times the grouped SQL query of the same quantities.
MOST_TIMES_FLOOR = 15

COPIES = """
import csv
skus = {skus!r}
channel = env['otto.channel'].search([], limit=1)
base = env['product.product'].search([('default_code', '!=', False), ('is_storable', '=', True)], limit=1)
quant = env['stock.quant'].search([('product_id', '=', base.id), ('location_id.usage', '=', 'internal')], limit=1)
env.flush_all()

def columns(table, *without):
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
    env.cr.execute(query, [table])
    return ', '.join(f'"{{name}}"' for [name] in env.cr.fetchall() if name not in ('id', *without))

def copied(table, source, given, keys, *values):
    names, given = columns(table, *given), ', '.join(given)
    env.cr.execute(f"INSERT INTO {{table}} ({{given}}, {{names}}) SELECT {{keys}}, {{names}} FROM {{table}}, "
                   f"unnest(%s::int[], %s::text[]) AS made(one, two) WHERE {{table}}.id = %s RETURNING {{table}}.id",
                   [*values, source])
    return [row[0] for row in env.cr.fetchall()]

names = columns('product_template')
env.cr.execute(f"INSERT INTO product_template ({{names}}) SELECT {{names}} FROM product_template, "
               "generate_series(1, %s) WHERE product_template.id = %s RETURNING product_template.id",
               [len(skus), base.product_tmpl_id.id])
templates = [row[0] for row in env.cr.fetchall()]
products = copied('product_product', base.id, ('product_tmpl_id', 'default_code', 'barcode'), 'one, two, NULL',
                  templates, skus)
copied('stock_quant', quant.id, ('product_id',), 'one', products, skus)
env.cr.execute("INSERT INTO otto_listing (channel_id, company_id, sku, product_id, match, send_stock) "
               "SELECT %s, %s, two, one, 'sku', TRUE FROM unnest(%s::int[], %s::text[]) AS made(one, two)",
               [channel.id, channel.company_id.id, products, skus])
env.cr.commit()
env.cr.execute("ANALYZE")
env.cr.commit()
"""

SCRIPT = """
channel = env['otto.channel'].search([], limit=1)
sync = channel._sync('stock')
channel.import_orders = False
sync.compared_on = '2099-01-01 00:00:00'
results = {{}}
with Measure() as first:
    sync._run()
assert not sync.last_error, sync.last_error
before = peak_mib()
with Measure() as floor:
    env.cr.execute('''SELECT product_id, SUM(quantity) FROM stock_quant WHERE location_id IN %s GROUP BY product_id''',
                   [tuple(env['stock.location'].search([('usage', '=', 'internal')]).ids)])
    env.cr.fetchall()
for name, part in (('nothing', 0), ('1 %', {listings} // 100), ('everything', {listings})):
    env.cr.execute("UPDATE otto_listing SET quantity = quantity + 1 WHERE id IN "
                   "(SELECT id FROM otto_listing WHERE quantity_known ORDER BY id LIMIT %s)", [part])
    env.invalidate_all()
    with Measure() as measure:
        sync._run()
    assert not sync.last_error, sync.last_error
    results[name] = [measure.seconds, measure.queries, sync.last_count]
give(floor=floor.seconds, results=results, peak=peak_mib(), before=before)
"""


def main() -> bool:
    """Run the benchmark; return whether it keeps the budgets: few requests, and time near the floor."""
    with running_environment(articles=LISTINGS, pieces=50, stocked=50) as bench:
        skus = [article["sku"] for article in bench.sandbox.state()["articles"]][50:]
        with step(f"{len(skus)} copies of an article in SQL"):
            bench.figures(COPIES.format(skus=skus) + "give()")
        bench.sandbox.clear_requests()
        with step(f"Stock of {LISTINGS} articles, four times"):
            found = bench.figures(SCRIPT.format(listings=len(skus)))
        made = sum(row["path"] == "/v1/availability/quantities" for row in bench.sandbox.requests())
    rows = [
        (name, f"{seconds:.2f}", f"{seconds / found['floor']:.1f}", queries, sent, math.ceil(sent / 200))
        for name, (seconds, queries, sent) in found["results"].items()
    ]
    table(rows, (f"{LISTINGS} articles changed", "seconds", "time / SQL floor", "queries", "sent", "requests needed"))
    needed = math.ceil(len(skus) / 200) * 2 + math.ceil(len(skus) // 100 / 200)
    print(f"  floor {found['floor']:.2f} s; peak memory {found['peak']} MiB; requests {made} of {needed} needed")
    quick = found["results"]["nothing"][0] <= MOST_TIMES_FLOOR * found["floor"]
    return quick and made == needed
