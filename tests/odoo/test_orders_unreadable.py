"""R6, R20: an order that cannot be read holds stock down for two weeks at most, and a person ends it for good."""

from datetime import timedelta

from odoo import fields
from odoo.addons.otto_market_connector.models.orders.const import BLIND

from tests.odoo.wire_case import WireCase


class TestUnreadableOrders(WireCase):
    def setUp(self):
        super().setUp()
        [self.odd] = self.sandbox.make_orders(count=1)
        self.pieces = "three"
        self.alter_one(self.odd, lambda entry: entry.update(positionItems=self.pieces))
        self.read()

    def read(self):
        """Read OTTO's orders once more, as each night does."""
        self.assertFalse(self.run_flow("orders").last_error)

    def items(self):
        return self.env["otto.unimported.item"].search([("otto_order_id", "=", self.odd)])

    def pass_by(self, **age):
        """Let time pass by for what is noted of the order."""
        self.env.cr.execute("UPDATE otto_unimported_item SET create_date = create_date - %s", [timedelta(**age)])
        for item in self.items().filtered("since"):
            item.since -= timedelta(**age)
        self.env.invalidate_all()

    def test_r20_mark_as_solved_is_for_good(self):
        self.assertTrue(self.channel._is_sold_blindly())
        self.open_issues("order").action_solve()
        for _night in range(2):
            self.read()
            self.assertFalse(self.channel._is_sold_blindly())
            self.assertFalse(self.open_issues("order"))

    def test_r20_mark_as_solved_is_for_good_also_where_nothing_is_held_down(self):
        self.pieces = []
        self.read()
        self.open_issues("order").action_solve()
        self.read()
        self.assertFalse(self.open_issues("order"))

    def test_r20_in_another_shape_it_is_told_again(self):
        self.open_issues("order").action_solve()
        self.pieces = ["one", "two"]
        self.read()
        self.assertTrue(self.channel._is_sold_blindly())
        self.assertTrue(self.open_issues("order"))
        self.open_issues("order").action_solve()
        self.read()
        self.assertFalse(self.channel._is_sold_blindly())

    def test_r20_what_worked_meanwhile_is_told_again(self):
        self.open_issues("order")._solve()
        self.read()
        self.assertTrue(self.open_issues("order"))

    def test_r6_it_holds_stock_down_for_two_weeks_at_most_however_often_it_is_read(self):
        first = self.items()
        self.pass_by(days=13)
        self.read()
        self.assertEqual(self.items(), first)
        self.assertTrue(self.channel._is_sold_blindly())
        self.pieces = ["one", "two"]
        self.read()
        self.assertTrue(self.channel._is_sold_blindly())
        self.pass_by(days=1, hours=1)
        self.read()
        self.assertFalse(self.channel._is_sold_blindly())

    def test_r20_it_is_imported_when_it_can_be_read(self):
        self.open_issues("order").action_solve()
        self.pieces = self.at_otto(self.env["sale.order"].new({"otto_order_id": self.odd}))["positionItems"]
        self.read()
        self.assertTrue(self.order([self.odd]))
        self.assertFalse(self.items())

    def test_r6_what_an_earlier_version_noted_counts_from_then(self):
        self.items().write({"issue_key": False})
        self.pass_by(days=BLIND.days - 1)
        self.assertFalse(self.items().since)
        self.read()
        self.assertTrue(self.items().issue_key)
        self.assertTrue(self.channel._is_sold_blindly())
        self.assertLess(self.items().create_date, fields.Datetime.now() - timedelta(days=BLIND.days - 2))
