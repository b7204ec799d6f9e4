"""Fifty validations with a DHL that takes 1.5 s, three people at once on the same articles, 500 times *sent*."""

import threading
import time
import xmlrpc.client

from bench.harness import running_environment
from dev import rpc
from dev.console import step, table
from dev.servers import Processes, free_ports
from dev.settings import BENCH_DB

LATENCY = 1.5
VALIDATIONS = 50
PEOPLE = 3
EACH = 10
SENT = 500
# What a new connection takes, as TLS does on the way to OTTO; who keeps connections pays it once.
HANDSHAKE = 0.05
# What labels add to a validation, the waiting for DHL and OTTO aside, may take this many times plain Odoo's validation.
MOST_OVERHEAD = 1.2
# Reading orders and telling OTTO are two clients; a connection may grow old while Odoo works.
MOST_CONNECTIONS = 10
# Three people may take this many times the time that DHL alone would need for the busiest of them.
MOST_CROWD = 2.0

VALIDATE = """
import requests
channel = env['otto.channel'].search([], limit=1)
env['otto.sync'].search([('flow', '=', 'orders')])._run()
waited = 0.0
send = requests.Session.request
def timed(*args, **kwargs):
    global waited
    start = time.perf_counter()
    try:
        return send(*args, **kwargs)
    finally:
        waited += time.perf_counter() - start
requests.Session.request = timed

orders = env['sale.order'].search([('otto_channel_id', '!=', False)], limit={validations})
fee = channel.carrier_id.product_id
plain_carrier = env['delivery.carrier'].create({{'name': 'Plain', 'delivery_type': 'fixed', 'product_id': fee.id}})
plain = env['sale.order'].create([
    {{'partner_id': order.partner_id.id, 'carrier_id': plain_carrier.id, 'warehouse_id': order.warehouse_id.id,
     'order_line': [(0, 0, {{'product_id': line.product_id.id, 'product_uom_qty': line.product_uom_qty}})
                    for line in order.order_line if line.product_id.type == 'consu']}} for order in orders])
plain.action_confirm()

# Odoo asks once whether to send text messages to customers with a telephone; OTTO's never get one.
if 'stock_text_confirmation' in env.company._fields:
    env.company.stock_text_confirmation = False

def validate(orders):
    for order in orders:
        order.picking_ids.button_validate()
        env.cr.commit()
    assert set(orders.picking_ids.mapped('state')) == {{'done'}}

validate(plain[:5])
with Measure() as floor:
    validate(plain[5:])
env.invalidate_all()
validate(orders[:5])
waited = 0.0
with Measure() as ours:
    validate(orders[5:])
give(floor=floor.seconds / len(plain[5:]), ours=ours.seconds / len(orders[5:]), waited=waited / len(orders[5:]),
     floor_queries=floor.queries / len(plain[5:]), our_queries=ours.queries / len(orders[5:]))
"""

TELL = """
import itertools
numbers = itertools.count(1)
channel = env['otto.channel'].search([], limit=1)
env['otto.sync'].search([('flow', '=', 'orders')])._run()
orders = env['sale.order'].search([('otto_channel_id', '!=', False), ('otto_report_state', '=', 'none')])
for order in orders:
    number = next(numbers)
    env['otto.parcel'].create([
        {{'order_id': order.id, 'type': 'shipment', 'tracking_number': f'0034043409{{number:010}}'}},
        {{'order_id': order.id, 'type': 'return', 'tracking_number': f'99999{{number:07}}'}}])
orders._otto_note(otto_report_state='to_send')
env.cr.commit()
with Measure() as measure:
    channel._sync('fulfilment')._run()
assert set(orders.mapped('otto_report_state')) == {{'sent'}}, channel._sync('fulfilment').last_error
give(seconds=measure.seconds, queries=measure.queries, orders=len(orders))
"""


