"""R19: Odoo is killed (SIGKILL) when DHL or OTTO has acted and Odoo has not noted it yet; and people at that moment."""

import time

import pytest

from .kills import KILLS

IMPORT = "env['otto.sync'].search([('flow', '=', 'orders')])._run()"
FULFILMENT = "env['otto.sync'].search([('flow', '=', 'fulfilment')])._run()"
READY = (
    "[[o.id, o.name, o.otto_order_id, o.picking_ids.id] for o in env['sale.order'].search("
    "[('otto_report_state', '=', 'none'), ('state', '=', 'sale')], order='id')]"
)
VALIDATE = "env['stock.picking'].browse({}).button_validate()"
NUMBERS = (
    "[p.carrier_tracking_ref or '', p.return_tracking_ref or '', p.state]"
    " if (p := env['stock.picking'].browse({})) else None"
)
ANSWERED = "bool(env['dhl.booking'].search([('picking_res_id', '=', {}), ('answered_at', '!=', False)]))"
# Between the two commits: DHL's answer is stored, the transfer is not.
PAUSE = "setattr(type(env['stock.picking']), '_otto_enter_parcels', lambda self: __import__('time').sleep(60))"


@pytest.fixture
def orders(worker, sandbox):
    """Ten orders that can be shipped, as [id, name, OTTO's id, transfer id]."""
    sandbox.clear_faults()
    sandbox.make_orders(count=KILLS, pieces=1)
    worker.ask(IMPORT)
    ready = worker.ask(READY)
    assert len(ready) >= KILLS
    return ready[-KILLS:]


def wait_for(condition, seconds=30, every=0.05):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(every)


def booked(sandbox):
    return {row["shipmentNo"] for row in sandbox.dhl_state()["shipments"] if row["state"] == "booked"}


def test_r19_killed_between_dhls_answer_and_the_commit(start_worker, worker, orders, sandbox):
    for number, order in enumerate(orders):
        before = booked(sandbox)
        victim = start_worker()
        victim.ask(PAUSE)
        victim.tell(VALIDATE.format(order[3]))
        wait_for(lambda order=order: worker.ask(ANSWERED.format(order[3])))
        time.sleep(0.1 * number)
        victim.kill()
        assert worker.ask(NUMBERS.format(order[3]))[2] != "done"
        worker.ask(VALIDATE.format(order[3]))
        shipment, back, state = worker.ask(NUMBERS.format(order[3]))
        assert state == "done"
        assert booked(sandbox) - before == {shipment}
        assert back


CLEAR_UP = (
    "env['dhl.booking.number'].create({{'booking_id': env['dhl.booking'].search([('picking_res_id', '=', {0}),"
    " ('state', '=', 'possibly')]).id, 'shipment_no': '{1}'}}).action_use()"
)


def test_r19_killed_before_dhls_answer_was_noted(start_worker, worker, orders, sandbox):
    """Nobody can know then, so nothing is booked until a person has looked at DHL."""
    for order in orders:
        before = booked(sandbox)
        sandbox.fault("slow", "/parcel/de/shipping/v2/orders", method="POST", dhl=True, seconds=20)
        victim = start_worker()
        victim.tell(VALIDATE.format(order[3]))
        wait_for(lambda before=before: booked(sandbox) - before)
        victim.kill()
        sandbox.clear_faults()
        assert "possibly booked" in worker.ask(VALIDATE.format(order[3]))["refused"]
        [number] = booked(sandbox) - before
        assert worker.ask(CLEAR_UP.format(order[3], number)) is True
        worker.ask(VALIDATE.format(order[3]))
        shipment, back, state = worker.ask(NUMBERS.format(order[3]))
        assert (shipment, state) == (number, "done")
        assert back
        assert booked(sandbox) - before == {number}


def test_r19_killed_between_ottos_answer_and_the_commit(start_worker, worker, orders, sandbox):
    for order in orders:
        worker.ask(VALIDATE.format(order[3]))
        sandbox.fault("slow", "/v1/shipments", method="POST", seconds=20)
        victim = start_worker()
        victim.tell(FULFILMENT)
        wait_for(lambda order=order: len(told(sandbox, order)) == 1)
        victim.kill()
        sandbox.clear_faults()
        worker.ask(FULFILMENT)
        assert len(told(sandbox, order)) == 1
        assert worker.ask(f"env['sale.order'].browse({order[0]}).otto_report_state") == "sent"


