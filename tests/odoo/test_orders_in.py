from decimal import Decimal

from tests.harness import OttoCase


class TestOrdersIn(OttoCase):
    def test_r18_total_and_pieces_equal_to_the_cent(self):
        orders = self.import_orders(12)
        self.assertEqual(len(orders), 12)
        for order in orders:
            held = self.at_otto(order)
            expected = sum(
                Decimal(str((item.get("itemValueReducedGrossPrice") or item["itemValueGrossPrice"])["amount"]))
                for item in held["positionItems"]
            ) + sum(Decimal(str(fee["deliveryFeeAmount"]["amount"])) for fee in held.get("initialDeliveryFees") or [])
            self.assertEqual(Decimal(str(round(order.amount_total, 2))), expected, order.otto_order_number)
            self.assertFalse(order.otto_total_differs)
            self.assertEqual(len(order.otto_position_ids), len(held["positionItems"]))
            pieces = sum(order.order_line.filtered("otto_sku").mapped("product_uom_qty"))
            self.assertEqual(pieces, len(held["positionItems"]))

    def test_r18_total_that_differs_is_imported_marked_and_reported(self):
        order = self.import_orders()
        order.order_line.filtered("otto_sku")[0].tax_ids = False
        order.order_line.filtered("otto_sku")[0].price_unit += 1
        self.sandbox.act(order.otto_order_id, "touch")
        self.run_flow("orders")
        self.assertTrue(order.otto_total_differs)
        self.assertIn(order.name, self.open_issues("total").name)

    def test_r19_same_page_twice_imports_each_order_once(self):
        orders = self.import_orders(3)
        self.run_flow("orders")
        self.assertEqual(self.order(orders.mapped("otto_order_id")), orders)

    def test_r19_database_refuses_a_second_copy(self):
        order = self.import_orders()
        values = {"partner_id": order.partner_id.id, "otto_channel_id": self.channel.id}
        with self.assertRaisesRegex(Exception, "otto_order_unique"), self.cr.savepoint():
            self.env["sale.order"].create({**values, "otto_order_id": order.otto_order_id})

    def test_r19_older_copy_never_wins(self):
        order = self.import_orders()
        client = self.channel._otto_client()
        old = client.order(order.otto_order_id)
        self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertEqual(order.state, "cancel")
        self.channel._update_orders({order: old})
        self.assertEqual(order.otto_status, "cancelled")

    def test_r3_switch_off_imports_no_new_order(self):
        self.channel.import_orders = False
        ids = self.sandbox.make_orders(count=1)
        self.run_flow("orders")
        self.assertFalse(self.order(ids))

    def test_r10_fees_are_one_shipping_line_for_each_vat_rate(self):
        for order in self.import_orders(15):
            fees = self.at_otto(order).get("initialDeliveryFees") or []
            lines = order.order_line.filtered("is_delivery")
            self.assertEqual(len(lines), len({fee["vatRate"] for fee in fees}))
            total = sum(Decimal(str(fee["deliveryFeeAmount"]["amount"])) for fee in fees)
            self.assertEqual(Decimal(str(round(sum(lines.mapped("price_total")), 2))), total)

    def test_r11_commitment_date_is_arrival_and_transfer_leaves_transport_time_before(self):
        for order in self.import_orders(5):
            self.assertTrue(order.commitment_date)
            self.assertEqual(order.picking_ids.date_deadline, order.commitment_date)
            self.assertEqual(order.picking_ids.scheduled_date, self.channel._hand_over_date(order.commitment_date))
            self.assertLess(order.picking_ids.scheduled_date, order.commitment_date)

    def test_r12_payment_method_is_otto_payments_whatever_the_partner_has(self):
        order = self.import_orders()
        self.assertEqual(order.preferred_payment_method_line_id.name, "OTTO Payments")
        self.assertEqual(order.preferred_payment_method_line_id.journal_id, self.channel.journal_id)
        order.partner_id = self.env["res.partner"].create({"name": "Somebody else"})
        self.assertEqual(order.preferred_payment_method_line_id.name, "OTTO Payments")
        self.assertTrue(order.otto_payment_type)

    def test_r14_order_has_the_smallest_status_of_its_pieces(self):
        order = self.import_orders(pieces=3)
        pieces = [item["positionItemId"] for item in self.at_otto(order)["positionItems"]]
        self.sandbox.act(order.otto_order_id, "cancel", pieces[:1])
        self.run_flow("orders")
        self.assertEqual(order.otto_status, "processable")
        self.sandbox.act(order.otto_order_id, "cancel", pieces[1:])
        self.run_flow("orders")
        self.assertEqual(order.otto_status, "cancelled")
        self.assertEqual(order.state, "cancel")

    def test_r15_cancellation_from_otto_is_not_sent_back(self):
        order = self.import_orders()
        self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertEqual((order.state, order.otto_outbound_state), ("cancel", "none"))

    def test_r18_partial_cancellation_reduces_the_line_and_keeps_the_price(self):
        order = self.import_orders(pieces=3)
        prices = {line: line.price_unit for line in order.order_line}
        pieces = [item["positionItemId"] for item in self.at_otto(order)["positionItems"]]
        self.sandbox.act(order.otto_order_id, "cancel", pieces[:1])
        self.run_flow("orders")
        self.assertEqual(sum(order.order_line.filtered("otto_sku").mapped("product_uom_qty")), 2)
        self.assertEqual({line: line.price_unit for line in order.order_line}, prices)
        self.assertFalse(order.otto_total_differs)
        self.assertEqual(sum(order.picking_ids.move_ids.mapped("product_uom_qty")), 2)

    def test_r17_announced_is_a_quotation_that_waits_until_otto_releases_it(self):
        order = self.import_orders(status="ANNOUNCED")
        self.assertEqual((order.state, order.otto_status), ("draft", "announced"))
        with self.assertRaisesRegex(Exception, "announced"):
            order.action_confirm()
        self.sandbox.act(order.otto_order_id, "release")
        self.run_flow("orders")
        self.assertEqual((order.state, order.otto_status), ("sale", "processable"))
        self.assertTrue(order.partner_shipping_id.zip)
        self.assertEqual(order.preferred_payment_method_line_id.name, "OTTO Payments")
        self.assertTrue(order.picking_ids)

    def test_r20_unknown_article_waits_and_the_repair_confirms_it(self):
        sku = self.articles[0]["sku"]
        product = self.products.filtered(lambda p: p.default_code == sku)
        product.write({"default_code": False, "barcode": False})
        order = self.import_orders(skus=[sku])
        self.assertEqual(order.state, "draft")
        issue = self.open_issues("article")
        self.assertIn(sku, issue.name)
        product.default_code = sku
        issue.action_retry()
        self.run_flow("orders")
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line.filtered("otto_sku").product_id, product)
        self.assertEqual(issue.state, "solved")

    def test_r6_ean_matches_when_the_sku_does_not(self):
        sku = self.articles[1]["sku"]
        product = self.products.filtered(lambda p: p.default_code == sku)
        product.default_code = "other"
        order = self.import_orders(skus=[sku])
        self.assertEqual(order.order_line.filtered("otto_sku").product_id, product)

    def test_date_order_stays_ottos(self):
        order = self.import_orders()
        self.assertEqual(order.date_order.strftime("%Y-%m-%dT%H:%M:%S"), self.at_otto(order)["orderDate"][:19])

    def test_carrier_is_on_order_and_transfer(self):
        order = self.import_orders()
        self.assertEqual(order.carrier_id, self.carrier)
        self.assertEqual(order.picking_ids.carrier_id, self.carrier)
