"""R19: Odoo is killed (SIGKILL) between DHL's answer and the commit, and between OTTO's answer and the commit."""

import time

import pytest

IMPORT = "env['otto.sync'].search([('flow', '=', 'orders')])._run()"
OUTBOUND = "env['otto.sync'].search([('flow', '=', 'outbound')])._run()"
READY = (
    "[[o.id, o.name, o.otto_order_id, o.picking_ids.id] for o in env['sale.order'].search("
    "[('otto_outbound_state', '=', 'none'), ('state', '=', 'sale')], order='id')]"
)
VALIDATE = "env['stock.picking'].browse({}).button_validate()"
NUMBERS = (
    "[p.carrier_tracking_ref or '', p.return_tracking_ref or '', p.state]"
    " if (p := env['stock.picking'].browse({})) else None"
)
# Between the two commits: DHL's answer is stored, the transfer is not.
PAUSE = "setattr(type(env['stock.picking']), '_otto_enter_parcels', lambda self: __import__('time').sleep(60))"
KILLS = 10


@pytest.fixture
def orders(worker, sandbox):
    """Ten orders that can be shipped, as [id, name, OTTO's id, transfer id]."""
    sandbox.clear_faults()
    sandbox.make_orders(count=KILLS, pieces=1)
    worker.ask(IMPORT)
    ready = worker.ask(READY)
    assert len(ready) >= KILLS
    return ready[-KILLS:]


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def booked(sandbox):
    return {row["shipmentNo"] for row in sandbox.dhl_state()["shipments"] if row["state"] == "booked"}


def test_r19_killed_between_dhls_answer_and_the_commit(start_worker, worker, orders, sandbox):
    for number, order in enumerate(orders):
        before = booked(sandbox)
        victim = start_worker()
        victim.ask(PAUSE)
        victim.tell(VALIDATE.format(order[3]))
        wait_for(lambda before=before: booked(sandbox) - before)
        time.sleep(0.1 * (number + 1))
        victim.kill()
        assert worker.ask(NUMBERS.format(order[3]))[2] != "done"
        worker.ask(VALIDATE.format(order[3]))
        shipment, back, state = worker.ask(NUMBERS.format(order[3]))
        assert state == "done"
        assert booked(sandbox) - before == {shipment}
        assert back


def test_r19_killed_between_ottos_answer_and_the_commit(start_worker, worker, orders, sandbox):
    for order in orders:
        worker.ask(VALIDATE.format(order[3]))
        sandbox.fault("slow", "/v1/shipments", method="POST", seconds=20)
        victim = start_worker()
        victim.tell(OUTBOUND)
        wait_for(lambda order=order: len(told(sandbox, order)) == 1)
        victim.kill()
        sandbox.clear_faults()
        worker.ask(OUTBOUND)
        assert len(told(sandbox, order)) == 1
        assert worker.ask(f"env['sale.order'].browse({order[0]}).otto_outbound_state") == "sent"


def told(sandbox, order):
    return [
        shipment
        for shipment in sandbox.state()["shipments"]
        if order[2] in {item["salesOrderId"] for item in shipment["positionItems"]}
    ]
