"""From 19.0.1.1.0: channels that work have read what was open; only new ones read all of it."""


def migrate(cr, _version):
    """Called by Odoo after the update of an installed add-on."""
    note_reading(cr)
    note_totals(cr)


def note_reading(cr):
    """Note when the orders were read last."""
    cr.execute(
        """
        UPDATE otto_sync SET open_read_on = COALESCE(cursor, last_success)
         WHERE flow = 'orders' AND open_read_on IS NULL AND (cursor IS NOT NULL OR last_success IS NOT NULL)
        """
    )


def note_totals(cr):
    """Note OTTO's total of orders from before it was kept (19.0.1.0.0): the order's, unless it was marked then.

    Without it, such an order would be marked as differing by the next change of whatever its total hangs on (R18).
    """
    cr.execute(
        """
        UPDATE sale_order SET otto_total = amount_total
         WHERE otto_channel_id IS NOT NULL AND otto_total IS NULL AND otto_total_differs IS NOT TRUE
           AND state != 'cancel'
        """
    )
