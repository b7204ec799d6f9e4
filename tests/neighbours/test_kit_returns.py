"""A kit comes back as its parts; a part of the kits as a part of the parts (R23)."""

from collections import Counter

from odoo.fields import Command

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

    def cancelled_later(self, pieces):
        """Return an order of kits of which OTTO cancelled the first one after the goods left."""
        order = self.import_orders(skus=[self.sku], pieces=pieces)
        self.validate(order)
        self.sandbox.act(order.otto_order_id, "cancel", self.ids(order.otto_position_ids[:1]))
        for flow in ("orders", "fulfilment", "orders"):
            self.run_flow(flow)
        self.assertEqual(order.otto_position_ids[:1].status, "cancelled")
        return order

    def test_r23_a_kit_cancelled_after_the_goods_left_changes_no_other(self):
        order = self.cancelled_later(3)
        self.announce(order.otto_position_ids[2])
        self.assertEqual(self.expected(self.read_returns()), dict(zip(self.parts, (1, 4), strict=True)))

    def test_r23_a_kit_within_a_kit_in_another_unit(self):
        """The screws come in bags, of which a bill of materials makes a dozen."""
        frame, screw = self.parts
        bag = self.env["product.product"].create({"name": "Bag", "is_storable": True})
        bom = self.env["mrp.bom.line"].search([("product_id", "=", screw.id)])
        bom.write({"product_id": bag.id, "product_qty": 2})
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": bag.product_tmpl_id.id,
                "type": "phantom",
                "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                "bom_line_ids": [Command.create({"product_id": screw.id, "product_qty": 36})],
            }
        )
        order = self.cancelled_later(3)
        self.announce(order.otto_position_ids[2])
        self.assertEqual(self.expected(self.read_returns()), {frame: 1, screw: 6})

    def test_r23_a_kit_whose_parts_were_changed_after_it_left(self):
        frame, screw = self.parts
        order = self.sent_orders(skus=[self.sku], pieces=3)
        self.env["mrp.bom.line"].search([("product_id", "=", screw.id)]).product_qty = 7
        self.announce(order.otto_position_ids[2])
        self.assertEqual(self.expected(self.read_returns()), {frame: 1, screw: 4})
