"""Many deliveries at once: each on its own, the labels of the good ones in one document, a reason at the others."""

import base64
import io
from unittest.mock import patch

from pypdf import PdfReader

from odoo import fields
from odoo.addons.delivery_dhl_de.models import dhl_label_run, dhl_label_run_work
from odoo.exceptions import UserError

from tests.harness import OttoCase
from tests.odoo.dhl_case import ORDERS


class LabelRunCase(OttoCase):
    def start(self, pickings):
        """Press *Validate and Print Labels*; return the run."""
        with self.own_cursor() as env:
            env = env(user=self.env.uid)
            action = pickings.with_env(env).action_validate_and_print()
            env.cr.commit()
        return self.env["dhl.label.run"].browse(action["res_id"])

    def work(self):
        """Run the scheduled action."""
        with self.own_cursor() as env:
            env["dhl.label.run"]._cron_work()

    def pages(self, run):
        return [page.extract_text() for page in PdfReader(io.BytesIO(base64.b64decode(run.labels))).pages]


class TestLabelRun(LabelRunCase):
    def test_r7_more_than_ten_are_left_to_the_scheduled_action(self):
        orders = self.import_orders(13, pieces=1)
        pickings = orders.picking_ids.sorted("name", reverse=True)
        bicycle = self.carrier.copy({"delivery_type": "fixed"})
        bicycle.name = "Bicycle"
        self.set_stock(pickings[3].move_ids.product_id, 0)
        pickings[3].do_unreserve()
        pickings[5].carrier_id = bicycle
        run = self.start(pickings)
        self.assertEqual((run.state, run.worked, run.total), ("running", 0, 13))
        self.assertFalse(set(pickings.mapped("state")) & {"done"})
        self.work()
        self.assertEqual((run.state, run.worked, run.progress), ("done", 13, 100))
        bad = run.line_ids.filtered(lambda line: line.state == "failed")
        # The article without stock may be in further orders.
        self.assertLessEqual({pickings[3], pickings[5]}, set(bad.picking_id))
        self.assertEqual(set((pickings - bad.picking_id).mapped("state")), {"done"})
        self.assertFalse(set(bad.picking_id.mapped("state")) & {"done"})
        reasons = {line.picking_id: line.reason for line in bad}
        self.assertIn("Bicycle", reasons[pickings[5]])
        self.assertIn("zero quantity", reasons[pickings[3]])
        self.assertIn("Bicycle", pickings[5].message_ids[0].body)
        self.assertEqual(len(self.sandbox.dhl_state()["shipments"]), 13 - len(bad))
        # The parcel's label, then its return label, in the order of the transfers.
        good = run.line_ids.filtered(lambda line: line.state == "done").picking_id
        numbers = [n for p in good for n in (p.carrier_tracking_ref, p.return_tracking_ref)]
        pages = [text.replace(".", "").replace(" ", "") for text in self.pages(run)]
        self.assertEqual(len(pages), len(numbers))
        for number, page in zip(numbers, pages, strict=True):
            self.assertIn(number, page)

    def test_up_to_ten_are_done_at_once_and_the_bad_ones_take_nothing_with_them(self):
        orders = self.import_orders(3, pieces=1)
        pickings = orders.picking_ids
        pickings[0].carrier_id = False
        run = self.start(pickings)
        self.assertEqual(run.state, "done")
        self.assertEqual(pickings.mapped("state")[1:], ["done", "done"])
        self.assertNotEqual(pickings[0].state, "done")
        self.assertEqual(len(self.pages(run)), 4)
        self.assertEqual(run.failed, 1)
        pickings[0].carrier_id = self.carrier
        with self.own_cursor() as env:
            env = env(user=self.env.uid)
            again = run.with_env(env).action_start_again()
            env.cr.commit()
        again = self.env["dhl.label.run"].browse(again["res_id"])
        self.assertEqual(again.line_ids.picking_id, pickings[0])
        self.assertEqual(pickings[0].state, "done")

    def test_r19_a_run_that_was_cut_off_is_taken_up_where_it_stopped(self):
        pickings = self.import_orders(12, pieces=1).picking_ids
        run = self.start(pickings)
        with self.own_cursor() as env:
            lines = run.with_env(env).line_ids
            for line in lines[:5]:
                line._work_apart()
        # One of them was validated by hand meanwhile.
        self.validate(pickings[7].sale_id)
        self.work()
        self.assertEqual((run.state, run.failed), ("done", 0))
        self.assertEqual(len(self.sandbox.dhl_state()["shipments"]), 12)
        self.assertEqual(len(self.pages(run)), 24)

    def test_a_run_that_is_stopped_on_a_stale_page_buys_no_further_label(self):
        pickings = self.import_orders(12, pieces=1).picking_ids
        run = self.start(pickings)
        lines, runs = type(run.line_ids), type(run)
        work, finish, worked, finished = lines._work_apart, runs._finish, [], []

        def work_and_stop(line):
            work(line)
            worked.append(line)
            if len(worked) == 2:
                line.run_id.action_stop()

        def counted(run):
            finished.append(run.state)
            return finish(run)

        with patch.object(lines, "_work_apart", work_and_stop), patch.object(runs, "_finish", counted):
            self.work()
        self.assertEqual((len(worked), finished.count("running")), (2, 1))
        self.assertEqual((run.state, run.worked, run.failed), ("done", 12, 10))
        self.assertEqual(len(self.sandbox.dhl_state()["shipments"]), 2)
        self.assertEqual(len(self.pages(run)), 4)
        self.assertIn("Stopped by", run.line_ids[-1].reason)

    def test_a_transfer_of_a_stopped_run_is_not_validated(self):
        run = self.start(self.import_orders(12, pieces=1).picking_ids)
        run.action_stop()
        with self.own_cursor() as env:
            run.with_env(env).line_ids[0]._work_apart()
        self.assertEqual((run.line_ids[0].state, run.failed), ("failed", 12))
        self.assertFalse(self.sandbox.dhl_state()["shipments"])

    def test_a_run_whose_time_is_up_asks_for_its_next_round_at_once(self):
        """Odoo gives a scheduled action ten seconds; what is left must not wait for the next poll."""
        pickings = self.import_orders(12, pieces=1).picking_ids
        run = self.start(pickings)
        cron = self.env.ref("delivery_dhl_de.ir_cron_label_runs")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        progress = self.env["ir.cron.progress"].create({"cron_id": cron.id, "done": 0, "remaining": 0})
        with self.own_cursor() as env:
            job = env(context={"cron_id": cron.id, "ir_cron_progress_id": progress.id, "cron_end_time": 0})
            job["dhl.label.run"]._cron_work()
        self.assertEqual((run.state, run.worked), ("running", 1))
        self.assertEqual((progress.done, progress.remaining), (1, 11))
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_an_unexpected_error_stops_one_transfer_only(self):
        pickings = self.import_orders(12, pieces=1).picking_ids
        run = self.start(pickings)
        broken = pickings[2].id
        model = type(self.env["stock.picking"])
        validate = model.button_validate

        def fail(self):
            if broken in self.ids:
                raise KeyError("somebody's add-on")
            return validate(self)

        self.patch(model, "button_validate", fail)
        with self.assertLogs("odoo.addons.delivery_dhl_de.models.dhl_label_run_line", "ERROR"):
            self.work()
        self.assertEqual((run.state, run.failed), ("done", 1))
        self.assertIn("somebody's add-on", run.line_ids[2].reason)

    def test_r20_an_unexpected_error_takes_nothing_back_when_few_are_done_at_once(self):
        pickings = self.import_orders(3, pieces=1).picking_ids
        broken = pickings[1].id
        model = type(self.env["stock.picking"])
        validate = model.button_validate

        def fail(self):
            if broken in self.ids:
                raise KeyError("somebody's add-on")
            return validate(self)

        self.patch(model, "button_validate", fail)
        with self.assertLogs("odoo.addons.delivery_dhl_de.models.dhl_label_run_line", "ERROR"):
            run = self.start(pickings)
        self.assertEqual((run.state, run.failed), ("done", 1))
        self.assertEqual(run.line_ids.mapped("state"), ["done", "failed", "done"])

    def test_r20_labels_that_cannot_be_merged_end_the_run_all_the_same(self):
        def fail(documents):
            raise KeyError("defect")

        self.patch(dhl_label_run, "merge_pdf", fail)
        with self.assertLogs("odoo.addons.delivery_dhl_de.models.dhl_label_run", "ERROR"):
            run = self.start(self.import_orders(2, pieces=1).picking_ids)
        self.assertEqual((run.state, run.failed, run.labels), ("done", 0, False))
        self.assertIn("print them from the transfers", run.note)

    def test_r20_a_run_that_breaks_stops_no_later_one(self):
        first = self.start(self.import_orders(11, pieces=1).picking_ids)
        second = self.start(self.import_orders(11, pieces=1).picking_ids)
        model = type(self.env["dhl.label.run"])
        finish = model._finish

        def fail(run):
            if run.id == first.id:
                raise KeyError("defect")
            return finish(run)

        self.patch(model, "_finish", fail)
        with self.assertLogs("odoo.addons.delivery_dhl_de.models.dhl_label_run_work", "ERROR"):
            self.work()
        self.assertEqual((first.state, second.state), ("running", "done"))

    def test_what_does_not_fit_into_a_request_is_left_to_the_scheduled_action(self):
        self.patch(dhl_label_run_work, "SECONDS_AT_ONCE", -1)
        run = self.start(self.import_orders(2, pieces=1).picking_ids)
        self.assertEqual((run.state, run.worked), ("running", 0))
        self.work()
        self.assertEqual((run.state, run.failed), ("done", 0))

    def test_each_company_has_a_run_of_its_own(self):
        other = self.env["res.company"].create({"name": "Zweite GmbH"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        foreign = self.env["stock.picking"].create({"picking_type_id": warehouse.out_type_id.id})
        self.assertEqual(foreign.company_id, other)
        own = self.import_orders(1, pieces=1).picking_ids
        with self.own_cursor() as env:
            env = env(user=self.env.uid)
            action = (own | foreign).with_env(env).action_validate_and_print()
            env.cr.commit()
        runs = self.env["dhl.label.run"].search(action["domain"])
        self.assertEqual(runs.mapped("company_id"), own.company_id | other)
        self.assertEqual(runs.filtered(lambda r: r.company_id == other).line_ids.picking_id, foreign)

    def test_receipts_and_cancelled_transfers_are_named_not_dropped(self):
        pickings = self.import_orders(2, pieces=1).picking_ids
        receipt = self.env["stock.picking"].create({"picking_type_id": self.channel.warehouse_id.in_type_id.id})
        cancelled = self.env["stock.picking"].create({"picking_type_id": self.channel.warehouse_id.out_type_id.id})
        cancelled.action_cancel()
        run = self.start(pickings | receipt | cancelled)
        reasons = {line.picking_id: line.reason for line in run.line_ids}
        self.assertIn("comes in", reasons[receipt])
        self.assertIn("is cancelled", reasons[cancelled])
        self.assertEqual(run.failed, 2)
        with self.assertRaisesRegex(UserError, "no transfer"):
            receipt.action_validate_and_print()

    def test_what_odoo_prints_at_validation_is_offered(self):
        pickings = self.import_orders(2, pieces=1).picking_ids
        run = self.start(pickings)
        self.assertFalse(run.has_documents)
        pickings.picking_type_id.auto_print_delivery_slip = True
        run.invalidate_recordset()
        self.assertTrue(run.has_documents)
        [report] = run.action_print_documents()["params"]["reports"]
        self.assertEqual(report["context"]["active_ids"], pickings.ids)

    def test_the_notice_has_the_persons_time(self):
        run = self.start(self.import_orders(1, pieces=1).picking_ids)
        run.sudo().user_id = self.env.ref("base.user_admin")
        run.user_id.tz = "Asia/Tokyo"
        self.env.cr.execute("UPDATE dhl_label_run SET create_date = '2026-01-01 20:00' WHERE id = %s", [run.id])
        run.invalidate_recordset()
        root = run.with_user(self.env.ref("base.user_root"))
        self.assertIn("01/02/2026 05:00", root._notice()["title"])

    def test_questions_of_odoo_are_left_to_a_person(self):
        """A backorder is asked for only where the order is not OTTO's."""
        product = self.products[0]
        self.set_stock(product, 1)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Erika", "zip": "53113", "city": "Bonn"}).id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 2})],
            }
        )
        order.action_confirm()
        run = self.start(order.picking_ids)
        self.assertEqual(run.line_ids.state, "failed")
        self.assertIn("press Validate", run.line_ids.reason)
        self.assertFalse(run.labels)

    def test_nothing_to_validate_is_said(self):
        order = self.import_orders(1)
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "no transfer"):
            order.picking_ids.action_validate_and_print()

    def test_a_label_that_is_no_pdf_does_not_stop_the_document(self):
        order = self.import_orders(2, pieces=1)
        self.validate(order[0])
        label = order[0].picking_ids._dhl_de_label_documents()[:1]
        label.with_context(binary_as_attachment=False).raw = b"%PDF-1.4 broken"
        run = self.start(order.picking_ids)
        self.assertEqual(len(self.pages(run)), 3)
        self.assertIn(label.name, run.line_ids[0].reason)


