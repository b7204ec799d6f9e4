"""From 19.0.1.0.0: channels get the flows of articles and prices; what products articles had stays as it was."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, _version):
    """Called by Odoo after the update of an installed add-on."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["otto.channel"].with_context(active_test=False).search([])._ensure_flows()
    # Who chose these products, a rule or a person, was not noted; a person's choice is never overwritten.
    cr.execute("UPDATE otto_listing SET match = 'manual' WHERE product_id IS NOT NULL AND match = 'none'")
    # The key of the comparison's issue was a text in the language of the time.
    cr.execute(
        "UPDATE otto_issue SET external_id = 'comparison' "
        "WHERE kind = 'stock' AND state = 'open' AND external_id IN ('Comparison', 'Vergleich')"
    )
    # Negative ones offered more than there was; now they are refused.
    for table in ("otto_channel", "otto_listing"):
        for column in ("safety_stock", "max_quantity"):
            cr.execute(SQL("UPDATE %(table)s SET %(column)s = 0 WHERE %(column)s < 0", **_names(table, column)))


def _names(table, column):
    return {"table": SQL.identifier(table), "column": SQL.identifier(column)}
