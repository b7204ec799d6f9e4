"""R19, R31: an Odoo that is killed while it books receipts, and two at once: each is booked once, to the cent."""

import time
from datetime import datetime, timedelta

from tests.random_receipts import Maker, cents, worth

RUN = "env['otto.sync'].search([('flow', '=', 'receipts')])._run()"
SWITCH_ON = "env['otto.channel'].search([]).write({'book_receipts': True, 'booking_from': '2022-02-01'})"
# Each receipt with its state, its entries that count, and what stands on the debtor's account of all its entries.
BOOKS = (
    "[[r.number, r.booking_state, r.move_id.name, r.move_id.state, len(r.move_ids),"
    " round(100 * sum(l.balance for l in r.move_ids.line_ids if l.account_id.account_type == 'asset_receivable'))]"
    " for r in env['otto.receipt'].search([('is_real', '=', True)])]"
)
# What OTTO calls no tax document, and of which of them people were told.
BLOCKED = "env['otto.receipt'].search([('booking_state', '=', 'blocked')]).mapped('number')"
TOLD = "env['otto.issue'].search([('kind', '=', 'receipt_booking'), ('state', '=', 'open')]).mapped('external_id')"
OPEN = (
    "round(100 * sum(env['account.move.line'].search([('move_id.otto_receipt_id', '!=', False),"
    " ('account_id.account_type', '=', 'asset_receivable')]).mapped('amount_residual')))"
)
ERRORS = "env['otto.sync'].search([('flow', '=', 'receipts')]).last_error"


def written(sandbox, seed, orders=6):
    """Have OTTO write random receipts of the last weeks; return their JSON."""
    maker = Maker(seed, orders=orders, start=datetime(2026, 1, 5, 12))
    # OTTO's list is read 100 days back.
    late = sandbox.now().replace(tzinfo=None) - maker.now - timedelta(hours=1)
    bodies = Maker(seed, orders=orders, start=datetime(2026, 1, 5, 12) + late).receipts
    sandbox.add_receipts(*bodies)
    return bodies


def unreal(sandbox, body):
    """Have OTTO write a receipt that is no tax document; return its number."""
    number = f"{body['receiptNumber']}0"
    sandbox.add_receipts({**body, "receiptNumber": number, "isRealReceipt": False})
    return number


def assert_booked_once(worker, bodies):
    for _count in range(3):
        worker.ask(RUN)
    assert not worker.ask(ERRORS)
    rows = {row[0]: row[1:] for row in worker.ask(BOOKS)}
    assert set(rows) == {body["receiptNumber"] for body in bodies}
    for body in bodies:
        gross = sum(cents(row["gross"]) for row in body["totals"])
        owed = gross if body["receiptType"] == "PURCHASE" else -gross
        assert rows[body["receiptNumber"]] == ["booked", body["receiptNumber"], "posted", 1, owed]
    assert worker.ask(OPEN) == worth(bodies)


def test_r31_two_processes_book_at_once_and_ten_are_killed(start_worker, sandbox):
    first = start_worker()
    first.ask(SWITCH_ON)
    bodies = written(sandbox, 1)
    workers = [first, start_worker()]
    for worker in workers:
        worker.tell(RUN)
    for worker in workers:
        worker.answer()
    assert_booked_once(first, bodies)

    bodies += written(sandbox, 2)
    numbers = []
    started = time.monotonic()
    first.ask(RUN)
    length = time.monotonic() - started
    for moment in range(10):
        bodies += written(sandbox, 3 + moment, orders=3)
        numbers.append(unreal(sandbox, bodies[-1]))
        victim = start_worker()
        victim.tell(RUN)
        time.sleep(length * (moment + 0.5) / 10)
        victim.kill()
    # PostgreSQL lets go of the last one's locks a moment after its end; whoever finds the row locked leaves quietly.
    time.sleep(1)
    assert_booked_once(first, bodies)
    assert sorted(first.ask(BLOCKED)) == sorted(first.ask(TOLD)) == sorted(numbers)
