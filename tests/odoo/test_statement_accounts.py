"""R31: a payment is matched only on the account of its receipts, a line in another currency once it is booked."""

from tests.odoo.statement_case import StatementCase


class TestStatementAccounts(StatementCase):
    def setUp(self):
        super().setUp()
        self.old = self.channel.booking_receivable_id
        self.new = self.old.copy({"code": "1419", "name": "New Debtors"})

    def pay_in(self):
        return self.channel._statement_row("PAY_IN")

    def open_balance(self, *accounts):
        """Return what is open on accounts, in posted entries."""
        domain = [("account_id", "in", [each.id for each in accounts]), ("parent_state", "=", "posted")]
        return round(sum(self.env["account.move.line"].search(domain).mapped("amount_residual")), 2)

    def test_r31_payments_go_to_the_debtors_new_account_where_they_went_to_the_old(self):
        self.load(self.lines("PAYMENTFEE;;;-1,00"))
        self.assertEqual(self.pay_in().account_id, self.old)
        self.channel.booking_receivable_id = self.new
        self.assertEqual(self.pay_in().account_id, self.new)
        own = self.old.copy({"code": "1418", "name": "Own"})
        self.pay_in().account_id = own
        self.channel.booking_receivable_id = self.old
        self.assertEqual(self.pay_in().account_id, own)

    def test_r31_a_payment_on_another_account_than_its_receipt_is_not_matched(self):
        receipt = self.sold(order_number="b1")
        self.book()
        line = self.load(self.lines("PAY_IN;b1;;119,00"))
        self.assertEqual(line.otto_state, "matched")
        self.channel.booking_receivable_id = self.new
        receipt.action_book_again()
        self.assertEqual(receipt.move_id.line_ids.account_id & self.new, self.new)
        self.assertEqual(line.otto_state, "unmatched")
        self.assertIn("1410", line.otto_reason)
        self.assertIn("1419", line.otto_reason)
        line.action_otto_match()
        self.assertEqual((line.otto_state, line.otto_reason), ("matched", False))
        self.assertEqual(self.balances(line.move_id), {"1211": 119.0, "1419": -119.0})
        self.assertEqual(self.open_balance(self.old, self.new), 0)
        self.assertFalse(receipt.move_id.line_ids.filtered(lambda x: x.account_id == self.new and not x.reconciled))

    def test_r31_a_payment_for_a_receipt_on_the_old_account_waits_until_it_is_booked_again(self):
        receipt = self.sold(order_number="b1")
        self.book()
        self.channel._prepare_statement()
        self.channel.booking_receivable_id = self.new
        line = self.load(self.lines("PAY_IN;b1;;119,00"))
        self.assertEqual(line.otto_state, "unmatched")
        self.assertIn("1410", line.otto_reason)
        receipt.action_book_again()
        self.assertEqual(line.otto_state, "matched")
        self.assertEqual(self.balances(line.move_id), {"1211": 119.0, "1419": -119.0})
        self.assertEqual(self.open_balance(self.old, self.new), 0)

    def francs(self):
        """Have the statement's journal kept in francs, two to the euro."""
        franc = self.env.ref("base.CHF")
        franc.active = True
        company = self.channel.company_id.id
        self.env["res.currency.rate"].search([("currency_id", "=", franc.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": franc.id, "name": "2026-01-01", "rate": 2, "company_id": company}
        )
        self.channel._prepare_statement()
        self.channel.statement_journal_id.currency_id = franc
        return franc

    def test_r31_a_tax_is_taken_out_in_another_currency_too(self):
        franc = self.francs()
        line = self.load(self.lines("COMMISSION;;;-23,80"))
        self.assertEqual(line.otto_state, "matched")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.balances(line.move_id), {"1211": -11.9, "4760": 10.0, "1576": 1.9})
        tax = line.move_id.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual((tax.currency_id, round(tax.amount_currency, 2)), (franc, 3.8))

    def test_r31_what_odoo_does_not_book_in_another_currency_is_not_matched_until_it_does(self):
        self.francs()
        self.channel.company_id.tax_lock_date = "2026-03-31"
        line = self.load(self.lines("COMMISSION;;;-23,80").replace("31.03", "30.03"))
        suspense = self.channel.statement_journal_id.suspense_account_id
        self.assertIn(suspense, line.move_id.line_ids.account_id)
        self.assertEqual(line.otto_state, "unmatched")
        self.assertTrue(line.otto_reason)
        self.channel.company_id.tax_lock_date = False
        line.action_otto_match()
        self.assertEqual((line.otto_state, line.otto_reason), ("matched", False))
        self.assertNotIn(suspense, line.move_id.line_ids.account_id)
