"""R31: which lines of OTTO's statement are known already, by whatever columns they were read."""

import importlib
import random
from datetime import date

import pytest

from tests.unit.test_otto_statement import file, read

keys = importlib.import_module("otto_statement.statement_keys")
WIDE = "Datum;Typ;Bestellnr.;Belegnr;Betrag"
NARROW = "Datum;Typ;Betrag"
ORDERS = "Datum;Typ;Bestellnr.;Betrag"
ENGLISH = "Date;Type;Order No.;Receipt No.;Amount"


def lines(header, *rows):
    """Return lines of a file: each row is (order, reference, amount), all payments of one day."""
    texts = {"order": 0, "reference": 1}
    roles = [
        {"bestellnr": "order", "order no": "order"}.get(keys.plain(each), "reference") for each in header.split(";")
    ]
    body = []
    for row in rows:
        cells = [row[texts[role]] for role in roles[2:-1]]
        body.append(";".join(["31.03.2026", "PAY_IN", *cells, f"{row[2]},00"]))
    return keys.lines_of(read(file(*body, header=header)))


class Shop:
    """What is stored, as the database has it."""

    def __init__(self):
        self.stored = []

    def load(self, read_lines):
        """Import lines; return the places of the new ones."""
        new = keys.new_lines(read_lines, self.stored)
        for place, key in new.items():
            base, _colon, number = key.partition(":")
            details = keys.details_of(keys.stored_details(read_lines[place].details))
            assert base == read_lines[place].base
            self.stored.append(keys.Line(base, details, number=int(number)))
        assert len({(line.base, line.number) for line in self.stored}) == len(self.stored)
        return list(new)


ROWS = [("b1", "r1", 5), ("b2", "r2", 5), ("b2", "r3", 5), ("b4", "r4", 6), ("b1", "r1", 5)]


@pytest.mark.parametrize("first", [WIDE, NARROW, ORDERS, ENGLISH])
@pytest.mark.parametrize("second", [WIDE, NARROW, ORDERS, ENGLISH])
def test_r31_a_line_comes_once_whatever_columns_are_read(first, second):
    shop = Shop()
    assert shop.load(lines(first, *ROWS)) == [0, 1, 2, 3, 4]
    assert shop.load(lines(second, *ROWS)) == []
    assert shop.load(lines(second, *ROWS[::-1])) == []
    # A part of the lines is known as well, and one more of the same is one more.
    assert shop.load(lines(second, *ROWS[:2])) == []
    assert len(shop.load(lines(second, *ROWS, ROWS[0]))) == 1
    assert shop.load(lines(first, *ROWS, ROWS[0])) == []


def test_r31_of_lines_alike_the_one_is_new_that_was_not_there():
    """The last day of a file, of which the next one has more, in another order."""
    shop = Shop()
    shop.load(lines(WIDE, ("b1", "r1", 5), ("b2", "r2", 5)))
    assert shop.load(lines(WIDE, ("b3", "r3", 5), ("b2", "r2", 5), ("b1", "r1", 5))) == [0]
    assert shop.load(lines(ENGLISH, ("b4", "r4", 5), ("b3", "r3", 5), ("b2", "r2", 5), ("b1", "r1", 5))) == [0]
    assert shop.load(lines(ORDERS, ("b1", "", 5), ("b5", "", 5), ("b4", "", 5), ("b2", "", 5), ("b3", "", 5))) == [1]


def test_r31_different_lines_of_a_day_are_not_taken_for_each_other():
    """Two statements that meet within a day have none of each other's lines."""
    shop = Shop()
    shop.load(lines(WIDE, ("b1", "r1", 5)))
    assert shop.load(lines(WIDE, ("b2", "r2", 5))) == [0]
    assert shop.load(lines(WIDE, ("b1", "r9", 5))) == [0]
    # With order and without are two things where the column is read.
    assert shop.load(lines(WIDE, ("", "r8", 5))) == [0]


def test_r31_another_column_may_say_something_else_of_the_same_line():
    """A mapping that takes the transaction's number for the reference, and before it took the receipt's."""
    shop = Shop()
    shop.load(lines(WIDE, *ROWS))
    other = [(order, f"t{place}", amount) for place, (order, _receipt, amount) in enumerate(ROWS)]
    assert shop.load(lines("Datum;Typ;Bestellnr.;Transaktions-ID;Betrag", *other)) == []


def test_r31_keys_of_the_first_version_are_recognised():
    read_lines = lines(WIDE, *ROWS)
    stored = [
        # A person has changed the day of the first since: only the key tells it.
        keys.Line("changed", old_key=read_lines[0].old_key),
        keys.Line(read_lines[1].base, (("order", "", "b2"),), old_key=read_lines[1].old_key),
    ]
    new = keys.new_lines(read_lines, stored)
    assert list(new) == [2, 3, 4]
    # Read with fewer columns then: the old key is another.
    older = [
        keys.Line(line.base, (("order", "", row[0]),), "other") for line, row in zip(read_lines, ROWS, strict=True)
    ]
    assert not keys.new_lines(read_lines, older)
    assert not set(new.values()) & {line.old_key for line in stored}


def test_r31_two_imports_at_once_give_the_same_key_whatever_they_read():
    wide, narrow = (keys.new_lines(lines(header, *ROWS), []) for header in (WIDE, NARROW))
    assert sorted(wide.values()) == sorted(narrow.values())


def test_r31_random_files_that_overlap_bring_each_line_once():
    """Any order, any columns: in the end there is what OTTO has, each as often as in the file that has most."""
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311 no secrets
        otto = [(f"b{chance.randint(1, 4)}", f"r{chance.randint(1, 3)}", chance.randint(5, 6)) for _each in range(12)]
        shop = Shop()
        for until in sorted(chance.randint(1, 12) for _each in range(4)) + [12]:
            rows = chance.sample(otto[:until], until)
            shop.load(lines(chance.choice((WIDE, WIDE, NARROW, ORDERS, ENGLISH)), *rows))
            assert len(shop.stored) == until, (seed, until)


def test_r31_what_every_mapping_reads_makes_the_key():
    assert keys.base_key(date(2026, 3, 31), "PAY_IN", 5.0) == lines(NARROW, ("", "", 5))[0].base
