from tests.harness import OttoCase


class TestContacts(OttoCase):
    """Who is found again, and what stays apart."""

    def contacts(self, **changes):
        """Import two orders of one customer, the second with changes; return the contacts of their deliveries."""
        base = {
            "salutation": "MS",
            "title": "Dr.",
            "first_name": "Erika",
            "last_name": "Mustermann",
            "street": "Werner-Otto-Str.",
            "house_number": "96",
            "addition": "Hinterhaus",
            "zip_code": "22179",
            "city": "Hamburg",
            "email": "erika@example.com",
        }
        first = self.import_orders(address=base)
        second = self.import_orders(address={**base, **changes})
        return first.partner_shipping_id, second.partner_shipping_id

    def test_identical_person_and_address_is_found_again(self):
        first, second = self.contacts()
        self.assertEqual(first, second)
        self.assertEqual((first.name, first.street), ("Dr. Erika Mustermann", "Werner-Otto-Str. 96"))
        self.assertEqual((first.street2, first.country_id.code), ("Hinterhaus", "DE"))

    def test_another_name_or_house_is_another_contact(self):
        for changes in ({"first_name": "Max"}, {"house_number": "97"}, {"addition": "Vorderhaus"}):
            with self.subTest(changes):
                first, second = self.contacts(**changes)
                self.assertNotEqual(first, second)

    def test_nobody_is_merged_by_name_mail_or_phone(self):
        stranger = self.env["res.partner"].create({"name": "Dr. Erika Mustermann", "email": "erika@example.com"})
        first, _second = self.contacts()
        self.assertNotEqual(first, stranger)

    def test_pseudonymous_mail_is_kept_apart(self):
        first, _second = self.contacts()
        self.assertEqual(first.email, "erika@example.com")
        self.assertNotEqual(first.otto_email, first.email)

    def test_packstation_reaches_dhl(self):
        first, _second = self.contacts(street="Packstation", house_number="145", addition="1234567890")
        order = self.env["sale.order"].search(
            [("partner_shipping_id", "!=", first.id), ("otto_channel_id", "!=", False)]
        )
        self.assertEqual(order.partner_shipping_id.street, "Packstation 145")
        self.validate(order)
        consignee = self.sandbox.dhl_state()["shipments"][-1]["request"]["consignee"]
        self.assertEqual((consignee["lockerID"], consignee["postNumber"]), (145, "1234567890"))
