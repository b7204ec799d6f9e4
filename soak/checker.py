"""The rules as a plain model: what must hold between OTTO, DHL and Odoo, whatever happened before.

Each rule is a function of a `Snapshot` that yields what differs, a sentence each. It knows nothing of Odoo's code.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

from .snapshot import Snapshot

Rule = Callable[[Snapshot], Iterator[str]]
# Whom a person was told about: OTTO cancelled what had left the house, or refused what it was told.
FLAGGED = ("refused",)
# Odoo writes whole seconds; two clocks of one machine are as good as equal.
SLACK = timedelta(seconds=2)
MINUTE = timedelta(minutes=1)
# OTTO's own limit for an account (facts/otto.md §2.3).
PER_MINUTE = 1200
# A label of ours that is to be carried.
STANDING = ("booked", "used", "cancel_doubt")


def differences(snapshot: Snapshot) -> dict[str, list[str]]:
    """Return what each rule found, by its name; an empty list is a rule that holds."""
    return {rule.__name__: list(rule(snapshot)) for rule in RULES}


# What OTTO has


def status(item: dict) -> str:
    """Return a piece's status in Odoo's words."""
    word = item["fulfillmentStatus"]
    return "cancelled" if word.startswith("CANCELLED") else word.lower()


def _at_otto(snapshot: Snapshot) -> dict[str, tuple[int, dict]]:
    """Return (account, order) by OTTO's id."""
    return {
        order["salesOrderId"]: (number, order) for number, state in snapshot.otto.items() for order in state["orders"]
    }


def _price(item: dict) -> int:
    return round((item.get("itemValueReducedGrossPrice") or item["itemValueGrossPrice"])["amount"] * 100)


def _total(order: dict) -> int:
    """Return what the customer pays in cents: the pieces that are not cancelled, and the fees."""
    fees = sum(round(fee["deliveryFeeAmount"]["amount"] * 100) for fee in order.get("initialDeliveryFees") or [])
    return fees + sum(_price(item) for item in order["positionItems"] if status(item) != "cancelled")


