"""R19: two imports at once, and an Odoo that is killed while it imports: every order is there once and right."""

import time
from decimal import Decimal

IMPORT = "env['otto.sync'].search([('flow', '=', 'orders')])._run()"
ORDERS = (
    "[[o.otto_order_id, o.state, round(o.amount_total, 2), o.otto_total_differs, len(o.otto_position_ids),"
    " len(o.picking_ids)] for o in env['sale.order'].search([('otto_channel_id', '!=', False)])]"
)
ERRORS = "env['otto.sync'].search([('flow', '=', 'orders')]).last_error"


def expected_total(order) -> Decimal:
    live = [i for i in order["positionItems"] if not i["fulfillmentStatus"].startswith("CANCELLED")]
    prices = [i.get("itemValueReducedGrossPrice") or i["itemValueGrossPrice"] for i in live]
    fees = [fee["deliveryFeeAmount"] for fee in order.get("initialDeliveryFees") or ()]
    return sum((Decimal(str(money["amount"])) for money in (*prices, *fees)), Decimal(0))


def assert_all_there_once(worker, sandbox):
    held = {order["salesOrderId"]: order for order in sandbox.state()["orders"]}
    rows = worker.ask(ORDERS)
    assert not worker.ask(ERRORS)
    assert sorted(row[0] for row in rows) == sorted(held)
    for otto_id, state, total, differs, pieces, pickings in rows:
        order = held[otto_id]
        assert Decimal(str(total)) == expected_total(order)
        assert not differs
        assert pieces == len(order["positionItems"])
        assert (state, pickings > 0) == ("sale", True)


def test_r19_two_processes_import_at_once(start_worker, sandbox):
    sandbox.make_orders(count=30)
    workers = [start_worker(), start_worker()]
    for worker in workers:
        worker.tell(IMPORT)
    for worker in workers:
        worker.answer()
    workers[0].ask(IMPORT)
    assert_all_there_once(workers[0], sandbox)


def test_r19_killed_at_ten_moments(start_worker, sandbox):
    worker = start_worker()
    sandbox.make_orders(count=15)
    started = time.monotonic()
    worker.ask(IMPORT)
    length = time.monotonic() - started
    for moment in range(10):
        sandbox.make_orders(count=15)
        victim = start_worker()
        victim.tell(IMPORT)
        time.sleep(length * (moment + 0.5) / 10)
        victim.kill()
    # PostgreSQL lets go of the last one's locks a moment after its end; whoever finds the row locked leaves quietly.
    time.sleep(1)
    worker.ask(IMPORT)
    assert_all_there_once(worker, sandbox)
