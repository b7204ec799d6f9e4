"""A customer's add-on brings a flow of its own and extends one that is there; nothing else has to know of it."""

from tests.harness import OttoCase


class TestOwnFlow(OttoCase):
    def said(self):
        return [str(body) for body in self.channel.message_ids.mapped("body")]

    def test_a_new_flow_has_row_action_and_button(self):
        sync = self.channel._sync("greetings")
        self.assertEqual(sync.cron_id.interval_number, 7)
        self.channel.action_sync_now()
        self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", sync.cron_id.id)]))

    def test_r20_its_failure_is_an_issue_and_retry_asks_the_flow(self):
        [otto_id] = self.sandbox.make_orders(count=1, pieces=3)
        self.env["otto.issue"]._write_failures(self.channel, "greeting", [(otto_id, "Nobody was greeted.", None)])
        self.open_issues("greeting").action_retry()
        sync = self.run_flow("greetings")
        self.assertFalse(sync.last_error)
        self.assertIn("<p>Hello, 3 pieces</p>", self.said())

    def test_otto_errors_of_it_are_shown_on_its_row(self):
        self.sandbox.fault("status", "/v4/orders", status=500, times=None)
        with self.own_cursor() as env:
            self.channel._sync("greetings").with_env(env(context={"number": "b0"}))._run()
        self.assertIn("OTTO", self.channel._sync("greetings").last_error)
        self.assertEqual(self.open_issues("connection").external_id, "greetings")

    def test_an_existing_flow_is_extended_by_inherit(self):
        self.import_orders(2)
        self.assertIn("<p>2 orders read</p>", self.said())
