"""R6: nothing goes to OTTO before *Go Live*; what it would change is shown, and OTTO's quantities can be taken over."""

import importlib.util
from pathlib import Path
from unittest.mock import patch

import odoo.addons.otto_market_connector as connector
from odoo.exceptions import AccessError, UserError

from tests.odoo.stock_case import PATH, StockCase


class TestStockLive(StockCase):
    def setUp(self):
        super().setUp()
        self.channel.stock_live = False
        self.articles_are_read()
        self.before = self.sandbox.state()["quantities"]

    def listed(self, articles=20, **values):
        """Make listings of all articles of the sandbox."""
        skus = [article["sku"] for article in self.sandbox.state()["articles"]]
        skus = [sku for sku in skus[:articles] if sku not in self.channel.listing_ids.mapped("sku")]
        self.env["otto.listing"].create([{"channel_id": self.channel.id, "sku": sku, **values} for sku in skus])

    def preview(self):
        return self.env["otto.stock.go.live"].browse(self.channel.action_stock_go_live()["res_id"])

    # The first day

    def test_r6_first_day(self):
        """Connect, create the missing products, read the articles, import orders: OTTO's quantities stay."""
        self.sandbox.reset(seed=9, orders=12, articles=50)
        before = self.sandbox.state()["quantities"]
        self.products.write({"default_code": False, "barcode": False})
        self.channel.listing_ids.unlink()
        self.channel.write({"create_products": True, "unknown_articles": "create"})
        self.channel.action_read_all_articles()
        for flow in ("catalogue", "orders", "stock", "catalogue", "stock", "orders", "stock", "delivery", "prices"):
            self.run_flow(flow)
        self.assertTrue(all(row.product_id for row in self.channel.listing_ids))
        self.assertGreaterEqual(len(self.channel.listing_ids), 50)
        self.assertEqual(self.sandbox.state()["quantities"], before)
        self.assertFalse(self.posted())
        wizard = self.preview()
        offered = sum(quantity > 0 for quantity in before.values())
        self.assertEqual(wizard.zero_count, offered)
        wizard.action_take_over()
        self.run_flow("stock")
        self.assertEqual(self.sandbox.state()["quantities"], before)
        wizard = self.preview()
        wizard.action_go_live()
        self.run_flow("stock")
        after = self.sandbox.state()["quantities"]
        self.assertFalse(self.open_issues("stock"))
        ordered = {
            item["product"]["sku"]
            for order in self.sandbox.state()["orders"]
            for item in order["positionItems"]
            if item["fulfillmentStatus"] in ("ANNOUNCED", "PROCESSABLE")
        }
        for sku, quantity in before.items():
            if sku in ordered:
                self.assertLessEqual(after[sku], quantity)
            else:
                self.assertEqual(after[sku], quantity)

    def test_r6_a_new_channel_is_not_live_and_a_copy_neither(self):
        channel = self.env["otto.channel"].create({"name": "Neu"})
        self.assertFalse(channel.stock_live)
        self.channel.stock_live = True
        self.assertFalse(self.channel.with_context(mail_notrack=True).copy({"name": "Kopie"}).stock_live)

    def test_r6_before_go_live_nothing_is_lowered_either(self):
        self.listed()
        for product in self.products:
            self.set_stock(product, 0)
        self.import_orders(count=3)
        self.run_flow("stock")
        self.assertEqual(self.sandbox.state()["quantities"], self.before)
        self.assertFalse(self.posted())

    def test_r6_a_channel_that_is_not_live_takes_no_share(self):
        other = self.make_channel("OTTO Zwei")
        listing = self.env["otto.listing"].create(
            {"channel_id": other.id, "sku": self.sku, "product_id": self.product.id}
        )
        self.set_stock(self.product, 7)
        self.run_flow("stock")
        self.assertEqual(self.accepted(listing), 7)

    def test_r6_update_of_a_live_channel_changes_nothing(self):
        self.channel.stock_live = True
        self.listed()
        self.run_flow("stock")
        self.env.flush_all()
        self.cr.execute("UPDATE otto_channel SET stock_live = NULL")
        self.sandbox.clear_requests()
        folder = Path(connector.__file__).parent / "migrations" / "19.0.1.2.0"
        spec = importlib.util.spec_from_file_location("post_stock_live", folder / "post-stock-live.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertTrue(self.channel.stock_live)
        self.run_flow("stock")
        self.assertFalse(self.posted())
        self.set_stock(self.product, 90)
        self.assertEqual(self.offered(), 90)

    # The preview

    def test_r6_the_preview_says_what_would_change(self):
        self.listed()
        held = self.sandbox.state()["quantities"]
        down, up, same = (self.own_product(number) for number in (1, 2, 3))
        for product in self.products:
            self.set_stock(product, 0)
        self.set_stock(down, held[down.default_code] - 1)
        self.set_stock(up, held[up.default_code] + 5)
        self.set_stock(same, held[same.default_code])
        wizard = self.preview()
        numbers = (wizard.zero_count, wizard.down_count, wizard.up_count, wizard.same_count)
        self.assertEqual(numbers, (sum(q > 0 for q in held.values()) - 3, 1, 1, 20 - 2 - wizard.zero_count))
        self.assertIn(f"20 articles: {wizard.zero_count} would go to 0, 1 would go down, 1 would go up", wizard.summary)
        self.assertEqual(len(wizard.line_ids), wizard.zero_count + 2)
        self.assertEqual(wizard.line_ids[0].offered, 0)
        self.assertFalse(self.posted())
        self.assertFalse(self.channel.stock_live)

    def test_r6_not_before_all_articles_were_read(self):
        """What Odoo does not know yet is in no preview, and would be sent all the same."""
        self.channel.action_read_all_articles()
        with self.assertRaisesRegex(UserError, "have not all been read.*Read All Articles"):
            self.channel.action_stock_go_live()
        self.run_flow("catalogue")
        self.assertEqual(self.preview().article_count, 20)

    def test_r6_go_live_confirms_what_was_shown_and_no_more(self):
        self.listed()
        for product in self.products:
            self.set_stock(product, 0)
        self.preview().action_go_live()
        self.assertTrue(self.triggers())
        self.run_flow("stock")
        self.assertEqual(set(self.sandbox.state()["quantities"].values()), {0})
        self.assertFalse(self.open_issues("stock"))
        self.assertFalse(self.channel.listing_ids.filtered("zero_state"))

    def test_r6_what_vanishes_between_preview_and_run_still_waits(self):
        self.listed()
        self.preview().action_go_live()
        for product in self.products:
            self.set_stock(product, 0)
        self.run_flow("stock")
        self.assertEqual(self.sandbox.state()["quantities"], self.before)
        offered = sum(quantity > 0 for quantity in self.before.values())
        self.assertIn(f"{offered} of the {offered} articles", self.open_issues("stock").name)

    def test_r6_a_large_catalogue_is_previewed_in_part(self):
        self.sandbox.reset(seed=7, orders=0, articles=450)
        self.listed(450)
        with patch("odoo.addons.otto_market_connector.wizards.otto_stock_go_live.PREVIEW_PAGES", 1):
            wizard = self.preview()
        self.assertFalse(wizard.is_complete)
        self.assertLess(wizard.article_count, 450)

    def test_r6_go_live_says_why_not(self):
        self.sandbox.fault("status", PATH, method="GET", status=500, times=None)
        with self.assertRaisesRegex(UserError, "cannot be reached"):
            self.channel.action_stock_go_live()
        self.sandbox.clear_faults()
        self.channel.sync_direction = "in"
        with self.assertRaisesRegex(UserError, "sends nothing to OTTO"):
            self.channel.action_stock_go_live()
        self.channel.write({"sync_direction": "both", "stock_live": True})
        with self.assertRaisesRegex(UserError, "live already"):
            self.channel.action_stock_go_live()

    def test_r6_only_managers_go_live(self):
        user = self.env["res.users"].create(
            {"name": "S", "login": "s", "group_ids": [(4, self.env.ref("sales_team.group_sale_salesman").id)]}
        )
        for name in ("action_stock_go_live", "action_confirm_zero", "action_stock_stop"):
            with self.assertRaises(AccessError):
                getattr(self.channel.with_user(user), name)()

    def test_r6_stop_sends_nothing_any_more(self):
        self.channel.stock_live = True
        self.assertEqual(self.offered(), 100)
        self.channel.action_stock_stop()
        self.set_stock(self.product, 3)
        self.assertEqual(self.offered(), 100)

    # Opening stock

    def test_r6_ottos_quantities_become_opening_stock_where_there_is_none(self):
        self.listed()
        held = self.sandbox.state()["quantities"]
        never, counted, sold, tracked, unmatched = (self.articles[number]["sku"] for number in range(5))
        products = {product.default_code: product for product in self.products}
        fresh = {
            sku: self.env["product.product"].create({"name": sku, "is_storable": True, "tracking": tracking})
            for sku, tracking in ((never, "none"), (sold, "none"), (tracked, "lot"))
        }
        for sku, product in fresh.items():
            self.channel.listing_ids.filtered(lambda row, sku=sku: row.sku == sku).product_id = product
        self.product = fresh[sold]
        self.set_stock(fresh[sold], 2)
        self.move(2)
        products[unmatched].write({"default_code": False, "barcode": False})
        wizard = self.preview()
        self.assertEqual(wizard.opening_count, 1)
        wizard.action_take_over()
        self.assertTrue(self.triggers())
        self.assertTrue(self.channel.takes_over_stock)
        with self.assertRaisesRegex(UserError, "being taken over"):
            self.channel.action_stock_go_live()
        self.assertFalse(fresh[never].qty_available, "not in the request")
        self.run_flow("stock")
        self.assertFalse(self.channel.takes_over_stock)
        self.env.invalidate_all()
        self.assertEqual(fresh[never].qty_available, held[never])
        self.assertEqual(products[counted].qty_available, 100)
        self.assertEqual((fresh[sold].qty_available, fresh[tracked].qty_available), (0, 0))
        moves = self.env["stock.move"].search([("product_id", "=", fresh[never].id)])
        self.assertEqual((moves.state, moves.is_inventory), ("done", True))
        self.assertEqual(moves.location_dest_id, self.stock)
        self.assertEqual(self.sandbox.state()["quantities"], held)

    def test_r6_the_opening_stock_goes_on_after_an_interruption_and_twice_changes_nothing(self):
        self.sandbox.reset(seed=7, orders=0, articles=450)
        skus = [article["sku"] for article in self.sandbox.state()["articles"]]
        self.env["product.product"].create(
            [{"name": sku, "default_code": sku, "is_storable": True} for sku in skus[20:]]
        )
        self.listed(450)
        held = self.sandbox.state()["quantities"]
        self.preview().action_take_over()
        sync = self.channel._sync("stock")
        checkpoint = type(sync)._checkpoint
        with patch.object(type(sync), "_checkpoint", lambda row, *a, **v: min(checkpoint(row, *a, **v), 0)):
            self.run_flow("stock")
            self.assertTrue(sync.opening)
            for _run in range(2):
                self.run_flow("stock")
        self.assertFalse(sync.opening)
        self.env.invalidate_all()
        products = self.channel.listing_ids.product_id - self.products
        self.assertEqual({p.default_code: p.qty_available for p in products}, {sku: held[sku] for sku in skus[20:]})
        self.assertFalse(self.preview().opening_count)
