"""R24, R25, R19: what OTTO has certainly not been told is taken back; what it may have heard is not."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .decision_case import DecisionCase


class TestTakingBack(DecisionCase):
    def setUp(self):
        super().setUp()
        self.office = new_test_user(self.env, "office", "sales_team.group_sale_salesman_all_leads")

    def take_back(self, records):
        """Press the button as the office does."""
        return records.with_user(self.office).action_take_back()

    def due_reduction(self, **values):
        """Return a partial refund that OTTO was not asked for."""
        piece = self.sent(pieces=1).otto_position_ids
        return self.env["otto.price.reduction"].create({"piece_id": piece.id, "amount": 2, **values})

    def test_r24_nothing_is_decided_any_more_and_otto_hears_nothing(self):
        for decision in ("accept", "reject"):
            with self.subTest(decision):
                lines = self.lines_of(self.sent().otto_position_ids)
                kept = lines.read(["decision", "decision_state", "condition", "decided_on", "decided_by", "is_open"])
                self.decided(lines, decision)
                record = lines.return_id
                self.assertTrue(record.can_take_back)
                self.take_back(record)
                self.assertEqual(lines.read(list(kept[0])), kept)
                self.assertFalse(record.can_take_back)
                self.assertIn("Taken back", record.message_ids[:1].body)
                self.tell()
                self.assertFalse(self.told() or self.told("rejection"))
                # Something else may be decided now.
                self.decided(lines, "reject")
                self.tell()
                self.assertEqual(set(self.states(lines)), {"done"})

    def test_r24_a_rejection_that_otto_has_stands_again(self):
        lines = self.decided(self.lines_of(self.sent().otto_position_ids[:1]), "reject")
        self.tell()
        self.decided(lines, "accept")
        self.take_back(lines.return_id)
        self.assertEqual((lines.decision, lines.decision_state), ("reject", "done"))
        self.assertEqual(lines.decision_reason, "ITEM_DAMAGED")
        self.tell()
        self.assertEqual(self.at_otto_now()[lines.piece_id.position_id][0], "REJECTED")

    def test_r24_a_rejection_in_doubt_stays_in_doubt(self):
        lines = self.decided(self.lines_of(self.sent().otto_position_ids[:1]), "reject")
        lines.sudo().write({"decision_state": "asked", "decision_asked_on": "2026-05-01 10:00:00"})
        self.decided(lines, "accept")
        lines.sudo().decision_asked_on = "2026-05-02 10:00:00"
        self.take_back(lines.return_id)
        self.assertEqual((lines.decision, lines.decision_state), ("reject", "asked"))
        self.assertEqual(str(lines.decision_asked_on), "2026-05-01 10:00:00")

    def test_r19_what_otto_was_told_or_may_have_heard_stays(self):
        lines = self.decided(self.lines_of(self.sent().otto_position_ids[:1]))
        for state in ("asked", "done", "refused", "none"):
            with self.subTest(state):
                lines.sudo().decision_state = state
                self.assertFalse(lines.return_id.can_take_back)
                with self.assertRaisesRegex(UserError, "may have been"):
                    self.take_back(lines.return_id)
                with self.assertRaisesRegex(UserError, "may have been"):
                    lines._take_decision_back()
                self.assertEqual((lines.decision, lines.decision_state), ("accept", state))

    def test_r24_only_what_is_due_is_taken_back(self):
        told, due = self.lines_of(self.sent().otto_position_ids)
        self.decided(told)
        self.tell()
        self.decided(due)
        self.take_back(told.return_id)
        self.assertEqual((told.decision_state, due.decision_state), ("done", "none"))

    def test_r24_a_refund_without_goods_leaves_nothing(self):
        order = self.sent()
        lines = order._otto_accept_without_goods(order.otto_position_ids, "COMPLAINT", "A")
        record = lines.return_id
        self.assertEqual(record.origin, "office")
        self.take_back(record)
        self.assertFalse(record.exists() or lines.exists())
        self.assertIn("Taken back", order.message_ids[:1].body)
        self.assertTrue(order.otto_can_refund)

    def test_r22_a_piece_that_waits_elsewhere_is_decided_there(self):
        lines = self.decided(self.lines_of(self.sent().otto_position_ids[:1]))
        self.lines_of(lines.piece_id)
        with self.assertRaisesRegex(UserError, "another return"):
            self.take_back(lines.return_id)

    def test_r25_a_partial_refund_that_otto_was_not_asked_for(self):
        reduction = self.due_reduction()
        self.take_back(reduction)
        self.assertEqual(reduction.state, "taken_back")
        self.assertIn("Taken back", reduction.order_id.message_ids[:1].body)
        self.tell()
        self.assertFalse(self.told("/v1/price-reductions"))
        # Another one may be asked for.
        self.env["otto.price.reduction"].create({"piece_id": reduction.piece_id.id, "amount": 1})

    def test_r19_a_partial_refund_that_otto_may_have_stays(self):
        reduction = self.due_reduction()
        # Asked for, its answer lost, and not listed for a time: due again.
        for values in (
            {"asked_on": "2026-05-01 10:00:00"},
            *(
                {"state": state, "asked_on": False}
                for state in ("asked", "initiated", "processed", "rejected", "refused")
            ),
        ):
            with self.subTest(values):
                reduction.sudo().write(values)
                with self.assertRaisesRegex(UserError, "may have been"):
                    self.take_back(reduction)

    def test_who_may_not_decide_takes_nothing_back(self):
        reduction = self.due_reduction()
        lines = self.decided(self.lines_of(self.sent().otto_position_ids[:1]))
        reduction.sudo().write({"state": "due", "asked_on": False})
        for groups in ("stock.group_stock_user", "account.group_account_invoice"):
            person = new_test_user(self.env, groups, groups)
            for record in (lines.return_id, reduction):
                with self.subTest(f"{groups} {record}"), self.assertRaises(AccessError):
                    record.with_user(person).action_take_back()
        self.assertEqual((lines.decision_state, reduction.state), ("due", "due"))
