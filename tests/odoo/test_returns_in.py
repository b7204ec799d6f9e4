"""R22: what OTTO and the carrier say of returns; one return for each parcel, one line for each piece."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.otto_market_connector.models.core.moments import german_day
from odoo.addons.otto_market_connector.otto_api import OttoClient
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from tests.odoo.returns_case import ReturnsCase

FLOW = "odoo.addons.otto_market_connector.models.returns.otto_flow_returns_in"


class TestReturnsIn(ReturnsCase):
    @contextmanager
    def edited_entries(self, edit):
        """Let OTTO's lists of returns come in another form than the sandbox writes them."""
        pages = OttoClient._pages

        def edited(client, path, params):
            for body in pages(client, path, params):
                if path == "/v3/returns" and body["positionItems"]:
                    edit(body["positionItems"])
                yield body

        with patch.object(OttoClient, "_pages", edited):
            yield

    def without_entries(self):
        """Let entries be missing in OTTO's lists, as where a list moves while it is read."""
        return self.edited_entries(list.clear)

    def test_r22_an_announcement_is_a_return_with_its_pieces(self):
        order = self.sent_orders(pieces=2)
        [parcel] = self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.assertEqual(len(record), 1)
        self.assertEqual((record.origin, record.state, record.carrier_state), ("announced", "expected", "announced"))
        self.assertEqual(record.line_ids.piece_id, order.otto_position_ids)
        self.assertEqual(record.order_ids, order)
        self.assertEqual(record.name, self.return_number(order))
        self.assertEqual(record.otto_parcel_id, parcel)
        self.assertEqual(set(record.line_ids.mapped("otto_status")), {"announced"})
        self.assertEqual(order.otto_return_count, 1)

    def test_r23_it_is_expected_with_odoos_own_return_of_the_delivery(self):
        order = self.sent_orders(pieces=2)
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        transfer = record.picking_ids
        self.assertEqual(len(transfer), 1)
        self.assertEqual(transfer.picking_type_code, "incoming")
        self.assertEqual(transfer.return_id, order.picking_ids.filtered(lambda p: p.picking_type_code == "outgoing"))
        self.assertEqual(sum(transfer.move_ids.mapped("product_uom_qty")), 2)
        self.assertEqual(record.line_ids.picking_id, transfer)
        self.assertTrue(record.awaits_goods)
        self.assertFalse(transfer.carrier_id)

    def test_r22_one_parcel_for_two_orders_is_one_return_with_a_transfer_of_each_delivery(self):
        orders = self.sent_orders(2)
        self.announce(orders.otto_position_ids, trackingNumbers=["RET1"])
        record = self.read_returns()
        self.assertEqual(len(record), 1)
        self.assertEqual(record.order_ids, orders)
        self.assertEqual(len(record.picking_ids), 2)
        for line in record.line_ids:
            self.assertEqual(
                line.picking_id.return_id, line.order_id.picking_ids - line.order_id.otto_return_ids.picking_ids
            )

    def test_r22_a_part_of_an_order(self):
        order = self.sent_orders(pieces=3)
        first = order.otto_position_ids[0]
        self.announce(first)
        record = self.read_returns()
        self.assertEqual(record.line_ids.piece_id, first)
        self.assertEqual(sum(record.picking_ids.move_ids.mapped("product_uom_qty")), 1)
        self.assertEqual(record.picking_ids.move_ids.product_id, first.order_line_id.product_id)

    def test_r22_a_further_piece_under_the_same_number_comes_in_the_same_parcel(self):
        order = self.sent_orders(pieces=2)
        first, second = order.otto_position_ids
        self.announce(first)
        self.read_returns()
        self.announce(second)
        record = self.read_returns()
        self.assertEqual(len(record), 1)
        self.assertEqual(record.line_ids.piece_id, first | second)
        self.assertEqual(sum(record.picking_ids.move_ids.mapped("product_uom_qty")), 2)

    def test_r22_several_numbers_are_one_return_with_several_parcels(self):
        order = self.sent_orders(pieces=2)
        parcels = self.announce(order.otto_position_ids, trackingNumbers=["R1", "R2"])
        record = self.read_returns()
        self.assertEqual(len(record), 1)
        self.assertEqual(record.tracking_numbers, "R1 R2")
        self.assertEqual(set(record.otto_parcel_ids.split()), set(parcels))

    def test_r22_numbers_with_blanks(self):
        order = self.sent_orders(pieces=2)
        first, second = order.otto_position_ids
        self.announce(first, trackingNumbers=["9999 8888", "77"])
        record = self.read_returns()
        self.announce(second, trackingNumbers=["99998888"])
        self.assertEqual(self.read_returns(), record)
        self.assertEqual((record.tracking_number, record.tracking_numbers), ("99998888", "99998888 77"))
        self.assertEqual(len(record.otto_parcel_ids.split()), 3)
        self.assertEqual(record._find("9999 8888"), record)

    def test_r22_a_forwarder_has_no_number(self):
        orders = self.sent_orders(2)
        self.announce(orders.otto_position_ids, trackingNumbers=[])
        records = self.read_returns()
        self.assertEqual([record.order_ids for record in records], list(orders))
        self.assertEqual(records.mapped("name"), orders.mapped("otto_order_number"))
        self.assertEqual(self.read_returns(), records)

    def test_r22_what_is_known_changes_nothing_and_is_read_no_further(self):
        order = self.sent_orders(pieces=2)
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        before = record.line_ids.read(), record.read(["state", "tracking_numbers", "picking_ids", "message_ids"])
        self.sandbox.clear_requests()
        self.assertEqual(self.read_returns(), record)
        self.assertEqual(len(self.list_requests()), 4)
        after = record.line_ids.read(), record.read(["state", "tracking_numbers", "picking_ids", "message_ids"])
        self.assertEqual(after, before)

    def test_r22_pages_are_read_until_only_known_entries_come(self):
        orders = self.sent_orders(11, pieces=10)
        pieces = orders.otto_position_ids
        for order in orders[:10]:
            self.announce(order.otto_position_ids)
        records = self.read_returns()
        self.assertEqual(len(records.line_ids), 100)
        self.announce(orders[10].otto_position_ids)
        self.sandbox.clear_requests()
        records = self.read_returns()
        self.assertEqual(records.line_ids.piece_id, pieces)
        announced = [row for row in self.list_requests() if "ANNOUNCED" in row["query"].upper()]
        self.assertEqual(len(announced), 2)

    def test_r22_scans_tell_where_the_parcel_is(self):
        order = self.sent_orders()
        [parcel] = self.announce(order.otto_position_ids, scans={})
        record = self.read_returns()
        self.sandbox.scan_return(parcel, "ON_THE_WAY")
        self.read_returns()
        self.assertEqual((record.carrier_state, record.delivered_on), ("on_the_way", False))
        self.sandbox.scan_return(parcel, "DELIVERED")
        self.read_returns()
        self.assertEqual(record.carrier_state, "delivered")
        self.assertTrue(record.delivered_on)
        self.assertEqual(record.state, "expected")
        self.assertEqual(record.due_on, german_day(record.delivered_on) + timedelta(days=7))

    def test_r22_otto_writes_states_with_blanks_too(self):
        self.sandbox.return_rules(blanks=True)
        order = self.sent_orders()
        [parcel] = self.announce(order.otto_position_ids, scans={})
        self.sandbox.scan_return(parcel, "ON_THE_WAY")
        self.assertEqual(self.read_returns().carrier_state, "on_the_way")

    def test_r22_withdrawn_the_expected_goods_are_taken_back(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.sandbox.withdraw_return(self.ids(order.otto_position_ids))
        self.read_returns()
        self.assertEqual((record.state, record.picking_ids.state), ("withdrawn", "cancel"))
        self.assertFalse(record.line_ids.is_open)
        self.assertFalse(record.awaits_goods)

    def test_r22_withdrawn_in_part_the_rest_is_still_expected(self):
        order = self.sent_orders(pieces=2)
        first, second = order.otto_position_ids
        self.announce(first | second)
        record = self.read_returns()
        self.sandbox.withdraw_return(self.ids(first))
        self.read_returns()
        self.assertEqual(record.state, "expected")
        self.assertEqual(record.line_ids.filtered("withdrawn_on").piece_id, first)
        open_moves = record.picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(
            (open_moves.product_id, sum(open_moves.mapped("product_uom_qty"))), (second.order_line_id.product_id, 1)
        )

    def test_r22_withdrawn_in_part_of_equal_pieces(self):
        order = self.sent_orders(pieces=2, skus=[self.articles[0]["sku"]])
        first, second = order.otto_position_ids
        self.assertEqual(first.order_line_id, second.order_line_id)
        self.announce(first | second)
        record = self.read_returns()
        self.sandbox.withdraw_return(self.ids(first))
        self.read_returns()
        self.assertEqual(record.picking_ids.move_ids.mapped("product_uom_qty"), [1])
        self.assertEqual(record.picking_ids.move_ids.mapped("quantity"), [1])

    def test_r22_withdrawn_and_announced_again(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        self.read_returns()
        self.sandbox.withdraw_return(self.ids(order.otto_position_ids))
        self.read_returns()
        self.sandbox.advance(60)
        self.announce(order.otto_position_ids)
        first, second = self.read_returns()
        self.assertEqual((first.state, second.state), ("withdrawn", "expected"))
        self.assertEqual(second.picking_ids.state, "assigned")

    def test_r22_a_rejection_shows_whatever_the_clocks_say(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        line = self.read_returns().line_ids
        line._decide("reject", "ITEM_DAMAGED", "D")
        # Odoo's clock is ahead of OTTO's.
        line.decided_on = fields.Datetime.now() + timedelta(minutes=1)
        self.read_returns()
        self.read_returns()
        self.assertEqual((line.decision_state, line.otto_status), ("done", "rejected"))

    def test_r22_rejected_announced_again_and_withdrawn(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        first = self.read_returns()
        first.picking_ids.action_cancel()
        first.line_ids.received = "missing"
        first.line_ids._decide("reject", "ITEM_DAMAGED", "D")
        self.sandbox.advance(60)
        self.read_returns()
        self.read_returns()
        self.assertEqual((first.line_ids.decision_state, first.line_ids.otto_status), ("done", "rejected"))
        self.sandbox.advance(60)
        self.announce(order.otto_position_ids)
        second = self.read_returns() - first
        self.assertEqual((second.state, second.picking_ids.state), ("expected", "assigned"))
        self.sandbox.withdraw_return(self.ids(order.otto_position_ids))
        self.read_returns()
        self.assertEqual((first.state, first.line_ids.otto_status), ("done", "rejected"))
        self.assertNotEqual(second.state, "expected")
        self.assertEqual(second.picking_ids.state, "cancel")

    def test_r22_a_missing_entry_whose_parcel_is_there_is_still_expected(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        with self.without_entries():
            self.read_returns()
        self.assertEqual((record.state, record.picking_ids.state), ("expected", "assigned"))

    def test_r22_nothing_is_taken_back_on_the_word_of_a_gateway(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.sandbox.withdraw_return(self.ids(order.otto_position_ids))
        for kind in ("gateway", "bare", "html"):
            with self.subTest(kind):
                self.sandbox.fault(kind, "/v1/return-shipments/", status=404, times=None)
                self.run_flow("returns")
                self.assertEqual((record.state, record.picking_ids.state), ("expected", "assigned"))
                self.sandbox.clear_faults()
        self.read_returns()
        self.assertEqual(record.state, "withdrawn")

    def test_r22_without_any_number_missing_once_is_not_withdrawn(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids, trackingNumbers=[])
        record = self.read_returns()
        self.sandbox.withdraw_return(self.ids(order.otto_position_ids))
        self.read_returns()
        self.assertEqual(record.state, "expected")
        record.line_ids.missing_since -= timedelta(days=2)
        self.read_returns()
        self.assertEqual((record.state, record.picking_ids.state), ("withdrawn", "cancel"))

    def test_r22_misdirected_goods_are_a_return_of_their_own(self):
        order = self.sent_orders(pieces=2)
        first, second = order.otto_position_ids
        self.announce(first | second)
        record = self.read_returns()
        self.sandbox.advance(60)
        self.sandbox.misdirect_return(self.ids(first))
        away = self.read_returns() - record
        self.assertEqual((away.origin, away.state, away.line_ids.piece_id), ("misdirected", "expected", first))
        self.assertEqual(away.name, away.otto_warehouse_id)
        self.assertEqual(away.picking_ids.state, "assigned")
        self.assertFalse(away.tracking_number)
        expected = record.picking_ids.move_ids.filtered(lambda move: move.state == "assigned")
        self.assertEqual(expected.product_id, second.order_line_id.product_id)
        self.assertEqual(self.read_returns(), record | away)

    def test_r22_misdirected_without_an_announcement(self):
        order = self.sent_orders()
        self.sandbox.misdirect_return(self.ids(order.otto_position_ids))
        record = self.read_returns()
        self.assertEqual((record.origin, record.line_ids.otto_status), ("misdirected", "misdirected"))

    def test_r20_a_return_of_an_order_that_odoo_does_not_have_is_an_issue(self):
        order = self.sent_orders()
        [other] = self.sandbox.make_orders()
        self.sandbox.act(other, "send")
        rows = {row["salesOrderId"]: row for row in self.sandbox.state()["orders"]}
        items = [item["positionItemId"] for item in rows[other]["positionItems"]]
        self.sandbox.announce_return([*items, *self.ids(order.otto_position_ids)])
        record = self.read_returns()
        self.assertEqual(record.order_ids, order)
        issue = self.open_issues("return")
        self.assertEqual(issue.external_id, other)
        self.run_flow("returns")
        self.assertEqual(issue.count, 1)
        self.run_flow("orders")
        issue.action_retry()
        records = self.read_returns()
        self.assertEqual(records.order_ids, order | self.order([other]))
        self.assertEqual(issue.state, "solved")

    def test_r20_solved_by_a_person_it_is_not_reported_again(self):
        [other] = self.sandbox.make_orders()
        self.sandbox.act(other, "send")
        rows = {row["salesOrderId"]: row for row in self.sandbox.state()["orders"]}
        self.sandbox.announce_return([item["positionItemId"] for item in rows[other]["positionItems"]])
        self.read_returns()
        self.open_issues("return").action_solve()
        self.channel._sync("returns").returns_read_on = False
        self.read_returns()
        self.assertFalse(self.open_issues("return"))

    def test_r20_without_a_delivery_in_odoo_the_return_is_there_and_says_so(self):
        order = self.import_orders()
        self.sandbox.act(order.otto_order_id, "send")
        self.run_flow("orders")
        self.announce(order.otto_position_ids, trackingNumbers=["R1"])
        record = self.read_returns()
        self.assertFalse(record.picking_ids)
        issue = self.open_issues("return")
        self.assertIn(order.name, issue.name)
        self.assertIn(order.picking_ids.name, issue.name)
        self.validate(order)
        issue.action_retry()
        self.read_returns()
        self.assertEqual(record.picking_ids.state, "assigned")
        self.assertEqual(issue.state, "solved")

    def test_r20_an_entry_that_cannot_be_read_stops_no_other(self):
        orders = self.sent_orders(2)
        self.announce(orders.otto_position_ids)
        with self.edited_entries(lambda entries: entries[0].pop("occurredTime")):
            record = self.read_returns()
        self.assertEqual(len(record.line_ids), 1)
        self.assertTrue(self.open_issues("return"))
        self.assertEqual(len(self.read_returns().line_ids), 2)
        self.assertFalse(self.open_issues("return"))

    def test_r20_an_entry_that_cannot_be_taken_over_stops_no_other(self):
        orders = self.sent_orders(3)
        for order in orders:
            self.announce(order.otto_position_ids)
        bad = orders[1].otto_position_ids
        make = type(self.env["otto.return.intake"])._make_lines

        def broken(intake, vals_list):
            if any(vals["piece_id"] == bad.id for vals in vals_list):
                raise ValueError("a defect")
            return make(intake, vals_list)

        with patch.object(type(self.env["otto.return.intake"]), "_make_lines", broken), mute_logger(FLOW):
            records = self.read_returns()
        self.assertEqual(records.order_ids, orders - orders[1])
        self.assertIn(bad.position_id, self.open_issues("return").mapped("external_id"))
        self.assertEqual(self.read_returns().order_ids, orders)
        self.assertFalse(self.open_issues("return"))

    def test_r2_nothing_is_read_without_changes_from_otto(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        self.channel.sync_direction = "out"
        self.sandbox.clear_requests()
        self.assertFalse(self.read_returns())
        self.assertFalse(self.list_requests() + self.list_requests("/v1/return-shipments"))

    def test_r22_overdue_by_the_arrival_else_by_the_announcement(self):
        orders = self.sent_orders(2)
        [parcel] = self.announce(orders[0].otto_position_ids, scans={})
        self.announce(orders[1].otto_position_ids, scans={})
        self.sandbox.scan_return(parcel, "DELIVERED")
        first, second = self.read_returns()
        self.assertFalse((first | second).activity_ids)
        first.delivered_on -= timedelta(days=9)
        second.announced_on -= timedelta(days=9)
        self.assertEqual(self.env["otto.return"].search([("is_overdue", "=", True)]), first)
        self.assertEqual(self.env["otto.return"].search([("waits_for_person", "=", True)]), first)
        self.read_returns()
        self.read_returns()
        self.assertEqual(len(first.activity_ids), 1)
        self.assertEqual(first.activity_ids.user_id, self.channel._whom_to_tell())
        second.announced_on -= timedelta(days=9)
        self.channel.return_days = 30
        self.assertFalse((first | second).filtered("is_overdue"))
        self.read_returns()
        self.assertFalse((first | second).activity_ids)

    def test_r22_the_days_are_bounded(self):
        for name in ("return_days", "return_transport_days"):
            for days in (-1, 10**9, 366):
                with self.subTest(name, days=days), self.assertRaises(ValidationError):
                    self.channel[name] = days

    def test_r22_decided_the_activity_goes(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids, scans={})
        record = self.read_returns()
        record.announced_on -= timedelta(days=30)
        self.read_returns()
        self.assertTrue(record.activity_ids)
        self.sandbox.decide_return(self.ids(order.otto_position_ids))
        self.read_returns()
        self.assertFalse(record.activity_ids)
