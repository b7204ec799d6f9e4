"""R8, R9, R19: numbers that people type are tidied, compared and questioned before the goods leave."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user

from tests.harness import OttoCase

SHIPMENT, RETURN = "00340434161094042557", "577546565072"


class TestNumbers(OttoCase):
    def setUp(self):
        super().setUp()
        self.sale = self.import_orders()

    def enter(self, shipment=SHIPMENT, back=RETURN, order=None, **values):
        """Enter both rows in the Shipping tab; return them."""
        order = order or self.sale
        rows = [("shipment", shipment), ("return", back)]
        return self.env["otto.parcel"].create(
            [{"order_id": order.id, "type": type_, "tracking_number": number, **values} for type_, number in rows]
        )

    def shipments(self):
        """Return how many parcels DHL has booked."""
        return len(self.sandbox.dhl_state()["shipments"])

    def test_r8_what_was_typed_is_tidied_before_it_is_told(self):
        page = "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?lang=de&idc=" + SHIPMENT
        for typed in (f" {SHIPMENT} ", "0034 0434 1610 9404 2557", "00340434-16109404-2557", page, f"{SHIPMENT}\u200b"):
            rows = self.enter(typed, "577 546 565-072")
            self.assertEqual(rows.mapped("tracking_number"), [SHIPMENT, RETURN])
            self.assertFalse(any(rows.mapped("number_question")))
            rows.unlink()
        rows = self.enter("jjd 0001 2345 6789 0123", RETURN)
        self.assertEqual(rows[0].tracking_number, "JJD0001234567890123")
        rows[0].tracking_number = page
        self.validate(self.sale)
        self.run_flow("fulfilment")
        self.assertEqual(self.sale.otto_report_state, "sent")
        shipment = self.sandbox.state()["shipments"][-1]
        self.assertEqual(shipment["trackingKey"]["trackingNumber"], SHIPMENT)
        self.assertEqual(shipment["positionItems"][0]["returnTrackingKey"]["trackingNumber"], RETURN)

    def test_r8_an_odd_number_is_a_question_that_a_person_answers(self):
        for typed in ("12345", "HERMES123", "4711 0815", "0034043416109404255700340404"):
            rows = self.enter(typed)
            self.assertIn("does not look like", rows[0].number_question)
            with self.assertRaisesRegex(UserError, "does not look like.*Number Is Right"):
                self.validate(self.sale)
            self.assertNotEqual(self.sale.picking_ids.state, "done")
            rows.unlink()
        rows = self.enter("12345")
        rows[0].number_checked = True
        self.assertFalse(rows[0].number_question)
        self.validate(self.sale)
        self.run_flow("fulfilment")
        self.assertEqual(self.sale.otto_report_state, "sent")

    def test_r8_another_number_is_another_question(self):
        rows = self.enter("12345", number_checked=True)
        rows[0].tracking_number = "12 345"
        self.assertTrue(rows[0].number_checked)
        rows[0].tracking_number = "12346"
        self.assertFalse(rows[0].number_checked)
        self.assertTrue(rows[0].number_question)

    def test_r9_odd_numbers_of_an_order_that_has_left_are_not_told(self):
        self.validate(self.sale)
        self.sale.otto_parcel_ids.unlink()
        rows = self.enter("12345")
        self.assertEqual(self.sale.otto_report_state, "waiting")
        self.assertIn("does not look like", self.sale.otto_report_message)
        rows[0].number_checked = True
        self.assertEqual(self.sale.otto_report_state, "to_send")

    def test_r8_shipment_and_return_are_two_numbers(self):
        for shipment, back in ((SHIPMENT, SHIPMENT), (SHIPMENT, "0034 0434 1610 9404 2557"), (RETURN, RETURN)):
            with self.assertRaisesRegex(ValidationError, "same number"), self.cr.savepoint():
                self.enter(shipment, back)
        rows = self.enter()
        with self.assertRaisesRegex(ValidationError, "same number"), self.cr.savepoint():
            rows[1].tracking_number = SHIPMENT

    def test_r8_swapped_numbers_are_a_question(self):
        rows = self.enter(RETURN, SHIPMENT)
        for row in rows:
            self.assertIn("swapped", row.number_question)
        with self.assertRaisesRegex(UserError, "swapped"):
            self.validate(self.sale)
        rows[0].type, rows[1].type = "return", "shipment"
        self.assertFalse(any(rows.mapped("number_question")))
        self.validate(self.sale)
        self.assertEqual(self.sale.otto_report_state, "to_send")

    def test_r8_no_number_is_too_long_or_empty(self):
        for number, words in (("1" * 1_000_000, "too long"), (" - ", "enter the parcel's number"), ("", "enter")):
            with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
                self.enter(number)

    def test_r8_a_return_number_with_a_blank_is_the_same_number(self):
        other = self.import_orders()
        rows = self.enter()
        # As it was typed once, before numbers were tidied.
        self.env.flush_all()
        self.env.cr.execute("UPDATE otto_parcel SET tracking_number = %s WHERE id = %s", ["577 546-565072", rows[1].id])
        self.env.invalidate_all()
        with self.assertRaisesRegex(ValidationError, f"already on order {self.sale.name}"), self.cr.savepoint():
            self.enter("00340434161094038253", "577546565 072", other)

    def test_r8_how_long_a_return_number_rests_is_the_channels(self):
        other = self.import_orders()
        self.enter()
        self.assertEqual(self.channel.return_number_days, 42)
        with self.assertRaisesRegex(ValidationError, "Within 42 days"), self.cr.savepoint():
            self.enter("00340434161094038253", RETURN, other)
        self.channel.return_number_days = 0
        self.enter("00340434161094038253", RETURN, other)

    def test_r9_two_orders_in_one_parcel_are_refused_before_the_goods_leave(self):
        other = self.import_orders()
        self.enter()
        with self.assertRaisesRegex(ValidationError, f"already on order {self.sale.name}.*own"), self.cr.savepoint():
            self.enter("0034 0434 1610 9404 2557", "577546565073", other)
        with self.assertRaisesRegex(ValidationError, f"already on order {self.sale.name}"), self.cr.savepoint():
            self.enter("00340434161094038253", SHIPMENT, other)
        self.validate(self.sale)
        with self.assertRaisesRegex(ValidationError, f"already on order {self.sale.name}"), self.cr.savepoint():
            self.enter(SHIPMENT, "577546565073", other)

    def test_r7_a_number_on_the_transfer_is_named(self):
        self.sale.picking_ids.carrier_tracking_ref = "00340434161094000001"
        before = self.shipments()
        with self.assertRaisesRegex(UserError, "tracking reference 00340434161094000001.*empty"):
            self.validate(self.sale)
        self.assertEqual(self.shipments(), before)
        self.sale.picking_ids.carrier_tracking_ref = False
        self.validate(self.sale)
        self.assertEqual(self.sale.picking_ids.state, "done")

    def test_r8_booked_labels_stay_the_connectors(self):
        self.validate(self.sale)
        row = self.sale.otto_parcel_ids.filtered(lambda parcel: parcel.type == "shipment")
        other = self.import_orders()
        company = self.env["res.company"].create({"name": "Other"})
        label = self.env["ir.attachment"].create({"name": "x"})
        for values in (
            {"company_id": company.id},
            {"picking_id": other.picking_ids.id},
            {"label_id": label.id},
        ):
            with self.assertRaisesRegex(UserError, "by hand"), self.cr.savepoint():
                row.write(values)
            with self.assertRaisesRegex(UserError, "by hand"), self.cr.savepoint():
                self.env["otto.parcel"].create({"order_id": other.id, "tracking_number": "1", **values})
        # Another number is another parcel's: its label is not the one that was booked.
        row.tracking_number = "00340434161094038253"
        self.assertFalse(row.label_id)

    def test_r1_nobody_enters_numbers_for_another_companys_order(self):
        company = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "foreign",
            "sales_team.group_sale_manager,stock.group_stock_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        values = {"order_id": self.sale.id, "type": "shipment", "tracking_number": SHIPMENT}
        for extra in ({}, {"company_id": company.id}):
            with self.assertRaises(UserError), self.cr.savepoint():
                self.env["otto.parcel"].with_user(user).create({**values, **extra})
        self.assertFalse(self.sale.otto_parcel_ids)

    def test_numbers_are_found(self):
        self.enter()
        picking = self.sale.picking_ids
        user = new_test_user(self.env, "warehouse", "stock.group_stock_user")
        orders, transfers = self.env["sale.order"], self.env["stock.picking"].with_user(user)
        for model, record, view in (
            (orders, self.sale, "sale.view_sales_order_filter"),
            (transfers, picking, "stock.view_picking_internal_search"),
        ):
            arch = model.get_view(self.env.ref(view).id, "search")["arch"]
            self.assertIn("otto_order_number", arch)
            self.assertIn("otto_parcel_ids.tracking_number", arch)
            for number in (SHIPMENT, RETURN):
                self.assertEqual(model.search([("otto_parcel_ids.tracking_number", "ilike", number)]), record)
            self.assertIn(record, model.search([("otto_order_number", "ilike", self.sale.otto_order_number)]))

    def test_the_form_shows_the_question(self):
        with Form(self.sale) as form, form.otto_parcel_ids.new() as row:
            row.tracking_number = "https://www.dhl.de/verfolgen.html?piececode=" + SHIPMENT
            self.assertEqual(row.tracking_number, SHIPMENT)
            row.tracking_number = "12345"
            self.assertIn("does not look like", row.number_question)
            row.number_checked = True
        self.assertTrue(self.sale.otto_parcel_ids.number_checked)


class TestNotToShip(OttoCase):
    """R9, R15: nothing is shipped that OTTO does not wait for."""

    def mixed(self, *statuses):
        """Return an order of three pieces of which OTTO has some in other states."""
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=3)
        for piece, status in zip(order.otto_position_ids, statuses, strict=False):
            piece.status = status
        return order

    def reconcile(self, order):
        """Settle what OTTO says, as the import of orders does."""
        with self.own_cursor() as env:
            order.with_env(env)._otto_reconcile()
            env.cr.commit()

    def test_r9_pieces_that_are_not_open_at_otto_are_not_shipped(self):
        for statuses in (
            ("sent",),
            ("sent", "returned"),
            ("unknown",),
            ("returned",),
            ("unknown", "unknown", "unknown"),
        ):
            order = self.mixed(*statuses)
            before = len(self.sandbox.dhl_state()["shipments"])
            # What is reported through a cursor of its own survives the refusal.
            words = f"{order.name} cannot be shipped.*Partner Connect"
            with self.own_cursor() as env, self.assertRaisesRegex(UserError, words):
                order.picking_ids.with_env(env(user=self.env.uid)).button_validate()
            self.assertEqual(len(self.sandbox.dhl_state()["shipments"]), before)
            with self.own_cursor() as env, self.assertRaisesRegex(UserError, "cannot be shipped"):
                order.picking_ids.with_env(env(user=self.env.uid)).send_to_shipper()
            self.assertIn(order.name, "".join(self.open_issues("shipped").mapped("name")))

    def test_r9_by_hand_neither(self):
        order = self.mixed("sent")
        for type_, number in (("shipment", "00340434161094042557"), ("return", "577546565072")):
            self.env["otto.parcel"].create({"order_id": order.id, "type": type_, "tracking_number": number})
        with self.assertRaisesRegex(UserError, "cannot be shipped"):
            self.validate(order)

    def test_r2_by_hand_otto_is_asked_before_the_goods_leave(self):
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2)
        for type_, number in (("shipment", "00340434161094042557"), ("return", "577546565072")):
            self.env["otto.parcel"].create({"order_id": order.id, "type": type_, "tracking_number": number})
        piece = self.at_otto(order)["positionItems"][0]["positionItemId"]
        self.sandbox.act(order.otto_order_id, "cancel", [piece])
        with self.assertRaisesRegex(UserError, "1 of 2 pieces"):
            self.validate(order)
        self.run_flow("orders")
        self.validate(order)
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")

    def test_r20_the_office_learns_of_it_before_the_warehouse_does(self):
        order = self.mixed("sent")
        self.reconcile(order)
        issue = self.open_issues("shipped")
        self.assertIn("Sent", issue.name)
        for piece in order.otto_position_ids:
            piece.status = "sent"
        order._otto_note(otto_status="sent")
        self.reconcile(order)
        self.validate(order)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertFalse(order.otto_parcel_ids)

    def test_r9_cancelled_pieces_stop_nothing(self):
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=3)
        piece = self.at_otto(order)["positionItems"][0]["positionItemId"]
        self.sandbox.act(order.otto_order_id, "cancel", [piece])
        self.run_flow("orders")
        self.validate(order)
        self.assertEqual(order.picking_ids.state, "done")


class TestCancelledLabels(OttoCase):
    """R19: OTTO is never told a number that no parcel carries."""

    def cancel(self, order):
        """Press *Cancel* on the delivery; return the refusal, empty when there is none."""
        with self.own_cursor() as env:
            try:
                order.picking_ids.with_env(env(user=self.env.uid)).cancel_shipment()
            except UserError as error:
                return str(error)
            env.cr.commit()
        return ""

    def settle(self, order):
        """Do what the sweeper of DHL's bookings does as soon as DHL says that it has cancelled."""
        with self.own_cursor() as env:
            picking = order.picking_ids.with_env(env)
            numbers = picking._dhl_de_numbers()
            env["dhl.booking"].search([("shipment_no", "in", numbers)])._set_cancelled("settled")
            picking._dhl_de_drop_parcels(numbers)
            env.cr.commit()

    def doubtful(self, kind, **options):
        """Return a shipped order whose label is possibly cancelled."""
        order = self.import_orders()
        self.validate(order)
        self.sandbox.fault(kind, "/parcel/de/shipping/v2/orders", dhl=True, method="DELETE", **options)
        self.assertIn("possibly cancelled", self.cancel(order))
        return order

    def test_r19_otto_is_not_told_while_a_cancellation_is_in_doubt(self):
        order = self.doubtful("lost")
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "waiting")
        self.assertIn("possibly cancelled", order.otto_report_message)
        self.assertEqual({item["fulfillmentStatus"] for item in self.at_otto(order)["positionItems"]}, {"PROCESSABLE"})
        self.sandbox.clear_faults()
        self.settle(order)
        self.assertFalse(order.otto_parcel_ids)
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "waiting")
        self.assertEqual({item["fulfillmentStatus"] for item in self.at_otto(order)["positionItems"]}, {"PROCESSABLE"})

    def test_r19_otto_is_told_when_the_label_turns_out_to_be_good(self):
        order = self.doubtful("status", status=500)
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "waiting")
        self.env["dhl.booking"].search([("shipment_no", "=", order.picking_ids.carrier_tracking_ref)])._set_used()
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")

    def test_r19_the_number_of_a_cancelled_label_is_not_told(self):
        """DHL has cancelled, and Odoo's own transaction did not see it: rows and transfer keep the dead number."""
        order = self.import_orders()
        self.validate(order)
        self.env["dhl.booking"].search([("shipment_no", "=", order.picking_ids.carrier_tracking_ref)])._set_cancelled(
            "cancelled elsewhere"
        )
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "waiting")
        self.assertIn("is cancelled at DHL", order.otto_report_message)

    def test_ottos_number_is_on_both_labels(self):
        order = self.import_orders()
        self.validate(order)
        request = self.sandbox.dhl_state()["shipments"][-1]["request"]
        for reference in (request["refNo"], request["services"]["dhlRetoure"]["refNo"]):
            self.assertIn(order.otto_order_number, reference)
            self.assertIn(order.picking_ids.name, reference)
            self.assertLessEqual(len(reference), 35)
        order._otto_note(otto_order_number="X" * 40)
        self.assertEqual(order.picking_ids._dhl_reference(), order.picking_ids.name)
