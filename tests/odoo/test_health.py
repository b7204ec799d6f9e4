"""What nobody would notice, and what must not stop a flow: standstill, people who left, texts that nothing can hold."""

from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.addons.otto_market_connector.models.core.texts import key_of, stored
from odoo.addons.otto_market_connector.otto_api import OttoClient, OttoInvalid, OttoUnavailable
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.harness import OttoCase

HOSTILE = "Bad\x00 \ud83d <img src='http://evil.example/x'> <a href='http://evil.example'>" + "x" * 100_000


class TestStandstill(OttoCase):
    def setUp(self):
        super().setUp()
        self.channel.responsible_id = self.env.ref("base.user_admin")

    def switch_off(self, flow="stock"):
        self.channel._sync(flow).cron_id.active = False

    def test_r20_a_flow_that_is_switched_off_is_an_issue_of_any_other(self):
        self.switch_off()
        self.assertIn("Stock", self.channel.health_notice)
        self.run_flow("orders")
        issue = self.open_issues("standstill")
        self.assertEqual(issue.external_id, "stock")
        self.assertIn("switched off", issue.name)
        self.channel._sync("stock").cron_id.active = True
        self.run_flow("fulfilment")
        self.assertEqual(issue.state, "solved")
        self.assertFalse(self.channel.health_notice)

    def test_r20_a_flow_that_has_not_worked_for_three_intervals_is_an_issue_of_any_other(self):
        for sync in self.channel.sync_ids:
            sync.last_success = fields.Datetime.now()
        orders = self.channel._sync("orders")
        orders.cron_id.write({"interval_number": 10, "interval_type": "minutes"})
        orders.last_success = fields.Datetime.subtract(fields.Datetime.now(), minutes=29)
        self.run_flow("fulfilment")
        self.assertFalse(self.open_issues("standstill"))
        orders.last_success = fields.Datetime.subtract(fields.Datetime.now(), minutes=31)
        self.run_flow("fulfilment")
        self.assertIn("not been synchronised since", self.open_issues("standstill").name)
        self.assertIn("not been synchronised since", self.channel.health_notice)
        # OTTO asked to wait: the flow waits, it does not stand still.
        orders.not_before = fields.Datetime.add(fields.Datetime.now(), minutes=30)
        self.assertFalse(orders._standstill())
        orders.not_before = False
        self.run_flow("orders")
        self.assertFalse(self.open_issues("standstill"))

    def test_every_kind_of_issue_is_explained(self):
        page = (Path(__file__).parents[2] / "docs" / "issues.md").read_text(encoding="utf-8")
        for _kind, label in self.env["otto.issue"]._fields["kind"]._description_selection(self.env(context={})):
            self.assertRegex(page, rf"(?m)^\| {label}[ ,]")

    def test_a_new_and_an_archived_channel_stand_still_for_no_reason(self):
        channel = self.make_channel("Second", responsible_id=self.channel.responsible_id.id)
        self.assertFalse(channel.health_notice)
        channel.active = False
        self.assertFalse(channel.health_notice)

    def test_synchronise_now_says_what_is_not_started(self):
        self.assertEqual(self.channel.action_sync_now()["params"]["type"], "info")
        self.switch_off()
        cron = self.channel._sync("stock").cron_id
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        notice = self.channel.action_sync_now()["params"]
        self.assertEqual(notice["type"], "warning")
        self.assertIn("Stock", notice["message"])
        self.assertNotIn("has been started", notice["message"])
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), triggers)
        with self.assertRaisesRegex(UserError, "switched off"):
            self.channel._sync("stock").action_run_now()

    def test_a_scheduled_action_that_was_deleted_stops_nobody(self):
        self.channel._sync("fulfilment").cron_id.unlink()
        self.channel._sync("stock").cron_id.unlink()
        order = self.import_orders()
        order.action_cancel()
        self.assertEqual(order.otto_report_state, "to_cancel")
        self.assertEqual(self.channel.action_sync_now()["params"]["type"], "warning")
        self.assertIn("fulfilment", self.open_issues("standstill").mapped("external_id"))
        self.channel.active = False
        self.channel.active = True
        self.assertTrue(self.channel._sync("stock").cron_id.active)
        self.assertFalse(self.channel.health_notice)


