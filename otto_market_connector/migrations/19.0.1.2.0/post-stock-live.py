"""From 19.0.1.1.0: stock waits for *Go Live*; channels that were there before are live, nothing changes for them."""


def migrate(cr, _version):
    """Called by Odoo after the update of an installed add-on."""
    cr.execute("UPDATE otto_channel SET stock_live = TRUE")
