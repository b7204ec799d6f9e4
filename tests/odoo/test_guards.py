from odoo.exceptions import UserError
from odoo.fields import Command

from tests.harness import OttoCase


class TestNoInvoice(OttoCase):
    """R5: no way leads to a customer invoice of an OTTO order."""

    def setUp(self):
        super().setUp()
        self.sale = self.import_orders()

    def assert_refused(self, call, *args, **kwargs):
        with self.assertRaisesRegex(UserError, "OTTO writes the invoice"), self.env.cr.savepoint():
            call(*args, **kwargs)
        self.assertFalse(self.sale.invoice_ids)

    def test_r5_button_and_batch(self):
        self.assert_refused(self.sale._create_invoices)
        self.assert_refused(self.sale._create_invoices, final=True)

    def test_r5_wizard(self):
        for method in ("delivered", "percentage", "fixed"):
            wizard = self.env["sale.advance.payment.inv"].create(
                {
                    "sale_order_ids": [Command.set(self.sale.ids)],
                    "advance_payment_method": method,
                    "amount": 10,
                    "fixed_amount": 10,
                }
            )
            self.assert_refused(wizard.create_invoices)

    def test_r5_link_from_the_invoice_line(self):
        invoice = self.env["account.move"].create({"move_type": "out_invoice", "partner_id": self.sale.partner_id.id})
        line = {"name": "x", "quantity": 1, "price_unit": 1, "move_id": invoice.id}
        self.assert_refused(
            self.env["account.move.line"].create, {**line, "sale_line_ids": [Command.set(self.sale.order_line[:1].ids)]}
        )

    def test_r5_link_from_the_order_line(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.sale.partner_id.id,
                "invoice_line_ids": [Command.create({"name": "x", "quantity": 1, "price_unit": 1})],
            }
        )
        link = {"invoice_lines": [Command.set(invoice.invoice_line_ids.ids)]}
        self.assert_refused(self.sale.order_line[:1].write, link)

    def test_r5_a_mixed_list_invoices_the_others_and_names_ottos(self):
        customer = self.env["res.partner"].create({"name": "Kundin"})
        other = self.env["sale.order"].create(
            {"partner_id": customer.id, "order_line": [Command.create({"product_id": self.carrier.product_id.id})]}
        )
        other.action_confirm()
        orders = self.sale | other
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=orders.ids, active_model="sale.order")
        answer = wizard.create({"advance_payment_method": "delivered"}).create_invoices()
        self.assertIn(self.sale.name, answer["params"]["message"])
        self.assertTrue(other.invoice_ids)
        self.assertFalse(self.sale.invoice_ids)

    def test_r5_a_copied_invoice_cannot_be_linked(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.sale.partner_id.id,
                "invoice_line_ids": [Command.create({"name": "x", "quantity": 1, "price_unit": 1})],
            }
        )
        line = invoice.copy().invoice_line_ids[:1]
        self.assert_refused(line.write, {"sale_line_ids": [Command.link(self.sale.order_line[:1].id)]})

    def test_r5_no_credit_is_used_and_nothing_is_accrued(self):
        self.validate(self.sale)
        partner = self.sale.partner_id.commercial_partner_id
        self.assertEqual(partner.credit_to_invoice, 0)
        wizard = self.env["account.accrued.orders.wizard"].with_context(
            active_model="sale.order", active_ids=self.sale.ids
        )
        account = self.env["account.account"].search([("account_type", "=", "asset_current")], limit=1)
        accrued = wizard.create({"date": "2999-01-01", "account_id": account.id})
        self.assertEqual(accrued.amount, 0)

    def test_r5_never_counts_as_to_invoice(self):
        self.validate(self.sale)
        self.assertEqual(self.sale.invoice_status, "no")
        self.assertEqual(set(self.sale.order_line.mapped("invoice_status")), {"no"})
        self.assertFalse(sum(self.sale.order_line.mapped("qty_to_invoice")))
        self.assertFalse(sum(self.sale.order_line.mapped("untaxed_amount_to_invoice")))
        self.assertFalse(self.sale.amount_to_invoice)

    def test_r5_switch_is_on_and_stays_on(self):
        self.assertTrue(self.channel.invoices_by_otto)
        self.channel.write({"invoices_by_otto": False})
        self.channel.invalidate_recordset()
        self.assertTrue(self.channel.invoices_by_otto)


