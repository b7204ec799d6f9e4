"""Beside the OCA's import of bank statements: a mapping for it is offered, and its lines are booked like our own."""

import base64

from odoo.exceptions import UserError

from tests.odoo.statement_case import StatementCase

FILE = (
    "Buchungsdatum;Transaktionstyp;Bestellnummer;Belegnummer;Betrag\n"
    "31.03.2026;PAY_IN;b1;R-1;1.119,00\n"
    "31.03.2026;COMMISSION;b1;R-1;-11,90\n"
    "31.03.2026;SURPRISE;;;-5,00\n"
)


class TestStatementSheet(StatementCase):
    def test_its_mapping_is_offered_and_its_lines_are_booked_alike(self):
        receipt = self.receipt(parts=((1119.0, 19.0),), order_number="b1")
        self.book()
        file = base64.b64encode(FILE.encode())
        ours = self.env["otto.statement.import"].create(
            {"channel_id": self.channel.id, "file": file, "file_name": "Kontoauszug.csv"}
        )
        self.assertTrue(ours.can_offer)
        action = ours.action_offer()
        mapping = self.env[action["res_model"]].browse(action["res_id"])
        journal = self.channel.statement_journal_id
        self.assertEqual(journal.default_sheet_mapping_id, mapping)
        self.load_by_sheet(mapping)
        lines = self.env["account.bank.statement.line"].search([("journal_id", "=", journal.id)], order="amount desc")
        self.assertEqual(lines.mapped("amount"), [1119.0, -5.0, -11.9])
        self.assertEqual(lines.mapped("otto_type"), ["PAY_IN", "SURPRISE", "COMMISSION"])
        self.assertEqual(lines.mapped("otto_state"), ["matched", "unmatched", "matched"])
        self.assertEqual(lines[0].otto_receipt_ids, receipt)
        self.assertEqual(self.balances(lines[2].move_id), {"1211": -11.9, "4760": 10.0, "1576": 1.9})

    def load_by_sheet(self, mapping, text=FILE):
        """Import a file as the OCA's import does."""
        wizard = (
            self.env["account.statement.import"]
            .with_context(journal_id=self.channel.statement_journal_id.id)
            .create(
                {
                    "statement_file": base64.b64encode(text.encode()),
                    "statement_filename": "Kontoauszug.csv",
                    "sheet_mapping_id": mapping.id,
                }
            )
        )
        wizard.import_file_button()

    def offered(self):
        """Return the OCA's mapping of our columns."""
        file = base64.b64encode(FILE.encode())
        ours = self.env["otto.statement.import"].create({"channel_id": self.channel.id, "file": file})
        action = ours.action_offer()
        return self.env[action["res_model"]].browse(action["res_id"])

    def count(self):
        return self.env["account.bank.statement.line"].search_count([("otto_channel_id", "=", self.channel.id)])

    def test_r31_a_line_comes_once_whichever_import_brings_it(self):
        mapping = self.offered()
        self.load_by_sheet(mapping)
        self.assertEqual(self.count(), 3)
        with self.assertRaisesRegex(UserError, "All 3 lines"):
            self.load(FILE)
        with self.assertRaisesRegex(UserError, "3 lines.*already.*Import OTTO"), self.env.cr.savepoint():
            self.load_by_sheet(mapping)
        more = FILE + "31.03.2026;PAYMENTFEE;;;-1,00\n"
        self.load(more)
        with self.assertRaisesRegex(UserError, "4 lines.*already"), self.env.cr.savepoint():
            self.load_by_sheet(mapping, more)
        self.assertEqual(self.count(), 4)
        # What is wholly new comes, also two alike.
        self.load_by_sheet(mapping, FILE.partition("\n")[0] + 2 * "\n01.04.2026;PAYMENTFEE;;;-1,00")
        self.assertEqual(self.count(), 6)
