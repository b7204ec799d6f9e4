"""The amounts of OTTO's account statement: decimal sign, debit and credit (facts/otto.md §16). Without Odoo.

What is not sure is refused: a wrong decimal sign makes an amount a hundred times too large, a wrong sign makes a
second debit.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from .statement_words import CREDIT_WORDS, DEBIT_WORDS, FileProblem

MOST_MONEY = Decimal(10) ** 10


def amount_reader(table: Sequence[dict[str, str]], number: Callable[[str], Decimal]) -> Callable:
    """Return what reads a row's amount: signed, of two columns for debit and credit, or with its sign in a third.

    :raises FileProblem: it is not clear which amounts are debits
    """
    if "amount" in table[0]:

        def to_amount(cells: dict[str, str]) -> Decimal:
            return number(cells["amount"])
    else:
        turned = -_normal_sign(table, "debit", number)
        if _normal_sign(table, "credit", number) < 0:
            raise FileProblem("signs", _some(table, "credit"))

        def to_amount(cells: dict[str, str]) -> Decimal:
            credit, debit = (number(cells[role]) if cells[role] else Decimal(0) for role in ("credit", "debit"))
            if (credit and debit) or not (cells["credit"] or cells["debit"]):
                raise ValueError(f"{cells['debit']} {cells['credit']}".strip()[:40] or "?")
            return credit + turned * debit

    return _with_sign(table, to_amount) if "sign" in table[0] else to_amount


def _normal_sign(table: Sequence[dict[str, str]], role: str, number: Callable[[str], Decimal]) -> int:
    """Return which sign the amounts of a column have that are no reversals: 1 or -1; that of most.

    :raises FileProblem: as many have the one as the other
    """
    signs = [amount > 0 for cells in table if (amount := _read(cells[role], number))]
    if signs and signs.count(True) == signs.count(False):
        raise FileProblem("signs", _some(table, role))
    return 1 if signs.count(True) >= signs.count(False) else -1


def _with_sign(table: Sequence[dict[str, str]], to_amount: Callable) -> Callable:
    """Return what reads a row's amount whose sign stands in a column of its own.

    Where amounts have signs as well, both have to say the same in all rows.

    :raises FileProblem: they do not
    """
    read = [(_sign(cells["sign"]), _read(cells, to_amount)) for cells in table]
    is_signed = "amount" not in table[0] or any(amount is not None and amount < 0 for _sign_of_row, amount in read)
    if is_signed and any(sign and amount and (amount > 0) != (sign > 0) for sign, amount in read):
        raise FileProblem("signs", _some(table, "sign"))

    def signed(cells: dict[str, str]) -> Decimal:
        sign, amount = _sign(cells["sign"]), to_amount(cells)
        if amount and not sign:
            raise ValueError(cells["sign"][:40] or "?")
        return amount if is_signed or not amount else sign * amount

    return signed


def _sign(text: str) -> int:
    """Return -1 for a word that means debit, 1 for credit, 0 for any other."""
    word = text.strip().casefold().replace("−", "-").replace("–", "-").rstrip(".")
    return 1 if word in CREDIT_WORDS else -1 if word in DEBIT_WORDS else 0


def _read(cell, reader: Callable) -> Decimal | None:
    """Return an amount; None where there is none, or one that cannot be read, which its row tells."""
    try:
        return reader(cell) if cell else None
    except ValueError:
        return None


def _some(table: Sequence[dict[str, str]], role: str) -> list[str]:
    return sorted({cells[role] for cells in table if cells[role]})[:5]


def _bare(text: str) -> str:
    """Return a number without currency and blanks, its sign in front."""
    bare = re.sub(r"[\s€']|EUR", "", text.upper().replace("−", "-").replace("–", "-"))
    if bare.endswith(("-", "+")):
        bare = bare[-1] + bare[:-1]
    return f"-{bare[1:-1]}" if bare.startswith("(") and bare.endswith(")") else bare


def number_reader(texts: Sequence[str], decimal: str) -> Callable[[str], Decimal]:
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
