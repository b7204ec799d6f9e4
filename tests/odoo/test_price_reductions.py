"""R25: a part of the price is given back once: below OTTO's limit, never twice after a lost answer, to its end."""

from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.addons.otto_market_connector.models.returns.const import SURE_AFTER, UNSETTLED_AFTER
from odoo.addons.otto_market_connector.otto_api import Money, OttoClient
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .decision_case import DecisionCase

PATH = "/v1/price-reductions"
MINUTE = 60


class ReductionCase(DecisionCase):
    def setUp(self):
        super().setUp()
        # However long a test takes, OTTO pays when the clock is moved on.
        self.sandbox.return_rules(reduction_seconds=MINUTE / 2)

    def ask(self, piece, amount=5.0, reason="Scratched"):
        """Ask for a partial refund as the office does; return it."""
        known = piece.price_reduction_ids
        wizard = self.env["otto.price.reduction.ask"].create(
            {"order_id": piece.order_id.id, "piece_id": piece.id, "amount": amount, "reason": reason}
        )
        wizard.action_ask()
        self.env.flush_all()
        piece.invalidate_recordset()
        return piece.price_reduction_ids - known

    def piece(self, **options):
        """Return a piece that was sent."""
        piece = self.sent(pieces=1, **options).otto_position_ids
        self.client_of().price_reductions(piece.position_id)
        self.sandbox.clear_requests()
        return piece

    def client_of(self):
        return self.channel._otto_client(("price-reduction",))

    def at_otto_reductions(self):
        """Return amounts and states that OTTO has."""
        return [
            (float(entry["priceReduction"]["amount"]), entry["status"])
            for row in self.sandbox.returns()["reductions"]
            for entry in row["priceReductions"]
        ]

    def asked(self):
        """Return the refunds that OTTO was asked for."""
        return self.told(PATH)

    def back(self, reduction, age):
        """Have a reduction be asked for some time ago."""
        reduction.sudo().asked_on = fields.Datetime.now() - age


class TestAsking(ReductionCase):
    def test_r25_asked_once_and_followed_until_it_is_paid(self):
        piece = self.piece()
        reduction = self.ask(piece)
        self.assertEqual((reduction.state, self.asked()), ("due", []))
        self.tell()
        self.assertEqual((reduction.state, len(self.asked())), ("initiated", 1))
        self.assertEqual(self.asked()[0]["body"]["priceReduction"], {"amount": 5.0, "currency": "EUR"})
        self.tell()
        self.sandbox.advance(MINUTE)
        self.tell()
        self.assertEqual((reduction.state, len(self.asked())), ("processed", 1))
        self.assertTrue(reduction.receipt_number)
        self.assertIn(reduction.receipt_number, piece.order_id.message_ids[:1].body)
        self.assertFalse(self.open_issues("reduction"))
        self.tell()
        self.assertEqual(len(self.asked()), 1)

    def test_r25_less_than_what_is_left_not_equal(self):
        piece = self.piece()
        for amount in (piece.price, piece.price + 0.01, 0, -1, 0.001):
            with self.assertRaises(UserError):
                self.ask(piece, amount)
        self.assertTrue(self.ask(piece, round(piece.price - 0.01, 2)))

    def test_r25_ottos_limit_counts_also_what_others_gave_back(self):
        piece = self.piece()
        other = round(piece.price - 3, 2)
        self.client_of().reduce_price(piece.order_id.otto_order_id, piece.position_id, self.money(other))
        wizard = self.env["otto.price.reduction.ask"].create({"order_id": piece.order_id.id, "piece_id": piece.id})
        self.assertAlmostEqual(wizard.limit, 3.0)
        with self.assertRaisesRegex(UserError, "must be less than.*3.00"):
            self.ask(piece, 3.0)
        self.assertTrue(self.ask(piece, 2.99))

    def money(self, amount):
        return Money(Decimal(str(amount)), "EUR")

    def test_r25_what_was_given_back_meanwhile_is_seen_before_it_is_asked_for(self):
        piece = self.piece()
        reduction = self.ask(piece, round(piece.price / 2, 2))
        self.client_of().reduce_price(
            piece.order_id.otto_order_id, piece.position_id, self.money(round(piece.price * 0.6, 2))
        )
        self.sandbox.clear_requests()
        self.tell()
        self.assertEqual((reduction.state, self.asked()), ("refused", []))
        self.assertIn("must be less than", self.open_issues("reduction").name)

    def test_r25_one_at_a_time_then_another(self):
        piece = self.piece()
        first = self.ask(piece)
        with self.assertRaisesRegex(UserError, "being asked for already"):
            self.ask(piece)
        self.tell()
        second = self.ask(piece)
        self.tell()
        self.sandbox.advance(MINUTE)
        self.tell()
        self.assertEqual([first.state, second.state], ["processed", "processed"])
        self.assertEqual(len({first.receipt_number, second.receipt_number}), 2)
        self.assertEqual(len(self.asked()), 2)

    def test_r25_not_for_what_was_not_sent_or_is_back(self):
        order = self.import_orders(pieces=1)
        with self.assertRaisesRegex(UserError, "not sent at OTTO"):
            self.ask(order.otto_position_ids)
        piece = self.piece()
        self.decided(self.lines_of(piece))
        with self.assertRaisesRegex(UserError, "already been accepted"):
            self.ask(piece)

    def test_r25_without_ottos_word_nothing_is_noted(self):
        piece = self.piece()
        self.sandbox.fault("status", PATH, status=503, times=9)
        with self.assertRaisesRegex(UserError, "OTTO cannot be asked how much"):
            self.ask(piece)
        self.assertFalse(piece.price_reduction_ids)

    def test_r2_nothing_goes_out_and_the_intent_waits(self):
        piece = self.piece()
        self.channel.sync_direction = "in"
        reduction = self.ask(piece)
        self.tell()
        self.assertEqual((reduction.state, self.asked()), ("due", []))
        self.assertIn("OTTO is not told as long as", piece.order_id.message_ids[:1].body)
        self.channel.sync_direction = "out"
        self.tell()
        self.assertEqual(reduction.state, "initiated")
        # What is under way is only looked at.
        self.channel.sync_direction = "none"
        self.sandbox.advance(MINUTE)
        self.tell()
        self.assertEqual(reduction.state, "processed")


