"""Sent and cancelled out: one order's trouble is its own, nothing is told that is not so, what OTTO says settles it."""

from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo.addons.otto_market_connector.otto_api import OttoClient
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from tests.harness import OttoCase

SHIPMENT, RETURN = "00340434161094009{:03}", "99999158{:04}"
FLOW = "odoo.addons.otto_market_connector.models.fulfilment.otto_flow_fulfilment"
SYNC = "odoo.addons.otto_market_connector.models.core.otto_flow"


class OutboundCase(OttoCase):
    def shipped(self, count=1, **options):
        """Return orders that were shipped with labels made elsewhere, so that OTTO is to be told."""
        orders = self.import_orders(count, pieces=options.pop("pieces", 1), **options).sorted("id")
        for number, order in enumerate(orders):
            self.enter_labels(order, number)
            order.picking_ids.button_validate()
        self.assertEqual(set(orders.mapped("otto_report_state")), {"to_send"})
        return orders

    def enter_labels(self, order, number):
        rows = {"shipment": SHIPMENT.format(number), "return": RETURN.format(number)}
        for kind, text in rows.items():
            self.env["otto.parcel"].create({"order_id": order.id, "type": kind, "tracking_number": text})

    @contextmanager
    def while_telling(self, happens):
        """Have something happen in the moment in which OTTO is told of the first shipment."""
        done, ship = [], OttoClient.ship

        def and_then(client, shipment):
            if not done:
                done.append(True)
                happens()
            return ship(client, shipment)

        with patch.object(OttoClient, "ship", and_then):
            yield

    def refuse(self, order):
        with self.own_cursor() as env:
            order.with_env(env)._otto_refused("for whatever reason")

    def report(self, *failures):
        with self.own_cursor() as env:
            env["otto.issue"]._report(self.channel.with_env(env), "stock", failures)

    def asked(self, part):
        return [row for row in self.sandbox.requests() if row["method"] == "POST" and part in row["path"]]

    def statuses(self, order):
        return {item["fulfillmentStatus"] for item in self.at_otto(order)["positionItems"]}


