"""What OTTO has been told of an order is written in one place, in steps that can follow on each other (R9, R15)."""

import ast

from odoo.addons.otto_market_connector.models.fulfilment.sale_order import DUE, REPORT_STEPS

from dev.settings import ROOT
from tests.harness import OttoCase

ONE_WRITER = "fulfilment/sale_order.py"


class TestReportState(OttoCase):
    def test_r15_every_step_of_the_table_and_no_other_is_taken(self):
        order = self.import_orders()
        states = [value for value, _label in order._fields["otto_report_state"].selection]
        self.assertEqual(set(states), set(REPORT_STEPS))
        for before in states:
            for after in states:
                order._otto_note(
                    otto_report_state=before, otto_refusal="why", otto_cancel_sent_on="2026-01-01 00:00:00"
                )
                taken = order._otto_update_report_state(after)
                allowed = before in REPORT_STEPS[after]
                self.assertEqual((bool(taken), order.otto_report_state), (allowed, after if allowed else before))
                settled = allowed and after in ("none", "sent", "cancelled")
                self.assertEqual(bool(order.otto_refusal or order.otto_cancel_sent_on), not settled, (before, after))

    def test_r15_what_is_due_is_told_soon(self):
        order = self.import_orders()
        cron = self.channel._sync("fulfilment").cron_id
        for state in DUE:
            order._otto_note(otto_report_state="none")
            self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
            order._otto_update_report_state(state)
            self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), state)

    def test_r9_no_other_method_writes_it(self):
        writers = set()
        for path in (ROOT / "otto_market_connector").glob("**/*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                keys = [word.arg for word in node.keywords] if isinstance(node, ast.Call) else []
                if isinstance(node, ast.Dict):
                    keys = [getattr(key, "value", None) for key in node.keys]
                if isinstance(node, ast.Assign):
                    keys = [getattr(target, "attr", None) for target in node.targets]
                if "otto_report_state" in keys:
                    writers.add(str(path.relative_to(ROOT / "otto_market_connector" / "models")))
        self.assertEqual(writers, {ONE_WRITER})
