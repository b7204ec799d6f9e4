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

    def test_connection_cut(self):
        self.fails_then_recovers("lost", "cannot be reached")

    def test_blocked_by_the_wall_before_otto(self):
        self.channel.connection_state = "ok"
        self.fails_then_recovers("forbidden_waf", "blocks this server")
        self.assertEqual(self.channel.connection_state, "ok")

    def test_next_page_that_points_to_itself(self):
        self.sandbox.make_orders(count=3)
        self.sandbox.fault("next_loop", "/v4/orders", times=None)
        sync = self.run_flow("orders")
        self.assertTrue(sync.last_error)
        self.assertTrue(sync.last_start)

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
        self.patch(type(self.channel), "_changes_since", lambda channel, sync: 1 / 0)
        sync = self.run_flow("orders")
        self.assertIn("division", sync.last_error)
        self.assertTrue(self.open_issues("connection"))
