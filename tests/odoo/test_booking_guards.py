"""What is booked stays: nobody changes, copies, reverses or deletes it; it is reversed and booked again (R31)."""

from datetime import date, datetime

import psycopg2
from lxml import etree

from odoo import Command
from odoo.addons.otto_market_connector.models.core.write_guard import as_connector
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.odoo.booking_case import BookingCase


class TestBookingGuards(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bookkeeper = new_test_user(cls.env, "books", "account.group_account_manager,base.group_system")
        cls.clerk = new_test_user(cls.env, "clerk", "account.group_account_invoice")

    def setUp(self):
        super().setUp()
        self.sale = self.receipt(parts=[(119.0, 19.0), (10.7, 7.0)])
        self.book()
        self.move = self.sale.move_id.with_user(self.bookkeeper)
        self.account = self.env["account.account"].search([("code", "=", "8200")], limit=1)

    def refused(self, act):
        """Check that something is refused, and that it leaves no trace."""
        before = self.balances(self.sale.move_id), self.sale.move_id.read(["name", "date", "ref", "state", "move_type"])
        refusal = None
        try:
            with self.env.cr.savepoint():
                act()
                self.env.flush_all()
        except UserError as error:
            refusal = error
        self.env.invalidate_all()
        self.assertTrue(refusal, "It was let through")
        after = self.balances(self.sale.move_id), self.sale.move_id.read(["name", "date", "ref", "state", "move_type"])
        self.assertEqual(before, after)

    def test_r31_no_field_of_an_entry_that_says_what_is_booked_can_be_written(self):
        values = {
            "name": "X/1",
            "date": "2026-04-01",
            "ref": "x",
            "state": "draft",
            "journal_id": self.env["account.journal"].search([("type", "=", "sale")], limit=1).id,
            "partner_id": self.env.user.partner_id.id,
            "move_type": "out_invoice",
            "line_ids": [Command.clear()],
            "invoice_line_ids": [Command.clear()],
            "delivery_date": "2026-01-01",
            "taxable_supply_date": "2026-01-01",
            "invoice_date": "2026-01-01",
            "currency_id": self.env.ref("base.USD").id,
            "payment_reference": "x",
            "otto_receipt_id": False,
            "otto_receipt_booked": False,
            "posted_before": False,
            "reversed_entry_id": False,
            "sequence_prefix": "x",
            "sequence_number": 4,
            "amount_total": 1,
            "narration": "x",
            "auto_post": "monthly",
        }
        for name, value in values.items():
            with self.subTest(name):
                self.refused(lambda name=name, value=value: self.move.write({name: value}))

    def test_r31_no_field_of_a_line_that_says_what_is_booked_can_be_written(self):
        line = self.move.line_ids.filtered("tax_ids")[:1]
        values = {
            "balance": 1,
            "debit": 1,
            "credit": 1,
            "amount_currency": 1,
            "account_id": self.account.id,
            "partner_id": self.env.user.partner_id.id,
            "name": "x",
            "tax_ids": [Command.clear()],
            "tax_tag_ids": [Command.clear()],
            "tax_repartition_line_id": False,
            "tax_base_amount": 1,
            "date_maturity": "2030-01-01",
            "date": "2030-01-01",
            "currency_id": self.env.ref("base.USD").id,
            "product_id": self.products[:1].id,
            "quantity": 7,
            "price_unit": 7,
            "display_type": "line_note",
            "move_id": False,
            "sale_line_ids": [Command.set([])],
            "amount_residual": 0,
            "reconciled": True,
        }
        for name, value in values.items():
            with self.subTest(name):
                self.refused(lambda name=name, value=value: line.write({name: value}))

    def test_r31_no_other_way_changes_what_is_booked(self):
        lines = self.env["account.move.line"].with_user(self.bookkeeper)
        other = self.env["account.move"].create(
            {
                "journal_id": self.env["account.journal"].search([("type", "=", "general")], limit=1).id,
                "line_ids": [Command.create({"account_id": self.account.id, "balance": 0, "tax_ids": []})],
            }
        )
        moves = self.move.browse
        ways = {
            "draft": self.move.button_draft,
            "cancel": self.move.button_cancel,
            "delete": self.move.unlink,
            "delete by force": lambda: self.move.with_context(force_delete=True).unlink(),
            "delete lines": lambda: self.move.line_ids.with_context(force_delete=True, dynamic_unlink=True).unlink(),
            "line": lambda: lines.create({"move_id": self.move.id, "account_id": self.account.id, "balance": 0}),
            "steal a line": lambda: other.line_ids.write({"move_id": self.move.id}),
            "copy": self.move.copy,
            "copy as an invoice": lambda: self.move.copy({"move_type": "out_invoice"}),
            "duplicate": self.move.action_duplicate,
            "reverse": lambda: self.move._reverse_moves(cancel=True),
            "wizard": self.reverse_by_wizard,
            "reversal by hand": lambda: moves().create({"move_type": "entry", "reversed_entry_id": self.move.id}),
            "reversal later": lambda: other.write({"reversed_entry_id": self.move.id}),
            "another entry": lambda: moves().create({"move_type": "entry", "otto_receipt_id": self.sale.id}),
            "entry later": lambda: other.write({"otto_receipt_id": self.sale.id}),
            "type": self.move.action_switch_move_type,
            "resequence": self.resequence,
            "mark as connector": lambda: self.move.with_context(otto_connector=True).write({"ref": "x"}),
            "receipt": lambda: self.sale.with_user(self.bookkeeper).write({"booking_state": "none"}),
            "receipt's entry": lambda: self.sale.with_user(self.bookkeeper).write({"move_id": other.id}),
        }
        for name, act in ways.items():
            with self.subTest(name):
                self.refused(act)

    def reverse_by_wizard(self):
        wizard = self.env["account.move.reversal"].with_user(self.bookkeeper)
        context = {"active_model": "account.move", "active_ids": self.move.ids}
        wizard.with_context(**context).create({"journal_id": self.move.journal_id.id}).modify_moves()

    def resequence(self):
        wizard = self.env["account.resequence.wizard"].with_user(self.bookkeeper)
        wizard.create({"move_ids": self.move.ids, "first_name": "X/2026/0001"}).resequence()

    def test_r31_no_invoice_comes_of_an_entry_and_nothing_is_sent_or_printed_as_one(self):
        self.assertFalse(self.move.display_send_button)
        reports = self.env["ir.actions.report"].with_user(self.bookkeeper)
        self.refused(lambda: reports._render_qweb_pdf("account.account_invoices", self.move.ids))
        self.refused(lambda: self.env["account.move.send.wizard"].create({"move_id": self.move.id}))

    def test_r31_paying_checking_and_analysing_stay_possible(self):
        bank = self.env["account.journal"].search([("type", "=", "bank")], limit=1)
        debtor = self.move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        payment = self.env["account.move"].create(
            {
                "journal_id": bank.id,
                "date": "2026-04-01",
                "line_ids": [
                    Command.create(
                        {"account_id": debtor.account_id.id, "balance": -129.7, "partner_id": debtor.partner_id.id}
                    ),
                    Command.create({"account_id": bank.default_account_id.id, "balance": 129.7, "tax_ids": []}),
                ],
            }
        )
        payment.action_post()
        (debtor | payment.line_ids.filtered(lambda line: line.account_id == debtor.account_id)).with_user(
            self.bookkeeper
        ).reconcile()
        self.assertTrue(debtor.reconciled)
        debtor.remove_move_reconcile()
        self.assertFalse(debtor.reconciled)
        self.move.checked = True
        self.move.message_post(body="Looks right")
        self.move.activity_schedule("mail.mail_activity_data_todo", user_id=self.env.uid)
        plan = self.env["account.analytic.plan"].create({"name": "Shops"})
        shop = self.env["account.analytic.account"].create({"name": "OTTO", "plan_id": plan.id})
        revenue = self.move.line_ids.filtered("tax_ids")[:1]
        revenue.analytic_distribution = {str(shop.id): 100}
        self.assertTrue(revenue.analytic_line_ids)

    # Reverse and book again

    def correct(self):
        row = self.channel.booking_account_ids.filtered(lambda row: (row.purpose, row.tax_rate) == ("revenue", 19))
        row.account_id = self.account

    def test_r31_wrong_accounts_are_reversed_and_booked_again(self):
        self.correct()
        first = self.sale.move_id
        self.sale.with_user(self.bookkeeper).action_book_again()
        second = self.sale.move_id
        self.assertNotEqual(first, second)
        self.assertEqual((first.state, first.name), ("posted", self.sale.number))
        self.assertEqual(second.ref, self.sale.number)
        self.assertEqual(len(self.sale.move_ids), 3)
        self.assertEqual(
            self.balances(self.sale.move_ids),
            {"1410": 129.7, "8200": -100.0, "1776": -19.0, "8300": -10.0, "1771": -0.7},
        )
        self.assertEqual(
            self.report(self.sale.move_ids), {"81_BASE": 100.0, "81_TAX": 19.0, "86_BASE": 10.0, "86_TAX": 0.7}
        )
        self.assertTrue(all(line.reconciled for line in first.line_ids if line.account_id.reconcile))
        self.assertEqual(first.reversal_move_ids.state, "posted")

    def test_r31_what_was_reconciled_with_it_is_so_again(self):
        back = self.receipt("partial_refund", [(11.9, 19.0)], self.sale)
        self.book()
        debtor = self.sale.move_id.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        bank = self.env["account.journal"].search([("type", "=", "bank")], limit=1)
        payment = self.env["account.move"].create(
            {
                "journal_id": bank.id,
                "date": "2026-04-01",
                "line_ids": [
                    Command.create({"account_id": debtor.account_id.id, "balance": -117.8}),
                    Command.create({"account_id": bank.default_account_id.id, "balance": 117.8, "tax_ids": []}),
                ],
            }
        )
        payment.action_post()
        paid = payment.line_ids.filtered(lambda line: line.account_id == debtor.account_id)
        (debtor | paid).reconcile()
        self.assertTrue(debtor.full_reconcile_id)
        self.correct()
        for receipts in (self.sale, back, self.sale | back):
            receipts.with_user(self.bookkeeper).action_book_again()
            now = (self.sale | back).move_id.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            self.assertTrue(all((now | paid).mapped("reconciled")))
            self.assertEqual(len((now | paid).full_reconcile_id), 1)

    def test_r31_reversed_stays_reversed_until_somebody_books_it_again(self):
        self.sale.with_user(self.bookkeeper).action_reverse_booking()
        self.assertEqual(self.sale.booking_state, "reversed")
        self.assertFalse(self.balances(self.sale.move_ids))
        self.assertFalse(self.report(self.sale.move_ids))
        self.book()
        self.assertEqual(self.sale.booking_state, "reversed")
        with self.assertRaises(UserError):
            self.sale.with_user(self.bookkeeper).action_reverse_booking()
        self.sale.with_user(self.bookkeeper).action_book_again()
        self.assertEqual(self.balances(self.sale.move_ids)["1410"], 129.7)
        self.assertEqual(len(self.sale.move_ids), 3)

    def test_r31_a_closed_month_stays_as_it_is(self):
        self.company.fiscalyear_lock_date = date(2026, 12, 31)
        self.sale.with_user(self.bookkeeper).action_book_again()
        first = self.sale.move_ids.filtered(lambda move: move.name == self.sale.number)
        self.assertEqual(first.date, date(2026, 3, 10))
        self.assertEqual({move.date for move in self.sale.move_ids - first}, {date(2027, 1, 1)})

    def test_r31_what_cannot_be_booked_is_not_reversed_either(self):
        self.channel.booking_account_ids.filtered(lambda row: row.tax_rate == 7).unlink()
        with self.assertRaises(UserError) as caught:
            self.sale.with_user(self.bookkeeper).action_book_again()
        self.assertIn("7 %", str(caught.exception))
        self.assertEqual(self.sale.booking_state, "booked")
        self.channel.book_receipts = False
        with self.assertRaises(UserError):
            self.sale.with_user(self.bookkeeper).action_book_again()

    def test_no_button_ends_in_the_refusal_of_a_channel_that_does_not_book(self):
        arch = etree.fromstring(self.sale.with_user(self.bookkeeper).get_view(view_type="form")["arch"])
        buttons = arch.findall(".//button[@name='action_book_again']")
        self.assertEqual(len(buttons), 2)
        for button in buttons:
            self.assertTrue(button.get("invisible").endswith("or not is_channel_booking"))
        self.channel.book_receipts = False
        self.assertFalse(self.sale.is_channel_booking)

    def test_r31_only_whoever_keeps_the_books_may(self):
        for act in ("action_book_again", "action_reverse_booking"):
            with self.assertRaises(AccessError):
                getattr(self.sale.with_user(self.clerk), act)()

    def test_r31_a_second_entry_of_a_receipt_is_refused_by_the_database(self):
        with self.assertRaises(psycopg2.errors.UniqueViolation) as caught, self.env.cr.savepoint():
            as_connector(self.env["account.move"]).create(
                {
                    "move_type": "entry",
                    "journal_id": self.channel.booking_journal_id.id,
                    "otto_receipt_id": self.sale.id,
                    "otto_receipt_booked": True,
                }
            )
            self.env.flush_all()
        self.assertIn("_otto_receipt_once", str(caught.exception))

    def test_r31_old_entries_can_be_reversed_a_year_later(self):
        old = self.receipt(created_on=datetime(2025, 3, 1, 8), year=2025)
        self.book()
        self.company.hard_lock_date = date(2025, 12, 31)
        old.with_user(self.bookkeeper).action_reverse_booking()
        self.assertEqual((old.move_ids - old.move_id).date, date(2026, 1, 1))
