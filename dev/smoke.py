"""`make smoke`: the main job end to end, unattended, in a database of its own; then both sides are compared.

Exit code 0 only when OTTO, DHL and Odoo hold the same orders, pieces, sums, shipments, return numbers and quantities.
"""

import time
import xmlrpc.client
from decimal import Decimal

from dev import database, postgres, rpc, stand
from dev.console import run_main, step, table
from dev.servers import Processes, free_ports
from dev.settings import SMOKE_DB, Problem

ORDERS = 25
SHIP = 15
ARTICLES = 50
PIECES = 200


def main() -> int:
    """Run the smoke test; return the exit code."""
    start = time.monotonic()
    ports = free_ports(3)
    otto_url, dhl_url, odoo_url = (f"http://localhost:{port}" for port in ports)
    with Processes() as processes:
        with step("PostgreSQL, OTTO Market and DHL"):
            postgres.start()
            database.write_config()
            processes.sandbox(ports[0], ports[1], orders=ORDERS, articles=ARTICLES)
        with step("Database with both add-ons"):
            stand.make(SMOKE_DB, otto_url, dhl_url, odoo_url, pieces=PIECES)
        with step("Odoo"):
            processes.odoo(SMOKE_DB, ports[2])
        client = rpc.Client(odoo_url, SMOKE_DB)
        with step(f"Importing {ORDERS} orders"):
            client.run_flow("orders")
        with step(f"Validating {SHIP} deliveries, cancelling one order"):
            shipped = ship(client, SHIP)
            cancel_one(client)
        with step("Trying to invoice"):
            refused = try_to_invoice(client, shipped[0])
        with step("Telling OTTO what was sent and cancelled"):
            client.run_flow("outbound")
        with step("Sending the stock"):
            client.run_flow("stock")
            time.sleep(3)  # OTTO cancels some seconds after it accepted
        rows = compare(client, stand.sandbox_state(otto_url), stand.sandbox_state(dhl_url))
    rows.append(("refused invoices", refused, 1, "ok" if refused == 1 else "DIFFERENT"))
    print()
    table(rows, ("", "Odoo", "OTTO / DHL", ""))
    equal = all(row[3] == "ok" for row in rows)
    print(f"\n{'Both sides are equal' if equal else 'The two sides differ'}; {time.monotonic() - start:.0f} s.")
    return 0 if equal else 1


def ship(client: rpc.Client, count: int) -> list[int]:
    """Validate the deliveries of the first processable orders; return the orders' ids.

    :raises Problem: when there are too few, or a delivery is not done
    """
    domain = [("otto_status", "=", "processable"), ("state", "=", "sale")]
    orders = client.call("sale.order", "search_read", [domain], fields=["picking_ids", "name"], order="id", limit=count)
    if len(orders) < count:
        raise Problem(f"Only {len(orders)} of {count} orders can be shipped.")
    for order in orders:
        answer = client.call("stock.picking", "button_validate", [order["picking_ids"]])
        state = client.call("stock.picking", "read", [order["picking_ids"]], fields=["state"])
        if [row["state"] for row in state] != ["done"]:
            raise Problem(f"The delivery of {order['name']} is not done: {state}; Odoo answered {answer}.")
    return [order["id"] for order in orders]


def cancel_one(client: rpc.Client) -> list[int]:
    """Cancel the last confirmed order that was not shipped; return its id."""
    domain = [("otto_status", "=", "processable"), ("state", "=", "sale"), ("otto_outbound_state", "=", "none")]
    ids = client.call("sale.order", "search", [domain], order="id desc", limit=1)
    if ids:
        client.call("sale.order", "action_cancel", [ids])
    return ids


def try_to_invoice(client: rpc.Client, order: int) -> int:
    """Try to invoice a shipped order with Odoo's own wizard; return 1 when it is refused in words."""
    wizard = client.call(
        "sale.advance.payment.inv",
        "create",
        [{"sale_order_ids": [(6, 0, [order])], "advance_payment_method": "delivered"}],
    )
    try:
        client.call("sale.advance.payment.inv", "create_invoices", [[wizard]])
    except xmlrpc.client.Fault as fault:
        return int("OTTO" in fault.faultString and "Traceback" not in fault.faultString.splitlines()[-1])
    return 0


