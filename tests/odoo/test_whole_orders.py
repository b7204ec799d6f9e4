"""R9: an OTTO order leaves as a whole in one parcel or not at all, however Odoo is set up and whatever is ticked.

Each refusal comes before DHL is asked for a label.
"""

from itertools import product

from odoo.addons.otto_market_connector.models.core.write_guard import inside_checked_method
from odoo.exceptions import UserError
from odoo.tests import Form

from tests.harness import OttoCase


class TestWholeOrders(OttoCase):
    def tick_one_line(self, picking):
        picking.move_ids[0].picked = True

    def tick_one_of_two_move_lines(self, picking):
        move = picking.move_ids[0]
        line = move.move_line_ids
        line.quantity = 1
        line.copy({"quantity": 1, "picked": False})
        line.picked = True
        (picking.move_ids - move).picked = True
        self.assertEqual(move.quantity, 2)

    def ship_less(self, picking):
        picking.move_ids[0].quantity = 1

    def answer(self, env, picking, answer):
        """Validate and give an answer where Odoo asks for a backorder."""
        result = picking.with_env(env).button_validate()
        if isinstance(result, dict) and result.get("res_model") == "stock.backorder.confirmation":
            wizard = Form.from_action(env, result).save()
            getattr(wizard, answer)()

    def assert_nothing_left(self, order):
        self.env.invalidate_all()
        self.assertEqual(set(order.picking_ids.mapped("state")), {"assigned"})
        self.assertEqual(set(order.mapped("otto_report_state")), {"none"})
        self.assertFalse(self.sandbox.dhl_state()["shipments"])
        self.assertFalse([request for request in self.sandbox.requests(dhl=True) if request["method"] == "POST"])

    def test_r9_no_part_leaves_whatever_is_ticked_set_or_answered(self):
        """Odoo ships what is ticked as soon as anything is, whatever is reserved."""
        ways = (self.tick_one_line, self.tick_one_of_two_move_lines, self.ship_less)
        for setting, answer, way in product(("ask", "never", "always"), ("process", "process_cancel_backorder"), ways):
            with self.subTest(setting=setting, answer=answer, way=way.__name__):
                self.channel.warehouse_id.out_type_id.create_backorder = setting
                order = self.import_orders(skus=[self.articles[0]["sku"]] * 2 + [self.articles[1]["sku"]], pieces=3)
                picking = order.picking_ids
                self.sandbox.clear_requests()
                way(picking)
                with self.assertRaisesRegex(UserError, f"{order.name}.*as a whole.*Missing"), self.own_cursor() as env:
                    self.answer(env(user=self.env.uid), picking, answer)
                self.assert_nothing_left(order)
                with self.assertRaisesRegex(UserError, "as a whole"), self.own_cursor() as env:
                    env = env(user=self.env.uid, context={"skip_backorder": True})
                    picking.with_env(env).with_context(picking_ids_not_to_backorder=picking.ids).button_validate()
                self.assert_nothing_left(order)

    def test_r9_what_is_ticked_completely_leaves(self):
        order = self.import_orders(skus=[self.articles[0]["sku"], self.articles[1]["sku"]], pieces=2)
        order.picking_ids.move_ids.picked = True
        self.validate(order)
        self.assertEqual((order.picking_ids.state, order.otto_report_state), ("done", "to_send"))

    # One parcel, with both numbers or none

    def refuse_without_label(self, order, words):
        """Have validation refused with some words, before DHL is asked."""
        self.sandbox.clear_requests()
        with self.assertRaisesRegex(UserError, words):
            self.validate(order)
        self.assert_nothing_left(order)

    def test_r9_several_packages_are_refused_before_labels_are_bought(self):
        order = self.import_orders(skus=[self.articles[0]["sku"], self.articles[1]["sku"]], pieces=2)
        lines = order.picking_ids.move_line_ids
        packages = self.env["stock.package"].create([{"name": "BOX1"}, {"name": "BOX2"}])
        lines[0].result_package_id = packages[0]
        self.refuse_without_label(order, f"{order.name}.*BOX1, goods in no package.*one package")
        lines[1].result_package_id = packages[1]
        self.refuse_without_label(order, f"{order.name}.*BOX1, BOX2.*one package")
        lines.result_package_id = packages[0]
        self.validate(order)
        self.assertEqual(len(self.sandbox.dhl_state()["shipments"]), 1)
        self.assertEqual(order.otto_report_state, "to_send")

    def test_r8_one_row_by_hand_is_refused_before_labels_are_bought(self):
        order = self.import_orders()
        values = {"order_id": order.id, "type": "shipment"}
        row = self.env["otto.parcel"].create({**values, "tracking_number": "00340434161094000001"})
        self.refuse_without_label(order, f"{order.name}.*Return: 0.*enter what is missing.*or delete")
        self.env["otto.parcel"].create({**values, "tracking_number": "00340434161094000002"})
        self.refuse_without_label(order, f"{order.name}.*Shipment: 2")
        order.otto_parcel_ids.unlink()
        self.assertFalse(row.exists())
        self.validate(order)
        self.assertEqual(order.otto_report_state, "to_send")

    def test_r7_the_button_that_sends_to_the_shipper_asks_the_same(self):
        """The button and RPC reach `send_to_shipper` without a validation."""
        cancelled, short, bicycle = self.import_orders(3, skus=[self.articles[0]["sku"]], pieces=2)
        cancelled._otto_note(otto_status="cancelled")
        short.picking_ids.move_ids.quantity = 1
        other = self.carrier.copy({"delivery_type": "fixed"})
        bicycle.picking_ids.carrier_id = other
        self.sandbox.clear_requests()
        for order, words in ((cancelled, "OTTO has cancelled it"), (short, "Missing"), (bicycle, "return label")):
            with self.assertRaisesRegex(UserError, f"{order.name}.*{words}"):
                order.picking_ids.send_to_shipper()
            self.assert_nothing_left(order)

    def test_r17_the_status_that_stops_a_delivery_comes_with_the_remedy(self):
        order = self.import_orders()
        for status, words in (("announced", "wait until it is released"), ("cancelled", "put the goods back")):
            order._otto_note(otto_status=status)
            self.refuse_without_label(order, f"{order.name} cannot be shipped.*{words}")

    def test_r7_settings_that_make_no_label_are_refused_with_the_remedy(self):
        order = self.import_orders()
        self.carrier.integration_level = "rate"
        self.refuse_without_label(order, f"{order.name}.*only gets rates.*Get Rate and Create Shipment")
        self.carrier.integration_level = "rate_and_ship"
        self.channel.warehouse_id.out_type_id.print_label = False
        self.refuse_without_label(order, f"{order.name}.*prints no labels.*Print Label")

    def test_r7_the_second_of_many_is_refused_and_the_first_is_not_done_either(self):
        first, second = self.import_orders(2)
        second.picking_ids.carrier_id = False
        self.sandbox.clear_requests()
        with self.assertRaisesRegex(UserError, second.name), self.own_cursor() as env:
            (first | second).picking_ids.with_env(env(user=self.env.uid)).button_validate()
        self.assert_nothing_left(first | second)

    # Nobody takes the delivery away from its order

    def assert_refused(self, words, call, *args):
        with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
            call(*args)
        self.env.invalidate_all()

    def test_r9_a_delivery_stays_with_its_order(self):
        order = self.import_orders(skus=[self.articles[0]["sku"], self.articles[1]["sku"]], pieces=2)
        other = self.env["sale.order"].create({"partner_id": order.partner_id.id})
        picking, moves = order.picking_ids, order.picking_ids.move_ids
        stock = self.channel.warehouse_id.lot_stock_id
        for values in ({"sale_id": False}, {"sale_id": other.id}, {"location_dest_id": stock.id}, {"state": "done"}):
            with self.subTest(picking=values):
                self.assert_refused(order.name, picking.write, values)
        internal = {"picking_type_id": self.channel.warehouse_id.int_type_id.id}
        self.assert_refused(order.name, picking.write, internal)
        empty = picking.copy({"move_ids": [], "move_line_ids": []})
        for values in (
            {"sale_line_id": False},
            {"picking_id": False},
            {"picking_id": empty.id},
            {"product_id": self.products[5].id},
            {"location_dest_id": stock.id},
            {"state": "done"},
            {"state": "cancel"},
            {"state": "draft"},
        ):
            for pretended in ({}, {"otto_guarded": True, "otto_connector": True}):
                with self.subTest(move=values):
                    self.assert_refused(order.name, moves[0].with_context(**pretended).sudo().write, values)
        self.assert_refused(order.name, moves[0].unlink)
        self.validate(order)
        self.assertEqual(order.otto_report_state, "to_send")
        self.assert_refused(order.name, moves[0].write, {"sale_line_id": False})

    def test_r9_split_takes_no_whole_line_either(self):
        order = self.import_orders(skus=[self.articles[0]["sku"], self.articles[1]["sku"]], pieces=2)
        picking = order.picking_ids
        picking.move_ids[1].quantity = 0
        self.assert_refused(order.name, picking.action_split_transfer)
        self.assertEqual(order.picking_ids, picking)

    def test_r13_a_delivery_is_cancelled_with_its_order_only(self):
        order = self.import_orders()
        picking = order.picking_ids
        self.assert_refused(
            f"{picking.name}.*OTTO waits.*{order.name}.*cancel the order instead", picking.action_cancel
        )
        self.assert_refused(f"{picking.name}.*cancel the order instead", picking.unlink)
        order.action_cancel()
        self.assertEqual((picking.state, order.otto_report_state), ("cancel", "to_cancel"))
        picking.unlink()

    def test_r20_a_delivery_of_an_order_that_was_sent_elsewhere_can_be_cancelled(self):
        order = self.import_orders()
        order._otto_note(otto_status="sent", otto_report_state="sent")
        order.picking_ids.action_cancel()
        self.assertEqual(order.picking_ids.state, "cancel")

    def test_r9_a_second_delivery_is_named_and_can_be_put_into_the_first(self):
        order = self.import_orders(skus=[self.articles[0]["sku"], self.articles[1]["sku"]], pieces=2)
        first, move = order.picking_ids, order.picking_ids.move_ids[1]
        # As where the routes of two articles differ.
        second = first.copy({"move_ids": [], "move_line_ids": []})
        inside_checked_method(move).picking_id = second
        move.move_line_ids.picking_id = second
        self.sandbox.clear_requests()
        words = f"{order.name}.*goods of it are in {second.name} too.*cancel {second.name}, add .* to {first.name}"
        with self.assertRaisesRegex(UserError, words), self.own_cursor() as env:
            first.with_env(env(user=self.env.uid)).button_validate()
        with self.assertRaisesRegex(UserError, "too"), self.own_cursor() as env:
            (first | second).with_env(env(user=self.env.uid)).button_validate()
        self.assert_nothing_left(order)
        second.action_cancel()
        with Form(first) as form, form.move_ids.new() as line:
            line.product_id = move.product_id
            line.product_uom_qty = move.product_uom_qty
        first.action_assign()
        with self.own_cursor() as env:
            first.with_env(env(user=self.env.uid)).button_validate()
            env.cr.commit()
        self.run_flow("fulfilment")
        self.assertEqual((first.state, order.otto_report_state), ("done", "sent"))
        self.assertEqual(order.order_line.filtered("otto_sku").mapped("qty_delivered"), [1, 1])

    # In several steps

    def picked(self, steps, **options):
        """Return an order whose goods are picked and not yet shipped."""
        self.channel.warehouse_id.delivery_steps = steps
        order = self.import_orders(**options)
        with self.own_cursor() as env:
            order.picking_ids.with_env(env(user=self.env.uid)).button_validate()
            env.cr.commit()
        self.assertEqual(sorted(order.picking_ids.mapped("state")), ["assigned", "done"])
        return order

    def test_r15_what_was_only_picked_can_be_cancelled(self):
        for steps in ("pick_ship", "pick_pack_ship"):
            with self.subTest(steps):
                order = self.picked(steps)
                done = order.picking_ids.filtered(lambda picking: picking.state == "done")
                order.action_cancel()
                self.assertEqual((order.state, order.otto_report_state), ("cancel", "to_cancel"))
                self.assertEqual(sorted(order.picking_ids.mapped("state")), ["cancel", "done"])
                self.assert_findable(order, done)

    def test_r15_what_was_only_picked_follows_ottos_cancellation(self):
        for steps in ("pick_ship", "pick_pack_ship"):
            with self.subTest(steps):
                order = self.picked(steps)
                done = order.picking_ids.filtered(lambda picking: picking.state == "done")
                self.sandbox.act(order.otto_order_id, "cancel")
                self.run_flow("orders")
                self.assertEqual((order.state, order.otto_report_state), ("cancel", "none"))
                self.assert_findable(order, done)

    def assert_findable(self, order, done):
        """Whoever wonders where the picked goods are finds the place and the transfer to take back."""
        texts = " ".join(order.message_ids.mapped("body"))
        self.assertIn(done.name, texts)
        self.assertIn(done.location_dest_id.display_name, texts)

    def test_r18_pieces_cancelled_after_picking_leave_the_delivery(self):
        for steps in ("pick_ship", "pick_pack_ship"):
            with self.subTest(steps):
                order = self.picked(steps, skus=[self.articles[0]["sku"]], pieces=3)
                piece = self.at_otto(order)["positionItems"][0]["positionItemId"]
                self.sandbox.act(order.otto_order_id, "cancel", [piece])
                self.run_flow("orders")
                self.assertFalse(self.open_issues("order"))
                live = order.picking_ids.filtered(lambda picking: picking.state == "assigned").move_ids
                self.assertEqual(sorted(live.mapped("product_uom_qty")), [1, 2])
                back = live.filtered(lambda move: move.product_uom_qty == 1)
                self.assertEqual(back.location_dest_id, self.channel.warehouse_id.lot_stock_id)
                for _step in range(2):
                    with self.own_cursor() as env:
                        ready = order.picking_ids.filtered(lambda picking: picking.state == "assigned")
                        ready.with_env(env(user=self.env.uid)).button_validate()
                        env.cr.commit()
                self.run_flow("fulfilment")
                self.assertEqual(order.otto_report_state, "sent")

    def test_r13_a_step_before_the_delivery_is_not_cancelled_alone(self):
        self.channel.warehouse_id.delivery_steps = "pick_ship"
        order = self.import_orders()
        self.assert_refused(f"{order.name}.*cancel the order instead", order.picking_ids.action_cancel)
        self.assert_refused(order.name, order.picking_ids.write, {"sale_id": False})

    def test_r9_labels_belong_to_the_delivery_not_to_the_steps_before(self):
        order = self.picked("pick_ship")
        step = order.picking_ids.filtered(lambda picking: picking.state == "done")
        step.carrier_id = self.carrier
        self.assert_refused(f"{step.name} only prepares.*{order.name}", step.send_to_shipper)
        self.assertFalse(self.sandbox.dhl_state()["shipments"])
        delivery = order.picking_ids - step
        with self.own_cursor() as env:
            delivery.with_env(env(user=self.env.uid)).button_validate()
            env.cr.commit()
        self.assertTrue(delivery.carrier_tracking_ref)
        for _ in range(2):
            self.assert_refused(f"{step.name} only prepares.*{delivery.name}", step.cancel_shipment)
            self.run_flow("fulfilment")
        self.assertEqual([row["state"] for row in self.sandbox.dhl_state()["shipments"]], ["booked"])

    # After a return

    def test_r9_an_exchange_is_an_ordinary_delivery_that_otto_is_not_told_of(self):
        order = self.import_orders()
        self.validate(order)
        self.run_flow("fulfilment")
        rows, delivery = order.otto_parcel_ids, order.picking_ids
        wizard = Form(self.env["stock.return.picking"].with_context(active_id=delivery.id, active_model=delivery._name))
        wizard = wizard.save()
        wizard.product_return_moves.quantity = 1
        wizard.action_create_exchanges()
        exchange = order.picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing") - delivery
        self.assertEqual(exchange._otto_exchanges, exchange)
        self.assertFalse(delivery._otto_exchanges)
        exchange.carrier_id = self.carrier
        with self.own_cursor() as env:
            exchange.with_env(env(user=self.env.uid)).button_validate()
            env.cr.commit()
        self.assertEqual(exchange.state, "done")
        self.assertTrue(exchange.carrier_tracking_ref)
        self.assertEqual((order.otto_parcel_ids, order.otto_report_state), (rows, "sent"))
        self.sandbox.clear_requests()
        self.run_flow("fulfilment")
        self.assertFalse(
            [
                request
                for request in self.sandbox.requests()
                if request["method"] == "POST" and "shipments" in request["path"]
            ]
        )
        self.assert_refused("already been told", delivery.cancel_shipment)
        exchange.cancel_shipment()
        self.assertFalse(exchange.carrier_tracking_ref)
