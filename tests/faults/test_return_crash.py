"""R19, R24, R25: Odoo is killed (SIGKILL) when OTTO has paid a customer and Odoo has not noted it yet; two at once."""

import time

import pytest

from .kills import FREE, KILLS
from .test_shipping_crash import FULFILMENT, IMPORT, wait_for

RETURNS = "env['otto.sync'].search([('flow', '=', 'returns')])._run()"
LABELS = (
    "[env['otto.parcel'].create({'order_id': o.id, 'type': kind, 'tracking_number': number + str(10 ** 6 + o.id)})"
    " and True for o in env['sale.order'].search([('otto_report_state', '=', 'none'), ('state', '=', 'sale')])"
    " for kind, number in (('shipment', '0034043416109'), ('return', '99999'))]"
)
SHIP = (
    "[p.button_validate() and p.id for p in env['stock.picking'].search("
    "[('sale_id.otto_report_state', '=', 'none'), ('sale_id.otto_channel_id', '!=', False),"
    " ('state', '=', 'assigned'), ('picking_type_code', '=', 'outgoing')])]"
)
SENT = (
    "[[i.id, i.position_id, i.order_id.id] for i in env['otto.position.item'].search("
    "[('status', '=', 'sent'), ('return_line_ids', '=', False), ('price_reduction_ids', '=', False)], order='id')]"
)
ACCEPT = (
    "env['otto.return.refund'].create({{'order_id': {2}, 'piece_ids': [(6, 0, [{0}])], 'reason': 'COMPLAINT'}})"
    ".action_refund()"
)
ASK = "env['otto.price.reduction.ask'].create({{'order_id': {2}, 'piece_id': {0}, 'amount': 1.5}}).action_ask()"
REJECT = (
    "env['otto.return.line'].create({{'return_id': env['otto.return'].create("
    "{{'channel_id': env['otto.channel'].search([], limit=1).id}}).id, 'piece_id': {0}}})"
    "._decide('reject', 'ITEM_DAMAGED', 'D')"
)
DECISION = "env['otto.return.line'].search([('piece_id', '=', {0})]).mapped('decision_state')"
REDUCTIONS = "env['otto.price.reduction'].search([('piece_id', '=', {0})]).mapped('state')"


@pytest.fixture(scope="module")
def shipped(sandbox, nursery):
    """Pieces that were sent, as [id, OTTO's id, order's id]; each test takes its own."""
    from .conftest import Worker

    worker = Worker(nursery)
    sandbox.clear_faults()
    sandbox.make_orders(count=2 * KILLS + 3, pieces=1)
    for step in (IMPORT, LABELS, SHIP, FULFILMENT, IMPORT):
        worker.ask(step)
    pieces = worker.ask(SENT)
    worker.kill()
    assert len(pieces) >= 2 * KILLS + 3
    return pieces


def take(shipped, count=1):
    taken, shipped[:] = shipped[:count], shipped[count:]
    return taken


def refunds(sandbox, piece):
    """Return the refunds of a part that OTTO has of a piece."""
    rows = [row for row in sandbox.returns()["reductions"] if row["positionItemId"] == piece[1]]
    return [entry["status"] for row in rows for entry in row["priceReductions"]]


def accepted(sandbox, piece):
    rows = [row for row in sandbox.returns()["returns"] if row["positionItemId"] == piece[1]]
    return [row["status"] for row in rows] == ["ACCEPTED"]


def paid(sandbox, piece):
    """Return the kinds of the credit notes that OTTO has written for a piece."""
    return [
        body["receiptType"]
        for body in sandbox.receipts().values()
        if body["receiptType"] != "PURCHASE" and piece[1] in str(body["lineItems"])
    ]


@pytest.mark.parametrize(
    ("ask", "path", "has_paid", "look", "end", "kind"),
    [
        (ACCEPT, "/v3/returns/acceptance", accepted, DECISION, "done", "REFUND"),
        (ASK, "/v1/price-reductions", refunds, REDUCTIONS, "processed", "PARTIAL_REFUND"),
    ],
    ids=["acceptance", "partial refund"],
)
def test_r19_killed_after_otto_has_paid(start_worker, worker, shipped, sandbox, ask, path, has_paid, look, end, kind):
    """Every second one while OTTO's answer is on its way, the others some milliseconds later: noted, or not yet."""
    for number, piece in enumerate(take(shipped, KILLS)):
        worker.ask(ask.format(*piece))
        is_held = number % 2 == 0
        if is_held:
            sandbox.fault("slow", path, method="POST", seconds=20)
        victim = start_worker()
        victim.tell(RETURNS)
        wait_for(lambda piece=piece: has_paid(sandbox, piece), every=0.005)
        time.sleep(0.01 * number)
        victim.kill()
        sandbox.clear_faults()
        worker.ask(FREE)
        if is_held:
            assert worker.ask(look.format(*piece)) == ["asked"]
        worker.ask(RETURNS)
        sandbox.advance(60)
        worker.ask(RETURNS)
        assert worker.ask(look.format(*piece)) == [end]
        assert has_paid(sandbox, piece)
        assert paid(sandbox, piece) == [kind]


@pytest.mark.parametrize(
    ("act", "look", "words"), [(ACCEPT, DECISION, "already been accepted"), (ASK, REDUCTIONS, "asked for already")]
)
def test_two_people_refund_the_same_piece_at_once(start_worker, worker, shipped, sandbox, act, look, words):
    """The second waits for the first, and is told what he did."""
    [piece] = take(shipped)
    people = [start_worker(), start_worker()]
    for person in people:
        person.tell(act.format(*piece))
    answers = [person.answer() for person in people]
    refused = [answer["refused"] for answer in answers if isinstance(answer, dict) and "refused" in answer]
    assert len(refused) == 1
    assert words in refused[0]
    assert worker.ask(look.format(*piece)) == ["due"]
    worker.ask(RETURNS)
    assert len([row for row in sandbox.requests() if row["method"] == "POST" and piece[1] in str(row["body"])]) >= 1


def test_r24_a_decision_while_otto_is_told_waits_and_is_not_lost(start_worker, worker, shipped, sandbox):
    """A rejection is on its way when somebody accepts: OTTO is told the acceptance next."""
    [piece] = take(shipped)
    worker.ask(REJECT.format(*piece))
    sandbox.fault("slow", "/v3/returns/rejection", method="POST", seconds=3)
    teller = start_worker()
    teller.tell(RETURNS)
    wait_for(lambda: any("/rejection" in row["path"] for row in sandbox.requests()))
    worker.ask(ACCEPT.format(*piece))
    teller.answer()
    worker.ask(RETURNS)
    assert worker.ask(DECISION.format(*piece)) == ["done"]
    assert accepted(sandbox, piece)
