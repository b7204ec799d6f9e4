"""R26: two people receive the same goods at once, announced or not: they are booked once, and the second is told so."""

import pytest

from .test_return_crash import RETURNS, shipped, take  # noqa: F401

OPEN = "[env['otto.return.receive']._ask_orders(env['sale.order'].browse({2}), False)['res_id'] for person in range(2)]"
CONFIRM = "env['otto.return.receive'].browse({}).action_confirm()"
DONE = (
    "[p.state for p in env['stock.picking'].search([('otto_return_id.line_ids.piece_id', '=', {0})])], "
    "env['otto.return.line'].search([('piece_id', '=', {0})]).mapped('received')"
)


@pytest.mark.parametrize("announced", [False, True])
def test_r26_two_people_receive_the_same_piece_at_once(start_worker, worker, shipped, sandbox, announced):  # noqa: F811
    [piece] = take(shipped)
    if announced:
        sandbox.announce_return([piece[1]])
        worker.ask(RETURNS)
    wizards = worker.ask(OPEN.format(*piece))
    people = [start_worker(), start_worker()]
    for person, wizard in zip(people, wizards, strict=True):
        person.tell(CONFIRM.format(wizard))
    answers = [person.answer() for person in people]
    refused = [answer["refused"] for answer in answers if "refused" in answer]
    assert len(refused) == 1
    assert "received meanwhile" in refused[0]
    assert worker.ask(DONE.format(*piece)) == [["done"], ["received"]]
