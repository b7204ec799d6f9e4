"""The overview: each counter counts the list that it opens, and nothing stands still that it calls good."""

import json
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user

from tests.harness import OttoCase


class TestCounters(OttoCase):
    def counts(self, channel=None):
        """Return the counters of a channel as the card shows them, by key."""
        channel = channel or self.channel
        channel.invalidate_recordset()
        return {row["key"]: row["count"] for row in channel.overview_counters}

    def behind(self, key, channel=None):
        """Return the records of the list that a counter opens."""
        action = (channel or self.channel).action_open_counter(key)
        return self.env[action["res_model"]].search(action["domain"])

    def make_one_of_each(self):
        """Make for each counter a record that it counts; return them by its key."""
        old, late, label, doubt, stop, refused = self.import_orders(6, pieces=1)
        announced = self.import_orders(1, status="ANNOUNCED")
        now = fields.Datetime.now()
        old._otto_note(date_order=fields.Datetime.subtract(now, days=3))
        late._otto_note(commitment_date=fields.Datetime.subtract(now, days=2))
        label._otto_note(otto_report_state="waiting")
        stop._otto_note(otto_stop_parcel=True)
        refused._otto_note(otto_report_state="refused")
        picking = doubt.picking_ids
        self.env["dhl.booking"].sudo().create(
            {
                "picking_res_id": picking.id,
                "carrier_id": self.carrier.id,
                "company_id": self.company.id,
                "environment": self.carrier._dhl_de_root(),
                "ref_no": "doubt",
                "state": "possibly",
            }
        )
        self.env["otto.listing"].search([("channel_id", "=", self.channel.id)])._otto_note(match="sku", status="ONLINE")
        listings = self.env["otto.listing"].create(
            [{"channel_id": self.channel.id, "sku": sku} for sku in ("NONE-1", "HELD-1")]
        )
        listings[0]._otto_note(match="none", status="ONLINE")
        listings[1]._otto_note(match="sku", status="RESTRICTED")
        return {
            "overdue": late,
            "label_missing": label,
            "possibly_booked": doubt,
            "stop_parcel": stop,
            "refused": refused,
            "announced": announced,
            "not_matched": listings[0],
            "restricted": listings[1],
            "to_ship": old | late | doubt | stop,
        }

    def test_r20_each_counter_counts_the_list_that_it_opens(self):
        made = self.make_one_of_each()
        counts = self.counts()
        for key, records in made.items():
            with self.subTest(counter=key):
                self.assertEqual(self.behind(key), records)
        for key in [row.key for row in self.channel._counters()]:
            with self.subTest(counter=key):
                self.assertEqual(counts[key], len(self.behind(key)))
        self.assertNotIn(made["to_ship"][0], self.behind("new"))
        self.assertIn(made["refused"], self.behind("new"))

    def test_what_has_left_or_was_cancelled_is_in_no_list_of_work(self):
        order = self.import_orders()
        self.assertEqual(self.counts()["to_ship"], 1)
        self.validate(order)
        self.run_flow("fulfilment")
        self.assertEqual(self.counts()["to_ship"], 0)
        other = self.import_orders()
        other.action_cancel()
        self.assertFalse({self.counts()[key] for key in ("to_ship", "due", "overdue", "announced")} - {0})

    def test_to_ship_today_is_what_must_be_handed_over_by_tonight(self):
        order = self.import_orders()
        picking = order.picking_ids
        for days, wanted in ((-2, 1), (0, 1), (1, 0), (9, 0)):
            with self.subTest(days=days):
                picking.scheduled_date = fields.Datetime.add(fields.Datetime.now(), days=days)
                self.assertEqual(self.counts()["due"], wanted)

    def test_each_channel_counts_its_own(self):
        second = self.make_channel("Second")
        self.make_one_of_each()
        self.assertEqual(set(self.counts(second).values()), {0})

    def test_open_issues_are_counted_until_they_are_solved(self):
        issue = self.env["otto.issue"].create(
            {"channel_id": self.channel.id, "kind": "stock", "external_id": "x", "name": "A failure"}
        )
        self.assertEqual(self.behind("issues"), issue)
        self.assertEqual(self.counts()["issues"], 1)
        self.assertEqual(self.channel.overview_state["level"], "warning")
        issue.action_solve()
        self.assertEqual(self.counts()["issues"], 0)

    def test_who_may_not_read_a_list_sees_no_counter_of_it(self):
        user = new_test_user(self.env, "viewer", "otto_market_connector.group_otto_user")
        keys = {row["key"] for row in self.channel.with_user(user).overview_counters}
        self.assertIn("issues", keys)
        self.assertNotIn("to_ship", keys)
        self.assertFalse(self.channel.with_user(user).action_open_counter("to_ship"))

    def test_there_is_no_such_counter(self):
        self.assertFalse(self.channel.action_open_counter("nonsense"))

    def test_rooms_above_add_their_own(self):
        kind = type(self.channel)
        mine = [*self.channel._counters(), self.channel._counters()[-1]._replace(key="mine", label="Mine")]
        with patch.object(kind, "_counters", lambda self: mine):
            self.assertIn("mine", self.counts())


