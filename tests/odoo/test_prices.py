"""Prices to OTTO: a switch that is off by default, from a pricelist, gross, followed until OTTO has worked them off."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.addons.otto_market_connector.models.prices import otto_flow_prices
from odoo.addons.otto_market_connector.otto_api import Notice, OttoInvalid, TaskFailure, UpdateTask
from odoo.exceptions import ValidationError

from tests.odoo.price_case import PriceCase


class TestPrices(PriceCase):
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

    def rule(self, price, **values):
        """Add a rule for the product to the pricelist."""
        values = {"applied_on": "0_product_variant", "product_id": self.product.id, "fixed_price": price, **values}
        self.pricelist.item_ids = [(0, 0, {"compute_price": "fixed", **values})]

    def test_d16_what_was_sent_is_noted_not_what_the_pricelist_says_meanwhile(self):
        self.under_way()
        self.product.list_price = 56.78
        self.sandbox.advance(5)
        self.run_flow("prices")
        self.assertEqual((self.listing.price, self.held()["standardPrice"]["amount"]), (12.34, 12.34))
        self.assertEqual(self.posted()[-1]["body"][0]["standardPrice"]["amount"], 56.78)
        self.sandbox.advance(5)
        self.run_flow("prices")
        self.assertEqual((self.listing.price, self.held()["standardPrice"]["amount"]), (56.78, 56.78))

    def test_d19_a_task_that_otto_does_not_know_is_sent_again_by_the_next_run(self):
        self.under_way()
        self.sandbox.fault("status", "/v5/products/update-tasks", status=404, times=None)
        count = len(self.posted())
        self.assertFalse(self.run_flow("prices").last_error)
        self.assertFalse(self.listing.price_task)
        self.assertEqual(len(self.posted()), count)
        self.sandbox.clear_faults()
        self.send()
        self.assertFalse(self.listing.price_task)
        self.assertEqual(self.listing.price, 12.34)

    def test_d19_a_task_that_is_never_done_is_given_up_after_a_day(self):
        self.under_way()
        self.channel.listing_ids.filtered("price_task")._otto_note(price_task_on="2020-01-01 00:00:00")
        with self.otto_says(update_task=lambda task_id: UpdateTask(task_id, "pending", 1, 0, 0, 0, 0, None, "")):
            self.run_flow("prices")
        self.assertIn("within a day", self.issue().name)
        self.assertEqual(len(self.posted()), 2)
        self.sandbox.advance(5)
        self.run_flow("prices")
        self.assertFalse(self.listing.price_task)
        self.assertFalse(self.issue())

    def test_d19_a_product_that_is_taken_away_stops_nothing(self):
        self.under_way()
        self.listing.product_id = False
        self.sandbox.advance(5)
        self.assertFalse(self.run_flow("prices").last_error)
        self.assertFalse(self.listing.price_task)
        self.assertEqual(self.listing.price, 12.34)

    def test_r20_a_batch_that_otto_refuses_as_a_whole_is_halved(self):
        listings = self.channel.listing_ids.filtered("product_id")
        for listing in listings:
            listing.product_id.list_price = 12.34
        send = self.channel._otto_client().set_prices

        def set_prices(prices):
            if self.sku in {price.sku for price in prices}:
                raise OttoInvalid("no JSON")
            return send(prices)

        with self.otto_says(set_prices=set_prices):
            self.send()
        self.assertIn("no JSON", self.issue().name)
        self.assertEqual(set((listings - self.listing).mapped("price")), {12.34})

    def test_d23_a_refused_price_is_sent_again_when_it_changes_or_by_retry(self):
        self.under_way()
        self.sandbox.advance(5)
        refusal = TaskFailure(self.sku, (Notice("1", "Too low"),))
        with self.otto_says(
            update_task=lambda task_id: UpdateTask(task_id, "done", 1, 1, 0, 1, 0, None, ""),
            task_failures=lambda _task_id: [refusal],
        ):
            self.run_flow("prices")
        self.assertIn("Too low", self.issue().name)
        count = len(self.posted())
        self.send()
        self.assertEqual(len(self.posted()), count)
        self.issue().action_retry()
        self.assertFalse(self.listing.price_refused)
        self.send()
        self.assertEqual(len(self.posted()), count + 1)
        self.listing._otto_note(price=1, price_refused=True)
        self.product.list_price = 23.45
        self.send()
        self.assertEqual((len(self.posted()), self.listing.price), (count + 2, 23.45))
        self.assertFalse(self.issue())

    def test_d23_a_price_of_nothing_is_not_sent(self):
        self.product.list_price = 0
        self.send()
        self.assertNotIn(self.sku, [entry["sku"] for row in self.posted() for entry in row["body"]])
        issue = self.open_issues("price")
        self.assertEqual((issue.external_id, issue.res_id, issue.count), (self.sku, self.listing.id, 1))
        self.send()
        self.assertEqual(issue.count, 1)
        self.product.list_price = self.listing.price
        self.send()
        self.assertFalse(self.open_issues("price"))

    def test_d23_the_regular_price_is_the_pricelists_without_dated_rules(self):
        self.product.list_price = 60
        self.rule(50, min_quantity=0)
        self.rule(40, date_start="2020-01-01 00:00:00", date_end="2099-12-31 12:00:00", min_quantity=1)
        self.send()
        self.assertEqual((self.listing.price, self.listing.sale_price), (50, 40))

    def test_d23_a_dated_price_above_the_regular_one_is_the_price(self):
        self.product.list_price = 30
        self.rule(40, date_start="2020-01-01 00:00:00", date_end="2099-12-31 12:00:00")
        self.send()
        self.assertEqual((self.listing.price, self.listing.sale_price), (40, 0))

    def test_d23_a_branch_has_its_parents_taxes(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        net = self.tax.copy({"name": "19 % net", "price_include_override": "tax_excluded"})
        self.product.taxes_id = net
        channel = self.channel.new({"company_id": branch.id, "pricelist_id": self.pricelist.id})
        self.assertEqual(channel._component("otto.price.rules")._gross(self.product, 100), 119.0)

    def test_d23_prices_go_out_although_articles_were_never_read(self):
        self.channel.listing_ids._otto_note(seen_on=False, price=0, sale_price=0, status=False)
        self.product.list_price = 12.34
        self.send(sync_direction="out")
        self.assertEqual(self.held()["standardPrice"]["amount"], 12.34)

    def test_d20_otto_takes_euros_only(self):
        dollar = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "USD")])
        dollar.active = True
        other = self.env["product.pricelist"].create({"name": "Dollars", "currency_id": dollar.id})
        with self.assertRaisesRegex(ValidationError, "OTTO takes prices in euros only"), self.cr.savepoint():
            self.channel.write({"send_prices": True, "pricelist_id": other.id})
        self.channel.write({"send_prices": True, "pricelist_id": self.pricelist.id})
        self.pricelist.currency_id = dollar
        self.product.list_price = 12.34
        self.assertIn("euros only", self.run_flow("prices").last_error)
        self.assertFalse(self.posted())

    def test_all_articles_are_compared_although_the_time_is_up_after_each_step(self):
        self.patch(otto_flow_prices, "COMPARED", 3)
        last = self.channel.listing_ids.sorted("id")[-1]
        last.product_id.list_price = 12.34
        self.channel.write({"send_prices": True, "pricelist_id": self.pricelist.id})
        for _run in range(8):
            self.run_short("prices")
        sent = [entry["sku"] for row in self.posted() for entry in row["body"]]
        self.assertIn(last.sku, sent)
        self.assertEqual(len(sent), len(set(sent)))

    def test_r2_without_the_direction_nothing_is_sent(self):
        self.product.list_price = 12.34
        self.send(sync_direction="in")
        self.assertFalse(self.posted())

    # When a sale begins: OTTO refuses one that begins in the past (400007)

    def sale_posted(self):
        [row] = [row for row in self.posted()[-1]["body"] if row["sku"] == self.sku]
        return row.get("sale")

    def assert_begins_soon(self, sale):
        begins = datetime.fromisoformat(sale["startDate"]).replace(tzinfo=None) - fields.Datetime.now()
        self.assertTrue(timedelta(minutes=10) < begins <= timedelta(minutes=16), begins)

    def test_a_sale_that_has_begun_begins_a_little_ahead(self):
        self.product.list_price = 50
        for start in ("2020-01-01 00:00:00", False, fields.Datetime.now() + timedelta(minutes=2)):
            with self.subTest(start=start), self.cr.savepoint() as savepoint:
                self.rule(40, date_start=start, date_end="2099-12-31 12:00:00")
                self.send()
                self.assert_begins_soon(self.sale_posted())
                count = len(self.posted())
                self.send()
                self.assertEqual(len(self.posted()), count, "what OTTO has is not sent again")
                self.product.list_price = 55
                self.send()
                self.assert_begins_soon(self.sale_posted())
                savepoint.rollback()
            self.env.invalidate_all()
            self.sandbox.clear_requests()
            self.sandbox.reset(seed=7, orders=0, articles=20)

    def test_a_sale_that_otto_has_already_is_not_sent_again_when_it_has_begun(self):
        self.product.list_price = 50
        start, end = fields.Datetime.now() + timedelta(days=2), fields.Datetime.to_datetime("2099-12-31 12:00:00")
        self.rule(40, date_start=start, date_end=end)
        self.send()
        sale = self.sale_posted()
        self.assertEqual(sale["salePrice"]["amount"], 40)
        self.assertEqual(datetime.fromisoformat(sale["startDate"]).replace(tzinfo=None), start, "told ahead")
        self.assertEqual(self.listing.price, 50)
        count = len(self.posted())
        for item in self.pricelist.item_ids:
            item.date_start = start - timedelta(days=3)
        self.listing._otto_note(sale_start=start - timedelta(days=3))
        self.send()
        self.assertEqual(len(self.posted()), count)

    def test_the_present_sale_goes_before_the_next_and_the_nearest_before_a_later_one(self):
        self.product.list_price = 50
        now = fields.Datetime.now()
        self.rule(30, date_start=now + timedelta(days=5), date_end=now + timedelta(days=6))
        self.rule(35, date_start=now + timedelta(days=2), date_end=now + timedelta(days=3))
        self.send()
        self.assertEqual(self.sale_posted()["salePrice"]["amount"], 35)
        self.rule(40, date_start=now - timedelta(days=1), date_end=now + timedelta(days=1))
        self.send()
        self.assertEqual(self.sale_posted()["salePrice"]["amount"], 40)

    def test_a_sale_far_ahead_or_nearly_over_is_not_sent(self):
        self.product.list_price = 50
        now = fields.Datetime.now()
        self.rule(30, date_start=now + timedelta(days=300), date_end=now + timedelta(days=301))
        self.rule(40, date_start=now - timedelta(days=1), date_end=now + timedelta(minutes=5))
        self.send()
        self.assertIsNone(self.sale_posted())
        count = len(self.posted())
        self.send()
        self.assertEqual(len(self.posted()), count)
