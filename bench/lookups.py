"""A run of a flow in a shop of 100,000 orders against one of 1,000: queries, CPU time, rows read without an index.

The same news each time: orders, parcels, returns and receipts of one afternoon. PostgreSQL itself says which tables
were read from end to end (`pg_stat_user_tables`); none that grows with the shop may be.
"""

from bench.growth import script
from bench.harness import begin_earlier, running_environment
from dev.console import step, table

ORDERS, NEWS = 100, 6
# So many copies of each order make a thousand, and a hundred thousand.
SMALL, BIG_SHOP = 9, 900
# CPU time and queries of a run, the big shop against the small one.
MOST_TIME, MOST_QUERIES = 1.1, 1.1
# Who searches by a part of a text reads the whole table; Odoo's own search does as well, and is the floor. The number
# stands further back in the row, which PostgreSQL reads from its beginning.
MOST_SEARCH = 1.5
FLOORS = {"search by number": "search by name"}
# OTTO's clock moves so many seconds between two afternoons: the overlap of two readings holds one of them.
PAUSE = 3600
# A table is big from so many rows on; reading so few of them is no scan of it.
BIG, FEW = 20_000, 2_000

START = """
flows = ('catalogue', 'orders', 'fulfilment', 'returns', 'receipts')
channel = env['otto.channel'].search([], limit=1)
for flow in flows:
    channel._sync(flow)._run()
    assert not channel._sync(flow).last_error, channel._sync(flow).last_error
env.cr.commit()
"""

# Everything is shipped and told, a third comes back, and OTTO has written its receipts.
SHIP = """
from sandbox.running import RunningSandbox
sandbox = RunningSandbox({otto!r}, {dhl!r}, 0)
channel = env['otto.channel'].search([], limit=1)

def run(flow):
    sync = channel._sync(flow)
    sync._run()
    assert not sync.last_error, (flow, sync.last_error)
    env.cr.commit()

def scans():
    env.cr.commit()
    if env.cr._cnx.server_version >= 150000:
        env.cr.execute("SELECT pg_stat_force_next_flush()")
        env.cr.commit()
    else:
        time.sleep(1.5)
    env.cr.execute("SELECT relname, seq_tup_read FROM pg_stat_user_tables WHERE n_live_tup >= {big}")
    return dict(env.cr.fetchall())

asked = []
execute = type(env.cr).execute

def note(cursor, query, params=None, **options):
    asked.append((cursor, query, params))
    return execute(cursor, query, params, **options)

def from_end_to_end(tables):
    '''The queries that read these tables whole, as PostgreSQL plans them.'''
    found = {{}}
    for _cursor, query, params in asked:
        if not str(getattr(query, 'code', query)).lstrip().startswith(('SELECT', 'UPDATE', 'DELETE', 'WITH')):
            continue
        try:
            execute(env.cr, 'EXPLAIN ' + env.cr._cnx.cursor().mogrify(
                getattr(query, 'code', query), getattr(query, 'params', params)).decode().replace('%', '%%'), ())
        except Exception:
            env.cr.rollback()
            continue
        plan = ' '.join(line for (line,) in env.cr.fetchall())
        for table in tables:
            if f'Seq Scan on {{table}} ' in plan:
                text = ' '.join(str(getattr(query, 'code', query)).split())
                found[table, text[:60] + ' ... ' + text[text.find(' FROM '):][:400]] = True
    return [f'{{table}}: {{text}}' for table, text in found]

costs = {{}}
def cost(name, work, times=1):
    '''Note what work costs; of what is over in no time, the one in the middle of several.'''
    env.registry.clear_cache()
    before = scans()
    asked.clear()
    spent = []
    type(env.cr).execute = note
    for _ in range(times):
        with Measure() as once:
            work()
        spent.append(once)
    type(env.cr).execute = execute
    read = {{table: rows - before.get(table, 0) for table, rows in scans().items()
             if rows - before.get(table, 0) > {few}}}
    middle = {{figure: sorted(getattr(once, figure) for once in spent)[times // 2]
              for figure in ('queries', 'cpu', 'seconds')}}
    costs[name] = dict(middle, read=read, by=from_end_to_end(read))

def day():
    '''An afternoon; each run is measured with the same number of news. OTTO is never ahead of Odoo.'''
    sandbox.advance({pause})
    ids = sandbox.make_orders(count={news}, pieces=2)
    cost('orders', lambda: run('orders'))
    orders = env['sale.order'].search([('otto_order_id', 'in', ids)])
    assert len(orders) == {news}
    def ship():
        for picking in orders.picking_ids:
            picking.with_context(skip_sms=True).button_validate()
    cost('validate', ship)
    assert set(orders.picking_ids.mapped('state')) == {{'done'}}, orders.picking_ids.mapped('state')
    cost('fulfilment', lambda: run('fulfilment'))
    assert set(orders.mapped('otto_report_state')) == {{'sent'}}, orders.mapped('otto_report_state')
    sandbox.advance(60)
    run('orders')
    for order in orders[: {news} // 3]:
        sandbox.announce_return(order.otto_position_ids.mapped('position_id'))
    cost('returns', lambda: run('returns'))
    sandbox.advance(60)
    cost('receipts', lambda: run('receipts'))
    assert all(order.otto_receipt_ids for order in orders)
    cost('orders, nothing new', lambda: run('orders'), 5)
    cost('returns, nothing new', lambda: run('returns'), 5)
    cost('receipts, nothing new', lambda: run('receipts'), 5)
    # The floor of the next: Odoo's own search by a part of a number, which reads the table, too.
    cost('search by name', lambda: env['sale.order'].search([('name', 'ilike', orders[0].name)], limit=80), 50)
    number = orders[0].otto_order_number
    cost('search by number', lambda: env['sale.order'].search([('otto_order_number', 'ilike', number)], limit=80), 50)
    cost('search a parcel', lambda: env['stock.picking'].search_read(
        [('otto_parcel_ids.tracking_number', '=', orders[0].otto_parcel_ids[0].tracking_number)], ['name']), 50)
    # What is copied waits for nothing: the sandbox does not know the copies.
    sandbox.decide_return(orders[: {news} // 3].otto_position_ids.mapped('position_id'), 'OVERDUE_CREDIT')
    run('returns')
    env.cr.execute("UPDATE otto_receipt SET pdf_state = 'there' WHERE pdf_state = 'waiting'")
    orders.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel')).action_cancel()
    env.cr.commit()
"""

