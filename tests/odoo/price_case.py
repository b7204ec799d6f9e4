"""A channel with articles and a pricelist whose prices are OTTO's."""

from contextlib import contextmanager
from unittest.mock import patch

from tests.harness import OttoCase
from tests.odoo.catalogue_case import ShortRuns


class PriceCase(ShortRuns, OttoCase):
    def setUp(self):
        super().setUp()
        self.run_flow("catalogue")
        self.sku = self.articles[0]["sku"]
        self.listing = self.channel.listing_ids.filtered(lambda row: row.sku == self.sku)
        self.product = self.listing.product_id
        self.pricelist = self.env["product.pricelist"].create({"name": "OTTO"})
        self.tax = self.channel._tax_of_rate(19.0)
        for listing in self.channel.listing_ids:
            listing.product_id.write({"list_price": listing.price, "taxes_id": [(6, 0, self.tax.ids)]})
        self.sandbox.clear_requests()

    def send(self, **channel):
        self.channel.write({"send_prices": True, "pricelist_id": self.pricelist.id, **channel})
        sync = self.run_flow("prices")
        self.assertFalse(sync.last_error)
        self.sandbox.advance(5)
        self.run_flow("prices")

    def held(self, sku=None):
        return self.sandbox.articles()[sku or self.sku]

    def posted(self):
        return [
            row for row in self.sandbox.requests() if (row["method"], row["path"]) == ("POST", "/v5/products/prices")
        ]

    def under_way(self):
        """Let OTTO have a new price of the article that it has not worked off yet."""
        self.product.list_price = 12.34
        self.channel.write({"send_prices": True, "pricelist_id": self.pricelist.id})
        self.assertFalse(self.run_flow("prices").last_error)
        self.assertTrue(self.listing.price_task)

    @contextmanager
    def otto_says(self, **answers):
        """Let the channel's client have other methods."""
        original = type(self.channel)._otto_client

        def client_of(channel, *scopes):
            client = original(channel, *scopes)
            vars(client).update(answers)
            return client

        with patch.object(type(self.channel), "_otto_client", client_of):
            yield

    def issue(self):
        """Return the open issue about the article's price."""
        return self.open_issues("price").filtered(lambda issue: issue.external_id == self.sku)
