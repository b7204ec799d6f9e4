"""Everybody who acts in a simulation."""

import threading

from .actors import Actor, Customer, Packer
from .history import History
from .office import Office
from .shops import ACCOUNTS, OFFICE, WAREHOUSE
from .world import World


def people(world: World, history: History, seed: int, over: threading.Event) -> list[Actor]:
    """Return everybody who acts."""
    rest = (world, history, seed, over)
    customers = [Customer(account, *rest) for account in ACCOUNTS]
    return [*customers, *(Packer(login, *rest) for login in WAREHOUSE), Office(OFFICE, *rest)]
