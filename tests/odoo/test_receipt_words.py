"""R27: people read words on a receipt, not OTTO's codes; what is new at OTTO keeps its code."""

import re
from datetime import date, datetime

from odoo.addons.otto_market_connector.models.core.write_guard import as_connector

from tests.odoo.booking_case import BookingCase

PAYMENTS = (
    "INVOICE_SINGLE",
    "INVOICE_INSTALLMENTS",
    "PREPAYMENT",
    "DIRECT_DEBIT",
    "DIRECT_DEBIT_INSTALLMENTS",
    "PAYPAL",
    "CREDIT_CARD",
    "CREDIT_CARD_ONLINE",
)
REASONS = (
    "RETURN",
    "CANCELLATION",
    "DELIVERY_FEE_REFUND_AFTER_FULL_REFUND",
    "SERVICE_FULL_REFUND_CANCELLED_BY_SDU",
    "SERVICE_FULL_REFUND_CANCELLED_BY_CUSTOMER",
    "SERVICE_FULL_REFUND_PRODUCT_RETURNED",
    "REFUND_COMPLAINT_ITEM",
    "REFUND_PAYPAL_DISPUTE",
    "REFUND_ESCALATION",
    "REFUND_PARTIAL_AMOUNT_AFTER_SERVICE_CANCELLATION",
    "REFUND_CREDIT_CARD_DISPUTE",
)
# What a line has instead of a title: kinds of delivery fees and of services.
TITLES = ("DELIVERY_FEE_STANDARD", "DELIVERY_FEE_FREIGHT_SURCHARGE", "DISPOSAL", "INSURANCE", "WARRANTY_EXTERNAL")
# Of these the screens show the words.
CODES = {"payment_method", "reason", "tax_type", "title"}


class TestReceiptWords(BookingCase):
    def assert_words(self, shown, code):
        self.assertTrue(shown)
        self.assertNotEqual(shown, code)
        self.assertNotRegex(shown, r"[A-Z]{2,}_|_[A-Z]{2,}")

    def test_r27_how_the_customer_paid_is_said_as_on_the_order(self):
        order = self.import_orders()
        for code in PAYMENTS:
            receipt = self.receipt(payment_method=code)
            self.assert_words(receipt.payment_name, code)
            order._otto_note(otto_payment_type=code)
            self.assertEqual(receipt.payment_name, order.otto_payment_name)
        self.assertEqual(self.receipt(payment_method="BARTER").payment_name, "BARTER")
        self.assertFalse(self.receipt(payment_method=False).payment_name)

    def test_r27_why_money_was_given_back_is_said(self):
        said = set()
        for code in REASONS:
            receipt = self.receipt("refund", reason=code)
            self.assert_words(receipt.reason_name, code)
            said.add(receipt.reason_name)
        self.assertEqual(len(said), len(REASONS))
        self.assertEqual(self.receipt("refund", reason="A_WHIM").reason_name, "A_WHIM")

    def test_r27_delivery_fees_and_services_are_said(self):
        line = as_connector(self.receipt().line_ids.sudo())
        said = set()
        for code in TITLES:
            line.title = code
            self.assert_words(line.title_name, code)
            said.add(line.title_name)
        self.assertEqual(len(said), len(TITLES))
        for title in ("Übertopf Keramik blau", "A_NEW_KIND", False):
            line.title = title
            self.assertEqual(line.title_name, title)

    def test_r27_the_kind_of_tax_is_said(self):
        receipt = self.receipt()
        self.assertEqual(receipt.total_ids.tax_name, "VAT")
        row = self.env["otto.turnover.report"].search([("receipt_id", "=", receipt.id)])
        self.assertEqual(row.tax_name, "VAT")

    def test_r27_no_screen_of_receipts_shows_a_code(self):
        for model in ("otto.receipt", "otto.receipt.line", "otto.receipt.total", "otto.turnover.report"):
            views = self.env["ir.ui.view"].search([("model", "=", model), ("type", "in", ("form", "list", "kanban"))])
            for view in views:
                fields = set(re.findall(r'<field name="(\w+)"', view.arch))
                self.assertFalse(CODES & fields, view.name)

    def test_r31_the_date_of_supply_stands_on_receipt_and_entry(self):
        shipped = datetime(2026, 3, 30, 22, 30)
        receipt = self.receipt(created_on=datetime(2026, 4, 1, 9), shipment_date=shipped)
        refund = self.receipt("refund", linked=receipt, created_on=datetime(2026, 4, 2, 23, 30))
        self.book()
        self.assertEqual((receipt.supply_date, receipt.move_id.delivery_date), (date(2026, 3, 31),) * 2)
        self.assertEqual((refund.supply_date, refund.move_id.delivery_date), (date(2026, 4, 3),) * 2)
        self.assertEqual((receipt.move_id.date, refund.move_id.date), (date(2026, 4, 1), date(2026, 4, 3)))
        entry = self.env["account.move"].get_view(view_type="form")["arch"]
        self.assertIn("delivery_date", entry[entry.index("otto_receipt_id") :])
