"""OTTO's account statement as a file: headers of both languages, forms of numbers and dates, what is refused."""

import importlib.util
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "otto_market_connector" / "models" / "receipts" / "statement_file.py"
spec = importlib.util.spec_from_file_location("statement_file", PATH)
statement_file = importlib.util.module_from_spec(spec)
sys.modules["statement_file"] = statement_file
spec.loader.exec_module(statement_file)
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
    assert statement_file.chained(read(file(rows[0], "02.03.2026;A;5,00;1,00", header=header)).entries) is None
    assert statement_file.chained(read(file("01.03.2026;A;1,00")).entries) is None
