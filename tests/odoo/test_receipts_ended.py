"""R19, R20: whatever ends a run of the receipts between two commits, and whatever one order brings, all is said."""

import itertools
from unittest.mock import patch

from odoo.addons.otto_market_connector.models.core.concurrency import SyncBusy

from tests.odoo.booking_case import BookingCase
from tests.odoo.receipts_case import ReceiptsCase

LOGGER = "odoo.addons.otto_market_connector.models.receipts.otto_receipt_checks"


def ended_after(env, commits):
    """Have another worker take over after so many commits of a run, or never, when the run has fewer."""
    model = type(env["otto.sync"])
    lock, count = model._lock, itertools.count()

    def busy(sync):
        if next(count) == commits:
            raise SyncBusy
        return lock(sync)

    return patch.object(model, "_lock", busy)


class TestRunsThatEnd(ReceiptsCase):
    def cheaper(self, order):
        """Have OTTO bill a euro less than the order says."""
        number, body = next(
            (number, body)
            for number, body in self.sandbox.receipts().items()
            if body["orderNumber"] == order.otto_order_number
        )
        for amounts in (body["lineItems"]["itemPositions"][0]["positionSum"], body["totals"][0]):
            for name in ("gross", "net"):
                amounts[name] = {**amounts[name], "amount": round(amounts[name]["amount"] - 1, 2)}
        self.sandbox.edit_receipt(number, {"lineItems": body["lineItems"], "totals": body["totals"]})

    def reported(self, kind="receipt_total"):
        return set(self.open_issues(kind).mapped("external_id"))

    def test_r19_what_was_compared_is_reported_whatever_ends_the_run(self):
        for commits in range(1, 9):
            with self.subTest(commits=commits):
                order = self.ship(pieces=1, fees=[])
                self.settle()
                self.cheaper(order)
                with ended_after(self.env, commits):
                    self.read(fails=True)
                self.read()
                self.assertTrue(order.otto_receipt_ids.is_checked)
                self.assertIn(order.otto_order_number, self.reported())

    def test_r20_a_defect_of_one_order_hides_no_other(self):
        odd, cheap = self.ship(2, pieces=1, fees=[])
        self.settle()
        self.cheaper(cheap)
        model = type(self.env["otto.receipt.sums"])
        problems = model._problems

        def failing(sums, order):
            if order == odd:
                raise ZeroDivisionError("no way")
            return problems(sums, order)

        with patch.object(model, "_problems", failing), self.assertLogs(LOGGER, "WARNING"):
            self.read()
        self.assertEqual(self.reported(), {odd.otto_order_number, cheap.otto_order_number})
        issue = self.open_issues("receipt_total").filtered(lambda each: each.external_id == odd.otto_order_number)
        self.assertIn("no way", issue.name)
        self.assertIn("ZeroDivisionError", issue.traceback)
        # Tried again by the next run.
        self.read()
        self.assertEqual(self.reported(), {cheap.otto_order_number})

    def test_r20_a_defect_of_one_refund_hides_no_other(self):
        orders = self.shipped(2, pieces=1, fees=[])
        for order in orders:
            self.give_back(order)
        refunds = self.read().filtered(lambda receipt: receipt.kind == "refund")
        self.age(refunds, hours=2)
        model = type(self.env["otto.receipt.checks"])

        def failing(_checks, refund):
            if refund == refunds[0]:
                raise ZeroDivisionError("no way")
            return True

        with patch.object(model, "_is_without_return", failing), self.assertLogs(LOGGER, "WARNING"):
            self.read()
        self.assertEqual(self.reported("receipt_refund"), set(refunds.mapped("number")))


class TestBookingsThatEnd(BookingCase):
    def test_r19_what_cannot_be_booked_has_its_issue_whatever_ends_the_run(self):
        for commits in range(1, 7):
            with self.subTest(commits=commits):
                receipt = self.receipt(is_real=False)
                with ended_after(self.env, commits):
                    self.run_flow("receipts")
                self.run_flow("receipts")
                self.assertEqual(receipt.booking_state, "blocked")
                self.assertIn(receipt.number, self.open_issues("receipt_booking").mapped("external_id"))
