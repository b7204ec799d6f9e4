"""R19, R31: an Odoo that is killed while it imports OTTO's statement, or two at once: each line is there once."""

import base64
import time

from tests.random_receipts import worth

from .kills import KILLS
from .test_booking_crash import RUN, SWITCH_ON, written

IMPORT = (
    "env['otto.statement.import'].create({{'channel_id': env['otto.channel'].search([], limit=1).id,"
    " 'file': '{}', 'file_name': 'Kontoauszug.csv'}}).action_import() and True"
)
LINES = (
    "[[l.payment_ref, round(100 * l.amount), l.otto_reason or l.otto_state, l.move_id.state, bool(l.statement_id)]"
    " for l in env['account.bank.statement.line'].search([('otto_channel_id', '!=', False)])]"
)
BOOKED = "env['otto.receipt'].search_count([('booking_state', '=', 'booked')])"
OPEN = (
    "round(100 * sum(env['account.move.line'].search([('account_id.account_type', '=', 'asset_receivable'),"
    " ('parent_state', '=', 'posted')]).mapped('amount_residual')))"
)
ONCE = (
    "[env['otto.statement.mapping'].search_count([]),"
    " env['account.journal'].search_count([('name', 'like', 'OTTO Payments')])]"
)


def rows_of(bodies):
    """Return a statement's rows (text, cents): what OTTO pays for each order, its commission and its fee."""
    orders = {}
    for body in bodies:
        orders.setdefault(body["orderNumber"], []).append(body)
    rows = []
    for number, family in orders.items():
        paid = worth(family)
        rows += [(f"PAY_IN;{number}", paid), (f"COMMISSION;{number}", -(abs(paid) // 7) - 1), ("PAYMENTFEE;", -50)]
    return rows


def importing(rows):
    """Return the expression that imports these rows."""
    text = "\n".join(f"31.03.2026;{text};{cents / 100:.2f}" for text, cents in rows)
    content = f"Datum;Transaktionstyp;Bestellnummer;Betrag\n{text}\n"
    return IMPORT.format(base64.b64encode(content.encode()).decode())


def assert_all_there_once(worker, rows):
    found = worker.ask(LINES)
    told = sorted((text.replace(";", " ").strip(), cents) for text, cents in rows)
    assert sorted((text, cents) for text, cents, *_others in found) == told
    assert {tuple(others) for _text, _cents, *others in found} == {("matched", "posted", True)}
    # Nothing that OTTO owed by its receipts is open, and nothing was made twice around the lines.
    assert worker.ask(OPEN) == 0
    assert worker.ask(ONCE) == [1, 1]


def test_r19_two_import_the_same_statement_at_once_and_ten_are_killed(start_worker, worker, sandbox):
    worker.ask(SWITCH_ON)
    bodies = written(sandbox, 40, orders=KILLS + 1)
    rows = rows_of(bodies)
    for _count in range(3):
        worker.ask(RUN)
    assert worker.ask(BOOKED) == len(bodies)
    part = len(rows) // (KILLS + 1)

    # The first import makes the journal, the accounts and the mapping of the columns as well.
    people = [worker, start_worker()]
    for person in people:
        person.tell(importing(rows[:part]))
    answers = [person.answer() for person in people]
    assert [answer for answer in answers if answer is True] == [True]
    [refused] = [answer["refused"] for answer in answers if answer is not True]
    assert "import" in refused

    started = time.monotonic()
    assert worker.ask(importing(rows[: part * 2])) is True
    length = time.monotonic() - started
    for moment in range(KILLS):
        # Each file has the lines of those before it, and some more.
        victim = start_worker()
        victim.tell(importing(rows[: part * (moment + 2)]))
        time.sleep(length * (moment + 0.5) / KILLS)
        victim.kill()
    last = importing(rows)
    assert worker.ask(last) is True
    assert_all_there_once(worker, rows)
    assert f"All {len(rows)} lines" in worker.ask(last)["refused"]
