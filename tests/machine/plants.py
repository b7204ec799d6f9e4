"""Rules broken on purpose, to see that the machine finds it: `MACHINE_PLANT=announced make test ARGS="…"`."""

from unittest.mock import patch

from odoo.tools import SQL


def _announced(env):
    """R6: pieces that OTTO has sold, but not released, are offered again."""
    nothing = SQL("SELECT NULL::int AS product_id, 0::float8 AS pieces WHERE FALSE")
    return patch.object(env.registry["otto.stock.available"], "_waiting_query", lambda _self: nothing)


def _cancelled(env):
    """R15: OTTO does not learn what is cancelled here."""
    orders = env.registry["sale.order"]
    tell = orders._otto_update_report_state

    def tell_other_things(self, state, **noted):
        return self.browse() if state == "to_cancel" else tell(self, state, **noted)

    return patch.object(orders, "_otto_update_report_state", tell_other_things)


PLANTS = {"announced": _announced, "cancelled": _cancelled}
