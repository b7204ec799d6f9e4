"""DHL Paket International: to the EU's countries, without a return label."""

from odoo.exceptions import ValidationError

from tests.odoo.dhl_case import DhlCase, make_carrier


class TestDhlAbroad(DhlCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier = make_carrier(
            cls.env,
            name="DHL International",
            dhl_de_product="V53WPAK",
            dhl_de_billing_number="33333333335301",
            dhl_de_return_billing_number=False,
        )

    def abroad(self, country, **values):
        """Return a delivery to a country."""
        place = {"street": "Mariahilfer Straße 1", "zip": "1060", "city": "Wien"}
        return self.delivery(country_id=self.env.ref(f"base.{country}").id, **place | values)

    def test_no_price_is_offered_where_nothing_can_be_sent(self):
        domestic = make_carrier(self.env)
        for carrier, country, words in (
            (domestic, "at", "for Germany"),
            (self.carrier, "de", "for other countries"),
            (self.carrier, "ch", "pass customs"),
        ):
            customer = self.customer.copy({"country_id": self.env.ref(f"base.{country}").id})
            order = self.env["sale.order"].create({"partner_id": customer.id})
            rate = carrier.rate_shipment(order)
            self.assertFalse(rate["success"])
            self.assertIn(words, rate["error_message"])
        order.partner_shipping_id = self.customer.copy({"country_id": self.env.ref("base.at").id})
        self.assertTrue(self.carrier.rate_shipment(order)["success"])

    def test_it_makes_no_return_label_and_meets_no_rule_that_needs_one(self):
        self.assertFalse(self.carrier.can_generate_return)
        self.assertTrue(self.carrier.return_label_on_delivery)
        self.assertFalse(self.carrier._makes_enclosed_return())
        self.assertFalse(self.carrier._dhl_de_missing_settings())

    def test_a_parcel_to_the_eu(self):
        self.carrier.dhl_de_must_encode = True
        picking = self.abroad("at")
        self.validate(picking)
        sent = self.sent()
        self.assertEqual((sent["product"], sent["consignee"]["country"]), ("V53WPAK", "AUT"))
        self.assertEqual(sent["services"], {"endorsement": "RETURN"})
        self.assertRegex(picking.carrier_tracking_ref, "^CD[0-9]{9}DE$")
        self.assertFalse(picking.return_tracking_ref)
        self.assertEqual(len(self.labels(picking, "Shipping")), 1)
        self.assertIn("mustEncode=false", self.sandbox.requests(dhl=True)[-1]["query"])
        picking.cancel_shipment()
        self.assertEqual(len(self.at_dhl("canceled")), 1)

    def test_what_becomes_of_a_parcel_that_cannot_be_delivered_is_a_choice(self):
        self.carrier.dhl_de_endorsement = "ABANDON"
        self.validate(self.abroad("fr"))
        self.assertEqual(self.sent()["services"], {"endorsement": "ABANDON"})

    def test_a_packstation_is_a_german_thing(self):
        self.validate(self.abroad("at", street="Packstation 145"))
        self.assertEqual(self.sent()["consignee"]["addressStreet"], "Packstation")

    def test_what_passes_customs_is_refused_with_the_remedy(self):
        for country, values in (("ch", {}), ("uk", {}), ("es", {"zip": "35001", "city": "Las Palmas"})):
            self.assertRegex(self.refusal(self.abroad(country, **values)), "has to pass customs.*portal")
        self.assertFalse(self.asked("POST"))
        self.validate(self.abroad("es", zip="28001", city="Madrid"))

    def test_germany_is_refused(self):
        self.assertRegex(self.refusal(self.delivery()), "for other countries; please choose DHL Paket")

    def test_test_connection_checks_a_parcel_abroad(self):
        shown = self.carrier.action_dhl_de_test_connection()["params"]
        self.assertEqual(shown["type"], "success", shown["message"])
        self.assertFalse(self.at_dhl())

    def test_its_billing_number_has_procedure_53(self):
        with self.assertRaises(ValidationError) as caught:
            self.carrier.dhl_de_billing_number = "33333333330102"
        self.assertIn("must be 53", str(caught.exception))
