"""Return labels: the enclosed one first, else one on demand, booked once."""

from odoo.exceptions import UserError

from tests.odoo.dhl_case import DhlCase, DhlCommittedCase

RETURNS = "/parcel/de/shipping/returns/v1"


class TestDhlReturns(DhlCase):
    def setUp(self):
        super().setUp()
        self.germany = self.env.ref("base.de")
        self.carrier.dhl_de_receiver_ids = [(0, 0, {"country_id": self.germany.id, "receiver_id": "deu"})]

    def returned(self, picking, quantity=1):
        """Return the return transfer that Odoo's wizard makes."""
        wizard = self.env["stock.return.picking"].with_context(active_id=picking.id, active_model="stock.picking")
        wizard = wizard.create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = quantity
        return self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])

    def at_dhl_returns(self):
        return self.sandbox.dhl_state()["returns"]

    def words(self, picking):
        with self.assertRaises(UserError) as caught:
            picking.print_return_label()
        return str(caught.exception)

    def test_the_enclosed_label_comes_first_and_costs_nothing(self):
        delivery = self.shipped(quantity=2)
        back = self.returned(delivery)
        self.assertEqual(back.carrier_id, self.carrier)
        self.assertTrue(back.is_return_picking)
        back.print_return_label()
        self.assertEqual(back.return_label_ids.mapped("name"), delivery.return_label_ids.mapped("name"))
        self.assertFalse(self.at_dhl_returns())

    def test_a_second_return_gets_a_label_on_demand(self):
        delivery = self.shipped(quantity=2)
        first, second = self.returned(delivery), self.returned(delivery)
        first.print_return_label()
        second.print_return_label()
        [booked] = self.at_dhl_returns()
        self.assertEqual(second.return_tracking_ref, booked["shipmentNo"])
        [label] = second.return_label_ids
        self.assertEqual(label.name, f"LabelReturn-dhl_de-{booked['shipmentNo']}.pdf")
        self.assertTrue(label.raw.startswith(b"%PDF"))
        request = booked["request"]
        self.assertEqual(request["receiverId"], "deu")
        self.assertEqual(
            (request["shipper"]["addressStreet"], request["shipper"]["addressHouse"]), ("Königstraße", "12a")
        )
        self.assertEqual(request["customerReference"], delivery.sale_id.name)
        self.assertEqual(request["shipmentReference"], second.name)
        self.assertEqual(request["itemWeight"], {"uom": "kg", "value": 0.5})

    def test_a_cancelled_return_uses_up_no_label(self):
        delivery = self.shipped(quantity=2)
        first = self.returned(delivery)
        first.print_return_label()
        first.action_cancel()
        second = self.returned(delivery)
        second.print_return_label()
        self.assertEqual(second.return_label_ids.mapped("name"), delivery.return_label_ids.mapped("name"))
        self.assertEqual(second.return_tracking_ref, delivery.return_tracking_ref)
        self.assertFalse(self.at_dhl_returns())
        first.return_label_ids.unlink()
        self.assertRegex(self.words(first), f"{first.name} is cancelled")

    def test_a_label_that_is_used_up_is_named(self):
        self.carrier.dhl_de_receiver_ids.unlink()
        delivery = self.shipped(quantity=2)
        first, second = self.returned(delivery), self.returned(delivery)
        first.print_return_label()
        self.assertRegex(self.words(second), f"{second.name}: the return label that was enclosed is on {first.name}")

    def test_what_goes_out_again_has_no_carrier(self):
        """Validating it would book a parcel that nobody ordered."""
        back = self.returned(self.shipped())
        self.assertEqual(back.carrier_id, self.carrier)
        back.move_ids.quantity = 1
        back.button_validate()
        out_again = self.returned(back)
        self.assertEqual(out_again.picking_type_code, "outgoing")
        self.assertFalse(out_again.carrier_id)

    def test_without_an_enclosed_label_it_is_made_on_demand_once(self):
        self.carrier.return_label_on_delivery = False
        back = self.returned(self.shipped())
        for _press in range(3):
            back.print_return_label()
        self.assertEqual(len(self.at_dhl_returns()), 1)
        self.assertEqual(len(back.return_label_ids), 1)
        self.env.flush_all()
        self.env.cr.postcommit.run()
        booking = self.bookings(back)
        self.assertEqual((booking.kind, booking.state), ("return", "used"))
        # DHL gives the label out only once, so it is kept.
        back.return_label_ids.unlink()
        back.print_return_label()
        self.assertEqual(len(back.return_label_ids), 1)
        self.assertEqual(len(self.at_dhl_returns()), 1)

    def test_as_qr_code_and_in_the_portal(self):
        self.carrier.return_label_on_delivery = False
        self.carrier.dhl_de_return_label_type = "BOTH"
        self.carrier.get_return_label_from_portal = True
        back = self.returned(self.shipped())
        back.print_return_label()
        self.assertEqual({name[-4:] for name in back.return_label_ids.mapped("name")}, {".pdf", ".png"})
        self.assertTrue(all(back.return_label_ids.mapped("access_token")))
        # The portal offers the first of them.
        self.assertEqual(back.return_label_ids[0].name[-4:], ".pdf")

    def test_dhl_paket_international_has_returns_on_demand_only(self):
        self.carrier.write(
            {
                "dhl_de_billing_number": "33333333335301",
                "dhl_de_product": "V53WPAK",
                "dhl_de_receiver_ids": [(0, 0, {"country_id": self.env.ref("base.at").id, "receiver_id": "aut"})],
            }
        )
        self.assertTrue(self.carrier.can_generate_return)
        self.assertFalse(self.carrier._makes_enclosed_return())
        delivery = self.shipped(country_id=self.env.ref("base.at").id, zip="1060", city="Wien")
        back = self.returned(delivery)
        back.print_return_label()
        [booked] = self.at_dhl_returns()
        self.assertEqual(booked["request"]["receiverId"], "aut")

    def test_what_is_missing_is_said(self):
        self.carrier.return_label_on_delivery = False
        back = self.returned(self.shipped())
        customer = back.partner_id
        customer.street = "Königstraße"
        self.assertRegex(self.words(back), f"{back.name}.*house number is missing")
        customer.write({"street": "Königstraße 1", "country_id": self.env.ref("base.ch").id, "zip": "8005"})
        self.assertRegex(self.words(back), "no receiver for returns from Switzerland")
        self.carrier.dhl_de_receiver_ids = [(0, 0, {"country_id": self.env.ref("base.ch").id, "receiver_id": "che"})]
        self.assertRegex(self.words(back), "customs")
        customer.country_id = False
        self.assertRegex(self.words(back), "has no country")
        self.carrier.sudo().dhl_de_password = False
        self.assertRegex(self.words(back), "DHL Password")
        self.assertFalse(self.at_dhl_returns())

    def test_dhls_refusal_is_told_and_may_be_tried_again(self):
        self.carrier.return_label_on_delivery = False
        self.carrier.dhl_de_receiver_ids.receiver_id = "unknown"
        back = self.returned(self.shipped())
        self.assertRegex(self.words(back), f"{back.name}.*DHL refuses.*Receiver ID")
        self.carrier.dhl_de_receiver_ids.receiver_id = "deu"
        back.print_return_label()
        self.assertEqual(len(self.at_dhl_returns()), 1)

    def test_a_warehouse_user_does_it(self):
        self.carrier.return_label_on_delivery = False
        delivery = self.shipped()
        user = self.env["res.users"].create(
            {
                "name": "Lager",
                "login": "lager-retoure",
                "group_ids": [(6, 0, [self.env.ref("stock.group_stock_user").id])],
            }
        )
        back = self.returned(delivery).with_user(user)
        back.print_return_label()
        self.assertEqual(len(self.at_dhl_returns()), 1)


