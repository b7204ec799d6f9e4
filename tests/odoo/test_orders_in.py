import uuid
from decimal import Decimal

from odoo.addons.otto_market_connector.models.core.write_guard import as_connector
from odoo.addons.otto_market_connector.models.orders.sale_order_line import hand_over_date
from odoo.addons.otto_market_connector.otto_api.parse import order_page

from tests import wire_orders
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
            as_connector(self.env["sale.order"]).create({**values, "otto_order_id": order.otto_order_id})

    def test_r19_older_copy_never_wins(self):
        order = self.import_orders()
        client = self.channel._otto_client()
        old = client.order(order.otto_order_id)
        self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertEqual(order.state, "cancel")
        self.channel._component("otto.order.updater")._update_orders({order: old})
        self.assertEqual(order.otto_status, "cancelled")

    def test_r3_switch_off_imports_no_new_order(self):
        self.channel.import_orders = False
        ids = self.sandbox.make_orders(count=1)
        self.run_flow("orders")
        self.assertFalse(self.order(ids))

    def test_r10_fees_are_one_shipping_line_for_each_vat_rate(self):
        wire = wire_orders.orders(["no-such-sku"], ("PROCESSABLE",)).example()
        ids = [item["positionItemId"] for item in wire["positionItems"]]
        fees = [("DELIVERY_FEE_STANDARD", 595, 19), ("DELIVERY_FEE_FREIGHT_SURCHARGE", 1000, 7), ("OTHER", 5, 7)]
        wire["initialDeliveryFees"] = [
            {"name": name, "deliveryFeeAmount": wire_orders.amount(cents), "positionItemIds": ids, "vatRate": rate}
            for name, cents, rate in fees
        ]
        self.import_wire([wire])
        lines = self.order([wire["salesOrderId"]]).order_line.filtered("is_delivery")
        found = {line.tax_ids.amount: round(line.price_total, 2) for line in lines}
        self.assertEqual(found, {19.0: 5.95, 7.0: 10.05})

    def test_r10_a_fee_comes_in_where_german_is_not_installed(self):
        everybody = self.env["res.partner"].with_context(active_test=False).search([("lang", "=", "de_DE")])
        everybody.lang = "en_US"
        self.env["res.lang"].search([("code", "=", "de_DE")]).active = False
        order = self.import_orders(fees=[4.95])
        self.assertEqual(order.order_line.filtered("is_delivery").price_total, 4.95)
        self.assertFalse(order.partner_id.lang == "de_DE")

    def test_r16_amounts_in_another_currency_are_converted_and_the_order_says_so(self):
        self.set_rates(("2026-01-01", 0.5))
        wire = self.partly_in_francs()
        self.import_wire([wire])
        order = self.order([wire["salesOrderId"]])
        self.assertEqual(order.currency_id.name, "EUR")
        self.assertEqual(order.amount_total, 36.0)
        self.assertFalse(order.otto_total_differs)
        self.assertIn("CHF", " ".join(order.message_ids.mapped("body")))

    def test_r16_the_rate_is_that_of_the_day_in_germany(self):
        self.set_rates(("2026-01-01", 0.5), ("2026-03-11", 0.25))
        for moment, total in (
            ("2026-03-10T22:59:59.000Z", 36.0),
            ("2026-03-10T23:00:00.000Z", 42.0),
            ("2026-03-10T23:59:59.000+01:00", 36.0),
            ("2026-03-11T00:30:00.000+01:00", 42.0),
        ):
            with self.subTest(moment):
                wire = {**self.partly_in_francs(), "orderDate": moment}
                self.import_wire([wire])
                order = self.order([wire["salesOrderId"]])
                self.assertEqual(order.amount_total, total)
                self.assertFalse(order.otto_total_differs)

    def set_rates(self, *rates):
        """Set what a euro is worth in francs from days on."""
        francs = self.env.ref("base.CHF")
        francs.active = True
        francs.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            [{"currency_id": francs.id, "name": day, "rate": rate} for day, rate in rates]
        )

    def partly_in_francs(self):
        """Return an order as OTTO sends it, a new one: 30 EUR and 3 CHF."""
        number = uuid.uuid4()
        wire = {
            **wire_orders.orders([self.articles[0]["sku"]], ("PROCESSABLE",)).example(),
            "salesOrderId": str(number),
            "orderNumber": number.hex[:10],
        }
        piece = wire["positionItems"][0]
        for name in ("itemValueDiscount", "itemValueReducedGrossPrice"):
            piece.pop(name, None)
        prices = [wire_orders.amount(1000), wire_orders.amount(2000), wire_orders.amount(300, currency="CHF")]
        wire["positionItems"] = [
            {
                **piece,
                "positionItemId": f"{number}-{n}",
                "fulfillmentStatus": "PROCESSABLE",
                "itemValueGrossPrice": price,
            }
            for n, price in enumerate(prices)
        ]
        wire["initialDeliveryFees"] = []
        wire.setdefault("deliveryAddress", wire_orders.SOMEWHERE)
        return wire

    def import_wire(self, wire):
        """Import JSON as it comes from OTTO."""
        page = order_page({"resources": wire})
        self.assertFalse(page.broken)
        with self.own_cursor() as env:
            self.channel.with_env(env)._flow("orders")._import_orders(list(page.orders))
            env.cr.commit()

    def test_r11_commitment_date_is_arrival_and_transfer_leaves_transport_time_before(self):
        for order in self.import_orders(5):
            self.assertTrue(order.commitment_date)
            self.assertEqual(order.picking_ids.date_deadline, order.commitment_date)
            days = self.channel.transport_days
            self.assertEqual(order.picking_ids.scheduled_date, hand_over_date(order.commitment_date, days))
            self.assertLess(order.picking_ids.scheduled_date, order.commitment_date)

    def test_r12_payment_method_is_otto_payments_whatever_the_partner_has(self):
        order = self.import_orders()
        self.assertEqual(order.preferred_payment_method_line_id.name, "OTTO Payments")
        self.assertEqual(order.preferred_payment_method_line_id.journal_id, self.channel.journal_id)
        order.partner_id = self.env["res.partner"].create({"name": "Somebody else"})
        self.assertEqual(order.preferred_payment_method_line_id.name, "OTTO Payments")
        self.assertTrue(order.otto_payment_type)
        self.assertNotIn("_", order.otto_payment_name)
        order._otto_note(otto_payment_type="BARTER")
        self.assertEqual(order.otto_payment_name, "BARTER")

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
        self.assertEqual((order.state, order.otto_report_state), ("cancel", "none"))

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
