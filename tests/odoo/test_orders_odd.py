"""R20: whatever one order is, the others come in and the flow succeeds."""

from odoo import fields

from tests.odoo.wire_case import WireCase

HALF = "Hemd \ud83d blau"
YEAR_1 = "0001-01-01T00:00:00+01:00"
EMPTY_DATES = (
    YEAR_1,
    "0001-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59-01:00",
    "9999-12-31T23:59:59Z",
)


def without_pieces(order):
    order["positionItems"] = []


class TestOddOrders(WireCase):
    def import_one_odd(self, change, **options):
        """Import three orders of which OTTO gives one in an odd way; return the odd one and the others in Odoo."""
        odd = self.sandbox.make_orders(count=1, skus=[self.articles[0]["sku"]], address="person", **options)
        others = self.sandbox.make_orders(count=2, skus=[self.articles[1]["sku"]])
        self.alter_one(odd[0], change)
        sync = self.run_flow("orders")
        self.assertFalse(sync.last_error)
        self.assertTrue(sync.last_success)
        self.assertEqual(len(self.order(others)), 2)
        self.assertLessEqual(sync.cursor, fields.Datetime.now())
        return self.order(odd)

    def test_dates_that_are_none(self):
        def change(entry, text):
            entry["lastModifiedDate"] = text
            for item in entry["positionItems"]:
                item["expectedDeliveryDate"] = item["processableDate"] = text

        for text in EMPTY_DATES:
            with self.subTest(text):
                order = self.import_one_odd(lambda entry, text=text: change(entry, text))
                self.assertEqual(order.state, "sale")
                self.assertTrue(order.picking_ids)
                self.sandbox.act(order.otto_order_id, "cancel")
                self.assertFalse(self.run_flow("orders").last_error)
                self.assertEqual(order.state, "cancel")

    def test_dates_that_must_be_there_and_are_none(self):
        for text in EMPTY_DATES:
            for change in (
                lambda entry, text=text: entry.update(orderDate=text),
                lambda entry, text=text: entry.update(orderLifecycleInformation={"lifecycleChangeDate": text}),
            ):
                with self.subTest(text):
                    order = self.import_one_odd(change)
                    self.assertTrue(order or self.open_issues("order"))

    def test_a_change_that_has_not_happened_yet_hides_no_later_one(self):
        for text in ("2090-01-01T00:00:00Z", "2031-01-01T00:00:00Z"):
            with self.subTest(text):
                self.changed = text

                def change(entry):
                    if self.changed:
                        entry["lastModifiedDate"] = self.changed
                        entry["orderLifecycleInformation"] = {"lifecycleChangeDate": self.changed}

                order = self.import_one_odd(change)
                self.assertEqual(order.state, "sale")
                self.changed = None
                self.sandbox.act(order.otto_order_id, "cancel")
                self.assertFalse(self.run_flow("orders").last_error)
                self.assertEqual(order.state, "cancel")

    def test_one_empty_date_beside_a_real_one(self):
        def change(entry):
            entry["positionItems"][0]["expectedDeliveryDate"] = YEAR_1

        order = self.import_one_odd(change, pieces=2)
        self.assertEqual(order.state, "sale")
        self.assertGreater(order.commitment_date, order.date_order)

    def test_half_a_surrogate_pair_in_every_text(self):
        def change(entry):
            entry["payment"] = {"paymentMethod": HALF}
            entry["deliveryAddress"] |= {"lastName": HALF, "street": HALF, "city": HALF, "addition": HALF}
            for item in entry["positionItems"]:
                item["product"] |= {"productTitle": HALF, "articleNumber": HALF, "ean": HALF}

        order = self.import_one_odd(change)
        self.assertEqual(order.state, "sale")
        self.assertNotIn("\ud83d", order.partner_shipping_id.name)

    def test_half_a_surrogate_pair_in_an_article_number(self):
        def change(entry):
            for item in entry["positionItems"]:
                item["product"] |= {"sku": HALF, "ean": None}

        order = self.import_one_odd(change)
        self.assertEqual(order.state, "draft")
        self.assertEqual(len(self.open_issues("article")), 1)

    def test_half_a_surrogate_pair_and_nul_in_an_order_that_cannot_be_read(self):
        def change(entry):
            entry["orderNumber"] += "\x00\ud83d"
            entry["positionItems"][0]["product"]["sku"] = "abc\x00\ud83d"
            entry["positionItems"][0]["product"]["vatRate"] = "much"

        self.assertFalse(self.import_one_odd(change))
        self.assertEqual(len(self.open_issues("order")), 1)

    def test_an_order_number_as_long_as_a_book(self):
        def change(entry):
            entry["salesOrderId"] = entry["orderNumber"] = "".join(chr(0x4E00 + n % 20000) for n in range(50_000))

        self.assertFalse(self.import_one_odd(change))
        self.assertTrue(self.open_issues("order"))

    def test_an_article_number_as_long_as_a_book(self):
        def change(entry):
            entry["positionItems"][0]["product"]["sku"] = "".join(chr(0x4E00 + n % 20000) for n in range(50_000))

        self.import_one_odd(change)

    def test_numbers_of_blanks_name_nothing(self):
        for change in (
            lambda entry: [item["product"].update(sku="  ") for item in entry["positionItems"]] and None,
            lambda entry: [item["product"].update(sku="") for item in entry["positionItems"]] and None,
            lambda entry: entry["positionItems"][0].update(positionItemId="  "),
            lambda entry: entry.update(orderNumber=""),
        ):
            self.assertFalse(self.import_one_odd(change))
            for issue in self.open_issues("order"):
                self.assertRegex(issue.name, "cannot be read: .* is missing or empty")

    def test_one_piece_twice(self):
        def change(entry):
            entry["positionItems"] *= 2

        self.assertFalse(self.import_one_odd(change))
        self.assertIn("twice", self.open_issues("order").name)

    def test_a_piece_that_another_order_has(self):
        known = self.import_orders()
        piece = known.otto_position_ids[0].position_id

        def change(entry):
            entry["positionItems"][0]["positionItemId"] = piece

        self.assertFalse(self.import_one_odd(change))
        self.assertIn(piece, self.open_issues("order").name)

    def test_an_order_without_pieces_holds_no_stock_down(self):
        self.assertFalse(self.import_one_odd(without_pieces))
        self.assertFalse(self.channel._is_sold_blindly())
        self.assertTrue(self.open_issues("order"))

    def test_an_order_whose_pieces_cannot_be_read_says_what_it_holds_down_and_a_person_can_end_it(self):
        def change(entry):
            entry["positionItems"] = "three"

        self.assertFalse(self.import_one_odd(change))
        self.assertTrue(self.channel._is_sold_blindly())
        issue = self.open_issues("order")
        self.assertIn("no stock is raised", issue.name)
        issue.action_solve()
        self.assertFalse(self.channel._is_sold_blindly())

    def test_retry_of_an_order_that_cannot_be_read_stops_nothing(self):
        odd = self.sandbox.make_orders(count=1)
        self.sandbox.fault("missing_fields", "/v4/orders", keys=["fulfillmentStatus"], times=None)
        self.run_flow("orders")
        issue = self.open_issues("order")
        issue.action_retry()
        self.assertFalse(self.run_flow("orders").last_error)
        self.sandbox.clear_faults()
        issue.action_retry()
        self.assertFalse(self.run_flow("orders").last_error)
        self.assertTrue(self.order(odd))

    def test_a_transport_time_of_a_million_days(self):
        self.channel.transport_days = 10**9
        self.assertEqual(self.import_orders().state, "sale")
