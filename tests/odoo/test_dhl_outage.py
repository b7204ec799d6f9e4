"""R32: one outage of DHL makes the warehouse wait once; who comes later hears at once, and goes on when it is back."""

import time

from odoo import fields
from odoo.addons.delivery_dhl_de.dhl_api.connection import DhlConnection
from odoo.addons.delivery_dhl_de.dhl_api.watch import is_silence
from odoo.exceptions import UserError

from tests.odoo.dhl_case import ORDERS
from tests.odoo.test_label_run import LabelRunCase


class TestDhlOutage(LabelRunCase):
    def setUp(self):
        super().setUp()
        defaults = {**DhlConnection.__init__.__kwdefaults__, "timeout": (0.2, 0.4)}
        self.patch(DhlConnection.__init__, "__kwdefaults__", defaults)
        self.pickings = self.import_orders(4, pieces=1).picking_ids
        self.cron = self.env.ref("delivery_dhl_de.ir_cron_ask_whether_back")

    def falls_silent(self):
        self.sandbox.fault("slow", ORDERS, dhl=True, method="POST", seconds=2, times=None)

    def ship(self, picking):
        """Validate a delivery; return how it was refused, False when it was not, and the seconds it took."""
        start = time.monotonic()
        try:
            with self.own_cursor() as env:
                picking.with_env(env(user=self.env.uid)).button_validate()
                env.cr.commit()
        except UserError as error:
            return str(error), time.monotonic() - start
        return False, time.monotonic() - start

    def asked(self):
        return [r for r in self.sandbox.requests(dhl=True) if (r["method"], r["path"]) == ("POST", ORDERS)]

    def note_outage(self):
        """Note what a transaction of its own would have kept: the tests' rollbacks take it with them."""
        self.env["dhl.outage"]._note(self.carrier._dhl_de_root(), self.carrier.id, False)
        self.env.flush_all()

    def ask(self):
        """Run the scheduled action."""
        with self.own_cursor() as env:
            env["dhl.outage"]._cron_ask()

    def test_r32_only_the_first_waits_and_all_hear_what_to_do(self):
        self.falls_silent()
        refused, seconds = self.ship(self.pickings[0])
        self.assertIn("possibly booked", refused)
        self.assertGreater(seconds, 0.4)
        self.note_outage()
        self.sandbox.clear_requests()
        for picking in self.pickings[1:]:
            refused, _seconds = self.ship(picking)
            self.assertIn("nobody waits for it now", refused)
            self.assertIn(picking.name, refused)
            self.assertIn("try again in a few minutes", refused)
        self.assertFalse(self.asked())
        doubts = self.env["dhl.booking"].search([("picking_res_id", "in", self.pickings[1:].ids)])
        self.assertFalse(doubts, "a booking was noted although nothing was asked")

    def test_r32_the_scheduled_action_finds_out_when_it_is_back(self):
        self.note_outage()
        self.falls_silent()
        self.ask()
        self.assertEqual(self.env["dhl.outage"].search_count([("is_back", "=", False)]), 2)
        self.assertIn("nobody waits", self.ship(self.pickings[0])[0])
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)]))
        self.sandbox.clear_faults()
        self.ask()
        self.assertFalse(self.sandbox.dhl_state()["shipments"], "the question has booked")
        self.assertFalse(self.ship(self.pickings[0])[0])
        self.assertEqual(self.pickings[0].state, "done")

    def test_r32_without_scheduled_actions_it_is_asked_again_after_a_while(self):
        self.note_outage()
        self.env["dhl.outage"].search([]).until = fields.Datetime.subtract(fields.Datetime.now(), seconds=1)
        self.assertFalse(self.ship(self.pickings[0])[0])
        self.assertTrue(self.env["dhl.outage"].search([], limit=1).is_back)

    def test_r32_a_run_waits_and_goes_on_by_itself(self):
        self.note_outage()
        self.falls_silent()
        run = self.start(self.pickings)
        self.assertEqual((run.state, run.worked), ("running", 0))
        self.assertIn("nobody waits", run.note)
        self.sandbox.clear_faults()
        run.not_before = "2020-01-01 00:00:00"
        self.work()
        self.assertEqual((run.state, run.failed), ("done", 0))

    def test_r32_another_environment_is_asked(self):
        self.env["dhl.outage"]._note("https://elsewhere.example", self.carrier.id, False)
        self.assertFalse(self.ship(self.pickings[0])[0])

    def test_r32_a_person_who_tests_the_connection_asks(self):
        self.note_outage()
        with self.own_cursor() as env:
            answer = self.carrier.with_env(env).action_dhl_de_test_connection()
        self.assertEqual(answer["params"]["type"], "success")
        self.assertTrue(self.env["dhl.outage"].search([], limit=1).is_back)

    def test_what_fails_at_once_is_no_silence(self):
        for key, status, seconds, silent in (
            ("timeout", None, 0.1, True),
            ("connect_timeout", None, 0.1, True),
            ("no_connection", None, 0.1, False),
            ("cut", None, 0.1, False),
            ("cut", None, 9.0, True),
            ("", 500, 0.1, False),
            ("", 504, 9.0, True),
            ("", 200, 9.0, False),
            ("", 400, 9.0, False),
        ):
            with self.subTest(key=key, status=status, seconds=seconds):
                self.assertEqual(is_silence(key, status, seconds), silent)

    def test_old_notes_are_forgotten(self):
        self.note_outage()
        self.env["dhl.outage"]._gc_outages()
        rows = self.env["dhl.outage"].search([])
        self.assertEqual(len(rows), 1)
        rows.noted_on = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        self.env["dhl.outage"]._gc_outages()
        self.assertFalse(rows.exists())
