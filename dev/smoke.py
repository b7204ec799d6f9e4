"""`make smoke`: the main job end to end, unattended, in a database of its own; then both sides are compared.

Exit code 0 only when OTTO, DHL and Odoo hold the same orders, pieces, sums, shipments, return numbers and quantities.
"""

import time
import xmlrpc.client
from collections import Counter
from collections.abc import Iterator

from dev import database, environment, faults, postgres, rpc, smoke_receipts
from dev.console import run_main, step, table
from dev.servers import Processes, free_ports
from dev.settings import SMOKE_DB, Problem
from dev.smoke_returns import Returns
from sandbox.running import RunningSandbox

ORDERS = 25
SHIP = 15
CANCEL = 2
FORBIDDEN = 9
KINDS = ("shipment", "return")
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
            environment.make(SMOKE_DB, otto_url, dhl_url, odoo_url, pieces=PIECES)
        with step("Odoo"):
            processes.odoo(SMOKE_DB, ports[2])
        client, sandbox = rpc.Client(odoo_url, SMOKE_DB), RunningSandbox(otto_url, dhl_url, 0)
        faults.begin(sandbox)
        with step(f"Reading {ARTICLES} articles and matching them"):
            faults.run_flow(client, "catalogue")
            matched = client.call("otto.listing", "search_count", [[("match", "=", "sku")]])
        with step(f"Importing {ORDERS} orders; of all answers 5 % each are 429, 500 or lost"):
            faults.run_flow(client, "orders")
        with step(f"Validating {SHIP} deliveries, cancelling {CANCEL} orders"):
            shipped = ship(client, sandbox, SHIP)
            cancel(client, CANCEL)
        with step("Trying what is forbidden"):
            refused = sum(is_refused(client, *attempt) for attempt in forbidden(client, shipped))
        with step("Telling OTTO what was sent and cancelled"):
            faults.run_flow(client, "fulfilment", due=[("otto_report_state", "in", ("to_send", "to_cancel"))])
        time.sleep(3)  # OTTO cancels some seconds after it accepted
        with step("Sending the stock: after these orders, a count, another order, its shipment"):
            stock = [stock_row(client, sandbox, *change) for change in stock_changes(client, sandbox)]
        with step("Reading what OTTO made of it"):
            faults.run_flow(client, "orders")
        rows = compare(client, environment.sandbox_state(otto_url), environment.sandbox_state(dhl_url)) + stock
        with step("Returns: whole, in part, not announced, rejected, lost; a partial refund; one decided by OTTO"):
            returns = Returns(client, sandbox, shipped)
            returns.run()
        rows += compare_returns(client, sandbox, returns)
        with step("Reading OTTO's receipts and booking them"):
            smoke_receipts.read(client, sandbox)
        rows += smoke_receipts.compare(client, sandbox)
        with step("Importing OTTO's account statement"):
            rows += smoke_receipts.statement(client, sandbox)
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
    fields = ["picking_ids", "name", "order_line", "otto_order_id"]
    orders = client.call("sale.order", "search_read", [domain], fields=fields, order="id", limit=count)
    if len(orders) < count:
        raise Problem(f"Only {len(orders)} of {count} orders can be shipped.")
    for order in orders:
        for picking in order["picking_ids"]:
            faults.validate(client, sandbox, picking)
    return orders


def cancel(client: rpc.Client, count: int) -> None:
    """Cancel the last confirmed orders that were not shipped."""
    domain = [("otto_status", "=", "processable"), ("state", "=", "sale"), ("otto_report_state", "=", "none")]
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
        ("sale.order", "write", [[order["id"]], {"otto_report_state": "none"}]),
        ("sale.order", "unlink", [cancelled]),
        ("otto.parcel", "create", [{"order_id": order["id"], "type": "return", "tracking_number": "999991587211"}]),
        ("stock.picking", "cancel_shipment", [order["picking_ids"]]),
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
    faults.run_flow(client, "orders")
    yield "quantities after another order", {sku: COUNTED}
    picking = client.call("stock.picking", "search", [[("sale_id.otto_order_id", "=", order)]])[0]
    faults.validate(client, sandbox, picking)
    faults.run_flow(client, "fulfilment", due=[("otto_report_state", "in", ("to_send", "to_cancel"))])
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
        faults.until(equal, lambda: client.run_flow("stock"), what)
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
    live = {order["salesOrderId"]: order for order in otto["orders"]}
    parcels = client.call("otto.parcel", "search_read", [[]], fields=["order_id", "type", "tracking_number"])
    numbers = {kind: {row["tracking_number"] for row in parcels if row["type"] == kind} for kind in KINDS}
    listings = client.call("otto.listing", "search_read", [[]], fields=["sku", "quantity"])
    booked = {row["shipmentNo"]: row for row in dhl["shipments"] if row["state"] == "booked"}
    pairs = [
        ("orders: total, state, transfer", orders_in_odoo(client), orders_at_otto(live)),
        ("pieces: order, status, price, numbers", pieces_in_odoo(client, parcels), pieces_at_otto(otto)),
        ("parcels booked at DHL", numbers["shipment"], set(booked)),
        ("return labels at DHL", numbers["return"], {row["returnShipmentNo"] for row in booked.values()}),
        ("quantities", {row["sku"]: row["quantity"] for row in listings}, otto["quantities"]),
    ]
    return _rows(pairs)