def _wholly_cancelled(order: dict) -> bool:
    return all(status(item) == "cancelled" for item in order["positionItems"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00").replace("+0000", "+00:00"))


# What Odoo has


def _pieces(snapshot: Snapshot) -> dict[int, list[dict]]:
    found = defaultdict(list)
    for piece in snapshot.odoo["pieces"]:
        found[piece["order_id"]].append(piece)
    return found


def _gone(snapshot: Snapshot) -> dict[int, Counter]:
    """Return the pieces by SKU that left to the customer of each order, those that came back included."""
    gone: dict[int, Counter] = defaultdict(Counter)
    for move in snapshot.odoo["moved"]:
        if move["order_id"] and move["target"] == "customer":
            gone[move["order_id"]][move["sku"]] += move["pieces"]
    return gone


def _was_sent(piece: dict) -> bool:
    return piece["status"] in ("sent", "returned")


def _article(row: dict) -> tuple[int, str]:
    return row["account"], row["sku"]


def _told(order: dict) -> bool:
    """Whether a person knows that the order is not as it should be."""
    return order["stop"] or order["report"] in FLAGGED


# The rules


def orders_are_there_once(snapshot: Snapshot) -> Iterator[str]:
    """Each of OTTO's orders is in Odoo once, in the company of its account; only a cancelled one need not be."""
    otto = _at_otto(snapshot)
    count = Counter(order["otto_id"] for order in snapshot.odoo["orders"])
    for otto_id, (number, order) in otto.items():
        if count[otto_id] > 1 or (not count[otto_id] and not _wholly_cancelled(order)):
            yield f"order {otto_id} of account {number} is {count[otto_id]} times in Odoo"
    for order in snapshot.odoo["orders"]:
        if order["otto_id"] not in otto or otto[order["otto_id"]][0] != order["account"]:
            yield f"{order['name']} is no order of account {order['account']}"
        if not order["own_company"]:
            yield f"{order['name']} is in another company than its channel"


def pieces_are_equal(snapshot: Snapshot) -> Iterator[str]:
    """Each order has the same pieces on both sides, with the same status and price."""
    otto, pieces = _at_otto(snapshot), _pieces(snapshot)
    for order in snapshot.odoo["orders"]:
        if order["otto_id"] not in otto:
            continue
        theirs = {
            item["positionItemId"]: (item["product"]["sku"], status(item), _price(item))
            for item in otto[order["otto_id"]][1]["positionItems"]
        }
        ours = {row["position_id"]: (row["sku"], row["status"], row["price"]) for row in pieces[order["id"]]}
        for key in sorted(theirs.keys() | ours.keys()):
            if theirs.get(key) != ours.get(key):
                yield f"{order['name']}: piece {key} is {ours.get(key)} in Odoo, {theirs.get(key)} at OTTO"


def totals_are_equal(snapshot: Snapshot) -> Iterator[str]:
    """An order that is not cancelled has OTTO's total to the cent."""
    otto = _at_otto(snapshot)
    for order in snapshot.odoo["orders"]:
        if order["state"] == "cancel" or order["otto_id"] not in otto or _wholly_cancelled(otto[order["otto_id"]][1]):
            continue
        wanted = _total(otto[order["otto_id"]][1])
        if order["total"] == wanted and not order["differs"]:
            continue
        # Pieces that OTTO cancelled after their goods had left stay in Odoo until a person has taken them back.
        if not (_told(order) and order["differs"]):
            yield f"{order['name']}: {order['total']} cents in Odoo, {wanted} at OTTO, marked: {order['differs']}"


def states_fit(snapshot: Snapshot) -> Iterator[str]:
    """Announced is a quotation, processable and sent are confirmed, cancelled is cancelled unless a person was told."""
    wanted = {"announced": ("draft", "sent"), "processable": ("sale",), "sent": ("sale",), "cancelled": ("cancel",)}
    for order in snapshot.odoo["orders"]:
        if order["state"] not in wanted.get(order["status"], (order["state"],)) and not _told(order):
            yield f"{order['name']} is {order['state']}, and {order['status']} at OTTO"


def what_left_was_told(snapshot: Snapshot) -> Iterator[str]:
    """Goods leave exactly when OTTO knows them as sent, or a person was told why not."""
    gone, pieces = _gone(snapshot), _pieces(snapshot)
    for order in snapshot.odoo["orders"]:
        sent = Counter(piece["sku"] for piece in pieces[order["id"]] if _was_sent(piece))
        left = +gone[order["id"]]
        if (left or sent) and left != sent and not _told(order):
            yield f"{order['name']}: {dict(left)} left the house, {dict(sent)} are sent at OTTO"
        if sent and order["report"] != "sent" and not _told(order):
            yield f"{order['name']} is sent at OTTO, and {order['report']} in Odoo"


def cancelled_here_is_cancelled_there(snapshot: Snapshot) -> Iterator[str]:
    """What is cancelled in Odoo is cancelled at OTTO."""
    otto = _at_otto(snapshot)
    for order in snapshot.odoo["orders"]:
        theirs = otto.get(order["otto_id"])
        if theirs and order["state"] == "cancel" and not _wholly_cancelled(theirs[1]) and not _told(order):
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


def stock_is_conserved(snapshot: Snapshot) -> Iterator[str]:
    """On hand is what was counted and came back, less what OTTO knows as sent or a person was told of."""
    wanted: Counter = Counter()
    for move in snapshot.odoo["moved"]:
        if move["target"] == "internal":
            wanted[_article(move)] += move["pieces"]
        elif move["target"] == "inventory":
            wanted[_article(move)] -= move["pieces"]
    gone, pieces = _gone(snapshot), _pieces(snapshot)
    for order in snapshot.odoo["orders"]:
        sent = Counter(piece["sku"] for piece in pieces[order["id"]] if _was_sent(piece))
        for sku, count in (gone[order["id"]] if _told(order) else sent).items():
            wanted[order["account"], sku] -= count
    for row in snapshot.odoo["on_hand"]:
        if row["pieces"] != wanted[_article(row)]:
            yield f"{row['sku']}: {row['pieces']} on hand, {wanted[_article(row)]} by the history"


def quantities_are_right(snapshot: Snapshot) -> Iterator[str]:
    """OTTO offers what is on hand less what is ordered and has not left."""
    on_hand = {_article(row): row["pieces"] for row in snapshot.odoo["on_hand"]}
    gone, pieces, waiting = _gone(snapshot), _pieces(snapshot), Counter()
    for order in snapshot.odoo["orders"]:
        still = Counter(p["sku"] for p in pieces[order["id"]] if p["status"] in ("announced", "processable"))
        for sku, count in (still - gone[order["id"]]).items():
            waiting[order["account"], sku] += count
    for number, state in snapshot.otto.items():
        for sku, offered in state["quantities"].items():
            wanted = max(0, on_hand.get((number, sku), 0) - waiting[number, sku])
            if offered != wanted:
                yield f"{sku}: OTTO offers {offered} of account {number}, {wanted} would be right"


def never_offered_too_much(snapshot: Snapshot) -> Iterator[str]:
    """No quantity was raised above what could be there, less all that was ordered before the last reading of orders.

    One that is lowered makes nothing worse, even where orders that are being imported would lower it more.
    """
    sold, found = _sold(snapshot), defaultdict(list)
    for move in snapshot.odoo["moved"]:
        if move["target"] == "internal":
            found[_article(move)].append((move["at"].replace(tzinfo=timezone.utc), move["pieces"]))
    begun: dict[int, datetime] = {}
    read: dict[int, datetime] = {}
    offered: dict[tuple[int, str], int] = {}
    for exchange in (row for row in snapshot.exchanges if row["server"] == "otto" and row["account"]):
        if exchange["method"] == "GET" and exchange["path"] == "/v4/orders":
            _note_reading(exchange, begun, read)
        elif exchange["method"] == "POST" and exchange["path"] == "/v1/availability/quantities":
            yield from _too_much(exchange, found, sold, read, offered)


def _too_much(exchange: dict, found: dict, sold: dict, read: dict, offered: dict) -> Iterator[str]:
    """Yield the quantities of an accepted request that were raised above what could be free; note what is offered."""
    end, account = _moment(exchange["end"]), int(exchange["account"])
    for entry in exchange["body"] if exchange["status"] in (200, 207) else ():
        article = (account, entry["sku"])
        there = sum(pieces for at, pieces in found[article] if at <= end + SLACK)
        orders = sold[article] if account in read else []
        ordered = sum(made < read[account] and not (over and over <= end) for made, over in orders)
        most = max(0, there - ordered)
        raised = entry["quantity"] > offered.get(article, entry["quantity"])
        offered[article] = entry["quantity"]
        if raised and entry["quantity"] > most:
            yield f"{entry['sku']}: {entry['quantity']} offered at {exchange['at']}, at most {most} were free"


def _note_reading(exchange: dict, begun: dict, read: dict) -> None:
    """Note when the last whole reading of an account's orders began; `begun` is the one that is under way."""
    account = int(exchange["account"])
    if "fulfillmentStatus=" in exchange["query"]:
        # A part of the orders only.
        return
    if exchange["status"] != 200 or exchange["fault"]:
        begun.pop(account, None)
        return
    if "next=" not in exchange["query"]:
        begun[account] = _moment(exchange["at"])
    if exchange["more"] is False and account in begun:
        read[account] = begun.pop(account)


def _sold(snapshot: Snapshot) -> dict[tuple[int, str], list[tuple[datetime, datetime | None]]]:
    """Return for each article when its pieces were ordered at the latest, and when they were cancelled, if so.

    What we cancelled ourselves was free in Odoo before OTTO had carried it out: it is left out.
    """
    made = {
        order: _moment(act.end)
        for act in snapshot.acts
        if act.what == "order" and act.outcome == "done"
        for order in act.detail["orders"]
    }
    sold: dict[tuple[int, str], list] = defaultdict(list)
    for otto_id, (number, order) in _at_otto(snapshot).items():
        for item in order["positionItems"]:
            if otto_id in made and item["fulfillmentStatus"] != "CANCELLED_BY_PARTNER":
                over = item.get("cancellationDate")
                sold[number, item["product"]["sku"]].append((made[otto_id], over and _moment(over)))
    return sold


def refunds_are_made_once(snapshot: Snapshot) -> Iterator[str]:
    """Each part of a price is given back as often as a person asked for it, and each decision stands at OTTO."""
    ours, theirs = Counter(), Counter()
    for row in snapshot.odoo["reductions"]:
        ours[row["position_id"]] += row["amount"] * (row["state"] in ("initiated", "processed"))
    decided = {}
    for known in snapshot.returns.values():
        decided |= {entry["positionItemId"]: entry["status"] for entry in known["returns"]}
        for entry in known["reductions"]:
            for part in entry["priceReductions"]:
                cents = round(part["priceReduction"]["amount"] * 100)
                theirs[entry["positionItemId"]] += cents * (part["status"] in ("INITIATED", "PROCESSED"))
    for piece in sorted(ours.keys() | theirs.keys()):
        if ours[piece] != theirs[piece]:
            yield f"piece {piece}: {ours[piece]} cents given back in Odoo, {theirs[piece]} at OTTO"
    for row in snapshot.odoo["decisions"]:
        if row["state"] == "done" and row["decision"] == "accept" and decided.get(row["position_id"]) != "ACCEPTED":
            yield f"piece {row['position_id']} is accepted in Odoo, and {decided.get(row['position_id'])} at OTTO"


def receipts_are_there_once(snapshot: Snapshot) -> Iterator[str]:
    """Each receipt that OTTO has written is in Odoo once, with its sum."""
    ours = Counter((row["account"], row["number"]) for row in snapshot.odoo["receipts"])
    sums = {(row["account"], row["number"]): row["gross"] for row in snapshot.odoo["receipts"]}
    theirs = {
        (account, number): sum(round(total["gross"]["amount"] * 100) for total in receipt["totals"])
        for account, receipts in snapshot.receipts.items()
        for number, receipt in receipts.items()
    }
    for key in sorted(ours.keys() | theirs.keys()):
        if ours[key] != 1 or key not in theirs:
            yield f"receipt {key[1]} of account {key[0]} is {ours[key]} times in Odoo"
        elif sums[key] != theirs[key]:
            yield f"receipt {key[1]}: {sums[key]} cents in Odoo, {theirs[key]} at OTTO"


def limit_is_kept(snapshot: Snapshot) -> Iterator[str]:
    """No account was asked more often than OTTO allows in a minute."""
    times: dict[str | None, list[datetime]] = defaultdict(list)
    for exchange in snapshot.exchanges:
        if exchange["server"] == "otto" and exchange["status"] != 429:
            times[exchange["account"]].append(_moment(exchange["at"]))
    for account, moments in times.items():
        moments.sort()
        first = 0
        for last, moment in enumerate(moments):
            while moment - moments[first] > MINUTE:
                first += 1
            if last - first + 1 > PER_MINUTE:
                yield f"account {account}: {last - first + 1} requests in the minute before {moment:%H:%M:%S}"
                break


def nothing_is_a_defect(snapshot: Snapshot) -> Iterator[str]:
    """Whatever failed was said in words of the trade; a defect is one of ours."""
    for issue in snapshot.odoo["issues"]:
        if "defect" in issue["error"].lower() or "defekt" in issue["error"].lower():
            yield f"issue {issue['kind']} {issue['external_id']}: {issue['error']}"


def nothing_is_left(snapshot: Snapshot) -> Iterator[str]:
    """When all is quiet, nothing is due any more."""
    yield from snapshot.due


RULES: tuple[Rule, ...] = (
    orders_are_there_once,
    pieces_are_equal,
    totals_are_equal,
    states_fit,
    what_left_was_told,
    cancelled_here_is_cancelled_there,
    shipments_are_ours,
    labels_are_known,
    stock_is_conserved,
    quantities_are_right,
    never_offered_too_much,
    refunds_are_made_once,
    receipts_are_there_once,
    limit_is_kept,
    nothing_is_a_defect,
    nothing_is_left,
)
