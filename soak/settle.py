"""After the storm: what patient people and Odoo's scheduled actions do until nothing is left to be done."""

import contextlib
import time
import xmlrpc.client

from dev import faults
from dev.rpc import Client
from dev.settings import Problem

from .world import World

FLOWS = ("orders", "fulfilment", "returns", "orders", "receipts", "stock")
# A round is one run of each flow; what is not done after so many is a difference.
ROUNDS = 12
DUE = [("otto_report_state", "in", ("to_send", "to_cancel", "waiting"))]


def settle(world: World, seconds: float) -> list[str]:
    """Have everything done that is due, without faults.

    :return: what is still due when the time is up, a line each
    """
    world.sandbox.clear_faults()
    client = world.wait_for_login()
    end = time.monotonic() + seconds
    calm = 0
    for _ in range(ROUNDS):
        # What is tried again is due until its flow has run.
        _retry_issues(client)
        _settle_labels(client, world)
        problems = [problem for flow in FLOWS if (problem := _run(client, flow))]
        left = _left(client)
        calm = 0 if left or problems else calm + 1
        # The second round has read what the first one told.
        if calm == 2 or time.monotonic() > end:
            break
    return [*problems, *left]


def _run(client: Client, flow: str) -> str:
    """Run a flow of both channels; return what it says, nothing if it succeeded."""
    try:
        client.run_flow(flow, seconds=120)
    except (Problem, xmlrpc.client.Fault) as error:
        return f"flow {flow}: {error}"
    return ""


def _settle_labels(client: Client, world: World) -> None:
    domain = [("state", "=", "possibly"), ("picking_res_id", "!=", False)]
    for row in client.call("dhl.booking", "search_read", [domain], fields=["picking_res_id"]):
        with contextlib.suppress(xmlrpc.client.Fault):
            faults.clear_up(client, world.sandbox, row["picking_res_id"])


def _retry_issues(client: Client) -> None:
    issues = client.call("otto.issue", "search", [[("state", "=", "open")]])
    if issues:
        with contextlib.suppress(xmlrpc.client.Fault):
            client.call("otto.issue", "action_retry", [issues])


def _left(client: Client) -> list[str]:
    orders = client.call("sale.order", "search_read", [DUE], fields=["name", "otto_report_state"])
    decisions = client.call("otto.return.line", "search_count", [[("decision_state", "in", ("due", "asked"))]])
    # One whose answer was lost is asked for again after half an hour, if OTTO does not list it by then (R25).
    refunds = client.call("otto.price.reduction", "search_count", [[("state", "in", ("due", "initiated"))]])
    labels = client.call("dhl.booking", "search_read", [[("state", "=", "possibly")]], fields=["ref_no"])
    return [
        *(f"order {order['name']} is still {order['otto_report_state']}" for order in orders),
        *([f"{decisions} decisions are not told"] if decisions else []),
        *([f"{refunds} partial refunds are open"] if refunds else []),
        *(f"label {label['ref_no']} is still possibly booked" for label in labels),
    ]
