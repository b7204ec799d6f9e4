from odoo.exceptions import UserError, ValidationError

from tests.harness import OttoCase


class TestShipping(OttoCase):
    def test_r7_r8_r9_validation_makes_both_labels_and_otto_is_told(self):
        order = self.import_orders()
        self.assertTrue(self.validate(order))
        self.assertEqual(order.picking_ids.state, "done")
        rows = {parcel.type: parcel for parcel in order.otto_parcel_ids}
        self.assertEqual(set(rows), {"shipment", "return"})
        for parcel in rows.values():
            self.assertTrue(parcel.label_id.raw.startswith(b"%PDF"))
            self.assertIn(parcel.tracking_number, parcel.tracking_url)
        self.assertNotEqual(rows["shipment"].label_id, rows["return"].label_id)
        self.assertEqual(order.otto_report_state, "to_send")
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")
        shipment = self.sandbox.state()["shipments"][-1]
        self.assertEqual(shipment["trackingKey"]["trackingNumber"], rows["shipment"].tracking_number)
        self.assertEqual(
            {item["returnTrackingKey"]["trackingNumber"] for item in shipment["positionItems"]},
            {rows["return"].tracking_number},
        )
        self.assertEqual({i["fulfillmentStatus"] for i in self.at_otto(order)["positionItems"]}, {"SENT"})

    def test_r2_otto_is_asked_before_a_label_is_bought(self):
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2)
        piece = self.at_otto(order)["positionItems"][0]["positionItemId"]
        self.sandbox.act(order.otto_order_id, "cancel", [piece])
        with self.assertRaisesRegex(UserError, "1 of 2 pieces"):
            self.validate(order)
        self.assertFalse(self.sandbox.dhl_state()["shipments"])
        self.run_flow("orders")
        self.validate(order)
        self.assertEqual(order.picking_ids.state, "done")

    def test_r2_ottos_silence_does_not_stop_the_warehouse(self):
        order = self.import_orders()
        for kind, options in (("slow", {"seconds": 4}), ("status", {"status": 500})):
            with self.subTest(kind):
                self.sandbox.fault(kind, "/v4/orders", times=None, **options)
                order._otto_ask_before_label()
                self.assertIn("could not be asked", order.message_ids[0].body)
                self.sandbox.clear_faults()
        self.validate(order)
        self.assertEqual(order.picking_ids.state, "done")

    def test_r20_shipped_in_odoo_but_not_at_otto_is_an_issue(self):
        order = self.import_orders()
        self.validate(order)
        self.run_flow("fulfilment")
        self.assertFalse(self.open_issues("shipped"))
        # OTTO's own copy says sent; Odoo has not read it yet.
        order.picking_ids.date_done = "2020-01-01 00:00:00"
        self.follow_up()
        self.assertIn(order.name, self.open_issues("shipped").name)
        self.run_flow("orders")
        self.assertEqual(order.otto_status, "sent")
        self.assertFalse(self.open_issues("shipped"))

    def test_sent_whose_time_is_up_asks_for_its_next_round_at_once(self):
        """Odoo gives a scheduled action ten seconds; what is left must not wait for the next poll."""
        orders = self.import_orders(3, pieces=1)
        for order in orders:
            self.validate(order)
        sync = self.channel._sync("fulfilment")
        self.env["ir.cron.trigger"].search([("cron_id", "=", sync.cron_id.id)]).unlink()
        progress = self.env["ir.cron.progress"].create({"cron_id": sync.cron_id.id, "done": 0, "remaining": 0})
        context = {"cron_id": sync.cron_id.id, "ir_cron_progress_id": progress.id, "cron_end_time": 0}
        with self.own_cursor() as env:
            sync.with_env(env(context=context))._run()
        self.assertEqual(orders.mapped("otto_report_state").count("sent"), 1)
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", sync.cron_id.id)]))

    def test_return_numbers_are_used_once(self):
        first, second = self.import_orders(2)
        values = {"type": "return", "tracking_number": "999990000001"}
        self.env["otto.parcel"].create({"order_id": first.id, **values})
        with self.assertRaisesRegex(ValidationError, first.name), self.cr.savepoint():
            self.env["otto.parcel"].create({"order_id": second.id, **values})

    def test_r7_the_second_of_many_is_refused_with_dhls_reason(self):
        heavy = self.articles[1]["sku"]
        self.products.filtered(lambda product: product.default_code == heavy).weight = 40
        first = self.import_orders(skus=[self.articles[0]["sku"]], pieces=1)
        second = self.import_orders(skus=[heavy], pieces=1)
        with self.assertRaisesRegex(UserError, f"{second.picking_ids.name}.*{second.name}.*weight"):
            self.validate(first | second)
        self.assertNotIn("done", (first | second).picking_ids.mapped("state"))

    def test_r8_only_the_rows_of_cancelled_parcels_go(self):
        """DHL cancels one of two: the other was closed with the day."""
        first, second = self.import_orders(2, pieces=1).sorted("id")
        self.channel.sync_direction = "in"
        for order in first | second:
            self.validate(order)
        self.carrier._dhl_de_client().close([second.picking_ids.carrier_tracking_ref])
        with self.own_cursor() as env:
            (first | second).picking_ids.with_env(env(user=self.env.uid)).cancel_shipment()
            env.cr.commit()
        self.assertEqual((len(first.otto_parcel_ids), len(second.otto_parcel_ids)), (0, 2))
        self.assertEqual((first.otto_report_state, second.otto_report_state), ("waiting", "to_send"))

    def test_r7_another_carrier_is_refused_with_the_remedy(self):
        order = self.import_orders()
        other = self.carrier.copy({"delivery_type": "fixed"})
        other.name = "Bicycle"
        order.picking_ids.carrier_id = other
        with self.assertRaisesRegex(UserError, "Bicycle.*return label.*DHL Geschäftskundenversand"):
            order.picking_ids.button_validate()
        order.picking_ids.carrier_id = False
        with self.assertRaisesRegex(UserError, "no carrier"):
            order.picking_ids.button_validate()

    def test_r7_a_dhl_carrier_without_enclosed_return_is_refused(self):
        order = self.import_orders()
        self.carrier.return_label_on_delivery = False
        with self.assertRaisesRegex(UserError, "return label"):
            order.picking_ids.button_validate()

    def test_r8_rows_entered_by_hand_book_no_label(self):
        order = self.import_orders()
        booked = len(self.sandbox.dhl_state()["shipments"])
        self.env["otto.parcel"].create(
            [
                {"order_id": order.id, "type": "shipment", "tracking_number": "00340434161094042557"},
                {"order_id": order.id, "type": "return", "tracking_number": "577546565072"},
            ]
        )
        self.assertEqual(order.otto_report_state, "none")
        self.validate(order)
        self.assertEqual(len(self.sandbox.dhl_state()["shipments"]), booked)
        self.assertEqual(order.otto_report_state, "to_send")

    def test_r9_a_third_row_stops_the_message_and_says_why(self):
        order = self.import_orders()
        self.validate(order)
        self.env["otto.parcel"].create({"order_id": order.id, "type": "return", "tracking_number": "577546565073"})
        self.assertEqual(order.otto_report_state, "waiting")
        self.assertIn("2", order.otto_report_message)
        self.run_flow("fulfilment")
        self.assertEqual({i["fulfillmentStatus"] for i in self.at_otto(order)["positionItems"]}, {"PROCESSABLE"})

    def test_r9_partial_delivery_is_refused(self):
        order = self.import_orders(pieces=3)
        move = order.picking_ids.move_ids[0]
        move.quantity = move.product_uom_qty - 1
        with self.assertRaisesRegex(UserError, "whole"):
            order.picking_ids.with_context(skip_backorder=True).button_validate()
        self.assertNotEqual(order.picking_ids.state, "done")

    def test_r19_lost_answer_of_otto_ships_once(self):
        order = self.import_orders()
        self.validate(order)
        before = len(self.sandbox.state()["shipments"])
        self.sandbox.fault(kind="lost", path="/v1/shipments", method="POST", times=1)
        self.run_flow("fulfilment")
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")
        self.assertEqual(len(self.sandbox.state()["shipments"]), before + 1)

    def test_r17_announced_cannot_be_shipped(self):
        order = self.import_orders()
        order._otto_note(otto_status="announced")
        with self.assertRaisesRegex(UserError, "cannot be shipped"):
            order.picking_ids.button_validate()

    def test_rate_limit_postpones_and_loses_nothing(self):
        order = self.import_orders()
        self.validate(order)
        self.sandbox.fault(kind="rate_limit", path="/v1/shipments", times=1)
        sync = self.run_flow("fulfilment")
        self.assertTrue(sync.not_before)
        self.assertEqual(order.otto_report_state, "to_send")
        sync.not_before = False
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")
