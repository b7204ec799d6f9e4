"""The part of the smoke test about money: OTTO's receipts in Odoo and in the books, equal to the cent."""

import base64
from collections import defaultdict
from decimal import Decimal

from dev import faults, rpc
from sandbox.running import RunningSandbox

# SKR03: what the proposal books, by kind of receipt and rate (docs/anleitung.md).
DEBTOR = "1410"
REVENUE = {("full", "19.0"): "8400", ("full", "7.0"): "8300", ("part", "19.0"): "8720", ("part", "7.0"): "8710"}
TAX = {"19.0": "1776", "7.0": "1771"}
BOXES = {"19.0": ("81_BASE", "81_TAX"), "7.0": ("86_BASE", "86_TAX")}


def read(client: rpc.Client, sandbox: RunningSandbox) -> None:
    """Switch the booking on, and have receipts read until all are there with their documents and booked."""
    channels = client.call("otto.channel", "search", [[]])
    client.call("otto.channel", "write", [channels, {"book_receipts": True}])
    # OTTO writes them some seconds after the shipment and the refund.
    sandbox.advance(60)
    wanted = len(sandbox.receipts())
    ready = [("pdf_state", "=", "there"), ("booking_state", "=", "booked")]

    def done() -> bool:
        return client.call("otto.receipt", "search_count", [ready]) == wanted

    faults.until(done, lambda: client.run_flow("receipts"), "Reading and booking the receipts")


def compare(client: rpc.Client, sandbox: RunningSandbox) -> list[tuple]:
    """Compare both sides; return rows of (what, Odoo, OTTO, "ok" or "DIFFERENT")."""
    receipts, state = sandbox.receipts(), sandbox.state()
    balances, boxes = expected_books(receipts.values())
    booked_balances, booked_boxes = books(client)
    pairs = [
        ("receipts: kind, sum, order, pieces", receipts_in_odoo(client), receipts_at_otto(receipts)),
        ("a receipt of each shipment", pieces_of(client, "purchase"), pieces_sent(state)),
        ("a receipt of each return", pieces_of(client, "refund"), pieces_returned(state)),
        ("books: trial balance in cents", booked_balances, balances),
        ("books: German tax report in cents", booked_boxes, boxes),
    ]
    for what, ours, theirs in pairs:
        if ours != theirs:
            print(f"  {what} differ: {ours} / {theirs}")
    return [
        (what, str(len(ours)), str(len(theirs)), "ok" if ours == theirs else "DIFFERENT")
        for what, ours, theirs in pairs
    ]