class TestTelling(OutboundCase):
    def test_r15_what_is_not_due_any_more_is_not_told_and_never_cancelled(self):
        first, second = self.shipped(2)
        self.sandbox.clear_requests()

        def taken_back():
            second._otto_note(otto_report_state="waiting")
            self.env.flush_all()

        with self.while_telling(taken_back):
            self.run_flow("fulfilment")
        self.assertEqual((first.otto_report_state, second.otto_report_state), ("sent", "waiting"))
        self.assertFalse(self.asked("/cancellation"))
        self.assertEqual(self.statuses(second), {"PROCESSABLE"})

    def test_r20_a_defect_of_one_order_does_not_stop_the_others(self):
        first, second = self.shipped(2)
        first.sudo().warehouse_id.partner_id.zip = "20095"
        ship_of = type(self.env["otto.flow.fulfilment"])._shipment_of

        def broken(flow, order):
            if order == first:
                raise TypeError("no such thing")
            return ship_of(flow, order)

        with patch.object(type(self.env["otto.flow.fulfilment"]), "_shipment_of", broken), mute_logger(FLOW):
            sync = self.run_flow("fulfilment")
        self.assertFalse(sync.last_error)
        self.assertEqual((first.otto_report_state, second.otto_report_state), ("to_send", "sent"))
        issue = self.open_issues("report")
        self.assertEqual(issue.res_id, first.id)
        self.assertRegex(issue.name, f"{first.name}.*administrator.*no such thing")
        self.run_flow("fulfilment")
        self.assertFalse(self.open_issues("report"))

    def test_r20_a_cancellation_that_otto_does_not_know_does_not_stop_following(self):
        first, second = self.import_orders(2, pieces=1)
        for order in first | second:
            order.action_cancel()
        self.run_flow("fulfilment")
        first._otto_note(
            otto_order_id="00000000-0000-0000-0000-000000000000", otto_cancel_sent_on="2020-01-01 00:00:00"
        )
        second._otto_note(otto_cancel_sent_on="2020-01-02 00:00:00")
        self.sandbox.advance(3600)
        self.assertFalse(self.follow_up().last_error)
        self.assertEqual(first.otto_report_state, "refused")
        self.assertEqual(self.open_issues("report").res_id, first.id)
        self.assertFalse(second.otto_cancel_sent_on)

    def test_r20_a_cancellation_on_which_otto_fails_holds_up_no_other(self):
        first, second = self.import_orders(2, pieces=1)
        for order in first | second:
            order.action_cancel()
        self.run_flow("fulfilment")
        first._otto_note(otto_cancel_sent_on="2020-01-01 00:00:00")
        second._otto_note(otto_cancel_sent_on="2020-01-02 00:00:00")
        self.sandbox.advance(3600)
        self.sandbox.fault("status", f"/v4/orders/{first.otto_order_id}", status=500, times=None)
        self.assertTrue(self.follow_up().last_error)
        self.assertTrue(first.otto_cancel_sent_on)
        self.assertFalse(second.otto_cancel_sent_on)

    def test_r19_a_lost_answer_and_a_blocked_look_up_leave_it_due(self):
        """Only OTTO's word that there is no such shipment makes a refusal."""
        order = self.shipped()
        self.sandbox.fault("lost", "/v1/shipments", method="POST")
        self.sandbox.fault("status", "/v1/shipments/carriers", times=4, status=503)
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "to_send")
        self.sandbox.clear_faults()
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")
        self.assertEqual(len(self.sandbox.state()["shipments"]), 1)

    def test_r19_a_rate_limit_while_looking_up_leaves_it_due(self):
        order = self.shipped()
        self.sandbox.fault("lost", "/v1/shipments", method="POST")
        self.sandbox.fault("rate_limit", "/v1/shipments/carriers", seconds=1)
        sync = self.run_flow("fulfilment")
        self.assertTrue(sync.not_before)
        self.assertEqual(order.otto_report_state, "to_send")
        sync.not_before = False
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")

    def test_a_failure_of_ottos_is_tried_again_within_minutes(self):
        self.shipped()
        sync = self.channel._sync("fulfilment")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", sync.cron_id.id)])
        triggers.unlink()
        self.sandbox.fault("status", "/v1/shipments", method="POST", status=503)
        self.run_flow("fulfilment")
        again = self.env["ir.cron.trigger"].search([("cron_id", "=", sync.cron_id.id)])
        self.assertEqual(len(again), 1)

    def test_refusals_name_the_remedy(self):
        order = self.shipped()
        self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "refused")
        self.assertRegex(order.otto_refusal, f"{order.name}.*not to be shipped any more.*Tell OTTO again")
        self.assertNotIn("credentials", order.otto_refusal)

    def test_several_return_addresses_at_otto(self):
        address = "7423afd2-e7ab-4bae-ac30-048b7c0346c1"
        with self.assertRaisesRegex(ValidationError, "Partner Connect"):
            self.channel.return_address_carrier_id = "Lager 2"
        self.channel.return_address_carrier_id = address
        self.shipped()
        self.run_flow("fulfilment")
        [shipment] = self.sandbox.state()["shipments"]
        self.assertEqual({item["returnAddressCarrierId"] for item in shipment["positionItems"]}, {address})


class TestOttosWord(OutboundCase):
    """OTTO moves on by itself: what was to be told is settled."""

    def test_sent_in_partner_connect_settles_a_refusal(self):
        order = self.shipped()
        self.refuse(order)
        self.sandbox.act(order.otto_order_id, "send")
        self.run_flow("orders")
        self.assertEqual(order.otto_report_state, "sent")
        self.assertFalse(order.otto_refusal)
        self.assertFalse(self.open_issues("report"))

    def test_cancelled_by_otto_before_it_was_told_is_not_told_any_more(self):
        order = self.shipped()
        self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertEqual(order.otto_report_state, "cancelled")
        self.sandbox.clear_requests()
        self.run_flow("fulfilment")
        self.assertFalse(self.asked("/v1/shipments"))
        self.assertTrue(order.otto_stop_parcel)

    def test_a_refused_cancellation_that_otto_carries_out_is_settled(self):
        order = self.import_orders(pieces=1)
        order.action_cancel()
        self.refuse(order)
        self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertEqual(order.otto_report_state, "cancelled")
        self.assertFalse(self.open_issues("report"))

    def test_r20_sent_elsewhere_is_settled_by_its_own_remedy(self):
        for remedy in ("button_validate", "action_cancel"):
            with self.subTest(remedy):
                order = self.import_orders(pieces=1)
                self.sandbox.act(order.otto_order_id, "send")
                self.run_flow("orders")
                self.assertIn("delivery in Odoo is open", self.open_issues("shipped").name)
                getattr(order.picking_ids, remedy)()
                self.follow_up()
                self.assertFalse(self.open_issues("shipped"))

    def test_r20_sent_at_otto_and_cancelled_here_is_said(self):
        self.channel.sync_direction = "in"
        order = self.import_orders(pieces=1)
        order.action_cancel()
        self.sandbox.act(order.otto_order_id, "send")
        self.run_flow("orders")
        issue = self.open_issues("shipped")
        self.assertRegex(issue.name, f"{order.name}.*cancelled in Odoo")
        issue.action_solve()
        self.assertFalse(self.open_issues("shipped"))
        self.assertNotIn("One Side", " ".join(self.channel.activity_ids.mapped("summary")))