class TestLabelRunDhlAway(LabelRunCase):
    """R19: while DHL is away, a run makes no doubt of each transfer."""

    def setUp(self):
        super().setUp()
        self.pickings = self.import_orders(30, pieces=1).picking_ids
        self.labels = self.start(self.pickings)
        self.cron = self.env.ref("delivery_dhl_de.ir_cron_label_runs")

    def at_dhl(self):
        return self.sandbox.dhl_state()["shipments"]

    def doubts(self):
        """Return how often DHL was asked to book without answering: each is a doubt.

        The doubts themselves are committed, but the tests' rollbacks take them with them.
        """
        asked = [r for r in self.sandbox.requests(dhl=True) if (r["method"], r["path"]) == ("POST", ORDERS)]
        return sum("validate" not in r["query"] for r in asked) - len(self.at_dhl())

    def time_is_over(self):
        self.labels.not_before = "2020-01-01 00:00:00"
        self.env.flush_all()

    def waits(self):
        """Check that the run waits, says why, and that the scheduled action comes then."""
        self.assertEqual(self.labels.state, "running")
        self.assertGreater(self.labels.not_before, fields.Datetime.now())
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        self.assertIn(self.labels.not_before, triggers.mapped("call_at"))

    def test_r19_server_errors_without_end_leave_one_doubt(self):
        self.sandbox.fault("status", ORDERS, dhl=True, method="POST", status=500, times=None)
        self.work()
        self.waits()
        self.assertIn("cannot be reached", self.labels.note)
        for _again in range(3):
            self.time_is_over()
            self.work()
        self.assertEqual((self.labels.worked, self.labels.failed, self.doubts()), (1, 1, 1))
        self.sandbox.clear_faults()
        self.work()
        self.assertEqual(self.labels.worked, 1, "DHL was asked before the time.")
        self.time_is_over()
        self.work()
        self.assertEqual((self.labels.state, self.labels.failed, self.labels.note), ("done", 1, False))
        self.assertEqual(len(self.at_dhl()), 29)

    def test_r19_one_lost_answer_does_not_stop_the_run(self):
        self.sandbox.fault("lost", ORDERS, dhl=True, method="POST")
        self.work()
        self.assertEqual((self.labels.state, self.labels.failed), ("done", 1))
        self.assertEqual(len(self.at_dhl()), 30)

    def test_r20_too_many_requests_make_the_run_wait_as_long_as_dhl_says(self):
        self.sandbox.fault("rate_limit", ORDERS, dhl=True, method="POST", seconds=900)
        self.work()
        self.waits()
        self.assertGreater(self.labels.not_before, fields.Datetime.add(fields.Datetime.now(), minutes=13))
        self.assertIn("no more requests", self.labels.note)
        self.assertEqual((self.labels.worked, self.labels.failed), (0, 0))
        self.time_is_over()
        self.work()
        self.assertEqual((self.labels.state, self.labels.failed), ("done", 0))

    def test_r20_without_a_connection_all_wait(self):
        self.carrier.dhl_de_api_url = "http://127.0.0.1:9"
        self.env.flush_all()
        self.work()
        self.waits()
        self.assertEqual((self.labels.worked, self.doubts()), (0, 0))
        self.carrier.dhl_de_api_url = self.sandbox.dhl_url
        self.time_is_over()
        self.work()
        self.assertEqual((self.labels.state, self.labels.failed), ("done", 0))

    def test_a_person_stops_waiting_and_gets_the_labels_of_the_others(self):
        with self.own_cursor() as env:
            for line in self.labels.with_env(env).line_ids[:2]:
                line._work_apart()
        self.sandbox.fault("rate_limit", ORDERS, dhl=True, method="POST", seconds=900)
        self.work()
        with self.own_cursor() as env:
            self.labels.with_env(env(user=self.env.uid)).action_stop()
            env.cr.commit()
        self.assertEqual((self.labels.state, self.labels.failed, len(self.pages(self.labels))), ("done", 28, 4))
        self.assertIn("Stopped by", self.labels.line_ids[-1].reason)
