"""Command line of the sandbox: `python -m sandbox --help`."""

import argparse
import sys
from dataclasses import fields
from datetime import time

from .server import PortTakenError, run
from .settings import Settings


def time_of_day(text: str) -> str:
    """Return a time of the form 18:00.

    :raises ValueError: it is none
    """
    return time.fromisoformat(text).strftime("%H:%M")


def read_settings(arguments: list[str] | None = None) -> Settings:
    """Return the settings the command line asks for."""
    standard = Settings()
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="OTTO Market and DHL on localhost.")
    add = parser.add_argument
    add("--host", help="address to listen on")
    add("--otto-port", type=int, help="OTTO Market's port; 0 takes a free one")
    add("--dhl-port", type=int, help="DHL's port; 0 takes a free one")
    add("--orders", type=int, help="orders that exist from the start")
    add("--articles", type=int, help="articles of the assortment")
    add("--seed", type=int, help="the same seed makes the same articles, orders and numbers")
    add("--mixed", action="store_true", help="some of the first orders are already sent, returned or cancelled")
    add("--token-seconds", type=int, help="life of OTTO's tokens")
    add("--scopes", type=lambda text: tuple(text.split()), help="scopes the OTTO app holds (blank separated; all)")
    add("--rate-limit", type=int, help="requests of an account in a minute (1200, OTTO's own); 0 for no limit")
    add("--lowers-on-sale", action="store_true", help="OTTO's quantities go down by themselves when orders come")
    add("--cancel-delay", type=float, help="seconds until an accepted cancellation is carried out")
    add("--task-seconds", type=float, help="seconds until OTTO has worked off an update task")
    add("--release-seconds", type=float, help="seconds an order stays announced")
    add("--dhl-token-seconds", type=int, help="life of DHL's tokens")
    add("--dhl-numbers", choices=("production", "sandbox"), help="style of DHL's shipment numbers")
    add("--dhl-schema-errors", choices=("new", "old"), help="how DHL words a breach of its schema")
    add("--dhl-closing", type=time_of_day, help="when DHL closes the day's parcels by itself, e.g. 18:00 (never)")
    add("--history", help="file to which each request of both servers is added as a line of JSON (none)")
    add("--verbose", action="store_true", help="log every request")
    parser.set_defaults(**{field.name: getattr(standard, field.name) for field in fields(Settings)})
    return Settings(**vars(parser.parse_args(arguments)))


def main() -> int:
    """Run the sandbox; the exit code is 1 if a port is taken."""
    try:
        run(read_settings())
    except PortTakenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
