"""From 19.0.1.1.0: channels that work have read what was open; only new ones read all of it."""


def migrate(cr, _version):
    """Called by Odoo after the update of an installed add-on."""
    cr.execute(
        """
        UPDATE otto_sync SET open_read_on = COALESCE(cursor, last_success)
         WHERE flow = 'orders' AND open_read_on IS NULL AND (cursor IS NOT NULL OR last_success IS NOT NULL)
        """
    )
