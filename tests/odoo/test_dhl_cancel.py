"""Cancelling a shipment, DHL's daily closing, and returns."""

from odoo.exceptions import UserError

from tests.odoo.dhl_case import ORDERS, DhlCase


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
        with self.assertRaisesRegex(UserError, "possibly cancelled.*press Cancel again"):
            picking.cancel_shipment()
        self.assertTrue(picking.carrier_tracking_ref)
        picking.cancel_shipment()
        self.assertFalse(picking.carrier_tracking_ref)
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
