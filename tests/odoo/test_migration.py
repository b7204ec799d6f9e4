"""An update from 19.0.1.0.0 loses nothing and leaves nothing out."""

import importlib.util
from pathlib import Path

import odoo.addons.otto_market_connector as connector
from odoo.addons.otto_market_connector.models.core.write_guard import as_connector

from tests.harness import OttoCase


def run_migration(case, version, name):
    """Run a step of the update to a version in a test's transaction."""
    path = Path(connector.__file__).parent / "migrations" / version / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    case.env.flush_all()
    module.migrate(case.cr, version)
    case.env.invalidate_all()


class TestMigration(OttoCase):
    def migrate(self, name):
        """Run a step of the update."""
        run_migration(self, "19.0.1.1.0", name)

    def test_flows_are_added_and_products_of_articles_stay(self):
        listing = as_connector(self.env["otto.listing"]).create(
            {"channel_id": self.channel.id, "sku": "old", "product_id": self.products[0].id, "match": "none"}
        )
        self.channel.sync_ids.filtered(lambda sync: sync.flow in ("catalogue", "prices")).unlink()
        self.channel.active = False
        issue = self.env["otto.issue"].create(
            {"channel_id": self.channel.id, "kind": "stock", "external_id": "Vergleich", "name": "Drift"}
        )
        self.env.flush_all()
        self.cr.execute("UPDATE otto_listing SET safety_stock = -3")
        self.env.flush_all()
        self.migrate("post-flows")
        self.assertEqual(len(self.channel.sync_ids), len(self.env["otto.sync"]._flows()))
        self.assertFalse(any(self.channel.sync_ids.cron_id.mapped("active")))
        self.assertEqual((listing.match, listing.product_id), ("manual", self.products[0]))
        self.assertEqual((issue.external_id, listing.safety_stock), ("comparison", 0))

    def test_parcels_that_are_to_be_stopped_stay_asked_for(self):
        order = self.import_orders()
        warning = "mail.mail_activity_data_warning"
        stop = order.activity_schedule(warning, summary="Stop this parcel")
        other = order.activity_schedule(warning, note="Exception")
        order._otto_note(otto_stop_parcel=True)
        self.migrate("post-stop-parcel")
        order.action_otto_parcel_stopped()
        self.assertEqual(order.activity_ids, other)
        self.assertFalse(stop.active)
