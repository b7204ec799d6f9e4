"""R6: articles come in over all pages, are matched, and followed when OTTO changes them."""

from unittest.mock import patch

import psycopg2.errors

from odoo.addons.otto_market_connector.otto_api import MarketplaceStatus, OttoClient, OttoInvalid
from odoo.exceptions import UserError

from tests.odoo.catalogue_case import ArticlesCase


class TestCatalogue(ArticlesCase):
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
        sync = self.run_flow("catalogue")
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
        def collide(_flow):
            raise psycopg2.errors.SerializationFailure

        sync = self.channel._sync("catalogue")
        domain = [("cron_id", "=", sync.cron_id.id)]
        self.env["ir.cron.trigger"].search(domain).unlink()
        self.patch(type(self.env["otto.flow.catalogue"]), "_work_off", collide)
        self.run_flow("catalogue")
        self.assertFalse(sync.last_error)
        self.assertEqual(self.env["ir.cron.trigger"].search_count(domain), 1)

    def test_r19_an_article_that_an_order_lists_meanwhile_is_no_failure(self):
        original = type(self.env["otto.catalogue.mapper"])._take_records
        calls = []

        def colliding(mapper, stage, records):
            calls.append(stage)
            if len(calls) == 1:
                raise psycopg2.errors.UniqueViolation
            original(mapper, stage, records)

        self.patch(type(self.env["otto.catalogue.mapper"]), "_take_records", colliding)
        listings = self.read()
        self.assertEqual(len(listings), 60)
        self.assertEqual(calls[:3], ["articles", "articles", "statuses"])
        self.assertFalse(self.open_issues("listing"))

    def test_r20_an_article_that_cannot_be_read_does_not_stop_the_others(self):
        self.sandbox.fault("missing_fields", "/v5/products", method="GET", times=1, keys=["name"])
        self.read()
        self.sandbox.fault("missing_fields", "/v5/products", method="GET", times=2, keys=["sku"])
        self.channel.action_read_all_articles()
        sync = self.run_flow("catalogue")
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

    def test_d7_a_reading_whose_time_is_up_after_each_step_ends(self):
        self.sandbox.reset(seed=7, orders=0, articles=450)
        self.sandbox.clear_requests()
        self.run_to_the_end(40)
        listings = self.channel.listing_ids
        self.assertEqual(len(listings), 450)
        self.assertEqual(set(listings.mapped("processing_time")), {"DEFAULT"})
        self.assertTrue(all(listings.mapped("brand")) and all(listings.mapped("status")))
        # Each page was asked for once: 450 articles are 5 pages of 100, and 3 of 200.
        for path in ("", "/marketplace-status", "/active-status", "/prices"):
            self.assertEqual(len(self.asked(f"/v5/products{path}")), 5, path)
        self.assertEqual(len(self.asked("/v5/products/brands")), 2)
        self.assertEqual(len(self.asked("/v1/availability/product-delivery-information")), 3)
        self.assertEqual(len(self.asked("/v1/shipping-profiles")), 1)
        self.assertEqual(self.channel._sync("catalogue").last_count, 450)

    def test_d7_a_mark_that_otto_has_forgotten_begins_the_list_again(self):
        self.sandbox.reset(seed=7, orders=0, articles=450)
        while (sync := self.run_short()).stage_cursor is False:
            pass
        sync.stage_cursor = "no!"
        self.run_to_the_end(20)
        self.assertEqual(set(self.channel.listing_ids.mapped("processing_time")), {"DEFAULT"})

    def test_d8_what_changed_is_read_with_checkpoints_too(self):
        self.sandbox.reset(seed=7, orders=0, articles=450)
        self.read()
        self.sandbox.advance(3600)
        for article in self.articles[:3]:
            self.sandbox.change_article(article["sku"], category="Sonstiges")
        self.sandbox.clear_requests()
        sync = self.run_short()
        self.assertEqual(sync.stage, "reread")
        before = sync.cursor
        self.run_to_the_end(40)
        self.assertGreaterEqual(sync.cursor, before)
        changed = self.channel.listing_ids.filtered(lambda row: row.category == "Sonstiges")
        self.assertLessEqual({article["sku"] for article in self.articles[:3]}, set(changed.mapped("sku")))
        self.assertEqual(len(self.asked("/v5/products")), 3)
        self.assertEqual(len(self.asked("/v5/products/brands")), 0)
        self.assertFalse(any(self.channel.listing_ids.mapped("to_read")))

    def test_d8_many_changes_are_read_page_by_page(self):
        self.sandbox.reset(seed=7, orders=0, articles=450)
        self.read()
        self.channel.listing_ids._otto_note(to_read=True, category="Old")
        self.sandbox.clear_requests()
        self.run_to_the_end(40)
        self.assertEqual(len(self.asked("/v5/products")), 5)
        self.assertNotIn("Old", set(self.channel.listing_ids.mapped("category")))
        self.assertFalse(self.open_issues("listing"))
        self.assertFalse(any(self.channel.listing_ids.mapped("to_read")))

    def test_reading_all_may_be_asked_for_while_a_reading_is_under_way(self):
        self.sandbox.reset(seed=7, orders=0, articles=230)
        self.run_short()
        self.channel.action_read_all_articles()
        self.assertFalse(self.channel._sync("catalogue").stage)
        self.run_to_the_end(40)
        self.assertEqual(len(self.channel.listing_ids), 230)

    def test_d30_what_cannot_be_read_is_an_issue_and_not_gone(self):
        listings = self.read()
        self.sandbox.fault("missing_fields", "/v5/products", method="GET", times=1, keys=["name"])
        self.env.cr.execute("UPDATE otto_listing SET seen_on = seen_on - interval '1 hour'")
        self.env.invalidate_all()
        self.channel.action_read_all_articles()
        self.read()
        self.assertNotIn("GONE", [listing.status for listing in listings.values()])
        issues = self.open_issues("listing")
        self.assertEqual(len(issues), 60)
        self.assertEqual({issue.res_model for issue in issues}, {"otto.listing"})
        self.channel.action_read_all_articles()
        self.read()
        self.assertFalse(self.open_issues("listing"))

    def test_d30_what_was_never_read_is_not_gone_either(self):
        self.sandbox.fault(
            "missing_fields", "/v5/products", method="GET", times=2, keys=["name"]
        )  # one for a lost token
        listings = self.read()
        self.assertEqual(len(self.open_issues("listing")), 60)
        self.assertNotIn("GONE", [listing.status for listing in listings.values()])

    def test_d30_records_without_a_sku_let_no_article_be_gone(self):
        listings = self.read()
        self.env.cr.execute("UPDATE otto_listing SET seen_on = seen_on - interval '1 hour'")
        self.env.invalidate_all()
        self.sandbox.fault("missing_fields", "/v5/products", method="GET", times=1, keys=["sku"])
        self.channel.action_read_all_articles()
        self.read()
        self.assertNotIn("GONE", [listing.status for listing in listings.values()])
        self.assertEqual(self.open_issues("listing").mapped("external_id"), ["articles/0"])

    def test_d30_prices_and_statuses_that_cannot_be_read_are_issues_of_their_own(self):
        self.read()
        self.sandbox.fault("missing_fields", "/v5/products/prices", times=1, keys=["amount"])
        self.sandbox.fault("missing_fields", "/v5/products/marketplace-status", times=1, keys=["status"])
        self.channel.action_read_all_articles()
        self.read()
        sku = self.articles[0]["sku"]
        names = self.open_issues("listing").mapped("external_id")
        self.assertLessEqual({f"{sku} (prices)", f"{sku} (statuses)"}, set(names))
        self.assertEqual(len(names), 120)
        self.channel.action_read_all_articles()
        self.read()
        self.assertFalse(self.open_issues("listing"))

    def test_r20_an_article_that_cannot_be_written_does_not_stop_its_page(self):
        bad = self.articles[3]["sku"]
        original = type(self.env["otto.catalogue.mapper"])._prices_values

        def failing(mapper, record):
            if record.sku == bad:
                raise ZeroDivisionError("odd")
            return original(mapper, record)

        self.sandbox.change_article(self.articles[5]["sku"], price="7.77")
        self.patch(type(self.env["otto.catalogue.mapper"]), "_prices_values", failing)
        listings = self.read()
        self.assertEqual(listings[self.articles[5]["sku"]].price, 7.77)
        self.assertEqual(self.open_issues("listing").external_id, f"{bad} (prices)")

    def test_d26_what_the_connector_notes_is_written_by_it_alone(self):
        listing = self.read()[self.articles[0]["sku"]]
        for name, value in (("match", "manual"), ("status", "ONLINE"), ("price", 1), ("seen_on", False)):
            with self.assertRaisesRegex(UserError, "kept by the OTTO connector"), self.cr.savepoint():
                listing.write({name: value})
            with self.assertRaisesRegex(UserError, "kept by the OTTO connector"), self.cr.savepoint():
                listing.with_context(otto_connector=True).sudo().write({name: value})
        with self.assertRaisesRegex(UserError, "kept by the OTTO connector"), self.cr.savepoint():
            listing.create({"channel_id": self.channel.id, "sku": "new", "status": "ONLINE"})
        listing.write({"product_id": self.products[3].id, "send_stock": False, "safety_stock": 3, "max_quantity": 9})
        self.assertEqual(listing.match, "manual")

    def test_the_article_number_is_found_in_addresses_of_any_form(self):
        number, mapper = "S0A1B2C3D4", self.channel._component("otto.catalogue.mapper")
        for url in ("/p/lampe-{}", "/p/{}/", "/p/lampe-{}/?variationId=7", "/p/lampe-{}#reviews", "/p/{}?a=b/CDEFGHIJ"):
            record = MarketplaceStatus("x", "ONLINE", None, (), (), f"https://www.otto.de{url.format(number)}", None)
            self.assertEqual(mapper._statuses_values(record).get("article_number"), number, url)


