"""R31: OTTO's account statement as a file: headers of both languages, forms of numbers and dates, what is refused."""

import importlib
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

# The folder without its package, which needs Odoo.
package = ModuleType("otto_statement")
package.__path__ = [str(Path(__file__).parents[2] / "otto_market_connector" / "models" / "receipts")]
sys.modules["otto_statement"] = package
statement_file = importlib.import_module("otto_statement.statement_file")
FileProblem, read = statement_file.FileProblem, statement_file.read_statement


def file(*rows, header="Datum;Typ;Betrag"):
    return "\n".join((header, *rows)).encode()


def amounts(*texts, header="Datum;Typ;Betrag"):
    rows = (f'"31.03.2026";"SERVICE";"{text}"' for text in texts)
    return [entry.amount for entry in read(file(*rows, header=header)).entries]


def refused(content, *args):
    with pytest.raises(FileProblem) as caught:
        read(content, *args)
    return caught.value


@pytest.mark.parametrize(
    "date_word", ["Buchungsdatum", "BUCHUNGSTAG", "Datum", " datum ", "Booking Date", "booking_date"]
)
@pytest.mark.parametrize("type_word", ["Transaktionstyp", "Transaktionsart", "Art", "Transaction Type", "type"])
@pytest.mark.parametrize(
    "amount_word", ["Betrag", "Betrag (EUR)", "Betrag in €", "Betrag EUR", "Amount", "AMOUNT (EUR)"]
)
def test_headers_of_both_languages(date_word, type_word, amount_word):
    [entry] = read(file("31.03.2026;Partner Payout;-1,50", header=f"{date_word};{type_word};{amount_word}")).entries
    assert (entry.day, entry.type, entry.amount) == (date(2026, 3, 31), "PARTNER_PAYOUT", Decimal("-1.50"))


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_delimiter_and_coding(delimiter, coding):
    rows = [["Datum", "Typ", "Bestellnummer", "Währung", "Betrag"], ["31.03.2026", "SERVICE", "bÄ1", "EUR", '"1,50"']]
    [entry] = read("\r\n".join(delimiter.join(row) for row in rows).encode(coding)).entries
    assert (entry.order, entry.currency, entry.amount) == ("bÄ1", "EUR", Decimal("1.50"))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1.234,56", "5"], ["1234.56", "5"]),
        (["1,234.56", "-5.00"], ["1234.56", "-5.00"]),
        (["1.234.567", "1,5"], ["1234567", "1.5"]),
        (["5,00-", "+6,00", "−7,00", "(8,00)"], ["-5.00", "6.00", "-7.00", "-8.00"]),
        (["5,00 €", "EUR 6,00", "1 234,56"], ["5.00", "6.00", "1234.56"]),
        (["1.234", "0,50"], ["1234", "0.50"]),
        (["1,234", "0.50"], ["1234", "0.50"]),
        (["12"], ["12"]),
    ],
)
def test_the_decimal_sign_is_the_one_that_all_amounts_show(texts, expected):
    assert amounts(*texts) == [Decimal(each) for each in expected]


@pytest.mark.parametrize("texts", [["1.234"], ["1,234", "5"], ["1,50", "1.50"], ["1.234,50", "1,234.50"]])
def test_a_decimal_sign_that_is_not_clear_is_refused(texts):
    content = file(*(f'31.03.2026;SERVICE;"{text}"' for text in texts))
    assert refused(content).key == "decimals"


def test_a_mapping_says_the_decimal_sign():
    columns = {"date": "Datum", "type": "Typ", "amount": "Betrag"}
    content = file("31.03.2026;SERVICE;1.234")
    assert read(content, columns, "comma").entries[0].amount == 1234
    assert refused(content, columns, "dot").found == ["2: 1.234"]


