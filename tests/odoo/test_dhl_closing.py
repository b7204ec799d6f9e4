"""The daily closing from Odoo, and what it ends."""

from odoo.exceptions import AccessError, UserError

from tests.odoo.dhl_case import DhlCase, make_carrier


class TestDhlClosing(DhlCase):
    def close(self, carrier=None):
        """Press the button; return what is shown."""
        shown = (carrier or self.carrier).action_dhl_de_close_day()["params"]
        self.env.invalidate_all()
        return shown

    def test_a_parcel_that_was_booked_after_yesterdays_closing_is_closed(self):
        picking = self.shipped()
        self.env.cr.execute("UPDATE dhl_booking SET answered_at = answered_at - interval '1 day'")
        self.env.invalidate_all()
        self.assertIn("closed at DHL: 1.", self.close()["message"])
        self.assertTrue(self.bookings(picking).closed_at)

    def test_todays_parcels_are_closed_and_can_no_longer_be_cancelled(self):
        first, second = self.shipped(), self.shipped()
        first.cancel_shipment()
        shown = self.close()
        self.assertEqual(shown["type"], "success")
        self.assertIn("closed at DHL: 1.", shown["message"])
        self.assertEqual([row["state"] for row in self.at_dhl()], ["canceled", "manifested"])
        self.assertTrue(self.bookings(second).closed_at)
        with self.assertRaisesRegex(UserError, "does not cancel.*daily closing"):
            second.cancel_shipment()
        self.assertTrue(second.carrier_tracking_ref)

    def test_pressing_again_asks_dhl_about_nothing(self):
        self.shipped()
        self.close()
        self.sandbox.clear_requests()
        self.assertIn("closed at DHL: 0.", self.close()["message"])
        self.assertFalse(self.sandbox.requests(dhl=True))

    def test_other_carriers_and_days_long_ago_are_left_alone(self):
        picking = self.shipped()
        self.assertIn("closed at DHL: 0.", self.close(make_carrier(self.env))["message"])
        self.env.cr.execute("UPDATE dhl_booking SET answered_at = answered_at - interval '5 days'")
        self.env.invalidate_all()
        self.assertIn("closed at DHL: 0.", self.close()["message"])
        self.assertFalse(self.bookings(picking).closed_at)
        self.assertEqual([row["state"] for row in self.at_dhl()], ["booked"])

    def test_a_parcel_that_dhl_does_not_close_is_told(self):
        picking = self.shipped()
        self.sandbox.reset(seed=7, orders=0, articles=20)
        shown = self.close()
        self.assertEqual(shown["type"], "warning")
        self.assertIn(f"{picking.carrier_tracking_ref}: Unknown shipment number.", shown["message"])
        self.assertFalse(self.bookings(picking).closed_at)

    def test_a_lost_answer_is_settled_by_pressing_again(self):
        picking = self.shipped()
        self.sandbox.fault("lost", "/parcel/de/shipping/v2/manifests", dhl=True)
        with self.assertRaisesRegex(UserError, "cannot be reached"):
            self.close()
        self.assertIn("closed at DHL: 1.", self.close()["message"])
        self.assertTrue(self.bookings(picking).closed_at)

    def test_more_than_thirty_parcels_go_in_several_requests(self):
        picking = self.shipped()
        booking = self.bookings(picking)
        for number in range(30):
            booking.sudo().copy({"shipment_no": f"0034{number}", "state": "used", "answered_at": booking.answered_at})
        self.env.flush_all()
        self.sandbox.clear_requests()
        self.close()
        sent = [len(request["body"]["shipmentNumbers"]) for request in self.sandbox.requests(dhl=True)]
        self.assertEqual(sent, [30, 1])

    def test_a_stock_user_may_not_close_the_day(self):
        clerk = self.env["res.users"].create(
            {"name": "Clerk", "login": "clerk", "group_ids": [(4, self.env.ref("stock.group_stock_user").id)]}
        )
        with self.assertRaises(AccessError):
            self.carrier.with_user(clerk).action_dhl_de_close_day()
