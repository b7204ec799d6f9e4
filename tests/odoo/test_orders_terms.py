"""What OTTO names or changes later: the address (R17), the expected delivery (R11), the fees (R10), flags."""

from tests.odoo.wire_case import WireCase

ELSEWHERE = {
    "salutation": "MR",
    "firstName": "Max",
    "lastName": "Neu",
    "street": "Neue Straße",
    "houseNumber": "7",
    "zipCode": "20095",
    "city": "Hamburg",
    "countryCode": "DEU",
    "email": "neu@example.com",
}


class TestOrderTerms(WireCase):
    def setUp(self):
        super().setUp()
        self.changes = {}
        self.alter(lambda entry: entry.update(self.changes.get(entry["salesOrderId"], {})))

    def named(self, order_id, **changes):
        """Have OTTO name something else about an order from now on, and import that."""
        self.changes[order_id] = changes
        self.sandbox.act(order_id, "touch")
        self.assertFalse(self.run_flow("orders").last_error)

    def label(self, order):
        """Have the labels made without validating the delivery."""
        with self.own_cursor() as env:
            order.picking_ids.with_env(env).send_to_shipper()
            env.cr.commit()

    # Released without an address

    def test_r17_released_without_address_waits_and_takes_the_address_when_it_comes(self):
        ids = self.sandbox.make_orders(count=1)
        self.changes[ids[0]] = {"deliveryAddress": None, "invoiceAddress": None}
        self.assertFalse(self.run_flow("orders").last_error)
        order = self.order(ids)
        self.assertEqual((order.state, order.otto_status), ("draft", "processable"))
        self.assertFalse(order.picking_ids)
        self.assertIn(order.name, self.open_issues("waiting").name)
        with self.assertRaisesRegex(Exception, "no delivery address"):
            order.action_confirm()
        self.changes.clear()
        self.run_flow("orders")
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.partner_shipping_id.street)
        self.assertEqual(order.picking_ids.partner_id, order.partner_shipping_id)
        self.assertFalse(self.open_issues("waiting"))

    def test_r17_announced_and_then_released_without_address(self):
        order = self.import_orders(status="ANNOUNCED")
        self.changes[order.otto_order_id] = {"deliveryAddress": None, "invoiceAddress": None}
        self.sandbox.act(order.otto_order_id, "release")
        self.run_flow("orders")
        self.assertEqual((order.state, order.otto_status), ("draft", "processable"))
        self.named(order.otto_order_id)
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.partner_shipping_id.street)

    def test_r17_the_address_of_the_invoice_is_no_address_of_the_parcel(self):
        ids = self.sandbox.make_orders(count=1)
        self.changes[ids[0]] = {"deliveryAddress": None}
        self.run_flow("orders")
        self.assertEqual(self.order(ids).state, "draft")

    # The address

    def test_an_address_that_otto_changes_before_the_label_is_taken_over(self):
        order = self.import_orders(address="person")
        self.named(order.otto_order_id, deliveryAddress=ELSEWHERE)
        self.assertEqual(order.partner_shipping_id.name, "Max Neu")
        self.assertEqual(order.picking_ids.partner_id, order.partner_shipping_id)
        self.assertFalse(order.picking_ids.activity_ids)
        self.validate(order)
        consignee = self.sandbox.dhl_state()["shipments"][-1]["request"]["consignee"]
        self.assertEqual(consignee["postalCode"], "20095")
        self.assertFalse(self.open_issues("changed"))

    def test_an_address_that_otto_changes_without_a_new_date_is_seen(self):
        order = self.import_orders(address="person")
        self.changes[order.otto_order_id] = {"deliveryAddress": ELSEWHERE}
        self.run_flow("orders")
        self.assertEqual(order.partner_shipping_id.name, "Max Neu")

    def test_an_address_that_otto_changes_after_the_label_is_said(self):
        order = self.import_orders(address="person")
        self.label(order)
        before = order.partner_shipping_id
        self.named(order.otto_order_id, deliveryAddress=ELSEWHERE)
        self.assertEqual(order.partner_shipping_id, before)
        self.assertRegex(self.open_issues("changed").name, f"{order.name}.*Neue Straße 7, 20095 Hamburg")
        self.named(order.otto_order_id, deliveryAddress=ELSEWHERE)
        self.assertEqual(self.open_issues("changed").count, 1)

    def test_what_a_person_corrected_in_odoo_stays_until_otto_changes_it(self):
        order = self.import_orders(address="person")
        own = self.env["res.partner"].create({"name": "Nachbar", "street": "Hier 1", "zip": "20095", "city": "Hamburg"})
        order.partner_shipping_id = own
        self.named(order.otto_order_id)
        self.assertEqual(order.partner_shipping_id, own)

    # Dates

    def test_r11_a_date_that_otto_changes_before_the_label_moves_order_and_transfer(self):
        order = self.import_orders()
        planned = order.picking_ids.scheduled_date
        items = self.at_otto(order)["positionItems"]
        later = [{**item, "expectedDeliveryDate": "2027-03-17T12:00:00.000Z"} for item in items]
        self.named(order.otto_order_id, positionItems=later)
        self.assertEqual(str(order.commitment_date), "2027-03-17 12:00:00")
        self.assertEqual(order.picking_ids.date_deadline, order.commitment_date)
        self.assertEqual(str(order.picking_ids.scheduled_date), "2027-03-15 12:00:00")
        self.assertNotEqual(order.picking_ids.scheduled_date, planned)

    def test_r11_a_date_that_otto_changes_after_the_label_is_said_and_one_that_it_drops_is_not(self):
        order = self.import_orders()
        self.label(order)
        known = order.commitment_date
        items = self.at_otto(order)["positionItems"]
        dropped = [{key: item[key] for key in item if key != "expectedDeliveryDate"} for item in items]
        self.named(order.otto_order_id, positionItems=dropped)
        self.assertFalse(self.open_issues("changed"))
        later = [{**item, "expectedDeliveryDate": "2027-03-17T12:00:00.000Z"} for item in items]
        self.named(order.otto_order_id, positionItems=later)
        self.assertEqual(order.commitment_date, known)
        self.assertIn("expected delivery date", self.open_issues("changed").name)

    # Fees

    def fees(self, *entries):
        return [
            {
                "name": "DELIVERY_FEE_STANDARD",
                "deliveryFeeAmount": {"amount": amount, "currency": "EUR"},
                "positionItemIds": [],
                "vatRate": rate,
            }
            for amount, rate in entries
        ]

    def test_r10_fees_that_otto_changes_before_the_label_are_taken_over(self):
        order = self.import_orders(fees=[4.95])
        for entries in (((9.9, 19),), ((9.9, 19), (2.5, 7)), ((2.5, 7),), ()):
            with self.subTest(entries):
                self.named(order.otto_order_id, initialDeliveryFees=self.fees(*entries))
                charged = {
                    line.tax_ids.amount: round(line.price_total, 2)
                    for line in order.order_line.filtered("is_delivery")
                    if line.price_total
                }
                self.assertEqual(charged, {float(rate): amount for amount, rate in entries})
                self.assertFalse(order.otto_total_differs)

    def test_r10_fees_that_otto_changes_after_the_label_are_said(self):
        order = self.import_orders(fees=[4.95])
        self.label(order)
        self.named(order.otto_order_id, initialDeliveryFees=self.fees((9.9, 19)))
        self.assertIn("delivery fee", self.open_issues("changed").name)
        self.assertTrue(order.otto_total_differs)

    def test_orders_of_an_earlier_version_are_left_as_they_are(self):
        order = self.import_orders(fees=[4.95], address="person")
        before = order.partner_shipping_id
        order._otto_note(otto_terms=False)
        self.named(order.otto_order_id, deliveryAddress=ELSEWHERE)
        self.assertEqual(order.partner_shipping_id, before)
        self.named(order.otto_order_id, deliveryAddress={**ELSEWHERE, "lastName": "Ganz Neu"})
        self.assertEqual(order.partner_shipping_id.name, "Max Ganz Neu")

    # Flags

    def test_flags_are_on_the_order_and_can_be_searched(self):
        order = self.import_orders()
        self.assertFalse(order.otto_weee_pickup or order.otto_suspected_fraud)
        items = [{**item, "weeePickup": True} for item in self.at_otto(order)["positionItems"]]
        self.named(order.otto_order_id, suspectedFraudCase=True, positionItems=items)
        self.assertTrue(order.otto_weee_pickup and order.otto_suspected_fraud)
        for name in ("otto_weee_pickup", "otto_suspected_fraud"):
            self.assertEqual(self.env["sale.order"].search([(name, "=", True)]), order)
        arch = self.env["sale.order"].get_view(view_type="form")["arch"]
        self.assertIn("otto_weee_pickup", arch)
        self.assertIn("otto_suspected_fraud", arch)
