"""R19: a copy of OTTO's that says nothing new is no news: the stock's run reads orders, and news calls it again."""

import uuid

from tests.odoo.wire_case import WireCase


class TestNoNews(WireCase):
    def setUp(self):
        super().setUp()
        self.changes = {}
        self.alter(lambda entry: self.changes.get(entry["salesOrderId"], lambda _entry: None)(entry))
        self.told = []
        channel = type(self.channel)
        tell = channel._goods_changed

        def counted(channels, at_once=False):
            self.told.append(at_once)
            return tell(channels, at_once)

        self.patch(channel, "_goods_changed", counted)

    def is_quiet(self):
        """Read OTTO's orders twice; tell whether the second time called nobody."""
        self.assertFalse(self.run_flow("orders").last_error)
        self.told.clear()
        self.assertFalse(self.run_flow("orders").last_error)
        return not self.told

    def test_r19_an_address_that_otto_drops(self):
        order = self.import_orders(address="person")
        before = order.partner_shipping_id
        self.changes[order.otto_order_id] = lambda entry: entry.update(deliveryAddress=None, invoiceAddress=None)
        self.assertTrue(self.is_quiet())
        self.sandbox.act(order.otto_order_id, "cancel")
        self.assertTrue(self.is_quiet())
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.partner_shipping_id, before)

    def test_r19_a_piece_that_otto_adds_is_said_once(self):
        order = self.import_orders(pieces=1)
        added = str(uuid.uuid4())

        def add(entry):
            entry["positionItems"].append({**entry["positionItems"][0], "positionItemId": added})

        self.changes[order.otto_order_id] = add
        self.sandbox.act(order.otto_order_id, "touch")
        self.assertTrue(self.is_quiet())
        issue = self.open_issues("changed")
        self.assertIn(added, issue.name)
        self.sandbox.act(order.otto_order_id, "touch")
        self.assertTrue(self.is_quiet())
        self.assertEqual(issue.count, 1)
        issue.action_solve()
        self.sandbox.act(order.otto_order_id, "touch")
        self.run_flow("orders")
        self.assertFalse(self.open_issues("changed"))

    def test_r19_a_status_and_an_address_that_are_new_are_news(self):
        order = self.import_orders(pieces=1, address="person")
        self.assertTrue(self.is_quiet())
        self.changes[order.otto_order_id] = lambda entry: entry["deliveryAddress"].update(city="Kiel")
        self.run_flow("orders")
        self.assertTrue(self.told)
        self.assertEqual(order.partner_shipping_id.city, "Kiel")
