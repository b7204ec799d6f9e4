"""The log of requests: only while it is on, without anything that leads to a customer, removed after a week."""

import contextlib
import io
from datetime import timedelta

from odoo import fields
from odoo.addons.otto_market_connector.models.core.otto_request import masked
from odoo.addons.otto_market_connector.otto_api import OttoUnavailable
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from tests.harness import OttoCase


class TestRequests(OttoCase):
    def test_nothing_is_logged_while_it_is_off(self):
        self.import_orders()
        self.assertFalse(self.env["otto.request"].search([]))
        self.channel.log_until = fields.Datetime.now() - timedelta(seconds=1)
        self.import_orders()
        self.assertFalse(self.env["otto.request"].search([]))

    def test_an_hour_is_logged_without_contents(self):
        self.channel.action_log_requests()
        left = self.channel.log_until - fields.Datetime.now()
        self.assertTrue(timedelta(minutes=59) < left <= timedelta(hours=1))
        order = self.import_orders()
        self.validate(order)
        self.run_flow("fulfilment")
        self.sandbox.fault("status", "/v4/orders", status=500, times=None)
        with self.own_cursor() as env:
            client = self.channel.with_env(env)._otto_client()
            # Odoo's assertRaises would roll back what the log has committed.
            with contextlib.suppress(OttoUnavailable):
                client.order(order.otto_order_id)
                self.fail("OTTO did answer")
        rows = self.env["otto.request"].search([])
        self.assertLessEqual({"GET", "POST"}, set(rows.mapped("method")))
        self.assertLessEqual({200, 201, 500}, set(rows.mapped("status")))
        self.assertLessEqual({"/v4/orders", "/v4/orders/…", "/v1/shipments"}, set(rows.mapped("path")))
        kept = io.StringIO()
        print(rows.read(), file=kept)
        for word in (order.otto_order_number, order.otto_order_id, "sandbox-secret", order.partner_id.name):
            self.assertNotIn(word, kept.getvalue())
        self.assertTrue(all(row.duration >= 0 for row in rows))
        self.channel.action_stop_log()
        self.sandbox.clear_faults()
        self.import_orders()
        self.assertEqual(self.env["otto.request"].search([]), rows)

    def test_parts_that_name_something_are_masked(self):
        for path, kept in {
            "/v4/orders": "/v4/orders",
            "/v4/orders/bqwxyzabcd": "/v4/orders/…",
            "/v4/orders/x/positionItems/a,b/cancellation": "/v4/orders/…/positionItems/…/cancellation",
            "/v1/shipments/carriers/DHL/trackingnumbers/0034": "/v1/shipments/carriers/…/trackingnumbers/…",
            "/v1/availability/quantities/Tisch": "/v1/availability/quantities/…",
            "/v5/products/update-tasks/7/failed?page=2": "/v5/products/update-tasks/…/failed",
        }.items():
            self.assertEqual(masked(path), kept)

    def test_the_log_is_for_administrators_and_ends_after_a_week(self):
        rows = self.env["otto.request"].create(
            [
                {"channel_id": self.channel.id, "method": "GET", "path": "/", "moment": fields.Datetime.now() - age}
                for age in (timedelta(days=8), timedelta(days=6))
            ]
        )
        user = new_test_user(self.env, "otto_user", "otto_market_connector.group_otto_user")
        with self.assertRaises(AccessError):
            rows.with_user(user).read(["path"])
        with self.assertRaises(AccessError):
            self.channel.with_user(user).action_log_requests()
        self.env["otto.request"]._gc_requests()
        self.assertEqual(rows.exists(), rows[1])
