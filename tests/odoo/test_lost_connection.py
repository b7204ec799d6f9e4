"""R19, R20: a connection to the database that is lost is nobody's fault: the run ends, and nothing is blamed for it."""

from unittest.mock import patch

import psycopg2

from odoo.addons.otto_market_connector.models.core.concurrency import TRIES

from tests.harness import OttoCase


class TestLostConnection(OttoCase):
    def loses_the_connection(self, flow, model, method):
        """Run a flow whose work meets a closed connection; return how often it was tried."""
        lost = psycopg2.InterfaceError("cursor already closed")
        with (
            patch.object(type(self.env[model]), method, autospec=True, side_effect=lost) as work,
            self.assertRaises(psycopg2.InterfaceError),
        ):
            self.run_flow(flow)
        self.assertFalse(self.env["otto.issue"].search([]))
        return work.call_count

    def test_r20_no_order_is_blamed_for_a_lost_connection(self):
        self.sandbox.make_orders(count=8)
        tried = self.loses_the_connection("orders", "otto.order.mapper", "_create_orders")
        self.assertLessEqual(tried, TRIES)

    def test_r20_no_receipt_is_blamed_for_a_lost_connection(self):
        for otto_id in self.sandbox.make_orders(count=8):
            self.sandbox.act(otto_id, "send")
        self.sandbox.advance(60)
        self.assertEqual(self.loses_the_connection("receipts", "otto.receipt.mapper", "_store"), 1)

    def test_r20_no_article_is_blamed_for_a_lost_connection(self):
        self.assertEqual(self.loses_the_connection("catalogue", "otto.catalogue.mapper", "_take_records"), 1)
