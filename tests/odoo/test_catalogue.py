"""R6: articles come in over all pages, are matched, created where wanted, and followed when OTTO changes them."""

import psycopg2.errors

from odoo.exceptions import ValidationError

from tests.harness import OttoCase


class TestCatalogue(OttoCase):
    @classmethod
    def reset_sandbox(cls):
        cls.sandbox.clear_faults()
        cls.sandbox.reset(seed=7, orders=0, articles=60)

    def read(self, **channel):
        """Run the import as its scheduled action does; return the channel's articles by SKU."""
        self.channel.write(channel)
        sync = self.run_flow("products")
        self.assertFalse(sync.last_error)
        listings = self.env["otto.listing"].search([("channel_id", "=", self.channel.id)])
        return {listing.sku: listing for listing in listings}

    def make(self, number, **values):
        """Have one product only, for the article of a number."""
        article = self.articles[number]
        self.products.filtered(lambda p: p.default_code == article["sku"]).write(
            {"default_code": False, "barcode": False, **values}
        )
        return article

    def test_r6_all_pages_of_all_lists(self):
        self.sandbox.reset(seed=7, orders=0, articles=230)
        listings = self.read()
        self.assertEqual(len(listings), 230)
        article = self.articles[4]
        listing = listings[article["sku"]]
        self.assertEqual(listing.ean, article["ean"])
        self.assertAlmostEqual(listing.price, article["price"])
        self.assertTrue(0 < listing.sale_price < listing.price)
        self.assertGreater(listing.sale_end, listing.sale_start)
        self.assertTrue(listing.brand)
        self.assertTrue(listing.category)
        self.assertTrue(listing.image_url)
        self.assertEqual(listing.status, "ONLINE")
        self.assertIn("otto.de", listing.shop_url)
        self.assertEqual(listing.processing_time, "DEFAULT")
        self.assertEqual(listing.shipping_profile_id.transport_time, 2)
        rejected = listings[self.articles[13]["sku"]]
        self.assertEqual(rejected.status, "REJECTED")
        self.assertIn("Die Marke", rejected.status_reason)
        self.assertFalse(listings[self.articles[19]["sku"]].is_active)
        self.assertEqual({listing.match for sku, listing in listings.items() if listing.product_id}, {"sku"})
        self.assertEqual(sum(bool(listing.product_id) for listing in listings.values()), 60)

    def test_r6_again_changes_nothing(self):
        self.read()
        before = self.env["otto.listing"].search([]).read(["write_date", "price", "status", "product_id"])
        self.channel.action_read_all_articles()
        self.read()
        self.assertEqual(len(self.env["otto.listing"].search([])), len(before))

    def test_r6_matching_by_ean_ambiguous_and_not_at_all(self):
        by_ean = self.make(0, barcode=self.articles[0]["ean"])
        nothing = self.make(1)
        twice = self.make(2)
        self.env["product.product"].create([{"name": "A", "default_code": twice["sku"]} for _copy in range(2)])
        listings = self.read()
        self.assertEqual(listings[by_ean["sku"]].match, "ean")
        self.assertEqual((listings[nothing["sku"]].match, listings[nothing["sku"]].product_id.id), ("none", False))
        self.assertEqual((listings[twice["sku"]].match, listings[twice["sku"]].product_id.id), ("ambiguous", False))

    def test_r6_what_a_person_matched_is_never_overwritten(self):
        listing = self.read()[self.articles[0]["sku"]]
        other = self.products[5]
        listing.product_id = other
        self.assertEqual(listing.match, "manual")
        self.channel.action_read_all_articles()
        self.read()
        self.assertEqual((listing.product_id, listing.match), (other, "manual"))
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=1)
        self.assertIn(other, order.order_line.product_id)

    def test_r6_missing_products_are_made_with_their_variants(self):
        self.products.write({"default_code": False, "barcode": False})
        listings = self.read(create_products=True)
        made = self.env["product.product"].browse([row.product_id.id for row in listings.values()])
        self.assertEqual(len(made), 60)
        for sku, listing in listings.items():
            product = listing.product_id
            self.assertEqual((product.default_code, product.barcode), (sku, listing.ean))
            self.assertTrue(product.is_storable)
            self.assertEqual(product.taxes_id.amount, {"FULL": 19, "REDUCED": 7}[listing.vat])
            self.assertTrue(product.taxes_id.price_include)
        references = self.env["otto.listing"].search([]).grouped("product_reference")
        families = [rows for rows in references.values() if len(rows) > 1]
        self.assertTrue(families)
        for rows in families:
            self.assertEqual(len(rows.product_id.product_tmpl_id), 1)
            self.assertEqual(len(rows.product_id), len(rows))
            attributes = dict(rows[0].attributes)
            shown = rows[0].product_id.product_template_attribute_value_ids.mapped("name")
            self.assertLessEqual(set(shown), {values[0] for values in attributes.values()})
            if len(attributes) == 1:
                for row in rows:
                    self.assertAlmostEqual(row.product_id.lst_price, row.price)
        self.assertTrue(made[0].image_1920)
        self.assertFalse(self.open_issues("listing"))

    def test_r6_ambiguous_articles_are_not_made(self):
        self.make(2)
        self.env["product.product"].create(
            [{"name": "A", "default_code": self.articles[2]["sku"]} for _copy in range(2)]
        )
        listing = self.read(create_products=True)[self.articles[2]["sku"]]
        self.assertEqual((listing.match, listing.product_id.id), ("ambiguous", False))

    def test_r20_a_product_that_cannot_be_made_is_an_issue(self):
        article = self.make(1)
        other = self.env["product.product"].create({"name": "Other", "barcode": article["ean"], "active": False})
        self.read(create_products=True)
        issue = self.open_issues("listing")
        self.assertRegex(issue.name, f"{article['ean']} belongs to")
        other.barcode = False
        self.channel.action_read_all_articles()
        listings = self.read()
        self.assertTrue(listings[article["sku"]].product_id)
        self.assertFalse(self.open_issues("listing"))

    def test_r6_afterwards_only_what_changed_is_read(self):
        listings = self.read()
        sku = self.articles[3]["sku"]
        self.sandbox.advance(3600)
        self.sandbox.change_article(sku, status="REJECTED", errors=[["600007 - BRAND_BLOCKED", "Marke gesperrt"]])
        self.sandbox.change_article(self.articles[6]["sku"], category="Sonstiges", price="7.77")
        self.sandbox.clear_requests()
        self.read()
        self.assertEqual((listings[sku].status, listings[sku].status_reason), ("REJECTED", "Marke gesperrt"))
        changed = listings[self.articles[6]["sku"]]
        self.assertEqual((changed.category, changed.price), ("Sonstiges", 7.77))
        asked = [row for row in self.sandbox.requests() if row["path"] == "/v5/products"]
        self.assertEqual(len(asked), 1)

    def test_r19_an_interrupted_run_goes_on_where_it_stopped(self):
        self.sandbox.fault("status", "/v5/products/marketplace-status", times=None, status=500)
        sync = self.run_flow("products")
        self.assertIn("cannot be reached", sync.last_error)
        self.assertEqual((sync.stage, sync.stage_page), ("statuses", 0))
        self.assertEqual(len(self.channel.listing_ids), 60)
        self.sandbox.clear_faults()
        self.sandbox.clear_requests()
        self.read()
        self.assertFalse([row for row in self.sandbox.requests() if row["path"] == "/v5/products"])
        self.assertFalse(sync.stage)
        self.assertTrue(all(self.channel.listing_ids.mapped("status")))

    def test_r19_two_flows_at_the_same_articles_begin_again_instead_of_stopping(self):
        def collide(_channel, _sync):
            raise psycopg2.errors.SerializationFailure

        sync = self.channel._sync("products")
        domain = [("cron_id", "=", sync.cron_id.id)]
        self.env["ir.cron.trigger"].search(domain).unlink()
        self.patch(type(self.channel), "_run_products", collide)
        self.run_flow("products")
        self.assertFalse(sync.last_error)
        self.assertEqual(self.env["ir.cron.trigger"].search_count(domain), 1)

    def test_r20_an_article_that_cannot_be_read_does_not_stop_the_others(self):
        self.sandbox.fault("missing_fields", "/v5/products", method="GET", times=1, keys=["name"])
        self.read()
        self.sandbox.fault("missing_fields", "/v5/products?", method="GET", times=2, keys=["sku"])
        self.channel.action_read_all_articles()
        sync = self.run_flow("products")
        self.assertFalse(sync.last_error)

    def test_r6_what_otto_lists_no_more_is_noted(self):
        listings = self.read()
        sku = self.articles[9]["sku"]
        self.sandbox.change_article(sku, gone=True)
        self.channel.action_read_all_articles()
        self.env.cr.execute("UPDATE otto_listing SET seen_on = seen_on - interval '1 hour'")
        self.env.invalidate_all()
        self.read()
        self.assertEqual(listings[sku].status, "GONE")
        self.assertEqual(sum(row.status == "GONE" for row in listings.values()), 1)

    def test_r2_without_the_direction_nothing_is_read(self):
        self.assertFalse(self.read(sync_direction="out"))

    def test_r11_the_transport_time_is_the_shipping_profiles(self):
        listings = self.read()
        self.channel.transport_days = 5
        sku = self.articles[0]["sku"]
        order = self.import_orders(skus=[sku], pieces=1)
        expected = self.channel._hand_over_date(order.commitment_date, 2)
        self.assertEqual(order.picking_ids.scheduled_date, expected)
        listings[sku].shipping_profile_id = False
        other = self.import_orders(skus=[sku], pieces=1)
        self.assertEqual(other.picking_ids.scheduled_date, self.channel._hand_over_date(other.commitment_date, 5))

    def test_r6_processing_time_and_profile_are_sent(self):
        listings = self.read()
        sku = self.articles[0]["sku"]
        workshop = self.channel.shipping_profile_ids.filtered(lambda profile: profile.processing_time == 5)
        listings[sku].write({"processing_time": "9", "shipping_profile_id": workshop.id})
        self.assertTrue(listings[sku].delivery_to_send)
        self.run_flow("stock")
        held = self.sandbox.articles()[sku]
        self.assertEqual((held["processingTime"], held["shippingProfileId"]), ("9", workshop.profile_id))
        self.assertFalse(listings[sku].delivery_to_send)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            listings[sku].processing_time = "100"

    def test_r20_a_refused_processing_time_is_an_issue(self):
        listings = self.read()
        sku = self.articles[0]["sku"]
        self.sandbox.change_article(sku, gone=True)
        listings[sku].processing_time = "9"
        self.run_flow("stock")
        self.assertIn(sku, " ".join(self.open_issues("listing").mapped("name")))


