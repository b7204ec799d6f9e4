"""What a run may cost in queries; more of the same costs the same for each (the figures of `make bench` are of 300)."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.addons.otto_market_connector.models.core.otto_budget import AccountBudget
from odoo.addons.otto_market_connector.models.core.write_guard import CONNECTOR

from tests.harness import OttoCase
from tests.odoo.plans import plans
from tests.odoo.receipts_case import ReceiptsCase

# Odoo's own batch takes 46.5 an order of 2 or 3 pieces (`python -m bench orders_in`); a short run has its fixed part.
MOST_AN_ORDER = 50
MOST_A_RECEIPT = 6
MOST_WITHOUT_NEWS = 60
# Rows that one query of a run without news may read, in a shop with so many more of each record.
MOST_ROWS, COPIES = 200, 5000


class TestQueryBudgets(OttoCase):
    def queries(self, work):
        """Return how many queries a piece of work takes, what it leaves to be written included.

        What asks for leave to send requests has a connection of its own, which the tests put onto this one; it comes by
        time and not by records (`tests/faults/test_pressure.py` counts it).
        """
        apart, cursor = [], AccountBudget._cursor

        @contextmanager
        def counted(budget):
            before = self.cr.sql_log_count
            with cursor(budget) as result:
                yield result
            apart.append(self.cr.sql_log_count - before)

        self.env.flush_all()
        before = self.cr.sql_log_count
        with patch.object(AccountBudget, "_cursor", counted):
            work()
        self.env.flush_all()
        return self.cr.sql_log_count - before - sum(apart)

    def test_r19_an_import_takes_no_more_queries_than_odoo_itself_and_as_many_for_each(self):
        self.import_orders(3, pieces=2)
        few, many = (self.queries(lambda count=count: self.import_orders(count, pieces=2)) for count in (5, 25))
        self.assertLessEqual((many - few) / 20, MOST_AN_ORDER)

    def test_r27_receipts_take_few_queries_for_each_new_one_and_none_for_known_ones(self):
        def read(count):
            for otto_id in self.sandbox.make_orders(count=count, pieces=2):
                self.sandbox.act(otto_id, "send")
            self.run_flow("orders")
            self.sandbox.advance(5)
            return self.queries(lambda: self.run_flow("receipts"))

        self.sandbox.receipt_rules(pdf_seconds=None)
        read(3)
        few, many = read(5), read(25)
        self.assertLessEqual((many - few) / 20, MOST_A_RECEIPT)
        self.env["otto.receipt"].search([]).sudo().with_context(otto_connector=CONNECTOR).pdf_state = "missing"
        nothing = self.queries(lambda: self.run_flow("receipts"))
        self.assertLessEqual(nothing, MOST_WITHOUT_NEWS)

    def test_r6_a_stock_run_without_changes_takes_as_many_queries_for_many_articles(self):
        skus = [article["sku"] for article in self.articles]
        self.env["otto.listing"].create([{"channel_id": self.channel.id, "sku": sku} for sku in skus[:5]])
        self.run_flow("stock")
        few = self.queries(lambda: self.run_flow("stock"))
        self.env["otto.listing"].create([{"channel_id": self.channel.id, "sku": sku} for sku in skus[5:]])
        self.run_flow("stock")
        self.assertLessEqual(self.queries(lambda: self.run_flow("stock")), few + 2)


class TestGrowth(ReceiptsCase):
    """What a run without news reads does not grow with the shop."""

    def grow(self, table, **columns):
        """Copy the rows of a table; texts that are unique get a number at their end.

        :param columns: SQL of columns that a copy has otherwise; `t` is the copied row, `n` the number of the copy
        """
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id'", [table]
        )
        names = [name for (name,) in self.env.cr.fetchall()]
        values = ", ".join(columns.get(name, f't."{name}"') for name in names)
        listed = ", ".join(f'"{name}"' for name in names)
        self.env.cr.execute(
            f'INSERT INTO "{table}" ({listed}) SELECT {values} FROM "{table}" t, generate_series(1, {COPIES}) n'  # noqa: S608
        )
        self.env.cr.execute(f'ANALYZE "{table}"')

    def test_r27_r28_a_run_without_news_reads_few_rows_of_a_big_shop(self):
        self.channel.write({"book_receipts": True, "booking_from": fields.Date.subtract(fields.Date.today(), days=400)})
        self.shipped(pieces=2)
        self.run_flow("receipts")
        self.env.flush_all()
        self.grow("otto_position_item", position_id="t.position_id || n")
        # Half are booked, half are of years in which nothing was booked yet.
        age = "n % 300 + n % 2 * 500"
        self.grow(
            "otto_receipt",
            number="t.number || n",
            created_on=f"t.created_on - ({age}) * INTERVAL '1 day'",
            receipt_date=f"t.receipt_date - ({age})",
            booking_state="CASE n % 2 WHEN 0 THEN 'booked' ELSE 'none' END",
            move_id="NULL",
        )
        self.env.cr.execute(
            """INSERT INTO otto_receipt_line_piece_rel (line_id, piece_id)
                    SELECT r.line_id, c.id FROM otto_receipt_line_piece_rel r
                      JOIN otto_position_item p ON p.id = r.piece_id
                      JOIN otto_position_item c ON c.position_id LIKE p.position_id || '_%'"""
        )
        self.env.cr.execute("ANALYZE otto_receipt_line_piece_rel")
        self.env.invalidate_all()
        with plans(analyze=True) as found:
            self.run_flow("receipts")
        self.assertIn("otto_position_item", " ".join(query for query, _plan in found))
        rows_read = [(scanned(plan), query[:600]) for query, plan in found]
        self.assertFalse([(rows, query) for rows, query in rows_read if rows > MOST_ROWS])


def scanned(plan):
    """Return how many rows a plan of PostgreSQL read from tables and indexes."""
    rows = 0
    if "Scan" in plan["Node Type"]:
        rows = (
            plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        )
        rows *= plan["Actual Loops"]
    return rows + sum(scanned(part) for part in plan.get("Plans", ()))
