"""R24: what people decide about returned pieces is told to OTTO once, piece by piece, whatever happens on the way."""

from unittest.mock import patch

from odoo.addons.otto_market_connector.models.returns import otto_flow_returns_out as out
from odoo.addons.otto_market_connector.otto_api import OttoClient
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .decision_case import DecisionCase


class TestDeciding(DecisionCase):
    def test_r24_accepted_pieces_are_told_with_condition_and_reason(self):
        order = self.sent()
        lines = self.decided(self.lines_of(order.otto_position_ids), condition="C")
        self.assertEqual(set(self.states(lines)), {"due"})
        self.assertFalse(self.told())
        self.tell()
        self.assertEqual(set(self.states(lines)), {"done"})
        self.assertEqual(len(self.told()), 1)
        self.assertEqual(set(self.at_otto_now().values()), {("ACCEPTED", "C", "RETURN_RECEIVED")})
        self.assertIn("the customer gets the money", order.message_ids[:1].body)
        self.run_flow("orders")
        self.assertEqual(set(order.otto_position_ids.mapped("status")), {"returned"})

    def test_r24_the_flow_is_planned_by_the_decision(self):
        order = self.sent()
        cron = self.channel._sync("returns").cron_id
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.decided(self.lines_of(order.otto_position_ids[:1]))
        self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]))

    def test_r24_a_rejection_can_become_an_acceptance(self):
        lines = self.decided(self.lines_of(self.sent().otto_position_ids[:1]), "reject")
        self.tell()
        self.assertEqual(self.at_otto_now()[lines.piece_id.position_id], ("REJECTED", "B", "ITEM_DAMAGED"))
        self.decided(lines)
        self.tell()
        self.assertEqual(self.states(lines), ["done"])
        self.assertEqual(self.at_otto_now()[lines.piece_id.position_id][0], "ACCEPTED")

    def test_r24_a_rejection_that_nobody_was_told_becomes_an_acceptance(self):
        lines = self.decided(self.lines_of(self.sent().otto_position_ids[:1]), "reject")
        self.decided(lines)
        self.tell()
        self.assertFalse(self.told("rejection"))
        self.assertEqual(self.at_otto_now()[lines.piece_id.position_id][0], "ACCEPTED")

    def test_r24_an_acceptance_is_final_in_every_state(self):
        order = self.sent()
        lines = self.decided(self.lines_of(order.otto_position_ids[:1]))
        for state in ("due", "asked", "done"):
            lines.sudo().write({"decision_state": state})
            for decision in ("accept", "reject"):
                with self.assertRaisesRegex(UserError, "already been accepted by"):
                    self.decided(lines, decision)
        self.assertEqual((lines.decision, lines.decision_state), ("accept", "done"))

    def test_r24_a_piece_is_accepted_once_in_whichever_return(self):
        piece = self.sent().otto_position_ids[:1]
        self.decided(self.lines_of(piece))
        with self.assertRaisesRegex(UserError, "already been accepted"):
            self.decided(self.lines_of(piece))

    def test_r24_what_otto_paid_by_itself_is_not_decided_any_more(self):
        piece = self.sent().otto_position_ids[:1]
        for values in ({"decided_by_otto": True}, {"otto_status": "accepted"}):
            lines = self.lines_of(piece, **values)
            for decision in ("accept", "reject"):
                with self.assertRaisesRegex(UserError, "OTTO has"):
                    self.decided(lines, decision)
            lines.sudo().unlink()

    def test_r24_only_what_was_sent_is_decided(self):
        order = self.import_orders(pieces=1)
        piece = order.otto_position_ids
        for status in ("announced", "processable", "cancelled", "unknown"):
            piece.sudo().write({"status": status})
            lines = self.lines_of(piece)
            with self.assertRaisesRegex(UserError, f"{order.otto_order_number} is not sent at OTTO"):
                self.decided(lines)
            lines.sudo().unlink()

    def test_r2_a_channel_that_takes_over_no_changes_knows_by_itself_that_it_was_sent(self):
        order = self.import_orders(pieces=1)
        order._otto_note(otto_report_state="sent")
        self.assertEqual(self.states(self.decided(self.lines_of(order.otto_position_ids))), ["due"])

    def test_r24_rejected_twice_is_refused_with_the_person(self):
        lines = self.decided(self.lines_of(self.sent().otto_position_ids[:1]), "reject")
        with self.assertRaisesRegex(UserError, f"already been rejected by {self.env.user.name}"):
            self.decided(lines, "reject")

    def test_r24_all_or_nothing(self):
        order = self.sent()
        lines = self.lines_of(order.otto_position_ids)
        self.decided(lines[1])
        with self.assertRaises(UserError), self.cr.savepoint():
            self.decided(lines)
        self.assertEqual(self.states(lines), ["none", "due"])

    def test_r24_a_reason_of_the_other_kind_or_no_condition_is_refused(self):
        lines = self.lines_of(self.sent().otto_position_ids[:1])
        for decision, reason, condition in (
            ("accept", "ITEM_DAMAGED", "A"),
            ("reject", "RETURN_RECEIVED", "A"),
            ("reject", False, "A"),
            ("accept", "OVERDUE_CREDIT", "A"),
            ("accept", "RETURN_RECEIVED", False),
            ("accept", "RETURN_RECEIVED", "F"),
        ):
            with self.assertRaisesRegex(UserError, "choose a reason and a condition"):
                lines._decide(decision, reason, condition)

    def test_r2_nothing_goes_out_and_the_intent_waits(self):
        order = self.sent()
        lines = self.lines_of(order.otto_position_ids)
        for direction in ("none", "in"):
            self.channel.sync_direction = direction
            self.decided(lines[:1] if direction == "none" else lines[1:])
            self.tell()
            self.assertFalse(self.told())
        self.assertEqual(set(self.states(lines)), {"due"})
        self.assertIn("OTTO is not told as long as", lines.return_id.message_ids[:1].body)
        self.channel.sync_direction = "out"
        self.tell()
        self.assertEqual(set(self.states(lines)), {"done"})


