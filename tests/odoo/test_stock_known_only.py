"""R6: a channel of 19.0.1.0.0, which sent the stock of sold articles only; the others wait for *Go Live*."""

import importlib.util
from pathlib import Path

import odoo.addons.otto_market_connector as connector
from odoo.exceptions import UserError

from tests.odoo.stock_case import StockCase


class TestStockKnownOnly(StockCase):
    def setUp(self):
        super().setUp()
        self.articles_are_read()
        # The channel sent this one before; of the next two it knows nothing yet.
        self.run_flow("stock")
        self.channel.stock_known_only = True
        self.new, self.other = self.list_article(2), self.list_article(3)
        self.before = self.sandbox.state()["quantities"]
        self.assertNotEqual(self.before[self.new.sku], 100)

    def changed(self):
        """Run the flow; return what OTTO holds of the articles of which it holds something else than before."""
        self.run_flow("stock")
        now = self.sandbox.state()["quantities"]
        return {sku: now[sku] for sku in now if now[sku] != self.before.get(sku)}

    def waiting(self):
        return [text for text in self.open_issues("stock").mapped("name") if "Go Live" in text]

    def test_r6_what_was_never_sent_keeps_its_quantity_in_every_run(self):
        self.assertEqual(self.changed(), {})
        self.assertEqual(self.changed(), {})
        [text] = self.waiting()
        self.assertIn(self.channel.name, text)
        self.set_stock(self.own_product(2), 0)
        self.set_stock(self.own_product(3), 7)
        self.assertEqual(self.changed(), {})

    def test_r6_what_was_sent_goes_on(self):
        self.set_stock(self.product, 37)
        self.assertEqual(self.changed(), {self.sku: 37})

    def test_r6_what_is_sold_is_sent_from_then_on(self):
        """As that version did it; whatever comes of the order."""
        [otto_id] = self.sandbox.make_orders(count=1, skus=[self.new.sku], pieces=1)
        self.run_flow("orders")
        self.assertEqual(self.changed(), {self.new.sku: 99})
        self.order([otto_id]).action_cancel()
        self.set_stock(self.own_product(2), 50)
        self.assertEqual(self.changed(), {self.new.sku: 50})

    def test_r6_without_orders_nothing_of_it_is_lowered_either(self):
        self.set_stock(self.own_product(2), 0)
        self.set_stock(self.product, 0)
        self.sandbox.fault("status", "/v4/orders", status=500, times=None)
        self.assertEqual(self.changed(), {self.sku: 0})

    def test_r6_what_waits_takes_no_share_of_the_goods(self):
        self.new.product_id = self.product
        self.assertEqual(self.changed(), {})
        self.channel._go_live([])
        self.assertEqual(self.changed()[self.sku], 50)

    def test_r6_go_live_shows_all_and_sends_all(self):
        self.changed()
        wizard = self.env["otto.stock.go.live"].browse(self.channel.action_stock_go_live()["res_id"])
        self.assertEqual(wizard.article_count, 3)
        self.assertEqual(set(wizard.line_ids.listing_id.mapped("sku")), {self.new.sku, self.other.sku})
        self.assertEqual(self.sandbox.state()["quantities"], self.before)
        wizard.action_go_live()
        self.assertEqual(self.changed(), {self.new.sku: 100, self.other.sku: 100})
        self.assertFalse(self.waiting())
        with self.assertRaisesRegex(UserError, "live already"):
            self.channel.action_stock_go_live()

    def test_r6_nothing_waits_that_has_no_product_or_is_not_to_be_sent(self):
        self.new.send_stock = False
        self.products.filtered(lambda row: row.default_code == self.other.sku).write(
            {"default_code": False, "barcode": False}
        )
        self.run_flow("stock")
        self.assertFalse(self.waiting())

    def test_r6_only_updates_from_the_first_version_make_them_wait(self):
        folder = Path(connector.__file__).parent / "migrations" / "19.0.1.2.0"
        spec = importlib.util.spec_from_file_location("post_stock_live", folder / "post-stock-live.py")
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        for version, waits in (("19.0.1.0.0", True), ("19.0.1.1.0", False)):
            self.env.flush_all()
            self.cr.execute("UPDATE otto_channel SET stock_live = NULL, stock_known_only = NULL")
            script.migrate(self.cr, version)
            self.env.invalidate_all()
            self.assertEqual((self.channel.stock_live, self.channel.stock_known_only), (True, waits), version)