class TestRefusals(ReductionCase):
    def test_r25_rejected_by_otto_is_an_issue_and_can_be_asked_for_again(self):
        self.sandbox.return_rules(reduction_outcome="REJECTED")
        piece = self.piece()
        reduction = self.ask(piece)
        self.tell()
        self.sandbox.advance(MINUTE)
        self.tell()
        self.assertEqual(reduction.state, "rejected")
        self.assertIn("Nothing was paid", self.open_issues("reduction").name)
        self.tell()
        self.assertEqual(len(self.asked()), 1)
        self.sandbox.return_rules(reduction_outcome=None)
        self.open_issues("reduction").action_retry()
        self.assertEqual(reduction.state, "due")
        self.tell()
        self.sandbox.advance(MINUTE)
        self.tell()
        self.assertEqual((reduction.state, len(self.asked())), ("processed", 2))
        self.assertFalse(self.open_issues("reduction"))

    def test_r25_the_piece_comes_back_meanwhile(self):
        piece = self.piece()
        reduction = self.ask(piece)
        self.sandbox.decide_return([piece.position_id])
        self.tell()
        self.assertEqual(reduction.state, "refused")
        self.assertIn("is back", self.open_issues("reduction").name)

    def test_r20_one_that_is_refused_does_not_stop_the_others(self):
        first, second = self.piece(), self.piece()
        reductions = self.ask(first) + self.ask(second)
        self.sandbox.decide_return([first.position_id])
        self.tell()
        self.assertEqual(reductions.mapped("state"), ["refused", "initiated"])

    def test_r20_a_defect_of_one_does_not_stop_the_others(self):
        first, second = self.piece(), self.piece()
        reductions = self.ask(first) + self.ask(second)
        flow = type(self.env["otto.flow.returns"])
        ask_for = flow._ask_for

        def broken(self, reduction):
            if reduction == reductions[0]:
                raise TypeError("no such thing")
            return ask_for(self, reduction)

        with patch.object(flow, "_ask_for", broken), mute_logger("odoo.addons.otto_market_connector"):
            self.tell()
        reductions.invalidate_recordset()
        self.assertEqual(reductions.mapped("state"), ["due", "initiated"])
        self.assertIn("no such thing", self.open_issues("reduction").name)

    def test_r25_an_app_without_the_permission_keeps_decisions_from_nothing(self):
        first, second = self.piece(), self.piece()
        reduction = self.ask(first)
        lines = self.decided(self.lines_of(second))
        self.sandbox.fault("status", PATH, status=403, times=9)
        self.tell()
        self.assertEqual((reduction.state, self.states(lines)), ("due", ["done"]))
        self.assertIn("price-reduction", self.open_issues("reduction").name)

    def test_r25_more_than_a_day_under_way_is_an_issue(self):
        self.sandbox.return_rules(reduction_seconds=10**7)
        reduction = self.ask(self.piece())
        self.tell()
        self.assertFalse(self.open_issues("reduction"))
        self.back(reduction, UNSETTLED_AFTER)
        self.tell()
        self.assertIn("neither paid nor rejected", self.open_issues("reduction").name)


