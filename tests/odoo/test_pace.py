"""R32: what a run leaves to a person at the screen, and for how long it may ask on."""

from unittest.mock import patch

from odoo.addons.otto_market_connector.models.core import otto_budget
from odoo.addons.otto_market_connector.otto_api import OttoRateLimited, pace

from tests.harness import OttoCase

A_MINUTE = 60


class TestPace(OttoCase):
    def setUp(self):
        super().setUp()
        # However slow the machine is, what is granted is used.
        self.startPatcher(patch.object(pace, "VALID", 1000.0))

    def budget(self, flow=0):
        return otto_budget.AccountBudget(self.env, self.id(), A_MINUTE, flow)

    def used_up(self, budget):
        """Take requests until one is refused; return how many there were, and the refusal."""
        for count in range(A_MINUTE + 1):
            try:
                budget.take("GET /v4/orders", 1.0)
            except OttoRateLimited as error:
                return count, error
        raise AssertionError("It was granted more than OTTO allows.")

    def test_r32_runs_leave_some_requests_to_a_person(self):
        runs = sum(self.used_up(self.budget(flow))[0] for flow in (1, 2, 3))
        self.assertEqual(runs, pace.share_of(A_MINUTE, background=True))
        person, refusal = self.used_up(self.budget())
        self.assertGreater(person, 0)
        self.assertEqual(runs + person, pace.share_of(A_MINUTE, background=False))
        self.assertLess(runs + person, A_MINUTE)
        self.assertTrue(refusal.until)

    def test_r32_a_run_that_asks_for_long_makes_room_and_a_person_is_not_cut_off(self):
        run, person = self.budget(1), self.budget()
        run.take("GET /v4/orders", 1.0)
        later = otto_budget.time.monotonic() + otto_budget.RUN_SECONDS + 1
        with patch.object(otto_budget.time, "monotonic", return_value=later):
            with self.assertRaises(OttoRateLimited) as caught:
                run.take("GET /v4/orders", 1.0)
            person.take("GET /v4/orders", 1.0)
        self.assertTrue(caught.exception.own)
