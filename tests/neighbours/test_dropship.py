from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form

from tests.harness import OttoCase


class TestDropship(OttoCase):
    """R7, R9: what the supplier ships himself needs both numbers as well."""

    def setUp(self):
        super().setUp()
        supplier = self.env["res.partner"].create({"name": "Supplier"})
        self.product = self.products.filtered(lambda product: product.default_code == self.articles[0]["sku"])
        self.product.write(
            {
                "route_ids": [Command.set(self.env.ref("stock_dropshipping.route_drop_shipping").ids)],
                "seller_ids": [Command.create({"partner_id": supplier.id, "price": 1})],
            }
        )

    def order_at_supplier(self, skus, **options):
        order = self.import_orders(skus=skus, **options)
        order._get_purchase_orders().button_confirm()
        return order

    def dropship(self, order):
        return order._get_purchase_orders().picking_ids

    def test_r7_a_dropshipped_order_without_numbers_stays(self):
        order = self.order_at_supplier([self.product.default_code])
        with self.assertRaisesRegex(UserError, order.name), self.own_cursor() as env:
            self.dropship(order).with_env(env).button_validate()

    def test_r8_numbers_of_the_suppliers_labels_are_entered_by_hand(self):
        order = self.order_at_supplier([self.product.default_code])
        self.env["otto.parcel"].create(
            [
                {"order_id": order.id, "type": "shipment", "tracking_number": "00340434161094000001"},
                {"order_id": order.id, "type": "return", "tracking_number": "00340434161094000002"},
            ]
        )
        with self.own_cursor() as env:
            self.dropship(order).with_env(env).button_validate()
            env.cr.commit()
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")
        self.assertFalse(self.sandbox.dhl_state()["shipments"])

    def test_r9_half_from_stock_and_half_from_the_supplier_is_refused(self):
        order = self.order_at_supplier([self.articles[0]["sku"], self.articles[1]["sku"]], pieces=2)
        with self.assertRaisesRegex(UserError, "as a whole"):
            self.validate(order)
        self.assertFalse(self.sandbox.dhl_state()["shipments"])

    def test_r9_what_the_supplier_does_not_send_is_added_to_the_delivery(self):
        order = self.order_at_supplier([self.articles[0]["sku"], self.articles[1]["sku"]], pieces=2)
        delivery = order.picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing")
        with (
            self.assertRaisesRegex(UserError, f"too. Please cancel {self.dropship(order).name}"),
            self.own_cursor() as env,
        ):
            delivery.with_env(env(user=self.env.uid)).button_validate()
        order._get_purchase_orders().button_cancel()
        with Form(delivery) as form, form.move_ids.new() as line:
            line.product_id = self.product
            line.quantity = 1
        delivery.action_assign()
        with self.own_cursor() as env:
            delivery.with_env(env(user=self.env.uid)).button_validate()
            env.cr.commit()
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "sent")

    def test_r13_a_purchase_that_is_the_whole_delivery_is_not_cancelled_alone(self):
        order = self.order_at_supplier([self.product.default_code])
        with self.assertRaisesRegex(UserError, f"{order.name}.*cancel the order instead"), self.cr.savepoint():
            order._get_purchase_orders().button_cancel()
        self.env.invalidate_all()
        order.action_cancel()
        self.assertEqual((order.state, order.otto_report_state), ("cancel", "to_cancel"))
