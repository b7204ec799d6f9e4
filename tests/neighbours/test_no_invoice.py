"""R5 where other add-ons of Odoo lead to an invoice: the point of sale, payments online."""

import uuid

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from tests.harness import OttoCase


class TestPointOfSale(OttoCase):
    def setUp(self):
        super().setUp()
        cash = self.env["account.journal"].create({"name": "Till", "type": "cash", "code": "TILL"})
        method = self.env["pos.payment.method"].create({"name": "Cash", "journal_id": cash.id})
        self.till = self.env["pos.config"].create(
            {"name": "Counter", "payment_method_ids": [Command.set(method.ids)], "use_pricelist": False}
        )
        self.till.open_ui()

    def settled(self, order):
        """Return what the counter's browser sends when an order was settled."""
        line = order.order_line[:1]
        total = line.price_unit
        values = {
            "product_id": line.product_id.id,
            "qty": 1,
            "price_unit": total,
            "price_subtotal": total,
            "price_subtotal_incl": total,
            "discount": 0,
            "tax_ids": [],
            "pack_lot_ids": [],
            "sale_order_line_id": line.id,
            "sale_order_origin_id": order.id,
        }
        paid = {
            "amount": total,
            "name": fields.Datetime.now(),
            "payment_method_id": self.till.payment_method_ids.id,
        }
        return {
            "amount_paid": total,
            "amount_return": 0,
            "amount_tax": 0,
            "amount_total": total,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "fiscal_position_id": False,
            "to_invoice": True,
            "partner_id": order.partner_id.id,
            "lines": [[0, 0, values]],
            "name": "Order 1",
            "session_id": self.till.current_session_id.id,
            "payment_ids": [[0, 0, paid]],
            "uuid": str(uuid.uuid4()),
            "user_id": self.env.uid,
        }

    def test_r5_the_counter_offers_no_otto_order(self):
        order = self.import_orders()
        self.assertEqual(order.amount_unpaid, 0)
        with self.assertRaisesRegex(UserError, "OTTO writes the invoice"):
            order.load_sale_order_from_pos(self.till.id)

    def test_r5_an_otto_order_settled_over_rpc_is_refused(self):
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=1)
        with self.assertRaisesRegex(UserError, order.name), self.env.cr.savepoint():
            self.env["pos.order"].sync_from_ui([self.settled(order)])
        self.assertFalse(order.pos_order_line_ids or order.invoice_ids)

    def test_other_orders_are_settled(self):
        customer = self.env["res.partner"].create({"name": "Kundin"})
        order = self.env["sale.order"].create(
            {"partner_id": customer.id, "order_line": [Command.create({"product_id": self.products[0].id})]}
        )
        order.order_line.tax_ids = False
        order.action_confirm()
        self.env["pos.order"].sync_from_ui([self.settled(order)])
        self.assertTrue(order.pos_order_line_ids)


class TestAutomaticInvoice(OttoCase):
    """Odoo may invoice by itself as soon as a payment is confirmed."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        self.provider = self.env.ref("payment.payment_provider_transfer")
        self.provider.write({"state": "test", "is_published": True, "journal_id": self.channel.journal_id.id})
        self.channel.journal_id.inbound_payment_method_line_ids[:1].payment_provider_id = self.provider

    def pay(self, *orders):
        order = orders[0]
        payment = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.provider.payment_method_ids[:1].id
                or self.env["payment.method"].with_context(active_test=False).search([], limit=1).id,
                "amount": sum(order.amount_total for order in orders),
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "reference": f"{order.name}-1",
                "operation": "online_redirect",
                "sale_order_ids": [Command.set([order.id for order in orders])],
            }
        )
        payment._set_done()
        payment._post_process()
        return payment

    def test_r5_a_payment_makes_no_invoice(self):
        order = self.import_orders()
        self.assertEqual(self.pay(order).state, "done")
        self.assertFalse(order.invoice_ids)

    def test_others_are_invoiced(self):
        customer = self.env["res.partner"].create({"name": "Kundin"})
        order = self.env["sale.order"].create(
            {"partner_id": customer.id, "order_line": [Command.create({"product_id": self.products[0].id})]}
        )
        self.pay(order)
        self.assertTrue(order.invoice_ids)

    def test_r5_of_one_payment_for_several_orders_the_others_are_invoiced(self):
        order = self.import_orders()
        other = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Kundin"}).id,
                "order_line": [Command.create({"product_id": self.products[0].id, "price_unit": 5})],
            }
        )
        other.action_confirm()
        self.assertEqual(self.pay(other, order).state, "done")
        self.assertTrue(other.invoice_ids)
        self.assertFalse(order.invoice_ids)
        self.assertFalse(sum(order.order_line.mapped("qty_to_invoice")))