def test_r19_killed_while_otto_cancels(start_worker, worker, orders, sandbox):
    for order in orders:
        worker.ask(f"env['sale.order'].browse({order[0]}).action_cancel()")
        sandbox.clear_requests()
        sandbox.fault("slow", f"/v4/orders/{order[2]}/cancellation", seconds=20)
        victim = start_worker()
        victim.tell(FULFILMENT)
        wait_for(lambda: any("/cancellation" in row["path"] for row in sandbox.requests()))
        time.sleep(0.2)
        victim.kill()
        sandbox.clear_faults()
        worker.ask(FULFILMENT)
        assert worker.ask(f"env['sale.order'].browse({order[0]}).otto_report_state") == "cancelled"
        sandbox.advance(60)
        held = next(row for row in sandbox.state()["orders"] if row["salesOrderId"] == order[2])
        assert {item["fulfillmentStatus"] for item in held["positionItems"]} == {"CANCELLED_BY_PARTNER"}


def test_r9_who_changes_a_number_while_otto_is_told_it_waits_and_is_refused(start_worker, worker, orders, sandbox):
    """The number in Odoo is the number that OTTO was told."""
    order = orders[0]
    worker.ask(VALIDATE.format(order[3]))
    sandbox.fault("slow", "/v1/shipments", method="POST", seconds=2)
    teller = start_worker()
    teller.tell(FULFILMENT)
    wait_for(lambda: len(told(sandbox, order)) == 1)
    rows = f"env['otto.parcel'].search([('order_id', '=', {order[0]}), ('type', '=', 'shipment')])"
    assert "already been told" in worker.ask(rows + ".write({'tracking_number': 'x'})")["refused"]
    teller.answer()
    [shipment] = told(sandbox, order)
    assert worker.ask(NUMBERS.format(order[3]))[0] == shipment["trackingKey"]["trackingNumber"]


SLOW = "setattr(type(env['otto.flow.fulfilment']), '_look_again_at_waiting', lambda self: __import__('time').sleep(3))"
CORRECTED = "00340434161094042557"


def test_r9_a_number_that_was_corrected_since_the_run_began_is_the_one_that_otto_is_told(
    start_worker, worker, orders, sandbox
):
    order = orders[0]
    worker.ask(VALIDATE.format(order[3]))
    teller = start_worker()
    teller.ask(SLOW)
    teller.tell(FULFILMENT)
    time.sleep(1)
    row = f"env['otto.parcel'].search([('order_id', '=', {order[0]}), ('type', '=', 'shipment')])"
    assert worker.ask(f"{row}.write({{'tracking_number': '{CORRECTED}'}})") is True
    assert not told(sandbox, order)
    teller.answer()
    worker.ask(FULFILMENT)
    [shipment] = told(sandbox, order)
    assert shipment["trackingKey"]["trackingNumber"] == CORRECTED


RUN = (
    "env['dhl.label.run'].create({{'user_id': 2, 'company_id': env['stock.picking'].browse({0})[0].company_id.id, "
    "'line_ids': [(0, 0, {{'picking_id': one}}) for one in {0}]}}).id"
)
RUN_IS = "[(run := env['dhl.label.run'].browse({})).state, *run.line_ids.mapped('state'), bool(run.labels)]"


def test_r19_a_run_that_is_stopped_ends_with_the_transfer_in_work(start_worker, worker, orders, sandbox):
    run = worker.ask(RUN.format([order[3] for order in orders[:3]]))
    before = booked(sandbox)
    sandbox.fault("slow", "/parcel/de/shipping/v2/orders", method="POST", dhl=True, seconds=3, times=1)
    at_work = start_worker()
    at_work.tell("env['dhl.label.run']._cron_work()")
    wait_for(lambda: booked(sandbox) - before)
    assert worker.ask(f"env['dhl.label.run'].browse({run}).action_stop()") is True
    assert worker.ask(RUN_IS.format(run)) == ["running", "waiting", "failed", "failed", False]
    at_work.answer()
    assert worker.ask(RUN_IS.format(run)) == ["done", "done", "failed", "failed", True]
    assert len(booked(sandbox) - before) == 1


def told(sandbox, order):
    return [
        shipment
        for shipment in sandbox.state()["shipments"]
        if order[2] in {item["salesOrderId"] for item in shipment["positionItems"]}
    ]