def crowd(bench) -> tuple[float, int, int]:
    """Let people validate deliveries of the same article at once; return seconds, deliveries, requests to DHL."""
    articles = bench.sandbox.state()["articles"]
    ids = bench.sandbox.make_orders(count=PEOPLE * EACH, skus=[articles[0]["sku"]], pieces=1)
    with Processes() as processes:
        url = processes.odoo(BENCH_DB, free_ports(1)[0])
        clients = [rpc.Client(url, BENCH_DB, "admin", "admin") for _person in range(PEOPLE)]
        clients[0].run_flow("orders")
        transfers = clients[0].call("stock.picking", "search", [[("sale_id.otto_order_id", "in", ids)]])
        bench.sandbox.clear_requests()
        problems = []

        def work(client, part):
            for transfer in part:
                try:
                    client.call("stock.picking", "button_validate", [[transfer]])
                except xmlrpc.client.Fault as error:
                    problems.append(error)

        people = [
            threading.Thread(target=work, args=(client, transfers[number::PEOPLE]))
            for number, client in enumerate(clients)
        ]
        start = time.monotonic()
        for person in people:
            person.start()
        for person in people:
            person.join()
        seconds = time.monotonic() - start
        done = clients[0].call("stock.picking", "search_count", [[("id", "in", transfers), ("state", "=", "done")]])
    if problems:
        print("  problems:", *(str(problem)[:300] for problem in problems))
    booked = sum(row["method"] == "POST" and "/orders" in row["path"] for row in bench.sandbox.requests(dhl=True))
    return seconds, done, booked


def main() -> bool:
    """Run the benchmark; return whether it keeps the budgets."""
    with running_environment() as bench:
        bench.sandbox.make_orders(count=VALIDATIONS, pieces=2)
        bench.sandbox.fault("slow", "/parcel/de/shipping/v2/orders", dhl=True, times=None, seconds=LATENCY)
        with step(f"{VALIDATIONS} validations, DHL takes {LATENCY} s"):
            found = bench.figures(VALIDATE.format(validations=VALIDATIONS))
        with step(f"{PEOPLE} people validate {EACH} deliveries of the same article each"):
            seconds, done, booked = crowd(bench)
        bench.sandbox.clear_faults()
        bench.sandbox.make_orders(count=SENT, pieces=1)
        bench.sandbox.clear_requests()
        bench.sandbox.close_connections()
        bench.sandbox.slow_handshake(HANDSHAKE)
        with step(f"{SENT} times sent, a connection takes {HANDSHAKE * 1000:.0f} ms"):
            told = bench.figures(TELL.format())
        opened = bench.sandbox.connections()
        asked = sum(row["path"] == "/v1/shipments" for row in bench.sandbox.requests())
    own = found["ours"] - found["waited"]
    added = own - found["floor"]
    table(
        [
            ("plain Odoo", f"{found['floor']:.3f}", "1.00", f"{found['floor_queries']:.0f}"),
            (
                "with labels, without waiting",
                f"{own:.3f}",
                f"{own / found['floor']:.2f}",
                f"{found['our_queries']:.0f}",
            ),
            ("of it added by the labels", f"{added:.3f}", f"{added / found['floor']:.2f}", ""),
            ("waiting for DHL and OTTO", f"{found['waited']:.3f}", f"{found['waited'] / found['floor']:.2f}", ""),
        ],
        ("one validation", "seconds", "time / plain", "queries"),
    )
    alone = EACH * LATENCY
    print(f"  {PEOPLE} people: {done} done in {seconds:.1f} s, {seconds / alone:.2f} times DHL's time; {booked} booked")
    print(
        f"  {SENT} times sent: {asked} requests over {opened} connections, {told['seconds']:.1f} s, "
        f"{told['queries']} queries"
    )
    right = done == booked == PEOPLE * EACH and asked == told["orders"] == SENT and opened <= MOST_CONNECTIONS
    return right and added <= MOST_OVERHEAD * found["floor"] and seconds <= MOST_CROWD * alone
