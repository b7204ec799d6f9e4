"""`make demo`: Odoo with both add-ons, connected to an OTTO Market and a DHL on localhost, until Ctrl-C."""

import time

from dev import database, environment, postgres, rpc
from dev.console import box, run_main, step
from dev.servers import Processes, check_port_free, wait_for_ctrl_c
from dev.settings import DEMO_DB, port


def main() -> None:
    """Bring everything up, import the first orders, tell the person where to click, and wait."""
    start = time.monotonic()
    ports = {name: port(name) for name in ("ODOO_PORT", "OTTO_PORT", "DHL_PORT")}
    for name, number in ports.items():
        check_port_free(number, name)
    with Processes() as processes:
        with step("PostgreSQL"):
            postgres.start()
            database.write_config()
        with step("OTTO Market and DHL (the sandbox)"):
            otto_url = processes.sandbox(ports["OTTO_PORT"], ports["DHL_PORT"], orders=25, articles=50)
        odoo_url = f"http://localhost:{ports['ODOO_PORT']}"
        with step("Database with both add-ons, a channel, a carrier, 50 articles with stock"):
            environment.make(
                DEMO_DB, otto_url, f"http://localhost:{ports['DHL_PORT']}", odoo_url, unmatched_articles=True
            )
        with step("Odoo"):
            processes.odoo(DEMO_DB, ports["ODOO_PORT"])
        client = rpc.Client(odoo_url, DEMO_DB)
        with step("Reading OTTO's articles"):
            client.run_flow("catalogue")
        with step("Importing orders"):
            client.run_flow("orders")
            orders = client.call("sale.order", "search_count", [[("otto_channel_id", "!=", False)]])
        print(f"\nReady after {time.monotonic() - start:.0f} s.")
        box(
            [
                f"Odoo             {odoo_url}   (login admin, password admin)",
                f"OTTO Market      {otto_url}",
                f"DHL              http://localhost:{ports['DHL_PORT']}",
                "",
                f"{orders} orders are imported. First click: Sales, OTTO Orders, open one,",
                "Delivery, Validate; then look at its tab Shipping.",
                "Two articles wait for a person: Configuration, OTTO Market, Articles on OTTO.",
                "Ctrl-C stops everything.",
            ]
        )
        wait_for_ctrl_c()
        print("\nStopping ...")


if __name__ == "__main__":
    run_main(main)
