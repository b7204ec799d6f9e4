"""Two shops as 19.0.1.2.0 keeps them: whatever its tables can hold is in there.

Runs in `odoo shell` with that version's add-ons, so it uses that version's names, whatever they are called today. What
the flows and people do is done by them, against two sandboxes; the rest stands in archived channels (`rarities`).
"""

from sandbox.running import RunningSandbox

from . import orders, rarities, settings, under_way
from .shop import Shop


def build(env, addresses: list[tuple[str, str]]) -> None:
    """Fill a database in which both add-ons are installed.

    :param addresses: OTTO's and DHL's address of each of the two accounts
    """
    first, second = (RunningSandbox(*pair, 0) for pair in addresses)
    settings.people(env)
    mine = Shop(env, first, settings.first_channel(env, first))
    other = Shop(env, second, settings.second_channel(env, second))
    mine.stock_products(settings.made_products(env, mine.channel, mine.articles))
    mine.read_articles()
    other.read_articles()
    other.stock_products(other.found_products())
    orders.told(mine)
    orders.told_by_hand(other)
    orders.otto_changes(mine)
    rarities.unimported(env, mine.channel)
    orders.due(mine)
    orders.due_by_hand(other)
    for shop in (mine, other):
        for flow in ("orders", "stock", "prices"):
            shop.run(flow)
    under_way.waiting_for_otto(mine)
    rarities.build(env, mine.channel, other.channel)
    under_way.people_settings(env, mine.channel)
    under_way.in_the_middle(mine)
    env.cr.commit()