class TestDoubt(ReductionCase):
    def test_r19_a_lost_answer_is_settled_by_what_otto_lists(self):
        reduction = self.ask(self.piece())
        self.sandbox.fault("lost", PATH, method="POST")
        self.tell()
        self.assertEqual((reduction.state, len(self.asked())), ("initiated", 1))
        self.sandbox.advance(MINUTE)
        self.tell()
        self.assertEqual((reduction.state, self.at_otto_reductions()), ("processed", [(5.0, "PROCESSED")]))

    def test_r19_not_even_when_otto_cannot_be_asked_after_it(self):
        reduction = self.ask(self.piece())
        self.sandbox.fault("lost", PATH, method="POST")
        listing, calls = OttoClient.price_reductions, []

        def only_before(client, position_id):
            calls.append(1)
            if len(calls) == 2:
                self.sandbox.fault("status", PATH, method="GET", status=503, times=20)
            return listing(client, position_id)

        with patch.object(OttoClient, "price_reductions", only_before):
            self.tell()
        self.assertEqual(reduction.state, "asked")
        self.sandbox.clear_faults()
        self.tell()
        self.assertIn(reduction.state, ("initiated", "processed"))
        self.assertEqual(len(self.asked()), 1)

    def test_r19_an_equal_refund_of_before_is_not_taken_for_ours(self):
        piece = self.piece()
        first = self.ask(piece)
        self.tell()
        second = self.ask(piece)
        self.sandbox.fault("status", PATH, method="POST", status=500)
        self.tell()
        self.assertEqual([first.state, second.state], ["initiated", "asked"])
        self.assertRegex(self.open_issues("reduction").name, "not known whether.*Retry asks at once")
        self.sandbox.advance(MINUTE)
        self.tell()
        self.assertEqual([first.state, second.state], ["processed", "asked"])

    def test_r19_what_otto_does_not_list_is_asked_for_again_after_a_time(self):
        for status in (500, 424, 502, 504):
            with self.subTest(status=status):
                reduction = self.ask(self.piece())
                self.sandbox.fault("status", PATH, method="POST", status=status)
                self.tell()
                self.tell()
                self.assertEqual((reduction.state, len(self.asked())), ("asked", 1))
                self.back(reduction, SURE_AFTER)
                self.tell()
                self.assertEqual((reduction.state, len(self.asked())), ("initiated", 2))
                self.assertFalse(self.open_issues("reduction"))

    def test_r19_a_person_may_have_it_asked_for_at_once_unless_otto_lists_it(self):
        reduction = self.ask(self.piece())
        self.sandbox.fault("status", PATH, method="POST", status=500)
        self.tell()
        self.open_issues("reduction").action_retry()
        self.tell()
        self.assertEqual((reduction.state, len(self.asked())), ("initiated", 2))

    def test_r19_retry_does_not_ask_for_what_otto_lists(self):
        reduction = self.ask(self.piece())
        self.sandbox.fault("lost", PATH, method="POST")
        with patch.object(type(self.env["otto.flow.returns"]), "_look_for", lambda _flow, _reduction: None):
            self.tell()
        self.assertEqual(reduction.state, "asked")
        reduction._retry()
        self.back(reduction, SURE_AFTER)
        self.tell()
        self.assertEqual((reduction.state, len(self.asked())), ("initiated", 1))

    def test_r19_what_comes_into_ottos_list_between_two_looks_is_not_asked_for(self):
        reduction = self.ask(self.piece())
        self.sandbox.fault("lost", PATH, method="POST")
        listing, calls = OttoClient.price_reductions, []

        def late(client, position_id):
            calls.append(1)
            return None if len(calls) <= 3 else listing(client, position_id)

        with patch.object(OttoClient, "price_reductions", late):
            self.tell()
            self.assertEqual(reduction.state, "asked")
            self.back(reduction, SURE_AFTER)
            self.tell()
        self.assertEqual((reduction.state, len(self.asked())), ("initiated", 1))

    def test_r19_what_otto_surely_did_not_do_is_due_again(self):
        for kind, options in (
            ("rate_limit", {"seconds": 1}),
            ("status", {"status": 503}),
            ("status", {"status": 401, "times": 3}),
            ("status", {"status": 403, "times": 3}),
        ):
            with self.subTest(kind=kind, **options), mute_logger("odoo.addons.otto_market_connector"):
                reduction = self.ask(self.piece())
                self.sandbox.fault(kind, PATH, method="POST", **options)
                self.tell()
                self.assertEqual(reduction.state, "due")
                self.sandbox.clear_faults()
                self.channel._sync("returns").not_before = False
                # The second for which the whole account waits is over (R32).
                self.env["otto.budget"].sudo().search([("kind", "=", "wait")]).unlink()
                self.tell()
                self.assertEqual(reduction.state, "initiated")
        self.assertEqual(len(self.at_otto_reductions()), 4)

    def test_r19_an_answer_that_cannot_be_read_does_not_lead_to_a_second_refund(self):
        reduction = self.ask(self.piece())
        self.sandbox.fault("lost", PATH, method="POST")
        with patch.object(type(self.env["otto.flow.returns"]), "_look_for", lambda _flow, _reduction: None):
            self.tell()
        self.back(reduction, SURE_AFTER)
        self.sandbox.fault("status", PATH, method="GET", status=400, times=3)
        self.tell()
        self.assertEqual(reduction.state, "asked")
        self.sandbox.clear_faults()
        self.tell()
        self.assertIn(reduction.state, ("initiated", "processed"))
        self.assertEqual(len(self.asked()), 1)
