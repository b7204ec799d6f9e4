"""Processing time and shipping profile of articles: read, sent when a person changed them (facts/otto.md §7.4), R11."""

from dataclasses import replace
from unittest.mock import patch

from odoo.addons.otto_market_connector.models.orders.sale_order_line import hand_over_date
from odoo.addons.otto_market_connector.otto_api import DeliveryRefusal, DeliveryResult, OttoClient, OttoUnavailable
from odoo.exceptions import ValidationError

from tests.odoo.catalogue_case import ArticlesCase


class TestDeliveryInformation(ArticlesCase):
    def test_r6_processing_time_and_profile_are_sent(self):
        listings = self.read()
        sku = self.articles[0]["sku"]
        workshop = self.channel.shipping_profile_ids.filtered(lambda profile: profile.processing_time == 5)
        listings[sku].write({"processing_time": "9", "shipping_profile_id": workshop.id})
        self.assertTrue(listings[sku].delivery_to_send)
        self.run_flow("delivery")
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
        self.run_flow("delivery")
        self.assertIn(sku, " ".join(self.open_issues("delivery").mapped("name")))

    def test_r11_the_transport_time_is_the_shipping_profiles(self):
        listings = self.read()
        self.channel.transport_days = 5
        sku = self.articles[0]["sku"]
        order = self.import_orders(skus=[sku], pieces=1)
        expected = hand_over_date(order.commitment_date, 2)
        self.assertEqual(order.picking_ids.scheduled_date, expected)
        listings[sku].shipping_profile_id = False
        other = self.import_orders(skus=[sku], pieces=1)
        self.assertEqual(other.picking_ids.scheduled_date, hand_over_date(other.commitment_date, 5))

    def set_time(self, number=0, days="9"):
        """Let a person change the processing time of an article; return its listing."""
        listing = self.channel.listing_ids.filtered(lambda row: row.sku == self.articles[number]["sku"])
        listing.processing_time = days
        return listing

    def issue(self, listing):
        """Return the open issue about what was refused of an article."""
        return self.open_issues("delivery").filtered(lambda issue: issue.external_id == listing.sku)

    def test_d21_a_reading_does_not_overwrite_what_is_not_sent_yet(self):
        self.read()
        listing = self.set_time()
        self.channel.action_read_all_articles()
        self.read()
        self.assertEqual((listing.processing_time, listing.delivery_to_send), ("9", True))
        self.run_flow("delivery")
        self.assertEqual(self.sandbox.articles()[listing.sku]["processingTime"], "9")

    def test_d21_a_processing_time_needs_a_shipping_profile(self):
        self.read()
        listing = self.set_time(days="DEFAULT")
        listing.shipping_profile_id = False
        with self.assertRaisesRegex(ValidationError, "only together with a shipping profile"), self.cr.savepoint():
            listing.processing_time = "9"
        self.assertFalse(listing.delivery_to_send)

    def test_d21_a_refusal_that_names_nobody_is_halved_until_it_is_alone(self):
        self.read()
        bad, good = self.set_time(0), self.set_time(1)
        send = type(self.channel._otto_client()).set_delivery_information

        def forgetful(client, entries):
            result = send(client, entries)
            return replace(result, refused=tuple(replace(refusal, sku=None) for refusal in result.refused))

        self.sandbox.change_article(bad.sku, gone=True)
        with patch.object(OttoClient, "set_delivery_information", forgetful):
            self.run_flow("delivery")
        self.assertEqual(self.sandbox.articles()[good.sku]["processingTime"], "9")
        self.assertIn(bad.sku, self.issue(bad).name)
        self.assertFalse(self.issue(good))
        self.assertFalse((bad | good).filtered("delivery_to_send"))

    def test_d21_a_400_for_all_and_a_413_do_not_block_the_others(self):
        self.read()
        changed = self.set_time(0) | self.set_time(1) | self.set_time(2)
        path = "/v1/availability/product-delivery-information"
        for status in (400, 413):
            changed._otto_note(delivery_to_send=True)
            self.sandbox.fault("status", path, method="POST", status=status, times=1)
            self.assertFalse(self.run_flow("delivery").last_error)
            self.assertFalse(changed.filtered("delivery_to_send"))
            self.assertFalse(self.open_issues("delivery"))
        self.assertEqual({self.sandbox.articles()[row.sku]["processingTime"] for row in changed}, {"9"})

    def test_r20_an_article_on_which_otto_fails_holds_up_no_other(self):
        self.read()
        bad, good = self.set_time(0), self.set_time(1)
        send = OttoClient.set_delivery_information

        def failing(client, entries):
            if bad.sku in {entry.sku for entry in entries}:
                raise OttoUnavailable("odd", status=500)
            return send(client, entries)

        with patch.object(OttoClient, "set_delivery_information", failing):
            self.assertTrue(self.run_flow("delivery").last_error)
        self.assertEqual(self.sandbox.articles()[good.sku]["processingTime"], "9")
        self.assertEqual((bad.delivery_to_send, good.delivery_to_send), (True, False))

    def test_d25_a_reading_does_not_resolve_a_refusal_and_retry_sends_again(self):
        self.read()
        listing = self.set_time()
        refusal = DeliveryRefusal(listing.sku, "odd")
        with patch.object(
            OttoClient, "set_delivery_information", lambda _client, _entries: DeliveryResult((), (refusal,))
        ):
            self.run_flow("delivery")
        self.channel.action_read_all_articles()
        self.read()
        issue = self.issue(listing)
        self.assertEqual((issue.res_model, issue.res_id), ("otto.listing", listing.id))
        issue.action_retry()
        self.assertTrue(listing.delivery_to_send)
        self.run_flow("delivery")
        self.assertFalse(self.issue(listing))
