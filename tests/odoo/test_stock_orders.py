"""R6, R17, R20: stock and orders mean the same goods, and what is sold on OTTO is sold, whatever Odoo has of it."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.otto_market_connector.models.core.write_guard import as_connector
from odoo.addons.otto_market_connector.models.orders.otto_flow_orders import OttoFlowOrders as OrdersIn
from odoo.exceptions import UserError

from tests.odoo.stock_case import StockCase


class TestStockOrders(StockCase):
    # The same goods

    def test_r6_stock_and_orders_follow_an_internal_reference_that_moves(self):
        other = self.products[1]
        self.assertEqual(self.offered(), 100)
        self.set_stock(other, 5)
        self.product.write({"default_code": "moved", "barcode": False})
        other.write({"default_code": self.sku, "barcode": self.article["ean"]})
        self.assertEqual(self.offered(), 5)
        self.assertEqual(self.listing.product_id, other)
        self.assertEqual(self.import_orders(skus=[self.sku], pieces=1).order_line[0].product_id, other)
        self.assertEqual(self.offered(), 4)

    def test_r6_a_code_that_two_products_have_is_nobodys(self):
        self.assertEqual(self.offered(), 100)
        self.product.barcode = False
        self.products[1].default_code = self.sku
        self.assertEqual(self.offered(), 0)
        self.assertEqual((self.listing.match, self.listing.product_id.id), ("ambiguous", False))
        order = self.import_orders(skus=[self.sku], pieces=1)
        self.assertEqual(order.order_line[0].product_id, self.channel._unknown_product())
        self.products[1].default_code = "another"
        self.assertEqual(self.offered(), 99)

    def test_r6_what_a_person_matched_stays(self):
        self.listing.product_id = self.products[1]
        self.set_stock(self.products[1], 8)
        self.assertEqual(self.offered(), 8)
        self.assertEqual(self.import_orders(skus=[self.sku], pieces=1).order_line[0].product_id, self.products[1])

    def test_r6_two_articles_with_one_ean_are_both_found(self):
        ean = self.article["ean"]
        self.product.default_code = "ours"
        found = self.channel._component("otto.product.matching")._find_products([("A", ean), ("B", ean)])
        self.assertEqual(found, {"A": self.product, "B": self.product})

    def test_r6_the_ean_of_the_listing_finds_the_product_of_the_order(self):
        self.product.default_code = "ours"
        self.listing.ean = self.article["ean"]
        self.assertEqual(
            self.channel._component("otto.product.matching")._find_products([(self.sku, None)]),
            {self.sku: self.product},
        )

    # Waiting for an article

    def test_r20_a_piece_that_waits_for_its_article_belongs_to_the_product_that_gets_the_sku(self):
        self.product.write({"default_code": "elsewhere", "barcode": False})
        order = self.import_orders(skus=[self.sku], pieces=2)
        self.assertEqual(order.state, "draft")
        self.channel._sync("orders").cursor = False
        self.triggers(flow="orders").unlink()
        self.product.default_code = self.sku
        self.assertEqual(self.offered(), 98)
        self.assertTrue(self.triggers(flow="orders"), "the waiting order is repaired soon")
        # Orders are read right before stock is sent, so here it is repaired already.
        self.assertEqual((order.state, order.order_line[0].product_id), ("sale", self.product))
        self.assertEqual(self.offered(), 98)

    def test_r20_a_match_by_hand_repairs_the_orders_that_wait_for_it(self):
        self.product.write({"default_code": "elsewhere", "barcode": False})
        order = self.import_orders(skus=[self.sku], pieces=2)
        self.listing.product_id = self.product
        self.assertTrue(self.open_issues("article").retry)
        self.run_flow("orders")
        self.assertEqual(order.state, "sale")

    # Orders that Odoo does not have

    def test_r20_pieces_of_an_order_that_cannot_be_imported_are_not_offered_again(self):
        self.assertEqual(self.offered(), 100)
        with patch.object(OrdersIn, "_import_orders", side_effect=UserError("no")):
            self.sandbox.make_orders(count=1, skus=[self.sku], pieces=3)
            self.assertEqual(self.offered(), 97)
            self.set_stock(self.product, 110)
            self.assertEqual(self.offered(), 107)
        self.open_issues("order").action_retry()
        self.run_flow("orders")
        self.assertFalse(self.env["otto.unimported.item"].search([]))
        self.assertEqual(self.offered(), 107)

    def test_r20_pieces_of_an_order_that_cannot_be_read_are_not_offered_again(self):
        self.assertEqual(self.offered(), 100)
        [otto_id] = self.sandbox.make_orders(count=1, skus=[self.sku], pieces=3)
        self.sandbox.fault("missing_fields", "/v4/orders", keys=["fulfillmentStatus"], times=None)
        self.assertEqual(self.offered(), 97)
        self.sandbox.clear_faults()
        self.sandbox.act(otto_id, "cancel")
        self.assertEqual(self.offered(), 100)

    def test_r20_while_an_order_cannot_be_read_at_all_nothing_is_raised(self):
        self.assertEqual(self.offered(), 100)
        self.sandbox.make_orders(count=1, skus=[self.sku], pieces=3)
        self.sandbox.fault("missing_fields", "/v4/orders", keys=["positionItems"], times=None)
        self.set_stock(self.product, 150)
        self.assertEqual(self.offered(), 100)
        self.set_stock(self.product, 50)
        self.assertEqual(self.offered(), 50)
        self.sandbox.clear_faults()
        self.set_stock(self.product, 150)
        self.assertEqual(self.offered(), 147)

    def test_r20_a_status_that_nobody_knows_is_told_and_its_pieces_are_kept_back(self):
        self.assertEqual(self.offered(), 100)
        self.sandbox.make_orders(count=1, skus=[self.sku], pieces=3)
        self.sandbox.fault("unknown_enum", "/v4/orders", keys=["fulfillmentStatus"], times=None)
        self.assertEqual(self.offered(), 97)
        self.assertIn("cannot be imported: its status", self.open_issues("order").name)
        self.sandbox.clear_faults()
        self.assertEqual(self.offered(), 97)
        self.assertFalse(self.open_issues("order"))

    def test_r2_r17_announced_pieces_count_although_their_order_is_not_imported(self):
        self.channel.sync_direction = "out"
        [otto_id] = self.sandbox.make_orders(count=1, skus=[self.sku], pieces=3, status="ANNOUNCED")
        self.assertEqual(self.offered(), 97)
        self.assertFalse(self.order([otto_id]))
        self.sandbox.act(otto_id, "release")
        self.assertEqual(self.offered(), 97)
        self.assertTrue(self.order([otto_id]))

    def runs_that_a_run_asks_for(self, seconds=60):
        """Run the stock flow until it has taken up the news; return what one more run plans for the near future."""
        for _time in range(3):
            self.run_flow("stock")
        self.triggers().unlink()
        self.run_flow("stock")
        soon = fields.Datetime.now() + timedelta(seconds=seconds)
        return self.triggers().filtered(lambda trigger: trigger.call_at <= soon)

    def test_r6_an_order_that_only_waits_does_not_call_the_stock_again_and_again(self):
        """The stock's run reads the orders itself. The kind: whatever an order waits for, however often it is read."""
        broken = {"unreadable": "positionItems", "unreadable in part": "fulfillmentStatus"}
        for name, key in broken.items():
            with self.subTest(name):
                self.sandbox.make_orders(count=1, skus=[self.sku], pieces=1)
                self.sandbox.fault("missing_fields", "/v4/orders", keys=[key], times=None)
                self.assertFalse(self.runs_that_a_run_asks_for())
                self.sandbox.clear_faults()
        with self.subTest("unknown status"):
            self.sandbox.make_orders(count=1, skus=[self.sku], pieces=1)
            self.sandbox.fault("unknown_enum", "/v4/orders", keys=["fulfillmentStatus"], times=None)
            self.assertFalse(self.runs_that_a_run_asks_for())
            self.sandbox.clear_faults()
        with self.subTest("cannot be imported"), patch.object(OrdersIn, "_import_orders", side_effect=UserError("no")):
            self.sandbox.make_orders(count=1, skus=[self.sku], pieces=1)
            self.assertFalse(self.runs_that_a_run_asks_for())
        with self.subTest("announced, not imported"):
            self.channel.sync_direction = "out"
            self.sandbox.make_orders(count=1, skus=[self.sku], pieces=1, status="ANNOUNCED")
            self.assertFalse(self.runs_that_a_run_asks_for())
            self.channel.sync_direction = "both"
        with self.subTest("unknown article"):
            self.own_product(1).write({"default_code": "elsewhere", "barcode": False})
            [otto_id] = self.sandbox.make_orders(count=1, skus=[self.articles[1]["sku"]], pieces=1)
            self.assertFalse(self.runs_that_a_run_asks_for())
            self.assertEqual(self.order([otto_id]).state, "draft")

    def lower_with_unread_sales(self, lowers, expected):
        """Whether OTTO's number goes down when it sells is not known; it has to be sound either way."""
        self.sandbox.lower_on_sale(lowers)
        self.assertEqual(self.offered(), 100)
        self.sandbox.make_orders(count=1, skus=[self.sku], pieces=3)
        self.assertEqual(self.held(), 97 if lowers else 100)
        self.sandbox.fault("status", "/v4/orders", times=None, status=500)
        self.set_stock(self.product, 90)
        self.assertEqual(self.offered(), expected)
        self.sandbox.clear_faults()
        self.assertEqual(self.offered(), 87)

    def test_r19_a_lowering_offers_no_unread_sales_again_where_otto_lowers_its_number(self):
        self.lower_with_unread_sales(True, 87)

    def test_r19_a_lowering_where_otto_keeps_its_number(self):
        self.lower_with_unread_sales(False, 90)

    def test_r3_without_the_import_orders_are_somebody_elses_business(self):
        self.channel.import_orders = False
        self.sandbox.make_orders(count=1, skus=[self.sku], pieces=3)
        self.run_flow("orders")
        self.assertEqual(self.offered(), 100)

    def test_r6_an_order_whose_transfer_was_cancelled_is_still_sold(self):
        order = self.import_orders(skus=[self.sku], pieces=4)
        self.assertEqual(self.offered(), 96)
        # A person cannot any more; it may have been done before the update.
        as_connector(order.picking_ids.move_ids)._action_cancel()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.offered(), 96)