class TestCancel(OttoCase):
    def test_r15_cancelling_a_confirmed_order_tells_otto(self):
        order = self.import_orders()
        order.action_cancel()
        self.assertEqual(order.otto_outbound_state, "to_cancel")
        self.run_flow("outbound")
        self.assertEqual(order.otto_outbound_state, "cancelled")
        self.sandbox.advance(60)
        statuses = {item["fulfillmentStatus"] for item in self.at_otto(order)["positionItems"]}
        self.assertEqual(statuses, {"CANCELLED_BY_PARTNER"})

    def test_r15_a_shipped_order_cannot_be_cancelled(self):
        order = self.import_orders()
        self.validate(order)
        with self.assertRaisesRegex(UserError, "shipped"):
            order.action_cancel()

    def test_r13_lines_cannot_be_reduced_or_removed(self):
        order = self.import_orders(pieces=2)
        line = order.order_line.filtered("otto_sku")[:1]
        for key in ({}, {"otto_connector": True}):
            with self.assertRaisesRegex(UserError, "only the whole order"):
                line.with_context(**key).product_uom_qty = 0
            with self.assertRaisesRegex(UserError, "only the whole order"):
                line.sudo().with_context(**key).product_uom_qty = 0
        quotation = self.import_orders(status="ANNOUNCED")
        with self.assertRaisesRegex(UserError, "only the whole order"):
            quotation.order_line[:1].unlink()

    def test_an_otto_order_cannot_be_deleted_or_reopened(self):
        order = self.import_orders(status="ANNOUNCED")
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            order.unlink()
        released = self.import_orders()
        released.action_cancel()
        with self.assertRaisesRegex(UserError, "quotation"):
            released.action_draft()

    def test_r15_a_cancellation_is_followed_to_its_end(self):
        order = self.import_orders()
        order.action_cancel()
        self.run_flow("outbound")
        order._otto_note(otto_told_on="2020-01-01 00:00:00")
        self.follow_up()
        self.assertIn("not carried it out", self.open_issues("outbound").name)
        self.assertTrue(order.otto_told_on)
        self.assertEqual(order.otto_outbound_state, "refused")
        self.sandbox.advance(3600)
        self.follow_up()
        self.assertFalse(order.otto_told_on)
        self.assertEqual(order.otto_outbound_state, "cancelled")
        self.assertFalse(self.open_issues("outbound"))

    def test_what_the_connector_notes_is_not_written_by_hand(self):
        order = self.import_orders()
        for values in ({"otto_outbound_state": "sent"}, {"otto_status": "sent"}, {"otto_channel_id": False}):
            with self.assertRaisesRegex(UserError, "by hand"):
                order.sudo().with_context(otto_connector=True).write(values)
        with self.assertRaisesRegex(UserError, "by hand"):
            self.env["sale.order"].create({"partner_id": order.partner_id.id, "otto_channel_id": self.channel.id})

    def test_a_copy_carries_nothing_of_otto(self):
        copy = self.import_orders().copy()
        self.assertFalse(copy.otto_channel_id or copy.otto_order_id or copy.otto_parcel_ids or copy.otto_position_ids)
        self.assertEqual(copy.otto_outbound_state, "none")


class TestOdooWouldOverwrite(OttoCase):
    """What Odoo would compute or send otherwise (design, "What Odoo would overwrite")."""

    def test_r18_pricelist_does_not_change_otto_prices(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Half", "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 50})]}
        )
        self.env["res.partner"].search([]).property_product_pricelist = pricelist
        order = self.import_orders()
        total = order.amount_total
        order.action_update_prices()
        self.assertEqual(order.amount_total, total)
        self.assertFalse(order.pricelist_id)

    def test_r10_shipping_wizard_leaves_ottos_fees(self):
        order = next(order for order in self.import_orders(15) if order.order_line.filtered("is_delivery"))
        total = order.amount_total
        order.set_delivery_line(self.carrier, 12.34)
        self.assertEqual(order.amount_total, total)

    def test_r21_no_mail_to_an_otto_customer(self):
        self.company.stock_move_email_validation = True
        order = self.import_orders()
        order.partner_id.email = order.partner_id.email or "kunde@example.com"
        mails = self.env["mail.mail"].search_count([])
        order._send_order_notification_mail(self.env.ref("sale.mail_template_sale_confirmation"))
        order.message_post(body="x", partner_ids=order.partner_id.ids, subtype_xmlid="mail.mt_comment")
        self.validate(order)
        self.env.flush_all()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_r21_other_customers_still_get_mail(self):
        partner = self.env["res.partner"].create({"name": "Other", "email": "other@example.com"})
        mails = self.env["mail.mail"].search_count([])
        partner.message_post(body="x", partner_ids=partner.ids, subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails + 1)
