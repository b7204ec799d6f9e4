"""What must hold of prices, returns, refunds, receipts and their entries."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from .snapshot import Snapshot


def prices_are_equal(snapshot: Snapshot) -> Iterator[str]:
    """OTTO has the price of each article as Odoo's pricelist has it."""
    for row in snapshot.odoo["prices"]:
        theirs = snapshot.prices.get(row["account"], {}).get(row["sku"])
        if theirs != row["price"]:
            yield f"{row['sku']} of account {row['account']} costs {row['price']} cents in Odoo, {theirs} at OTTO"


def returns_are_known(snapshot: Snapshot) -> Iterator[str]:
    """Each piece that comes back is in a return in Odoo as OTTO has it, and in one undecided return at a time."""
    ours, undecided = defaultdict(set), Counter()
    for row in snapshot.odoo["returns"]:
        undecided[row["position_id"]] += row["is_open"]
        if not row["withdrawn"]:
            ours[row["position_id"]].add(row["status"])
    for known in snapshot.returns.values():
        for entry in known["returns"]:
            piece, theirs = entry["positionItemId"], entry["status"].lower()
            if theirs not in ours[piece]:
                yield f"piece {piece} is {theirs} at OTTO, in Odoo {sorted(ours[piece]) or 'in no return'}"
    for piece, count in undecided.items():
        if count > 1:
            yield f"piece {piece} is in {count} undecided returns"


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
    wanted = {"accept": ("ACCEPTED",), "reject": ("REJECTED", "ACCEPTED")}
    # What was rejected may come again: then the last line of a piece counts.
    for row in {row["position_id"]: row for row in snapshot.odoo["returns"]}.values():
        theirs = decided.get(row["position_id"])
        if row["state"] == "done" and theirs not in wanted.get(row["decision"], (theirs,)):
            yield f"piece {row['position_id']}: {row['decision']} is done in Odoo, and it is {theirs} at OTTO"


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


def receipts_are_booked(snapshot: Snapshot) -> Iterator[str]:
    """Each receipt is one posted entry of its company, by which the debtor owes, or is owed, its sum."""
    for row in snapshot.odoo["booked"]:
        name = f"receipt {row['number']} of account {row['account']}"
        if row["entries"] != 1 or row["state"] != "booked":
            yield f"{name} has {row['entries']} entries, and is {row['state']}"
            continue
        wanted = row["gross"] if row["kind"] == "purchase" else -row["gross"]
        if row["owed"] != wanted or not row["posted"] or not row["own_company"]:
            yield f"{name}: the debtor owes {row['owed']} cents, {wanted} would be right; posted: {row['posted']}"
