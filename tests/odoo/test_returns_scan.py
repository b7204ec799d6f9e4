"""R26: *Receive a Return*: what is found by which number, and who may do what."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.odoo.returns_desk_case import ReturnsDeskCase


class TestScan(ReturnsDeskCase):
    def scan(self, text, user=None):
        """Scan a number; return the screen and the wizard that opens, or None."""
        screen = self.env["otto.return.scan"].with_user(user or self.worker).create({"text": text})
        action = screen.action_find()
        self.assertFalse(screen.text)
        wizard = action and self.env["otto.return.receive"].with_user(user or self.worker).browse(action["res_id"])
        return screen, wizard

    def label(self, order, type_="return"):
        return order.otto_parcel_ids.filtered(lambda parcel: parcel.type == type_).tracking_number

    def test_an_announced_return_is_found_by_each_of_its_numbers(self):
        order = self.sent_order()
        otto_return = self.announce(order)
        for text in (self.label(order), f" {self.label(order)}\t", order.otto_order_number, order.name):
            with self.subTest(text=text):
                _screen, wizard = self.scan(text)
                self.assertEqual(wizard.line_ids.line_id, otto_return.line_ids)
                self.assertEqual(wizard.line_ids.came, "received")

    def test_a_return_that_nobody_announced_is_received_the_same_way(self):
        for number in ("label", "order", "name"):
            with self.subTest(number=number):
                order = self.sent_order()
                text = {"label": self.label(order), "order": order.otto_order_number, "name": order.name}[number]
                before = self.on_hand(order.order_line.product_id, self.stock)
                _screen, wizard = self.scan(text)
                self.assertFalse(self.returns_of(order), "Nothing is made before somebody confirms.")
                wizard.action_confirm()
                otto_return = self.returns_of(order)
                self.assertEqual((otto_return.origin, otto_return.line_ids.received), ("unannounced", "received"))
                self.assertEqual(otto_return.line_ids.decision, "accept")
                self.assertEqual(otto_return.tracking_number or "", text if number == "label" else "")
                self.assertEqual(self.on_hand(order.order_line.product_id, self.stock), before + 1)
                screen, wizard = self.scan(text)
                self.assertIsNone(wizard)
                self.assertIn(text, screen.words)

    def test_a_parcel_that_could_not_be_delivered_comes_back_under_its_own_number(self):
        order = self.sent_order()
        _screen, wizard = self.scan(self.label(order, "shipment"))
        self.assertEqual(wizard.line_ids.accept_reason, "UNDELIVERABLE")
        wizard.action_confirm()
        self.assertEqual(self.returns_of(order).line_ids.decision_reason, "UNDELIVERABLE")

    def test_of_several_pieces_only_those_that_came_are_received(self):
        order = self.sent_order(pieces=3, skus=[self.articles[0]["sku"]])
        _screen, wizard = self.scan(order.name)
        self.assertEqual(set(wizard.line_ids.mapped("came")), {"expected"})
        wizard.line_ids[0].came = "received"
        wizard.action_confirm()
        otto_return = self.returns_of(order)
        self.assertEqual(len(otto_return.line_ids), 1)
        self.assertEqual(set(otto_return.picking_ids.mapped("state")), {"done"})
        # The others can still come.
        _screen, wizard = self.scan(order.name)
        self.assertEqual(len(wizard.line_ids), 2)

    def test_what_nobody_announced_is_decided_as_the_person_said(self):
        for decision in ("reject", "none"):
            order = self.sent_order()
            _screen, wizard = self.scan(order.name)
            self.say(wizard, condition="C", decision=decision)
            wizard.action_confirm()
            line = self.returns_of(order).line_ids
            self.assertEqual((line.received, line.decision, line.condition), ("received", decision, "C"))

    def test_something_else_came_and_nobody_announced_it(self):
        order = self.sent_order()
        _screen, wizard = self.scan(order.name)
        other = self.products[7]
        wizard.line_ids.came = "wrong"
        wizard.line_ids.write({"other_product_id": other.id, "location_id": self.quarantine.id})
        wizard.action_confirm()
        line = self.returns_of(order).line_ids
        self.assertEqual((line.received, line.decision), ("wrong", "reject"))
        self.assertEqual(self.on_hand(other, self.quarantine), 1)
        self.assertEqual(order.order_line.qty_delivered, 1)

    def test_only_goods_of_no_order_came(self):
        order = self.sent_order(pieces=2)
        values = {"product_id": self.products[7].id, "quantity": 1, "location_id": self.quarantine.id}
        _screen, wizard = self.scan(order.name)
        wizard.extra_ids = [(0, 0, values)]
        with self.assertRaisesRegex(UserError, "at least one piece"):
            wizard.action_confirm()
        self.announce(order)
        _screen, wizard = self.scan(order.name)
        wizard.line_ids.came = "expected"
        wizard.extra_ids = [(0, 0, values)]
        wizard.action_confirm()
        self.assertEqual(self.on_hand(self.products[7], self.quarantine), 1)

    def test_more_pieces_than_were_announced(self):
        order = self.sent_order(pieces=2, skus=[self.articles[0]["sku"]])
        otto_return = self.announce(order, items=self.items(order)[:1])
        _screen, wizard = self.scan(self.label(order))
        self.assertEqual(len(wizard.line_ids), 1)
        wizard.order_text = order.name
        wizard.action_add_order()
        wizard.line_ids[1].came = "received"
        wizard.action_confirm()
        self.assertEqual(len(otto_return.line_ids), 2)
        self.assertEqual(set(otto_return.line_ids.mapped("received")), {"received"})
        self.assertEqual(order.order_line.qty_delivered, 0)

    def test_goods_that_were_given_up_come_all_the_same(self):
        """Accepted without goods in the office; then the parcel turns up."""
        order = self.sent_order()
        order._otto_accept_without_goods(order.otto_position_ids, "SHIPMENT_LOST", "A")
        otto_return = self.returns_of(order)
        self.assertFalse(otto_return.picking_ids)
        _screen, wizard = self.scan(order.otto_order_number)
        self.assertTrue(wizard.line_ids.is_final)
        wizard.action_confirm()
        self.assertEqual(self.returns_of(order).line_ids.mapped("received"), ["received"])
        self.assertEqual(order.order_line.qty_delivered, 0)
        self.assertEqual(otto_return.line_ids.decision, "accept")

    def test_several_returns_of_a_number_are_listed(self):
        order = self.sent_order(pieces=2, skus=[self.articles[0]["sku"]])
        one, two = self.items(order)
        self.announce(order, items=[one], trackingNumbers=["111111111111"])
        returns = self.announce(order, items=[two], trackingNumbers=["222222222222"])
        self.assertEqual(len(returns), 2)
        screen, wizard = self.scan(order.otto_order_number)
        self.assertIsNone(wizard)
        self.assertEqual(screen.hit_ids, returns)
        _screen, wizard = self.scan("222222222222")
        self.assertEqual(wizard.line_ids.piece_id.position_id, two)

    def test_nothing_is_found(self):
        for text in ("", "  ", "0815", "%", "_", "'; --"):
            with self.subTest(text=text):
                screen, wizard = self.scan(text)
                self.assertIsNone(wizard)
                self.assertIn(text.strip(), screen.words)

    def test_an_order_that_has_not_left_has_nothing_to_receive(self):
        order = self.import_orders()
        screen, wizard = self.scan(order.otto_order_number)
        self.assertIsNone(wizard)
        self.assertIn(order.name, screen.words)

    def test_only_the_warehouse_receives(self):
        otto_return = self.announce(self.sent_order())
        seller = new_test_user(self.env, "returns-seller", "sales_team.group_sale_salesman_all_leads")
        for user in (seller, new_test_user(self.env, "returns-portal", "base.group_portal")):
            with self.assertRaises(AccessError):
                self.env["otto.return.scan"].with_user(user).create({"text": otto_return.name})
            with self.assertRaises(AccessError):
                self.env["otto.return.receive"].with_user(user).create({})
            with self.assertRaises(AccessError):
                otto_return.with_user(user).action_receive()
        self.assertTrue(otto_return.with_user(self.worker).action_receive())

    def test_what_the_rows_say_cannot_be_another_piece(self):
        """Over RPC somebody may write any values; what is booked is the piece of the row's own return."""
        order, other = self.sent_order(), self.sent_order()
        otto_return, second = self.announce(order), self.announce(other)
        wizard = self.ask(otto_return.picking_ids)
        wizard.line_ids.write({"line_id": second.line_ids.id})
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_the_office_decides_what_the_warehouse_left_open(self):
        otto_return = self.announce(self.sent_order(pieces=2, skus=[self.articles[0]["sku"]]))
        self.receive(otto_return.picking_ids, {"condition": "C"}, decision="none")
        seller = new_test_user(self.env, "returns-seller", "sales_team.group_sale_salesman_all_leads")
        with self.assertRaises(AccessError):
            otto_return.with_user(self.worker).action_decide()
        action = otto_return.with_user(seller).action_decide()
        decide = self.env["otto.return.decide"].with_user(seller).with_context(**action["context"])
        self.assertTrue(otto_return.with_user(seller).can_decide)
        wizard = decide.create({"decision": "reject"})
        with self.assertRaisesRegex(UserError, "a reason"):
            wizard.action_decide()
        wizard.reject_reason = "ITEM_DAMAGED"
        wizard.action_decide()
        self.assertEqual(set(otto_return.line_ids.mapped("decision")), {"reject"})
        self.assertEqual(sorted(otto_return.line_ids.mapped("condition")), ["A", "C"])
        # A rejection becomes an acceptance, never the other way round.
        self.assertFalse(decide.create({"decision": "reject"}).line_ids)
        decide.create({"decision": "accept"}).action_decide()
        self.assertEqual(set(otto_return.line_ids.mapped("decision")), {"accept"})
        self.assertFalse(otto_return.can_decide)
        late = decide.create({"decision": "reject", "reject_reason": "ITEM_DAMAGED"})
        late.line_ids = otto_return.line_ids
        with self.assertRaisesRegex(UserError, "already been accepted"):
            late.action_decide()