def compare(client: rpc.Client, otto: dict, dhl: dict) -> list[tuple]:
    """Compare both sides; return rows of (what, Odoo, outside, "ok" or "DIFFERENT")."""
    fields = [
        "otto_order_id",
        "otto_status",
        "amount_total",
        "otto_outbound_state",
        "otto_position_ids",
        "otto_total_differs",
    ]
    orders = {
        row["otto_order_id"]: row
        for row in client.call("sale.order", "search_read", [[("otto_channel_id", "!=", False)]], fields=fields)
    }
    parcels = client.call("otto.parcel", "search_read", [[]], fields=["type", "tracking_number"])
    numbers = {
        type_: {row["tracking_number"] for row in parcels if row["type"] == type_} for type_ in ("shipment", "return")
    }
    listings = client.call("otto.listing", "search_read", [[]], fields=["sku", "quantity"])
    live = {order["salesOrderId"]: order for order in otto["orders"]}
    booked = {row["shipmentNo"]: row for row in dhl["shipments"] if row["state"] == "booked"}
    told = {shipment["trackingKey"]["trackingNumber"]: shipment for shipment in otto["shipments"]}
    returns = {
        item["returnTrackingKey"]["trackingNumber"] for shipment in told.values() for item in shipment["positionItems"]
    }
    pairs = [
        ("orders", set(orders), set(live)),
        ("pieces", sum(len(row["otto_position_ids"]) for row in orders.values()), _pieces(live)),
        ("sum of all orders", f"{_sum_odoo(orders):.2f}", f"{_sum_otto(live):.2f}"),
        ("parcels booked at DHL", numbers["shipment"], set(booked)),
        ("return labels at DHL", numbers["return"], {row["returnShipmentNo"] for row in booked.values()}),
        ("shipments at OTTO", numbers["shipment"], set(told)),
        ("return numbers at OTTO", numbers["return"], returns),
        ("orders sent", _with_state(orders, "sent"), _with_otto_status(live, "SENT")),
        ("orders cancelled", _with_state(orders, "cancelled"), _with_otto_status(live, "CANCELLED_BY_PARTNER")),
        ("quantities", {row["sku"]: row["quantity"] for row in listings}, otto["quantities"]),
        ("quantities by the rule", expected_quantities(otto["articles"], live), otto["quantities"]),
    ]
    return [
        (what, _short(ours), _short(theirs), "ok" if ours == theirs else "DIFFERENT") for what, ours, theirs in pairs
    ]


def expected_quantities(articles: list, live: dict) -> dict:
    """Return what OTTO should offer: the first stock minus every piece ordered and not cancelled."""
    quantities = {article["sku"]: PIECES for article in articles}
    for order in live.values():
        for item in order["positionItems"]:
            if not item["fulfillmentStatus"].startswith("CANCELLED"):
                quantities[item["product"]["sku"]] -= 1
    return quantities


def _pieces(live: dict) -> int:
    return sum(len(order["positionItems"]) for order in live.values())


def _sum_odoo(orders: dict) -> Decimal:
    return sum(
        Decimal(str(round(row["amount_total"], 2)))
        for row in orders.values()
        if row["otto_outbound_state"] != "cancelled"
    )


def _sum_otto(live: dict) -> Decimal:
    total = Decimal(0)
    for order in live.values():
        pieces = [item for item in order["positionItems"] if not item["fulfillmentStatus"].startswith("CANCELLED")]
        if pieces:
            prices = [item.get("itemValueReducedGrossPrice") or item["itemValueGrossPrice"] for item in pieces]
            fees = [fee["deliveryFeeAmount"] for fee in order.get("initialDeliveryFees") or []]
            total += sum(Decimal(str(money["amount"])) for money in (*prices, *fees))
    return total


def _with_state(orders: dict, state: str) -> set:
    return {otto_id for otto_id, row in orders.items() if row["otto_outbound_state"] == state}


def _with_otto_status(live: dict, status: str) -> set:
    return {
        otto_id
        for otto_id, order in live.items()
        if all(i["fulfillmentStatus"] == status for i in order["positionItems"])
    }


def _short(value) -> str:
    return str(len(value)) if isinstance(value, (set, dict)) else str(value)


if __name__ == "__main__":
    run_main(main)