class TestPrices(OttoCase):
    def setUp(self):
        super().setUp()
        self.run_flow("products")
        self.sku = self.articles[0]["sku"]
        self.listing = self.channel.listing_ids.filtered(lambda row: row.sku == self.sku)
        self.product = self.listing.product_id
        self.pricelist = self.env["product.pricelist"].create({"name": "OTTO"})
        self.tax = self.channel._tax_of_rate(19.0)
        for listing in self.channel.listing_ids:
            listing.product_id.write({"list_price": listing.price, "taxes_id": [(6, 0, self.tax.ids)]})
        self.sandbox.clear_requests()

    def send(self, **channel):
        self.channel.write({"send_prices": True, "pricelist_id": self.pricelist.id, **channel})
        sync = self.run_flow("prices")
        self.assertFalse(sync.last_error)
        self.sandbox.advance(5)
        self.run_flow("prices")

    def held(self, sku=None):
        return self.sandbox.articles()[sku or self.sku]

    def posted(self):
        return [
            row for row in self.sandbox.requests() if (row["method"], row["path"]) == ("POST", "/v5/products/prices")
        ]

    def test_off_by_default(self):
        self.product.list_price = 12.34
        self.run_flow("prices")
        self.assertFalse(self.posted())

    def test_only_what_differs_is_sent_and_noted_when_otto_is_done(self):
        for listing in self.channel.listing_ids.filtered("sale_price"):
            self.pricelist.item_ids = [
                (
                    0,
                    0,
                    {
                        "applied_on": "0_product_variant",
                        "product_id": listing.product_id.id,
                        "compute_price": "fixed",
                        "fixed_price": listing.sale_price,
                        "date_start": listing.sale_start,
                        "date_end": listing.sale_end,
                    },
                )
            ]
        self.product.list_price = 12.34
        self.send()
        self.assertEqual(self.held()["standardPrice"]["amount"], 12.34)
        self.assertEqual(self.listing.price, 12.34)
        [request] = self.posted()
        self.assertEqual([row["sku"] for row in request["body"]], [self.sku])
        self.send()
        self.assertEqual(len(self.posted()), 1)

    def test_net_prices_are_sent_gross(self):
        net = self.tax.copy({"name": "19 % net", "price_include_override": "tax_excluded"})
        self.product.write({"taxes_id": [(6, 0, net.ids)], "list_price": 100})
        self.send()
        self.assertEqual(self.held()["standardPrice"]["amount"], 119.0)

    def test_a_dated_rule_is_a_sale_price_with_its_period(self):
        self.product.list_price = 50
        self.pricelist.item_ids = [
            (
                0,
                0,
                {
                    "applied_on": "0_product_variant",
                    "product_id": self.product.id,
                    "compute_price": "fixed",
                    "fixed_price": 40,
                    "date_start": "2020-01-01 00:00:00",
                    "date_end": "2099-12-31 12:00:00",
                },
            )
        ]
        self.send()
        held = self.held()
        self.assertEqual((held["standardPrice"]["amount"], held["sale"]["salePrice"]["amount"]), (50, 40))
        self.assertTrue(held["sale"]["endDate"].startswith("2099-12-31T12:00"))
        self.assertEqual((self.listing.price, self.listing.sale_price), (50, 40))

    def test_r20_a_refused_price_is_an_issue_with_the_article(self):
        self.product.list_price = 12.34
        self.sandbox.change_article(self.sku, gone=True)
        self.send()
        issue = self.open_issues("price")
        self.assertIn(self.sku, issue.name)
        count = len(self.posted())
        self.send()
        self.assertEqual(len(self.posted()), count)

    def test_r2_without_the_direction_nothing_is_sent(self):
        self.product.list_price = 12.34
        self.send(sync_direction="in")
        self.assertFalse(self.posted())