class TestOverviewState(OttoCase):
    def setUp(self):
        super().setUp()
        self.channel.sync_ids.last_success = fields.Datetime.now()
        self.channel._sync("catalogue").read_all_on = fields.Datetime.now()
        self.channel._sync("orders").open_read_on = fields.Datetime.now()
        self.channel.tested_carrier_id = self.carrier

    def state(self):
        self.channel.invalidate_recordset()
        return self.channel.overview_state

    def flow(self, name):
        self.channel.invalidate_recordset()
        return next(row for row in self.channel.overview_flows if row["flow"] == name)

    def test_all_is_well(self):
        self.assertEqual(self.state(), {"level": "success", "title": "All is well", "text": ""})
        self.assertEqual({row["state"] for row in self.channel.overview_flows}, {"good"})
        self.assertTrue(all(row["last"] and row["next"] for row in self.channel.overview_flows))

    def test_a_flow_whose_action_is_switched_off_is_not_running(self):
        self.channel.connection_state = "ok"
        for sync in self.channel.sync_ids:
            with self.subTest(flow=sync.flow):
                sync.cron_id.active = False
                self.assertEqual(self.flow(sync.flow)["state"], "stopped")
                self.assertFalse(self.flow(sync.flow)["next"])
                self.assertEqual(self.state()["level"], "danger")
                self.assertIn("Not running", self.state()["title"])
                sync.cron_id.active = True

    def test_a_flow_is_not_running_after_three_intervals_without_success(self):
        for sync in self.channel.sync_ids:
            with self.subTest(flow=sync.flow):
                minutes = self.env[f"otto.flow.{sync.flow}"]._interval
                sync.last_success = fields.Datetime.subtract(fields.Datetime.now(), minutes=3 * minutes - 1)
                self.assertEqual(self.flow(sync.flow)["state"], "good")
                sync.last_success = fields.Datetime.subtract(fields.Datetime.now(), minutes=3 * minutes + 1)
                self.assertEqual(self.flow(sync.flow)["state"], "stopped")
                self.assertEqual(self.state()["level"], "danger")
                sync.last_success = fields.Datetime.now()

    def test_a_refused_token_comes_before_everything_else(self):
        self.channel.write({"connection_state": "failed", "connection_message": "OTTO does not accept it"})
        self.channel._sync("stock").cron_id.active = False
        self.assertEqual(self.state()["title"], "No connection")
        self.assertEqual(self.state()["text"], "OTTO does not accept it")

    def test_a_failing_flow_says_why_and_since_when(self):
        self.channel._sync("orders").last_error = "OTTO cannot be reached"
        self.assertEqual(self.flow("orders")["state"], "failing")
        self.assertIn("OTTO cannot be reached", self.state()["text"])
        self.assertIn("Since", self.state()["text"])

    def test_what_is_not_set_up_is_not_well(self):
        self.channel.carrier_id = False
        self.assertEqual(self.state()["title"], "Not set up yet")
        self.assertIn("DHL", self.state()["text"])

    def test_somebody_is_needed(self):
        order = self.import_orders()
        order._otto_note(otto_stop_parcel=True)
        self.assertEqual(self.state()["title"], "Somebody is needed")
        self.assertIn("Stop These Parcels: 1", self.state()["text"])


class TestCharts(OttoCase):
    def values(self, field):
        self.channel.invalidate_recordset()
        return [point["value"] for point in json.loads(self.channel[field])[0]["values"]]

    def test_the_last_fourteen_days_one_by_one(self):
        orders = self.import_orders(3, pieces=1)
        now = fields.Datetime.now()
        for order, days in zip(orders, (0, 13, 14), strict=True):
            order._otto_note(date_order=fields.Datetime.subtract(now, days=days))
        self.assertEqual(self.values("orders_chart"), [1, *[0] * 12, 1])
        turnover = self.values("turnover_chart")
        self.assertAlmostEqual(turnover[0], orders[1].amount_total)
        self.assertAlmostEqual(turnover[-1], orders[0].amount_total)
        self.assertEqual(self.channel.orders_chart_total, "2")
        orders[0].action_cancel()
        self.assertEqual(self.values("orders_chart"), [1, *[0] * 13])

    def test_a_day_begins_at_midnight_of_the_user(self):
        order = self.import_orders()
        self.env.user.tz = "Europe/Berlin"
        today = fields.Date.context_today(self.channel.with_context(tz="Europe/Berlin"))
        # One o'clock at night in Berlin is the day before in UTC.
        order._otto_note(date_order=f"{fields.Date.subtract(today, days=1)} 23:30:00")
        self.assertEqual(self.values("orders_chart")[-1], 1)
        # The first day of the chart begins at its midnight, too.
        order._otto_note(date_order=f"{fields.Date.subtract(today, days=14)} 23:30:00")
        self.assertEqual(self.values("orders_chart")[0], 1)

    def test_other_currencies_are_converted(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create({"currency_id": dollar.id, "rate": 2.0, "name": "2020-01-01"})
        order = self.import_orders()
        order._otto_note(otto_currency_id=dollar.id, date_order=fields.Datetime.now())
        self.assertEqual(order.currency_id, dollar)
        self.assertAlmostEqual(self.values("turnover_chart")[-1], order.amount_total / 2, places=1)


class TestQueries(OttoCase):
    FIELDS = ("overview_state", "overview_counters", "overview_figures", "overview_flows", "orders_chart")

    def queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.env["otto.channel"].search([]).web_read({name: {} for name in (*self.FIELDS, "turnover_chart")})
        return self.cr.sql_log_count - before

    def test_the_overview_asks_as_often_however_many_orders_and_articles_there_are(self):
        self.import_orders(1)
        self.queries()
        few = self.queries()
        self.import_orders(12)
        self.env["otto.listing"].create([{"channel_id": self.channel.id, "sku": f"X{i}"} for i in range(40)])
        self.assertEqual(self.queries(), few)
        self.assertLess(few, 80)
