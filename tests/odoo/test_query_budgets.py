"""What a run may cost in queries; more of the same costs the same for each (the figures of `make bench` are of 300)."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.otto_market_connector.models.core.otto_budget import AccountBudget
from odoo.addons.otto_market_connector.models.core.write_guard import CONNECTOR

from tests.harness import OttoCase

# Odoo's own batch takes 46.5 an order of 2 or 3 pieces (`python -m bench orders_in`); a short run has its fixed part.
MOST_AN_ORDER = 50
MOST_A_RECEIPT = 6
MOST_WITHOUT_NEWS = 60


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
