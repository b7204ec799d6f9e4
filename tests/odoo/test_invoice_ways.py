"""R5: every way to a customer invoice in Odoo 19, in one table. None ends with an invoice of an OTTO order.

Ways that need other add-ons of Odoo (point of sale, payments online) are in `tests/neighbours/test_no_invoice.py`,
those over RPC in `tests/rpc/test_guards.py`.
"""

from odoo.exceptions import UserError
from odoo.fields import Command

from tests.harness import OttoCase


class TestInvoiceWays(OttoCase):
    def setUp(self):
        super().setUp()
        self.sale = self.import_orders(skus=[self.articles[0]["sku"]], pieces=1)
        self.validate(self.sale)
        self.line = self.sale.order_line.filtered("otto_sku")
        self.invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.sale.partner_id.id,
                "invoice_line_ids": [Command.create({"name": "x", "quantity": 1, "price_unit": 1})],
            }
        )

    def wizard(self, method, **values):
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=self.sale.ids, active_id=self.sale.id
        )
        return wizard.create({"advance_payment_method": method, **values}).create_invoices()

    def new_invoice(self, **values):
        line = {"name": "x", "quantity": 1, "price_unit": 1, "sale_line_ids": [Command.set(self.line.ids)]}
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.sale.partner_id.id,
                "invoice_line_ids": [Command.create(line)],
                **values,
            }
        )

    def ways(self):
        """Yield (name, call) of each way to an invoice; a call without arguments."""
        linked = Command.link(self.line.id)
        invoice_line = self.invoice.invoice_line_ids
        yield "button", self.sale._create_invoices
        yield "button, final", lambda: self.sale._create_invoices(final=True)
        yield "button, grouped", lambda: self.sale._create_invoices(grouped=True)
        yield "as the administrator", lambda: self.sale.sudo()._create_invoices()
        yield "with a context", lambda: self.sale.with_context(otto_connector=True)._create_invoices()
        yield "values of an invoice", self.sale._prepare_invoice
        yield "wizard", lambda: self.wizard("delivered")
        yield "wizard, consolidated", lambda: self.wizard("delivered", consolidated_billing=True)
        yield "down payment in percent", lambda: self.wizard("percentage", amount=10)
        yield "down payment, fixed", lambda: self.wizard("fixed", fixed_amount=10)
        yield "new invoice", self.new_invoice
        yield "new credit note", lambda: self.new_invoice(move_type="out_refund")
        yield "new receipt", lambda: self.new_invoice(move_type="out_receipt")
        yield "invoice line", lambda: invoice_line.write({"sale_line_ids": [linked]})
        yield (
            "invoice",
            lambda: self.invoice.write(
                {"invoice_line_ids": [Command.update(invoice_line.id, {"sale_line_ids": [linked]})]}
            ),
        )
        yield "copy of an invoice", lambda: self.invoice.copy().invoice_line_ids.write({"sale_line_ids": [linked]})
        yield "order line", lambda: self.line.write({"invoice_lines": [Command.link(invoice_line.id)]})
        yield (
            "order",
            lambda: self.sale.write(
                {"order_line": [Command.update(self.line.id, {"invoice_lines": [Command.set(invoice_line.ids)]})]}
            ),
        )
        yield (
            "new order line",
            lambda: self.sale.write(
                {
                    "order_line": [
                        Command.create(
                            {"product_id": self.line.product_id.id, "invoice_lines": [Command.set(invoice_line.ids)]}
                        )
                    ]
                }
            ),
        )

    def test_r5_no_way_leads_to_an_invoice(self):
        for name, call in self.ways():
            with self.subTest(name):
                with (
                    self.assertRaisesRegex(UserError, f"OTTO writes the invoice.*{self.sale.name}"),
                    self.cr.savepoint(),
                ):
                    call()
                self.env.invalidate_all()
                self.assertFalse(self.sale.invoice_ids | self.line.invoice_lines.move_id)

    def test_r5_ways_of_odoo_itself_pass_it_by(self):
        """What Odoo does by itself after a payment must not stop at an OTTO order, and makes no invoice either."""
        for call in (
            self.sale._generate_downpayment_invoices,
            self.sale._force_lines_to_invoice_policy_order,
            self.sale.with_context(raise_if_nothing_to_invoice=False)._create_invoices,
        ):
            self.assertFalse(call())
        self.assertFalse(self.sale.invoice_ids)
        self.assertFalse(self.line.qty_to_invoice)

    def test_r5_no_credit_is_used_where_the_limit_is_on(self):
        self.company.account_use_credit_limit = True
        partner = self.sale.partner_id.commercial_partner_id
        partner.write({"use_partner_credit_limit": True, "credit_limit": 1})
        self.env.invalidate_all()
        self.assertEqual(partner.credit_to_invoice, 0)
        self.assertFalse(self.sale.partner_credit_warning)
        other = self.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [Command.create({"product_id": self.products[0].id})]}
        )
        other.action_confirm()
        self.env.invalidate_all()
        self.assertGreater(partner.credit_to_invoice, 0, "the limit is on")

    def test_r5_nothing_is_accrued(self):
        account = self.env["account.account"].search([("account_type", "=", "asset_current")], limit=1)
        for date in ("2999-01-01", self.sale.picking_ids.date_done.date()):
            wizard = self.env["account.accrued.orders.wizard"].with_context(
                active_model="sale.order", active_ids=self.sale.ids
            )
            accrued = wizard.create({"date": date, "account_id": account.id})
            self.assertEqual(accrued.amount, 0)
            self.assertFalse(self.line.with_context(accrual_entry_date=date).amount_to_invoice_at_date)

    def test_r5_never_counts_as_to_invoice(self):
        found = self.env["sale.order"].search([("invoice_status", "in", ("to invoice", "upselling"))])
        self.assertNotIn(self.sale, found)
        self.assertEqual(self.sale.amount_to_invoice, 0)
        self.assertEqual(self.line.untaxed_amount_to_invoice, 0)
