"""R20: one odd record, or a list that OTTO cannot show, stops nothing that comes after it."""

from datetime import timedelta

from odoo import fields
from odoo.addons.otto_market_connector.otto_api import OttoClient, OttoUnavailable
from odoo.addons.otto_market_connector.otto_api.transport import Transport

from tests.odoo.catalogue_case import ArticlesCase

PROFILES = "/v1/shipping-profiles"
CHANGES = "/v5/products/content-changes"


class TestOddCatalogue(ArticlesCase):
    def setUp(self):
        super().setUp()
        self.changes = {}
        pages = OttoClient._pages

        def changed(client, path, params):
            """Change the first of OTTO's shipping profiles."""
            for body in pages(client, path, params):
                if path == PROFILES:
                    body["results"][0].update(self.changes)
                yield body

        self.patch(OttoClient, "_pages", changed)

    def read_again(self):
        self.channel.action_read_all_articles()
        return self.read()

    def stages_end(self):
        """Read everything; tell that it came to its end and articles got their products."""
        self.channel.listing_ids._otto_note(match="none", product_id=False)
        self.read_again()
        self.assertFalse(self.channel._sync("catalogue").stage)
        self.assertTrue(all(row.product_id for row in self.channel.listing_ids if row.sku == self.articles[0]["sku"]))

    def test_r20_an_odd_shipping_profile_alone_is_left_out_and_reported(self):
        for changes in (
            {"workingDays": "MONDAY"},
            {"transportTime": "1-2"},
            {"transportTime": 1.5},
            {"shippingProfileName": None},
            {"shippingProfileId": {"id": 1}},
        ):
            with self.subTest(changes):
                self.channel.shipping_profile_ids.unlink()
                self.changes = changes
                self.read_again()
                self.assertFalse(self.channel._sync("catalogue").stage)
                self.assertEqual(len(self.channel.shipping_profile_ids), 1)
                self.assertIn("shipping profile", self.open_issues("listing").name)
                self.changes = {}
                self.read_again()
                self.assertEqual(len(self.channel.shipping_profile_ids), 2)
                self.assertFalse(self.open_issues("listing"))

    def test_r20_a_shipping_profile_that_comes_twice_is_one(self):
        self.read()
        twice = self.channel.shipping_profile_ids.sorted("id")[-1].profile_id
        self.channel.shipping_profile_ids.unlink()
        self.changes = {"shippingProfileId": twice}
        self.read_again()
        self.assertFalse(self.channel._sync("catalogue").stage)
        self.assertEqual(self.channel.shipping_profile_ids.mapped("profile_id"), [twice])

    def test_r20_a_list_that_otto_cannot_show_ends_its_own_stage_alone(self):
        self.read()
        for path, status in (
            (PROFILES, 404),
            (PROFILES, 500),
            ("/v1/availability/product-delivery-information", 500),
            ("/v5/products/brands", 404),
            ("/v5/products/active-status", 500),
            ("/v5/products/prices", 500),
        ):
            with self.subTest(path, status=status):
                self.channel.listing_ids._otto_note(brand=False)
                self.sandbox.fault("status", path, method="GET", status=status, times=None)
                self.stages_end()
                [issue] = self.open_issues("listing")
                self.assertIn("cannot be read from OTTO", issue.name)
                self.sandbox.clear_faults()
                self.read_again()
                self.assertFalse(self.open_issues("listing"))

    def test_r20_a_silent_otto_ends_the_run_as_before(self):
        self.read()
        self.channel.action_read_all_articles()
        self.sandbox.fault("lost", PROFILES, times=None)
        sync = self.run_flow("catalogue")
        self.assertEqual(sync.stage, "delivery")
        self.assertTrue(sync.last_error)

    def test_r20_what_otto_calls_changed_and_cannot_show_ends_its_own_stage_alone(self):
        self.read()
        self.sandbox.fault("status", CHANGES, status=500, times=None)
        self.read()
        self.assertFalse(self.channel._sync("catalogue").stage)
        self.assertTrue(self.open_issues("listing"))

    def test_r20_a_reading_that_began_too_long_ago_for_otto_begins_with_everything(self):
        self.read()
        sync = self.channel._sync("catalogue")
        long_ago = fields.Datetime.now() - timedelta(days=29)
        for stage, began in (("changes", long_ago), ("changed", long_ago), ("changes", fields.Datetime.now())):
            with self.subTest(stage, began=began):
                sync.write({"stage": stage, "began": began, "cursor": long_ago, "stage_page": 0})
                self.sandbox.clear_requests()
                self.read()
                self.assertFalse(self.asked(CHANGES))
                self.assertTrue(self.asked("/v5/products"))
                self.assertFalse(sync.stage)

    def test_r20_one_changed_article_that_otto_cannot_show_does_not_stop_the_others(self):
        listings = self.read()
        bad, good = listings[self.articles[0]["sku"]], listings[self.articles[1]["sku"]]
        call = Transport.call

        def failing(transport, method, path, **options):
            if ("sku", bad.sku) in (options.get("params") or []):
                raise OttoUnavailable("odd", status=500, request=f"{method} {path}")
            return call(transport, method, path, **options)

        self.patch(Transport, "call", failing)
        (bad | good)._otto_note(to_read=True, category="Old")
        self.read()
        self.assertFalse(self.channel._sync("catalogue").stage)
        self.assertEqual(bad.category, "Old")
        self.assertNotEqual(good.category, "Old")
        self.assertIn(bad.sku, self.open_issues("listing").mapped("external_id"))
