"""Reads OTTO's account statement, a CSV file whose columns no public source names (facts/otto.md §16). Without Odoo.

Columns are found by their header, German or English, or by a mapping that a person saved. What is not sure is refused,
never guessed: an amount with the wrong decimal sign would be a hundred times too large.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

# What a column may be, each with its names in the order of preference, as `plain` writes them.
WORDS = {
    "date": (
        "buchungsdatum", "buchungstag", "datum der buchung", "datum", "transaktionsdatum", "wertstellung", "valuta",
        "booking date", "posting date", "date of booking", "transaction date", "date", "value date", "created at",
    ),
    "type": (
        "transaktionstyp", "transaktionsart", "buchungsart", "buchungstyp", "art der buchung", "art der transaktion",
        "vorgangsart", "vorgang", "typ", "art", "transaction type", "booking type", "type of transaction", "type",
    ),
    "amount": (
        "betrag", "buchungsbetrag", "transaktionsbetrag", "betrag brutto", "bruttobetrag", "umsatz", "amount",
        "booking amount", "transaction amount", "gross amount", "amount gross", "value",
    ),
    "debit": ("soll", "betrag soll", "belastung", "debit", "debit amount"),
    "credit": ("haben", "betrag haben", "gutschrift", "credit", "credit amount"),
    "order": (
        "bestellnummer", "auftragsnummer", "bestell nr", "auftrags nr", "otto bestellnummer", "bestellung",
        "order number", "order no", "ordernumber", "order id", "order",
    ),
    "reference": (
        "transaktions id", "transaktionsnummer", "belegnummer", "beleg nr", "rechnungsnummer", "referenz",
        "referenznummer", "transaction id", "receipt number", "invoice number", "document number", "reference",
    ),
    "text": ("verwendungszweck", "buchungstext", "beschreibung", "text", "description", "purpose", "details"),
    "balance": ("saldo", "kontostand", "saldo nach buchung", "balance", "account balance"),
    "currency": ("wahrung", "currency"),
}  # fmt: skip
DELIMITERS = ";,\t|"
HEADER_WITHIN = 20
DATES = ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y", "%d-%m-%Y", "%Y/%m/%d")
SLASHED = ("%d/%m/%Y", "%m/%d/%Y")
MOST_MONEY = Decimal(10) ** 10


class FileProblem(ValueError):
    """Why a file is refused.

    :ivar key: ``no_text``, ``no_header``, ``twice``, ``decimals``, ``dates``, ``lines`` or ``empty``
    :ivar found: the headers that were found, the lines with what is wrong, or values that are not clear
    """

    def __init__(self, key: str, found: Sequence[str] = ()):
        super().__init__(key)
        self.key = key
        self.found = list(found)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the statement; `amount` is positive where OTTO credits the seller.

    :ivar row: its place in the file, from 1
    """

    row: int
    day: date
    type: str
    amount: Decimal
    order: str = ""
    reference: str = ""
    text: str = ""
    balance: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was read: its entries in the order of the file, its columns by role, rows without a date."""

    entries: tuple[Entry, ...]
    columns: dict[str, str]
    left_out: int = 0


def plain(text: str) -> str:
    """Return a header in the form in which headers are compared: small letters, no marks, no currency."""
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    text = "".join(each for each in text if not unicodedata.combining(each))
    text = " ".join(re.findall(r"[a-z0-9]+", text.replace("€", " eur ")))
    return re.sub(r"( in)? eur$", "", text)


def word_of(text: str) -> str:
    """Return a kind of transaction as the table of accounts has it, e.g. ``PARTNER_PAYOUT``."""
    return re.sub(r"[\W_]+", "_", text.strip().upper()).strip("_")


def read_statement(
    content: bytes, mapping: Mapping[str, str] | None = None, decimal: str = "auto", day_format: str = ""
) -> Statement:
    """Read a statement.

    :param mapping: a saved one, role to header; None: the columns are recognised by `WORDS`
    :param decimal: ``auto``, ``comma`` or ``dot``
    :param day_format: as for `strptime`; empty: what all dates of the file fit
    :raises FileProblem: the file is refused
    """
    text = _text(content)
    best: list[str] = []
    for delimiter in DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        except csv.Error:
            continue
        for place, row in enumerate(rows[:HEADER_WITHIN]):
            columns = _columns(row, mapping)
            if columns:
                return _read_rows(rows, place, columns, decimal, day_format)
            filled = [cell.strip() for cell in row if cell.strip()]
            best = filled if len(filled) > len(best) else best
    raise FileProblem("no_header", best)


def _text(content: bytes) -> str:
    for mark, coding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(coding)
            except UnicodeDecodeError:
                raise FileProblem("no_text") from None
    if b"\0" in content or content.startswith((b"PK", b"%PDF")):
        raise FileProblem("no_text")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _columns(row: Sequence[str], mapping: Mapping[str, str] | None) -> dict[str, int]:
    """Return the columns of a header row by role; empty when it is none."""
    names = [plain(cell) for cell in row]
    if mapping is not None:
        wanted = {role: plain(header) for role, header in mapping.items()}
        return _places(row, names, wanted) if set(wanted.values()) <= set(names) else {}
    wanted = {}
    for role, words in WORDS.items():
        known = next((word for word in words if word in names and word not in wanted.values()), None)
        if known:
            wanted[role] = known
    if not {"date", "type"} <= wanted.keys() or not ("amount" in wanted or {"debit", "credit"} <= wanted.keys()):
        return {}
    if "amount" in wanted:
        wanted.pop("debit", None)
        wanted.pop("credit", None)
    return _places(row, names, wanted)


def _places(row: Sequence[str], names: list[str], wanted: Mapping[str, str]) -> dict[str, int]:
    twice = [row[names.index(name)] for name in wanted.values() if names.count(name) > 1]
    if twice:
        raise FileProblem("twice", twice)
    return {role: names.index(name) for role, name in wanted.items()}


def _read_rows(rows: list[list[str]], header: int, columns: dict[str, int], decimal: str, day_format: str) -> Statement:
    """Read what stands below the header; one line that cannot be read refuses the file: sums would be wrong."""
    table, left_out = [], 0
    for place, row in enumerate(rows[header + 1 :], header + 2):
        cells = {role: row[index].strip() if index < len(row) else "" for role, index in columns.items()}
        if not any(cell.strip() for cell in row):
            continue
        if not cells["type"] and not any(each.isdigit() for each in cells["date"]):
            # A sum below the lines.
            left_out += 1
            continue
        table.append((place, cells))
    if not table:
        raise FileProblem("empty")
    roles = [role for role in ("amount", "debit", "credit", "balance") if role in columns]
    number = _number_reader([cells[role] for _place, cells in table for role in roles], decimal)
    day = _day_reader([cells["date"] for _place, cells in table], day_format)
    entries, wrong = [], []
    for place, cells in table:
        try:
            entries.append(_entry(place, cells, number, day))
        except ValueError as error:
            wrong.append(f"{place}: {error}")
    if wrong:
        raise FileProblem("lines", wrong)
    return Statement(tuple(entries), {role: rows[header][index].strip() for role, index in columns.items()}, left_out)


def _entry(place: int, cells: dict[str, str], number: Callable, day: Callable) -> Entry:
    if not cells["type"]:
        raise ValueError("?")
    if "amount" in cells:
        amount = number(cells["amount"])
    elif not cells["debit"] and not cells["credit"]:
        raise ValueError("?")
    else:
        credit, debit = (number(cells[role]) if cells[role] else Decimal(0) for role in ("credit", "debit"))
        amount = abs(credit) - abs(debit)
    return Entry(
        row=place,
        day=day(cells["date"]),
        type=word_of(cells["type"]),
        amount=amount,
        order=cells.get("order", ""),
        reference=cells.get("reference", ""),
        text=cells.get("text", ""),
        balance=number(cells["balance"]) if cells.get("balance") else None,
        currency=cells.get("currency", "").upper(),
    )


def _bare(text: str) -> str:
    """Return a number without currency and blanks, its sign in front."""
    bare = re.sub(r"[\s€']|EUR", "", text.upper().replace("−", "-").replace("–", "-"))
    if bare.endswith(("-", "+")):
        bare = bare[-1] + bare[:-1]
    return f"-{bare[1:-1]}" if bare.startswith("(") and bare.endswith(")") else bare


def _number_reader(texts: Sequence[str], decimal: str) -> Callable[[str], Decimal]:
    """Return what reads the amounts of a file, by the decimal sign that all of them show.

    :raises FileProblem: they show both, or none where it matters
    """
    bare = [_bare(text) for text in texts if text]
    if decimal == "auto":
        signs = {_sign_of(text) for text in bare} - {""}
        unclear = [text for text in bare if re.fullmatch(r"[+-]?\d{1,3}[.,]\d{3}", text)]
        if len(signs) > 1 or (not signs and unclear):
            raise FileProblem("decimals", sorted({*unclear, *bare})[:5])
        mark = signs.pop() if signs else ","
    else:
        mark = "," if decimal == "comma" else "."
    group = "." if mark == "," else ","
    pattern = re.compile(rf"[+-]?(\d+|\d{{1,3}}({re.escape(group)}\d{{3}})+)({re.escape(mark)}\d{{1,2}})?")

    def to_amount(text: str) -> Decimal:
        value = _bare(text)
        if not pattern.fullmatch(value):
            raise ValueError(text[:40] or "?")
        try:
            found = Decimal(value.replace(group, "").replace(mark, "."))
        except InvalidOperation:
            raise ValueError(text[:40]) from None
        if abs(found) > MOST_MONEY:
            raise ValueError(text[:40])
        return found

    return to_amount


def _sign_of(text: str) -> str:
    """Return the decimal sign that a number shows, empty when it shows none for sure."""
    if "," in text and "." in text:
        return max(",.", key=text.rfind)
    if text.count(",") > 1:
        return "."
    if text.count(".") > 1:
        return ","
    match = re.search(r"([.,])\d{1,2}$", text)
    return match[1] if match else ""


def _day_reader(texts: Sequence[str], day_format: str) -> Callable[[str], date]:
    """Return what reads the dates of a file, by the form that all of them have.

    :raises FileProblem: none, or day and month cannot be told from each other
    """
    texts = [text for text in texts if text]
    formats = (day_format,) if day_format else (*DATES, *SLASHED)
    fitting = [each for each in formats if all(_day(text, each) for text in texts)]
    if not fitting or (len(fitting) > 1 and set(fitting) & set(SLASHED)):
        raise FileProblem("dates", sorted(set(texts))[:5])

    def to_day(text: str) -> date:
        found = _day(text, fitting[0])
        if found is None:
            raise ValueError(text[:40] or "?")
        return found

    return to_day


def _day(text: str, form: str) -> date | None:
    """Return a day; a time behind it says nothing for the books."""
    for candidate in (text, re.split(r"[T ]", text)[0]):
        try:
            found = datetime.strptime(candidate, form).date()
        except ValueError:
            continue
        return found if 2000 <= found.year <= 2199 else None
    return None


def chained(entries: Sequence[Entry]) -> tuple[Decimal, Decimal] | None:
    """Return balance before and after the entries, where each balance follows from the one before; else None."""
    if not entries or any(entry.balance is None for entry in entries):
        return None
    for ordered in (entries, entries[::-1]):
        balances = [entry.balance or Decimal(0) for entry in ordered]
        start = balances[0] - ordered[0].amount
        follows = zip([start, *balances], ordered, strict=False)
        if all(before + entry.amount == (entry.balance or Decimal(0)) for before, entry in follows):
            return start, balances[-1]
    return None
