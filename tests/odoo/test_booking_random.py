"""R31 with random orders, both charts: OTTO's cents on every account, and the same books however receipts come.

Here a kill is an end at any of the statements that a run has for PostgreSQL: what is not committed is gone, and nothing
of Odoo may hold it up. Processes that are really killed are in `tests/faults/test_booking_crash.py`.
"""

import json
import os
import random
from collections import Counter, defaultdict
from contextlib import contextmanager
from decimal import Decimal
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.addons.otto_market_connector.models.receipts import otto_flow_receipts_booking as booking
from odoo.addons.otto_market_connector.otto_api.parse_receipts import receipt_page
from odoo.sql_db import Cursor

from tests.odoo.booking_case import BookingCase
from tests.random_receipts import Maker, cents, worth

RANDOM = settings(
    phases=(Phase.generate,),  # an example through Odoo takes seconds: no shrinking
    max_examples=int(os.environ.get("BOOKING_EXAMPLES", "25")),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
# Of two orders each. Of bits: for an integer, hypothesis reads all of Odoo's source first, in search of constants.
SEEDS = st.tuples(*[st.booleans()] * 20).map(lambda bits: sum(bit << place for place, bit in enumerate(bits)))
# So many runs are killed before one comes to its end.
KILLS = 2
# The debtor's account, then revenue, partial refunds and tax of each rate.
CODES = {
    "de_skr03": ("1410", {19: ("8400", "8720", "1776"), 7: ("8300", "8710", "1771")}),
    "de_skr04": ("1205", {19: ("4400", "4720", "3806"), 7: ("4300", "4710", "3801")}),
}


def expected(body, chart):
    """Return what a receipt of OTTO has to stand on which account with, in cents."""
    debtor, codes = CODES[chart]
    sign = 1 if body["receiptType"] == "PURCHASE" else -1
    accounts = defaultdict(int)
    for row in body["totals"]:
        rate = int(Decimal(row["taxRate"]))
        revenue, reduction, tax = codes[rate]
        gross = cents(row["gross"])
        # Old receipts have no net: half up to cents, as OTTO does.
        net = cents(row["net"]) if "net" in row else round_half_up(Decimal(gross) / (1 + Decimal(rate) / 100))
        accounts[debtor] += sign * gross
        accounts[reduction if body["receiptType"] == "PARTIAL_REFUND" else revenue] -= sign * net
        accounts[tax] -= sign * (gross - net)
    return {code: amount for code, amount in accounts.items() if amount}


def round_half_up(value):
    return int((value + Decimal("0.5")).to_integral_value(rounding="ROUND_FLOOR"))


class Killed(BaseException):
    """The process is gone: no handler of Odoo catches this."""


class Statements:
    """Counts what is told to PostgreSQL, and ends the process before one of it.

    :ivar count: statements so far
    :ivar last: before which one the process ends; never for 0
    """

    def __init__(self):
        self.count = self.last = 0

    @contextmanager
    def counted(self, last=0):
        """Count the statements of this block, and end it before the one with this number."""
        self.count, self.last = 0, last
        execute = Cursor.execute

        def counting(cursor, *args, **options):
            self.count += 1
            if self.count == self.last:
                raise Killed
            return execute(cursor, *args, **options)

        with patch.object(Cursor, "execute", counting):
            yield


@pytest.mark.timeout(1200)
class TestRandomBooking(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.statements = Statements()

    def take(self, channel, bodies, page):
        """Store and book receipts, page by page, as the flow does, each page and batch committed."""
        with self.own_cursor() as env:
            ours = channel.with_env(env)
            row = ours._sync("receipts")
            row._lock()
            for start in range(0, len(bodies), page):
                body = {"resources": bodies[start : start + page]}
                read = receipt_page(body, json.dumps(body))
                self.assertFalse(read.broken)
                row._flow().env["otto.receipt.mapper"]._store(read.receipts)
                row._checkpoint()
                row._flow()._book()

    def take_killed(self, channel, bodies, chance):
        """Take receipts in runs that are killed anywhere, each of which begins anew, until one comes to its end.

        :return: how many runs were killed
        """
        for kill in range(KILLS + 1):
            last = chance.randint(1, self.whole) if kill < KILLS else 0
            try:
                with self.statements.counted(last), patch.object(booking, "BOOK_BATCH", chance.randint(2, 8)):
                    self.take(channel, bodies, chance.randint(3, 12))
                return kill
            except Killed:
                self.env.invalidate_all()
        return KILLS

    def books(self, channel):
        """Return what the books say: each entry's number, day, reference and accounts, and what is reconciled."""
        found = {}
        for move in self.booked(channel):
            debtor = move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
            balances = {code: round(amount * 100) for code, amount in self.balances(move).items()}
            found[move.name] = (move.ref, move.date, move.delivery_date, balances, round(debtor.amount_residual * 100))
        return found

    def assert_right(self, channel, chart, bodies):
        """Compare the books with OTTO's JSON, receipt by receipt, by rate and in all."""
        books = self.books(channel)
        self.assertEqual(set(books), {body["receiptNumber"] for body in bodies})
        for body in bodies:
            self.assertEqual(books[body["receiptNumber"]][3], expected(body, chart), body["receiptNumber"])
        debtor = sum(entry[3].get(CODES[chart][0], 0) for entry in books.values())
        self.assertEqual(debtor, worth(bodies))
        self.assertEqual(sum(entry[4] for entry in books.values()), worth(bodies))
        self.assert_tax_report(channel, chart, bodies)
        self.assert_reconciled(books, bodies)

    def assert_tax_report(self, channel, chart, bodies):
        _debtor, codes = CODES[chart]
        accounts = defaultdict(int)
        for body in bodies:
            for code, amount in expected(body, chart).items():
                accounts[code] -= amount
        boxes = {"81": codes[19], "86": codes[7]}
        wanted = {}
        for box, (revenue, reduction, tax) in boxes.items():
            wanted[f"{box}_BASE"] = accounts[revenue] + accounts[reduction]
            wanted[f"{box}_TAX"] = accounts[tax]
        report = {name: round(amount * 100) for name, amount in self.report(self.booked(channel)).items()}
        self.assertEqual(report, {name: amount for name, amount in wanted.items() if amount})

    def assert_reconciled(self, books, bodies):
        """What an invoice's credit notes took is open nowhere: on the invoice remains what OTTO owes for it."""
        families = defaultdict(list)
        for body in bodies:
            families[body.get("linkedReceiptNumber", body["receiptNumber"])].append(body)
        for number, family in families.items():
            rest = {body["receiptNumber"]: books[body["receiptNumber"]][4] for body in family}
            self.assertEqual(rest.pop(number), worth(family))
            self.assertFalse(any(rest.values()), rest)

    def check(self, chart, seed):
        channel = self.charts[chart]
        chance = random.Random(seed)
        maker = Maker(seed)
        newest_first = sorted(maker.receipts, key=lambda body: body["creationDate"], reverse=True)
        with self.taken_back(channel, chart, maker.receipts) as books, self.statements.counted():
            self.take(channel, newest_first, len(newest_first))
            self.whole = self.statements.count
        shuffled = chance.sample(newest_first, len(newest_first))
        twice = shuffled + chance.sample(shuffled, len(shuffled) // 2)
        with self.taken_back(channel, chart, maker.receipts) as others:
            self.kills[self.take_killed(channel, twice, chance)] += 1
        self.assertEqual(books, others)

    @contextmanager
    def taken_back(self, channel, chart, bodies):
        """Have a block book receipts, look whether the books are right, and take all back; gives them as a dict."""
        books = {}
        with self.cr.savepoint() as savepoint:
            yield books
            self.assert_right(channel, chart, bodies)
            books.update(self.books(channel))
            savepoint.rollback()
        self.env.invalidate_all()

    def check_examples(self, chart, seeds):
        # Made outside of the examples, which are rolled back.
        self.charts = {chart: self.channel_of(chart)}
        self.kills = Counter()

        @RANDOM
        @given(seeds)
        def examples(seed):
            self.check(chart, seed)

        examples()
        # Some runs end before the kill, but not many.
        self.assertGreater(self.kills[KILLS], self.kills[0])

    def test_r31_random_orders_in_skr03_whatever_the_order_of_arrival(self):
        self.check_examples("de_skr03", SEEDS)

    def test_r31_random_orders_in_skr04_whatever_the_order_of_arrival(self):
        self.check_examples("de_skr04", SEEDS)
