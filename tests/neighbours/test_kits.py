from odoo.exceptions import UserError
from odoo.fields import Command

from tests.harness import OttoCase


class TestKits(OttoCase):
    """A kit is one article at OTTO and leaves the house as its components."""

    def setUp(self):
        super().setUp()
        self.kit = self.products.filtered(lambda product: product.default_code == self.articles[0]["sku"])
        self.parts = self.env["product.product"].create(
            [{"name": name, "is_storable": True, "weight": 0.2} for name in ("Frame", "Screw")]
        )
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in zip(self.parts, (1, 4), strict=True)
                ],
            }
        )

    def test_a_kit_is_shipped_with_all_its_components(self):
        for part in self.parts:
            self.set_stock(part, 40)
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2)
        self.assertEqual(order.picking_ids.move_ids.mapped("product_uom_qty"), [2, 8])
        self.assertFalse(order.otto_total_differs)
        self.validate(order)
        self.run_flow("outbound")
        self.assertEqual((order.picking_ids.state, order.otto_outbound_state), ("done", "sent"))
        self.assertEqual(len(self.sandbox.dhl_state()["shipments"]), 1)

    def test_r9_a_kit_without_all_components_stays(self):
        self.set_stock(self.parts[0], 40)
        self.set_stock(self.parts[1], 5)
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2)
        with self.assertRaisesRegex(UserError, "Missing: Screw"):
            self.validate(order)
        self.assertFalse(self.sandbox.dhl_state()["shipments"])

    def test_r18_pieces_of_a_kit_that_otto_cancels_leave_the_delivery(self):
        for part in self.parts:
            self.set_stock(part, 40)
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=3)
        self.sandbox.act(order.otto_order_id, "cancel", [self.at_otto(order)["positionItems"][0]["positionItemId"]])
        self.run_flow("orders")
        live = order.picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(live.mapped("product_uom_qty"), [2, 8])
        self.validate(order)
        self.assertEqual(order.picking_ids.filtered(lambda picking: picking.state != "cancel").state, "done")