def statement(client: rpc.Client, sandbox: RunningSandbox) -> list[tuple]:
    """Import a statement in which OTTO pays for every receipt, less its commission, and pays out what is left."""
    [channel] = client.call("otto.channel", "search", [[]])
    rows, left = [], 0
    for body in sandbox.receipts().values():
        sign = 1 if body["receiptType"] == "PURCHASE" else -1
        paid = sign * sum(_cents(total["gross"]) for total in body["totals"])
        commission = -(paid * 15 // 100)
        rows += [("PAY_IN", body["orderNumber"], paid), ("COMMISSION", body["orderNumber"], commission)]
        left += paid + commission
    rows.append(("PARTNER_PAYOUT", "", -left))
    day = sandbox.now().strftime("%d.%m.%Y")
    lines = [f"{day};{kind};{order};{cents / 100:.2f}" for kind, order, cents in rows]
    text = "\n".join(["Datum;Transaktionstyp;Bestellnummer;Betrag", *lines])
    values = {"channel_id": channel, "file": base64.b64encode(text.encode()).decode(), "file_name": "Kontoauszug.csv"}
    wizard = client.call("otto.statement.import", "create", [values])
    client.call("otto.statement.import", "action_import", [[wizard]])
    matched = client.call("account.bank.statement.line", "search_count", [[("otto_state", "=", "matched")]])
    domain = [("account_id.code", "=", DEBTOR), ("parent_state", "=", "posted")]
    owed = client.call("account.move.line", "search_read", [domain], fields=["balance", "amount_residual"])
    # Each line that is not reconciled counts: a claim and a payment beside it are not nothing.
    open_cents = [
        sum(round(line["balance"] * 100) for line in owed),
        sum(abs(round(line["amount_residual"] * 100)) for line in owed),
    ]
    return [
        ("statement: lines matched", matched, len(rows), "ok" if matched == len(rows) else "DIFFERENT"),
        ("statement: what the debtor owes", open_cents, [0, 0], "ok" if open_cents == [0, 0] else "DIFFERENT"),
    ]


def receipts_in_odoo(client: rpc.Client) -> dict[str, tuple]:
    """Return each receipt's kind, sum in cents, order and pieces, by number."""
    fields = ["number", "kind", "amount_gross", "otto_order_id", "line_ids"]
    rows = client.call("otto.receipt", "search_read", [[]], fields=fields)
    pieces = _pieces(client)
    return {
        row["number"]: (
            row["kind"].upper(),
            round(row["amount_gross"] * 100),
            row["otto_order_id"],
            frozenset().union(*(pieces[line] for line in row["line_ids"])),
        )
        for row in rows
    }


def receipts_at_otto(receipts: dict[str, dict]) -> dict[str, tuple]:
    """Return the same as OTTO wrote it."""
    return {
        number: (
            body["receiptType"],
            sum(_cents(total["gross"]) for total in body["totals"]),
            body["salesOrderId"],
            frozenset(
                piece
                for positions in body["lineItems"].values()
                for position in positions
                for piece in position.get("positionItemIds", ())
            ),
        )
        for number, body in receipts.items()
    }


def _pieces(client: rpc.Client) -> dict[int, frozenset[str]]:
    """Return OTTO's ids of the pieces that each line bills, as they are linked in Odoo."""
    known = {
        row["id"]: row["position_id"]
        for row in client.call("otto.position.item", "search_read", [[]], fields=["position_id"])
    }
    lines = client.call("otto.receipt.line", "search_read", [[]], fields=["piece_ids"])
    return {line["id"]: frozenset(known[piece] for piece in line["piece_ids"]) for line in lines}


def pieces_of(client: rpc.Client, kind: str) -> set[str]:
    """Return the pieces that the receipts of a kind bill."""
    found = receipts_in_odoo(client)
    return {piece for each, _sum, _order, pieces in found.values() if each == kind.upper() for piece in pieces}


def pieces_sent(state: dict) -> set[str]:
    """Return the pieces of all shipments at OTTO."""
    return {item["positionItemId"] for shipment in state["shipments"] for item in shipment["positionItems"]}


def pieces_returned(state: dict) -> set[str]:
    """Return the pieces that are back."""
    items = [item for order in state["orders"] for item in order["positionItems"]]
    return {item["positionItemId"] for item in items if item["fulfillmentStatus"] == "RETURNED"}


def expected_books(receipts) -> tuple[dict[str, int], dict[str, int]]:
    """Return what OTTO's totals make of accounts (debit positive) and of the boxes of the tax report, in cents."""
    balances: dict[str, int] = defaultdict(int)
    boxes: dict[str, int] = defaultdict(int)
    for body in receipts:
        sign = 1 if body["receiptType"] == "PURCHASE" else -1
        share = "part" if body["receiptType"] == "PARTIAL_REFUND" else "full"
        for total in body["totals"]:
            rate = total["taxRate"]
            gross, net, tax = (sign * _cents(total[name]) for name in ("gross", "net", "tax"))
            balances[DEBTOR] += gross
            balances[REVENUE[share, rate]] -= net
            balances[TAX[rate]] -= tax
            base_box, tax_box = BOXES[rate]
            boxes[base_box] += net
            boxes[tax_box] += tax
    return _filled(balances), _filled(boxes)


def books(client: rpc.Client) -> tuple[dict[str, int], dict[str, int]]:
    """Return the balance of each account and of each box of the tax report in the posted entries of receipts."""
    domain = [("move_id.otto_receipt_id", "!=", False), ("parent_state", "=", "posted")]
    lines = client.call("account.move.line", "search_read", [domain], fields=["account_id", "balance", "tax_tag_ids"])
    codes = _codes(client, "account.account", "code", {line["account_id"][0] for line in lines})
    tags = _codes(client, "account.account.tag", "name", {tag for line in lines for tag in line["tax_tag_ids"]})
    balances: dict[str, int] = defaultdict(int)
    boxes: dict[str, int] = defaultdict(int)
    for line in lines:
        cents = round(line["balance"] * 100)
        balances[codes[line["account_id"][0]]] += cents
        for tag in line["tax_tag_ids"]:
            boxes[tags[tag]] -= cents
    return _filled(balances), _filled(boxes)


def _codes(client: rpc.Client, model: str, field: str, ids: set[int]) -> dict[int, str]:
    rows = client.call(model, "read", [sorted(ids)], fields=[field], context={"lang": "en_US"})
    return {row["id"]: row[field] for row in rows}


def _filled(sums: dict[str, int]) -> dict[str, int]:
    return {key: value for key, value in sums.items() if value}


def _cents(amount: dict) -> int:
    return int(Decimal(str(amount["amount"])) * 100)
