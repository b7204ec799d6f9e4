from odoo.fields import Command

from tests.harness import OttoCase


class TestMatrix(OttoCase):
    """Import, shipping and *sent* work the same however Odoo is set up."""

    def ship_all(self, order):
        """Do every transfer of an order, in the order in which they become ready."""
        for _ in range(4):
            ready = order.picking_ids.filtered(lambda picking: picking.state == "assigned")
            for picking in ready:
                with self.own_cursor() as env:
                    picking.with_env(env(user=self.env.uid)).button_validate()
                    env.cr.commit()

    def assert_sent(self, order):
        self.assertEqual(set(order.picking_ids.mapped("state")) - {"cancel"}, {"done"})
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")
        self.assertEqual(
            {item["fulfillmentStatus"] for item in self.at_otto(order)["positionItems"]}, {"SENT"}, order.name
        )
        self.assertFalse(order.otto_total_differs)
        self.assertEqual(len(self.sandbox.dhl_state()["shipments"]), 1)

    def test_plain(self):
        order = self.import_orders()
        self.ship_all(order)
        self.assert_sent(order)

    def test_three_steps(self):
        self.channel.warehouse_id.delivery_steps = "pick_pack_ship"
        order = self.import_orders()
        self.ship_all(order)
        self.assert_sent(order)

    def test_two_steps(self):
        self.channel.warehouse_id.delivery_steps = "pick_ship"
        order = self.import_orders()
        self.ship_all(order)
        self.assert_sent(order)

    def test_manual_reservation(self):
        self.channel.warehouse_id.out_type_id.reservation_method = "manual"
        order = self.import_orders()
        self.assertEqual(order.picking_ids.state, "confirmed")
        order.picking_ids.action_assign()
        self.ship_all(order)
        self.assert_sent(order)

    def test_real_shipping_costs_add_no_line(self):
        self.carrier.write({"invoice_policy": "real", "fixed_price": 7.77})
        order = self.import_orders()
        total, lines = order.amount_total, order.order_line
        self.ship_all(order)
        self.assert_sent(order)
        self.assertEqual((order.amount_total, order.order_line), (total, lines))

    def test_pricelist_with_discounts_of_the_customer(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Half", "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 50})]}
        )
        self.env["ir.default"].set("res.partner", "specific_property_product_pricelist", pricelist.id)
        order = self.import_orders()
        self.assertFalse(order.otto_total_differs)
        self.ship_all(order)
        self.assert_sent(order)

    def test_default_taxes_that_prices_include(self):
        self.company.account_sale_tax_id.price_include_override = "tax_included"
        order = self.import_orders()
        self.assertFalse(order.otto_total_differs)

    def test_a_shortage_waits_and_is_shipped_as_a_whole(self):
        sku = self.articles[0]["sku"]
        product = self.products.filtered(lambda p: p.default_code == sku)
        self.set_stock(product, 1)
        order = self.import_orders(skus=[sku], pieces=3)
        with self.assertRaisesRegex(Exception, "whole"):
            self.validate(order)
        self.set_stock(product, 10)
        order.picking_ids.action_assign()
        self.ship_all(order)
        self.assert_sent(order)

    def test_two_companies_keep_apart(self):
        other = self.env["res.company"].create({"name": "Other", "country_id": self.env.ref("base.de").id})
        self.env["account.chart.template"].try_loading("de_skr03", other, install_demo=False)
        carrier = self.carrier.copy({"company_id": other.id})
        carrier.write({name: self.carrier[name] for name in ("dhl_de_user", "dhl_de_password", "dhl_de_api_key")})
        channel = self.make_channel("Second", company_id=other.id, carrier_id=carrier.id)
        self.channel.import_orders = False
        ids = self.sandbox.make_orders(count=3)
        self.assertFalse(self.run_flow("orders", channel).last_error)
        orders = self.order(ids)
        self.assertEqual(orders.company_id, other)
        self.assertEqual(orders.warehouse_id.company_id, other)
        self.assertEqual(orders.order_line.tax_ids.company_id, other)
        self.assertEqual(channel.journal_id.company_id, other)
        self.assertFalse(any(orders.mapped("otto_total_differs")))