class TestWhoIsTold(OttoCase):
    def fail_once(self):
        self.sandbox.fault(kind="status", status=500, path="/v4/orders", times=None)
        self.run_flow("orders")
        return self.channel.activity_ids

    def test_somebody_of_the_group_is_told_for_who_left(self):
        person = new_test_user(self.env, "leaver", "otto_market_connector.group_otto_manager")
        self.channel.responsible_id = person
        self.assertEqual(self.fail_once().user_id, person)
        self.assertFalse(self.channel.health_notice)
        person.active = False
        self.assertIn("is told instead", self.channel.health_notice)
        other = self.fail_once().user_id
        self.assertTrue(other.active)
        self.assertTrue(other.has_group("otto_market_connector.group_otto_user"))

    def test_somebody_else_is_told_for_who_cannot_see_the_channel(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        elsewhere = new_test_user(
            self.env,
            "elsewhere",
            "otto_market_connector.group_otto_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        portal = new_test_user(self.env, "portal", "base.group_portal")
        for person in (stranger, elsewhere, portal):
            self.channel.responsible_id = person
            told = self.channel._whom_to_tell()
            self.assertNotEqual(told, person)
            self.assertTrue(told.with_env(self.env).has_group("otto_market_connector.group_otto_user"))
        self.channel.responsible_id = False
        self.assertTrue(self.channel._whom_to_tell().active)

    def test_a_parcel_to_stop_reaches_somebody_who_sees_the_order(self):
        person = new_test_user(self.env, "gone", "otto_market_connector.group_otto_manager")
        self.channel.responsible_id = person
        order = self.import_orders()
        person.active = False
        order._otto_ask_to_stop_parcel("x")
        self.assertTrue(order.activity_ids.user_id.active)

    def test_foreign_text_in_an_activity_is_text(self):
        order = self.import_orders()
        order.otto_position_ids[0].title = "<a href='http://evil.example'>x</a><img src='http://evil.example/i'>"
        order._otto_ask_to_take_out(order.otto_position_ids)
        note = order.activity_ids.note
        self.assertNotIn("<a", note)
        self.assertNotIn("<img", note)
        self.assertIn("evil.example", note)


class TestTexts(OttoCase):
    def test_r20_no_text_of_ottos_stops_a_flow(self):
        def refused(_client, **_options):
            raise OttoInvalid(HOSTILE, status=422)

        with patch.object(OttoClient, "order_pages", refused):
            sync = self.run_flow("orders")
        self.assertIn("Bad", sync.last_error)
        self.assertLess(len(sync.last_error), 5000)
        self.assertIn("Bad", self.open_issues("connection").name)

    def test_r20_a_defect_is_said_in_words(self):
        for error in (
            KeyError("Bad\x00 \ud83d"),
            ValueError("Bearer abcdefghijklmnop" + "x" * 9999),
            RecursionError(),
        ):

            def broken(_client, error=error, **_options):
                raise error

            with (
                patch.object(OttoClient, "order_pages", broken),
                self.assertLogs("odoo.addons.otto_market_connector.models.core.otto_flow", "ERROR"),
            ):
                sync = self.run_flow("orders")
            self.assertRegex(sync.last_error, f"met a defect.*administrator.*{type(error).__name__}")
            self.assertNotIn("abcdefghijklmnop", self.open_issues("connection").name)

    def test_r20_no_issue_is_too_long_or_unstorable(self):
        keys = ["K" * 1_000_000, "K" * 999_999 + "L", "A\x00\ud83d", ""]
        issues = self.env["otto.issue"]
        with self.own_cursor() as env:
            channel = self.channel.with_env(env)
            issues.with_env(env)._report(channel, "connection", [(key, HOSTILE, None) for key in keys])
        found = self.open_issues("connection")
        self.assertEqual(len(found), 4)
        self.assertLessEqual(max(len(issue.external_id) for issue in found), 200)
        self.assertLessEqual(max(len(issue.name) for issue in found), 4000)
        with self.own_cursor() as env:
            issues.with_env(env)._resolve(self.channel.with_env(env), "connection", keys)
        self.assertFalse(self.open_issues("connection"))

    def test_keys_keep_apart_what_differs_at_the_end(self):
        self.assertNotEqual(key_of("K" * 300), key_of("K" * 299 + "L"))
        self.assertEqual(key_of("OTTO-1"), "OTTO-1")
        self.assertNotIn("\x00", stored(HOSTILE))
        stored(HOSTILE).encode()

    def test_r20_a_refusal_in_odd_words_is_noted(self):
        order = self.import_orders()
        self.validate(order)
        with patch.object(OttoClient, "ship", side_effect=OttoInvalid(HOSTILE, status=422)):
            self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "refused")
        self.assertIn("Bad", order.otto_refusal)
        body = order.message_ids.filtered(lambda message: "OTTO refuses" in (message.body or ""))[:1].body
        self.assertNotIn("<img", body)
        self.assertNotIn("<a ", body)

    def test_r20_a_defect_of_one_order_is_said_in_words(self):
        order = self.import_orders()
        self.validate(order)
        logs = self.assertLogs("odoo.addons.otto_market_connector.models.fulfilment.otto_flow_fulfilment", "ERROR")
        with patch.object(OttoClient, "ship", side_effect=KeyError("could not \x00 convert")), logs:
            self.run_flow("fulfilment")
        issue = self.open_issues("report")
        self.assertRegex(issue.name, "because of a defect. Please tell your administrator.*KeyError")
        self.assertNotIn("\x00", issue.name)


class TestConnection(OttoCase):
    def words(self):
        """Return what *Test connection* says."""
        return self.channel.action_test_connection()["params"]["message"]

    def test_nobody_tests_another_ones_connection(self):
        company = self.env["res.company"].create({"name": "Other"})
        people = [
            new_test_user(self.env, "portal", "base.group_portal"),
            new_test_user(self.env, "internal", "base.group_user"),
            new_test_user(self.env, "office", "otto_market_connector.group_otto_user"),
            new_test_user(
                self.env,
                "foreign",
                "otto_market_connector.group_otto_manager",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            ),
        ]
        self.sandbox.clear_requests()
        for user in people:
            for method in ("action_test_connection", "action_sync_now", "action_read_all_articles"):
                with self.assertRaises(AccessError):
                    getattr(self.channel.with_user(user), method)()
        self.assertEqual(self.channel.connection_state, "unknown")
        self.assertFalse(self.sandbox.requests())
        for user in people[:2] + people[3:]:
            for method in ("action_open_orders", "action_open_listings", "action_open_issues"):
                with self.assertRaises(AccessError):
                    getattr(self.channel.with_user(user), method)()

    def test_whatever_goes_wrong_is_said(self):
        self.patch(OttoClient, "check", lambda *_args: 1 / 0)
        with self.assertLogs("odoo.addons.otto_market_connector.models.core.otto_channel_connection", "ERROR"):
            self.assertIn("cannot be read", self.words())
        self.assertEqual(self.channel.connection_state, "failed")

    def test_each_failure_names_the_server_and_the_remedy(self):
        for key, detail, words in (
            ("no_security", "self-signed certificate", "secure connection to api.example.*self-signed certificate"),
            ("unknown_host", "", "no server api.example"),
            ("wrong_address", "", "no server api.example"),
            ("unreadable", "", "cannot be read"),
            ("odd_login", "", "enter them again"),
        ):
            error = OttoUnavailable("x", key=key, host="api.example", detail=detail)
            self.assertRegex(self.channel._otto_error_text(error), words)

    def test_the_server_that_does_not_answer_is_named(self):
        self.channel.base_url = "http://localhost:9"
        self.assertIn("localhost:9", self.words())
        self.channel.base_url = "http://no-such-host.invalid"
        self.assertRegex(self.words(), "no server no-such-host.invalid|cannot be reached.*no-such-host.invalid")
        for url in ("http://[::1", "nonsense", "ftp://x", "http://"):
            self.channel.base_url = url
            self.assertTrue(self.words())
            self.assertEqual(self.channel.connection_state, "failed")

    def test_r1_an_otto_administrator_duplicates_a_channel_without_its_secrets(self):
        user = new_test_user(self.env, "sales", "sales_team.group_sale_manager")
        self.assertFalse(user.has_group("base.group_system"))
        self.channel.write({"username": "u", "password": "p"})
        for person in (user, self.env.user):
            copy = self.channel.with_user(person).copy({"name": f"Copy {person.id}"}).sudo()
            for name in ("client_id", "client_secret", "username", "password", "base_url"):
                self.assertFalse(copy[name])
            self.assertEqual(copy.warehouse_id, self.channel.warehouse_id)
            self.assertEqual(len(copy.sync_ids), len(self.channel.sync_ids))
