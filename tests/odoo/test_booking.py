"""Receipts in the books: accounts, taxes, numbers, dates, references; nothing twice (R31)."""

from datetime import date, datetime

from odoo import Command
from odoo.addons.otto_market_connector.models.core.write_guard import as_connector
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user

from tests.odoo.booking_case import BookingCase

CHARTS = {
    "de_skr03": {"debtor": "1410", 19: ("8400", "8720", "1776"), 7: ("8300", "8710", "1771")},
    "de_skr04": {"debtor": "1205", 19: ("4400", "4720", "3806"), 7: ("4300", "4710", "3801")},
}


class TestBooking(BookingCase):
    def test_r31_off_by_default_nothing_is_booked(self):
        channel = self.make_channel("Quiet")
        receipt = self.receipt(channel=channel)
        self.assertFalse(channel.book_receipts)
        self.book(channel)
        self.assertEqual(receipt.booking_state, "none")
        self.assertFalse(receipt.move_id)

    def test_r31_switching_on_proposes_journal_debtor_and_accounts_of_both_charts(self):
        for chart, codes in CHARTS.items():
            with self.subTest(chart=chart):
                channel = self.channel_of(chart)
                own = channel.with_company(channel.company_id)
                self.assertEqual(own.booking_journal_id.name, "OTTO Market")
                self.assertEqual(own.booking_journal_id.type, "general")
                self.assertEqual(own.booking_partner_id.name, "OTTO Payments GmbH")
                self.assertEqual(own.booking_receivable_id.code, codes["debtor"])
                found = {(row.purpose, int(row.tax_rate)): row.account_id.code for row in own.booking_account_ids}
                self.assertEqual(found[("revenue", 19)], codes[19][0])
                self.assertEqual(found[("revenue", 7)], codes[7][0])
                self.assertEqual(found[("reduction", 19)], codes[19][1])
                self.assertEqual(found[("reduction", 7)], codes[7][1])

    def test_r31_accounts_are_shown_with_their_numbers_whoever_looks_from_whichever_company(self):
        """Odoo shows the numbers to full accountants alone, and only those of the company that they are in."""
        channels = {chart: self.channel_of(chart) for chart in CHARTS}
        person = new_test_user(
            self.env,
            "keeper",
            groups="account.group_account_invoice,otto_market_connector.group_otto_manager",
            company_id=self.company.id,
            company_ids=[Command.set([channel.company_id.id for channel in channels.values()])],
        )
        everywhere = self.env(user=person, context={"allowed_company_ids": person.company_ids.ids})
        for chart, codes in CHARTS.items():
            with self.subTest(chart=chart):
                channels[chart]._prepare_statement()
                channel = channels[chart].with_env(everywhere)
                self.assertEqual(channel.booking_receivable_code, codes["debtor"])
                rows = {(row.purpose, int(row.tax_rate)): row.account_code for row in channel.booking_account_ids}
                self.assertEqual(rows["revenue", 19], codes[19][0])
                self.assertEqual(rows["reduction", 7], codes[7][1])
                self.assertTrue(all(channel.statement_account_ids.mapped("account_code")))

    def test_r31_a_receipt_is_a_posted_entry_with_ottos_number_in_both_charts(self):
        for chart, codes in CHARTS.items():
            with self.subTest(chart=chart):
                channel = self.channel_of(chart)
                receipt = self.receipt(channel=channel, parts=[(59.99, 19.0), (5.95, 19.0, "delivery"), (10.7, 7.0)])
                self.book(channel)
                move = receipt.move_id
                self.assertEqual(receipt.booking_state, "booked")
                self.assertEqual((move.move_type, move.state, move.name), ("entry", "posted", receipt.number))
                self.assertEqual(move.ref, receipt.order_number)
                self.assertEqual(move.partner_id, channel.booking_partner_id)
                self.assertEqual(move.date, date(2026, 3, 10))
                by_rate = {int(total.tax_rate): total for total in receipt.total_ids}
                self.assertEqual(
                    self.balances(move),
                    {
                        codes["debtor"]: 76.64,
                        codes[19][0]: -by_rate[19].net,
                        codes[19][2]: -by_rate[19].tax,
                        codes[7][0]: -by_rate[7].net,
                        codes[7][2]: -by_rate[7].tax,
                    },
                )
                self.assertEqual(
                    self.report(move),
                    {
                        "81_BASE": by_rate[19].net,
                        "81_TAX": by_rate[19].tax,
                        "86_BASE": by_rate[7].net,
                        "86_TAX": by_rate[7].tax,
                    },
                )
                self.assertFalse(move.line_ids.sale_line_ids)
                self.assertFalse(move.is_invoice(include_receipts=True))

    def test_r31_ottos_cents_stand_even_where_odoo_would_round_otherwise(self):
        receipt = self.receipt(totals=[(100.0, 84.04, 15.96, 19.0)], parts=[(33.33, 19.0), (66.67, 19.0)])
        self.book()
        self.assertEqual(self.balances(receipt.move_id), {"1410": 100.0, "8400": -84.04, "1776": -15.96})

    def test_r31_a_purpose_of_its_own_takes_its_share_the_rest_goes_to_the_largest(self):
        account = self.env["account.account"].search([("code", "=", "8200")], limit=1)
        tax = self.channel.booking_account_ids.filtered(lambda row: row.tax_rate == 19)[:1].tax_id
        self.channel.booking_account_ids = [
            Command.create({"purpose": "delivery", "tax_rate": 19, "account_id": account.id, "tax_id": tax.id})
        ]
        receipt = self.receipt(parts=[(33.33, 19.0), (5.95, 19.0, "delivery")], totals=[(39.28, 33.02, 6.26, 19.0)])
        self.book()
        self.assertEqual(self.balances(receipt.move_id), {"1410": 39.28, "8400": -28.02, "8200": -5.0, "1776": -6.26})

    def test_r31_refunds_and_partial_refunds_are_the_other_way_and_reconciled(self):
        for chart, codes in CHARTS.items():
            with self.subTest(chart=chart):
                channel = self.channel_of(chart)
                sale = self.receipt(channel=channel, parts=[(119.0, 19.0), (10.7, 7.0)])
                less = self.receipt("partial_refund", [(11.9, 19.0), (1.07, 7.0)], sale, channel)
                back = self.receipt("refund", [(107.1, 19.0), (9.63, 7.0)], sale, channel)
                self.book(channel)
                self.assertEqual(
                    self.balances(less.move_id),
                    {
                        codes["debtor"]: -12.97,
                        codes[19][1]: 10.0,
                        codes[19][2]: 1.9,
                        codes[7][1]: 1.0,
                        codes[7][2]: 0.07,
                    },
                )
                moves = (sale | less | back).move_id
                self.assertFalse(self.report(moves))
                debtor = moves.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
                self.assertTrue(all(debtor.mapped("reconciled")))
                self.assertEqual(len(debtor.full_reconcile_id), 1)

    def test_r31_a_refund_that_is_booked_before_its_invoice_is_reconciled_later(self):
        sale = self.receipt(created_on=datetime(2026, 3, 12, 8))
        back = self.receipt("refund", linked=sale)
        as_connector(sale).booking_state = "reversed"
        self.book()
        self.assertFalse(back.move_id.line_ids.full_reconcile_id)
        as_connector(sale).booking_state = "due"
        self.book()
        self.assertTrue(back.move_id.line_ids.full_reconcile_id)

    def test_r31_the_real_customer_as_debtor(self):
        order = self.import_orders(1)
        self.channel.booking_debtor = "customer"
        with_order = self.receipt(order_id=order.id)
        without = self.receipt()
        self.book()
        self.assertEqual(with_order.move_id.partner_id, order.partner_invoice_id.commercial_partner_id)
        self.assertEqual(without.move_id.partner_id, self.channel.booking_partner_id)
        self.assertEqual(with_order.move_id.line_ids.partner_id, with_order.move_id.partner_id)

    def test_r31_the_date_of_supply_is_the_day_of_shipment_in_germany(self):
        receipt = self.receipt(shipment_date=datetime(2026, 3, 8, 23, 30))
        credit = self.receipt("refund", linked=receipt, created_on=datetime(2026, 4, 1, 8))
        self.book()
        self.assertEqual(receipt.move_id.delivery_date, date(2026, 3, 9))
        self.assertEqual(credit.move_id.delivery_date, date(2026, 4, 1))

    def test_r31_a_voucher_or_prepayment_changes_what_is_due_but_not_the_turnover(self):
        receipt = self.receipt(amount_due=0)
        self.book()
        self.assertEqual(self.balances(receipt.move_id)["1410"], 11.9)

    def test_r31_what_costs_nothing_is_booked_too(self):
        receipt = self.receipt(parts=[(0.0, 19.0)])
        self.book()
        self.assertEqual(receipt.move_id.state, "posted")
        self.assertFalse(self.balances(receipt.move_id))

    def test_r31_credits_that_otto_writes_as_negative_amounts_are_credits_too(self):
        sale = self.receipt()
        back = self.receipt("refund", [(-11.9, 19.0)], sale)
        self.book()
        self.assertEqual(self.balances(back.move_id), {"1410": -11.9, "8400": 10.0, "1776": 1.9})

    def test_r31_the_example_month_of_the_page_for_the_tax_adviser(self):
        """docs/steuerberater.md: what it says of the month is what the books say."""
        bags = self.receipt(parts=[(119.0, 19.0), (5.95, 19.0, "delivery")])
        book = self.receipt(parts=[(10.7, 7.0)])
        less = self.receipt("partial_refund", [(5.95, 19.0)], bags)
        back = self.receipt("refund", [(59.5, 19.0)], bags)
        self.book()
        moves = (bags | book | less | back).move_id
        self.assertEqual(
            self.balances(moves),
            {"1410": 70.2, "8400": -55.0, "8300": -10.0, "8720": 5.0, "1776": -9.5, "1771": -0.7},
        )
        self.assertEqual(self.report(moves), {"81_BASE": 50.0, "81_TAX": 9.5, "86_BASE": 10.0, "86_TAX": 0.7})
        self.assertEqual(bags.move_id.line_ids.filtered("reconciled").ids, [])
        self.assertTrue(
            all(
                line.reconciled
                for line in (less | back).move_id.line_ids
                if line.account_id.account_type == "asset_receivable"
            )
        )

    def test_r31_another_currency_is_converted_never_one_to_one(self):
        dollar = self.env.ref("base.USD")
        dollar.rate_ids.unlink()
        receipt = self.receipt(currency_id=dollar.id)
        self.book()
        self.assertEqual(receipt.booking_state, "blocked")
        self.assertIn("USD", self.open_issues("receipt_booking").name)
        dollar.active = True
        rate = {"currency_id": dollar.id, "name": "2026-01-01", "rate": 1.1, "company_id": self.company.id}
        self.env["res.currency.rate"].create(rate)
        self.open_issues("receipt_booking").action_retry()
        self.book()
        self.assertAlmostEqual(sum(receipt.move_id.line_ids.mapped("amount_currency")), 0)
        debtor = receipt.move_id.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        self.assertEqual((debtor.amount_currency, debtor.balance), (11.9, 10.82))

    def test_r31_a_tax_that_is_due_when_paid_waits_on_its_own_account(self):
        self.company.tax_exigibility = True
        waiting = self.env["account.account"].create(
            {"name": "Waiting", "code": "17769", "account_type": "liability_current", "reconcile": True}
        )
        row = self.channel.booking_account_ids.filtered(lambda row: (row.purpose, row.tax_rate) == ("revenue", 19))
        row.tax_id.write({"tax_exigibility": "on_payment", "cash_basis_transition_account_id": waiting.id})
        receipt = self.receipt()
        self.book()
        self.assertEqual(self.balances(receipt.move_id), {"1410": 11.9, "8400": -10.0, "17769": -1.9})
        self.assertFalse(self.report(receipt.move_id))

    def test_r31_the_queries_of_a_receipt_do_not_grow(self):
        def queries(count):
            receipts = [self.receipt(parts=[(11.9, 19.0), (10.7, 7.0)]) for _count in range(count)]
            for receipt in receipts[::4]:
                self.receipt("refund", linked=receipt)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.book()
            return self.env.cr.sql_log_count - before

        queries(4)
        few, many = queries(8), queries(64)
        self.assertLess((many - few) / 56, 12)
        self.assertLess(many / 64, few / 8)

    # What is not booked

    def test_r31_what_is_no_tax_document_is_kept_and_told(self):
        kinds = {
            "technical": self.receipt(is_real=False),
            "deemed": self.receipt(is_deemed_supplier=True),
            "unknown": self.receipt("other", kind_name="DEBIT_NOTE"),
            "odd": self.receipt(totals=[(11.9, 10.0, 1.89, 19.0)]),
            "no rate": self.receipt(parts=[(11.6, 16.0)]),
        }
        good = self.receipt()
        self.book()
        self.assertEqual(good.booking_state, "booked")
        issues = {issue.external_id: issue for issue in self.open_issues("receipt_booking")}
        for name, receipt in kinds.items():
            with self.subTest(name):
                self.assertEqual(receipt.booking_state, "blocked")
                self.assertFalse(receipt.move_id)
                self.assertTrue(receipt.booking_text)
                self.assertIn(receipt.booking_text, issues[receipt.number].name)

    def test_r31_a_missing_account_is_entered_and_it_is_booked(self):
        receipt = self.receipt(parts=[(100.0, 0.0)])
        self.book()
        issue = self.open_issues("receipt_booking")
        self.assertIn("0 %", issue.name)
        account = self.env["account.account"].search([("code", "=", "8200")], limit=1)
        self.channel.booking_account_ids = [Command.create({"tax_rate": 0, "account_id": account.id})]
        self.book()
        self.assertEqual(self.balances(receipt.move_id), {"1410": 100.0, "8200": -100.0})
        self.assertFalse(receipt.move_id.line_ids.tax_ids)
        self.assertEqual(issue.state, "solved")

    def test_r20_one_that_odoo_refuses_stops_none(self):
        bad = self.receipt(parts=[(10.7, 7.0)])
        row = self.channel.booking_account_ids.filtered(lambda row: row.tax_rate == 7 and row.purpose == "revenue")
        row.account_id.active = False
        good = [self.receipt() for _count in range(5)]
        self.book()
        self.assertEqual({receipt.booking_state for receipt in good}, {"booked"})
        self.assertEqual(bad.booking_state, "blocked")
        issue = self.open_issues("receipt_booking")
        self.assertEqual(issue.external_id, bad.number)
        row.account_id.active = True
        self.book()
        self.assertEqual(bad.booking_state, "blocked")
        issue.action_retry()
        self.book()
        self.assertEqual((bad.booking_state, issue.state), ("booked", "solved"))

    def test_r31_earlier_receipts_are_kept_only(self):
        self.channel.booking_from = "2026-03-01"
        old = self.receipt(created_on=datetime(2026, 2, 28, 22, 59))
        new = self.receipt(created_on=datetime(2026, 2, 28, 23, 0))
        self.book()
        self.assertEqual((old.booking_state, new.booking_state), ("none", "booked"))
        self.channel.booking_from = False
        ancient = self.receipt(created_on=datetime(2022, 1, 31, 12))
        self.book()
        self.assertEqual((old.booking_state, ancient.booking_state), ("booked", "none"))

    # Settings

    def test_r31_a_chart_without_a_proposal_asks_for_the_accounts(self):
        company = self.other_company(chart="generic_coa", name="Generic")
        channel = self.make_channel("Generic", company_id=company.id, carrier_id=self.carrier.copy().id)
        with self.assertRaises(UserError) as caught:
            channel.book_receipts = True
        self.assertIn("Account of the Debtor", str(caught.exception))

    def test_r31_journals_and_accounts_that_cannot_work_are_refused(self):
        sale = self.env["account.journal"].search([("type", "=", "sale")], limit=1)
        with self.assertRaises(ValidationError):
            self.channel.booking_journal_id = sale
        with self.assertRaises(ValidationError):
            self.channel.booking_journal_id.restrict_mode_hash_table = True
        revenue = self.channel.booking_account_ids[:1].account_id
        with self.assertRaises(ValidationError):
            self.channel.booking_receivable_id = revenue
        row = self.channel.booking_account_ids[:1]
        with self.assertRaises(ValidationError):
            row.account_id = self.channel.booking_receivable_id
        with self.assertRaises(ValidationError):
            row.tax_rate = 5

    def test_r31_what_a_person_chose_stays_when_it_is_switched_on_again(self):
        account = self.env["account.account"].search([("code", "=", "8200")], limit=1)
        row = self.channel.booking_account_ids.filtered(lambda row: (row.purpose, row.tax_rate) == ("revenue", 19))
        row.account_id = account
        self.channel.book_receipts = False
        self.channel.book_receipts = True
        self.assertEqual(row.account_id, account)
        self.assertEqual(len(self.channel.booking_account_ids), 4)

    # Documents

    def add_pdf(self, receipt):
        """Have OTTO's PDF come."""
        pdf = self.env["ir.attachment"].create(
            {
                "name": f"{receipt.number}.pdf",
                "raw": b"%PDF-1.4 otto",
                "res_model": "otto.receipt",
                "res_id": receipt.id,
            }
        )
        as_connector(receipt).write({"pdf_attachment_id": pdf.id, "pdf_state": "there"})

    def files_of(self, move):
        return self.env["ir.attachment"].search([("res_model", "=", "account.move"), ("res_id", "=", move.id)])

    def test_r31_an_entry_that_is_booked_again_has_the_pdf_and_the_old_copies_stay(self):
        receipt = self.receipt()
        self.add_pdf(receipt)
        self.book()
        first = receipt.move_id
        receipt.action_book_again()
        second = receipt.move_id
        receipt.action_reverse_booking()
        # By the flow as well.
        as_connector(receipt).booking_state = "due"
        for _time in range(2):
            self.book()
        moves = first | second | receipt.move_id
        self.assertEqual(len(moves), 3)
        for move in moves:
            copy = self.files_of(move)
            self.assertEqual((len(copy), copy.raw, move.message_main_attachment_id), (1, b"%PDF-1.4 otto", copy))
            for act in (lambda copy=copy: copy.write({"raw": b"other"}), copy.unlink):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    act()
        # What a person adds is that person's.
        own = self.env["ir.attachment"].create({"name": "Note", "res_model": "account.move", "res_id": first.id})
        own.unlink()
        self.assertEqual(receipt.move_pdf_id, self.files_of(receipt.move_id))

    def test_r31_the_pdf_hangs_on_the_entry_also_when_it_comes_later(self):
        receipt = self.receipt()
        self.book()
        self.assertFalse(receipt.move_pdf_id)
        self.add_pdf(receipt)
        self.book()
        copy = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", receipt.move_id.id)]
        )
        self.assertEqual(copy.raw, b"%PDF-1.4 otto")
        self.assertEqual(receipt.move_id.message_main_attachment_id, copy)
        self.book()
        self.assertEqual(receipt.move_pdf_id, copy)
        for act in (lambda: copy.write({"raw": b"other"}), copy.unlink):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                act()