class TestAnswers(DecisionCase):
    def refusing(self, piece, words):
        self.sandbox.return_rules(refuse={piece.position_id: words})

    def test_r20_207_is_read_piece_by_piece(self):
        for literal in (False, True):
            with self.subTest(literal_logref=literal):
                order = self.sent(pieces=3)
                lines = self.lines_of(order.otto_position_ids)
                self.sandbox.return_rules(
                    literal_logref=literal, refuse={lines[1].piece_id.position_id: "Product Not Sent By The Partner"}
                )
                self.decided(lines)
                self.tell()
                self.assertEqual(self.states(lines), ["done", "refused", "done"])
                self.assertIn("Product Not Sent", lines[1].decision_text)
                domain = [("external_id", "=", order.otto_order_number)]
                issue = self.open_issues("decision").filtered_domain(domain)
                self.assertEqual((issue.res_model, issue.res_id), ("sale.order", order.id))
                self.assertRegex(issue.name, "(?s)Retry.*Product Not Sent")

    def test_r20_422_refuses_all_and_retry_tells_again(self):
        order = self.sent(pieces=1)
        lines = self.lines_of(order.otto_position_ids)
        self.refusing(lines.piece_id, "Something new")
        self.decided(lines)
        self.tell()
        self.assertEqual(self.states(lines), ["refused"])
        self.assertTrue(lines.return_id.waits_for_person)
        self.sandbox.return_rules(refuse={})
        self.open_issues("decision").action_retry()
        self.tell()
        self.assertEqual(self.states(lines), ["done"])
        self.assertFalse(lines.decision_text)
        self.assertFalse(self.open_issues("decision"))

    def test_r20_a_refused_piece_can_be_decided_anew(self):
        order = self.sent(pieces=1)
        lines = self.lines_of(order.otto_position_ids)
        self.refusing(lines.piece_id, "Something new")
        self.decided(lines, "reject")
        self.tell()
        self.sandbox.return_rules(refuse={})
        self.decided(lines)
        self.tell()
        self.assertEqual(self.states(lines), ["done"])
        self.assertFalse(self.open_issues("decision"))

    def test_r19_already_accepted_is_a_success_in_all_of_ottos_words(self):
        for short in (False, True):
            with self.subTest(short_words=short):
                lines = self.lines_of(self.sent(pieces=2).otto_position_ids)
                self.sandbox.return_rules(short_words=short)
                self.sandbox.decide_return(lines[:1].piece_id.mapped("position_id"))
                self.decided(lines)
                self.tell()
                self.assertEqual(self.states(lines), ["done", "done"])
                self.assertFalse(self.open_issues("decision"))

    def test_r24_a_rejection_that_comes_too_late_says_so(self):
        order = self.sent(pieces=1)
        lines = self.lines_of(order.otto_position_ids)
        self.sandbox.decide_return(lines.piece_id.mapped("position_id"))
        self.decided(lines, "reject")
        self.tell()
        self.assertEqual(self.states(lines), ["refused"])
        self.assertIn("has the money already", lines.decision_text)
        self.assertIn("has the money already", self.open_issues("decision").name)
        for _run in range(2):
            self.tell(reading=True)
        self.assertFalse(lines.return_id.waits_for_person)
        self.assertFalse(self.open_issues("decision"))

    def test_r24_with_a_condition_that_is_mandatory(self):
        self.sandbox.return_rules(condition_mandatory=True)
        lines = self.decided(self.lines_of(self.sent().otto_position_ids))
        self.tell()
        self.assertEqual(set(self.states(lines)), {"done"})

    def test_r20_one_bad_piece_is_found_among_good_ones(self):
        """400 and 413 spoil the whole request, 500 too: it is halved until the piece is alone."""
        bad = self.sent(pieces=7).otto_position_ids
        lines = self.decided(self.lines_of(bad))
        wrong = lines[4].piece_id
        decision_of = type(self.env["otto.flow.returns"])._decision_of

        def spoiled(flow, line):
            decision = decision_of(flow, line)
            return decision if line.piece_id != wrong else type(decision)(wrong.position_id, "", "A", "X")

        with patch.object(type(self.env["otto.flow.returns"]), "_decision_of", spoiled):
            self.tell()
        self.assertEqual(
            [line.decision_state == "refused" for line in lines], [line.piece_id == wrong for line in lines]
        )
        self.assertEqual(set(self.states(lines - lines[4])), {"done"})

    def test_r24_more_than_two_hundred_pieces_are_told_in_several_calls(self):
        lines = self.decided(self.lines_of(self.sent(pieces=7).otto_position_ids))
        with patch.object(out, "BATCH", 3):
            self.tell()
        self.assertEqual([len(row["body"]["positionItems"]) for row in self.told()], [3, 3, 1])
        self.assertEqual(set(self.states(lines)), {"done"})
        self.assertEqual(out.BATCH, 200)

    def test_r20_413_is_halved(self):
        lines = self.decided(self.lines_of(self.sent(pieces=4).otto_position_ids))
        self.sandbox.fault("status", "/v3/returns/acceptance", status=413, times=1)
        self.tell()
        self.assertEqual(set(self.states(lines)), {"done"})


