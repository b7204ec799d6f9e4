"""Receipts whose day or number Odoo would refuse: New Year's night, closed periods, numbers that are taken (R31)."""

from datetime import date, datetime

from odoo import Command
from odoo.exceptions import UserError

from tests.odoo.booking_case import BookingCase


class TestBookingDates(BookingCase):
    def entry(self, name=None, on="2026-03-10", journal=None):
        """Return a posted entry of a person in the journal of receipts."""
        account = self.env["account.account"].search([("code", "=", "8200")], limit=1)
        move = self.env["account.move"].create(
            {
                "journal_id": (journal or self.channel.booking_journal_id).id,
                "date": on,
                **({"name": name} if name else {}),
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance, "tax_ids": []}) for balance in (5, -5)
                ],
            }
        )
        move.action_post()
        return move

    def test_r31_a_receipt_of_new_years_night_has_the_day_in_germany(self):
        moments = {
            # Written at 23:30 UTC: the new year in Germany, the old one in OTTO's number, or the new one already.
            datetime(2025, 12, 31, 23, 30): (2025, date(2026, 1, 1)),
            datetime(2025, 12, 31, 23, 31): (2026, date(2026, 1, 1)),
            datetime(2025, 12, 31, 22, 59): (2025, date(2025, 12, 31)),
            datetime(2025, 12, 31, 22, 58): (2026, date(2025, 12, 31)),
        }
        receipts = {
            self.receipt(created_on=moment, year=year): (day, year == day.year)
            for moment, (year, day) in moments.items()
        }
        self.book()
        for receipt, (day, same) in receipts.items():
            with self.subTest(receipt.number, day=day):
                move = receipt.move_id
                self.assertEqual((move.state, move.date), ("posted", day))
                if same:
                    self.assertEqual(move.name, receipt.number)
                else:
                    self.assertTrue(move.name.startswith(receipt.number) and move.name != receipt.number)
                    self.assertEqual(move.ref, receipt.number)

    def test_r31_own_numbers_keep_their_date_whatever_ottos_number_looks_like(self):
        """The last digits, and the partner's number, may look like years, months and days."""
        partners = ("123456789", "2026", "202612", "26", "20261231", "19")
        numbers = ("1", "12", "2026", "2025", "202612", "20271", "31122026", "1234567890123", "26", "1999")
        receipts = [
            self.receipt(created_on=datetime(2026, 12, 31, 23, 30), number=f"R-DE-{partner}-2026-{number}")
            for partner in partners
            for number in numbers
        ]
        same_year = [
            self.receipt(created_on=datetime(2026, 5, 1, 8), number=f"E-DE-{partner}-2026-{number}9")
            for partner in partners
            for number in numbers
        ]
        self.book()
        for receipt in (*receipts, *same_year):
            self.assertEqual(receipt.booking_state, "booked", f"{receipt.number}: {receipt.booking_text}")
            self.assertIn(receipt.number, (receipt.move_id.name, receipt.move_id.ref))
        self.assertEqual({receipt.move_id.date for receipt in receipts}, {date(2027, 1, 1)})

    def test_r31_a_closed_period_moves_a_receipt_to_the_first_open_day(self):
        receipts = {}
        for index, lock in enumerate(
            ("fiscalyear_lock_date", "tax_lock_date", "sale_lock_date", "hard_lock_date"), start=1
        ):
            receipts[lock] = self.receipt(created_on=datetime(2025, index, 5, 8))
            self.company[lock] = date(2025, index, 28)
        self.book()
        self.assertEqual(
            [receipt.move_id.date for receipt in receipts.values()],
            [date(2025, 4, 29)] * 4,
        )
        self.company.fiscalyear_lock_date = date(2025, 12, 31)
        late = self.receipt(created_on=datetime(2025, 11, 5, 8))
        sale = list(receipts.values())[0]
        back = self.receipt("refund", linked=sale, created_on=datetime(2025, 11, 6, 8))
        self.book()
        for receipt in (late, back):
            self.assertEqual(receipt.move_id.date, date(2026, 1, 1))
            self.assertEqual(receipt.move_id.ref, receipt.number)
            self.assertEqual(receipt.move_id.delivery_date.year, 2025)
        self.assertTrue(back.move_id.line_ids.full_reconcile_id)

    def test_r31_a_day_that_has_not_come_in_utc_is_booked_at_once(self):
        ahead = self.receipt(created_on=datetime(2099, 12, 30, 12))
        self.book()
        self.assertEqual((ahead.move_id.state, ahead.move_id.auto_post), ("posted", "no"))

    def test_r31_a_number_that_is_taken_is_booked_under_another(self):
        taken = self.entry("R-DE-5-2026-7")
        receipt = self.receipt(number="R-DE-5-2026-7")
        self.book()
        self.assertEqual(receipt.booking_state, "booked")
        self.assertNotEqual(receipt.move_id.name, taken.name)
        self.assertEqual(receipt.move_id.ref, receipt.number)

    def test_r31_a_person_s_entry_in_the_journal_takes_no_number_of_otto(self):
        first = self.receipt(number="R-DE-5-2026-7")
        self.book()
        entries = [self.entry(), self.entry(), self.entry(on="2025-12-31"), self.entry(on="2027-01-01")]
        second = self.receipt(number="R-DE-5-2026-8")
        self.book()
        self.assertEqual((first.move_id.name, second.move_id.name), (first.number, second.number))
        names = [entry.name for entry in entries]
        self.assertEqual(len(set(names)), 4)
        self.assertFalse([name for name in names if name.startswith("R-DE")])

    def test_r31_two_accounts_of_a_company_share_a_journal(self):
        other = self.make_channel("Second")
        self.switch_on(other)
        self.assertEqual(other.booking_journal_id, self.channel.booking_journal_id)
        pair = [self.receipt(number="R-DE-5-2026-7"), self.receipt(number="R-DE-5-2026-7", channel=other)]
        self.book()
        self.book(other)
        self.assertEqual([receipt.booking_state for receipt in pair], ["booked", "booked"])
        self.assertEqual(len({receipt.move_id.name for receipt in pair}), 2)

    def test_r31_a_missing_number_is_no_gap(self):
        for number in (3, 9, 5):
            self.receipt(number=f"R-DE-5-2026-{number}")
            self.book()
        self.assertFalse(any(self.booked().mapped("made_sequence_gap")))
        self.assertFalse(self.channel.booking_journal_id.has_sequence_holes)

    def test_r31_a_journal_with_numbers_of_its_own_form(self):
        self.channel.booking_journal_id.sequence_override_regex = (
            r"^(?P<prefix1>.*?)(?P<year>(19|20|21)\d{2})(?P<prefix2>\D+)(?P<seq>\d+)(?P<suffix>\D*?)$"
        )
        plain = self.receipt()
        late = self.receipt(created_on=datetime(2026, 12, 31, 23, 30))
        self.book()
        self.assertEqual([receipt.booking_state for receipt in (plain, late)], ["booked", "booked"])

    def test_r31_locks_hold_for_what_is_booked(self):
        receipt = self.receipt()
        self.book()
        self.company.fiscalyear_lock_date = date(2026, 6, 30)
        with self.assertRaises(UserError):
            receipt.move_id.button_draft()
