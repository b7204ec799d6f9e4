"""The guided start: what each step asks, what it makes, and that nothing goes out before the last one."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.harness import OttoCase

LOGIN = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}


class TestGuidedStart(OttoCase):
    def setUp(self):
        super().setUp()
        # Nobody has set anything up yet.
        self.channel.active = False
        self.channel.client_id = "another"

    def start(self, **values):
        start = self.env["otto.guided.start"].browse(self.env["otto.guided.start"]._start()["res_id"])
        start.write({"environment": "own", "base_url": self.sandbox.otto_url, "name": "Fresh", **LOGIN, **values})
        return start

    def connected(self):
        start = self.start()
        start.action_test_account()
        self.assertEqual(start.notice_level, "success", start.notice)
        return start

    def ticks(self, start):
        start.invalidate_recordset()
        start.channel_id.invalidate_recordset()
        return [line["key"] for line in start.steps if line["done"]]

    def enter_dhl(self, start):
        start.action_go_to("dhl")
        start.write(
            {
                "dhl_auth": "basic",
                "dhl_user": "sandbox-user",
                "dhl_password": "sandbox-password",
                "dhl_api_key": "sandbox-key",
                "dhl_api_url": self.sandbox.dhl_url,
                "dhl_billing_number": "33333333330102",
                "dhl_return_billing_number": "33333333330701",
            }
        )

    def test_from_nothing_to_live(self):
        start = self.start()
        self.assertFalse(start.channel_id)
        self.assertEqual(self.ticks(start), ["company"])
        start.action_test_account()
        channel = start.channel_id
        self.assertEqual(channel.name, "Fresh")
        self.assertEqual(self.ticks(start), ["account", "company"])
        start.action_next()
        self.assertEqual(start.step, "company")
        self.enter_dhl(start)
        start.action_test_label()
        self.assertEqual(start.notice_level, "success", start.notice)
        start.action_go_to("articles")
        self.run_flow("catalogue", channel)
        self.assertEqual(self.ticks(start), ["account", "company", "dhl", "articles"])
        start.action_go_to("stock")
        self.assertTrue(start.preview_summary)
        start.action_count_self()
        start.action_go_to("orders")
        start.action_import_orders()
        self.sandbox.make_orders(count=2)
        self.run_flow("orders", channel)
        self.assertEqual(self.ticks(start), ["account", "company", "dhl", "articles", "stock", "orders"])
        start.action_go_to("live")
        wizard = start.action_go_live()
        self.env[wizard["res_model"]].browse(wizard["res_id"]).action_go_live()
        self.assertEqual(len(self.ticks(start)), 7)
        self.assertTrue(channel.readiness_done)
        self.assertEqual(channel.order_count, 2)

    def test_r6_nothing_goes_to_otto_before_the_last_step(self):
        start = self.connected()
        self.enter_dhl(start)
        start.action_test_label()
        before = self.sandbox.state()
        for step in ("articles", "stock", "orders", "live"):
            start.action_go_to(step)
        start.action_count_self()
        start.action_import_orders()
        for flow in ("catalogue", "stock", "orders", "prices", "delivery"):
            self.run_flow(flow, start.channel_id)
        after = self.sandbox.state()
        self.assertEqual(after["quantities"], before["quantities"])
        self.assertEqual(after["shipments"], before["shipments"])
        written = [row for row in self.sandbox.requests() if row["method"] not in ("GET", "HEAD")]
        self.assertEqual({row["path"] for row in written}, {"/v1/token"})

    def test_r3_orders_come_after_the_articles(self):
        start = self.connected()
        self.sandbox.make_orders(count=2)
        self.run_flow("orders", start.channel_id)
        self.assertEqual(start.channel_id.order_count, 0)
        start.action_go_to("orders")
        self.assertEqual(start.open_count, 2)
        self.assertTrue(start.oldest_on)
        start.action_import_orders()
        self.run_flow("orders", start.channel_id)
        self.assertEqual(start.channel_id.order_count, 2)

    def test_it_is_left_and_continued_where_it_was(self):
        start = self.connected()
        again = self.env["otto.guided.start"].browse(self.env["otto.guided.start"]._start()["res_id"])
        self.assertNotEqual(again, start)
        self.assertEqual(again.channel_id, start.channel_id)
        self.assertEqual(again.step, "dhl")
        self.assertEqual(again.client_id, "sandbox-client")
        # What is not entered again stays as it is.
        again.action_go_to("account")
        again.action_test_account()
        self.assertEqual(again.notice_level, "success", again.notice)
        self.assertEqual(start.channel_id.client_secret, "sandbox-secret")

    def test_a_wrong_secret_is_told_and_can_be_corrected(self):
        start = self.start(client_secret="wrong")
        start.action_test_account()
        self.assertEqual(start.notice_level, "danger")
        self.assertNotIn("account", self.ticks(start))
        start.client_secret = "sandbox-secret"
        start.action_test_account()
        self.assertEqual(start.notice_level, "success")
        self.assertIn("account", self.ticks(start))

    def test_nothing_entered_is_told(self):
        start = self.start(client_id=False, client_secret=False)
        with self.assertRaises(UserError):
            start.action_test_account()

    def test_steps_behind_the_account_need_it(self):
        start = self.start(client_id=False, client_secret=False)
        for step in ("dhl", "articles", "stock", "orders", "live"):
            start.action_go_to(step)
            self.assertEqual(start.step, "account")
            self.assertEqual(start.notice_level, "info")
        start.action_go_to("nonsense")
        self.assertEqual(start.step, "account")

    def test_r7_a_new_shipping_method_has_the_right_defaults(self):
        self.env["delivery.carrier"].search([("delivery_type", "=", "dhl_de")]).active = False
        start = self.connected()
        start.action_go_to("dhl")
        carrier = start.channel_id.carrier_id
        self.assertTrue(carrier.return_label_on_delivery)
        self.assertEqual(carrier.integration_level, "rate_and_ship")
        self.assertEqual(carrier.dhl_de_product, "V01PAK")
        self.assertEqual(carrier.company_id, start.company_id)
        self.assertFalse(carrier.prod_environment)
        self.assertIn("Billing Number for Returns", start.missing_text)
        start.action_test_label()
        self.assertEqual(start.notice_level, "danger")
        self.assertNotIn("dhl", self.ticks(start))
        self.enter_dhl(start)
        start.action_test_label()
        self.assertIn("dhl", self.ticks(start))
        self.assertFalse(self.sandbox.dhl_state().get("shipments"))

    def test_r7_the_method_that_is_there_is_taken_and_its_return_label_switched_on(self):
        self.carrier.return_label_on_delivery = False
        start = self.connected()
        start.action_go_to("dhl")
        self.assertEqual(start.channel_id.carrier_id, self.carrier)
        start.action_test_label()
        self.assertTrue(self.carrier.return_label_on_delivery)
        self.assertEqual(start.notice_level, "success", start.notice)

    def test_another_carrier_has_to_be_tested_again(self):
        start = self.connected()
        self.enter_dhl(start)
        start.action_test_label()
        self.assertIn("dhl", self.ticks(start))
        start.channel_id.carrier_id = self.carrier.copy({"dhl_de_billing_number": "33333333330102"})
        self.assertNotIn("dhl", self.ticks(start))

    def test_articles_without_product_are_told_and_made(self):
        self.products[:3].write({"default_code": False, "barcode": False})
        start = self.connected()
        start.action_go_to("articles")
        self.run_flow("catalogue", start.channel_id)
        self.assertEqual((start.article_count, start.unmatched_count), (len(self.articles), 3))
        self.assertNotIn("articles", self.ticks(start))
        self.assertEqual(len(self.env["otto.listing"].search(start.action_open_unmatched()["domain"])), 3)
        start.action_make_products()
        self.run_flow("catalogue", start.channel_id)
        self.assertIn("articles", self.ticks(start))

    def test_r6_opening_stock_is_taken_over_or_counts_as_it_is(self):
        start = self.connected()
        for product in self.products:
            self.set_stock(product, 0)
        start.action_go_to("articles")
        self.run_flow("catalogue", start.channel_id)
        start.action_go_to("stock")
        self.assertNotIn("stock", self.ticks(start))
        self.assertTrue(start.preview_opening_count)
        start.action_take_over()
        self.assertTrue(start.is_running)
        self.assertNotIn("stock", self.ticks(start))
        self.run_flow("stock", start.channel_id)
        self.assertFalse(start.with_context(x=1).is_running)
        self.assertIn("stock", self.ticks(start))
        self.assertTrue(any(product.qty_available for product in self.products))

    def test_otto_does_not_answer(self):
        start = self.connected()
        self.sandbox.fault(kind="status", status=503, path="/", times=None)
        for step in ("stock", "orders"):
            start.action_go_to(step)
            self.assertEqual(start.notice_level, "danger")
            self.assertTrue(start.notice)

    def test_a_company_that_is_not_ready_says_what_it_lacks(self):
        company = self.other_company(chart=False)
        start = self.start(company_id=company.id)
        start.action_test_account()
        self.assertFalse(start.channel_id)
        self.assertEqual(start.notice_level, "success", start.notice)
        self.assertIn("company", start.notice)
        start.action_next()
        self.assertEqual(start.step, "company")
        self.assertIn("chart of accounts", start.missing_text)
        self.assertIn("Street", start.missing_text)
        start.action_next()
        self.assertEqual(start.step, "company")
        self.assertTrue(start.can_load_chart)
        start.action_load_german_chart()
        start.write({"street": "Werkstraße 1", "zip": "22179", "city": "Hamburg"})
        self.assertEqual(start.channel_id.company_id, company)
        self.assertIn("company", self.ticks(start))
        self.assertFalse(start.can_load_chart)
        self.assertEqual(company.street, "Werkstraße 1")

    def test_a_company_with_bookings_keeps_its_chart(self):
        start = self.connected()
        self.assertFalse(start.can_load_chart)
        with self.assertRaises(UserError):
            start.action_load_german_chart()

    def test_r1_a_second_account_is_a_channel_of_its_own(self):
        first = self.connected().channel_id
        action = self.env["otto.guided.start"]._start_another()
        second = self.env["otto.guided.start"].browse(action["res_id"])
        self.assertFalse(second.channel_id)
        second.write(
            {
                "name": "Second",
                "environment": "own",
                "base_url": self.sandbox.otto_url,
                "login": "api_user",
                "username": "sandbox-user",
                "password": "sandbox-password",
            }
        )
        second.action_test_account()
        self.assertTrue(second.channel_id)
        self.assertNotEqual(second.channel_id, first)


class TestWhoStarts(OttoCase):
    def test_r1_only_administrators_start_and_only_system_administrators_enter_logins(self):
        seller = new_test_user(self.env, "start-seller", "sales_team.group_sale_salesman_all_leads")
        manager = new_test_user(self.env, "start-manager", "sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            self.env["otto.guided.start"].with_user(seller)._start()
        with self.assertRaises(AccessError):
            self.channel.with_user(seller).action_guided_start()
        start = self.env["otto.guided.start"].with_user(manager)
        start = start.browse(start._start()["res_id"])
        for field in ("client_id", "client_secret", "password", "username", "base_url", "dhl_password", "dhl_user"):
            with self.assertRaises(AccessError):
                start.read([field])
        with self.assertRaises(UserError):
            start.action_test_account()

    def test_r1_secrets_do_not_stay_in_the_guided_start(self):
        self.channel.write({"active": False, "client_id": "another"})
        start = self.env["otto.guided.start"].browse(self.env["otto.guided.start"]._start()["res_id"])
        start.write({"environment": "own", "base_url": self.sandbox.otto_url, "name": "Fresh", **LOGIN})
        start.action_test_account()
        self.assertTrue(start.channel_id)
        self.assertFalse(start.client_secret)
        again = self.env["otto.guided.start"].browse(start.channel_id.action_guided_start()["res_id"])
        self.assertFalse(again.client_secret)
        again.client_secret = "sandbox-secret"
        again.action_test_account()
        self.assertFalse(again.client_secret)


class TestReadiness(OttoCase):
    def line(self, key):
        self.channel.invalidate_recordset()
        return next(line for line in self.channel.readiness if line["key"] == key)

    def test_each_step_says_what_it_lacks(self):
        self.assertIn("tested", self.line("account")["text"])
        self.channel.write({"connection_state": "failed", "connection_message": "OTTO refuses"})
        self.assertEqual(self.line("account")["text"], "OTTO refuses")
        self.company.partner_id.street = False
        self.assertIn("Street", self.line("company")["text"])
        self.carrier.dhl_de_return_billing_number = False
        self.assertIn("Billing Number for Returns", self.line("dhl")["text"])
        self.carrier.dhl_de_return_billing_number = "33333333330701"
        self.carrier.return_label_on_delivery = False
        self.assertIn("return label", self.line("dhl")["text"])
        self.channel.carrier_id = False
        self.assertIn("no shipping method", self.line("dhl")["text"])
        self.assertIn("not been read", self.line("articles")["text"])
        self.channel.import_orders = False
        self.assertIn("switched off", self.line("orders")["text"])
        self.channel.stock_live = False
        self.assertFalse(self.line("stock")["done"])
        self.assertFalse(self.line("live")["done"])

    def test_a_company_without_german_taxes_is_not_ready(self):
        self.env["account.tax"].search([("amount", "=", 7), ("type_tax_use", "=", "sale")]).active = False
        self.assertIn("7 %", self.line("company")["text"])

    def test_a_channel_that_sends_nothing_needs_no_stock(self):
        self.channel.write({"stock_live": False, "sync_direction": "in"})
        self.assertTrue(self.line("stock")["done"])
        self.assertTrue(self.line("live")["done"])

    def test_a_label_that_was_made_is_more_than_a_test(self):
        self.assertFalse(self.line("dhl")["done"])
        self.validate(self.import_orders())
        self.assertTrue(self.line("dhl")["done"])
