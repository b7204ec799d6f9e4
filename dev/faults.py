"""Faults in the smoke test: a part of OTTO's and DHL's answers fails, and people do what Odoo tells them to."""

import time
import xmlrpc.client
from collections.abc import Callable

from dev import rpc
from dev.settings import Problem
from sandbox.running import RunningSandbox

# The part of all requests that each kind of fault hits.
SHARE = 0.05
FAULTS = {"rate_limit": {"seconds": 1}, "status": {"status": 500}, "lost": {}}
TRIES = 20


def begin(sandbox: RunningSandbox) -> None:
    """Let OTTO and DHL fail now and then: 429, 500, and answers that are lost after the work was done."""
    for dhl in (False, True):
        for kind, options in FAULTS.items():
            sandbox.fault(kind, dhl=dhl, share=SHARE, **options)


def until(done: Callable[[], bool], step: Callable[[], object], what: str) -> None:
    """Repeat a step, as Odoo's scheduled actions and patient people do, until something is done.

    :raises Problem: it is not done after many tries; carries the last refusal
    """
    last = ""
    for _ in range(TRIES):
        try:
            step()
            if done():
                return
        except Problem as problem:
            last = str(problem)
        except xmlrpc.client.Fault as fault:
            last = fault.faultString.strip().splitlines()[-1]
        time.sleep(0.6)
    raise Problem(f"{what} does not succeed in {TRIES} tries. {last}")


def run_flow(client: rpc.Client, flow: str, due: list | None = None) -> None:
    """Have a flow run until it succeeds, and until no order is due any more.

    :param due: domain of the orders that are still to be told
    """

    def done() -> bool:
        return not due or not client.call("sale.order", "search_count", [due])

    until(done, lambda: client.run_flow(flow), f"The flow {flow}")


def validate(client: rpc.Client, sandbox: RunningSandbox, picking: int) -> None:
    """Validate a transfer as the warehouse does, and clear up what Odoo shows as possibly booked."""

    def step() -> None:
        clear_up(client, sandbox, picking)
        client.call("stock.picking", "button_validate", [[picking]])

    def done() -> bool:
        return client.call("stock.picking", "read", [[picking]], fields=["state"])[0]["state"] == "done"

    until(done, step, f"The transfer {picking}")


def clear_up(client: rpc.Client, sandbox: RunningSandbox, picking: int) -> None:
    """Look in DHL's list for what Odoo cannot know, and tell Odoo, as its message asks."""
    domain = [("picking_res_id", "=", picking), ("state", "=", "possibly")]
    for booking in client.call("dhl.booking", "search_read", [domain], fields=["ref_no"]):
        held = [
            row["shipmentNo"]
            for row in sandbox.dhl_state()["shipments"]
            if row["refNo"] == booking["ref_no"] and row["state"] == "booked"
        ]
        if held:
            wizard = client.call(
                "dhl.booking.number", "create", [{"booking_id": booking["id"], "shipment_no": held[0]}]
            )
            client.call("dhl.booking.number", "action_use", [[wizard]])
        else:
            client.call("dhl.booking", "action_not_booked", [[booking["id"]]])
