"""R27: two readings at once, and an Odoo that is killed while it reads: every receipt and document is there once."""

from .kills import kill_at_ten_moments

READ = "env['otto.sync'].search([('flow', '=', 'receipts')])._run()"
ORDERS = "env['otto.sync'].search([('flow', '=', 'orders')])._run()"
ERRORS = "env['otto.sync'].search([('flow', '=', 'receipts')]).last_error"
RECEIPTS = (
    "[[r.number, round(r.amount_gross, 2), r.pdf_state, len(r.total_ids), len(r.line_ids),"
    " r.json_attachment_id.name, r.pdf_attachment_id.name, bool(r.order_id),"
    " env['ir.attachment'].search_count([('res_model', '=', 'otto.receipt'), ('res_id', '=', r.id)])]"
    " for r in env['otto.receipt'].search([])]"
)
AGAIN = "env['otto.sync'].search([('flow', '=', 'receipts')]).write({'receipts_read_on': False})"
TRIED = "env.cr.execute('UPDATE otto_receipt SET pdf_tried_on = NULL')"


def write_receipts(sandbox, worker, count):
    """Have OTTO bill new orders, which are in Odoo already."""
    ids = sandbox.make_orders(count=count, pieces=2)
    for otto_id in ids:
        sandbox.act(otto_id, "send")
    worker.ask(ORDERS)
    sandbox.advance(5)


def assert_all_there_once(worker, sandbox):
    written = sandbox.receipts()
    rows = worker.ask(RECEIPTS)
    assert not worker.ask(ERRORS)
    assert sorted(row[0] for row in rows) == sorted(written)
    for number, gross, pdf, totals, lines, json_name, pdf_name, has_order, files in rows:
        body = written[number]
        assert gross == round(sum(total["gross"]["amount"] for total in body["totals"]), 2)
        assert (pdf, totals, has_order, files) == ("there", len(body["totals"]), True, 2)
        assert lines == sum(len(part) for part in body["lineItems"].values())
        assert (json_name, pdf_name) == (f"{number}.json", f"{number}.pdf")


def test_r27_two_processes_read_at_once(start_worker, sandbox):
    workers = [start_worker(), start_worker()]
    write_receipts(sandbox, workers[0], 20)
    for worker in workers:
        worker.tell(READ)
    for worker in workers:
        worker.answer()
    workers[0].ask(READ)
    assert_all_there_once(workers[0], sandbox)


def test_r27_killed_at_ten_moments(start_worker, sandbox):
    worker = start_worker()

    def prepare(_moment):
        write_receipts(sandbox, worker, 10)
        worker.ask(AGAIN)

    kill_at_ten_moments(start_worker, worker, READ, prepare)
    worker.ask(TRIED)
    worker.ask(READ)
    assert_all_there_once(worker, sandbox)
