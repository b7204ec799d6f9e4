"""From 19.0.1.1.0: numbers that people type are questioned; those that were entered before are taken as they are."""


def migrate(cr, _version):
    """Called by Odoo after the update of an installed add-on."""
    cr.execute("UPDATE otto_parcel SET number_checked = TRUE")
