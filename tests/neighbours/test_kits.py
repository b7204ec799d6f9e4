from odoo.addons.otto_market_connector.models.core.write_guard import inside_checked_method
from odoo.exceptions import UserError
from odoo.fields import Command

from tests.harness import OttoCase
from tests.neighbours.kits import make_kit


class TestKits(OttoCase):
    """A kit is one article at OTTO and leaves the house as its components."""

    def setUp(self):
        super().setUp()
        self.kit = self.products.filtered(lambda product: product.default_code == self.articles[0]["sku"])
        self.parts = make_kit(self.kit)

    def test_a_kit_is_shipped_with_all_its_components(self):
        for part in self.parts:
            self.set_stock(part, 40)
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2)
        self.assertEqual(order.picking_ids.move_ids.mapped("product_uom_qty"), [2, 8])
        self.assertFalse(order.otto_total_differs)
        self.validate(order)
        self.run_flow("fulfilment")
        self.assertEqual((order.picking_ids.state, order.otto_report_state), ("done", "sent"))
        self.assertEqual(len(self.sandbox.dhl_state()["shipments"]), 1)

    def test_r9_a_kit_without_all_components_stays(self):
        self.set_stock(self.parts[0], 40)
        self.set_stock(self.parts[1], 5)
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2)
        with self.assertRaisesRegex(UserError, "Missing: Screw"):
            self.validate(order)
        self.assertFalse(self.sandbox.dhl_state()["shipments"])

    def kit_order(self, pieces=2):
        for part in self.parts:
            self.set_stock(part, 40)
        return self.import_orders(skus=[self.articles[0]["sku"]], pieces=pieces)

    def live(self, order):
        return order.picking_ids.filtered(lambda picking: picking.state != "cancel")

    def test_r9_a_kit_is_shipped_after_its_order_was_reopened(self):
        order = self.kit_order()
        order.action_cancel()
        with self.own_cursor() as env:
            order.with_env(env(user=self.env.uid)).action_otto_reopen()
            env.cr.commit()
        with self.own_cursor() as env:
            self.live(order).with_env(env(user=self.env.uid)).button_validate()
            env.cr.commit()
        self.run_flow("fulfilment")
        self.assertEqual((self.live(order).state, order.otto_report_state), ("done", "sent"))

    def test_r9_a_kit_of_which_a_component_is_missing_stays(self):
        order = self.kit_order()
        frame, screw = order.picking_ids.move_ids
        with self.assertRaisesRegex(UserError, order.name):
            screw.unlink()
        inside_checked_method(screw).unlink()
        with self.assertRaisesRegex(UserError, f"{order.name}.*Missing: Screw"):
            self.validate(order)
        self.assertFalse(self.sandbox.dhl_state()["shipments"])
        self.env["stock.move"].create(
            {
                "product_id": self.parts[1].id,
                "product_uom_qty": 8,
                "picking_id": order.picking_ids.id,
                "location_id": frame.location_id.id,
                "location_dest_id": frame.location_dest_id.id,
            }
        )._action_confirm()._action_assign()
        self.validate(order)
        self.assertEqual(order.picking_ids.state, "done")

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

    def listings(self, *products):
        """Return listings of products, the kit's first, each an article that OTTO knows."""
        return self.env["otto.listing"].create(
            [
                {"channel_id": self.channel.id, "sku": article["sku"], "product_id": product.id}
                for article, product in zip(self.articles, products, strict=False)
            ]
        )

    def offered(self, listings):
        """Run the flow and return what OTTO holds of articles."""
        self.assertFalse(self.run_flow("stock").last_error)
        held = self.sandbox.state()["quantities"]
        return [held[listing.sku] for listing in listings]

    def test_r6_a_kit_is_offered_as_often_as_its_components_allow(self):
        self.set_stock(self.parts[0], 40)
        self.set_stock(self.parts[1], 30)
        listing = self.listings(self.kit)
        self.assertEqual(self.offered(listing), [7])
        self.import_orders(skus=[self.articles[0]["sku"]], pieces=2, status="ANNOUNCED")
        self.assertEqual(self.offered(listing), [5])
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2)
        self.assertEqual(self.offered(listing), [3])
        self.validate(order)
        self.assertEqual(self.offered(listing), [3])
        listing.write({"own_safety_stock": True, "safety_stock": 2})
        self.assertEqual(self.offered(listing), [1])

    def test_r6_a_kit_and_its_component_share_the_goods(self):
        self.set_stock(self.parts[0], 100)
        self.set_stock(self.parts[1], 41)
        listings = self.listings(self.kit, self.parts[1])
        kit, screw = self.offered(listings)
        self.assertEqual((kit, screw), (5, 20))
        self.assertLessEqual(4 * kit + screw, 41)
        self.channel.stock_sharing = "full"
        self.assertEqual(self.offered(listings), [10, 41])

    def test_r6_parts_of_a_kit_that_is_announced_are_kept_back(self):
        self.set_stock(self.parts[0], 100)
        self.set_stock(self.parts[1], 41)
        kit, screw = self.listings(self.kit, self.parts[1])
        kit.send_stock = False
        self.assertEqual(self.offered(screw), [41])
        self.import_orders(skus=[kit.sku], pieces=2, status="ANNOUNCED")
        self.assertEqual(self.offered(screw), [33])

    def test_r6_a_part_of_a_part_has_the_stock_of_the_outer_kit_sent(self):
        outer = self.products[1]
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": outer.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": self.kit.id, "product_qty": 1})],
            }
        )
        self.listings(outer)
        cron = self.channel._sync("stock").cron_id
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        with self.own_cursor() as env:
            self.set_stock(self.parts[1].with_env(env), 3)
            env.cr.commit()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), 1)

    def test_r6_a_kit_in_a_kit_by_the_dozen(self):
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.products[1].product_tmpl_id.id,
                "type": "phantom",
                "product_qty": 2,
                "bom_line_ids": [
                    Command.create({"product_id": self.kit.id, "product_qty": 2}),
                    Command.create(
                        {
                            "product_id": self.parts[1].id,
                            "product_qty": 1,
                            "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                        }
                    ),
                ],
            }
        )
        self.set_stock(self.parts[0], 100)
        self.set_stock(self.parts[1], 45)
        # One takes a frame and 4 + 6 screws.
        self.assertEqual(self.offered(self.listings(self.products[1])), [4])

    def test_r6_a_moved_component_has_the_kits_stock_sent(self):
        self.listings(self.kit)
        cron = self.channel._sync("stock").cron_id
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        with self.own_cursor() as env:
            self.set_stock(self.parts[0].with_env(env), 3)
            env.cr.commit()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), 1)
