"""R23: a return is found by whatever is on its parcel; who sees it; the flow's scopes, row and cost."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from tests.odoo.returns_case import ReturnsCase

SYNC = "odoo.addons.otto_market_connector.models.core.otto_flow"
# Odoo's own return of a delivery takes most of them.
MOST_A_RETURN = 120


class TestReturnsFind(ReturnsCase):
    def find(self, text, **options):
        return self.env["otto.return"]._find(text, **options)

    def test_r23_by_every_number(self):
        order = self.sent_orders()
        [parcel] = self.announce(order.otto_position_ids)
        record = self.read_returns()
        number = self.return_number(order)
        numbers = [number, parcel, order.otto_order_number, order.otto_order_id, order.name]
        for text in numbers:
            for form in (text, f"  {text}\n", text.lower(), text.upper(), f"]C1{text}", f"{text[:3]} {text[3:]}"):
                with self.subTest(form):
                    self.assertEqual(self.find(form), record)
        for text in ("", "   ", "%", "_", number[:-1], number[1:], f"{number}1", "nothing", "%%%", None):
            with self.subTest(text):
                self.assertFalse(self.find(text))

    def test_r23_by_each_number_of_several_and_by_our_label(self):
        order = self.sent_orders(pieces=2)
        parcels = self.announce(order.otto_position_ids, trackingNumbers=["JJD-1", "JJD-2"])
        record = self.read_returns()
        for text in ("JJD-1", "JJD-2", *parcels, self.return_number(order)):
            self.assertEqual(self.find(text), record)

    def test_r23_misdirected_by_ottos_number(self):
        order = self.sent_orders()
        self.sandbox.misdirect_return(self.ids(order.otto_position_ids))
        record = self.read_returns()
        self.assertEqual(self.find(record.otto_warehouse_id), record)

    def test_r23_what_waits_comes_first(self):
        order = self.sent_orders(pieces=2)
        first, second = order.otto_position_ids
        self.announce(first, trackingNumbers=["R1"])
        self.announce(second, trackingNumbers=["R2"])
        done, waiting = self.read_returns()
        done.line_ids.otto_status = "rejected"
        self.assertEqual(self.find(order.otto_order_number).ids, [waiting.id, done.id])

    def test_r23_what_nobody_announced_is_found_by_its_order(self):
        order = self.sent_orders()
        for text in (self.return_number(order), order.otto_order_number, order.name):
            self.assertFalse(self.find(text))
            self.assertEqual(self.env["otto.return"]._find_orders(text), order)

    def test_r23_only_of_some_channels(self):
        other = self.make_channel("Second")
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.assertEqual(self.find(record.name, channels=self.channel), record)
        self.assertFalse(self.find(record.name, channels=other))
        self.assertFalse(self.env["otto.return"]._find_orders(order.name, channels=other))

    # Who sees and does what

    def test_r23_the_warehouse_finds_it_without_seeing_orders(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        found = self.env["otto.return"].with_user(packer)._find(order.otto_order_number)
        self.assertEqual(found, record)
        self.assertTrue(found.read(["name", "state", "line_ids", "is_overdue", "waits_for_person"]))

    def test_r23_nobody_writes_returns_or_pieces_by_hand(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        groups = (
            "stock.group_stock_manager",
            "sales_team.group_sale_manager",
            "otto_market_connector.group_otto_manager",
            "account.group_account_manager",
            "base.group_system",
        )
        for number, group in enumerate(groups):
            user = new_test_user(self.env, f"by-hand-{number}", groups=group)
            for records in (record, record.line_ids):
                mine = records.with_user(user)
                for act in (
                    lambda mine=mine: mine.write({"channel_id": self.channel.id}),
                    lambda mine=mine: mine.create({}),
                    mine.unlink,
                ):
                    with self.subTest(group, model=records._name), self.assertRaises(AccessError):
                        act()

    def test_r23_other_companies_and_other_salespeople_see_nothing(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="sales_team.group_sale_manager,stock.group_stock_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        seller = new_test_user(self.env, "seller", groups="sales_team.group_sale_salesman")
        order.user_id = self.env.ref("base.user_admin")
        for user in (stranger, seller):
            for records in (record, record.line_ids):
                self.assertFalse(records.with_user(user).search([]))
            self.assertFalse(record.with_user(user)._find(record.name))
        order.user_id = seller
        self.assertEqual(record.with_user(seller).search([]), record)

    # The flow

    def test_r1_an_app_without_the_scope_keeps_nothing_else_from_working(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        flow = type(self.env["otto.flow.returns"])
        # The token is refused, or it is given and the list is refused.
        for scopes in (("returns", "moon"), ("shipments",)):
            with self.subTest(scopes), patch.object(flow, "_scopes", scopes), mute_logger(SYNC):
                sync = self.run_flow("returns")
                self.assertIn(scopes[-1], sync.last_error)
                self.assertIn("permissions", sync.last_error)
                issue = self.open_issues("connection")
                self.assertEqual((issue.external_id, issue.name), ("returns", sync.last_error))
                self.assertNotEqual(self.channel.connection_state, "failed")
                for name in ("orders", "stock", "fulfilment"):
                    self.assertFalse(self.run_flow(name).last_error)
        self.assertTrue(self.read_returns())
        self.assertFalse(self.open_issues("connection"))

    def test_r19_channels_get_the_row_whatever_version_they_come_from(self):
        self.channel._sync("returns").unlink()
        self.channel.active = False
        self.env["otto.channel"]._ensure_all_flows()
        sync = self.channel._sync("returns")
        self.assertTrue(sync)
        self.assertFalse(sync.cron_id.active)

    def queries(self, work):
        """Return how many queries a piece of work takes, what it leaves to be written included."""
        self.env.flush_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_r19_each_return_costs_the_same(self):
        orders = self.sent_orders(14)
        taken = iter(orders)

        def announce_and_read(count):
            for order in [next(taken) for _number in range(count)]:
                self.announce(order.otto_position_ids)
            return self.queries(self.read_returns)

        announce_and_read(1)
        known = self.queries(self.read_returns)
        few, many = announce_and_read(2), announce_and_read(10)
        self.assertLessEqual((many - few) / 8, MOST_A_RETURN)
        self.assertLessEqual(self.queries(self.read_returns), known + 4)

    def test_r22_of_a_thousand_due_days_only_what_is_late_is_overdue(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids, scans={})
        record = self.read_returns()
        days = self.channel.return_days + self.channel.return_transport_days
        for late, overdue in ((days, False), (days + 1, True)):
            record.announced_on = self.env.cr.now() - timedelta(days=late)
            self.assertEqual(record.is_overdue, overdue)
            self.assertEqual(bool(record.search([("is_overdue", "=", True)])), overdue)
            self.assertEqual(bool(record.search([("is_overdue", "!=", True)])), not overdue)
            self.assertEqual(bool(record.search([("waits_for_person", "=", False)])), not overdue)

    def test_r22_the_day_when_a_return_is_due_is_germanys(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids, scans={})
        record = self.read_returns()
        days = self.channel.return_days + self.channel.return_transport_days
        # One o'clock at night in Germany is the day before in UTC.
        record.announced_on = datetime(2026, 7, 1, 23)
        self.assertEqual(record.due_on, date(2026, 7, 2) + timedelta(days=days))
