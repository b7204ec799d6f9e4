from odoo.exceptions import UserError
from odoo.fields import Command

from tests.harness import OttoCase


class TestOrdersChanged(OttoCase):
    """What OTTO changes after an order is in Odoo."""

    def change(self, order, action, pieces=None):
        """Let OTTO change an order, and import the change."""
        self.sandbox.act(order.otto_order_id, action, pieces)
        self.assertFalse(self.run_flow("orders").last_error)

    def pieces(self, order, status="PROCESSABLE"):
        items = self.at_otto(order)["positionItems"]
        return [item["positionItemId"] for item in items if item["fulfillmentStatus"] == status]

    def test_r17_release_writes_customer_and_keeps_what_was_there(self):
        team = self.env["crm.team"].create({"name": "OTTO"})
        self.channel.team_id = team
        order = self.import_orders(status="ANNOUNCED")
        self.assertEqual(order.partner_id.otto_address_key, f"announced-{self.channel.id}")
        self.assertFalse(order.require_signature or order.require_payment)
        self.change(order, "release")
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.team_id, team)
        self.assertEqual(order.preferred_payment_method_line_id, self.channel.payment_method_line_id)
        self.assertTrue(order.partner_shipping_id.street)
        self.assertEqual(order.picking_ids.partner_id, order.partner_shipping_id)
        self.assertTrue(order.commitment_date)
        self.assertFalse(order.otto_total_differs)

    def test_r17_one_placeholder_contact_a_channel(self):
        orders = self.import_orders(3, status="ANNOUNCED")
        self.assertEqual(len(orders.partner_id), 1)

    def test_r18_three_two_none(self):
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=3)
        line = order.order_line.filtered("otto_sku")
        price = line.price_unit
        self.assertEqual(line.product_uom_qty, 3)
        self.change(order, "cancel", self.pieces(order)[:1])
        self.assertEqual((line.product_uom_qty, line.price_unit), (2, price))
        self.assertEqual(order.picking_ids.move_ids.filtered(lambda m: m.state != "cancel").product_uom_qty, 2)
        self.change(order, "cancel")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})
        self.assertFalse(self.open_issues("total"))

    def test_r18_free_pieces_stay_free(self):
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2, prices=[0, 0])
        self.products.list_price = 99
        self.assertEqual(order.order_line.filtered("otto_sku").price_unit, 0)
        self.change(order, "cancel", self.pieces(order)[:1])
        self.assertEqual(order.order_line.filtered("otto_sku").price_unit, 0)
        self.assertFalse(order.otto_total_differs)

    def test_orders_that_odoo_locks_still_follow_otto(self):
        self.env.ref("base.group_user").implied_ids += self.env.ref("sale.group_auto_done_setting")
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=3)
        self.assertTrue(order.locked)
        self.change(order, "cancel", self.pieces(order)[:1])
        self.assertEqual(order.order_line.filtered("otto_sku").product_uom_qty, 2)
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)
        self.assertTrue(order.locked)
        self.change(order, "cancel")
        self.assertEqual(order.state, "cancel")

    def test_r18_a_piece_cancelled_after_the_goods_left_is_followed(self):
        """Odoo takes nothing off a line that was delivered: the piece is cancelled all the same, and a person told."""
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2)
        line = order.order_line.filtered("otto_sku")
        self.validate(order)
        self.change(order, "cancel", self.pieces(order)[:1])
        self.assertFalse(self.open_issues("order"))
        self.assertEqual(sorted(order.otto_position_ids.mapped("status")), ["cancelled", "processable"])
        self.assertEqual(line.product_uom_qty, 2)
        self.assertTrue(order.otto_stop_parcel)
        self.assertIn(self.articles[0]["sku"], order.activity_ids.note)
        self.assertIn(order.name, self.open_issues("total").name)
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")
        self.assertEqual(
            sorted(i["fulfillmentStatus"][:4] for i in self.at_otto(order)["positionItems"]), ["CANC", "SENT"]
        )
        order.action_otto_parcel_stopped()
        self.change(order, "return")
        self.assertFalse(order.otto_stop_parcel or order.activity_ids)

    def test_r18_what_left_and_came_back_is_not_delivered_again(self):
        """One piece is cancelled after the goods left; when the order changes again, some or all have come back."""
        for pieces, back in ((2, 2), (3, 3), (3, 2), (3, 1)):
            with self.subTest(pieces=pieces, back=back):
                order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=pieces)
                self.validate(order)
                self.change(order, "cancel", self.pieces(order)[:1])
                self.run_flow("fulfilment")
                self.run_flow("orders")
                wizard = self.env["stock.return.picking"].create({"picking_id": order.picking_ids.id})
                wizard.product_return_moves.quantity = back
                transfer = wizard._create_return()
                transfer.move_ids.picked = True
                transfer.with_context(skip_backorder=True)._action_done()
                self.change(order, "return", self.pieces(order, "SENT")[:back])
                self.assertEqual(order.order_line.filtered("otto_sku").product_uom_qty, pieces - 1)
                self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})
                self.assertEqual(len(order.picking_ids), 2)

    def test_r15_cancelled_after_the_label_asks_to_stop_the_parcel(self):
        order = self.import_orders()
        self.validate(order)
        self.change(order, "cancel")
        self.assertTrue(order.otto_stop_parcel)
        self.assertIn("Stop", order.activity_ids.mapped("summary")[0])
        other = order.activity_schedule("mail.mail_activity_data_warning", note="Something else")
        order.action_otto_parcel_stopped()
        self.assertFalse(order.otto_stop_parcel)
        self.assertEqual(order.activity_ids, other)
        order._otto_note(otto_last_modified="2020-01-01 00:00:00")
        self.run_flow("orders")
        self.assertFalse(order.otto_stop_parcel, "asked once for each piece that OTTO cancels")

    def test_r19_sent_elsewhere_books_no_label_and_is_said_once(self):
        order = self.import_orders()
        client = self.channel._otto_client()
        self.env["otto.parcel"].create(
            [
                {"order_id": order.id, "type": "shipment", "tracking_number": "00340434161094000001"},
                {"order_id": order.id, "type": "return", "tracking_number": "00340434161094000002"},
            ]
        )
        client.ship(self.channel._flow("fulfilment")._shipment_of(order))
        order.otto_parcel_ids.unlink()
        self.run_flow("orders")
        self.assertEqual((order.otto_status, order.otto_report_state), ("sent", "sent"))
        self.assertIn(order.name, self.open_issues("shipped").name)
        self.validate(order)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertFalse(self.sandbox.dhl_state()["shipments"])

    def test_sent_orders_that_odoo_never_saw_are_imported_once_started(self):
        late = self.sandbox.make_orders(count=1, status="SENT")
        self.run_flow("orders")
        order = self.order(late)
        self.assertEqual((order.state, order.otto_status, order.otto_report_state), ("sale", "sent", "sent"))
        self.channel.import_from = "2999-01-01 00:00:00"
        self.assertFalse(
            self.channel._component("otto.order.mapper")._is_wanted(self.channel._otto_client().order(late[0]))
        )

    def test_r2_without_otto_to_odoo_nothing_known_changes(self):
        order = self.import_orders()
        self.channel.sync_direction = "out"
        announced = self.sandbox.make_orders(count=1, status="ANNOUNCED")
        self.change(order, "cancel")
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.order(announced))

    def test_r2_without_odoo_to_otto_nothing_is_sent(self):
        order = self.import_orders()
        self.validate(order)
        self.channel.sync_direction = "in"
        self.sandbox.clear_requests()
        self.run_flow("fulfilment")
        self.run_flow("stock")
        self.assertFalse(self.sandbox.requests())
        self.assertEqual(order.otto_report_state, "to_send")

    def test_r4_locked_lines(self):
        self.channel.lock_lines = True
        order = self.import_orders()
        line = order.order_line.filtered("otto_sku")[0]
        for values in ({"price_unit": 1}, {"product_uom_qty": 99}, {"name": "x"}, {"tax_ids": [Command.clear()]}):
            with self.assertRaisesRegex(UserError, "locked"), self.cr.savepoint():
                order.write({"order_line": [Command.update(line.id, values)]})
        with self.assertRaisesRegex(UserError, "locked"), self.cr.savepoint():
            order.write({"order_line": [Command.create({"product_id": self.products[0].id})]})
        with self.assertRaises(UserError), self.cr.savepoint():
            line.unlink()
        with self.assertRaisesRegex(UserError, "locked"), self.cr.savepoint():
            line.with_context(otto_connector=True).sudo().write({"price_unit": 1})
        self.change(order, "cancel")
        self.assertEqual(order.state, "cancel")

    def test_r4_unlocked_lines_can_be_added(self):
        order = self.import_orders()
        order.write({"order_line": [Command.create({"product_id": self.products[0].id})]})
        self.assertTrue(order.order_line[-1].name)

    def test_r19_reconcile_reads_two_weeks_again_once_a_night(self):
        order = self.import_orders()
        sync = self.channel._sync("orders")
        sync.cursor = "2999-01-01 00:00:00"
        ids = self.sandbox.make_orders(count=1)
        self.run_flow("orders")
        self.assertFalse(self.order(ids))
        sync.reconciled_on = "2020-01-01 00:00:00"
        self.run_flow("orders")
        self.assertTrue(self.order(ids))
        self.assertGreater(sync.reconciled_on.year, 2020)
        self.assertTrue(order)


class TestImportOnDemand(OttoCase):
    def wizard(self, number):
        return self.env["otto.order.import"].create({"channel_id": self.channel.id, "number": number})

    def test_one_order_by_its_number(self):
        otto_id = self.sandbox.make_orders(count=1)[0]
        number = next(o["orderNumber"] for o in self.sandbox.state()["orders"] if o["salesOrderId"] == otto_id)
        with self.own_cursor() as env:
            action = self.wizard(number).with_env(env).action_import()
        self.assertEqual(self.env["sale.order"].browse(action["res_id"]).otto_order_number, number)

    def test_unknown_number_is_said(self):
        with self.assertRaisesRegex(UserError, "no order nosuchnumb"):
            self.wizard("nosuchnumb").action_import()

    def test_r3_switch_off_is_said(self):
        otto_id = self.sandbox.make_orders(count=1)[0]
        self.channel.import_orders = False
        with self.assertRaisesRegex(UserError, "switched off"):
            self.wizard(otto_id).action_import()
