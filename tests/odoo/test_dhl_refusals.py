"""What is refused before or by DHL, and in which words; nothing is booked then."""

from odoo.exceptions import UserError

from tests.odoo.dhl_case import DhlCase


class TestDhlRefusals(DhlCase):
    def refused(self, expected, **values):
        """Check that an address is refused in these words, before DHL is asked."""
        text = self.refusal(self.delivery(**values))
        self.assertRegex(text, expected)
        self.assertIn("Łukasz Größmann", text)
        self.assertFalse(self.asked("POST"))

    def test_missing_parts_of_the_address_are_named(self):
        self.refused("street is missing", street=False)
        self.refused("postcode is missing or wrong", zip=False)
        self.refused("postcode is missing or wrong: “2217”", zip="2217")
        self.refused("city is missing", city=False)
        self.refused("country is missing", country_id=False)

    def test_parts_that_are_too_long_are_named(self):
        self.refused("street is longer than 50 characters", street="Donaudampfschifffahrtsgesellschaft" * 2)
        self.refused("city is longer than 40 characters", city="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio")

    def test_a_packstation_needs_the_customers_number(self):
        self.refused("Postnummer", street="Packstation 145")
        self.refused("from 101 to 999, not “12”", street="Packstation 12", street2="12345678")
        self.refused("from 401 to 999, not “12”", street="Postfiliale 12", street2="12345678")

    def test_a_po_box_is_refused(self):
        self.refused("no parcels to a PO box: “Postfach 1234”", street="Postfach 1234")

    def test_a_field_that_dhl_names_by_its_path_is_named_in_words(self):
        name = self.carrier._dhl_de_field
        self.assertEqual(name("consignee.addressHouse"), "Recipient, house number")
        self.assertEqual(name("shipments[0].shipper.country"), "Sender, country")
        self.assertEqual(name("services.dhlRetoure.returnAddress.postalCode"), "Return address, postcode")
        self.assertEqual(name("details.dim.length"), "size")
        self.assertEqual(name("something.new"), "something.new")
        self.assertEqual(name(""), "")
        german = self.carrier.with_context(lang="de_DE")
        self.assertEqual(german._dhl_de_field("consignee.addressHouse"), "Empfänger, Hausnummer")

    def test_abroad_is_refused(self):
        text = self.refusal(self.delivery(country_id=self.env.ref("base.at").id, zip="1010"))
        self.assertRegex(text, "goes to Austria.*for Germany.*choose")
        self.assertFalse(self.asked("POST"))

    def test_a_transfer_without_address_is_refused(self):
        picking = self.delivery()
        picking.partner_id = False
        self.assertIn("has no delivery address", self.refusal(picking))

    def test_a_sender_without_street_is_refused_by_name(self):
        self.env.company.partner_id.street = False
        self.env["stock.warehouse"].search([]).partner_id.street = False
        text = self.refusal(self.delivery())
        self.assertIn(self.env.company.name, text)
        self.assertIn("street is missing", text)

    def test_goods_without_weight_are_refused_unless_the_carrier_knows_one(self):
        self.product.weight = 0
        self.assertRegex(self.refusal(self.delivery()), "weighs nothing.*DHL Paket")
        self.assertFalse(self.asked("POST"))
        self.carrier.dhl_de_default_weight = 0.75
        self.shipped(quantity=2)
        self.assertEqual(self.sent()["details"]["weight"]["value"], 1.5)

    def test_missing_settings_are_named(self):
        self.carrier.write({"dhl_de_password": False, "dhl_de_billing_number": False})
        text = self.refusal(self.delivery())
        self.assertIn("DHL Password", text)
        self.assertIn("Billing Number", text)
        self.assertNotIn("API Secret", text)
        self.assertFalse(self.sandbox.requests(dhl=True))

    def test_dhls_own_words_are_shown_with_the_weight_the_limit_and_the_way_out(self):
        self.product.weight = 40
        picking = self.delivery()
        text = self.refusal(picking)
        self.assertIn(picking.name, text)
        self.assertRegex(text, "The weight is too high.*40 kg.*at most 31.5 kg as DHL Paket.*several packages")
        self.assertFalse(self.at_dhl())

    def test_the_limit_is_that_of_the_product(self):
        self.carrier.write({"dhl_de_product": "V62KP", "dhl_de_billing_number": "33333333336201"})
        self.product.weight = 1.5
        self.assertRegex(self.refusal(self.delivery()), "1.5 kg.*at most 1 kg as DHL Kleinpaket.*choose that")
        self.product.weight = 1
        self.shipped()

    def test_a_number_that_was_typed_is_named_where_it_keeps_the_label_from_being_booked(self):
        picking = self.delivery()
        picking.carrier_tracking_ref = "0034 0434 1610 9404 2557"
        with self.assertRaisesRegex(UserError, "already has the tracking number 0034 0434 1610 9404 2557.*cancel"):
            picking.send_to_shipper()

    def test_dhl_speaks_the_users_language(self):
        self.env.user.lang = "de_DE"
        self.product.weight = 40
        picking = self.delivery().with_context(lang="de_DE")
        self.assertRegex(self.refusal(picking), "Die Gewichtsangabe ist zu hoch.*40 kg.*31,5 kg")
        self.product.weight = 1
        self.carrier.dhl_de_must_encode = True
        picking = self.delivery(street="Marktplatz 1", zip="12345", city="Bonn").with_context(lang="de_DE")
        self.assertIn("nicht leitcodierbar", self.refusal(picking))

    def test_only_encodable_addresses(self):
        wrong = {"street": "Marktplatz 1", "zip": "12345", "city": "Bonn"}
        self.shipped(**wrong)
        self.carrier.dhl_de_must_encode = True
        self.assertIn("not codeable", self.refusal(self.delivery(**wrong)))
        self.assertEqual(len(self.at_dhl()), 1)

    def test_a_wrong_login_says_what_to_check(self):
        for way in ("basic", "oauth"):
            self.carrier.write({"dhl_de_auth": way, "dhl_de_password": "wrong"})
            text = self.refusal(self.delivery())
            self.assertRegex(text, "does not accept the login.*DHL Paket.*user, password and API key")
            self.assertNotIn("wrong", text)

    def test_no_connection_is_told_as_that(self):
        self.carrier.dhl_de_api_url = "http://127.0.0.1:9"
        self.assertRegex(self.refusal(self.delivery()), "cannot be reached.*try again")

    def test_too_many_requests_are_told_as_that(self):
        self.sandbox.fault("rate_limit", "/parcel", dhl=True)
        self.assertIn("no more requests", self.refusal(self.delivery()))
        self.assertFalse(self.at_dhl())

    def test_r19_a_closed_gateway_does_not_say_whether_dhl_booked(self):
        self.sandbox.fault("status", "/parcel", dhl=True, status=503)
        self.assertIn("possibly booked", self.refusal(self.delivery()))

    def test_the_second_transfer_of_a_batch_stays_unshipped_with_an_activity(self):
        """Odoo validates on, as the first parcel is booked: the refusal becomes a note and an activity."""
        good, bad = self.delivery(), self.delivery(street=False)
        (good | bad).button_validate()
        self.assertIn("street is missing", bad._dhl_de_last_refusal())
        self.assertFalse(good._dhl_de_last_refusal())
        self.assertTrue(good.carrier_tracking_ref)
        self.assertFalse(bad.carrier_tracking_ref)
        self.assertIn("street is missing", bad.activity_ids.note)
        self.assertEqual(len(self.at_dhl()), 1)
        with self.assertRaises(UserError):
            bad.send_to_shipper()
        bad.partner_id.street = "Königstraße 1"
        bad.send_to_shipper()
        self.assertTrue(bad.carrier_tracking_ref)
