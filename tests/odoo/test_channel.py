from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from odoo.addons.otto_market_connector.models.core import otto_channel_connection
from odoo.addons.otto_market_connector.otto_api import DEFAULT_SCOPES, client
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import file_open

from tests.harness import OttoCase


class TestChannel(OttoCase):
    def test_r1_test_connection_says_what_is_right_or_wrong(self):
        self.channel.action_test_connection()
        self.assertEqual(self.channel.connection_state, "ok")
        self.channel.client_secret = "wrong"
        self.channel.action_test_connection()
        self.assertEqual(self.channel.connection_state, "failed")
        self.assertNotIn("wrong", self.channel.connection_message)
        self.channel.write({"client_secret": "sandbox-secret", "base_url": "http://localhost:9"})
        self.channel.action_test_connection()
        self.assertEqual(self.channel.connection_state, "failed")

    def connection_words(self):
        """Return what *Test connection* says."""
        return self.channel.action_test_connection()["params"]["message"]

    def test_r1_test_connection_names_each_missing_permission(self):
        self.patch(otto_channel_connection, "DEFAULT_SCOPES", ("orders", "shipments", "moon", "stars"))
        words = self.connection_words()
        self.assertIn("moon, stars", words)
        self.assertNotIn("shipments", words)
        self.assertIn("Orders", words)
        self.assertNotIn("Everything else", words)
        self.assertEqual(self.channel.connection_state, "failed")

    def test_r1_test_connection_says_what_each_permission_is_for(self):
        """The kind: whatever a flow asks for apart, and what asks for it without being a flow; one or all of them."""
        needs = {"returns": "Returns", "price-reduction": "Partial Refunds", "receipts": "Receipts"}
        # Each of them is asked for on its own.
        self.sandbox.rate_limit(0)
        asked = set(self.channel._wanted_scopes())
        self.assertLessEqual({*needs, *DEFAULT_SCOPES}, asked)
        for lacking in [(scope,) for scope in needs] + [tuple(needs)]:
            with self.subTest(lacking), self.app_without(*lacking):
                words = self.connection_words()
                lines = words.splitlines()
                for scope, name in needs.items():
                    named = [line for line in lines if scope in line]
                    self.assertEqual(len(named), scope in lacking, words)
                    self.assertTrue(all(name in line for line in named))
                self.assertIn("Everything else works", words)
                self.assertNotIn("availability", words)
                self.assertEqual(self.channel.connection_state, "ok")
                self.assertEqual(self.channel.missing_scopes_text, words)
        self.assertIn("all permissions are there", self.connection_words())
        self.assertFalse(self.channel.missing_scopes_text)

    def test_r1_the_guided_start_names_permissions_and_what_they_are_for(self):
        start = self.env["otto.guided.start"].browse(self.channel.action_guided_start()["res_id"])
        start._enter("account")
        self.assertEqual(start.scopes, ", ".join(self.channel._wanted_scopes()))
        with self.app_without("receipts"):
            start.action_test_account()
        self.assertEqual(start.notice_level, "warning")
        self.assertRegex(start.notice, "Without receipts.*Receipts")
        # Somebody comes back to this step later.
        start._enter("account")
        self.assertRegex(start.missing_scopes_text, "Without receipts.*Receipts")

    @contextmanager
    def app_without(self, *scopes):
        """Let OTTO refuse a token, as a whole, to whoever asks for one of these scopes."""
        transport = client.Transport

        def refuse(url, credentials, *args):
            lacks = set(scopes) & set(credentials.scopes)
            return transport(url, replace(credentials, scopes=("moon",)) if lacks else credentials, *args)

        with patch.object(client, "Transport", refuse):
            yield

    def test_r1_test_connection_says_unreachable_and_blocked(self):
        self.channel.base_url = "http://localhost:9"
        self.assertIn("cannot be reached", self.connection_words())
        self.channel.base_url = self.sandbox.otto_url
        self.sandbox.fault("forbidden_waf", "/", times=None)
        self.assertIn("blocks this server", self.connection_words())

    def test_r1_secrets_are_for_system_administrators_only(self):
        manager = new_test_user(self.env, "sales", groups="sales_team.group_sale_manager")
        for field in ("client_id", "client_secret", "base_url"):
            with self.assertRaises(AccessError):
                self.channel.with_user(manager).read([field])
        self.assertTrue(self.channel.with_user(manager).read(["name"]))

    def test_r1_a_copy_has_no_secrets(self):
        copy = self.channel.copy({"name": "Copy"})
        self.assertFalse(copy.client_id or copy.client_secret)

    def test_r1_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "elsewhere",
            groups="sales_team.group_sale_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(self.env["otto.channel"].with_user(user).search([]))

    def test_channel_without_credentials_says_so(self):
        self.channel.client_secret = False
        with self.assertRaisesRegex(UserError, "Client Secret"):
            self.channel._otto_client()

    def test_scheduled_actions_come_and_go_with_the_channel(self):
        channel = self.make_channel("Second")
        crons = channel.sync_ids.cron_id
        self.assertEqual(len(crons), len(self.env["otto.sync"]._flows()))
        channel.active = False
        self.assertFalse(any(crons.mapped("active")))
        channel.unlink()
        self.assertFalse(crons.exists())

    def test_r1_an_api_user_logs_in_with_name_and_password(self):
        self.channel.write({"login": "api_user", "client_id": False, "client_secret": False})
        with self.assertRaisesRegex(UserError, "User Name, Password"):
            self.channel.action_test_connection()
        self.channel.write({"username": "sandbox-user", "password": "wrong"})
        self.channel.action_test_connection()
        self.assertEqual(self.channel.connection_state, "failed")
        self.channel.password = "sandbox-password"
        self.channel.action_test_connection()
        self.assertEqual(self.channel.connection_state, "ok")

    def test_a_copied_database_does_not_talk_to_otto(self):
        self.env.flush_all()
        self.env.cr.execute(file_open("otto_market_connector/data/neutralize.sql").read())
        self.env.invalidate_all()
        for field in ("client_id", "client_secret", "username", "password", "base_url"):
            self.assertFalse(self.channel[field])
        self.assertFalse(any(self.channel.sync_ids.cron_id.mapped("active")))
        with self.assertRaisesRegex(UserError, "Please enter"):
            self.channel._otto_client()

    def test_what_scheduled_actions_write_is_in_the_responsible_persons_language(self):
        self.channel.responsible_id = new_test_user(self.env, "german", lang="de_DE")
        self.sandbox.fault("status", "/v4/orders", status=500, times=None)
        self.assertIn("nicht erreichbar", self.run_flow("orders").last_error)
        self.assertIn("nicht erreichbar", self.open_issues("connection").name)

    def test_r20_a_failure_is_one_issue_one_activity_and_resolves_itself(self):
        self.sandbox.fault(kind="status", status=500, path="/v4/orders", times=None)
        self.run_flow("orders")
        sync = self.run_flow("orders")
        issue = self.open_issues("connection")
        self.assertEqual((len(issue), issue.count), (1, 2))
        self.assertTrue(sync.last_error)
        self.assertEqual(len(self.channel.activity_ids), 1)
        self.sandbox.clear_faults()
        self.run_flow("orders")
        self.assertEqual(issue.state, "solved")
        self.assertFalse(self.channel.activity_ids)
        self.assertFalse(sync.last_error)

    def test_neutralize_takes_credentials_and_scheduled_actions(self):
        from odoo.tools import file_open

        with file_open("otto_market_connector/data/neutralize.sql") as script:
            self.env.flush_all()
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.channel.client_id or self.channel.client_secret or self.channel.base_url)
        self.assertFalse(any(self.channel.sync_ids.cron_id.mapped("active")))