SETTLE = "day(); give(done=1)"
DAY = "day(); give(**costs)"


def main() -> bool:
    """Run the benchmark; return whether it keeps the budgets."""
    with running_environment(articles=50) as bench:
        begin_earlier(bench.sandbox)
        bench.figures(START + "give(done=1)")
        day = _scenario(bench, NEWS) + DAY
        with step(f"{ORDERS} orders, shipped, a third returned, billed"):
            bench.figures(_scenario(bench, ORDERS) + SETTLE)
        small, _made = _afternoon(bench, day, script(SMALL))
        big, grown = _afternoon(bench, day, script(BIG_SHOP, SMALL + 1))
    print("  rows: " + ", ".join(f"{name} {count:,}" for name, count in sorted(grown.items())))
    return _show(small, big)


def _afternoon(bench, day: str, growth: str) -> tuple[dict, dict]:
    """Let the shop grow; return what an afternoon costs in it, the second one, and the rows that were made."""
    with step("More orders"):
        made = bench.figures(growth)
    with step(f"An afternoon, {made['sale_order']:,} orders more"):
        bench.figures(day)
        return bench.figures(day), made


def _scenario(bench, news: int) -> str:
    """Return the Python in which an afternoon has so many orders."""
    urls = {"otto": bench.sandbox.otto_url, "dhl": bench.sandbox.dhl_url}
    return SHIP.format(**urls, news=news, big=BIG, few=FEW, pause=PAUSE)


def _show(small: dict, big: dict) -> bool:
    rows, good = [], True
    for name in small:
        queries = big[name]["queries"] / max(small[name]["queries"], 1)
        read = ", ".join(f"{table} {count:,}" for table, count in big[name]["read"].items()) or "none"
        counts = f"{small[name]['queries']} / {big[name]['queries']}"
        rows.append((name, counts, f"{queries:.2f}", f"{_growth(small, big, name):.2f}", read))
        good = good and queries <= MOST_QUERIES and _is_kept(small, big, name)
    for name in small:
        for query in big[name]["by"]:
            print(f"  {name}: {query}")
    for name, floor in FLOORS.items():
        print(f"  {name}: {big[name]['seconds'] / big[floor]['seconds']:.2f} times as long as {floor}")
    table(rows, ("small / big shop", "queries", "ratio", "CPU ratio", "read without an index"))
    return good


def _growth(small: dict, big: dict, name: str) -> float:
    return big[name]["cpu"] / small[name]["cpu"]


def _is_kept(small: dict, big: dict, name: str) -> bool:
    """Tell whether a run reads no big table whole and costs what it does in the small shop, or what its floor costs."""
    if name in FLOORS.values():
        return True
    if floor := FLOORS.get(name):
        read_more = big[name]["read"].keys() - big[floor]["read"].keys()
        return not read_more and big[name]["seconds"] <= MOST_SEARCH * big[floor]["seconds"]
    return not big[name]["read"] and _growth(small, big, name) <= MOST_TIME
