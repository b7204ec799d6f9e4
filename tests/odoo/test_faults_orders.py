from odoo import fields
from odoo.addons.otto_market_connector.otto_api import OttoClient

from tests.harness import OttoCase


class TestFaultsOrdersIn(OttoCase):
    """R19, R20: whatever OTTO answers, it becomes a message to a person, and the next run has everything."""

    def fails_then_recovers(self, kind, words, **options):
        """Import under a fault that hits every request, then without: nothing may be missing."""
        ids = self.sandbox.make_orders(count=3)
        self.sandbox.fault(kind, "/v4/orders", times=None, **options)
        sync = self.run_flow("orders")
        self.assertRegex(sync.last_error, words)
        self.assertFalse(self.order(ids))
        self.assertEqual(len(self.open_issues("connection")), 1)
        self.sandbox.clear_faults()
        self.run_flow("orders")
        self.assertFalse(sync.last_error)
        self.assertEqual(len(self.order(ids)), 3)
        self.assertFalse(self.open_issues("connection"))

    def test_server_error(self):
        self.fails_then_recovers("status", "cannot be reached", status=500)

    def test_html_instead_of_json(self):
        self.fails_then_recovers("html", "cannot be reached")

    def test_a_page_that_calls_itself_data(self):
        self.fails_then_recovers("html_ok", "cannot be reached")

    def test_half_an_answer(self):
        self.fails_then_recovers("broken", "cannot be reached")

    def test_errors_of_the_gateway(self):
        self.fails_then_recovers("gateway", "refuses access", status=403)

    def test_errors_without_a_body(self):
        for status in (401, 403, 404, 500, 502, 503, 504):
            with self.subTest(status):
                self.fails_then_recovers("bare", "OTTO", status=status)

    def test_an_empty_answer_is_no_empty_list(self):
        self.fails_then_recovers("empty", "cannot be reached")

    def test_a_slow_answer(self):
        self.patch(OttoClient.__init__, "__kwdefaults__", {**OttoClient.__init__.__kwdefaults__, "timeout": (1, 1)})
        self.fails_then_recovers("slow", "cannot be reached", seconds=3)

    def test_rate_limits_postpone_the_flow(self):
        for kind, most in (("rate_limit", 8), ("rate_limit_date", 61), ("rate_limit_bare", 600)):
            with self.subTest(kind):
                ids = self.sandbox.make_orders(count=1)
                self.sandbox.fault(kind, "/v4/orders", seconds=7 if kind == "rate_limit" else 60)
                sync = self.run_flow("orders")
                wait = (sync.not_before - fields.Datetime.now()).total_seconds()
                self.assertTrue(0 < wait <= most, wait)
                self.assertFalse(self.order(ids))
                self.sandbox.clear_requests()
                self.run_flow("orders")
                self.assertFalse(self.sandbox.requests(), "asked before the time was up")
                sync.not_before = False
                self.run_flow("orders")
                self.assertTrue(self.order(ids))

    def test_missing_required_fields_of_one_order_do_not_stop_the_others(self):
        broken = self.sandbox.make_orders(count=1, skus=[self.articles[0]["sku"]])
        self.sandbox.fault("missing_fields", "/v4/orders", keys=["fulfillmentStatus"], times=None)
        sync = self.run_flow("orders")
        self.assertFalse(sync.last_error)
        self.assertIn("fulfillmentStatus", self.open_issues("order").name)
        self.sandbox.clear_faults()
        self.run_flow("orders")
        self.assertTrue(self.order(broken))
        self.assertFalse(self.open_issues("order"))

    def test_missing_optional_fields_are_missed_by_nobody(self):
        ids = self.sandbox.make_orders(count=2)
        keys = ["ean", "shopUrl", "dimensions", "lastModifiedDate", "payment", "phoneNumber", "expectedDeliveryDate"]
        self.sandbox.fault("missing_fields", "/v4/orders", keys=keys, times=None)
        self.assertFalse(self.run_flow("orders").last_error)
        self.assertEqual(set(self.order(ids).mapped("state")), {"sale"})

    def test_nul_characters_and_html_in_names(self):
        ids = self.sandbox.make_orders(count=1, address="person")
        self.sandbox.fault("odd_text", "/v4/orders", times=None)
        self.assertFalse(self.run_flow("orders").last_error)
        order = self.order(ids)
        self.assertIn("<script>", order.partner_id.name)
        self.assertNotIn("\x00", order.partner_id.name)
        self.assertNotIn("<script>", "".join(order.message_ids.mapped("body")))

    def test_a_version_that_is_about_to_end_still_works(self):
        ids = self.sandbox.make_orders(count=1)
        self.sandbox.fault("deprecated", "/", times=None)
        self.assertFalse(self.run_flow("orders").last_error)
        self.assertTrue(self.order(ids))

    def test_ottos_own_test_orders(self):
        client = self.channel._otto_client()
        client._transport.call("POST", "/v4/orders/testorders")
        self.channel.unknown_articles = "create"
        self.assertFalse(self.run_flow("orders").last_error)
        orders = self.env["sale.order"].search([("otto_channel_id", "=", self.channel.id)])
        # The eighth was cancelled before Odoo knew it.
        self.assertEqual(sorted(orders.mapped("state")), ["draft", *["sale"] * 6])
        self.assertFalse(any(orders.mapped("otto_total_differs")))

    def test_connection_cut(self):
        self.fails_then_recovers("lost", "cannot be reached")

    def test_blocked_by_the_wall_before_otto(self):
        self.channel.connection_state = "ok"
        self.fails_then_recovers("forbidden_waf", "blocks this server")
        self.assertEqual(self.channel.connection_state, "ok")

    def test_last_page_that_points_to_itself(self):
        ids = self.sandbox.make_orders(count=3)
        self.sandbox.fault("next_loop", "/v4/orders", times=None)
        sync = self.run_flow("orders")
        self.assertFalse(sync.last_error)
        self.assertEqual(self.env["sale.order"].search_count([("otto_order_id", "in", ids)]), 3)

    def test_token_that_stops_working_is_said_once(self):
        self.channel.connection_state = "ok"
        self.sandbox.fault("unauthorized", "/", times=None)
        for _ in range(3):
            self.run_flow("orders")
        self.assertEqual(self.channel.connection_state, "failed")
        self.assertEqual(self.open_issues("connection").count, 3)
        self.assertEqual(len(self.channel.activity_ids), 1)
        self.sandbox.clear_faults()
        self.run_flow("orders")
        self.assertEqual(self.channel.connection_state, "ok")
        self.assertFalse(self.channel.activity_ids)

    def test_one_refused_token_is_renewed_unnoticed(self):
        ids = self.sandbox.make_orders(count=1)
        self.sandbox.fault("unauthorized", "/v4/orders", times=1)
        self.assertFalse(self.run_flow("orders").last_error)
        self.assertTrue(self.order(ids))

    def test_last_years_and_next_years_shapes(self):
        for kind in ("unknown_fields", "numbers_as_text", "unknown_enum"):
            with self.subTest(kind):
                ids = self.sandbox.make_orders(count=2)
                self.sandbox.fault(kind, "/v4/orders", times=None)
                sync = self.run_flow("orders")
                self.assertFalse(sync.last_error)
                self.sandbox.clear_faults()
                self.sandbox.act(ids[0], "touch")
                self.run_flow("orders")
                for order in self.order(ids):
                    self.assertFalse(order.otto_total_differs)

    def test_a_defect_of_ours_is_an_issue_and_not_a_dead_scheduled_action(self):
        self.patch(type(self.env["otto.flow.orders"]), "_changes_since", lambda flow: 1 / 0)
        sync = self.run_flow("orders")
        self.assertIn("division", sync.last_error)
        self.assertTrue(self.open_issues("connection"))
