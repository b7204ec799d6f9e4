"""What must hold of stock, and of what OTTO offers at every moment."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from .facts import article_of, at_otto, gone_by_order, pieces_by_order, told, was_sent, when
from .snapshot import Snapshot

# Odoo writes whole seconds; two clocks of one machine are as good as equal.
SLACK = timedelta(seconds=2)
# Stock that is counted lower meets a quantity that is being sent: computed before, taken by OTTO afterwards.
ON_ITS_WAY = timedelta(seconds=30)


def stock_is_conserved(snapshot: Snapshot) -> Iterator[str]:
    """On hand is what was counted and came back, less what OTTO knows as sent or a person was told of."""
    wanted: Counter = Counter()
    for move in snapshot.odoo["moved"]:
        if move["target"] == "internal":
            wanted[article_of(move)] += move["pieces"]
        elif move["source"] == "internal" and move["target"] == "inventory":
            wanted[article_of(move)] -= move["pieces"]
    gone, pieces = gone_by_order(snapshot), pieces_by_order(snapshot)
    for order in snapshot.odoo["orders"]:
        sent = Counter(piece["sku"] for piece in pieces[order["id"]] if was_sent(piece))
        for sku, count in (gone[order["id"]] if told(order) else sent).items():
            wanted[order["account"], sku] -= count
    for row in snapshot.odoo["on_hand"]:
        if row["pieces"] != wanted[article_of(row)]:
            yield f"{row['sku']}: {row['pieces']} on hand, {wanted[article_of(row)]} by the history"


def quantities_are_right(snapshot: Snapshot) -> Iterator[str]:
    """OTTO offers what is on hand and not kept apart, less what is ordered and has not left."""
    on_hand = {article_of(row): row["offered"] for row in snapshot.odoo["on_hand"]}
    gone, pieces, waiting = gone_by_order(snapshot), pieces_by_order(snapshot), Counter()
    for order in snapshot.odoo["orders"]:
        still = Counter(p["sku"] for p in pieces[order["id"]] if p["status"] in ("announced", "processable"))
        for sku, count in (still - gone[order["id"]]).items():
            waiting[order["account"], sku] += count
    for number, state in snapshot.otto.items():
        for sku, offered in state["quantities"].items():
            wanted = max(0, on_hand.get((number, sku), 0) - waiting[number, sku])
            if offered != wanted:
                why = f"kept back: {_kept(snapshot, number, sku)}; told: {_last_told(snapshot, number, sku)}"
                yield f"{sku}: OTTO offers {offered} of account {number}, {wanted} would be right; {why}"


def _kept(snapshot: Snapshot, number: int, sku: str) -> str:
    """Return what Odoo keeps back of an article, to see why it offers less."""
    rows = [row for row in snapshot.odoo["kept"] if article_of(row) == (number, sku)]
    return ", ".join(f"{row['pieces']} for {row['whom']}" for row in rows) or "nothing"


def _last_told(snapshot: Snapshot, number: int, sku: str) -> str:
    """Return the last quantities that OTTO was sent of an article, with what became of them."""
    told_of = [
        f"{entry['quantity']} at {exchange['at']} ({exchange['status']}, {exchange['fault'] or 'no fault'})"
        for exchange in snapshot.exchanges
        if exchange["account"] == str(number) and exchange["path"] == "/v1/availability/quantities"
        for entry in exchange["body"] or ()
        if exchange["method"] == "POST" and entry["sku"] == sku
    ]
    return ", ".join(told_of[-3:]) or "nothing"


def never_offered_too_much(snapshot: Snapshot) -> Iterator[str]:
    """No quantity was raised above what could be there, less all that was ordered before the last reading of orders.

    One that is lowered makes nothing worse, even where orders that are being imported would lower it more.
    """
    sold, found = _sold(snapshot), _found(snapshot)
    begun: dict[int, datetime] = {}
    read: dict[int, datetime] = {}
    held: dict[tuple[int, str], tuple[int, datetime]] = {}
    for exchange in (row for row in snapshot.exchanges if row["server"] == "otto" and row["account"]):
        account = int(exchange["account"])
        if exchange["method"] == "GET" and exchange["path"] == "/v4/orders":
            _note_reading(exchange, begun, read)
        elif exchange["method"] == "POST" and exchange["path"] == "/v1/availability/quantities":
            yield from _too_much(exchange, found, sold, read.get(account), held, account in snapshot.lowering)


def _found(snapshot: Snapshot) -> dict[tuple[int, str], list[tuple[datetime, int]]]:
    """Return for each article which pieces came where it is offered, and when; fewer by counting a little later.

    Pieces that customers got are not taken away: their orders are.
    """
    found = defaultdict(list)
    for move in snapshot.odoo["moved"]:
        at = move["at"].replace(tzinfo=timezone.utc)
        if move["to_shop"]:
            found[article_of(move)].append((at - SLACK, move["pieces"]))
        elif move["from_shop"] and move["target"] != "customer":
            found[article_of(move)].append((at + ON_ITS_WAY, -move["pieces"]))
    return found


def _too_much(
    exchange: dict, found: dict, sold: dict, read: datetime | None, held: dict, lowers: bool
) -> Iterator[str]:
    """Yield the quantities of an accepted request that were raised above what could be free; note what OTTO holds.

    :param read: when the last whole reading of the account's orders began
    :param held: what OTTO was told last of each article, and when
    :param lowers: whether OTTO takes off itself what it sells
    """
    begin, end, account = when(exchange["at"]), when(exchange["end"]), int(exchange["account"])
    for entry in exchange["body"] if exchange["status"] in (200, 207) else ():
        article = (account, entry["sku"])
        there = sum(pieces for at, pieces in found[article] if at <= end)
        ordered = sum(bool(read) and made < read and not (over and over <= end) for made, over in sold[article])
        most = max(0, there - ordered)
        before, since = held.get(article, (entry["quantity"], end))
        if lowers:
            before -= sum(since < made < begin for made, _over in sold[article])
        held[article] = entry["quantity"], end
        if entry["quantity"] > max(before, most):
            yield f"{entry['sku']}: {entry['quantity']} offered at {exchange['at']}, at most {most} were free"


def _note_reading(exchange: dict, begun: dict, read: dict) -> None:
    """Note when the last whole reading of an account's orders began; `begun` is the one that is under way."""
    account = int(exchange["account"])
    if "fulfillmentStatus=" in exchange["query"]:
        # A part of the orders only.
        return
    # One that was slow said the truth all the same.
    if exchange["status"] != 200 or exchange["fault"] not in (None, "slow"):
        begun.pop(account, None)
        return
    if "next=" not in exchange["query"]:
        begun[account] = when(exchange["at"])
    if exchange["more"] is False and account in begun:
        read[account] = begun.pop(account)


def _sold(snapshot: Snapshot) -> dict[tuple[int, str], list[tuple[datetime, datetime | None]]]:
    """Return for each article when its pieces were ordered at the latest, and when they were cancelled, if so.

    What we cancelled ourselves was free in Odoo before OTTO had carried it out: it is left out.
    """
    made = {
        order: when(act.end)
        for act in snapshot.acts
        if act.what == "order" and act.outcome == "done"
        for order in act.detail["orders"]
    }
    sold: dict[tuple[int, str], list] = defaultdict(list)
    for otto_id, (number, order) in at_otto(snapshot).items():
        for item in order["positionItems"]:
            if otto_id in made and item["fulfillmentStatus"] != "CANCELLED_BY_PARTNER":
                over = item.get("cancellationDate")
                sold[number, item["product"]["sku"]].append((made[otto_id], over and when(over)))
    return sold
