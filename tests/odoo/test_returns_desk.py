"""R26: returns are received piece by piece: what came, where it goes, what is decided."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from tests.odoo.returns_desk_case import ReturnsDeskCase


class TestReceive(ReturnsDeskCase):
    def test_a_whole_return_comes_into_the_stock_and_is_accepted(self):
        order = self.sent_order(pieces=2, skus=[self.articles[0]["sku"]])
        product = order.order_line.product_id
        before = self.on_hand(product, self.stock)
        otto_return = self.announce(order)
        self.assertEqual(otto_return.state, "expected")
        self.receive(otto_return.picking_ids)
        self.assertEqual(otto_return.picking_ids.mapped("state"), ["done"])
        self.assertEqual(self.on_hand(product, self.stock), before + 2)
        self.assertEqual(order.order_line.qty_delivered, 0)
        lines = otto_return.line_ids
        self.assertEqual(set(lines.mapped("received")), {"received"})
        self.assertEqual(set(lines.mapped("condition")), {"A"})
        self.assertEqual(set(lines.mapped("decision")), {"accept"})
        self.assertEqual(lines.decided_by, self.worker)
        self.assertEqual(otto_return.state, "decided")
        self.assertFalse(self.open_transfers(otto_return))

    def test_each_condition_has_its_place(self):
        order = self.sent_order(pieces=3, skus=[self.articles[0]["sku"]])
        product = order.order_line.product_id
        before = self.on_hand(product, self.stock)
        otto_return = self.announce(order)
        self.receive(otto_return.picking_ids, {"condition": "A"}, {"condition": "C"}, {"condition": "D"})
        self.assertEqual(self.on_hand(product, self.stock), before + 1)
        self.assertEqual(self.on_hand(product, self.quarantine), 1)
        scrapped = self.env["stock.scrap"].search([("product_id", "=", product.id), ("state", "=", "done")])
        self.assertEqual((scrapped.scrap_qty, scrapped.scrap_location_id), (1, self.scrap))
        self.assertEqual(order.order_line.qty_delivered, 0)
        self.assertEqual(sorted(otto_return.line_ids.mapped("condition")), ["A", "C", "D"])
        self.assertFalse(self.open_transfers(otto_return))

    def test_a_condition_that_nobody_sells_again_is_not_put_where_it_is_offered(self):
        order = self.sent_order()
        otto_return = self.announce(order)
        wizard = self.say(self.ask(otto_return.picking_ids), condition="B")
        with self.assertRaisesRegex(UserError, f"{order.name}.*condition B.*stock is offered"):
            wizard.action_confirm()
        wizard.line_ids.location_id = self.stock
        with self.assertRaisesRegex(UserError, f"{order.name}.*condition B.*{self.channel.name}"):
            wizard.action_confirm()
        wizard.line_ids.location_id = self.quarantine
        wizard.action_confirm()
        self.assertEqual(self.on_hand(order.order_line.product_id, self.quarantine), 1)

    def test_a_condition_that_the_channel_sells_again_goes_into_the_stock(self):
        self.channel.return_location_ids = [(0, 0, {"condition": "B", "kind": "stock", "location_id": self.stock.id})]
        order = self.sent_order()
        otto_return = self.announce(order)
        before = self.on_hand(order.order_line.product_id, self.stock)
        self.receive(otto_return.picking_ids, condition="B")
        self.assertEqual(self.on_hand(order.order_line.product_id, self.stock), before + 1)

    def test_the_usual_condition_is_offered_first(self):
        self.channel.return_condition_default = "C"
        otto_return = self.announce(self.sent_order())
        wizard = self.ask(otto_return.picking_ids)
        self.assertEqual(wizard.line_ids.condition, "C")
        self.assertEqual(wizard.line_ids.location_id, self.quarantine)

    def test_what_does_not_come_stays_expected(self):
        order = self.sent_order(pieces=3, skus=[self.articles[0]["sku"]])
        product = order.order_line.product_id
        otto_return = self.announce(order)
        self.receive(otto_return.picking_ids, {"condition": "C"}, {"came": "expected"}, {"came": "expected"})
        rest = self.open_transfers(otto_return)
        self.assertEqual(rest.move_ids.mapped("product_uom_qty"), [2])
        self.assertEqual(rest.move_ids.location_dest_id, self.stock)
        waiting = otto_return.line_ids.filtered(lambda line: line.received == "expected")
        self.assertEqual(waiting.move_ids, rest.move_ids)
        self.receive(rest, {"came": "missing"}, {"condition": "A"})
        self.assertEqual(self.open_transfers(otto_return).move_ids.mapped("product_uom_qty"), [1])
        self.assertEqual(sorted(otto_return.line_ids.mapped("received")), ["missing", "received", "received"])
        self.receive(self.open_transfers(otto_return), condition="C")
        self.assertEqual(self.on_hand(product, self.quarantine), 2)
        self.assertEqual(set(otto_return.line_ids.mapped("received")), {"received"})
        self.assertFalse(self.open_transfers(otto_return))

    def test_a_missing_piece_can_be_rejected(self):
        otto_return = self.announce(self.sent_order())
        self.receive(otto_return.picking_ids, came="missing", decision="reject")
        line = otto_return.line_ids
        self.assertEqual(
            (line.received, line.decision, line.decision_reason), ("missing", "reject", "ITEM_NOT_IN_THE_PARCEL")
        )
        self.assertTrue(self.open_transfers(otto_return))

    def test_something_else_came(self):
        order = self.sent_order(pieces=2, skus=[self.articles[0]["sku"]])
        otto_return = self.announce(order)
        other = self.products[5]
        lines = order.order_line
        wizard = self.ask(otto_return.picking_ids)
        wizard.line_ids[1].came = "wrong"
        self.assertIn(order.name, wizard.words)
        with self.assertRaisesRegex(UserError, f"{order.name}.*What Came Instead"):
            wizard.action_confirm()
        wizard.line_ids[1].other_product_id = other
        with self.assertRaisesRegex(UserError, f"{order.name}.*Put Into"):
            wizard.action_confirm()
        self.say(wizard, {}, {"location_id": self.quarantine})
        wizard.action_confirm()
        self.assertEqual(self.on_hand(other, self.quarantine), 1)
        wrong = otto_return.line_ids.filtered(lambda line: line.received == "wrong")
        self.assertEqual((wrong.decision, wrong.decision_reason), ("reject", "WRONG_ITEM"))
        self.assertEqual(order.order_line, lines)
        self.assertEqual(lines.qty_delivered, 1)
        self.assertEqual(self.open_transfers(otto_return).move_ids.mapped("product_uom_qty"), [1])
        self.assertIn(other.display_name, " ".join(otto_return.message_ids.mapped("body")))

    def test_goods_that_belong_to_no_order_are_booked(self):
        order = self.sent_order()
        otto_return = self.announce(order)
        other = self.products[5]
        wizard = self.ask(otto_return.picking_ids)
        with Form(wizard) as form, form.extra_ids.new() as extra:
            extra.product_id = other
            extra.quantity = 2
            extra.location_id = self.quarantine
        self.assertIn(other.display_name, wizard.words)
        wizard.action_confirm()
        self.assertEqual(self.on_hand(other, self.quarantine), 2)
        self.assertEqual(set(otto_return.picking_ids.mapped("state")), {"done"})
        self.assertEqual(len(otto_return.picking_ids), 2)

    def test_pieces_of_another_order_lay_in_the_parcel(self):
        order, other = self.sent_order(), self.sent_order(pieces=2, skus=[self.articles[3]["sku"]])
        otto_return = self.announce(order)
        wizard = self.ask(otto_return.picking_ids)
        wizard.order_text = other.otto_order_number
        wizard.action_add_order()
        self.assertEqual(wizard.line_ids.mapped("came"), ["received", "expected", "expected"])
        self.say(wizard, {}, {"came": "received"})
        self.assertIn("not announced", wizard.words)
        wizard.action_confirm()
        self.assertEqual(otto_return.order_ids, order | other)
        self.assertEqual(set(otto_return.line_ids.mapped("received")), {"received"})
        self.assertEqual(other.order_line.qty_delivered, 1)
        self.assertEqual(set(otto_return.picking_ids.mapped("state")), {"done"})
        wizard = self.env["otto.return.receive"].with_user(self.worker).create({})
        wizard.order_text = "S0815"
        with self.assertRaisesRegex(UserError, "S0815"):
            wizard.action_add_order()

    def test_a_return_made_with_odoos_own_button_is_received_the_same_way(self):
        order = self.sent_order(pieces=2, skus=[self.articles[0]["sku"]])
        delivery = order.picking_ids
        by_hand = self.env["stock.return.picking"].with_user(self.worker).create({"picking_id": delivery.id})
        by_hand.product_return_moves.quantity = 1
        transfer = by_hand._create_return()
        self.receive(transfer, condition="C")
        otto_return = self.returns_of(order)
        self.assertEqual((otto_return.origin, otto_return.line_ids.received), ("unannounced", "received"))
        self.assertEqual(otto_return.line_ids.decision, "accept")
        self.assertEqual(self.on_hand(order.order_line.product_id, self.quarantine), 1)

    def test_a_second_transfer_for_what_is_expected_already_is_refused(self):
        order = self.sent_order()
        otto_return = self.announce(order)
        by_hand = self.env["stock.return.picking"].create({"picking_id": order.picking_ids._otto_deliveries.id})
        by_hand.product_return_moves.quantity = 1
        transfer = by_hand._create_return()
        with self.assertRaisesRegex(UserError, f"{order.name} is expected by {otto_return.picking_ids.name}"):
            transfer.with_user(self.worker).button_validate()

    def test_what_otto_refunded_is_received_and_not_decided(self):
        order = self.sent_order()
        otto_return = self.announce(order)
        self.sandbox.decide_return(self.items(order), "FAST_REFUND")
        self.run_flow("returns")
        self.assertTrue(otto_return.line_ids.decided_by_otto)
        self.assertTrue(self.open_transfers(otto_return))
        wizard = self.ask(otto_return.picking_ids)
        self.assertTrue(wizard.line_ids.is_final)
        self.assertIn("OTTO", wizard.line_ids.said)
        self.receive(otto_return.picking_ids, condition="C")
        self.assertEqual(otto_return.line_ids.decision, "none")
        self.assertEqual(otto_return.line_ids.received, "received")
        self.assertEqual(otto_return.state, "done")

    def test_otto_decides_while_the_question_is_open(self):
        order = self.sent_order()
        otto_return = self.announce(order)
        wizard = self.ask(otto_return.picking_ids)
        self.sandbox.decide_return(self.items(order), "OVERDUE_CREDIT")
        self.run_flow("returns")
        wizard.action_confirm()
        self.assertEqual((otto_return.line_ids.received, otto_return.line_ids.decision), ("received", "none"))

    def test_decide_later_waits_for_somebody(self):
        otto_return = self.announce(self.sent_order())
        self.receive(otto_return.picking_ids, condition="C", decision="none")
        self.assertEqual((otto_return.state, otto_return.waits_for_person), ("received", True))

    def test_two_people_at_the_same_return(self):
        order = self.sent_order()
        otto_return = self.announce(order)
        product = order.order_line.product_id
        before = self.on_hand(product, self.stock)
        first, second = self.ask(otto_return.picking_ids), self.ask(otto_return.picking_ids, self.env.user)
        first.action_confirm()
        with self.assertRaisesRegex(UserError, f"{order.name}.*received meanwhile.*open the return again"):
            second.action_confirm()
        self.assertEqual(self.on_hand(product, self.stock), before + 1)

    def test_a_withdrawn_piece_is_not_received(self):
        order = self.sent_order()
        otto_return = self.announce(order)
        wizard = self.ask(otto_return.picking_ids)
        otto_return.line_ids._otto_give_up("2026-01-01 00:00:00", "withdrawn")
        with self.assertRaisesRegex(UserError, f"{order.name}.*withdrawn"):
            wizard.action_confirm()

    def test_a_demand_that_somebody_changed_brings_no_more_than_the_piece(self):
        order = self.sent_order()
        otto_return = self.announce(order)
        otto_return.picking_ids.move_ids.product_uom_qty = 3
        self.receive(otto_return.picking_ids, condition="C")
        self.assertEqual(self.on_hand(order.order_line.product_id, self.quarantine), 1)
        self.assertEqual(order.order_line.qty_delivered, 0)

    def test_nothing_said_is_nothing_done(self):
        otto_return = self.announce(self.sent_order())
        wizard = self.say(self.ask(otto_return.picking_ids), came="expected")
        with self.assertRaisesRegex(UserError, "at least one piece"):
            wizard.action_confirm()

    def test_returns_are_not_validated_together_with_other_transfers(self):
        order = self.sent_order()
        otto_return = self.announce(order)
        other = self.import_orders().picking_ids
        with self.assertRaisesRegex(UserError, f"{otto_return.picking_ids.name}.*{other.name}"):
            (otto_return.picking_ids | other).with_user(self.worker).button_validate()

    def test_one_parcel_for_two_orders_is_one_question(self):
        one, two = self.sent_order(), self.sent_order()
        otto_return = self.announce(one, two)
        self.assertEqual(len(otto_return.picking_ids), 2)
        action = otto_return.with_user(self.worker).action_receive()
        wizard = self.env["otto.return.receive"].with_user(self.worker).browse(action["res_id"])
        self.assertEqual(len(wizard.line_ids), 2)
        wizard.action_confirm()
        self.assertEqual(set(otto_return.picking_ids.mapped("state")), {"done"})

    def test_goods_that_nobody_was_asked_about_wait_for_a_decision(self):
        otto_return = self.announce(self.sent_order())
        otto_return.picking_ids.move_ids.picked = True
        otto_return.picking_ids._action_done()
        self.assertEqual(otto_return.line_ids.received, "received")
        self.assertEqual((otto_return.state, otto_return.line_ids.decision), ("received", "none"))

    def test_r2_a_channel_that_tells_otto_nothing_receives_all_the_same(self):
        otto_return = self.announce(self.sent_order())
        self.channel.sync_direction = "in"
        wizard = self.ask(otto_return.picking_ids)
        self.assertIn(self.channel.name, wizard.line_ids.said)
        wizard.action_confirm()
        self.assertEqual(otto_return.line_ids.received, "received")

    def refuse_place(self, words, act):
        with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
            act()

    def test_places_that_are_offered_cannot_be_kept_apart(self):
        here, sold = self.env["stock.location"].create(
            [{"name": name, "location_id": self.stock.id} for name in ("Shelf", "Sold")]
        )
        rows = self.env["otto.return.location"]
        row = {"condition": "E", "kind": "quarantine", "channel_id": self.channel.id, "location_id": here.id}
        words = f"condition E.*{self.channel.name}"
        self.refuse_place(words, lambda: rows.create(row))
        self.refuse_place("Condition E.*scrap", lambda: rows.create({**row, "location_id": self.scrap.id}))
        self.channel.stock_location_ids = sold
        rows.create(row)
        self.refuse_place(words, lambda: self.channel.write({"stock_location_ids": False}))
        self.refuse_place("condition E.*Second", lambda: self.make_channel("Second", warehouse_id=self.warehouse.id))

    def test_r26_no_client_can_say_that_somebody_was_asked(self):
        otto_return = self.announce(self.sent_order())
        pickings = otto_return.picking_ids.with_user(self.worker)
        for context in ({"otto_receiving": True}, {"otto_connector": True, "skip_backorder": True}):
            action = pickings.with_context(**context).button_validate()
            self.assertEqual(action["res_model"], "otto.return.receive")
            self.assertNotEqual(pickings.state, "done")
