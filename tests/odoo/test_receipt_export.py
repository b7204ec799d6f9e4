"""R29: the tax adviser gets a month complete. R30: turnover and margin show what the receipts say."""

import csv
import io
import json
import zipfile
from decimal import Decimal

from odoo import fields
from odoo.addons.otto_market_connector.models.core.moments import today_in_germany
from odoo.addons.otto_market_connector.wizards.otto_receipt_export import plain, safe_name
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.odoo.receipts_case import ReceiptsCase


class ExportCase(ReceiptsCase):
    def wizard(self, **values):
        today = today_in_germany()
        days = {"date_from": today.replace(day=1), "date_to": today.replace(day=28)}
        domain = self.receipts.mapped("receipt_date")
        days["date_to"] = max([days["date_to"], *domain])
        days["date_from"] = min([days["date_from"], *domain])
        return self.env["otto.receipt.export"].create({**days, **values})

    def archive(self, wizard):
        """Return the ZIP of a wizard."""
        file = io.BytesIO()
        wizard._write_zip(file)
        return zipfile.ZipFile(file)

    def rows(self, content):
        """Return the rows of a CSV file."""
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))

    def full_month(self):
        """Make an invoice of two rates at most, a partial refund and a refund; return the order."""
        order = self.shipped(pieces=3, fees=[4.95])
        self.reduce(order, Decimal("2.00"))
        self.give_back(order, 2)
        self.read()
        return order


class TestExport(ExportCase):
    def test_r29_the_zip_has_every_document_and_an_index_of_every_rate(self):
        order = self.full_month()
        archive = self.archive(self.wizard())
        rows = self.rows(archive.read("index.csv"))
        self.assertEqual(len(rows), len(self.receipts.total_ids))
        for receipt in self.receipts:
            mine = [row for row in rows if row["number"] == receipt.number]
            self.assertEqual(archive.read(mine[0]["pdf"]), receipt.pdf_attachment_id.raw)
            self.assertEqual(json.loads(archive.read(mine[0]["json"]))["receiptNumber"], receipt.number)
            sign = -1 if receipt.kind in ("refund", "partial_refund") else 1
            gross = sum(Decimal(row["gross"].replace(",", ".")) for row in mine)
            self.assertEqual(gross, sign * Decimal(f"{receipt.amount_gross:.2f}"))
            self.assertEqual(mine[0]["order"], order.name)
        self.assertEqual(len(archive.namelist()), 2 * len(self.receipts) + 1)
        self.assertTrue(archive.read("index.csv").startswith(b"\xef\xbb\xbf"))

    def test_r29_a_receipt_without_pdf_is_in_the_zip_all_the_same(self):
        self.sandbox.receipt_rules(pdf_seconds=None)
        self.shipped()
        wizard = self.wizard()
        self.assertEqual((wizard.receipt_count, wizard.missing_count), (1, 1))
        row = self.rows(self.archive(wizard).read("index.csv"))[0]
        self.assertFalse(row["pdf"])
        self.assertTrue(row["json"])

    def test_r29_days_and_channels_outside_are_left_out(self):
        self.shipped(2)
        first = self.receipts[:1]
        self.env.cr.execute("UPDATE otto_receipt SET receipt_date = '2020-02-29' WHERE id = %s", [first.id])
        self.env.invalidate_all()
        wizard = self.wizard(date_from="2020-02-01", date_to="2020-02-29")
        self.assertEqual(wizard.receipt_count, 1)
        self.assertEqual(wizard._file_name("documents"), "otto_2020-02.zip")
        wizard.channel_ids = self.make_channel("Other")
        self.assertFalse(wizard.receipt_count)
        with self.assertRaises(UserError):
            wizard.action_documents()

    def test_r29_names_of_files_are_harmless_and_of_one_receipt_each(self):
        self.assertEqual(safe_name("R-DE-1-2026-7", 5), "R-DE-1-2026-7")
        for number in ("../../etc/passwd", "R/1", "a" * 300, "C:\\x", "R\n1", "Ü"):
            name = safe_name(number, 5)
            self.assertRegex(name, r"^[A-Za-z0-9_-]+_5$")
            self.assertLess(len(name), 100)

    def test_r29_nothing_in_the_tables_is_a_formula(self):
        texts = ["=1+1", "+49 1", "-x", "@SUM(A1)", "\tx", "\nx", " =1", "\ufeff=1", "\xa0@A1", "\uff1d1+1", "|x"]
        for text in [*texts, "%0A", "'=1", "-1+2", "-\u0661"]:
            self.assertEqual(plain(text), f"'{text}")
        for text in ("-1,50", "12,00", "R-DE-1", ""):
            self.assertEqual(plain(text), text)

    def test_r29_turnover_is_the_sum_of_the_totals(self):
        self.full_month()
        file = io.BytesIO()
        self.wizard()._write_turnover(file)
        rows = self.rows(file.getvalue())
        for name in ("gross", "net", "tax"):
            signed = sum((-1 if total.receipt_id._is_credit else 1) * total[name] for total in self.receipts.total_ids)
            self.assertAlmostEqual(sum(float(row[name].replace(",", ".")) for row in rows), signed, 2)
        self.assertEqual({row["kind"] for row in rows}, {"purchase", "refund", "partial_refund"})
        self.assertEqual({row["country"] for row in rows}, {"DE"})
        self.assertEqual(
            {row["vat_rate"] for row in rows}, {f"{rate:g}" for rate in set(self.receipts.total_ids.mapped("tax_rate"))}
        )


