"""R19, R31: a channel that is made again for the same account goes on with the statement of the one before it."""

from odoo.exceptions import UserError, ValidationError

from tests.odoo.statement_case import StatementCase
from tests.odoo.test_channel_again import ACCOUNT

OTHER = {"login": "api_user", "username": "sandbox-user", "password": "sandbox-password"}
ROWS = ("PAY_IN;b1;;119,00", "PAYMENTFEE;b1;;-1,00", "SURPRISE;;;-5,00")


class TestStatementAgain(StatementCase):
    def setUp(self):
        super().setUp()
        self.first_lines = self.load(self.lines(*ROWS))
        self.journal = self.channel.statement_journal_id
        self.mapping = self.channel.statement_mapping_ids
        self.own = self.channel._statement_row("PAYMENTFEE").copy({"transaction_type": "SURPRISE"})

    def made_again(self, **values):
        self.channel.active = False
        second = self.make_channel("Second", **values)
        self.switch_on(second)
        return second

    def taken_over_by(self, second):
        self.assertEqual(second.statement_journal_id, self.journal)
        self.assertEqual(second.statement_mapping_ids, self.mapping)
        self.assertEqual(self.own.channel_id, second)
        self.assertEqual(self.first_lines.otto_channel_id, second)
        self.assertFalse(self.channel.statement_journal_id)

    def test_r31_lines_journal_accounts_and_columns_are_taken_over(self):
        second = self.made_again(**ACCOUNT)
        with self.assertRaisesRegex(UserError, "All 3 lines"):
            self.load(self.lines(*ROWS), second)
        line = self.load(self.lines(*ROWS, "SURPRISE;;;-6,00"), second)
        self.taken_over_by(second)
        self.assertEqual((line.otto_state, line.journal_id), ("matched", self.journal))
        self.assertEqual(len(second.statement_account_ids), 16)

    def test_r31_a_payment_that_waits_is_matched_when_the_new_channel_books(self):
        second = self.made_again(**ACCOUNT)
        receipt = self.sold(order_number="b1", channel=second)
        self.book(second)
        self.taken_over_by(second)
        line = self.first_lines[0]
        self.assertEqual((line.otto_state, line.otto_receipt_ids), ("matched", receipt))
        debtor = receipt.move_id.line_ids.filtered(lambda each: each.account_type == "asset_receivable")
        self.assertTrue(debtor.reconciled)

    def test_r31_with_another_login_the_receipts_tell_that_the_account_is_the_same(self):
        receipt = self.sold(order_number="b1")
        second = self.made_again(**OTHER)
        self.assertFalse(second._channels_before())
        second._component("otto.receipt.mapper")._known([receipt.number])
        self.assertEqual(receipt.channel_id, second)
        self.taken_over_by(second)

    def test_r31_what_the_new_channel_has_already_stays(self):
        second = self.made_again(**OTHER)
        mine = self.load(self.lines(*ROWS[:2]), second)
        own_journal = second.statement_journal_id
        self.assertNotEqual(own_journal, self.journal)
        second._take_over_statement(self.channel)
        self.assertEqual(second.statement_journal_id, own_journal)
        self.assertEqual(mine.otto_channel_id, second)
        self.assertEqual(self.first_lines.mapped("otto_channel_id"), self.channel | second)
        self.assertEqual(self.first_lines[2].otto_channel_id, second)

    def test_r31_two_channels_at_work_never_share_a_journal(self):
        other = self.make_channel("Other")
        with self.assertRaisesRegex(ValidationError, "OTTO Payments has the statement of the channel OTTO Market"):
            other.statement_journal_id = self.journal
        self.channel.active = False
        other.statement_journal_id = self.journal
        with self.assertRaisesRegex(ValidationError, "has the statement of the channel Other"):
            self.channel.active = True

    def test_r31_a_channel_with_lines_is_archived_instead_of_deleted(self):
        with self.assertRaisesRegex(UserError, "statement.*Archive"):
            self.channel.unlink()

    def test_r31_lines_whose_channel_was_deleted_go_with_their_journal(self):
        """As the first version did: it deleted the channel and left the lines."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_bank_statement_line SET otto_channel_id = NULL")
        self.env.invalidate_all()
        self.channel.statement_journal_id = False
        second = self.made_again(**OTHER)
        second.statement_journal_id = self.journal
        with self.assertRaisesRegex(UserError, "All 3 lines"):
            self.load(self.lines(*ROWS), second)
