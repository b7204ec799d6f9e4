"""Cancelling a shipment, DHL's daily closing, and returns."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError

from tests.odoo.dhl_case import ORDERS, DhlCase, make_carrier, make_delivery


class TestDhlCancel(DhlCase):
    def test_cancelling_takes_the_parcel_back_and_retires_its_labels(self):
        picking = self.shipped()
        picking.cancel_shipment()
        self.assertEqual([row["state"] for row in self.at_dhl()], ["canceled"])
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertFalse(picking.return_tracking_ref)
        self.assertFalse(picking.return_label_ids)
        names = self.env["ir.attachment"].search([("res_id", "=", picking.id), ("res_model", "=", picking._name)])
        self.assertTrue(all(name.startswith("Cancelled-") for name in names.mapped("name")))
        self.assertEqual(self.bookings(picking).state, "cancelled")

    def test_after_cancelling_a_new_label_can_be_made(self):
        picking = self.shipped()
        picking.cancel_shipment()
        picking.send_to_shipper()
        self.assertEqual(picking.carrier_tracking_ref, self.at_dhl("booked")[0]["shipmentNo"])
        self.assertEqual(len(self.labels(picking, "Return")), 1)

    def test_after_the_daily_closing_the_parcel_cannot_be_cancelled(self):
        picking = self.shipped()
        number = picking.carrier_tracking_ref
        self.manifest(number)
        with self.assertRaisesRegex(UserError, f"does not cancel {number}.*already manifested.*daily closing"):
            picking.cancel_shipment()
        self.assertEqual(picking.carrier_tracking_ref, number)
        self.assertTrue(picking.return_label_ids)
        self.assertEqual(self.bookings(picking).state, "used")

    def test_a_lost_answer_to_the_cancellation_is_settled_by_cancelling_again(self):
        picking = self.shipped()
        self.sandbox.fault("lost", ORDERS, dhl=True, method="DELETE")
        with self.assertRaisesRegex(UserError, "possibly cancelled.*do not hand over.*press Cancel again"):
            picking.cancel_shipment()
        self.assertTrue(picking.carrier_tracking_ref)
        picking.cancel_shipment()
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertEqual(self.bookings(picking).state, "cancelled")

    def cancelled_elsewhere(self, **values):
        """Return a delivery whose parcel DHL does not know any more, with values of its booking."""
        picking = self.shipped()
        self.carrier._dhl_de_client().cancel([picking.carrier_tracking_ref])
        self.bookings(picking).sudo().write(values)
        self.env.flush_all()
        return picking

    def test_r19_a_parcel_of_today_that_dhl_does_not_know_is_cancelled(self):
        picking = self.cancelled_elsewhere()
        picking.cancel_shipment()
        self.assertFalse(picking.carrier_tracking_ref)
        self.assertEqual(self.bookings(picking).state, "cancelled")

    def assert_left(self, picking):
        number = picking.carrier_tracking_ref
        for _try in range(2):
            with self.assertRaisesRegex(UserError, f"{number}.*closed, or the login is of another.*portal.*delete the"):
                picking.cancel_shipment()
            booking = self.bookings(picking)
            self.assertEqual((booking.state, booking.cancel_asked), ("used", False))
            self.assertEqual(picking.carrier_tracking_ref, number)

    def test_r19_a_parcel_that_dhl_has_forgotten_is_not_called_cancelled(self):
        self.assert_left(self.cancelled_elsewhere(answered_at=fields.Datetime.now() - timedelta(days=1)))

    def test_r19_a_parcel_that_was_closed_is_not_called_cancelled(self):
        self.assert_left(self.cancelled_elsewhere(closed_at=fields.Datetime.now()))

    def test_r19_the_day_of_a_parcel_ends_in_germany(self):
        booking = self.bookings(self.shipped())
        for moment, now, is_open in (
            ("2026-06-30 22:30", "2026-07-01 20:00", True),
            ("2026-06-30 21:30", "2026-06-30 22:30", False),
        ):
            booking.sudo().answered_at = f"{moment}:00"
            with self.subTest(now), freeze_time(now):
                self.assertEqual(booking._is_not_closed_yet(), is_open)

    def test_r19_what_dhl_refused_to_cancel_and_has_forgotten_since_is_not_cancelled(self):
        picking = self.shipped()
        self.manifest(picking.carrier_tracking_ref)
        with self.assertRaisesRegex(UserError, "daily closing"):
            picking.cancel_shipment()
        booking = self.bookings(picking)
        self.assertFalse(booking.cancel_asked)
        booking.sudo().write({"answered_at": fields.Datetime.now() - timedelta(days=40), "cancel_asked": True})
        self.env.flush_all()
        unknown = {picking.carrier_tracking_ref: ("unknown", "Unknown shipment number.")}
        with patch.object(type(booking), "_ask_to_cancel", lambda *args: unknown):
            self.assert_left(picking)

    def test_r19_a_lost_cancellation_is_settled_days_later(self):
        picking = self.shipped()
        self.sandbox.fault("lost", ORDERS, dhl=True, method="DELETE")
        with self.assertRaisesRegex(UserError, "possibly cancelled"):
            picking.cancel_shipment()
        self.bookings(picking).sudo().answered_at = fields.Datetime.now() - timedelta(days=4)
        self.env.flush_all()
        picking.cancel_shipment()
        self.assertEqual(self.bookings(picking).state, "cancelled")

    def test_a_number_that_was_entered_by_hand_and_dhl_does_not_know_is_told(self):
        picking = self.delivery()
        picking.carrier_tracking_ref = "00340434161094042557"
        with self.assertRaisesRegex(UserError, "Unknown shipment number"):
            picking.cancel_shipment()

    def test_several_transfers_are_cancelled_together(self):
        pickings = self.shipped() | self.shipped()
        pickings.cancel_shipment()
        self.assertEqual([row["state"] for row in self.at_dhl()], ["canceled", "canceled"])
        self.assertEqual(pickings.mapped("carrier_tracking_ref"), [False, False])

    def test_r19_what_is_cancelled_leaves_the_transfer_what_is_not_stays(self):
        picking = self.delivery(quantity=2)
        self.pack(picking, 1)
        self.validate(picking)
        first, second = self.at_dhl()
        self.manifest(second["shipmentNo"])
        shown = picking.cancel_shipment()["params"]
        self.assertEqual(shown["type"], "warning")
        self.assertIn(f"Cancelled at DHL: {first['shipmentNo']}.", shown["message"])
        self.assertRegex(shown["message"], f"does not cancel {second['shipmentNo']}.*already manifested")
        self.assertEqual(self.asked("DELETE"), 1)
        self.assertEqual(picking.carrier_tracking_ref, second["shipmentNo"])
        self.assertEqual(picking.return_tracking_ref, second["returnShipmentNo"])
        for kind, number in (("Shipping", second["shipmentNo"]), ("Return", second["returnShipmentNo"])):
            self.assertEqual(self.labels(picking, kind).mapped("name"), [f"Label{kind}-dhl_de-{number}.pdf"])
        self.assertEqual(self.bookings(picking).mapped("state"), ["cancelled", "used"])

    def test_r19_of_several_transfers_the_one_that_dhl_keeps_stays_as_it_is(self):
        kept, gone = self.shipped(), self.shipped()
        self.manifest(kept.carrier_tracking_ref)
        message = (kept | gone).cancel_shipment()["params"]["message"]
        self.assertIn(kept.name, message)
        self.assertNotIn(gone.name, message)
        self.assertTrue(kept.carrier_tracking_ref)
        self.assertTrue(kept.return_label_ids)
        self.assertFalse(gone.carrier_tracking_ref)

    def test_a_number_entered_by_hand_is_cancelled_among_others(self):
        """Odoo hands over the whole set for each transfer: a number must not be cancelled twice."""
        [parcel] = self.carrier._dhl_de_client().create([self.carrier._dhl_de_sample_order()])
        by_hand = self.delivery()
        by_hand.carrier_tracking_ref = parcel.shipment_no
        pickings = self.shipped() | self.shipped() | by_hand
        self.assertIsNone(pickings.cancel_shipment())
        self.assertEqual(pickings.mapped("carrier_tracking_ref"), [False] * 3)
        self.assertEqual([row["state"] for row in self.at_dhl()], ["canceled"] * 3)

    def test_r19_a_test_label_is_cancelled_without_dhl_after_the_switch(self):
        picking = self.shipped()
        self.carrier.dhl_de_api_url = "http://127.0.0.1:9"
        self.env.flush_all()
        picking.cancel_shipment()
        self.assertEqual((self.bookings(picking).state, self.asked("DELETE")), ("cancelled", 0))
        self.assertFalse(picking.carrier_tracking_ref)

    def test_r19_a_parcel_in_production_is_not_cancelled_with_the_login_of_the_test_environment(self):
        picking = self.shipped()
        self.bookings(picking).sudo().environment = "https://api-eu.dhl.com"
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "booked in production.*switched to production"):
            picking.cancel_shipment()
        self.assertEqual((self.bookings(picking).state, self.asked("DELETE")), ("used", 0))
        self.assertTrue(picking.carrier_tracking_ref)

    def test_r19_the_login_of_the_booking_cancels_not_the_one_of_the_transfer(self):
        picking = self.shipped()
        picking.carrier_id = make_carrier(self.env, dhl_de_password="wrong")
        picking.cancel_shipment()
        self.assertEqual([row["state"] for row in self.at_dhl()], ["canceled"])

    def test_r19_a_number_that_was_taken_off_by_hand_is_cancelled_before_a_new_label(self):
        picking = self.shipped()
        old = picking.carrier_tracking_ref
        picking.carrier_tracking_ref = False
        picking.send_to_shipper()
        states = {row["shipmentNo"]: row["state"] for row in self.at_dhl()}
        self.assertEqual(states, {old: "canceled", picking.carrier_tracking_ref: "booked"})


class TestDhlChain(DhlCase):
    """R19 in three steps: Odoo gives Pick and Pack the carrier, and copies the number to all of them."""

    def setUp(self):
        super().setUp()
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)], limit=1)
        warehouse.delivery_steps = "pick_pack_ship"
        self.pick = make_delivery(self.env, self.carrier, self.customer, self.product)
        self.pick.carrier_id = self.carrier
        self.pick.button_validate()
        self.pack_step = self.pick._get_next_transfers()
        self.pack_step.button_validate()
        self.ship = self.pack_step._get_next_transfers()
        self.validate(self.ship)

    def test_r19_only_the_delivery_books_and_all_carry_its_number(self):
        self.assertEqual(len(self.at_dhl()), 1)
        numbers = (self.pick | self.pack_step | self.ship).mapped("carrier_tracking_ref")
        self.assertEqual(numbers, [self.ship.carrier_tracking_ref] * 3)

    def test_r19_a_copy_of_the_number_cancels_nothing(self):
        for step in (self.pick, self.pack_step):
            step.carrier_id = self.carrier
            with self.assertRaisesRegex(UserError, f"belongs to {self.ship.name}.*cancel it there"):
                step.cancel_shipment()
        self.assertEqual((self.bookings(self.ship).state, self.asked("DELETE")), ("used", 0))

    def test_r19_after_cancelling_no_step_carries_the_number(self):
        self.ship.cancel_shipment()
        self.assertFalse(any((self.pick | self.pack_step | self.ship).mapped("carrier_tracking_ref")))
        self.ship.send_to_shipper()
        self.assertNotIn(",", self.pick.carrier_tracking_ref)

    def test_r19_a_step_in_the_warehouse_ships_only_if_its_type_prints_labels(self):
        self.ship.cancel_shipment()
        self.pick.carrier_id = self.carrier
        with self.assertRaisesRegex(UserError, "stays in the warehouse.*Generate Shipping Labels"):
            self.pick.send_to_shipper()
        self.assertEqual(self.asked("POST"), 1)
        self.pick.picking_type_id.print_label = True
        self.pick.send_to_shipper()
        self.assertEqual(self.asked("POST"), 2)


class TestDhlReturn(DhlCase):
    def returned(self, picking):
        """Return the return transfer that the wizard makes."""
        context = {"active_id": picking.id, "active_model": "stock.picking"}
        wizard = self.env["stock.return.picking"].with_context(**context).create({})
        wizard.product_return_moves.quantity = 1
        return self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])

    def test_a_return_keeps_the_carrier_and_gets_the_enclosed_label(self):
        picking = self.shipped()
        back = self.returned(picking)
        self.assertEqual(back.carrier_id, self.carrier)
        self.assertEqual(back.carrier_price, 0)
        self.assertTrue(back.is_return_picking)
        self.assertFalse(back.return_label_ids)
        back.print_return_label()
        self.env.invalidate_all()
        self.assertEqual(back.return_label_ids.name, picking.return_label_ids.name)
        self.assertEqual(back.return_label_ids.raw, picking.return_label_ids.raw)
        self.assertEqual(len(self.at_dhl()), 1)

    def test_printing_again_adds_no_second_copy(self):
        back = self.returned(self.shipped())
        back.print_return_label()
        back.print_return_label()
        self.env.invalidate_all()
        self.assertEqual(len(back.return_label_ids), 1)

    def test_without_an_enclosed_label_the_remedy_is_told(self):
        self.carrier.return_label_on_delivery = False
        back = self.returned(self.shipped())
        with self.assertRaisesRegex(UserError, "no return label was made.*portal"):
            back.print_return_label()

    def test_another_carrier_is_reset_on_a_return_as_odoo_does(self):
        picking = self.shipped()
        picking.carrier_id = self.carrier.copy({"delivery_type": "fixed"})
        self.assertFalse(self.returned(picking).carrier_id)

    def test_the_portal_gets_a_token_when_switched_on(self):
        self.carrier.get_return_label_from_portal = True
        self.assertTrue(self.shipped().return_label_ids.access_token)