class TestReports(ExportCase):
    def test_r30_turnover_by_month_rate_country_and_kind(self):
        self.full_month()
        report = self.env["otto.turnover.report"]
        groups = report._read_group([], ["date:month", "tax_rate", "country_id", "kind"], ["gross:sum"])
        self.assertAlmostEqual(
            sum(group[-1] for group in groups),
            sum((-1 if receipt._is_credit else 1) * receipt.amount_gross for receipt in self.receipts),
        )
        self.assertEqual(report.search([], limit=1).action_open_receipt()["res_model"], "otto.receipt")

    def margins(self):
        self.env.flush_all()
        return self.env["otto.margin.report"].search([])

    def test_r30_margin_is_net_less_cost_commission_and_parcels(self):
        order = self.import_orders(pieces=1, fees=[])
        product = order.order_line.product_id
        product.standard_price = 7
        self.validate(order)
        order.picking_ids.carrier_price = 4.5
        self.sandbox.act(order.otto_order_id, "send")
        self.settle()
        self.run_flow("orders")
        self.read()
        receipt = self.receipts
        self.channel.commission_ids = [(0, 0, {"percent": 10})]
        row = self.margins()
        self.assertAlmostEqual(row.cost, 7)
        self.assertAlmostEqual(row.shipping_cost, 4.5)
        self.assertAlmostEqual(row.commission, round(receipt.amount_gross * 0.1, 2))
        self.assertAlmostEqual(row.margin, receipt.amount_net - 7 - 4.5 - row.commission)
        self.assertEqual((row.product_id, row.quantity), (product, 1))

    def test_r30_a_refund_takes_back_cost_and_commission_a_part_only_its_amount(self):
        order = self.ship(pieces=1, fees=[])
        order.order_line.product_id.standard_price = 7
        self.channel.commission_ids = [(0, 0, {"percent": 10})]
        self.settle()
        self.read()
        self.reduce(order, Decimal("1.00"))
        self.give_back(order)
        self.read()
        rows = {row.kind: row for row in self.margins()}
        self.assertAlmostEqual(rows["refund"].cost, -7)
        self.assertAlmostEqual(rows["purchase"].cost + rows["refund"].cost, 0)
        self.assertAlmostEqual(rows["partial_refund"].commission + rows["partial_refund"].cost, 0)
        self.assertLess(rows["partial_refund"].margin, 0)
        self.assertAlmostEqual(rows["purchase"].net + rows["partial_refund"].net + rows["refund"].net, 0, 1)

    def test_r30_commission_by_parts_or_for_all_of_the_price_and_of_the_nearest_category(self):
        above = self.env["product.category"].create({"name": "Above"})
        below = self.env["product.category"].create({"name": "Below", "parent_id": above.id})
        order = self.ship(pieces=1, fees=[])
        product = order.order_line.product_id
        self.settle()
        self.read()
        gross = self.receipts.amount_gross
        limit = round(gross / 2, 2)
        rates = [(None, 0, 5), (above, 0, 20), (above, limit, 10)]
        self.channel.commission_ids = [
            (0, 0, {"category_id": category and category.id, "price_from": price, "percent": percent})
            for category, price, percent in rates
        ]
        product.categ_id = below
        self.assertAlmostEqual(self.margins().commission, limit * 0.2 + (gross - limit) * 0.1, 1)
        self.channel.commission_by_parts = False
        self.env.invalidate_all()
        self.assertAlmostEqual(self.margins().commission, gross * 0.1, 1)
        self.channel.commission_ids = [(0, 0, {"category_id": below.id, "percent": 30})]
        self.env.invalidate_all()
        self.assertAlmostEqual(self.margins().commission, gross * 0.3, 1)
        product.categ_id = self.env["product.category"].create({"name": "Beside"})
        self.env.invalidate_all()
        self.assertAlmostEqual(self.margins().commission, gross * 0.05, 1)
        self.channel.commission_ids.unlink()
        self.env.invalidate_all()
        self.assertAlmostEqual(self.margins().commission, 0)


