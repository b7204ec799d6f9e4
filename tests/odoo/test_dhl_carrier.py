"""A delivery with DHL Geschäftskundenversand: labels, numbers, and what is said before DHL is asked."""

import io

from pypdf import PdfReader

from odoo.addons.delivery_dhl_de.models import delivery_carrier
from odoo.exceptions import UserError

from tests.odoo.dhl_case import DhlCase


def words(attachment):
    """Return the text of a label."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(attachment.raw)).pages)


class TestDhlCarrier(DhlCase):
    def test_validation_makes_both_labels_under_odoos_names(self):
        picking = self.shipped()
        [parcel] = self.at_dhl()
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.carrier_tracking_ref, parcel["shipmentNo"])
        self.assertEqual(picking.return_tracking_ref, parcel["returnShipmentNo"])
        shipping, returned = self.labels(picking, "Shipping"), self.labels(picking, "Return")
        self.assertEqual(shipping.name, f"LabelShipping-dhl_de-{parcel['shipmentNo']}.pdf")
        self.assertEqual(returned.name, f"LabelReturn-dhl_de-{parcel['returnShipmentNo']}.pdf")
        self.assertEqual(picking.return_label_ids, returned)
        self.assertIn("PAKET", words(shipping))
        self.assertIn("RETOURE", words(returned))

    def test_what_dhl_is_asked_for(self):
        picking = self.shipped(quantity=3)
        sent = self.sent()
        self.assertEqual(sent["product"], "V01PAK")
        self.assertEqual(sent["billingNumber"], "33333333330102")
        self.assertEqual(sent["refNo"], picking.name)
        self.assertEqual(sent["details"]["weight"], {"uom": "kg", "value": 1.5})
        self.assertEqual(sent["services"]["dhlRetoure"]["billingNumber"], "33333333330701")
        consignee = sent["consignee"]
        self.assertEqual(consignee["name1"], "Łukasz Größmann")
        self.assertEqual((consignee["addressStreet"], consignee["addressHouse"]), ("Königstraße", "12a"))
        self.assertEqual(
            (consignee["postalCode"], consignee["city"], consignee["country"]), ("22179", "Hamburg", "DEU")
        )

    def test_the_customers_email_goes_to_dhl_only_when_switched_on(self):
        self.shipped()
        self.assertNotIn("email", self.sent()["consignee"])
        self.assertNotIn("phone", self.sent()["consignee"])
        self.carrier.dhl_de_send_contact = True
        self.shipped()
        self.assertEqual(self.sent()["consignee"]["email"], "lukasz@example.com")

    def test_a_carrier_without_returns_makes_one_label(self):
        self.carrier.return_label_on_delivery = False
        self.assertFalse(self.carrier._makes_enclosed_return())
        picking = self.shipped()
        self.assertNotIn("services", self.sent())
        self.assertFalse(picking.return_tracking_ref)
        self.assertFalse(self.labels(picking, "Return"))
        self.assertEqual(len(self.labels(picking, "Shipping")), 1)

    def test_the_tracking_link_leads_to_dhls_page(self):
        picking = self.shipped()
        self.assertEqual(
            picking.carrier_tracking_url,
            "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode="
            + picking.carrier_tracking_ref,
        )

    def test_after_the_commit_the_booking_is_used_and_keeps_no_label(self):
        picking = self.delivery()
        self.assertIs(picking.button_validate(), True)
        booking = self.bookings(picking)
        self.assertEqual((booking.state, bool(booking.label), bool(booking.return_label)), ("booked", True, True))
        self.env.flush_all()
        self.env.cr.postcommit.run()
        booking = self.bookings(picking)
        self.assertEqual((booking.state, booking.label, booking.return_label), ("used", False, False))
        self.assertEqual(booking.picking_id, picking)
        self.assertEqual(booking.shipment_no, picking.carrier_tracking_ref)

    def test_dhls_remarks_are_told_on_the_transfer(self):
        picking = self.shipped(street="Existiert-Nicht-Str. 20", zip="53113", city="Bonn")
        self.assertIn("could not be found", "".join(picking.message_ids.mapped("body")))

    def test_the_price_is_the_fixed_one_or_by_rules(self):
        self.carrier.fixed_price = 4.9
        picking = self.shipped()
        self.assertAlmostEqual(picking.carrier_price, 4.9)
        self.assertAlmostEqual(self.carrier.rate_shipment(picking.sale_id)["price"], 4.9)
        self.carrier.write(
            {
                "dhl_de_price_by": "rules",
                "price_rule_ids": [
                    (0, 0, {"variable": "weight", "operator": "<=", "max_value": 1, "list_base_price": 3}),
                    (0, 0, {"variable": "weight", "operator": ">", "max_value": 1, "list_base_price": 7}),
                ],
            }
        )
        self.assertAlmostEqual(self.shipped().carrier_price, 3)
        self.assertAlmostEqual(self.shipped(quantity=4).carrier_price, 7)

    def test_oauth_fetches_a_token_and_sends_no_key_beside_it(self):
        self.carrier.dhl_de_auth = "oauth"
        # Another test of this process may have fetched one.
        self.patch(delivery_carrier, "_TOKENS", {})
        self.shipped()
        requests = self.sandbox.requests(dhl=True)
        self.assertEqual([r["path"].rsplit("/", 1)[1] for r in requests], ["token", "orders"])
        self.assertEqual(requests[-1]["auth"], "Bearer")

    def test_a_transfer_that_comes_in_gets_no_shipping_label(self):
        picking = self.delivery()
        picking.picking_type_id = picking.picking_type_id.warehouse_id.in_type_id
        with self.assertRaisesRegex(UserError, "comes in"):
            picking.send_to_shipper()
        self.assertFalse(self.at_dhl())

    def test_a_second_label_beside_the_first_is_refused(self):
        picking = self.shipped()
        with self.assertRaisesRegex(UserError, "already has the tracking number"):
            picking.send_to_shipper()
        self.assertEqual(len(self.at_dhl()), 1)
