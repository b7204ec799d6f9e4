"""Addresses as they stand on Odoo's contacts, on DHL's label: the house number, drop points, what has no room."""

from tests.odoo.dhl_case import DhlCase


class TestDhlAddress(DhlCase):
    def consignee(self, **values):
        """Ship to a customer with these values; return the consignee that DHL was given."""
        self.shipped(**values)
        return self.sent()["consignee"]

    def refused(self, expected, **values):
        """Check that an address is refused in these words, before DHL is asked."""
        self.assertRegex(self.refusal(self.delivery(**values)), expected)
        self.assertFalse(self.asked("POST"))

    def test_a_house_number_that_is_known_stays_apart_as_it_is(self):
        for house in ("5 App. 14", "12 a/b", "3-5", "7 Haus B", "10 1/2"):
            sent = self.consignee(street=f"Musterstr. {house}", dhl_de_house_number=house)
            self.assertEqual((sent["addressStreet"], sent["addressHouse"]), ("Musterstr.", house))

    def test_what_cannot_stand_beside_the_number_is_printed_with_the_name(self):
        sent = self.consignee(street="Musterstr. 5 Hinterhaus", dhl_de_house_number="5 Hinterhaus")
        self.assertEqual((sent["addressStreet"], sent["addressHouse"]), ("Musterstr.", "5"))
        self.assertEqual(sent["name2"], "Hinterhaus")

    def test_a_street_that_was_corrected_counts_without_the_old_number(self):
        sent = self.consignee(street="Neue Str. 15 App. 14", dhl_de_house_number="5 App. 14")
        self.assertEqual((sent["addressStreet"], sent["addressHouse"]), ("Neue Str.", "15 App. 14"))

    def test_the_number_goes_with_the_street_to_the_contacts_of_a_company(self):
        company = self.customer.copy({"name": "Muster GmbH", "is_company": True})
        company.write({"street": "Haus 7 Weg 5 Top 3", "dhl_de_house_number": "5 Top 3"})
        person = self.env["res.partner"].create({"name": "Maria", "parent_id": company.id, "type": "contact"})
        self.assertEqual(person._dhl_de_street_parts(), ("Haus 7 Weg", "5 Top 3"))

    def test_a_packstation_is_booked_as_one_however_it_is_written(self):
        for street in ("Pack Station 145", "Pack-Station 145", "PS 145", "DHL-Packstation Nr. 145", "Packst. 145"):
            sent = self.consignee(street=street, street2="Tel. 0151 1234567, Postnr. 1234 5678")
            self.assertEqual((sent["lockerID"], sent["postNumber"]), (145, "12345678"))
            self.assertEqual(sent["name"], "Łukasz Größmann")

    def test_ottos_own_form_of_a_packstation(self):
        sent = self.consignee(name="Packstation 145", street="Hauptstr. 5", street2="Max Mustermann 12345678")
        self.assertEqual((sent["lockerID"], sent["postNumber"], sent["name"]), (145, "12345678", "Max Mustermann"))

    def test_what_may_be_a_drop_point_is_refused_with_the_remedy(self):
        self.refused("“145” is no street.*Packstation 145.*Postnummer", street="145", street2="12345678")
        self.refused("“Paketbox 145” is neither a street", street="Paketbox 145", street2="12345678")
        self.refused("needs the customer's Postnummer", street="Packstation 145", street2="Tel. 0151 1234567")
        self.refused(
            "not clear whether.*12345678, 87654321.*write “Postnummer” before",
            street="Packstation 145",
            street2="12345678 / 87654321",
        )
        self.refused("6 to 10 digits, not as many as “12345”", street="Packstation 145", street2="Postnummer 12345")
        self.refused("which number.*145, 146", street="Packstation 145", street2="Packstation 146 12345678")
        self.refused("person who fetches", name="Packstation 145", street="Hauptstr. 5", street2="12345678")

    def test_the_second_line_shares_a_line_where_the_names_fill_theirs(self):
        company = "Gesellschaft für angewandte Etikettenkunde und Versandwesen mbH"
        parent = self.customer.copy({"name": company, "is_company": True})
        sent = self.consignee(parent_id=parent.id, type="delivery", is_company=False, street2="c/o Meier")
        printed = " ".join(sent[key] for key in ("name1", "name2", "name3"))
        self.assertEqual(printed, f"{company} Łukasz Größmann, c/o Meier")
        self.assertNotIn("additionalAddressInformation1", sent)

    def test_what_has_no_room_is_refused_before_the_label_is_bought(self):
        long = "Gesellschaft für angewandte Etikettenkunde und Versandwesen " * 3
        self.refused("three lines of 50 characters.*c/o Meier.*shorten", name=long, street2="c/o Meier")

    def test_what_nobody_sees_is_not_sent(self):
        sent = self.consignee(zip="\u200b22179\u00a0", street="König\u00adstraße 12\u200ea", city="\ufeffHamburg")
        self.assertEqual((sent["postalCode"], sent["city"]), ("22179", "Hamburg"))
        self.assertEqual((sent["addressStreet"], sent["addressHouse"]), ("Königstraße", "12a"))
