"""From 19.0.1.1.0: stock waits for *Go Live*; channels that were there before are live, nothing changes for them."""

# It did not read OTTO's articles: it sent the stock of those that were sold, and of no others.
KNEW_SOLD_ARTICLES_ONLY = "19.0.1.0.0"


def migrate(cr, version):
    """Called by Odoo after the update of an installed add-on.

    :param version: the version that was installed before
    """
    cr.execute("UPDATE otto_channel SET stock_live = TRUE, stock_known_only = %s", [version == KNEW_SOLD_ARTICLES_ONLY])