@pytest.mark.parametrize("text", ["", "x", "NaN", "1e5", "1,2,3", "--5", "9" * 20, "1,234567"])
def test_one_amount_that_cannot_be_read_refuses_the_file(text):
    problem = refused(file("31.03.2026;SERVICE;5,00", f"31.03.2026;SERVICE;{text}"))
    assert problem.key in ("lines", "decimals")
    if problem.key == "lines":
        assert problem.found[0].startswith("3: ")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["31.03.2026", "01.04.2026"], date(2026, 3, 31)),
        (["2026-03-31"], date(2026, 3, 31)),
        (["2026-03-31T10:00:00Z"], date(2026, 3, 31)),
        (["31.03.2026 10:15"], date(2026, 3, 31)),
        (["31.03.26"], date(2026, 3, 31)),
        (["31/03/2026", "01/04/2026"], date(2026, 3, 31)),
        (["03/31/2026", "04/01/2026"], date(2026, 3, 31)),
    ],
)
def test_forms_of_dates(texts, expected):
    assert read(file(*(f"{text};SERVICE;1,00" for text in texts))).entries[0].day == expected


@pytest.mark.parametrize(
    "texts", [["01/02/2026"], ["gestern"], ["31.02.2026"], ["31.03.2026", "2026-03-31"], ["01.01.0001"]]
)
def test_dates_that_are_not_clear_are_refused(texts):
    assert refused(file(*(f"{text};SERVICE;1,00" for text in texts))).key == "dates"


def test_day_and_month_are_told_by_the_mapping():
    columns = {"date": "Datum", "type": "Typ", "amount": "Betrag"}
    assert read(file("01/02/2026;SERVICE;1,00"), columns, "auto", "%m/%d/%Y").entries[0].day == date(2026, 1, 2)


def test_debits_and_credits_in_two_columns():
    entries = read(file("31.03.2026;SERVICE;5,00;", "31.03.2026;PAY_IN;;6,00", header="Datum;Typ;Soll;Haben")).entries
    assert [entry.amount for entry in entries] == [Decimal("-5.00"), Decimal("6.00")]
    assert refused(file("31.03.2026;SERVICE;;", header="Datum;Typ;Soll;Haben")).key == "lines"


def signed(header, *rows):
    """Return the amounts of rows whose first cells are the same."""
    content = file(*(f"31.03.2026;SERVICE;{row}" for row in rows), header=f"Datum;Typ;{header}")
    return [entry.amount for entry in read(content).entries]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["5,00;", "6,00;", "-7,00;", ";8,00"], ["-5", "-6", "7", "8"]),
        (["-5,00;", "-6,00;", "7,00;", ";8,00"], ["-5", "-6", "7", "8"]),
        ([";5,00", ";6,00", ";-7,00"], ["5", "6", "-7"]),
        (["-5,00;0,00", "0,00;8,00"], ["-5", "8"]),
        (["-5,00;", "-6,00;"], ["-5", "-6"]),
    ],
)
def test_a_reversal_among_debits_or_credits_is_no_second_one(rows, expected):
    assert signed("Soll;Haben", *rows) == [Decimal(each) for each in expected]


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        (["5,00;", "-5,00;"], "signs"),
        ([";5,00", ";-5,00"], "signs"),
        ([";-5,00", ";-6,00"], "signs"),
        (["5,00;6,00"], "lines"),
        (["x;", "5,00;"], "lines"),
    ],
)
def test_debits_and_credits_that_are_not_clear_are_refused(rows, key):
    content = file(*(f"31.03.2026;SERVICE;{row}" for row in rows), header="Datum;Typ;Soll;Haben")
    assert refused(content).key == key


@pytest.mark.parametrize(
    "header",
    ["S/H", "Soll/Haben", "Debit/Credit", "D/C", "Vorzeichen", "Soll-/Haben-Kennzeichen", "C/D", "Dr./Cr.", "Sign"],
)
@pytest.mark.parametrize(
    ("debit", "credit"), [("S", "H"), ("Soll", "Haben"), ("D", "C"), ("Debit", "CREDIT"), ("-", "+"), ("Dr.", "Cr.")]
)
def test_a_sign_in_a_column_of_its_own_is_read(header, debit, credit):
    assert signed(f"Betrag;{header}", f"5,00;{debit}", f"6,00;{credit}") == [-5, 6]
    assert signed(f"Betrag;{header}", f"-5,00;{debit}", f"6,00;{credit}") == [-5, 6]
    assert signed(f"Soll;Haben;{header}", f"5,00;;{debit}", f";6,00;{credit}") == [-5, 6]
    # Also by a mapping that was made without it.
    content = file(f"31.03.2026;SERVICE;5,00;{debit}", header=f"Datum;Typ;Betrag;{header}")
    assert read(content, {"date": "Datum", "type": "Typ", "amount": "Betrag"}).entries[0].amount == -5


