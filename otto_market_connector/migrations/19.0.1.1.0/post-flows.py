"""From 19.0.1.0.0: channels get the flows of articles and prices; what products articles had stays as it was."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Called by Odoo after the update of an installed add-on."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["otto.channel"].with_context(active_test=False).search([])._ensure_flows()
    # Who chose these products, a rule or a person, was not noted; a person's choice is never overwritten.
    cr.execute("UPDATE otto_listing SET match = 'manual' WHERE product_id IS NOT NULL AND match = 'none'")
