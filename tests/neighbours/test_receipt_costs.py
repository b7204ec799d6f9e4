"""R30: a refund takes back what its pieces cost when they left, whatever came back before it; kits are their parts."""

from tests.neighbours.kits import make_kit
from tests.odoo.returns_desk_case import ReturnsDeskCase


class TestReceiptCosts(ReturnsDeskCase):
    def costs(self):
        """Return the cost of each receipt's lines, by kind, as the flow notes it."""
        self.sandbox.advance(5)
        self.run_flow("orders")
        self.assertFalse(self.run_flow("receipts").last_error)
        receipts = self.env["otto.receipt"].search([("channel_id", "=", self.channel.id)], order="created_on, id")
        return [(receipt.kind, round(sum(receipt.line_ids.mapped("cost")), 2)) for receipt in receipts]

    def check(self, order, each):
        """Have pieces come back one after the other, each refunded after the goods are back."""
        found = [("purchase", 3 * each)]
        self.assertEqual(self.costs(), found)
        for piece in order.otto_position_ids:
            self.receive(self.open_transfers(self.announce(order, items=[piece.position_id])), condition="A")
            self.sandbox.act(order.otto_order_id, "return", [piece.position_id])
            found.append(("refund", each))
            self.assertEqual(self.costs(), found)
        self.assertEqual(order.order_line.qty_delivered, 0)

    def test_r30_pieces_that_came_back_before_make_no_refund_dearer(self):
        product = self.products.filtered(lambda product: product.default_code == self.articles[0]["sku"])
        product.standard_price = 7
        self.check(self.sent_order(skus=[self.articles[0]["sku"]], pieces=3), 7)

    def test_r30_a_kit_costs_what_its_parts_do(self):
        kit = self.products.filtered(lambda product: product.default_code == self.articles[0]["sku"])
        for part, price in zip(make_kit(kit), (5, 0.5), strict=True):
            part.standard_price = price
            self.set_stock(part, 40)
        self.check(self.sent_order(skus=[self.articles[0]["sku"]], pieces=3), 7)
