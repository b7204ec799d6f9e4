"""`make bench`: all benchmarks; `python -m bench orders_in` runs one. Exit code 1 when a budget is not kept."""

import importlib
import sys

from dev.console import run_main

ALL = ("orders_in", "orders_growth", "shipping", "articles_in", "stock_out", "receipts_booked", "overview")


def main() -> int:
    """Run the benchmarks that the command line names, or all."""
    kept = {name: importlib.import_module(f"bench.{name}").main() for name in sys.argv[1:] or ALL}
    for name, good in kept.items():
        print(f"  {name}: {'within its budget' if good else 'BUDGET NOT KEPT'}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    run_main(main)
