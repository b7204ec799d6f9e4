"""R13, R15: a cancelled order is taken up again only while OTTO still has it to be shipped."""

from odoo.exceptions import UserError

from tests.harness import OttoCase


class TestReopen(OttoCase):
    def reopen(self, order):
        with self.own_cursor() as env:
            order.with_env(env(user=self.env.uid)).action_otto_reopen()

    def test_r15_a_cancellation_that_otto_does_not_know_yet_is_withdrawn(self):
        order = self.import_orders(pieces=3)
        total = order.amount_total
        order.action_cancel()
        self.assertEqual(order.otto_report_state, "to_cancel")
        self.reopen(order)
        self.assertEqual((order.state, order.otto_report_state), ("sale", "none"))
        self.assertEqual((order.amount_total, order.otto_total_differs), (total, False))
        self.run_flow("fulfilment")
        self.assertEqual({i["fulfillmentStatus"] for i in self.at_otto(order)["positionItems"]}, {"PROCESSABLE"})
        delivery = order.picking_ids.filtered(lambda picking: picking.state != "cancel")
        with self.own_cursor() as env:
            delivery.with_env(env(user=self.env.uid)).button_validate()
            env.cr.commit()
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")

    def test_r15_not_while_otto_carries_the_cancellation_out(self):
        order = self.import_orders()
        order.action_cancel()
        self.run_flow("fulfilment")
        with self.assertRaisesRegex(UserError, f"{order.name}.*carrying it out"):
            self.reopen(order)
        self.sandbox.advance(60)
        order._otto_note(otto_cancel_sent_on="2020-01-01 00:00:00")
        with self.assertRaisesRegex(UserError, f"{order.name}.*0 of"):
            self.reopen(order)
        self.assertEqual(order.state, "cancel")

    def test_r15_not_when_otto_has_cancelled_or_cannot_be_asked(self):
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2)
        order.action_cancel()
        piece = self.at_otto(order)["positionItems"][0]["positionItemId"]
        self.sandbox.act(order.otto_order_id, "cancel", [piece])
        with self.assertRaisesRegex(UserError, f"{order.name}.*1 of 2 pieces"):
            self.reopen(order)
        self.sandbox.fault("status", "/v4/orders", times=None, status=500)
        with self.assertRaisesRegex(UserError, f"{order.name}.*cannot be reached"):
            self.reopen(order)
        self.assertEqual((order.state, order.otto_report_state), ("cancel", "to_cancel"))

    def test_r15_a_refused_cancellation_can_be_taken_back(self):
        order = self.import_orders()
        order.action_cancel()
        self.sandbox.fault("status", "/v4/orders", method="POST", status=400)
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "refused")
        self.assertTrue(self.open_issues("report"))
        self.reopen(order)
        self.assertEqual((order.state, order.otto_report_state), ("sale", "none"))
        self.assertFalse(self.open_issues("report"))

    def test_r20_a_reopened_order_waits_for_its_article_as_before(self):
        self.products.write({"default_code": False, "barcode": False})
        order = self.import_orders()
        with self.assertRaisesRegex(UserError, f"{order.name}.*no product in Odoo matches"):
            order.action_confirm()
        order.action_cancel()
        self.reopen(order)
        self.assertEqual((order.state, order.otto_report_state), ("draft", "none"))

    def test_the_dialog_for_many_says_what_happens_at_otto(self):
        orders = self.import_orders(2)
        wizard = self.env["sale.mass.cancel.orders"].with_context(active_ids=orders.ids).create({})
        self.assertEqual(wizard.otto_orders_count, 2)
        wizard.action_mass_cancel()
        self.assertEqual(set(orders.mapped("otto_report_state")), {"to_cancel"})
        self.assertEqual(wizard.copy({"sale_order_ids": orders.ids}).otto_orders_count, 0)

    def test_lists_find_what_is_possibly_booked(self):
        orders = self.import_orders(2)
        doubtful = orders[0].picking_ids
        self.env["dhl.booking"].create(
            {
                "ref_no": "WH/OUT/99999-1",
                "picking_res_id": doubtful.id,
                "carrier_id": self.carrier.id,
                "company_id": self.company.id,
                "environment": self.carrier._dhl_de_root(),
                "state": "possibly",
            }
        )
        found = self.env["sale.order"].search([("otto_possibly_booked", "=", True)])
        self.assertEqual(found, orders[0])
        self.assertEqual(found.mapped("otto_possibly_booked"), [True])
        others = self.env["sale.order"].search([("otto_possibly_booked", "=", False), ("id", "in", orders.ids)])
        self.assertEqual(others, orders[1])
        pickings = self.env["stock.picking"].search([("dhl_possibly_booked", "=", True)])
        self.assertEqual(pickings, doubtful)
