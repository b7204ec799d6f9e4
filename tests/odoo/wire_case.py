"""OTTO's answers, changed on their way: what no sandbox would say, but somebody's OTTO once did."""

import copy

from odoo.addons.otto_market_connector.otto_api import OttoClient

from tests.harness import OttoCase


class WireCase(OttoCase):
    def alter(self, change):
        """Change each order of OTTO's lists from now on.

        :param change: function of an order's JSON that changes it in place, or returns a list of orders instead
        """
        pages = OttoClient._pages

        def changed(client, path, params):
            for body in pages(client, path, params):
                body = copy.deepcopy(body)
                body["resources"] = [order for entry in body["resources"] for order in (change(entry) or [entry])]
                yield body

        self.patch(OttoClient, "_pages", changed)

    def alter_one(self, otto_id, change):
        """Change one of OTTO's orders from now on; the others stay as they are."""
        self.alter(lambda entry: change(entry) if entry.get("salesOrderId") == otto_id else None)