def compare_returns(client: rpc.Client, sandbox: RunningSandbox, returns: Returns) -> list[tuple]:
    """Compare both sides after the returns; what was put back is offered again."""
    parcels = client.call("otto.parcel", "search_read", [[]], fields=["order_id", "type", "tracking_number"])
    pieces = ("pieces after the returns", pieces_in_odoo(client, parcels), pieces_at_otto(sandbox.state()))
    counted = returns.put_back + Counter({sandbox.state()["articles"][0]["sku"]: COUNTED})
    return [*_rows([*returns.compare(), pieces]), stock_row(client, sandbox, "quantities after the returns", counted)]


def _rows(pairs: list[tuple]) -> list[tuple]:
    """Return the rows of the table for pairs of (what, Odoo, outside), and print where they differ."""
    for what, ours, theirs in pairs:
        if ours != theirs:
            print(f"  {what} differ: {_difference(ours, theirs)}")
    return [
        (what, _short(ours), _short(theirs), "ok" if ours == theirs else "DIFFERENT") for what, ours, theirs in pairs
    ]


def orders_in_odoo(client: rpc.Client) -> dict[str, tuple]:
    """Return each order's total in cents, mark, state and transfers' states, by OTTO's id."""
    fields = ["otto_order_id", "amount_total", "otto_total_differs", "otto_report_state", "state", "picking_ids"]
    rows = client.call("sale.order", "search_read", [[("otto_channel_id", "!=", False)]], fields=fields)
    ids = [number for row in rows for number in row["picking_ids"]]
    states = {row["id"]: row["state"] for row in client.call("stock.picking", "read", [ids], fields=["state"])}
    return {
        row["otto_order_id"]: (
            None if row["state"] == "cancel" else round(row["amount_total"] * 100),
            row["otto_total_differs"],
            row["otto_report_state"],
            row["state"],
            {"open" if states[number] not in ("done", "cancel") else states[number] for number in row["picking_ids"]},
        )
        for row in rows
    }


def orders_at_otto(live: dict) -> dict[str, tuple]:
    """Return the same as what OTTO's copies ask for."""
    wanted = {
        "announced": ("none", "draft", set()),
        "processable": ("none", "sale", {"open"}),
        "sent": ("sent", "sale", {"done"}),
        "cancelled": ("cancelled", "cancel", {"cancel"}),
    }
    rows = {}
    for otto_id, order in live.items():
        status = min((_status(item) for item in order["positionItems"]), key=list(wanted).index)
        total = None if status == "cancelled" else _cents(order)
        rows[otto_id] = (total, False, *wanted[status])
    return rows


def pieces_in_odoo(client: rpc.Client, parcels: list[dict]) -> dict[str, tuple]:
    """Return each piece's order, status, price in cents and both numbers, by OTTO's id of the piece."""
    orders = client.call(
        "sale.order", "search_read", [[("otto_channel_id", "!=", False)]], fields=["otto_order_id", "otto_position_ids"]
    )
    order_of = {row["id"]: row["otto_order_id"] for row in orders}
    number_of = {(row["order_id"][0], row["type"]): row["tracking_number"] for row in parcels}
    pieces = client.call(
        "otto.position.item", "search_read", [[]], fields=["order_id", "position_id", "status", "price"]
    )
    return {
        row["position_id"]: (
            order_of[row["order_id"][0]],
            row["status"],
            round(row["price"] * 100),
            *(number_of.get((row["order_id"][0], kind)) for kind in KINDS),
        )
        for row in pieces
    }


def pieces_at_otto(otto: dict) -> dict[str, tuple]:
    """Return the same as OTTO has it."""
    told = {
        item["positionItemId"]: (
            shipment["trackingKey"]["trackingNumber"],
            item["returnTrackingKey"]["trackingNumber"],
        )
        for shipment in otto["shipments"]
        for item in shipment["positionItems"]
    }
    return {
        item["positionItemId"]: (
            order["salesOrderId"],
            _status(item),
            _price(item),
            *told.get(item["positionItemId"], (None, None)),
        )
        for order in otto["orders"]
        for item in order["positionItems"]
    }


def expected_quantities(articles: list, live: dict) -> dict:
    """Return what OTTO should offer: the first stock minus every piece ordered and not cancelled."""
    quantities = {article["sku"]: PIECES for article in articles}
    for order in live.values():
        for item in order["positionItems"]:
            if not item["fulfillmentStatus"].startswith("CANCELLED"):
                quantities[item["product"]["sku"]] -= 1
    return quantities


def _status(item: dict) -> str:
    status = item["fulfillmentStatus"]
    return "cancelled" if status.startswith("CANCELLED") else status.lower()


def _price(item: dict) -> int:
    money = item.get("itemValueReducedGrossPrice") or item["itemValueGrossPrice"]
    return round(money["amount"] * 100)


def _cents(order: dict) -> int:
    """Return what the customer pays: the pieces that are not cancelled, and the fees."""
    pieces = [item for item in order["positionItems"] if _status(item) != "cancelled"]
    fees = [fee["deliveryFeeAmount"]["amount"] for fee in order.get("initialDeliveryFees") or []]
    return sum(map(_price, pieces)) + sum(round(fee * 100) for fee in fees)


def _difference(ours, theirs) -> str:
    """Name a few entries that only one side has, or that it has differently."""
    if isinstance(ours, dict):
        keys = [key for key in {**ours, **theirs} if ours.get(key) != theirs.get(key)]
        return "; ".join(f"{key}: {ours.get(key)} / {theirs.get(key)}" for key in keys[:3])
    if isinstance(ours, tuple):
        return f"{ours} / {theirs}"
    return f"{sorted(ours - theirs)[:3]} / {sorted(theirs - ours)[:3]}"


def _short(value) -> str:
    return str(len(value)) if isinstance(value, (set, dict)) else str(value)


if __name__ == "__main__":
    run_main(main)
