from types import SimpleNamespace

from odoo.addons.stock_sms.models import stock_picking

from tests.harness import OttoCase


class TestTextMessages(OttoCase):
    """R21: `stock_sms` writes to nobody who bought at OTTO."""

    def setUp(self):
        super().setUp()
        # In its own tests the add-on sends nothing.
        self.patch(stock_picking, "modules", SimpleNamespace(module=SimpleNamespace(current_test=None)))
        self.company.stock_text_confirmation = True
        self.company.stock_confirmation_type = "sms"
        self.company.has_received_warning_stock_sms = False

    def test_r21_no_text_message_and_no_question(self):
        order = self.import_orders()
        order.partner_shipping_id.phone = "+49 170 1234567"
        result = self.validate(order)
        self.assertNotIn("res_model", result if isinstance(result, dict) else {})
        self.assertEqual(order.picking_ids.state, "done")
        self.assertFalse(self.env["sms.sms"].search([("partner_id", "=", order.partner_shipping_id.id)]))

    def test_other_customers_get_theirs(self):
        self.company.has_received_warning_stock_sms = True
        customer = self.env["res.partner"].create({"name": "Kundin", "phone": "+49 170 1234567"})
        order = self.env["sale.order"].create(
            {"partner_id": customer.id, "order_line": [(0, 0, {"product_id": self.products[0].id})]}
        )
        order.action_confirm()
        self.validate(order)
        self.assertTrue(self.env["sms.sms"].search([("partner_id", "=", customer.id)]))
