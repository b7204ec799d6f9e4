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
from decimal import Decimal

from .statement_amounts import amount_reader, number_reader
from .statement_words import WORDS, FileProblem

DELIMITERS = ";,\t|"
HEADER_WITHIN = 20
DATES = ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y", "%d-%m-%Y", "%Y/%m/%d")
SLASHED = ("%d/%m/%Y", "%m/%d/%Y")


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
    """A statement that was read: its entries in the order of the file, its columns by role, rows without a date.

    :ivar headers: all headers of the file
    """

    entries: tuple[Entry, ...]
    columns: dict[str, str]
    left_out: int = 0
    headers: tuple[str, ...] = ()


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
        if not set(wanted.values()) <= set(names):
            return {}
        # A mapping that was made without it would turn debits into credits.
        if "sign" not in wanted and (sign := _known(names, "sign", wanted)):
            wanted["sign"] = sign
        return _places(row, names, wanted)
    wanted = {}
    for role in WORDS:
        if known := _known(names, role, wanted):
            wanted[role] = known
    if not {"date", "type"} <= wanted.keys() or not ("amount" in wanted or {"debit", "credit"} <= wanted.keys()):
        return {}
    if "amount" in wanted:
        wanted.pop("debit", None)
        wanted.pop("credit", None)
    return _places(row, names, wanted)


def _known(names: Sequence[str], role: str, wanted: Mapping[str, str]) -> str | None:
    """Return the header among these that a role is known by and no other role has."""
    return next((word for word in WORDS[role] if word in names and word not in wanted.values()), None)


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
    number = number_reader([cells[role] for _place, cells in table for role in roles], decimal)
    day = _day_reader([cells["date"] for _place, cells in table], day_format)
    amount = amount_reader([cells for _place, cells in table], number)
    entries, wrong = [], []
    for place, cells in table:
        try:
            entries.append(_entry(place, cells, number, amount, day))
        except ValueError as error:
            wrong.append(f"{place}: {error}")
    if wrong:
        raise FileProblem("lines", wrong)
    if all(entry.balance is not None for entry in entries) and not chained(entries):
        raise FileProblem("balances")
    headers = {role: rows[header][index].strip() for role, index in columns.items()}
    return Statement(tuple(entries), headers, left_out, tuple(cell.strip() for cell in rows[header] if cell.strip()))


def _entry(place: int, cells: dict[str, str], number: Callable, to_amount: Callable, day: Callable) -> Entry:
    if not cells["type"]:
        raise ValueError("?")
    amount = to_amount(cells)
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
