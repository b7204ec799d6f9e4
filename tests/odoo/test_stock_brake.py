"""R6: no run empties the shop without a person's word; what was sold is lowered all the same."""

from odoo import Command
from odoo.addons.otto_market_connector.otto_api import Quantity

from tests.odoo.stock_case import StockCase


class TestStockBrake(StockCase):
    def setUp(self):
        super().setUp()
        self.listings = self.listing | self.env["otto.listing"].create(
            [{"channel_id": self.channel.id, "sku": article["sku"]} for article in self.articles[1:]]
        )
        self.run_flow("stock")
        self.assertEqual(self.total(), 2000)

    def total(self):
        return sum(self.sandbox.state()["quantities"][row.sku] for row in self.listings)

    def age(self):
        """Let what was accepted and emptied be old."""
        self.env.flush_all()
        self.cr.execute(
            "UPDATE otto_listing SET quantity_date = now() at time zone 'utc' - interval '2 hours', "
            "quantity_emptied_on = quantity_emptied_on - interval '2 hours'"
        )
        self.env.invalidate_all()

    def run_stock(self):
        self.run_flow("stock")
        self.env.invalidate_all()

    def assert_held(self, count):
        self.assertEqual(len(self.listings.filtered(lambda row: row.zero_state == "held")), count)
        issue = self.open_issues("stock")
        self.assertEqual(issue.external_id, "brake")
        self.assertIn(f"{count} of the ", issue.name)

    def test_r6_whatever_empties_the_shop_waits(self):
        other = self.env["stock.warehouse"].create({"name": "Nord", "code": "NORD"})
        place = self.env["stock.location"].create({"name": "Leer", "location_id": self.stock.id})
        causes = {
            "another warehouse": lambda: self.channel.write({"warehouse_id": other.id}),
            "an empty place": lambda: self.channel.write({"stock_location_ids": [Command.set(place.ids)]}),
            "products archived": lambda: self.products.action_archive(),
            "not for sale": lambda: self.products.product_tmpl_id.write({"sale_ok": False}),
            "matches lost": lambda: self.products.write({"default_code": False, "barcode": False}),
            "matches ambiguous": self.double_codes,
            "safety stock": lambda: self.channel.write({"safety_stock": 1000}),
            "safety stock of articles": lambda: self.listings.write({"own_safety_stock": True, "safety_stock": 1000}),
            "an inventory": lambda: [self.set_stock(product, 0) for product in self.products],
            "moved to another warehouse": lambda: self.move_all(other.lot_stock_id),
            "to be moved to another warehouse": lambda: self.move_all(other.lot_stock_id, done=False),
        }
        for name, happens in causes.items():
            with self.subTest(name), self.cr.savepoint() as savepoint:
                happens()
                self.run_stock()
                self.assertEqual(self.total(), 2000, name)
                self.assert_held(20)
                savepoint.rollback()
            self.env.invalidate_all()
            self.env["otto.issue"].search([]).unlink()

    def double_codes(self):
        self.products.barcode = False
        self.env["product.product"].create(
            [{"name": "Double", "default_code": code} for code in self.products.mapped("default_code")]
        )

    def move_all(self, target, done=True):
        for product in self.products:
            self.product = product
            self.move(100, target=target, done=done)

    def test_r6_a_person_confirms_it_once(self):
        self.channel.safety_stock = 1000
        self.run_stock()
        issue = self.open_issues("stock")
        issue.action_retry()
        self.run_stock()
        self.assertEqual(self.total(), 2000, "Retry does not confirm")
        self.assertTrue(issue.is_brake)
        issue.action_confirm_zero()
        self.assertTrue(self.triggers())
        self.run_stock()
        self.assertEqual(self.total(), 0)
        self.assertFalse(self.open_issues("stock"))
        self.assertFalse(self.listings.filtered("zero_state"))
        self.channel.safety_stock = 0
        self.run_stock()
        self.assertEqual(self.total(), 2000)
        self.channel.safety_stock = 1000
        self.run_stock()
        self.assertEqual(self.total(), 2000, "the word was for once")

    def test_r6_a_word_that_was_not_needed_is_forgotten(self):
        self.channel.safety_stock = 1000
        self.run_stock()
        self.channel.action_confirm_zero()
        self.channel.safety_stock = 0
        self.run_stock()
        self.channel.safety_stock = 1000
        self.run_stock()
        self.assertEqual(self.total(), 2000)

    def test_r6_what_comes_back_waits_no_more(self):
        self.channel.safety_stock = 1000
        self.run_stock()
        self.channel.safety_stock = 10
        self.run_stock()
        self.assertEqual(self.total(), 20 * 90)
        self.assertFalse(self.open_issues("stock"))
        self.assertFalse(self.listings.filtered("zero_state"))

    def test_r6_few_articles_or_a_small_share_go_out(self):
        for product in self.products[:9]:
            self.set_stock(product, 0)
        self.run_stock()
        self.assertEqual(self.total(), 1100)
        self.assertFalse(self.open_issues("stock"))

    def test_r6_the_share_is_a_setting(self):
        self.channel.brake_share = 60
        for product in self.products[:12]:
            self.set_stock(product, 0)
        self.run_stock()
        self.assertEqual(self.total(), 800)
        self.assertFalse(self.open_issues("stock"))

    def test_r6_a_shop_that_is_emptied_bit_by_bit_is_emptied_too(self):
        for start in range(0, 20, 5):
            for product in self.products[start : start + 5]:
                self.set_stock(product, 0)
            self.run_stock()
        self.assertEqual(self.total(), 1500)
        self.assert_held(15)

    def test_r6_what_is_not_braked_goes_out_in_the_same_run(self):
        for product in self.products[:15]:
            self.set_stock(product, 0)
        self.set_stock(self.products[15], 70)
        self.set_stock(self.products[16], 170)
        self.run_stock()
        self.assert_held(15)
        self.assertEqual(self.total(), 1500 + 70 + 170 + 300)

    def order_all(self, **options):
        for article in self.articles:
            self.sandbox.make_orders(count=1, skus=[article["sku"]], pieces=100, **options)

    def sell_all(self, steps="ship_only", ship=False):
        self.channel.warehouse_id.delivery_steps = steps
        for product in self.products:
            self.product = product
            picking = self.sell(100).picking_ids
            if ship:
                picking.button_validate()

    def test_r6_what_was_sold_is_never_braked(self):
        for name, happens in {
            "announced on OTTO": lambda: self.order_all(status="ANNOUNCED"),
            "sold elsewhere": self.sell_all,
            "sold elsewhere and shipped": lambda: self.sell_all(ship=True),
            "sold elsewhere, in three steps": lambda: self.sell_all("pick_pack_ship"),
            "sold on OTTO": self.order_all,
        }.items():
            for lowers in (False, True):
                with self.subTest(name, lowers=lowers), self.cr.savepoint() as savepoint:
                    self.reset_sandbox()
                    self.age()
                    self.put([row.quantity for row in self.listings])
                    self.sandbox.lower_on_sale(lowers)
                    happens()
                    self.run_stock()
                    self.assertEqual(self.total(), 0)
                    self.assertFalse(self.open_issues("stock"))
                    savepoint.rollback()
                self.env.invalidate_all()

    def put(self, quantities):
        """Let OTTO hold other quantities than Odoo sent."""
        pairs = zip(self.listings, quantities, strict=True)
        self.channel._otto_client().set_quantities([Quantity(row.sku, quantity, None) for row, quantity in pairs])

    def test_r6_what_waits_goes_down_by_what_is_sold(self):
        self.channel.safety_stock = 1000
        self.run_stock()
        self.age()
        self.import_orders(skus=[self.sku], pieces=3)
        self.run_stock()
        self.assertEqual(self.held(), 97)
        for _again in range(2):
            self.run_stock()
        self.assertEqual(self.held(), 97)
        self.assertEqual(set(self.listings.mapped("zero_state")), {"held"})

    def test_r6_new_articles_without_stock_do_not_empty_what_otto_offers(self):
        """Products made and matched after going live: Odoo never sent a quantity of them."""
        self.cr.execute("UPDATE otto_listing SET quantity_known = FALSE, quantity = 0, quantity_date = NULL")
        self.env.invalidate_all()
        for product in self.products:
            self.set_stock(product, 0)
        self.run_stock()
        self.assertEqual(self.total(), 2000)
        self.assert_held(20)
        self.assertEqual(self.listing.quantity, 100, "OTTO was asked what it holds")

    def test_r6_new_articles_that_otto_does_not_offer_do_not_brake(self):
        self.put([0] * 20)
        self.cr.execute("UPDATE otto_listing SET quantity_known = FALSE, quantity = 0, quantity_date = NULL")
        self.env.invalidate_all()
        for product in self.products:
            self.set_stock(product, 0)
        self.run_stock()
        self.assertFalse(self.open_issues("stock"))
        self.assertEqual(self.total(), 0)