class TestParcels(OutboundCase):
    def test_r9_a_row_stays_on_its_order(self):
        first, second = self.shipped(2)
        with self.assertRaisesRegex(UserError, "stays on its order"):
            first.otto_parcel_ids[:1].order_id = second

    def test_r8_numbers_are_tidied_and_never_blank(self):
        order = self.shipped()
        order.otto_parcel_ids[0].tracking_number = f" {SHIPMENT.format(7)}\n"
        self.assertEqual(order.otto_parcel_ids[0].tracking_number, SHIPMENT.format(7))
        with self.assertRaisesRegex(ValidationError, order.name):
            order.otto_parcel_ids[0].tracking_number = "  "

    def test_r8_rows_are_fixed_once_otto_was_told(self):
        order = self.shipped()
        self.run_flow("fulfilment")
        for change in (
            lambda: order.otto_parcel_ids[0].unlink(),
            lambda: order.otto_parcel_ids[0].write({"tracking_number": "1"}),
            lambda: self.enter_labels(order, 9),
        ):
            with self.assertRaisesRegex(UserError, "already been told"), self.cr.savepoint():
                change()


class TestConcurrency(OutboundCase):
    def test_r19_a_flow_that_meets_another_transaction_comes_back_at_once(self):
        """Odoo would come back after the interval only: a day for articles. It may meet it while noting its end."""
        sync = self.channel._sync("catalogue")
        self.env["ir.cron.trigger"].search([("cron_id", "=", sync.cron_id.id)]).unlink()
        with (
            patch.object(type(self.channel), "_note_connection", side_effect=psycopg2.errors.SerializationFailure),
            mute_logger(SYNC),
        ):
            self.run_flow("catalogue")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", sync.cron_id.id)]))

    def test_r19_a_record_that_another_flow_made_at_the_same_moment_is_found_in_a_second_try(self):
        flow, tries = type(self.env["otto.flow.catalogue"]), []

        def meets(running):
            tries.append(running)
            if len(tries) == 1:
                values = {"channel_id": running.channel.id, "sku": "twice"}
                running.env["otto.listing"].create([values, values])

        with patch.object(flow, "_work_off", meets), mute_logger("odoo.sql_db"):
            sync = self.run_flow("catalogue")
        self.assertEqual(len(tries), 2)
        self.assertFalse(sync.last_error)

        def always_meets(running):
            tries.clear()
            meets(running)

        with patch.object(flow, "_work_off", always_meets), mute_logger("odoo.sql_db"):
            sync = self.run_flow("catalogue")
        self.assertIn("twice", sync.last_error)

    def test_r20_a_report_that_meets_another_is_written_all_the_same(self):
        issues = type(self.env["otto.issue"])
        write, met = issues._write_failures, []

        def meets(model, *args):
            if not met:
                met.append(True)
                raise psycopg2.errors.SerializationFailure
            return write(model, *args)

        with patch.object(issues, "_write_failures", meets):
            self.report(("SKU", "does not work", None))
        self.assertEqual(self.open_issues("stock").name, "does not work")

    def test_r20_two_activities_of_one_kind_become_one(self):
        self.report(("A", "one", None))
        self.channel.activity_ids.copy()
        self.report(("B", "two", None))
        self.assertEqual(self.channel.activity_ids.mapped("summary"), ["OTTO Stock: 2"])


class TestPossiblyBooked(OutboundCase):
    def test_r19_the_orders_chatter_says_it_once(self):
        order = self.import_orders()
        transfer = order.picking_ids
        booking = self.env["dhl.booking"].create(
            {
                "ref_no": "WH/OUT/99999-1",
                "picking_res_id": transfer.id,
                "picking_name": transfer.name,
                "carrier_id": self.carrier.id,
                "company_id": self.company.id,
                "environment": "https://example.invalid",
                "state": "possibly",
            }
        )
        for _sweep in range(2):
            booking._report()
        said = order.message_ids.filtered(lambda message: "WH/OUT/99999-1" in (message.body or ""))
        self.assertEqual(len(said), 1)
        self.assertIn(transfer.name, said.body)
