"""R6, R19, R20: OTTO's numbers when answers are missing, batches fail or a comparison cannot be made."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.otto_market_connector.models.stock import otto_flow_stock
from odoo.addons.otto_market_connector.otto_api import Quantity
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from tests.odoo.stock_case import PATH, StockCase


class TestStockFaults(StockCase):
    def fault(self, kind, **options):
        self.sandbox.fault(kind, PATH, **{"method": "POST", "times": None, **options})

    def compare(self):
        """Have the next run compare with what OTTO holds."""
        self.channel._sync("stock").write({"compared_on": "2020-01-01 00:00:00", "comparison": False})

    # Answers that do not come

    def test_r19_what_became_of_a_lost_answer_is_found_out_before_anything_counts(self):
        self.set_stock(self.product, 80)
        self.assertEqual(self.offered(), 80)
        for fault in ("lost", "html_ok"):
            with self.subTest(fault):
                self.set_stock(self.product, 100)
                self.fault(fault)
                self.assertEqual(self.offered(), 100)
                self.assertTrue(self.listing.quantity_in_doubt)
                self.assertTrue(self.channel._sync("stock").last_error)
                self.sandbox.clear_faults()
                # 80 was accepted last, and OTTO holds 100.
                self.set_stock(self.product, 80)
                self.assertEqual(self.offered(), 80)
                self.assertFalse(self.listing.quantity_in_doubt)

    def test_r19_in_doubt_nothing_is_raised_above_the_least_that_otto_may_hold(self):
        self.assertEqual(self.offered(), 100)
        self.set_stock(self.product, 20)
        self.fault("lost")
        self.assertEqual(self.offered(), 20)
        self.sandbox.clear_faults()
        self.sandbox.fault("status", "/v4/orders", times=None, status=500)
        self.set_stock(self.product, 90)
        self.assertEqual(self.offered(), 20)
        self.set_stock(self.product, 15)
        self.assertEqual(self.offered(), 15)

    def test_r19_what_was_accepted_before_a_failure_stays_accepted(self):
        listings = [self.list_article(number) for number in range(1, 8)]
        with self.small_batches(4):
            sent = []
            original = otto_flow_stock.OttoFlowStock._send_quantities

            def second_fails(flow, offers):
                sent.append(offers)
                if len(sent) == 2:
                    self.sandbox.fault("rate_limit", PATH, method="POST", seconds=1, times=None)
                return original(flow, offers)

            self.patch(otto_flow_stock.OttoFlowStock, "_send_quantities", second_fails)
            self.run_flow("stock")
        accepted = self.listing | self.env["otto.listing"].union(*listings)
        self.assertEqual(accepted.mapped("quantity_known"), [True] * 4 + [False] * 4)
        self.assertEqual(accepted.mapped("quantity_in_doubt"), [False] * 4 + [True] * 4)

    def small_batches(self, size):
        return patch.object(otto_flow_stock, "BATCH", size)

    # Batches that fail

    def test_r20_one_article_that_otto_does_not_understand_stops_no_other(self):
        """A 400 or 422 that names nobody is halved until the bad article is alone."""
        others = [self.list_article(number) for number in range(1, 6)]
        bad = others[2]
        original = otto_flow_stock.OttoFlowStock._send_quantities

        def refuse(flow, offers):
            self.sandbox.clear_faults()
            if bad.sku in [offer.sku for offer in offers]:
                self.fault("status", status=400, times=1)
            return original(flow, offers)

        self.patch(otto_flow_stock.OttoFlowStock, "_send_quantities", refuse)
        sync = self.run_flow("stock")
        self.assertFalse(sync.last_error)
        self.assertEqual(self.open_issues("stock").external_id, bad.sku)
        self.assertEqual({row.sku for row in others if not row.quantity_known}, {bad.sku})

    def test_r20_after_a_failure_of_one_batch_the_others_are_sent(self):
        others = [self.list_article(number) for number in range(1, 4)]
        with self.small_batches(1):
            self.fault("status", status=500, times=4)
            sync = self.run_flow("stock")
        self.assertTrue(sync.last_error)
        self.assertFalse(self.listing.quantity_known)
        self.assertTrue(all(row.quantity_known for row in others))

    def test_r20_otto_is_not_asked_500_times_while_it_is_down(self):
        for number in range(1, 6):
            self.list_article(number)
        self.sandbox.clear_requests()
        with self.small_batches(1):
            self.fault("status", status=500)
            self.run_flow("stock")
        self.assertEqual(len(self.posted()), 3 * 4)

    # Refused

    def test_r20_a_refused_quantity_waits_until_it_changes_or_somebody_asks(self):
        self.products[1].default_code = "no-such-sku"
        bad = self.env["otto.listing"].create({"channel_id": self.channel.id, "sku": "no-such-sku"})
        self.assertEqual(self.offered(), 100)
        for _again in range(3):
            self.run_flow("stock")
        issue = self.open_issues("stock")
        self.assertEqual(issue.count, 1)
        issue.action_retry()
        self.run_flow("stock")
        self.assertEqual((issue.count, issue.retry), (2, False))
        self.set_stock(self.products[1], 50)
        self.run_flow("stock")
        self.assertEqual(issue.count, 3)
        bad.flush_recordset()
        self.cr.execute("UPDATE otto_listing SET quantity_refused_on = now() - interval '2 days'")
        bad.invalidate_recordset()
        self.run_flow("stock")
        self.assertEqual(issue.count, 4)

    def test_r6_what_is_gone_is_not_sent_and_takes_no_share(self):
        self.set_stock(self.product, 7)
        self.list_article(1, product_id=self.product.id)
        self.assertEqual(self.offered(), 4)
        self.env["otto.listing"].search([("sku", "=", self.articles[1]["sku"])])._otto_note(status="GONE")
        self.sandbox.clear_requests()
        self.assertEqual(self.offered(), 7)
        self.assertEqual(self.posted(), [[{"sku": self.sku, "quantity": 7}]])

    # The comparison

    def test_r20_a_comparison_that_fails_stops_no_stock(self):
        self.assertEqual(self.offered(), 100)
        for fault, options in (("status", {"status": 500}), ("broken", {}), ("html_ok", {})):
            with self.subTest(fault):
                self.compare()
                self.set_stock(self.product, 40)
                self.sandbox.fault(fault, PATH, method="GET", times=None, **options)
                self.assertEqual(self.offered(), 40)
                self.assertFalse(self.channel._sync("stock").last_error)
                self.assertIn("could not be compared", self.open_issues("stock").name)
                self.sandbox.clear_faults()
                self.set_stock(self.product, 100)
                self.assertEqual(self.offered(), 100)
                self.assertFalse(self.open_issues("stock"))

    def test_r20_what_cannot_be_read_in_a_comparison_is_left_out(self):
        self.assertEqual(self.offered(), 100)
        self.channel._otto_client().set_quantities([Quantity(self.sku, 130)])
        for fault, keys in (("missing_fields", {"keys": ["lastModified"]}), ("next_loop", {})):
            self.compare()
            self.sandbox.fault(fault, PATH, method="GET", times=None, **keys)
            self.assertEqual(self.offered(), 100)
            self.sandbox.clear_faults()
        self.compare()
        self.sandbox.fault("missing_fields", PATH, method="GET", times=None, keys=["quantity"])
        self.run_flow("stock")
        self.assertTrue(self.listing.quantity_known, "what could not be read is not missing at OTTO")

    def test_r6_an_interrupted_comparison_goes_on_where_it_was(self):
        self.sandbox.reset(seed=7, orders=0, articles=450)
        self.env["otto.listing"].create(
            [{"channel_id": self.channel.id, "sku": a["sku"]} for a in self.sandbox.state()["articles"][20:]]
        )
        self.offered()
        sync = self.channel._sync("stock")
        self.channel._otto_client().set_quantities([Quantity(self.sku, 130)])
        self.compare()
        self.sandbox.clear_requests()
        checkpoint = type(sync)._checkpoint
        self.patch(type(sync), "_checkpoint", lambda row, *args, **values: min(checkpoint(row, *args, **values), 0))
        for _run in range(3):
            self.run_flow("stock")
        pages = [row for row in self.sandbox.requests() if (row["method"], row["path"]) == ("GET", PATH)]
        self.assertEqual(len(pages), 3)
        self.assertFalse(sync.comparison)
        self.assertGreater(sync.compared_on, fields.Datetime.now() - timedelta(minutes=5))
        self.run_flow("stock")
        self.assertEqual(self.held(), 100)

    def test_r6_what_odoo_does_not_send_is_not_reported(self):
        self.assertEqual(self.offered(), 100)
        self.listing.send_stock = False
        self.channel._otto_client().set_quantities([Quantity(self.sku, 130)])
        self.compare()
        self.assertEqual(self.offered(), 130)
        self.assertFalse(self.open_issues("stock"))
        self.assertEqual(self.listing.quantity, 130)

    # Soon after a change

    def move_in_a_request(self):
        with self.own_cursor() as env:
            self.set_stock(self.product.with_env(env), 5)
            env.cr.commit()

    def test_r6_a_change_during_a_run_is_sent_after_it(self):
        """A trigger that is due may be the one of a run that has read the stock already; Odoo deletes it at its end."""
        self.run_flow("stock")
        self.triggers().unlink()
        consumed = self.channel._sync("stock").cron_id._trigger(fields.Datetime.now() - timedelta(seconds=1))
        self.move_in_a_request()
        self.move_in_a_request()
        planned = self.triggers() - consumed
        self.assertEqual(len(planned), 1)
        self.assertGreater(planned.call_at, fields.Datetime.now())

    def test_r6_settings_products_and_codes_have_the_stock_sent_soon(self):
        self.run_flow("stock")
        fresh = self.env["product.product"].create({"name": "New"})
        changes = (
            lambda env: self.product.with_env(env).action_archive(),
            lambda env: self.product.with_env(env).product_tmpl_id.write({"sale_ok": False}),
            lambda env: self.channel.with_env(env).write({"safety_stock": 3}),
            lambda env: self.listing.with_env(env).write({"send_stock": False}),
            lambda env: fresh.with_env(env).write({"default_code": self.sku}),
            lambda env: env["product.product"].create({"name": "Another", "default_code": self.sku}),
        )
        for number, change in enumerate(changes):
            with self.subTest(number):
                self.triggers().unlink()
                with self.own_cursor() as env:
                    change(env)
                    env.cr.commit()
                self.assertEqual(len(self.triggers()), 1)

    # Guards

    def test_r6_nobody_enters_what_otto_holds(self):
        user = self.env["res.users"].create(
            {"name": "S", "login": "s", "group_ids": [(4, self.env.ref("sales_team.group_sale_salesman").id)]}
        )
        for values in ({"quantity": 3}, {"quantity_known": True}, {"quantity_in_doubt": False}):
            with self.assertRaises(AccessError):
                self.listing.with_user(user).write(values)
            with self.assertRaises(AccessError):
                self.listing.with_user(user).with_context(otto_connector=True).write(values)
            with self.assertRaises(AccessError):
                self.env["otto.listing"].create({"channel_id": self.channel.id, "sku": "new", **values})

    @mute_logger("odoo.sql_db")
    def test_r6_a_negative_safety_stock_would_offer_more_than_there_is(self):
        for record in (self.channel, self.listing):
            for values in ({"safety_stock": -1}, {"max_quantity": -1}):
                with self.assertRaisesRegex(ValidationError, "0 or more"):
                    record.write(values)
