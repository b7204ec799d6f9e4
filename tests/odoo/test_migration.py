"""An update from 19.0.1.0.0 loses nothing and leaves nothing out."""

import importlib.util
from pathlib import Path

import odoo.addons.otto_market_connector as connector

from tests.harness import OttoCase


class TestMigration(OttoCase):
    def test_flows_are_added_and_products_of_articles_stay(self):
        listing = self.env["otto.listing"].create(
            {"channel_id": self.channel.id, "sku": "old", "product_id": self.products[0].id, "match": "none"}
        )
        self.channel.sync_ids.filtered(lambda sync: sync.flow in ("products", "prices")).unlink()
        self.channel.active = False
        issue = self.env["otto.issue"].create(
            {"channel_id": self.channel.id, "kind": "stock", "external_id": "Vergleich", "name": "Drift"}
        )
        self.env.flush_all()
        self.cr.execute("UPDATE otto_listing SET safety_stock = -3")
        self.env.flush_all()
        path = Path(connector.__file__).parent / "migrations" / "19.0.1.1.0" / "post-flows.py"
        spec = importlib.util.spec_from_file_location("post_flows", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(len(self.channel.sync_ids), 5)
        self.assertFalse(any(self.channel.sync_ids.cron_id.mapped("active")))
        self.assertEqual((listing.match, listing.product_id), ("manual", self.products[0]))
        self.assertEqual((issue.external_id, listing.safety_stock), ("comparison", 0))
