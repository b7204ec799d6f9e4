"""From 19.0.1.1.0: processing times are a flow of their own; scheduled actions are named after today's flows."""

from odoo import SUPERUSER_ID, api
from odoo.addons.otto_market_connector.models.core.write_guard import quietly

OLD_NAMES = {"fulfilment": "outbound", "catalogue": "products"}


def migrate(cr, _version):
    """Called by Odoo after the update of an installed add-on."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    channels = quietly(env["otto.channel"].with_context(active_test=False)).search([])
    channels._ensure_flows()
    for sync in channels.sync_ids.filtered(lambda sync: sync.flow in OLD_NAMES):
        # A name that a person gave stays, and so do interval and switch.
        if sync.cron_id.name == f"OTTO {sync.channel_id.name}: {OLD_NAMES[sync.flow]}":
            sync.cron_id.name = sync._cron_values()["name"]
    channels.sync_ids._name_crons()