class TestReceiptRights(ExportCase):
    def setUp(self):
        super().setUp()
        self.order_shipped = self.shipped()
        self.receipt = self.receipts

    def user(self, groups, **values):
        return new_test_user(self.env, f"receipts-{groups[-8:]}", groups, **values)

    def test_r29_accountants_without_sales_rights_reach_receipts_and_documents(self):
        for group in ("account.group_account_readonly", "account.group_account_invoice"):
            with self.subTest(group=group):
                user = self.user(group)
                receipt = self.receipt.with_user(user)
                self.assertEqual(receipt.search([("id", "=", receipt.id)]), receipt)
                receipt.read(["number", "order_id", "channel_id", "amount_gross"])
                receipt.line_ids.read(["title", "cost", "product_id"])
                self.assertTrue(receipt.json_attachment_id.raw and receipt.pdf_attachment_id.raw)
                self.assertTrue(self.env["otto.turnover.report"].with_user(user).search([]))
                self.assertTrue(self.env["otto.margin.report"].with_user(user).search([]))
                self.assertTrue(self.archive(self.wizard().with_user(user)).namelist())
                with self.assertRaises(AccessError):
                    receipt.unlink()

    def test_r29_a_salesperson_sees_receipts_of_own_orders_and_no_cost(self):
        user = self.user("sales_team.group_sale_salesman")
        self.order_shipped.user_id = self.env.ref("base.user_admin")
        receipts = self.env["otto.receipt"].with_user(user)
        self.assertFalse(receipts.search([]))
        self.order_shipped.user_id = user
        self.env.invalidate_all()
        self.assertEqual(receipts.search([]), self.receipt)
        with self.assertRaises(AccessError):
            receipts.search([]).line_ids.read(["cost"])
        with self.assertRaises(AccessError):
            self.env["otto.turnover.report"].with_user(user).search([])
        self.assertEqual(self.order_shipped.with_user(user).otto_receipt_count, 1)

    def test_r29_the_warehouse_sees_order_and_channel_and_no_receipts(self):
        user = self.user("stock.group_stock_user,otto_market_connector.group_otto_user")
        self.assertEqual(self.channel.with_user(user).receipt_count, 0)
        self.channel.with_user(user).commission_ids.read(["percent"])
        self.order_shipped.otto_position_ids.with_user(user).read()
        with self.assertRaises(AccessError):
            self.receipt.with_user(user).read(["number"])
        with self.assertRaises(AccessError):
            self.receipt.json_attachment_id.with_user(user).read(["raw"])

    def test_r29_another_company_sees_nothing(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        user = self.user("account.group_account_manager", company_id=elsewhere.id, company_ids=[(6, 0, elsewhere.ids)])
        for model in ("otto.receipt", "otto.receipt.line", "otto.receipt.total", "otto.turnover.report"):
            self.assertFalse(self.env[model].with_user(user).search([]))
        with self.assertRaises(AccessError):
            self.receipt.pdf_attachment_id.with_user(user).read(["raw"])

    def test_r29_rates_of_commission_are_the_channel_managers(self):
        rate = self.env["otto.commission"].create({"channel_id": self.channel.id, "percent": 10})
        user = self.user("account.group_account_invoice")
        with self.assertRaises(AccessError):
            rate.with_user(user).percent = 5
        with self.assertRaises(UserError):
            rate.percent = 101

    def test_r29_the_last_month_is_proposed(self):
        wizard = self.env["otto.receipt.export"].create({})
        first = fields.Date.context_today(wizard).replace(day=1)
        self.assertLess(wizard.date_to, first)
        self.assertEqual(wizard.date_from.day, 1)
        self.assertEqual(wizard._file_name("turnover"), f"otto_turnover_{wizard.date_from:%Y-%m}.csv")
