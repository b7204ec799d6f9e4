"""R4, R5, R13, R16, R18: an OTTO order's lines, pieces and money change by the connector alone."""

from odoo.addons.otto_market_connector.models.core.write_guard import as_connector
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from tests.harness import OttoCase


class TestLinesStay(OttoCase):
    def setUp(self):
        super().setUp()
        self.sale = self.import_orders(skus=[self.articles[0]["sku"]], pieces=2)
        self.line = self.sale.order_line.filtered("otto_sku")
        customer = self.env["res.partner"].create({"name": "Kundin"})
        self.other = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "order_line": [Command.create({"product_id": self.carrier.product_id.id, "price_unit": 5})],
            }
        )

    def assert_refused(self, words, call, *args):
        """Refused for the administrator and with all rights, whatever the context pretends."""
        with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
            call(*args)

    def test_r4_no_line_is_moved_into_an_otto_order(self):
        line = self.other.order_line
        for attempt in (
            lambda: line.sudo().with_context(otto_connector=True).write({"order_id": self.sale.id}),
            lambda: self.sale.write({"order_line": [Command.link(line.id)]}),
            lambda: self.sale.write({"order_line": [Command.set((self.sale.order_line | line).ids)]}),
            lambda: setattr(line, "order_id", self.sale),
        ):
            self.assert_refused("stays where it is", attempt)
        self.assertEqual(line.order_id, self.other)

    def test_r4_no_line_of_ottos_hangs_on_another_one_and_is_deleted_with_it(self):
        for line in (self.line, self.sale.order_line - self.line):
            if line:
                values = {"linked_line_id": self.other.order_line.id}
                self.assert_refused("stays in this order", self.sale.write, {"order_line": [(1, line[0].id, values)]})

    def test_r5_no_invoiced_line_is_moved_into_an_otto_order(self):
        self.other.action_confirm()
        self.other.order_line.qty_delivered = 1
        self.other._create_invoices()
        line = self.other.order_line
        self.assertTrue(line.invoice_lines)
        self.assert_refused("stays where it is", line.write, {"order_id": self.sale.id})
        # Whoever gets past the first guard meets the second.
        with self.assertRaisesRegex(UserError, "OTTO writes the invoice"), self.cr.savepoint():
            as_connector(line).write({"order_id": self.sale.id})

    def test_r4_no_line_is_moved_out_of_an_otto_order(self):
        self.sale.write({"order_line": [Command.create({"product_id": self.products[1].id})]})
        own = self.sale.order_line - self.line
        for line in (self.line, own[-1:]):
            self.assert_refused("stays where it is", line.write, {"order_id": self.other.id})
            self.assert_refused("stays where it is", self.other.write, {"order_line": [Command.link(line.id)]})
            values = {"partner_id": self.other.partner_id.id, "order_line": [Command.set(line.ids)]}
            self.assert_refused("stays where it is", self.env["sale.order"].create, values)

    def test_r18_nobody_makes_a_line_that_counts_as_ottos(self):
        values = {"order_id": self.sale.id, "product_id": self.products[1].id, "price_unit": 1}
        lines = self.env["sale.order.line"]
        self.assert_refused("by hand", lines.create, {**values, "otto_sku": "X"})
        self.assert_refused("by hand", lines.with_context(default_otto_sku="X").create, values)
        self.assert_refused("comes from OTTO", lines.create, {**values, "is_delivery": True})
        self.assert_refused(
            "by hand", self.sale.write, {"order_line": [Command.create({**values, "otto_sku": self.line.otto_sku})]}
        )
        pieces = [Command.set(self.line.otto_position_ids.ids)]
        self.assert_refused("by hand", lines.create, {**values, "otto_position_ids": pieces})
        self.assert_refused("by hand", lines.create, {**values, "order_id": self.other.id, "otto_sku": "X"})
        self.env["ir.default"].set("sale.order.line", "otto_sku", "X")
        self.assert_refused("comes from OTTO", lines.create, values)

    def test_r18_a_persons_line_does_not_become_ottos(self):
        self.sale.write({"order_line": [Command.create({"product_id": self.products[1].id})]})
        own = (self.sale.order_line - self.line)[-1:]
        for values in ({"otto_sku": "X"}, {"is_delivery": True}, {"is_downpayment": True}):
            self.assert_refused("comes from OTTO", own.write, values)
        self.assert_refused("by hand", self.other.order_line.write, {"otto_sku": "X"})
        # What a person adds, a person changes and takes away.
        own.write({"product_uom_qty": 3, "order_id": self.sale.id})
        own.product_uom_qty = 0

    def test_r13_the_quantity_is_the_number_of_open_pieces(self):
        for quantity in (0, 1, 3, 10, 2.5):
            self.assert_refused("only the whole order", self.line.write, {"product_uom_qty": quantity})
        dozen = self.env.ref("uom.product_uom_dozen")
        self.assert_refused("only the whole order", self.line.write, {"product_uom_id": dozen.id})
        # A form that sends everything it shows changes nothing.
        self.line.write({"product_uom_qty": 2, "product_uom_id": self.line.product_uom_id.id})
        self.assertEqual(self.line.product_uom_qty, 2)

    def test_r13_the_quantity_of_a_fee_stays(self):
        order = next(order for order in self.import_orders(15) if order.order_line.filtered("is_delivery"))
        fee = order.order_line.filtered("is_delivery")[:1]
        self.assert_refused("only the whole order", fee.write, {"product_uom_qty": 2})

    def test_r13_what_was_raised_before_can_be_put_right(self):
        as_connector(self.line).product_uom_qty = 10
        self.assertEqual(sum(self.sale.picking_ids.move_ids.mapped("product_uom_qty")), 10)
        self.assert_refused("only the whole order", self.line.write, {"product_uom_qty": 4})
        user = new_test_user(self.env, "seller", "sales_team.group_sale_salesman_all_leads")
        self.line.with_user(user).product_uom_qty = 2
        self.assertEqual(sum(self.sale.picking_ids.move_ids.mapped("product_uom_qty")), 2)
        self.validate(self.sale)
        self.assertEqual(self.line.qty_delivered, 2)

    def test_r16_r18_what_carries_ottos_money_stays(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        pricelist = self.env["product.pricelist"].create({"name": "Half", "currency_id": dollar.id})
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        company = self.env["res.company"].create({"name": "Other"})
        for values in (
            {"currency_id": dollar.id},
            {"pricelist_id": pricelist.id},
            {"fiscal_position_id": position.id},
            {"company_id": company.id},
            {"currency_rate": 2.0},
            {"amount_total": 1.0},
            {"amount_untaxed": 1.0},
            {"amount_tax": 1.0},
            {"otto_total_differs": True},
            {"invoice_status": "to invoice"},
        ):
            with self.subTest(values):
                self.assert_refused("OTTO's price in OTTO's currency", self.sale.sudo().write, values)
        for values in (
            {"currency_id": dollar.id},
            {"company_id": company.id},
            {"price_total": 1.0},
            {"price_subtotal": 1.0},
            {"price_tax": 1.0},
            {"qty_to_invoice": 2.0},
            {"invoice_status": "to invoice"},
        ):
            with self.subTest(line=values):
                self.assert_refused("comes from OTTO", self.line.sudo().write, values)
        same = {name: self.sale[name].id for name in ("currency_id", "fiscal_position_id", "company_id")}
        self.sale.write(same)

    def test_r18_another_customer_changes_no_money(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Half",
                "currency_id": dollar.id,
                "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 50})],
            }
        )
        tax = self.line.tax_ids
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        none = self.env["account.tax"].create(
            {
                "name": "0 %",
                "amount": 0,
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(tax.ids)],
            }
        )
        self.assertTrue(none)
        partner = self.env["res.partner"].create(
            {
                "name": "Firma",
                "property_product_pricelist": pricelist.id,
                "property_account_position_id": position.id,
            }
        )
        before = (self.sale.amount_total, self.sale.currency_id, self.sale.pricelist_id, tax)
        self.sale.write({"partner_id": partner.id, "partner_shipping_id": partner.id})
        self.sale.action_update_prices()
        self.sale.action_update_taxes()
        self.env.flush_all()
        self.env.invalidate_all()
        after = (self.sale.amount_total, self.sale.currency_id, self.sale.pricelist_id, self.line.tax_ids)
        self.assertEqual(before, after)


