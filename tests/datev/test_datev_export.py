"""R31 beside the OCA's DATEV export: the document's number is OTTO's, and its amounts add up to OTTO's totals."""

import base64
import csv
import io
import zipfile
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from tests.odoo.booking_case import BookingCase

HEADER_LINES = 1


class TestDatevExport(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"datev_consultant_number": "4242424", "datev_client_number": "42424", "datev_account_code_length": 4}
        )
        kind = cls.env["date.range.type"].create({"name": "Fiscal year"})
        year, month = cls.env["date.range"].create(
            [
                {"name": "2026", "type_id": kind.id, "date_start": "2026-01-01", "date_end": "2026-12-31"},
                {
                    "name": "March",
                    "type_id": kind.copy({"name": "Month"}).id,
                    "date_start": "2026-03-01",
                    "date_end": "2026-03-31",
                },
            ]
        )
        cls.export = cls.env["datev_export_dtvf.export"].create(
            {"name": "March", "fiscalyear_id": year.id, "period_ids": month.ids}
        )

    def rows(self):
        """Return the export's transactions as dicts."""
        self.export.journal_ids = self.channel.booking_journal_id
        self.export.action_generate()
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(self.export.file_data))) as archive:
            [name] = [name for name in archive.namelist() if name.startswith("EXTF_Buchungsstapel")]
            lines = archive.read(name).decode("utf-8-sig").splitlines()[HEADER_LINES:]
        return list(csv.DictReader(lines, delimiter=";"))

    def test_r31_numbers_and_amounts_of_an_exported_month(self):
        order = self.import_orders(1)
        sale = self.receipt(parts=[(59.99, 19.0), (10.7, 7.0)], order_id=order.id)
        back = self.receipt("refund", [(59.99, 19.0)], sale, created_on=datetime(2026, 3, 20, 8), order_id=order.id)
        self.receipt(created_on=datetime(2026, 4, 1, 8))
        self.book()
        found = defaultdict(Decimal)
        rows = self.rows()
        for row in rows:
            # Belegfeld 1 is what a tax adviser finds the document by; with order lines linked it would be the order's.
            sign = 1 if row["Soll/Haben-Kennzeichen"] == "S" else -1
            amount = sign * Decimal(row["Umsatz (ohne Soll/Haben-Kz)"].replace(",", "."))
            number = row["Belegfeld 1"]
            found[number, row["Konto"]] += amount
            found[number, row["Gegenkonto (ohne BU-Schlüssel)"]] -= amount
        self.assertEqual({row["Belegfeld 1"] for row in rows}, {sale.number, back.number})
        for receipt in (sale, back):
            wanted = {
                (receipt.number, code): Decimal(str(value)) for code, value in self.balances(receipt.move_id).items()
            }
            self.assertEqual({key: value for key, value in found.items() if key[0] == receipt.number}, wanted)
        self.assertTrue(
            all(row["Buchungstext"].strip('"').startswith("OTTO") or "19%" in row["Buchungstext"] for row in rows)
        )
