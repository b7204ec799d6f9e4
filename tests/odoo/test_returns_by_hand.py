"""R23, R26: how much comes back with a piece, and what a return made with Odoo's own button brings."""

from tests.odoo.returns_desk_case import ReturnsDeskCase


class ByHandCase(ReturnsDeskCase):
    def partly_cancelled(self, pieces, cancelled=1, **options):
        """Return an order of equal pieces of which OTTO cancelled the first ones after the goods left."""
        order = self.import_orders(
            **{"pieces": pieces, "fees": [], "discount": False, "skus": [self.articles[0]["sku"]], **options}
        )
        self.validate(order)
        self.sandbox.act(order.otto_order_id, "cancel", self.items(order)[:cancelled])
        self.run_flow("orders")
        self.run_flow("fulfilment")
        self.run_flow("orders")
        self.assertEqual(order.otto_position_ids.mapped("status").count("cancelled"), cancelled)
        return order

    def by_hand(self, delivery, *quantities):
        """Return a return that somebody makes with Odoo's own button, in the quantities of the rows."""
        wizard = self.env["stock.return.picking"].with_user(self.worker).create({"picking_id": delivery.id})
        for row, quantity in zip(wizard.product_return_moves, quantities, strict=True):
            row.quantity = quantity
        return wizard._create_return()


class TestPieceAndQuantity(ByHandCase):
    def test_r23_a_piece_cancelled_after_the_goods_left_changes_no_other(self):
        order = self.partly_cancelled(3)
        otto_return = self.announce(order, items=self.items(order)[2:])
        self.assertEqual(otto_return.picking_ids.move_ids.product_uom_qty, 1)

    def test_r26_one_piece_brings_one(self):
        order = self.partly_cancelled(2)
        product = order.order_line.product_id
        before = self.on_hand(product, self.stock)
        otto_return = self.announce(order, items=self.items(order)[1:])
        otto_return.picking_ids.move_ids.product_uom_qty = 2
        self.receive(otto_return.picking_ids)
        self.assertEqual(self.on_hand(product, self.stock), before + 1)
