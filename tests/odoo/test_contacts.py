from odoo import fields

from tests.harness import OttoCase

ERIKA = {
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


class TestContacts(OttoCase):
    """Who is found again, and what stays apart."""

    def contacts(self, **changes):
        """Import two orders of one customer, the second with changes; return the contacts of their deliveries."""
        return self.contact(), self.contact(**changes)

    def contact(self, **changes):
        """Import an order; return the contact of its delivery."""
        return self.import_orders(address={**ERIKA, **changes}).partner_shipping_id

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

    # What somebody changed in Odoo

    def test_a_contact_that_somebody_corrected_does_not_take_the_next_order(self):
        germany, austria = self.env.ref("base.de"), self.env.ref("base.at")
        for values in (
            {"street": "Anderswo 1"},
            {"street2": "Vorderhaus"},
            {"zip": "22180"},
            {"city": "Bremen"},
            {"name": "Erika Musterfrau"},
            {"country_id": austria.id},
        ):
            with self.subTest(values):
                first = self.contact()
                first.write(values)
                second = self.contact()
                self.assertNotEqual(first, second)
                self.assertEqual((second.street, second.zip), ("Werner-Otto-Str. 96", "22179"))
                self.assertEqual(second.country_id, germany)
                self.assertEqual(self.contact(), second)
                first.active = False

    def test_what_makes_no_other_address_changes_no_contact(self):
        first = self.contact()
        first.write(
            {"phone": "040 1", "comment": "Bitte klingeln", "city": "HAMBURG", "category_id": [(0, 0, {"name": "X"})]}
        )
        self.assertEqual(self.contact(), first)

    def test_a_returning_customer_is_reached_by_the_newest_mail_and_telephone(self):
        first = self.import_orders(address={**ERIKA, "phone": "040 1"})
        contact, pseudonym = first.partner_shipping_id, first.partner_invoice_id.otto_email
        second = self.import_orders(address={**ERIKA, "phone": "040 2", "email": "neu@example.com"})
        self.assertEqual(second.partner_shipping_id, contact)
        self.assertEqual((contact.email, contact.phone), ("neu@example.com", "040 2"))
        self.assertNotEqual(second.partner_invoice_id.otto_email, pseudonym)
        self.import_orders(address={**ERIKA, "email": None})
        self.assertEqual((contact.email, contact.phone), ("neu@example.com", "040 2"))

    def test_an_older_order_that_comes_later_changes_no_mail(self):
        contact = self.contact()
        contact.otto_ordered_on = fields.Datetime.add(fields.Datetime.now(), days=400)
        self.contact(email="old@example.com")
        self.assertEqual(contact.email, "erika@example.com")

    # What is written

    def test_a_number_that_ends_the_street_is_not_written_twice(self):
        for street, house, written in (
            ("Musterstr.", "5 App. 14", "Musterstr. 5 App. 14"),
            ("Musterstr. 5", "5", "Musterstr. 5"),
            ("Musterstr. 5a", "5A", "Musterstr. 5A"),
            ("Musterstraße5", "5", "Musterstraße 5"),
            ("Musterstr.5", "5 App. 14", "Musterstr. 5 App. 14"),
            ("Musterstr. 5", "5 App. 14", "Musterstr. 5 App. 14"),
            ("Musterstr. 15", "5", "Musterstr. 15 5"),
            ("Straße des 17. Juni", "17", "Straße des 17. Juni 17"),
            ("C 4", "4", "C 4 4"),
            ("Q7", "7", "Q7 7"),
        ):
            with self.subTest(street=street, house=house):
                self.assertEqual(self.contact(street=street, house_number=house).street, written)

    def test_a_number_with_what_people_add_to_it_stays_apart(self):
        contact = self.contact(street="Musterstr.", house_number="5 App. 14", addition=None)
        self.assertEqual(contact._dhl_de_street_parts(), ("Musterstr.", "5 App. 14"))
        order = self.env["sale.order"].search([("partner_shipping_id", "=", contact.id)])
        self.validate(order)
        consignee = self.sandbox.dhl_state()["shipments"][-1]["request"]["consignee"]
        self.assertEqual((consignee["addressStreet"], consignee["addressHouse"]), ("Musterstr.", "5 App. 14"))

    def test_what_nobody_sees_is_taken_out(self):
        contact = self.contact(
            last_name="Muster\u00admann\u200b",
            zip_code="\u200e22179\ufeff",
            house_number="9\u200d6",
            city="Ham\u2060burg",
            street="Werner\u00a0Otto\tStr.",
        )
        self.assertEqual((contact.name, contact.zip), ("Dr. Erika Mustermann", "22179"))
        self.assertEqual((contact.street, contact.city), ("Werner Otto Str. 96", "Hamburg"))
        self.assertEqual(self.contact(street="Werner Otto Str."), contact)

    def test_nothing_is_cut(self):
        name, street = "Gesellschaft " * 20, "Lange Straße " * 20
        contact = self.contact(salutation="COMPANY", title=None, first_name="", last_name=name.strip(), street=street)
        self.assertEqual((contact.name, contact.street), (name.strip(), f"{street}96"))
        self.assertTrue(contact.is_company)

    def test_lockers_in_ottos_own_form(self):
        for first, last, addition, written in (
            ("Packstation", "145", "Erika Mustermann 12345678", ("Erika Mustermann", "Packstation 145", "12345678")),
            (
                "DHL Packstation",
                "145",
                "12345678 Erika Mustermann",
                ("Erika Mustermann", "DHL Packstation 145", "12345678"),
            ),
            (
                "Pack-Station",
                "Nr. 145",
                "Erika Mustermann, Postnummer 12345678",
                ("Erika Mustermann", "Pack-Station 145", "Postnummer 12345678"),
            ),
            ("Postfiliale", "512", "Erika Mustermann", ("Erika Mustermann", "Postfiliale 512", False)),
            ("Packstation", "145", "12345678", ("Packstation 145", "Packstation 145", "12345678")),
        ):
            with self.subTest(first=first, last=last, addition=addition):
                self.channel.transport_days = 2
                contact = self.contact(
                    title=None, first_name=first, last_name=last, addition=addition, street="", house_number=""
                )
                self.assertEqual((contact.name, contact.street, contact.street2), written)

    def test_a_street_beside_ottos_form_for_lockers_is_kept(self):
        contact = self.contact(
            first_name="Packstation", last_name="145", addition="Erika Mustermann 12345678", title=None
        )
        self.assertEqual(contact.street, "Packstation 145")
        self.assertEqual(contact.street2, "12345678, Werner-Otto-Str. 96")

    def test_a_locker_in_ottos_own_form_reaches_dhl(self):
        address = {**ERIKA, "title": None, "first_name": "Packstation", "last_name": "145"}
        order = self.import_orders(address={**address, "addition": "Erika Mustermann 12345678"})
        self.validate(order)
        consignee = self.sandbox.dhl_state()["shipments"][-1]["request"]["consignee"]
        self.assertEqual((consignee["lockerID"], consignee["postNumber"]), (145, "12345678"))
        self.assertEqual(consignee["name"], "Erika Mustermann")
