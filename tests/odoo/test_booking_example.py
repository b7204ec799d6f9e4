"""The example month of docs/steuerberater.md is what comes of it in both charts (R31)."""

import base64
import itertools
import re
from collections import defaultdict
from datetime import date, datetime, timedelta

from dev.settings import ROOT
from tests.odoo.booking_case import BookingCase

PAGE = ROOT / "docs" / "steuerberater.md"
CHARTS = ("de_skr03", "de_skr04")
KINDS = {"R": "purchase", "E": "refund"}


def number(text):
    """Return an amount of the page."""
    return float(text.replace("−", "-").replace(".", "").replace(",", "."))


def table(first):
    """Return the rows of the page's table whose header begins with these cells."""
    lines = PAGE.read_text().splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines[at + 2 :])
    names = _cells(lines[at])
    return [dict(zip(names, _cells(row), strict=True)) for row in rows]


def _cells(row):
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def sides(row, chart):
    """Return the balance of each account that a row of the page names for a chart."""
    name = chart.removeprefix("de_").upper()
    found = {}
    for side, sign in (("Soll", 1), ("Haben", -1)):
        for code, amount in re.findall(r"(\d{4}) ([\d,.]+)", row[f"{name} {side}"]):
            found[code] = sign * number(amount)
    return found


def day(text):
    return datetime.strptime(text, "%d.%m.%Y").replace(hour=10)


class TestExampleMonth(BookingCase):
    def write(self, channel):
        """Make the receipts of the page; return them by number."""
        receipts = {}
        for row in table("Beleg | Tag"):
            invoice = re.search(r"zu (10\d)", row["Inhalt"])
            kind = "partial_refund" if "Teilerstattung" in row["Inhalt"] else KINDS[row["Beleg"][0]]
            rate = float(re.search(r"\((\d+) %\)", row["Inhalt"])[1])
            linked = invoice and receipts[f"R-DE-123456789-2026-{invoice[1]}"]
            receipt = self.receipt(
                kind,
                parts=((abs(number(row["brutto"])), rate),),
                linked=linked,
                channel=channel,
                number=row["Beleg"],
                created_on=day(row["Tag"]),
                shipment_date=day(row["Versand"]) if row["Versand"] else False,
                order_number=linked.order_number if linked else f"b{row['Beleg'][-3:]}",
            )
            told = tuple(abs(number(row[name])) for name in ("netto", "Steuer"))
            self.assertEqual((receipt.amount_net, receipt.amount_tax), told)
            receipts[row["Beleg"]] = receipt
        return receipts

    def load(self, channel):
        """Import the statement of the page; return its lines."""
        rows = [f"31.03.2026;{row['Zeile']};{row['Auftrag']};{row['Betrag']}" for row in table("Zeile")]
        text = "\n".join(["Datum;Transaktionstyp;Bestellnummer;Betrag", *rows])
        wizard = self.env["otto.statement.import"].create(
            {"channel_id": channel.id, "file": base64.b64encode(text.encode()), "file_name": "Kontoauszug.csv"}
        )
        return self.env["account.bank.statement.line"].search(wizard.action_import()["domain"], order="id")

    def test_r31_the_example_month_of_the_tax_advisers_page_in_both_charts(self):
        for chart in CHARTS:
            with self.subTest(chart=chart):
                channel = self.channel_of(chart)
                receipts = self.write(channel)
                self.book(channel)
                rows = table("Buchung")
                self.assertEqual({row["Buchung"] for row in rows}, set(receipts))
                for row in rows:
                    self.assertEqual(self.balances(receipts[row["Buchung"]].move_id), sides(row, chart), row)
                lines = self.load(channel)
                for line, row in zip(lines, table("Zeile"), strict=True):
                    self.assertEqual(line.otto_state, "matched", row)
                    self.assertEqual(self.balances(line.move_id), sides(row, chart), row)
                self.assert_month(channel, chart, self.booked(channel) | lines.move_id)
                self.assert_later(receipts)

    def assert_month(self, channel, chart, moves):
        """The balances of March, and what the tax report of March says."""
        march = moves.filtered(lambda move: move.date <= date(2026, 3, 31))
        name = chart.removeprefix("de_").upper()
        self.assertEqual(
            self.balances(march), {row[name]: number(row["Saldo"]) for row in table("Konto") if row["Saldo"]}
        )
        text = re.sub(r"\s+", " ", PAGE.read_text())
        told = re.search(
            r"für März: ([\d,]+) zu 19 % mit ([\d,]+) \(Kennzahl 81\), ([\d,]+) zu 7 % mit ([\d,]+) \(Kennzahl 86\), "
            r"Vorsteuer ([\d,]+) \(Kennzahl 66\)",
            text,
        )
        report = self.report(march)
        boxes = ("81_BASE", "81_TAX", "86_BASE", "86_TAX")
        self.assertEqual([report[box] for box in boxes], [number(part) for part in told.groups()[:4]])
        self.assertEqual(-report["66"], number(told[5]))
        by_supply = defaultdict(float)
        for move in moves.filtered(lambda move: move.otto_receipt_id and move.delivery_date <= date(2026, 3, 31)):
            for box, amount in self.report(move).items():
                by_supply[box] += amount
        told = re.search(r"Voranmeldung für März: ([\d,]+) und ([\d,]+)\.", text)
        self.assertEqual([round(by_supply[box], 2) for box in boxes[:2]], [number(part) for part in told.groups()])

    def assert_later(self, receipts):
        """The parcel of the last day is booked on the day of its receipt, with the day of shipment beside it."""
        move = receipts["R-DE-123456789-2026-103"].move_id
        self.assertEqual((move.date, move.delivery_date), (date(2026, 4, 1), date(2026, 3, 31)))
        self.assertEqual(move.date - move.delivery_date, timedelta(days=1))
