"""R26: kits come back as the parts that they left as, piece by piece."""

from tests.neighbours.kits import make_kit
from tests.odoo.returns_desk_case import ReturnsDeskCase


class TestReturnedKits(ReturnsDeskCase):
    def setUp(self):
        super().setUp()
        self.kit = self.products.filtered(lambda product: product.default_code == self.articles[0]["sku"])
        self.parts = make_kit(self.kit)
        for part in self.parts:
            self.set_stock(part, 40)
        self.order = self.sent_order(skus=[self.articles[0]["sku"]], pieces=3)

    def parts_in(self, location):
        return [self.on_hand(part, location) for part in self.parts]

    def test_each_kit_goes_with_all_its_parts_to_the_place_of_its_condition(self):
        self.assertEqual(self.parts_in(self.stock), [37, 28])
        otto_return = self.announce(self.order)
        self.receive(otto_return.picking_ids, {"condition": "A"}, {"condition": "C"}, {"came": "expected"})
        self.assertEqual(self.parts_in(self.stock), [38, 32])
        self.assertEqual(self.parts_in(self.quarantine), [1, 4])
        rest = self.open_transfers(otto_return)
        self.assertEqual(rest.move_ids.mapped("product_uom_qty"), [1, 4])
        self.receive(rest, condition="D")
        self.assertEqual(self.parts_in(self.stock), [38, 32])
        scraps = self.env["stock.scrap"].search([("product_id", "in", self.parts.ids)], order="id")
        self.assertEqual(sorted(scraps.mapped("scrap_qty")), [1, 4])
        self.assertEqual(sorted(scraps.move_ids.mapped("quantity")), [1, 4])
        self.assertEqual(self.order.order_line.qty_delivered, 0)

    def test_a_kit_made_to_return_by_hand(self):
        by_hand = self.env["stock.return.picking"].create({"picking_id": self.order.picking_ids.id})
        for row, quantity in zip(by_hand.product_return_moves, (2, 8), strict=True):
            row.quantity = quantity
        self.receive(by_hand._create_return(), condition="C")
        self.assertEqual(self.parts_in(self.quarantine), [2, 8])
        self.assertEqual(len(self.returns_of(self.order).line_ids), 2)

    def test_r26_a_kit_that_was_cancelled_comes_before_one_that_the_customer_keeps(self):
        delivery = self.order.picking_ids
        self.order.otto_position_ids[0].status = "cancelled"
        for quantities, asked in (((2, 8), 1), ((1, 4), 1)):
            by_hand = self.env["stock.return.picking"].create({"picking_id": delivery.id})
            for row, quantity in zip(by_hand.product_return_moves, quantities, strict=True):
                row.quantity = quantity
            transfer = by_hand._create_return()
            wizard = self.say(self.ask(transfer), condition="C")
            self.assertEqual(len(wizard.line_ids), asked)
            wizard.action_confirm()
            self.assertEqual((transfer.state, bool(transfer.backorder_ids)), ("done", False))
        self.assertEqual(self.parts_in(self.stock), [38, 32])
        self.assertEqual(self.parts_in(self.quarantine), [2, 8])

    def test_a_kit_is_offered_again_when_its_parts_are(self):
        listing = self.env["otto.listing"].create(
            {"channel_id": self.channel.id, "sku": self.articles[0]["sku"], "product_id": self.kit.id}
        )
        self.run_flow("stock")
        self.assertEqual(self.sandbox.state()["quantities"][listing.sku], 7)
        otto_return = self.announce(self.order)
        self.receive(otto_return.picking_ids, {"condition": "A"}, {"condition": "C"}, {"condition": "D"})
        self.run_flow("stock")
        self.assertEqual(self.sandbox.state()["quantities"][listing.sku], 8)
