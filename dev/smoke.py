"""`make smoke`: the main job end to end, unattended, in a database of its own; then both sides are compared.

Exit code 0 only when OTTO, DHL and Odoo hold the same orders, pieces, sums, shipments, return numbers and quantities.
"""

import time
import xmlrpc.client
from collections.abc import Iterator
from decimal import Decimal

from dev import database, postgres, rpc, stand, weather
from dev.console import run_main, step, table
from dev.servers import Processes, free_ports
from dev.settings import SMOKE_DB, Problem
from sandbox.running import RunningSandbox

ORDERS = 25
SHIP = 15
CANCEL = 2
FORBIDDEN = 6
# Odoo's code for a refusal in words, over XML-RPC.
USER_ERROR = 2
ARTICLES = 50
PIECES = 200
COUNTED = 7


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
        client, sandbox = rpc.Client(odoo_url, SMOKE_DB), RunningSandbox(otto_url, dhl_url, 0)
        weather.begin(sandbox)
        with step(f"Reading {ARTICLES} articles and matching them"):
            weather.run_flow(client, "products")
            matched = client.call("otto.listing", "search_count", [[("match", "=", "sku")]])
        with step(f"Importing {ORDERS} orders; of all answers 5 % each are 429, 500 or lost"):
            weather.run_flow(client, "orders")
        with step(f"Validating {SHIP} deliveries, cancelling {CANCEL} orders"):
            shipped = ship(client, sandbox, SHIP)
            cancel(client, CANCEL)
        with step("Trying what is forbidden"):
            refused = sum(is_refused(client, *attempt) for attempt in forbidden(client, shipped))
        with step("Telling OTTO what was sent and cancelled"):
            weather.run_flow(client, "outbound", due=[("otto_outbound_state", "in", ("to_send", "to_cancel"))])
        time.sleep(3)  # OTTO cancels some seconds after it accepted
        with step("Sending the stock: after these orders, a count, another order, its shipment"):
            stock = [stock_row(client, sandbox, *change) for change in stock_changes(client, sandbox)]
        rows = compare(client, stand.sandbox_state(otto_url), stand.sandbox_state(dhl_url)) + stock
    rows.append(("articles matched", matched, ARTICLES, "ok" if matched == ARTICLES else "DIFFERENT"))
    rows.append(("refused of the forbidden", refused, FORBIDDEN, "ok" if refused == FORBIDDEN else "DIFFERENT"))
    print()
    table(rows, ("", "Odoo", "OTTO / DHL", ""))
    equal = all(row[3] == "ok" for row in rows)
    print(f"\n{'Both sides are equal' if equal else 'The two sides differ'}; {time.monotonic() - start:.0f} s.")
    return 0 if equal else 1


def ship(client: rpc.Client, sandbox: RunningSandbox, count: int) -> list[dict]:
    """Validate the deliveries of the first processable orders; return the orders.

    :raises Problem: when there are too few, or a delivery is not done
    """
    domain = [("otto_status", "=", "processable"), ("state", "=", "sale")]
    fields = ["picking_ids", "name", "order_line"]
    orders = client.call("sale.order", "search_read", [domain], fields=fields, order="id", limit=count)
    if len(orders) < count:
        raise Problem(f"Only {len(orders)} of {count} orders can be shipped.")
    for order in orders:
        for picking in order["picking_ids"]:
            weather.validate(client, sandbox, picking)
    return orders


def cancel(client: rpc.Client, count: int) -> None:
    """Cancel the last confirmed orders that were not shipped."""
    domain = [("otto_status", "=", "processable"), ("state", "=", "sale"), ("otto_outbound_state", "=", "none")]
    ids = client.call("sale.order", "search", [domain], order="id desc", limit=count)
    client.call("sale.order", "action_cancel", [ids])


def forbidden(client: rpc.Client, shipped: list[dict]) -> list[tuple]:
    """Return attempts at what the rules forbid, as (model, method, arguments)."""
    order = shipped[0]
    wizard = client.call(
        "sale.advance.payment.inv",
        "create",
        [{"sale_order_ids": [(6, 0, [order["id"]])], "advance_payment_method": "delivered"}],
    )
    announced = client.call("sale.order", "search", [[("otto_status", "=", "announced")]], limit=1)
    cancelled = client.call("sale.order", "search", [[("state", "=", "cancel")]], limit=1)
    return [
        ("sale.advance.payment.inv", "create_invoices", [[wizard]]),
        ("sale.order", "action_cancel", [[order["id"]]]),
        ("sale.order", "action_confirm", [announced]),
        ("sale.order", "action_draft", [cancelled]),
        ("sale.order.line", "write", [order["order_line"][:1], {"product_uom_qty": 0}]),
        ("sale.order", "write", [[order["id"]], {"otto_outbound_state": "none"}]),
    ]


def stock_changes(client: rpc.Client, sandbox: RunningSandbox) -> Iterator[tuple[str, dict]]:
    """Change the stock in one way after the other; yield (what happened, pieces counted more or less by SKU)."""
    yield "quantities after the orders", {}
    sku = sandbox.state()["articles"][0]["sku"]
    product = client.call("product.product", "search", [[("default_code", "=", sku)]])[0]
    domain = [("product_id", "=", product), ("location_id.usage", "=", "internal")]
    quant = client.call("stock.quant", "search_read", [domain], fields=["quantity"])[0]
    counted = {"inventory_quantity_auto_apply": quant["quantity"] + COUNTED}
    client.call("stock.quant", "write", [[quant["id"]], counted], context={"inventory_mode": True})
    yield "quantities after a count", {sku: COUNTED}
    [order] = sandbox.make_orders(count=1, skus=[sku], pieces=2)
    weather.run_flow(client, "orders")
    yield "quantities after another order", {sku: COUNTED}
    picking = client.call("stock.picking", "search", [[("sale_id.otto_order_id", "=", order)]])[0]
    weather.validate(client, sandbox, picking)
    weather.run_flow(client, "outbound", due=[("otto_outbound_state", "in", ("to_send", "to_cancel"))])
    yield "quantities after its shipment", {sku: COUNTED}


def stock_row(client: rpc.Client, sandbox: RunningSandbox, what: str, counted: dict) -> tuple:
    """Have the stock sent until OTTO holds what the rule says; return a row of the table."""

    def wanted() -> dict:
        state = sandbox.state()
        live = {order["salesOrderId"]: order for order in state["orders"]}
        rule = expected_quantities(state["articles"], live)
        return {sku: pieces + counted.get(sku, 0) for sku, pieces in rule.items()}

    def equal() -> bool:
        return sandbox.state()["quantities"] == wanted()

    try:
        weather.until(equal, lambda: client.run_flow("stock"), what)
    except Problem:
        return what, _short(wanted()), _short(sandbox.state()["quantities"]), "DIFFERENT"
    return what, _short(wanted()), _short(sandbox.state()["quantities"]), "ok"


def is_refused(client: rpc.Client, model: str, method: str, args: list) -> bool:
    """Tell whether Odoo refuses an attempt in words."""
    try:
        client.call(model, method, args)
    except xmlrpc.client.Fault as fault:
        return fault.faultCode == USER_ERROR
    return False


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
