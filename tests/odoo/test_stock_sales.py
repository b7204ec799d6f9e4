"""R6, R19: what was sold is not offered again, as far as that can be known; the tests let no time pass in between."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.addons.otto_market_connector.otto_api import OttoClient

from tests.odoo.stock_case import PATH, StockCase

ORDERS = "/v4/orders"


class TestStockSales(StockCase):
    def sold(self, pieces=1, sku=None, **options):
        return self.sandbox.make_orders(count=1, skus=[sku or self.sku], pieces=pieces, **options)

    def in_both_modes(self, happens):
        """Run a story whether OTTO lowers its number itself when it sells, or not."""
        for lowers in (False, True):
            with self.subTest(lowers=lowers), self.cr.savepoint() as savepoint:
                self.reset_sandbox()
                self.sandbox.lower_on_sale(lowers)
                happens()
                savepoint.rollback()
            self.env.invalidate_all()

    # Unread sales

    def test_r19_a_raise_right_after_a_reading_does_not_offer_what_was_sold_since(self):
        """3 are there, 1 was sold seconds after the orders were read."""

        def happens():
            self.channel.max_quantity = 2
            self.set_stock(self.product, 3)
            self.run_flow("orders")
            self.assertEqual(self.offered(), 2)
            self.sold()
            self.channel.max_quantity = 0
            self.assertEqual(self.offered(), 2)

        self.in_both_modes(happens)

    def test_r19_a_number_below_the_accepted_one_may_be_above_what_otto_holds(self):
        """2 are there and sold, OTTO holds 0; one is lost, so Odoo, which has not read the sales, counts 1."""

        def happens():
            self.set_stock(self.product, 2)
            self.assertEqual(self.offered(), 2)
            self.sold(2)
            self.set_stock(self.product, 1)
            self.assertEqual(self.offered(), 0)

        self.in_both_modes(happens)

    def test_r19_the_same_while_orders_cannot_be_read(self):
        self.sandbox.lower_on_sale(True)
        self.set_stock(self.product, 2)
        self.assertEqual(self.offered(), 2)
        self.sold(2)
        self.sandbox.fault("status", ORDERS, times=None, status=500)
        self.set_stock(self.product, 1)
        self.assertEqual(self.offered(), 0)

    def test_r19_many_articles_while_orders_cannot_be_read_are_asked_page_by_page(self):
        self.sandbox.lower_on_sale(True)
        others = [self.list_article(number) for number in range(1, 20)]
        for product in self.products:
            self.set_stock(product, 9)
        self.offered()
        for sku in [self.sku, *(row.sku for row in others)]:
            self.sold(2, sku)
        self.sandbox.fault("status", ORDERS, times=None, status=500)
        for product in self.products:
            self.set_stock(product, 8)
        self.sandbox.clear_requests()
        with patch("odoo.addons.otto_market_connector.models.stock.otto_flow_stock_orders.MOST_ASKED", 5):
            self.offered()
        self.assertEqual({self.held(row.sku) for row in others}, {6})
        asked = [row for row in self.sandbox.requests() if row["method"] == "GET" and row["path"].startswith(PATH)]
        self.assertEqual(len(asked), 1)

    def comes_back_after(self, least, most):
        """Run the stock; tell that another run is planned within these minutes, one only."""
        self.triggers().unlink()
        begin = fields.Datetime.now()
        self.run_flow("stock")
        self.run_flow("stock")
        [planned] = self.triggers().mapped("call_at")
        self.assertGreaterEqual(planned, begin + timedelta(minutes=least))
        self.assertLessEqual(planned, fields.Datetime.now() + timedelta(minutes=most))

    def test_r19_what_could_not_go_up_comes_back_when_orders_may_be_read_again(self):
        self.offered()
        self.sandbox.fault("status", ORDERS, times=None, status=500)
        self.comes_back_after(4, 5)

    def test_r19_what_could_not_go_up_comes_back_when_otto_has_asked_to_wait(self):
        self.offered()
        self.sandbox.fault("rate_limit", ORDERS, times=None, seconds=1500)
        self.comes_back_after(24, 26)

    def test_r19_what_could_not_go_up_comes_back_soon_after_another_transaction_was_in_the_way(self):
        """The first reading met another transaction: nothing failed, and nothing was read."""
        self.offered()
        flow = type(self.env["otto.flow.orders"])
        with patch.object(flow, "_run_once", side_effect=psycopg2.errors.SerializationFailure):
            self.comes_back_after(0, 1)

    def test_r19_what_fails_after_a_failed_reading_does_not_take_the_next_run_back(self):
        self.offered()
        self.set_stock(self.product, 90)
        self.sandbox.fault("status", times=None, status=500)
        self.comes_back_after(4, 5)

    def test_r19_orders_are_read_right_before_each_batch_that_may_raise(self):
        for number in range(1, 6):
            self.list_article(number)
        self.run_flow("orders")
        self.sandbox.clear_requests()
        with patch("odoo.addons.otto_market_connector.models.stock.otto_flow_stock.BATCH", 2):
            self.offered()
        calls = [(row["method"], row["path"]) for row in self.sandbox.requests() if row["path"] in (ORDERS, PATH)]
        self.assertEqual(calls, [("GET", ORDERS), ("POST", PATH)] * 3 + [("GET", ORDERS), ("GET", PATH)])

    def test_r6_scarce_articles_are_raised_last_in_batches_of_their_own(self):
        scarce, plenty = self.list_article(1), self.list_article(2)
        self.set_stock(self.own_product(1), 3)
        self.set_stock(self.product, 2)
        self.offered()
        self.assertEqual(
            self.posted(),
            [
                [{"sku": plenty.sku, "quantity": 100}],
                [{"sku": self.sku, "quantity": 2}, {"sku": scarce.sku, "quantity": 3}],
            ],
        )

    # What no reading prevents

    def test_r19_what_is_sold_during_the_request_is_lowered_by_the_next_one(self):
        """The window: from OTTO's list of orders until it has worked the quantity off, one request's time."""
        original = OttoClient.set_quantities
        sales = [2]

        def meanwhile(client, quantities):
            if sales:
                self.sold(sales.pop())
            return original(client, quantities)

        def happens():
            sales[:] = [2]
            self.set_stock(self.product, 2)
            self.sandbox.clear_requests()
            with patch.object(OttoClient, "set_quantities", meanwhile):
                self.assertEqual(self.offered(), 0)
            self.assertEqual([[entry["quantity"] for entry in body] for body in self.posted()], [[2], [0]])
            calls = [row["method"] + " " + row["path"].removesuffix(self.sku) for row in self.sandbox.requests()]
            first, last = (place for place, call in enumerate(calls) if call == f"POST {PATH}")
            between = calls[first + 1 : last]
            # OTTO is asked for its orders and for the article, nothing else.
            self.assertEqual(between, [f"GET {ORDERS}", f"GET {PATH}/", f"GET {ORDERS}"])

        self.in_both_modes(happens)

    # OTTO's own number

    def test_r6_a_sale_that_a_receipt_makes_up_for_is_noticed(self):
        """10 accepted, 1 sold: OTTO holds 9; 1 came in: Odoo offers 10, as it believes that OTTO does."""
        self.sandbox.lower_on_sale(True)
        self.set_stock(self.product, 10)
        self.assertEqual(self.offered(), 10)
        self.sold()
        self.set_stock(self.product, 11)
        self.assertEqual(self.offered(), 10)

    def test_r6_an_order_cancelled_before_odoo_saw_it_is_noticed(self):
        self.sandbox.lower_on_sale(True)
        self.run_flow("orders")
        self.import_orders(skus=[self.articles[3]["sku"]])
        self.set_stock(self.product, 2)
        self.assertEqual(self.offered(), 2)
        self.sandbox.advance(2)
        [otto_id] = self.sold(2)
        self.sandbox.act(otto_id, "cancel")
        self.assertEqual(self.held(), 0)
        self.run_flow("orders")
        self.assertTrue(self.triggers())
        self.assertEqual(self.offered(), 2)

    def test_r6_the_same_before_the_first_reading_that_brings_an_order(self):
        """A new shop: there is no cursor yet, and the first order of all is cancelled before it is read."""
        self.sandbox.lower_on_sale(True)
        self.set_stock(self.product, 2)
        self.assertEqual(self.offered(), 2)
        self.channel._sync("orders").sudo().cursor = False
        [otto_id] = self.sold(2)
        self.sandbox.act(otto_id, "cancel")
        self.assertEqual(self.held(), 0)
        self.assertEqual(self.offered(), 2)

    def test_r6_a_cancellation_is_noticed(self):
        self.sandbox.lower_on_sale(True)
        self.set_stock(self.product, 3)
        self.assertEqual(self.offered(), 3)
        [otto_id] = self.sold(3)
        self.assertEqual(self.offered(), 0)
        self.sandbox.act(otto_id, "cancel")
        self.assertEqual(self.offered(), 3)
        self.assertFalse(self.env["otto.stock.recheck"].search([]))

    def test_r6_what_cannot_be_asked_now_stays_noted(self):
        self.sandbox.lower_on_sale(True)
        self.set_stock(self.product, 10)
        self.assertEqual(self.offered(), 10)
        self.sold()
        self.set_stock(self.product, 11)
        self.sandbox.fault("status", f"{PATH}/", method="GET", status=500, times=None)
        self.assertEqual(self.offered(), 9)
        self.assertTrue(self.env["otto.stock.recheck"].search([]))
        self.sandbox.clear_faults()
        self.assertEqual(self.offered(), 10)

    def test_r6_nothing_is_noted_for_a_channel_that_sends_no_stock(self):
        self.channel.stock_live = False
        self.import_orders(skus=[self.sku])
        self.assertFalse(self.env["otto.stock.recheck"].search([]))

    # Gone

    def test_r6_what_is_gone_but_known_to_otto_is_still_lowered_and_never_raised(self):
        self.assertEqual(self.offered(), 100)
        self.listing._otto_note(status="GONE")
        self.set_stock(self.product, 1)
        self.assertEqual(self.offered(), 1)
        self.set_stock(self.product, 50)
        self.assertEqual(self.offered(), 1)

    def test_r6_what_is_gone_and_unknown_to_otto_is_no_issue(self):
        self.product.default_code = "no-such-sku"
        gone = self.env["otto.listing"].create({"channel_id": self.channel.id, "sku": "no-such-sku"})
        self.run_flow("stock")
        self.env["otto.issue"].search([]).action_solve()
        gone.flush_recordset()
        self.cr.execute(
            "UPDATE otto_listing SET status = 'GONE', quantity = 5, quantity_known = TRUE, quantity_refused_on = NULL "
            "WHERE id = %s",
            [gone.id],
        )
        gone.invalidate_recordset()
        self.set_stock(self.product, 1)
        self.run_flow("stock")
        self.assertFalse(self.open_issues("stock"))
