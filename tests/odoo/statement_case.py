"""OTTO's account statement for the tests: files, and receipts that they pay."""

import base64

from tests.odoo.booking_case import BookingCase

HEADER = "Buchungsdatum;Transaktionstyp;Bestellnummer;Belegnummer;Betrag;Saldo\n"


class StatementCase(BookingCase):
    def load(self, text, channel=None, **values):
        """Import a file; return the lines that came of it."""
        wizard = self.env["otto.statement.import"].create(
            {
                "channel_id": (channel or self.channel).id,
                "file": base64.b64encode(text if isinstance(text, bytes) else text.encode()),
                "file_name": "Kontoauszug_2026_03.csv",
                **values,
            }
        )
        return self.env["account.bank.statement.line"].search(wizard.action_import()["domain"], order="id")

    def lines(self, *rows):
        """Return a file with these rows: kind, order, receipt, amount."""
        return HEADER + "".join(f"31.03.2026;{row};\n" for row in rows)

    def sold(self, gross=119.0, kind="purchase", **values):
        """Return a receipt of one rate."""
        return self.receipt(kind, parts=((gross, 19.0),), **values)
