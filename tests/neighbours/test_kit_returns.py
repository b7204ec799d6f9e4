"""A kit comes back as its parts; a part of the kits as a part of the parts (R23)."""

from collections import Counter

from tests.neighbours.kits import make_kit
from tests.odoo.returns_case import ReturnsCase


class TestKitReturns(ReturnsCase):
    def setUp(self):
        super().setUp()
        self.sku = self.articles[0]["sku"]
        kit = self.products.filtered(lambda product: product.default_code == self.sku)
        self.parts = make_kit(kit)
        for part in self.parts:
            self.set_stock(part, 40)

    def expected(self, record):
        found = Counter()
        for move in record.picking_ids.move_ids.filtered(lambda move: move.state != "cancel"):
            found[move.product_id] += move.product_uom_qty
        return found

    def test_r23_two_of_three_kits(self):
        order = self.sent_orders(skus=[self.sku], pieces=3)
        frame, screw = self.parts
        self.announce(order.otto_position_ids[:2])
        record = self.read_returns()
        self.assertEqual(self.expected(record), {frame: 2, screw: 8})
        for line in record.line_ids:
            self.assertEqual(line.move_ids.product_id, self.parts)
        self.sandbox.withdraw_return(self.ids(order.otto_position_ids[:1]))
        self.read_returns()
        self.assertEqual(self.expected(record), {frame: 1, screw: 4})
        self.announce(order.otto_position_ids[2])
        self.read_returns()
        self.assertEqual(self.expected(record), {frame: 2, screw: 8})
