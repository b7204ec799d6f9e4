"""Beside the OCA's import of bank statements: a mapping for it is offered, and its lines are booked like our own."""

import base64

from tests.odoo.booking_case import BookingCase

FILE = (
    "Buchungsdatum;Transaktionstyp;Bestellnummer;Belegnummer;Betrag\n"
    "31.03.2026;PAY_IN;b1;R-1;1.119,00\n"
    "31.03.2026;COMMISSION;b1;R-1;-11,90\n"
    "31.03.2026;SURPRISE;;;-5,00\n"
)


class TestStatementSheet(BookingCase):
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
        wizard = (
            self.env["account.statement.import"]
            .with_context(journal_id=journal.id)
            .create({"statement_file": file, "statement_filename": "Kontoauszug.csv", "sheet_mapping_id": mapping.id})
        )
        wizard.import_file_button()
        lines = self.env["account.bank.statement.line"].search([("journal_id", "=", journal.id)], order="amount desc")
        self.assertEqual(lines.mapped("amount"), [1119.0, -5.0, -11.9])
        self.assertEqual(lines.mapped("otto_type"), ["PAY_IN", "SURPRISE", "COMMISSION"])
        self.assertEqual(lines.mapped("otto_state"), ["matched", "unmatched", "matched"])
        self.assertEqual(lines[0].otto_receipt_ids, receipt)
        self.assertEqual(self.balances(lines[2].move_id), {"1211": -11.9, "4760": 10.0, "1576": 1.9})