class TestListingsStay(OttoCase):
    def setUp(self):
        super().setUp()
        self.company_b = self.other_company()
        self.user = new_test_user(
            self.env,
            "foreign",
            "sales_team.group_sale_manager",
            company_id=self.company_b.id,
            company_ids=[Command.set(self.company_b.ids)],
        )
        self.warehouse_b = self.env["stock.warehouse"].create(
            {"name": "B", "code": "B", "company_id": self.company_b.id}
        )
        self.channel_b = self.make_channel(
            "B", company_id=self.company_b.id, carrier_id=False, warehouse_id=self.warehouse_b.id
        )
        self.listing_b = (
            self.env["otto.listing"].with_user(self.user).create({"channel_id": self.channel_b.id, "sku": "B-1"})
        )

    def test_r1_an_article_stays_in_its_channel_under_its_sku(self):
        for values in ({"channel_id": self.channel.id}, {"sku": "B-2"}):
            for listing in (self.listing_b, self.listing_b.sudo()):
                with self.assertRaisesRegex(UserError, "stays in the channel B"), self.cr.savepoint():
                    listing.write(values)
        self.listing_b.write({"sku": "B-1", "channel_id": self.channel_b.id, "max_quantity": 3})

    def test_r1_no_article_in_another_companys_channel(self):
        values = {"channel_id": self.channel.id, "sku": "B-9"}
        listings = self.env["otto.listing"].with_user(self.user)
        with self.assertRaises(AccessError), self.cr.savepoint():
            listings.create(values)
        for extra in ({"company_id": self.company_b.id}, {"company_id": self.company.id}):
            with self.assertRaises(UserError), self.cr.savepoint():
                listings.create({**values, **extra})
        with self.assertRaises(UserError), self.cr.savepoint():
            self.listing_b.write({"company_id": self.company.id})
