"""R20: what OTTO says of one price, or cannot say, stops none of the others."""

import copy
from datetime import timedelta

from odoo import fields
from odoo.addons.otto_market_connector.otto_api import OttoUnavailable
from odoo.addons.otto_market_connector.otto_api.transport import Transport

from tests.odoo.price_case import PriceCase

TASKS = "/v5/products/update-tasks/"


class TestOddPrices(PriceCase):
    def setUp(self):
        super().setUp()
        self.other = self.channel.listing_ids.filtered(lambda row: row.sku == self.articles[3]["sku"])

    def answers(self, change):
        """Change OTTO's answers from now on.

        :param change: function of method, path and the JSON that changes it in place, or raises
        """
        call = Transport.call

        def changed(transport, method, path, **options):
            status, body = call(transport, method, path, **options)
            body = copy.deepcopy(body)
            change(method, path, body)
            return status, body

        self.patch(Transport, "call", changed)

    def other_goes_out(self, price=23.45):
        """Tell whether a new price of another article reaches OTTO."""
        self.other.product_id.list_price = price
        self.run_flow("prices")
        self.sandbox.advance(5)
        self.run_flow("prices")
        return self.held(self.other.sku)["standardPrice"]["amount"] == price

    def test_r20_a_task_of_odd_numbers_and_without_its_link_is_followed(self):
        self.under_way()

        def change(method, path, body):
            if method == "GET" and path.startswith(TASKS) and "state" in body:
                body.pop("links", None)
                body.update(pingAfter="soon", progress=0.5, message={"odd": 1}, total="many")

        self.answers(change)
        self.sandbox.advance(5)
        self.assertFalse(self.run_flow("prices").last_error)
        self.assertEqual(self.listing.price, 12.34)
        self.assertFalse(self.listing.price_task)

    def test_r20_a_refusal_that_cannot_be_read_stops_nothing_and_is_no_acceptance(self):
        for variation in (None, {"sku": 1}, "", "missing"):
            with self.subTest(variation), self.cr.savepoint() as savepoint:
                self.sandbox.change_article(self.sku, gone=True)
                self.other.product_id.list_price = 34.56
                self.under_way()
                before = self.listing.price

                def change(_method, path, body, variation=variation):
                    if path.endswith("/failed"):
                        for entry in body["results"]:
                            entry.pop("variation") if variation == "missing" else entry.update(variation=variation)

                self.answers(change)
                self.sandbox.advance(5)
                self.assertFalse(self.run_flow("prices").last_error)
                self.assertEqual(self.listing.price, before)
                # OTTO's prices, which are read every day, say what it took.
                self.run_flow("catalogue")
                self.assertEqual(self.other.price, 34.56)
                self.sandbox.advance(5)
                self.assertFalse(self.run_flow("prices").last_error)
                self.sandbox.advance(5)
                self.assertFalse(self.run_flow("prices").last_error)
                self.assertTrue(self.listing.price_refused, "the only one that is left is the one that was refused")
                self.assertTrue(self.issue())
                savepoint.rollback()
            self.env.invalidate_all()
            self.reset_sandbox()

    def test_r20_a_task_that_otto_cannot_show_ends_after_a_day_and_holds_up_no_other(self):
        for kind, options in (("status", {"status": 500}), ("html_ok", {}), ("list_answer", {})):
            with self.subTest(kind), self.cr.savepoint() as savepoint:
                self.under_way()
                task = self.listing.price_task
                self.sandbox.fault(kind, TASKS + task, times=None, **options)
                self.assertTrue(self.other_goes_out())
                self.assertEqual(self.listing.price_task, task)
                self.assertFalse(self.channel._sync("prices").last_error, "another task can be read")
                self.listing._otto_note(price_task_on=fields.Datetime.now() - timedelta(days=2))
                self.run_flow("prices")
                self.assertNotEqual(self.listing.price_task, task)
                self.assertIn("within a day", self.issue().name)
                self.sandbox.clear_faults()
                self.sandbox.advance(5)
                self.run_flow("prices")
                self.assertEqual(self.listing.price, 12.34)
                savepoint.rollback()
            self.env.invalidate_all()
            self.reset_sandbox()

    def test_r20_that_no_task_can_be_shown_is_told(self):
        self.under_way()
        self.sandbox.fault("status", TASKS, status=500, times=None)
        self.assertTrue(self.other_goes_out())
        self.assertTrue(self.channel._sync("prices").last_error)

    def test_r20_a_price_on_which_otto_fails_holds_up_no_other(self):
        listings = self.channel.listing_ids.filtered("product_id")
        for listing in listings:
            listing.product_id.list_price = 12.34
        self.channel.write({"send_prices": True, "pricelist_id": self.pricelist.id})
        answer = Transport.call

        def call(transport, method, path, **options):
            if method == "POST" and self.sku in str(options.get("body")):
                raise OttoUnavailable("odd", status=500)
            return answer(transport, method, path, **options)

        self.patch(Transport, "call", call)
        self.assertTrue(self.run_flow("prices").last_error)
        self.sandbox.advance(5)
        self.run_flow("prices")
        self.assertEqual(set((listings - self.listing).mapped("price")), {12.34})
        self.assertFalse(self.listing.price_refused)
