from lxml import etree

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
        self.assertEqual(order.otto_report_state, "to_cancel")
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_report_state, "cancelled")
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
        self.run_flow("fulfilment")
        order._otto_note(otto_cancel_sent_on="2020-01-01 00:00:00")
        self.follow_up()
        self.assertIn("not carried it out", self.open_issues("report").name)
        self.assertTrue(order.otto_cancel_sent_on)
        self.assertEqual(order.otto_report_state, "refused")
        self.sandbox.advance(3600)
        self.follow_up()
        self.assertFalse(order.otto_cancel_sent_on)
        self.assertEqual(order.otto_report_state, "cancelled")
        self.assertFalse(self.open_issues("report"))

    def test_what_the_connector_notes_is_not_written_by_hand(self):
        order = self.import_orders()
        for values in ({"otto_report_state": "sent"}, {"otto_status": "sent"}, {"otto_channel_id": False}):
            with self.assertRaisesRegex(UserError, "by hand"):
                order.sudo().with_context(otto_connector=True).write(values)
        with self.assertRaisesRegex(UserError, "by hand"):
            self.env["sale.order"].create({"partner_id": order.partner_id.id, "otto_channel_id": self.channel.id})

    def test_r19_nobody_makes_an_otto_order_by_default_values(self):
        action = self.channel.action_open_orders()
        self.assertEqual(action["context"], {"create": False})
        values = {"partner_id": self.env.user.partner_id.id}
        for context in ({"default_otto_channel_id": self.channel.id}, {"default_otto_order_number": "abc"}):
            with self.assertRaisesRegex(UserError, "by hand"):
                self.env["sale.order"].with_context(**context).create(values)
        self.env["ir.default"].set("sale.order", "otto_channel_id", self.channel.id)
        with self.assertRaisesRegex(UserError, "by hand"):
            self.env["sale.order"].create(values)

    def test_r15_the_state_is_changed_by_odoos_own_methods_alone(self):
        order = self.import_orders()
        announced = self.import_orders(status="ANNOUNCED")
        for context in ({}, {"otto_guarded": True}):
            for record, state in ((order, "cancel"), (order, "draft"), (announced, "sale"), (announced, "sent")):
                with self.assertRaisesRegex(UserError, f"by hand: {record.name}"):
                    record.sudo().with_context(**context).write({"state": state})
        order.write({"state": "sale"})
        announced.with_context(mark_so_as_sent=True).message_post(body="x")
        self.assertEqual(announced.state, "draft")
        announced.action_quotation_sent()
        self.assertEqual(announced.state, "sent")
        other = self.env["sale.order"].create({"partner_id": order.partner_id.id})
        other.state = "sent"
        self.assertEqual(other.state, "sent")

    def test_r15_a_paid_order_that_waits_for_its_article_is_cancelled_at_otto(self):
        """Released, with an article that Odoo does not know: never confirmed, but the customer has paid."""
        self.products.write({"default_code": False, "barcode": False})
        order = self.import_orders()
        self.assertEqual((order.state, order.otto_status), ("draft", "processable"))
        self.assertTrue(order.otto_cancel_is_reported)
        wizard = self.env["sale.mass.cancel.orders"].with_context(active_ids=order.ids).create({})
        self.assertEqual((wizard.otto_orders_count, wizard.otto_unreported_count), (1, 0))
        order.action_cancel()
        self.assertEqual(order.otto_report_state, "to_cancel")
        self.run_flow("fulfilment")
        self.sandbox.advance(60)
        statuses = {item["fulfillmentStatus"] for item in self.at_otto(order)["positionItems"]}
        self.assertEqual(statuses, {"CANCELLED_BY_PARTNER"})

    def test_r2_dialogs_promise_only_what_will_happen(self):
        order = self.import_orders()
        view = self.env["sale.order"].get_view(self.env.ref("sale.view_order_form").id, "form")["arch"]
        self.assertEqual(view.count('invisible="not otto_cancel_is_reported'), 1)
        self.assertEqual(view.count("or otto_cancel_is_reported or"), 1)
        line = order.order_line.filtered("otto_sku")[:1]
        for direction, told, follows in (("both", 1, True), ("out", 1, False), ("in", 0, True), ("none", 0, False)):
            with self.subTest(direction):
                self.channel.sync_direction = direction
                self.assertEqual(order.otto_cancel_is_reported, bool(told))
                wizard = self.env["sale.mass.cancel.orders"].with_context(active_ids=order.ids).create({})
                self.assertEqual((wizard.otto_orders_count, wizard.otto_unreported_count), (told, 1 - told))
                with self.assertRaisesRegex(UserError, "Odoo follows" if follows else "does not follow"):
                    line.product_uom_qty = 0

    def test_r15_an_announced_order_cannot_be_cancelled(self):
        order = self.import_orders(status="ANNOUNCED")
        self.assertFalse(order.otto_cancel_is_reported)
        with self.assertRaisesRegex(UserError, f"{order.name} is only announced"):
            order.action_cancel()

    def test_r13_a_line_of_ottos_stays_ottos(self):
        order = next(order for order in self.import_orders(15) if order.order_line.filtered("is_delivery"))
        other = self.env["sale.order"].create({"partner_id": order.partner_id.id})
        fee, piece = order.order_line.filtered("is_delivery")[0], order.order_line.filtered("otto_sku")[0]
        for line, values in (
            (fee, {"is_delivery": False}),
            (piece, {"otto_sku": False}),
            (piece, {"order_id": other.id}),
            (piece, {"otto_position_ids": [Command.clear()]}),
        ):
            with self.assertRaisesRegex(UserError, f"{order.name} comes from OTTO"):
                line.sudo().with_context(otto_connector=True).write(values)

    def test_a_copy_carries_nothing_of_otto(self):
        copy = self.import_orders().copy()
        self.assertFalse(copy.otto_channel_id or copy.otto_order_id or copy.otto_parcel_ids or copy.otto_position_ids)
        self.assertEqual(copy.otto_report_state, "none")


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

    def test_r21_no_mail_to_many_at_once(self):
        orders = self.import_orders(2)
        other = self.env["res.partner"].create({"name": "Other", "email": "other@example.com"})
        orders.partner_id.email = "kunde@example.com"
        with self.assertRaisesRegex(UserError, f"sends them no mail.*{orders[0].name}"):
            orders.action_quotation_send()
        partners = orders.partner_id | other
        composer = self.env["mail.compose.message"].create(
            {
                "model": "res.partner",
                "res_ids": str(partners.ids),
                "composition_mode": "mass_mail",
                "subject": "Offer",
                "body": "Buy here instead",
            }
        )
        before = self.env["mail.mail"].search([])
        composer._action_send_mail()
        mails = self.env["mail.mail"].search([("id", "not in", before.ids), ("state", "!=", "cancel")])
        self.assertEqual(mails.recipient_ids, other)

    def test_r21_no_invitation_to_the_portal(self):
        customer = self.import_orders().partner_id
        customer.email = "kunde@example.com"
        wizard = self.env["portal.wizard"].with_context(active_ids=customer.ids).create({})
        with self.assertRaisesRegex(UserError, f"{customer.name} is a customer of OTTO"):
            wizard.user_ids.action_grant_access()

    def test_r5_r21_the_buttons_are_gone(self):
        self.env.user.group_ids += self.env.ref("sale.group_proforma_sales")
        view = self.env["sale.order"].get_view(self.env.ref("sale.view_order_form").id, "form")["arch"]
        buttons = etree.fromstring(view).findall(".//button[@name='action_quotation_send']")
        self.assertEqual(len(buttons), 4)
        for button in buttons:
            self.assertIn("otto_channel_id", button.get("invisible"))

    def test_r21_other_customers_still_get_mail(self):
        partner = self.env["res.partner"].create({"name": "Other", "email": "other@example.com"})
        mails = self.env["mail.mail"].search_count([])
        partner.message_post(body="x", partner_ids=partner.ids, subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails + 1)
