"""R20: issues are written through a cursor of their own, which must never wait for the transaction that reports."""

import threading

CHANNEL = "env['otto.channel'].search([], limit=1)"
REPORT = "env['otto.issue']._report(" + CHANNEL + ", 'stock', [('{0}', '{0} fails', None)])"
RESOLVE = "env['otto.issue']._resolve(" + CHANNEL + ", 'stock', ['{0}'])"
OPEN = "env['otto.issue'].search([('state', '=', 'open'), ('kind', '=', 'stock')]).mapped('external_id')"
SUMMARIES = CHANNEL + ".activity_ids.mapped('summary')"


def test_r20_what_is_solved_and_what_fails_in_one_transaction_do_not_wait_for_each_other(start_worker, worker):
    worker.ask(REPORT.format("A"))
    flow = start_worker()
    flow.tell(f"[{RESOLVE.format('A')}, env.flush_all(), {REPORT.format('B')}, {RESOLVE.format('none')}]")
    answer = threading.Thread(target=flow.answer, daemon=True)
    answer.start()
    answer.join(20)
    assert not answer.is_alive(), "the report waits for its own transaction"
    assert worker.ask(OPEN) == ["B"]
    assert [summary for summary in worker.ask(SUMMARIES) if "Stock" in summary] == ["OTTO Stock: 1"]


def test_r20_many_flows_report_at_once(start_worker, worker):
    workers = [start_worker() for _ in range(4)]
    for number, each in enumerate(workers):
        each.tell("[" + ", ".join(REPORT.format(f"{number}-{turn}") for turn in range(5)) + "]")
    for each in workers:
        each.answer()
    assert len(set(worker.ask(OPEN)) - {"B"}) == 20
    worker.ask(REPORT.format("last"))
    assert len([summary for summary in worker.ask(SUMMARIES) if "Stock" in summary]) == 1
