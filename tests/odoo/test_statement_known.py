"""R31: a line of OTTO's statement comes once, whatever mapping of the columns reads it."""

from odoo.addons.otto_market_connector.models.receipts.statement_file import read_statement
from odoo.addons.otto_market_connector.models.receipts.statement_keys import lines_of
from odoo.exceptions import UserError

from tests.odoo.statement_case import StatementCase

NARROW = {"column_date": "Buchungsdatum", "column_type": "Transaktionstyp", "column_amount": "Betrag"}
ROWS = ("PAYMENTFEE;b1;r1;-1,00", "PAYMENTFEE;b2;r2;-1,00", "PAYMENTFEE;b2;r3;-1,00", "SERVICE;;;-11,90")


class TestStatementKnown(StatementCase):
    def mapping(self, name="Narrow", **columns):
        return self.env["otto.statement.mapping"].create(
            {"name": name, "channel_id": self.channel.id, **NARROW, **columns}
        )

    def count(self):
        return self.env["account.bank.statement.line"].search_count([("otto_channel_id", "=", self.channel.id)])

    def test_r31_a_column_that_is_added_to_the_mapping_brings_no_line_again(self):
        mapping = self.mapping()
        self.load(self.lines(*ROWS), mapping_id=mapping.id)
        for columns in (
            {"column_order": "Bestellnummer"},
            {"column_reference": "Belegnummer"},
            {"column_order": False},
        ):
            mapping.write(columns)
            with self.subTest(columns=columns), self.assertRaisesRegex(UserError, "All 4 lines"):
                self.load(self.lines(*ROWS), mapping_id=mapping.id)
        self.assertEqual(self.count(), 4)
        # What OTTO has written since is new, and nothing else.
        mapping.column_order = "Bestellnummer"
        self.load(self.lines("PAYMENTFEE;b3;r4;-1,00", "PAYMENTFEE;b4;r5;-2,00", *ROWS), mapping_id=mapping.id)
        self.assertEqual(self.count(), 6)

    def test_r31_lines_of_the_first_version_are_known(self):
        lines = self.load(self.lines(*ROWS))
        read = lines_of(read_statement(self.lines(*ROWS).encode()))
        self.env.flush_all()
        for line, known in zip(lines, read, strict=True):
            self.env.cr.execute(
                "UPDATE account_bank_statement_line SET otto_key = %s, otto_details = NULL WHERE id = %s",
                [known.old_key, line.id],
            )
        self.env.invalidate_all()
        # A person has corrected the day of one.
        lines[0].date = "2026-04-02"
        with self.assertRaisesRegex(UserError, "All 4 lines"):
            self.load(self.lines(*ROWS))
        narrow = self.mapping()
        lines[0].date = "2026-03-31"
        with self.assertRaisesRegex(UserError, "All 4 lines"):
            self.load(self.lines(*ROWS), mapping_id=narrow.id)

    def test_r31_a_line_whose_day_a_person_changed_is_known(self):
        lines = self.load(self.lines(*ROWS))
        lines[1].date = "2026-04-02"
        with self.assertRaisesRegex(UserError, "All 4 lines"):
            self.load(self.lines(*ROWS))

    def test_of_mappings_that_fit_the_one_with_the_most_columns_is_taken(self):
        wide = self.mapping(
            "Wide", column_order="Bestellnummer", column_reference="Belegnummer", column_balance="Saldo"
        )
        self.mapping("Middle", column_order="Bestellnummer")
        self.mapping()
        lines = self.load(self.lines(*ROWS))
        self.assertEqual(lines.mapped("otto_order_number"), ["b1", "b2", "b2", False])
        self.assertEqual(lines[0].payment_ref, "PAYMENTFEE b1 r1")
        self.assertEqual(len(self.channel.statement_mapping_ids), 3)
        wide.unlink()
        # None of those left knows the references that the headers tell.
        [line] = self.load(self.lines(*ROWS, "SERVICE;;r9;-5,00"))
        self.assertEqual(line.payment_ref, "SERVICE r9")
        self.assertEqual(len(self.channel.statement_mapping_ids), 3)

    def test_a_mapping_that_says_more_than_the_headers_is_taken(self):
        self.mapping("Own", column_text="Belegnummer", decimal_sign="comma")
        lines = self.load(self.lines("SERVICE;b1;r1;-1,00"))
        self.assertEqual((lines.otto_order_number, lines.payment_ref), (False, "SERVICE r1"))

    def test_payments_without_a_column_of_their_orders_are_refused(self):
        text = "Datum;Typ;Auftrag Kunde;Betrag\n31.03.2026;PAY_IN;b1;119,00\n"
        with self.assertRaisesRegex(UserError, "PAY_IN.*order numbers.*Datum, Typ, Auftrag Kunde, Betrag.*mapping"):
            self.load(text)
        self.assertFalse(self.count())
        columns = {"column_date": "Datum", "column_type": "Typ", "column_amount": "Betrag"}
        mapping = self.mapping("Own", **columns, column_order="Auftrag Kunde")
        self.assertEqual(self.load(text, mapping_id=mapping.id).otto_order_number, "b1")
        # Fees alone need none.
        self.load("Datum;Typ;Betrag\n31.03.2026;PAYMENTFEE;-1,00\n")
