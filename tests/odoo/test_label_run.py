"""Many deliveries at once: each on its own, the labels of the good ones in one document, a reason at the others."""

import base64
import io

from pypdf import PdfReader

from odoo.exceptions import UserError

from tests.harness import OttoCase


class TestLabelRun(OttoCase):
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
