"""From 19.0.1.0.0: what asks to stop a parcel has an activity type of its own; nothing else is closed with it."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Called by Odoo after the update of an installed add-on."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    # Odoo's own warnings on orders have no summary.
    env["mail.activity"].search(
        [
            ("res_model", "=", "sale.order"),
            ("res_id", "in", env["sale.order"].search([("otto_stop_parcel", "=", True)]).ids),
            ("activity_type_id", "=", env.ref("mail.mail_activity_data_warning").id),
            ("summary", "!=", False),
        ]
    ).activity_type_id = env.ref("otto_market_connector.mail_activity_type_stop_parcel")
