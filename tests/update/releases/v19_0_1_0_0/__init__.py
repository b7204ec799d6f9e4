"""Two shops as 19.0.1.0.0 keeps them, which landed twice: whatever its tables can hold is in there.

It knew orders, shipping and stock; what it has in common with 19.0.1.1.0 is made as there.
"""

from sandbox.running import RunningSandbox

from ..v19_0_1_1_0 import orders
from ..v19_0_1_1_0.settings import people
from . import rarities, settings
from .shop import Shop


def build(env, addresses: list[tuple[str, str]]) -> None:
    """Fill a database in which both add-ons are installed.

    :param addresses: OTTO's and DHL's address of each of the two accounts
    """
    first, second = (RunningSandbox(*pair, 0) for pair in addresses)
    people(env)
    mine = Shop(env, first, settings.first_channel(env, first))
    other = Shop(env, second, settings.second_channel(env, second))
    for shop in (mine, other):
        shop.stock_products(settings.made_products(env, shop))
    orders.told(mine, stopped_state="refused")
    orders.told_by_hand(other)
    orders.otto_changes(mine)
    due(mine)
    orders.due_by_hand(other)
    for shop in (mine, other):
        for flow in ("orders", "stock"):
            shop.run(flow)
    rarities.build(env, mine.channel)
    settings.people_settings(env, mine.channel)
    env.cr.commit()


def due(shop) -> None:
    """Orders that OTTO is to be told of when the update comes, and those that wait for something."""
    to_send, waiting, to_cancel = (shop.order(10 + place) for place in range(3))
    shop.rows(shop.order(15), "shipment")
    for order in (to_send, waiting):
        shop.validate(order)
    waiting.otto_parcel_ids.filtered(lambda parcel: parcel.type == "return").unlink()
    to_cancel.action_cancel()
    shop.env.cr.commit()
    states = [order.otto_outbound_state for order in (to_send, waiting, to_cancel)]
    assert states == ["to_send", "waiting", "to_cancel"], states
