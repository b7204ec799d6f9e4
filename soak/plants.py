"""Differences planted on purpose, to see that the checker finds them: `make soak PLANT=total`, `PLANT=all`."""

import json
from collections.abc import Callable

import requests

from dev.environment import CARRIER
from dev.settings import Problem
from sandbox.credentials import CLIENTS

from .world import SANDBOX_HISTORY, World

WRONG = "00340434160000000000"
# An order of which nobody was told anything.
QUIET = "NOT coalesce(otto_stop_parcel, FALSE) AND otto_report_state != 'refused'"
SENT = f"(SELECT id FROM sale_order WHERE otto_report_state = 'sent' AND {QUIET} ORDER BY id LIMIT 1)"
WAITING = f"(SELECT id FROM sale_order WHERE otto_status = 'announced' AND {QUIET} ORDER BY id LIMIT 1)"
# One that still has pieces at OTTO.
ONE = f"""(SELECT id FROM sale_order WHERE otto_status IN ('announced', 'processable', 'sent') AND state != 'cancel'
             AND {QUIET} ORDER BY id LIMIT 1)"""
FAR_TOO_MUCH = 5000
# OTTO's limit of requests in a minute, and one more.
TOO_OFTEN = 1201


def _sql(statement: str) -> Callable[[World], None]:
    def plant(world: World) -> None:
        if not world.cluster.execute(f"{statement} RETURNING 1"):
            raise Problem("There is nothing yet in which this difference could be planted; let it run longer.")

    return plant


def _label(world: World) -> None:
    """Book a label at DHL again, past Odoo."""
    shipments = world.sandbox.dhl_state()["shipments"]
    if not shipments:
        raise Problem("There is no label yet that could be booked again; let it run longer.")
    answer = requests.post(
        f"{world.sandbox.dhl_url}/parcel/de/shipping/v2/orders",
        json={"profile": "STANDARD_GRUPPENPROFIL", "shipments": [shipments[-1]["request"]]},
        headers={"dhl-api-key": CARRIER["dhl_de_api_key"]},
        auth=(CARRIER["dhl_de_user"], CARRIER["dhl_de_password"]),
        timeout=30,
    )
    if answer.status_code != requests.codes.ok:
        raise Problem(f"The label cannot be planted: {answer.status_code} {answer.text[:200]}")


def _order(world: World) -> None:
    """Let a customer order what nobody reads any more."""
    world.sandbox.make_orders(1)


def _offer(place: int) -> Callable[[World], None]:
    """Return what offers far too much of one of the articles, past Odoo."""

    def plant(world: World) -> None:
        client, (secret, _account) = next(iter(CLIENTS.items()))
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
        url = world.sandbox.otto_url
        answer = requests.post(f"{url}/v1/token", data=form | {"scope": "availability"}, timeout=30)
        requests.post(
            f"{url}/v1/availability/quantities",
            json=[{"sku": world.skus[1][place], "quantity": FAR_TOO_MUCH}],
            headers={"Authorization": f"Bearer {answer.json()['access_token']}"},
            timeout=30,
        ).raise_for_status()

    return plant


def _sent_piece(world: World) -> str:
    """Return a piece that was sent, of which OTTO knows no return yet."""
    known = {entry["positionItemId"] for entry in world.sandbox.returns()["returns"]}
    for order in world.sandbox.state()["orders"]:
        for piece in order["positionItems"]:
            if piece["fulfillmentStatus"] == "SENT" and piece["positionItemId"] not in known:
                return piece["positionItemId"]
    raise Problem("Nothing was sent yet of which this difference could be planted; let it run longer.")


def _refund(world: World) -> None:
    """Give a part of a price back, past Odoo."""
    world.sandbox.reduce_price(_sent_piece(world), 1.0)


def _return(world: World) -> None:
    """Announce a return that nobody reads any more."""
    world.sandbox.announce_return([_sent_piece(world)])


def _price(world: World) -> None:
    """Change a price in OTTO's own pages."""
    world.sandbox.change_article(world.skus[1][0], price=0.5)


def _requests(world: World) -> None:
    """Write down that OTTO was asked too often."""
    lines = [json.loads(line) for line in SANDBOX_HISTORY.read_text().splitlines()]
    last = next(line for line in reversed(lines) if line["server"] == "otto")
    harmless = last | {"method": "GET", "path": "/v1/receipts", "status": 200}
    with SANDBOX_HISTORY.open("a") as file:
        file.write(f"{json.dumps(harmless)}\n" * TOO_OFTEN)


_due = _sql(f"UPDATE sale_order SET otto_report_state = 'to_send' WHERE id = {SENT}")
# Name of the difference: how it is planted, and the rule that must find it. What an order says about itself comes last:
# some rules ask nothing of orders of which a person was told.
PLANTS: dict[str, tuple[Callable[[World], None], str]] = {
    "order": (_order, "orders_are_there_once"),
    "total": (_sql(f"UPDATE sale_order SET amount_total = amount_total + 0.01 WHERE id = {ONE}"), "totals_are_equal"),
    "number": (
        _sql(f"UPDATE otto_parcel SET tracking_number = '{WRONG}' WHERE order_id = {SENT} AND type = 'shipment'"),
        "shipments_are_ours",
    ),
    "return number": (
        _sql(f"UPDATE otto_parcel SET tracking_number = '{WRONG}' WHERE order_id = {SENT} AND type = 'return'"),
        "labels_are_known",
    ),
    "label": (_label, "labels_are_known"),
    "address": (
        _sql("""UPDATE res_partner SET street = 'Irrweg 1'
                WHERE id IN (SELECT partner_shipping_id FROM sale_order WHERE otto_status = 'processable')"""),
        "addresses_are_equal",
    ),
    "stock": (
        _sql("""UPDATE stock_quant SET quantity = quantity + 1 WHERE id = (SELECT q.id FROM stock_quant q
                JOIN stock_location l ON l.id = q.location_id JOIN product_product p ON p.id = q.product_id
                WHERE l.usage = 'internal' AND p.default_code IS NOT NULL ORDER BY q.id LIMIT 1)"""),
        "stock_is_conserved",
    ),
    "offer": (_offer(-1), "quantities_are_right"),
    "moment": (_offer(-2), "never_offered_too_much"),
    "price": (_price, "prices_are_equal"),
    "refund": (_refund, "refunds_are_made_once"),
    "return": (_return, "returns_are_known"),
    "booking": (
        _sql("UPDATE account_move SET state = 'draft' WHERE otto_receipt_booked"),
        "receipts_are_booked",
    ),
    "receipt": (_sql("UPDATE otto_receipt SET amount_gross = amount_gross + 0.01"), "receipts_are_there_once"),
    "requests": (_requests, "limit_is_kept"),
    "defect": (
        _sql("""INSERT INTO otto_issue (channel_id, kind, external_id, name, state)
                SELECT min(id), 'connection', 'orders', 'It met a defect.', 'open' FROM otto_channel"""),
        "nothing_is_a_defect",
    ),
    "cancelled": (
        _sql(f"UPDATE sale_order SET state = 'cancel' WHERE id = {SENT}"),
        "cancelled_here_is_cancelled_there",
    ),
    "state": (_sql(f"UPDATE sale_order SET state = 'sale' WHERE id = {WAITING}"), "states_fit"),
    "sent": (_due, "what_left_was_told"),
    "due": (_due, "nothing_is_left"),
    "piece": (
        _sql("UPDATE otto_position_item SET status = 'announced' WHERE status != 'announced'"),
        "pieces_are_equal",
    ),
}
