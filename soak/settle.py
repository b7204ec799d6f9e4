"""After the storm: what patient people and Odoo's scheduled actions do until nothing is left to be done."""

import contextlib
import time
import xmlrpc.client

from dev import faults
from dev.rpc import Client
from dev.settings import Problem

from .world import World

FLOWS = ("orders", "fulfilment", "returns", "orders", "receipts", "prices", "stock")
# A round is one run of each flow; what is not done after so many is a difference.
ROUNDS = 12
# On a busy machine a run may take that long.
RUN_SECONDS = 300
# A flow that could not finish comes back within this time by itself.
COMES_BACK = "3 minutes"
# A run that waits for another one comes back after a minute, and OTTO works prices off in some seconds.
WAIT_SECONDS = 90
PLANNED = f"""
    SELECT s.flow, t.call_at FROM ir_cron_trigger t JOIN otto_sync s ON s.cron_id = t.cron_id
     WHERE t.call_at <= now() AT TIME ZONE 'UTC' + interval '{COMES_BACK}'
"""  # noqa: S608 a constant
# Nobody works any more: whatever label is under way was left behind.
LONG_AGO = """
    UPDATE dhl_booking SET write_date = write_date - interval '1 hour'
     WHERE state IN ('intent', 'cancel_doubt') OR (state = 'booked' AND kind = 'shipment')
"""
# What is still due, a sentence each. A partial refund whose answer was lost is asked for again after half an hour, if
# OTTO does not list it by then (R25).
LEFT = (
    """SELECT 'order ' || name || ' is still ' || otto_report_state FROM sale_order
        WHERE otto_report_state IN ('to_send', 'to_cancel', 'waiting')""",
    """SELECT 'the decision about piece ' || p.position_id || ' is not told' FROM otto_return_line l
         JOIN otto_position_item p ON p.id = l.piece_id WHERE l.decision_state IN ('due', 'asked')""",
    """SELECT 'the partial refund of piece ' || p.position_id || ' is ' || r.state FROM otto_price_reduction r
         JOIN otto_position_item p ON p.id = r.piece_id WHERE r.state IN ('due', 'initiated')""",
    "SELECT 'label ' || ref_no || ' is still ' || state FROM dhl_booking WHERE state IN ('possibly', 'intent')",
    "SELECT 'the price of ' || sku || ' is under way' FROM otto_listing WHERE price_task IS NOT NULL",
    "SELECT 'receipt ' || number || ' is to be booked' FROM otto_receipt WHERE booking_state = 'due'",
)


def settle(world: World, seconds: float) -> list[str]:
    """Have everything done that is due, without faults.

    :return: what is still due when the time is up, a line each
    """
    world.sandbox.clear_faults()
    client = world.wait_for_login()
    end = time.monotonic() + seconds
    calm = 0
    for _ in range(ROUNDS):
        _run_daily(client, world)
        # What is tried again is due until its flow has run.
        _retry_issues(client)
        _settle_labels(client, world)
        problems = [problem for flow in FLOWS if (problem := run_flow(client, flow))]
        left = left_over(world)
        calm = 0 if left or problems else calm + 1
        # The second round has read what the first one told.
        if time.monotonic() > end or (calm > 1 and not world.cluster.execute(PLANNED)):
            break
        if calm:
            _wait_for_planned(world, end)
    return [*problems, *left]


def run_flow(client: Client, flow: str) -> str:
    """Run a flow of both channels; return what it says, nothing if it succeeded."""
    try:
        client.run_flow(flow, seconds=RUN_SECONDS)
    except (Problem, xmlrpc.client.Fault) as error:
        return f"flow {flow}: {error}"
    return ""


def left_over(world: World) -> list[str]:
    """Return what is still due, a sentence each."""
    return [sentence for query in LEFT for (sentence,) in world.cluster.execute(query)]


def _wait_for_planned(world: World, end: float) -> None:
    """Wait until the runs have begun that flows have planned themselves: what another run was in the way of."""
    end = min(end, time.monotonic() + WAIT_SECONDS)
    while world.cluster.execute(PLANNED) and time.monotonic() < end:
        time.sleep(1)


def _settle_labels(client: Client, world: World) -> None:
    domain = [("state", "=", "possibly"), ("picking_res_id", "!=", False)]
    for row in client.call("dhl.booking", "search_read", [domain], fields=["picking_res_id"]):
        with contextlib.suppress(xmlrpc.client.Fault):
            faults.clear_up(client, world.sandbox, row["picking_res_id"])


def _run_daily(client: Client, world: World) -> None:
    """Run what Odoo does by itself in a day: its stock scheduler, and the sweep of labels whose process has died.

    Whoever finds an article's stock row locked writes a second one, and what was reserved stays so: too little is
    offered until the scheduler ran, never too much. The sweep waits some minutes for a process that may be alive.
    """
    world.cluster.execute(LONG_AGO)
    for action in ("stock.ir_cron_scheduler_action", "delivery_dhl_de.ir_cron_sweep_bookings"):
        with contextlib.suppress(xmlrpc.client.Fault):
            client.call("ir.cron", "method_direct_trigger", [[client.ref(action)]])


def _retry_issues(client: Client) -> None:
    issues = client.call("otto.issue", "search", [[("state", "=", "open")]])
    if issues:
        with contextlib.suppress(xmlrpc.client.Fault):
            client.call("otto.issue", "action_retry", [issues])