@pytest.mark.parametrize(
    ("header", "rows", "key"),
    [
        ("Betrag;S/H", ["5,00;", "6,00;H"], "lines"),
        ("Betrag;S/H", ["5,00;X"], "lines"),
        ("Betrag;S/H", ["-5,00;H", "6,00;S"], "signs"),
        ("Betrag;S/H", ["-5,00;S", "6,00;S"], "signs"),
        ("Soll;Haben;S/H", [";6,00;S"], "signs"),
    ],
)
def test_a_sign_that_is_not_clear_is_refused(header, rows, key):
    content = file(*(f"31.03.2026;SERVICE;{row}" for row in rows), header=f"Datum;Typ;{header}")
    assert refused(content).key == key


@pytest.mark.parametrize(
    ("header", "role"),
    [
        *(
            (word, "order")
            for word in ("Bestellnr.", "Bestell-ID", "Auftragsnr", "Bestell-Nr.", "Order No.", "OrderID")
        ),
        *((word, "reference") for word in ("Belegnr", "Beleg-Nr.", "Receipt No.", "Transaktionsnr.", "Beleg-ID")),
    ],
)
def test_more_ways_to_write_a_header(header, role):
    statement = read(file("31.03.2026;SERVICE;x1;1,00", header=f"Datum;Typ;{header};Betrag"))
    assert getattr(statement.entries[0], role) == "x1"
    assert statement.columns[role] == header
    assert statement.headers == ("Datum", "Typ", header, "Betrag")


def test_what_stands_above_and_below_the_lines():
    content = b"Kontoauszug\nHaendler;Muster\n\n" + file("31.03.2026;SERVICE;-1,00", "", ";;-1,00", "Summe;;")
    statement = read(content)
    assert (len(statement.entries), statement.left_out) == (1, 2)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "no_header"),
        (b"a;b;c\n1;2;3\n", "no_header"),
        (b"Datum;Betrag\n31.03.2026;1,00\n", "no_header"),
        (b"Datum;Typ;Betrag\n", "empty"),
        (b"Datum;Typ;Betrag;Betrag\n31.03.2026;A;1,00;2,00\n", "twice"),
        (b"PK\x03\x04", "no_text"),
        (b"%PDF-1.4", "no_text"),
        (b"\xff\xfea", "no_text"),
        (b"Datum;Typ;Betrag\n31.03.2026;;1,00\n", "lines"),
        (b"Datum;Typ;Betrag\n;SERVICE;1,00\n31.03.2026;SERVICE;1,00\n", "lines"),
        (b'"' + b"x" * 200_000, "no_header"),
    ],
)
def test_what_is_refused(content, key):
    assert refused(content).key == key


def test_unknown_headers_are_told():
    assert refused(b"x\nTag;Was ;Wieviel\n1;2;3\n").found == ["Tag", "Was", "Wieviel"]


def test_balances_follow_from_each_other_in_either_order():
    rows = ["01.03.2026;A;-1,00;99,00", "02.03.2026;A;5,00;104,00"]
    header = "Datum;Typ;Betrag;Saldo"
    assert statement_file.chained(read(file(*rows, header=header)).entries) == (100, 104)
    assert statement_file.chained(read(file(*rows[::-1], header=header)).entries) == (100, 104)
    # One that is missing, or a debit that is read as a credit.
    assert refused(file(rows[0], "02.03.2026;A;5,00;1,00", header=header)).key == "balances"
    assert statement_file.chained(read(file(rows[0], "02.03.2026;A;5,00;", header=header)).entries) is None
    assert statement_file.chained(read(file("01.03.2026;A;1,00")).entries) is None