class TestDhlReturnsCommitted(DhlCommittedCase):
    """The delivery itself asks for a return label; it was sent without one."""

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            env["delivery.carrier"].browse(self.ids["carrier"]).write(
                {
                    "return_label_on_delivery": False,
                    "dhl_de_receiver_ids": [(0, 0, {"country_id": env.ref("base.de").id, "receiver_id": "deu"})],
                }
            )
        self.validate()

    def press(self):
        """Ask for the label as a request does; return its number."""
        with self.transaction() as env:
            picking = self.picking_in(env)
            picking.carrier_id.get_return_label(picking)
            return picking.return_tracking_ref

    def booked(self):
        return [row["shipmentNo"] for row in self.sandbox.dhl_state()["returns"]]

    def test_r19_after_a_rollback_the_next_press_takes_the_same_return(self):
        with self.assertRaises(ZeroDivisionError), self.transaction() as env:
            picking = self.picking_in(env)
            picking.carrier_id.get_return_label(picking)
            raise ZeroDivisionError
        self.sweep()
        self.assertEqual(self.states()[-1], "booked")
        number = self.press()
        self.assertEqual(self.booked(), [number])
        self.assertEqual(self.read("return_tracking_ref"), [number])
        self.assertEqual(self.states()[-1], "used")
        # The parcel itself is left alone.
        self.assertEqual([row["state"] for row in self.at_dhl()], ["booked"])

    def test_r19_a_lost_answer_books_no_second_time(self):
        self.sandbox.fault("lost", RETURNS, dhl=True, method="POST")
        for _press in range(2):
            with self.assertRaisesRegex(UserError, "possibly booked"):
                self.press()
        [number] = self.booked()
        self.assertEqual(self.states()[-1], "possibly")
        self.assertEqual(self.read("dhl_possibly_booked"), [True])
        with self.transaction() as env:
            booking = self.last_booking(env)
            env["dhl.booking.number"].create({"booking_id": booking.id, "shipment_no": number}).action_use()
        self.assertEqual(self.read("return_tracking_ref"), [number])
        self.assertEqual(self.states()[-1], "used")
        self.assertEqual(self.booked(), [number])
        with self.assertRaisesRegex(UserError, f"return {number} is booked at DHL.*attach the label"):
            self.press()

    def test_r19_not_booked_after_all(self):
        self.sandbox.fault("html", RETURNS, dhl=True, method="POST", status=502)
        with self.assertRaisesRegex(UserError, "possibly booked"):
            self.press()
        with self.transaction() as env:
            self.last_booking(env).action_not_booked()
        number = self.press()
        self.assertEqual(self.booked(), [number])
