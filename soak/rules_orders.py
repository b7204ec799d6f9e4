"""What must hold of orders, their parcels and labels."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from .facts import at_otto, gone_by_order, pieces_by_order, price_of, status, told, total_of, was_sent, wholly_cancelled
from .snapshot import Snapshot

# A label of ours that is to be carried.
STANDING = ("booked", "used", "cancel_doubt")


def orders_are_there_once(snapshot: Snapshot) -> Iterator[str]:
    """Each of OTTO's orders is in Odoo once, in the company of its account; only a cancelled one need not be."""
    otto = at_otto(snapshot)
    count = Counter(order["otto_id"] for order in snapshot.odoo["orders"])
    for otto_id, (number, order) in otto.items():
        if count[otto_id] > 1 or (not count[otto_id] and not wholly_cancelled(order)):
            yield f"order {otto_id} of account {number} is {count[otto_id]} times in Odoo"
    for order in snapshot.odoo["orders"]:
        if order["otto_id"] not in otto or otto[order["otto_id"]][0] != order["account"]:
            yield f"{order['name']} is no order of account {order['account']}"
        if not order["own_company"]:
            yield f"{order['name']} is in another company than its channel"


def pieces_are_equal(snapshot: Snapshot) -> Iterator[str]:
    """Each order has the same pieces on both sides, with the same status and price."""
    otto, pieces = at_otto(snapshot), pieces_by_order(snapshot)
    for order in snapshot.odoo["orders"]:
        if order["otto_id"] not in otto:
            continue
        theirs = {
            item["positionItemId"]: (item["product"]["sku"], status(item), price_of(item))
            for item in otto[order["otto_id"]][1]["positionItems"]
        }
        ours = {row["position_id"]: (row["sku"], row["status"], row["price"]) for row in pieces[order["id"]]}
        for key in sorted(theirs.keys() | ours.keys()):
            if theirs.get(key) != ours.get(key):
                yield f"{order['name']}: piece {key} is {ours.get(key)} in Odoo, {theirs.get(key)} at OTTO"


def totals_are_equal(snapshot: Snapshot) -> Iterator[str]:
    """An order that is not cancelled has OTTO's total to the cent."""
    otto = at_otto(snapshot)
    for order in snapshot.odoo["orders"]:
        if order["state"] == "cancel" or order["otto_id"] not in otto or wholly_cancelled(otto[order["otto_id"]][1]):
            continue
        wanted = total_of(otto[order["otto_id"]][1])
        if order["total"] == wanted and not order["differs"]:
            continue
        # Pieces that OTTO cancelled after their goods had left stay in Odoo until a person has taken them back.
        if not (told(order) and order["differs"]):
            yield f"{order['name']}: {order['total']} cents in Odoo, {wanted} at OTTO, marked: {order['differs']}"


def states_fit(snapshot: Snapshot) -> Iterator[str]:
    """Announced is a quotation, processable and sent are confirmed, cancelled is cancelled unless a person was told."""
    wanted = {"announced": ("draft", "sent"), "processable": ("sale",), "sent": ("sale",), "cancelled": ("cancel",)}
    for order in snapshot.odoo["orders"]:
        if order["state"] not in wanted.get(order["status"], (order["state"],)) and not told(order):
            yield f"{order['name']} is {order['state']}, and {order['status']} at OTTO"


def what_left_was_told(snapshot: Snapshot) -> Iterator[str]:
    """Goods leave exactly when OTTO knows them as sent, or a person was told why not."""
    gone, pieces = gone_by_order(snapshot), pieces_by_order(snapshot)
    for order in snapshot.odoo["orders"]:
        sent = Counter(piece["sku"] for piece in pieces[order["id"]] if was_sent(piece))
        left = +gone[order["id"]]
        if (left or sent) and left != sent and not told(order):
            yield f"{order['name']}: {dict(left)} left the house, {dict(sent)} are sent at OTTO"
        if sent and order["report"] != "sent" and not told(order):
            yield f"{order['name']} is sent at OTTO, and {order['report']} in Odoo"


def cancelled_here_is_cancelled_there(snapshot: Snapshot) -> Iterator[str]:
    """What is cancelled in Odoo is cancelled at OTTO."""
    otto = at_otto(snapshot)
    for order in snapshot.odoo["orders"]:
        theirs = otto.get(order["otto_id"])
        if theirs and order["state"] == "cancel" and not wholly_cancelled(theirs[1]) and not told(order):
            yield f"{order['name']} is cancelled in Odoo, not at OTTO"


def shipments_are_ours(snapshot: Snapshot) -> Iterator[str]:
    """OTTO has one shipment for each order that is sent, with both numbers of its Shipping tab."""
    rows = defaultdict(set)
    for parcel in snapshot.odoo["parcels"]:
        rows[parcel["order_id"], parcel["type"]].add(parcel["number"])
    by_order: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for state in snapshot.otto.values():
        for shipment in state["shipments"]:
            for item in shipment["positionItems"]:
                back = item["returnTrackingKey"]["trackingNumber"]
                by_order[item["salesOrderId"]].add((shipment["trackingKey"]["trackingNumber"], back))
    for order in snapshot.odoo["orders"]:
        numbers = by_order.pop(order["otto_id"], set())
        ours = {(out, back) for out in rows[order["id"], "shipment"] for back in rows[order["id"], "return"]}
        if numbers and numbers != ours:
            yield f"{order['name']} has the numbers {sorted(ours)}, OTTO has {sorted(numbers)}"
    for otto_id in by_order:
        yield f"OTTO has a shipment of order {otto_id}, which is not in Odoo"


def labels_are_known(snapshot: Snapshot) -> Iterator[str]:
    """Each label that DHL has booked is known in Odoo, one for a transfer; each that stands in Odoo is booked."""
    booked = {row["shipmentNo"]: row["returnShipmentNo"] for row in snapshot.dhl if row["state"] == "booked"}
    known = {row["shipment_no"]: row for row in snapshot.odoo["bookings"] if row["state"] in STANDING}
    for number in sorted(booked.keys() - known.keys()):
        yield f"DHL has booked {number}, which stands nowhere in Odoo"
    for number in sorted(known.keys() - booked.keys()):
        yield f"label {number} stands in Odoo, and is not booked at DHL"
    for number in sorted(known.keys() & booked.keys()):
        if known[number]["return_no"] != booked[number]:
            yield f"label {number} has the return number {known[number]['return_no']}, at DHL {booked[number]}"
    for transfer, labels in Counter(row["transfer"] for row in known.values()).items():
        if labels > 1:
            yield f"transfer {transfer} has {labels} labels"
    for parcel in snapshot.odoo["parcels"]:
        if parcel["number"] not in booked and parcel["number"] not in booked.values():
            yield f"the {parcel['type']} number {parcel['number']} on order {parcel['order_id']} is no label at DHL"


def addresses_are_equal(snapshot: Snapshot) -> Iterator[str]:
    """An order that has no label yet goes where OTTO says now."""
    otto = at_otto(snapshot)
    for row in snapshot.odoo["addresses"]:
        address = otto[row["otto_id"]][1].get("deliveryAddress") if row["otto_id"] in otto else None
        if not address:
            continue
        theirs = (f"{address['street']} {address['houseNumber']}", address["zipCode"], address["city"])
        ours = (row["street"], row["zip"], row["city"])
        if _plain(ours) != _plain(theirs):
            yield f"{row['name']} goes to {', '.join(map(str, ours))}, at OTTO to {', '.join(theirs)}"


def _plain(texts: tuple) -> list[str]:
    return [" ".join((text or "").split()).casefold() for text in texts]