class TestGone(ArticlesCase):
    """R6: an article is gone only when OTTO does not know it by its SKU either."""

    @classmethod
    def reset_sandbox(cls):
        cls.sandbox.clear_faults()
        cls.sandbox.reset(seed=7, orders=0, articles=120)

    def read_while(self, happens, after):
        """Read everything; something happens at OTTO after so many pages."""
        flow = type(self.env["otto.flow.catalogue"])
        original, pages = flow._take_page_twice, []

        def take(taken, kind, page):
            original(taken, kind, page)
            pages.append(kind)
            if len(pages) == after:
                happens()

        self.read_again()
        with patch.object(flow, "_take_page_twice", take):
            return self.read()

    def read_again(self):
        """Have everything read again, a while after the last reading."""
        self.env.flush_all()
        self.cr.execute("UPDATE otto_listing SET seen_on = seen_on - interval '1 hour'")
        self.env.invalidate_all()
        self.channel.action_read_all_articles()

    def gone(self):
        return sorted(self.channel.listing_ids.filtered(lambda row: row.status == "GONE").mapped("sku"))

    def test_what_moves_up_a_page_while_the_list_is_read_is_not_gone(self):
        skus = [article["sku"] for article in self.articles]
        self.read()
        # The list is sorted by what it was before: whichever is deleted, one of the second page moves up.
        self.read_while(lambda: self.sandbox.change_article(skus[3], gone=True), after=1)
        self.assertLessEqual(set(self.gone()), {skus[3]})
        self.read_again()
        self.read()
        self.assertEqual(self.gone(), [skus[3]])

    def test_what_is_deleted_is_gone_also_when_it_is_much(self):
        skus = sorted(self.read())
        for sku in skus[10:90]:
            self.sandbox.change_article(sku, gone=True)
        self.read_again()
        self.read()
        self.assertEqual(self.gone(), skus[10:90])

    def test_an_interrupted_question_goes_on(self):
        skus = sorted(self.read())
        for sku in skus[10:90]:
            self.sandbox.change_article(sku, gone=True)
        self.read_again()
        self.run_to_the_end(60)
        self.assertEqual(self.gone(), skus[10:90])

    def test_a_sku_that_cannot_be_asked_for_is_not_gone_and_stops_nothing(self):
        skus = sorted(self.read())
        for sku in skus[10:13]:
            self.sandbox.change_article(sku, gone=True)
        original = OttoClient.article_pages

        def refuse(client, asked=(), page=0):
            if skus[11] in asked:
                raise OttoInvalid("sku", status=400)
            return original(client, asked, page)

        self.read_again()
        with patch.object(OttoClient, "article_pages", refuse):
            self.read()
        self.assertEqual(self.gone(), [skus[10], skus[12]])
