"""R22: returns that OTTO, a person in OTTO Partner Connect or we have decided, in whatever order the news come."""

from datetime import timedelta

from odoo import fields
from odoo.addons.otto_market_connector.otto_api import RETURN_SCOPES, ReturnDecision

from tests.odoo.returns_case import ReturnsCase


class TestReturnsSettled(ReturnsCase):
    def test_r22_refunded_by_otto_nobody_has_to_decide_and_the_goods_may_come(self):
        for reason in ("OVERDUE_CREDIT", "FAST_REFUND", "CUSTOMER_CLARIFICATION", "LACK_OF_COOPERATION"):
            with self.subTest(reason):
                order = self.sent_orders()
                self.announce(order.otto_position_ids)
                record = self.read_returns()[-1:]
                self.sandbox.decide_return(self.ids(order.otto_position_ids), reason)
                self.read_returns()
                self.assertEqual((record.state, record.line_ids.otto_reason), ("done", reason))
                self.assertTrue(record.line_ids.decided_by_otto)
                self.assertEqual((record.picking_ids.state, record.awaits_goods), ("assigned", True))
                self.assertIn(reason, " ".join(record.message_ids.mapped("body")))

    def test_r22_refunded_by_otto_without_an_announcement(self):
        order = self.sent_orders()
        self.sandbox.decide_return(self.ids(order.otto_position_ids))
        record = self.read_returns()
        self.assertEqual((record.origin, record.state), ("unannounced", "done"))
        self.assertTrue(record.line_ids.decided_by_otto)
        self.assertEqual(record.picking_ids.state, "assigned")

    def test_r22_a_fast_refund_between_two_readings_keeps_its_number(self):
        order = self.sent_orders()
        [parcel] = self.announce(order.otto_position_ids, fast_refund=True, scans={})
        self.sandbox.scan_return(parcel, "ON_THE_WAY")
        record = self.read_returns()
        self.assertEqual(len(record), 1)
        self.assertEqual((record.otto_parcel_id, record.state), (parcel, "done"))
        self.assertEqual(record.tracking_number, self.return_number(order))

    def test_r22_the_order_says_too_that_otto_has_refunded(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.sandbox.decide_return(self.ids(order.otto_position_ids))
        self.run_flow("orders")
        self.assertEqual((record.state, record.line_ids.decided_by_otto), ("done", True))
        self.assertEqual(record.picking_ids.state, "assigned")
        self.read_returns()
        self.assertEqual(record.line_ids.otto_reason, "OVERDUE_CREDIT")

    def test_r22_otto_answers_what_we_decided(self):
        order = self.sent_orders(pieces=2)
        first, second = order.otto_position_ids
        self.announce(first | second)
        lines = self.read_returns().line_ids
        asked = {"decision_state": "asked", "decision_asked_on": fields.Datetime.now(), "condition": "A"}
        lines[0].write({"decision": "accept", "decision_reason": "RETURN_RECEIVED", **asked})
        lines[1].write({"decision": "reject", "decision_reason": "ITEM_DAMAGED", **asked})
        self.assertEqual(lines.return_id.state, "decided")
        self.sandbox.advance(60)
        self.sandbox.decide_return(self.ids(first | second))
        self.read_returns()
        self.assertEqual(lines.mapped("decision_state"), ["done", "refused"])
        self.assertTrue(lines[1].decision_text)
        self.assertEqual(lines.return_id.state, "done")

    def test_r22_what_we_told_counts_before_the_lists_show_it(self):
        order = self.sent_orders(pieces=2)
        record = self.env["otto.return"].create({"channel_id": self.channel.id, "origin": "unannounced"})
        lines = record.line_ids.create(
            [{"return_id": record.id, "piece_id": piece.id} for piece in order.otto_position_ids]
        )
        self.announce(order.otto_position_ids)
        later = fields.Datetime.now() + timedelta(minutes=1)
        lines.write({"decision": "accept", "decision_state": "done", "decided_on": later})
        lines[1].decision = "reject"
        self.assertEqual(self.read_returns(), record)
        self.assertEqual(record.state, "done")

    def test_r22_an_announcement_of_what_the_warehouse_has_already(self):
        order = self.sent_orders()
        record = self.env["otto.return"].create({"channel_id": self.channel.id, "origin": "unannounced"})
        line = record.line_ids.create(
            {"return_id": record.id, "piece_id": order.otto_position_ids.id, "received": "received"}
        )
        self.announce(order.otto_position_ids)
        self.assertEqual(self.read_returns(), record)
        self.assertEqual((record.origin, record.state, line.otto_status), ("announced", "received", "announced"))
        self.assertEqual(record.tracking_number, self.return_number(order))

    def test_r22_accepted_without_goods_expects_none(self):
        for reason in ("SHIPMENT_LOST", "RETURN_LOST", "REFUND_AFTER_AFFIDAVIT", "COMPLAINT", "RETURN_RECEIVED"):
            with self.subTest(reason):
                order = self.sent_orders()
                known = self.read_returns()
                piece = order.otto_position_ids
                decision = ReturnDecision(piece.position_id, order.otto_order_id, "A", reason)
                # As in OTTO Partner Connect.
                self.channel._otto_client(RETURN_SCOPES).accept_returns([decision])
                record = self.read_returns() - known
                goods = reason == "RETURN_RECEIVED"
                self.assertEqual(record.origin, "unannounced" if goods else "office")
                self.assertEqual((record.state, bool(record.picking_ids)), ("done", goods))
                self.assertFalse(record.line_ids.decided_by_otto)

    def test_r22_rejected_elsewhere_then_accepted_elsewhere(self):
        order = self.sent_orders()
        piece = order.otto_position_ids
        self.announce(piece)
        record = self.read_returns()
        client = self.channel._otto_client(RETURN_SCOPES)
        for word, act, reason in (
            ("rejected", client.reject_returns, "WRONG_ITEM"),
            ("accepted", client.accept_returns, "RETURN_RECEIVED"),
        ):
            self.sandbox.advance(60)
            act([ReturnDecision(piece.position_id, order.otto_order_id, "E", reason)])
            self.assertEqual(self.read_returns(), record)
            line = record.line_ids
            self.assertEqual((line.otto_status, line.otto_reason, line.otto_condition), (word, reason, "E"))
            self.assertEqual(record.state, "done")

    def test_r22_an_acceptance_after_a_rejection_is_still_to_be_told(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        line = self.read_returns().line_ids
        line.write({"otto_status": "rejected", "decision": "accept", "decision_state": "due"})
        self.assertEqual((line.is_open, line.is_settled, line.return_id.state), (False, False, "decided"))

    def test_r22_decided_before_returns_were_read_is_history(self):
        order = self.sent_orders()
        self.sandbox.decide_return(self.ids(order.otto_position_ids))
        self.env.cr.execute("UPDATE otto_sync SET create_date = create_date + interval '1 day' WHERE flow = 'returns'")
        self.env.invalidate_all()
        self.assertFalse(self.read_returns())
