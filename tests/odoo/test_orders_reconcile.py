"""R19: the nightly reading again: after what is new, page by page, and it goes on where a run was ended."""

from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.addons.otto_market_connector.models.orders import otto_flow_orders
from odoo.addons.otto_market_connector.otto_api import OttoClient, OttoRateLimited

from tests.odoo.catalogue_case import ShortRuns
from tests.odoo.wire_case import WireCase


class TestReconcile(ShortRuns, WireCase):
    def setUp(self):
        super().setUp()
        self.patch(otto_flow_orders, "PAGE_SIZE", 2)
        self.sandbox.stand_at(datetime.now(timezone.utc) - timedelta(hours=2))
        self.known = []
        for _minute in range(8):
            self.known += self.sandbox.make_orders(count=1)
            self.sandbox.advance(60)
        self.sync = self.run_flow("orders")
        self.assertEqual(len(self.order(self.known)), 8)
        # An hour later OTTO names none of them as changed.
        self.sandbox.advance(3600)
        self.sync.cursor = fields.Datetime.now() - timedelta(minutes=80)
        self.yesterday = fields.Datetime.now() - timedelta(days=2)
        self.sync.reconciled_on = self.yesterday
        self.sandbox.clear_requests()

    def limit(self, most):
        """End each run after so many pages of orders, as the time that one may last does."""
        pages = OttoClient._pages

        def limited(client, path, params):
            for body in pages(client, path, params):
                vars(client)["read"] = vars(client).get("read", 0) + 1
                if client.read > most:
                    raise OttoRateLimited("a run goes on later", until=datetime.now(timezone.utc), own=True)
                yield body

        self.patch(OttoClient, "_pages", limited)

    def asked(self):
        """Return from when on changes were asked for, in the order of the requests."""
        rows = [row for row in self.sandbox.requests() if row["path"] == "/v4/orders" and row["status"] == 200]
        return [row["query"]["fromDate"] for row in rows if "fromDate" in row["query"]]

    def test_r19_what_is_new_comes_although_each_run_ends_in_the_middle(self):
        new = self.sandbox.make_orders(count=1)
        self.limit(3)
        self.run_flow("orders")
        self.assertTrue(self.order(new))
        for _run in range(4):
            self.run_flow("orders")
        self.assertGreater(self.sync.reconciled_on, self.yesterday)
        self.assertFalse(self.sync.reconciled_to)

    def test_r19_what_was_missed_comes_with_the_reading_again(self):
        missed = self.order(self.known)[3]
        self.sandbox.act(missed.otto_order_id, "cancel")
        self.sync.cursor = fields.Datetime.now() + timedelta(days=1)
        self.run_flow("orders")
        self.assertEqual(missed.state, "cancel")
        self.assertGreater(self.sync.reconciled_on, self.yesterday)

    def test_r19_a_run_whose_time_is_up_calls_the_next_which_goes_on(self):
        domain = [("cron_id", "=", self.sync.cron_id.id)]
        positions = []
        for _run in range(8):
            self.env["ir.cron.trigger"].search(domain).unlink()
            self.run_short("orders")
            if self.sync.reconciled_on > self.yesterday:
                break
            self.assertTrue(self.env["ir.cron.trigger"].search_count(domain))
            positions.append(self.sync.reconciled_to)
        self.assertGreater(self.sync.reconciled_on, self.yesterday)
        self.assertGreater(len(positions), 1)
        self.assertEqual(positions, sorted(set(positions)))

    def test_r6_who_reads_orders_before_raising_stock_does_not_wait_for_it(self):
        self.run_flow("catalogue")
        new = self.sandbox.make_orders(count=1)
        self.assertFalse(self.run_flow("stock").last_error)
        self.assertTrue(self.order(new))
        self.assertEqual(self.sync.reconciled_on, self.yesterday)
        self.run_flow("orders")
        self.assertGreater(self.sync.reconciled_on, self.yesterday)


class TestChangesAgain(WireCase):
    """R2: what OTTO changed while its changes were not taken is caught up with, however long ago it was."""

    def test_r2_what_otto_changed_while_its_changes_were_not_taken_is_read_again(self):
        self.sandbox.stand_at(datetime.now(timezone.utc) - timedelta(days=40))
        [announced] = self.sandbox.make_orders(count=1, status="ANNOUNCED")
        cancelled, sent = self.sandbox.make_orders(count=2)
        self.run_flow("orders")
        self.channel.sync_direction = "out"
        # Time releases what is announced.
        self.sandbox.advance(3600)
        self.sandbox.act(cancelled, "cancel")
        self.sandbox.act(sent, "send")
        self.run_flow("orders")
        self.sandbox.advance(38 * 86400)
        [new] = self.sandbox.make_orders(count=1)
        sync = self.run_flow("orders")
        self.assertTrue(self.order([new]))
        self.assertEqual(self.order([announced]).state, "draft")
        self.channel.sync_direction = "both"
        self.run_flow("orders")
        self.assertEqual(self.order([announced]).state, "sale")
        self.assertEqual(self.order([cancelled]).state, "cancel")
        self.assertEqual(self.order([sent]).otto_status, "sent")
        self.assertFalse(sync.reconciled_to)

    def test_r2_what_was_announced_meanwhile_comes_too(self):
        self.run_flow("orders")
        self.channel.sync_direction = "out"
        [announced] = self.sandbox.make_orders(count=1, status="ANNOUNCED")
        self.sandbox.act(announced, "touch")
        self.run_flow("orders")
        self.assertFalse(self.order([announced]))
        self.channel._sync("orders").cursor = fields.Datetime.now() + timedelta(days=1)
        self.channel.sync_direction = "in"
        self.run_flow("orders")
        self.assertTrue(self.order([announced]))

    def test_r2_where_nothing_is_open_nothing_is_read_again(self):
        self.channel.sync_direction = "none"
        self.channel.sync_direction = "both"
        self.assertFalse(self.channel._sync("orders").reconciled_to)
