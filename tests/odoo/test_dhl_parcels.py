"""From transfers to DHL's parcels: packages, weights, dimensions, drop points, sender and return address."""

from odoo.exceptions import UserError
from odoo.tools import SQL

from tests.odoo.dhl_case import DhlCase


class TestDhlParcels(DhlCase):
    def test_each_package_is_a_parcel_with_its_own_labels(self):
        picking = self.delivery(quantity=5)
        self.pack(picking, 2, 2)
        self.validate(picking)
        parcels = self.at_dhl()
        self.assertEqual(len(parcels), 3)
        self.assertEqual(sorted(row["request"]["details"]["weight"]["value"] for row in parcels), [0.5, 1, 1])
        self.assertEqual([row["refNo"] for row in parcels], [f"{picking.name}-{number}" for number in (1, 2, 3)])
        self.assertEqual(picking.carrier_tracking_ref, ",".join(row["shipmentNo"] for row in parcels))
        self.assertEqual(picking.return_tracking_ref, ",".join(row["returnShipmentNo"] for row in parcels))
        self.assertEqual(len(self.labels(picking, "Shipping")), 3)
        self.assertEqual(len(self.labels(picking, "Return")), 3)
        # Printed, each parcel's label is followed by its return's.
        pairs = [n for row in parcels for n in (row["shipmentNo"], row["returnShipmentNo"])]
        names = picking._dhl_de_label_documents().mapped("name")
        self.assertEqual([name.split("-")[-1] for name in names], [f"{number}.pdf" for number in pairs])
        self.assertEqual(self.asked("POST"), 1)
        self.assertEqual(self.bookings(picking).mapped("state"), ["used"] * 3)
        links = picking.get_multiple_carrier_tracking()
        self.assertEqual([number for number, _url in links], [row["shipmentNo"] for row in parcels])

    def test_packages_in_a_container_are_one_parcel(self):
        crate, box = self.env["stock.package.type"].create(
            [
                {"name": "Crate", "base_weight": 0.5, "packaging_length": 600, "width": 400, "height": 300},
                {"name": "Box", "base_weight": 0.1, "packaging_length": 200, "width": 100, "height": 100},
            ]
        )
        picking = self.delivery(quantity=5)
        inner = self.pack(picking, 2, 2, package_type_id=box.id)
        container = self.env["stock.package"].create({"package_type_id": crate.id})
        inner.package_dest_id = container
        self.validate(picking)
        self.assertEqual(inner.parent_package_id, container)
        details = [row["request"]["details"] for row in self.at_dhl()]
        self.assertEqual([entry["weight"]["value"] for entry in details], [2.7, 0.5])
        self.assertEqual(details[0]["dim"], {"uom": "cm", "length": 60, "width": 40, "height": 30})

    def test_an_entered_weight_of_a_container_wins(self):
        picking = self.delivery(quantity=2)
        inner = self.pack(picking, 1, 1)
        inner.package_dest_id = self.env["stock.package"].create({"shipping_weight": 9})
        self.validate(picking)
        self.assertEqual([row["request"]["details"]["weight"]["value"] for row in self.at_dhl()], [9])

    def test_numbers_that_were_entered_with_blanks_stay_whole(self):
        picking = self.delivery()
        picking.carrier_tracking_ref = "0034 0434 1610 9404 2557; 00340434161094038253,"
        self.assertEqual(picking._dhl_de_numbers(), ["00340434161094042557", "00340434161094038253"])

    def test_several_parcels_are_cancelled_all(self):
        picking = self.delivery(quantity=2)
        self.pack(picking, 1)
        self.validate(picking)
        picking.cancel_shipment()
        self.assertEqual([row["state"] for row in self.at_dhl()], ["canceled", "canceled"])

    def test_an_entered_weight_wins(self):
        picking = self.delivery(quantity=2)
        [package] = self.pack(picking, 2)
        package.shipping_weight = 4.2
        self.validate(picking)
        self.assertEqual(self.sent()["details"]["weight"]["value"], 4.2)

    def weight(self, picking):
        """Return the weight in kg that DHL was told of the only parcel of a transfer."""
        self.validate(picking)
        return self.sent()["details"]["weight"]["value"]

    def test_a_weight_that_odoo_stored_follows_the_product(self):
        self.product.weight = 40
        picking = self.delivery(quantity=2)
        with self.assertRaisesRegex(UserError, "at most"), self.cr.savepoint():
            picking.button_validate()
        self.env.invalidate_all()
        self.product.weight = 0.75
        self.assertEqual(picking.shipping_weight, 80)
        self.assertEqual(self.weight(picking), 1.5)

    def test_a_weight_that_a_form_sends_back_is_not_entered(self):
        self.product.weight = 0.13
        picking = self.delivery(quantity=1)
        picking.write({"shipping_weight": picking.shipping_weight})
        self.product.weight = 0.75
        self.assertEqual(self.weight(picking), 0.75)

    def test_a_weight_that_was_entered_on_the_transfer_wins(self):
        picking = self.delivery(quantity=2)
        picking.shipping_weight = 4.2
        self.product.weight = 0.75
        self.assertEqual(self.weight(picking), 4.2)

    def test_a_weight_that_was_entered_for_other_goods_does_not_count(self):
        picking = self.delivery(quantity=2)
        picking.shipping_weight = 4.2
        picking.move_line_ids.quantity = 1
        self.assertEqual(picking.shipping_weight, 0.5)
        self.assertEqual(picking._dhl_weight(), 0)

    def put_in_pack(self, picking, **values):
        """Put everything into a package as the wizard does, which proposes a weight."""
        wizard = self.env["stock.put.in.pack"].create(
            {"move_line_ids": picking.move_line_ids.ids, "package_carrier_type": "none", **values}
        )
        return wizard.action_put_in_pack()

    def test_a_weight_that_put_in_pack_proposed_follows_the_product(self):
        box = self.env["stock.package.type"].create({"name": "Box", "base_weight": 0.25})
        picking = self.delivery(quantity=2)
        package = self.put_in_pack(picking, package_type_id=box.id)
        self.assertEqual((package.shipping_weight, package.dhl_entered_weight), (1.25, 0))
        self.product.weight = 0.75
        self.assertEqual(self.weight(picking), 1.75)

    def test_a_weight_that_was_entered_at_put_in_pack_wins(self):
        picking = self.delivery(quantity=2)
        self.put_in_pack(picking, shipping_weight=3)
        self.product.weight = 0.75
        self.assertEqual(self.weight(picking), 3)

    def test_what_was_entered_before_the_update_counts_after_it(self):
        """Until the columns came, Odoo's weight and a person's were told apart by their difference."""
        entered, computed, packed = (self.delivery(quantity=2) for _one in range(3))
        entered.shipping_weight = 4.2
        package = self.put_in_pack(packed, shipping_weight=3)
        self.env.flush_all()
        for record in (entered, package):
            self.cr.execute(SQL("UPDATE %s SET dhl_entered_weight = NULL", SQL.identifier(record._table)))
            record._dhl_take_weights_over()
        self.env.invalidate_all()
        self.assertEqual((entered | computed).mapped("dhl_entered_weight"), [4.2, 0])
        self.assertEqual(package.dhl_entered_weight, 3)

    def test_a_package_type_gives_weight_and_dimensions(self):
        box = self.env["stock.package.type"].create(
            {"name": "Box", "base_weight": 0.25, "packaging_length": 305, "width": 200, "height": 100}
        )
        picking = self.delivery(quantity=2)
        self.pack(picking, 2, package_type_id=box.id)
        self.validate(picking)
        self.assertEqual(
            self.sent()["details"],
            {"weight": {"uom": "kg", "value": 1.25}, "dim": {"uom": "cm", "length": 31, "width": 20, "height": 10}},
        )

    def test_dimensions_are_left_out_unless_all_are_known(self):
        box = self.env["stock.package.type"].create({"name": "Box", "packaging_length": 300, "width": 200})
        picking = self.delivery()
        self.pack(picking, 1, package_type_id=box.id)
        self.validate(picking)
        self.assertNotIn("dim", self.sent()["details"])

    def test_a_kleinpaket_may_be_35_3_centimetres_long(self):
        self.carrier.write({"dhl_de_billing_number": False, "dhl_de_product": "V62KP"})
        self.carrier.dhl_de_billing_number = "33333333336201"
        box = self.env["stock.package.type"].create(
            {"name": "Flat", "packaging_length": 353, "width": 250, "height": 80}
        )
        picking = self.delivery()
        self.pack(picking, 1, package_type_id=box.id)
        self.validate(picking)
        self.assertEqual(self.sent()["product"], "V62KP")
        self.assertEqual(self.sent()["details"]["dim"]["length"], 35)
        self.assertTrue(picking.return_tracking_ref)

    def test_pounds_become_kilograms(self):
        self.env["ir.config_parameter"].set_param("product.weight_in_lbs", "1")
        self.product.weight = 2
        self.shipped()
        self.assertEqual(self.sent()["details"]["weight"], {"uom": "kg", "value": 0.908})

    def test_lengths_in_feet_are_no_dimensions(self):
        """Odoo keeps sides of packages in whole numbers: feet say too little for DHL."""
        box = self.env["stock.package.type"].create(
            {"name": "Karton", "packaging_length": 300, "width": 200, "height": 100}
        )
        carrier = self.carrier
        self.assertEqual(carrier._dhl_de_dimensions(box), (30, 20, 10))
        self.env["ir.config_parameter"].set_param("product.volume_in_cubic_feet", "1")
        self.assertIsNone(carrier._dhl_de_dimensions(box))

    def test_a_packstation(self):
        self.shipped(street="Packstation 145", street2="12345678")
        self.assertEqual(
            self.sent()["consignee"],
            {
                "name": "Łukasz Größmann",
                "lockerID": 145,
                "postNumber": "12345678",
                "postalCode": "22179",
                "city": "Hamburg",
                "country": "DEU",
            },
        )

    def test_at_a_packstation_the_person_is_named_not_the_company(self):
        company = self.env["res.partner"].create({"name": "Muster GmbH", "is_company": True})
        for street, key in (("Packstation 145", "lockerID"), ("Postfiliale 502", "retailID")):
            self.shipped(street=street, street2="12345678", parent_id=company.id)
            self.assertEqual(self.sent()["consignee"]["name"], "Łukasz Größmann", key)
        self.shipped(parent_id=company.id, type="delivery")
        self.assertEqual(self.sent()["consignee"]["name1"], "Muster GmbH")

    def test_a_postfiliale_takes_the_email_in_place_of_the_number(self):
        self.shipped(street="Postfiliale 502")
        consignee = self.sent()["consignee"]
        self.assertEqual((consignee["retailID"], consignee["email"]), (502, "lukasz@example.com"))
        self.assertNotIn("postNumber", consignee)

    def test_the_warehouse_is_the_sender_and_returns_go_where_the_carrier_says(self):
        germany = self.env.ref("base.de").id
        place = {"country_id": germany, "is_company": True}
        depot, desk = self.env["res.partner"].create(
            [
                {"name": "Depot", "street": "Hafenstraße 1", "zip": "20457", "city": "Hamburg", **place},
                {"name": "Returns", "street": "Frankenstraße 298", "zip": "45133", "city": "Essen", **place},
            ]
        )
        picking = self.delivery()
        picking.picking_type_id.warehouse_id.partner_id = depot
        self.carrier.dhl_de_return_address_id = desk
        self.validate(picking)
        self.assertEqual(self.sent()["shipper"]["name1"], "Depot")
        self.assertEqual(self.sent()["services"]["dhlRetoure"]["returnAddress"]["name1"], "Returns")

    def test_label_formats_are_asked_for_as_chosen(self):
        self.carrier.write({"dhl_de_label_format": "910-300-700", "dhl_de_return_label_format": "A4"})
        self.shipped()
        query = self.sandbox.requests(dhl=True)[-1]["query"]
        for part in ("printFormat=910-300-700", "retourePrintFormat=A4", "combine=false"):
            self.assertIn(part, query)