class TestDoubt(DecisionCase):
    def test_r19_a_lost_answer_is_in_doubt_and_told_again(self):
        lines = self.decided(self.lines_of(self.sent().otto_position_ids))
        self.sandbox.fault("lost", "/v3/returns/acceptance")
        self.tell()
        self.assertEqual(set(self.states(lines)), {"asked"})
        self.assertRegex(self.open_issues("decision").name, "no money is paid twice")
        self.assertEqual(len(self.told()), 1)
        self.tell()
        self.assertEqual(set(self.states(lines)), {"done"})
        self.assertFalse(self.open_issues("decision"))

    def test_r19_ottos_lists_answer_what_is_in_doubt_in_the_same_run(self):
        order = self.sent()
        accepted = self.decided(self.lines_of(order.otto_position_ids[:1]))
        rejected = self.decided(self.lines_of(order.otto_position_ids[1:]), "reject")
        self.sandbox.fault("lost", "/v3/returns", method="POST", times=2)
        self.tell(reading=True)
        self.assertEqual(self.states(accepted + rejected), ["done", "done"])
        self.assertEqual((len(self.told()), len(self.told("rejection"))), (1, 1))
        self.tell()
        self.assertFalse(self.open_issues("decision"))

    def test_r19_a_lost_answer_to_a_rejection_is_found_in_ottos_list(self):
        """What OTTO says to a second rejection is not known, so it gets none."""
        lines = self.decided(self.lines_of(self.sent().otto_position_ids), "reject")
        self.sandbox.fault("lost", "/v3/returns/rejection")
        self.tell()
        self.assertEqual(set(self.states(lines)), {"asked"})
        self.sandbox.clear_requests()
        self.tell()
        self.assertEqual(set(self.states(lines)), {"done"})
        self.assertFalse(self.told("rejection"))

    def test_r19_a_rejection_that_otto_never_heard_is_told_again(self):
        lines = self.decided(self.lines_of(self.sent().otto_position_ids), "reject")
        self.sandbox.fault("status", "/v3/returns/rejection", status=500)
        self.tell()
        self.tell()
        self.assertEqual(set(self.states(lines)), {"done"})
        self.assertEqual({row[0] for row in self.at_otto_now().values()}, {"REJECTED"})

    def test_r19_what_otto_surely_did_not_do_is_due_again(self):
        faults = (
            ("rate_limit", {"seconds": 1}),
            ("status", {"status": 503}),
            ("status", {"status": 401, "times": 3}),
            ("status", {"status": 403, "times": 2}),
        )
        for kind, options in faults:
            with self.subTest(kind=kind, **options), mute_logger("odoo.addons.otto_market_connector"):
                lines = self.decided(self.lines_of(self.sent().otto_position_ids))
                self.sandbox.fault(kind, "/v3/returns/acceptance", **options)
                self.tell()
                self.assertEqual(set(self.states(lines)), {"due"})
                self.sandbox.clear_faults()
                self.channel._sync("returns").not_before = False
                # The second for which the whole account waits is over (R32).
                self.env["otto.budget"].sudo().search([("kind", "=", "wait")]).unlink()
                self.tell()
                self.assertEqual(set(self.states(lines)), {"done"})

    def test_r19_who_decides_while_otto_is_told_is_not_overwritten(self):
        lines = self.decided(self.lines_of(self.sent(pieces=1).otto_position_ids), "reject")
        reject = OttoClient.reject_returns

        def meanwhile(client, decisions):
            result = reject(client, decisions)
            self.decided(lines)
            self.env.flush_all()
            return result

        with patch.object(OttoClient, "reject_returns", meanwhile):
            self.tell()
        self.assertEqual((lines.decision, self.states(lines)), ("accept", ["due"]))
        self.tell()
        self.assertEqual(self.at_otto_now()[lines.piece_id.position_id][0], "ACCEPTED")

    def test_r24_a_piece_that_was_rejected_before_does_not_come_twice_in_a_call(self):
        piece = self.sent(pieces=1).otto_position_ids
        lines = self.decided(self.lines_of(piece), "reject") + self.decided(self.lines_of(piece), "reject")
        self.tell()
        self.assertEqual([len(row["body"]["positionItems"]) for row in self.told("rejection")], [1, 1])
        self.assertEqual(self.states(lines), ["done", "done"])
