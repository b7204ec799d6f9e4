"""For tests and benchmarks: the sandbox as a real process on free ports."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
READY = re.compile(r"OTTO Market: (\S+)  DHL: (\S+)")
TIMEOUT = 30
END_SECONDS = 5


class RunningSandbox:
    """A sandbox that runs, and its control interface. Errors of that interface raise `requests.HTTPError`."""

    def __init__(self, otto_url: str, dhl_url: str, pid: int) -> None:
        self.otto_url = otto_url
        self.dhl_url = dhl_url
        self.pid = pid
        self._account = "1"
        self._session = requests.Session()
        # A proxy of the environment has no business between a test and its sandbox.
        self._session.trust_env = False
        # A connection kept open may be closed by the server at the very moment it is used again.
        self._session.headers["Connection"] = "close"

    def account(self, number: int) -> "RunningSandbox":
        """Return the control interface of another of OTTO's accounts (`sandbox.credentials.CLIENTS`)."""
        other = RunningSandbox(self.otto_url, self.dhl_url, self.pid)
        other._account = str(number)
        return other

    def make_orders(self, count: int = 1, status: str = "PROCESSABLE", **wishes: Any) -> list[str]:
        """Make new orders and return their ids.

        :param wishes: `pieces`, `skus`, `prices`, `currency`, `fees`, `discount`, `payment`; `address` (a kind, one of
            `people.LOCKERS`, or fields); `statuses` of the pieces, also ones nobody knows; `odd`, names of
            `edits.ODD`; `changes`, see `edit_order`
        """
        return self._call("POST", "orders", {"count": count, "status": status, **wishes})["orders"]

    def articles(self) -> dict[str, dict]:
        """Return what OTTO knows of articles beside their stock, by SKU: prices, status, delivery information."""
        return {row["sku"]: row for row in self._call("GET", "catalogue")["articles"]}

    def edit_order(self, order_id: str, change: dict) -> dict:
        """Change an order as OTTO writes it, from now on, and its date of change; return it as it is then.

        :param change: a merge patch, see `sandbox.otto.edits`
        """
        return self._call("POST", f"orders/{order_id}/edit", change)

    def restore_order(self, order_id: str) -> dict:
        """Let OTTO write an order as it is again (an address that was held back comes), and move its date of change."""
        return self._call("POST", f"orders/{order_id}/restore")

    def forget_after_page(self, sku: str, page: int) -> None:
        """Delete an article at OTTO as soon as a page of a list of articles was answered; the others move up."""
        self._call("POST", "catalogue", {"sku": sku, "gone": True, "after_page": page})

    def change_article(self, sku: str, **changes: Any) -> None:
        """Change an article in OTTO's own pages.

        :param changes: `price`, `active`, `status`, `errors`, `category`, `gone`, `reference`, `attributes` (pairs of
            name and value), `picture` (good, broken, missing)
        """
        self._call("POST", "catalogue", {"sku": sku, **changes})

    def state(self) -> dict:
        """Return what OTTO holds: orders, shipments, quantities, articles."""
        return self._call("GET", "state")

    def dhl_state(self) -> dict:
        """Return what DHL holds: shipments."""
        return self._call("GET", "state", dhl=True)

    def requests(self, *, dhl: bool = False) -> list[dict]:
        """Return the requests a server got, oldest first."""
        return self._call("GET", "requests", dhl=dhl)["requests"]

    def clear_requests(self) -> None:
        """Let both servers forget the requests they got."""
        self._call("DELETE", "requests")
        self._call("DELETE", "requests", dhl=True)

    def fault(self, kind: str, path: str = "/", *, dhl: bool = False, **options: Any) -> dict:
        """Switch a fault on; without `times` or `share` it hits one request.

        :param kind: one of `sandbox.faults.KINDS`, whose docstring also names the options of each
        :param path: the start of the paths it hits
        """
        return self._call("POST", "faults", {"kind": kind, "path": path, **options}, dhl=dhl)

    def faults(self, *, dhl: bool = False) -> list[dict]:
        """Return the faults that are switched on, with the number of their `hits`."""
        return self._call("GET", "faults", dhl=dhl)["faults"]

    def connections(self, *, dhl: bool = False) -> int:
        """Return how many connections carried requests of an interface since they were closed last."""
        return self._call("GET", "connections", dhl=dhl)["opened"]

    def close_connections(self, *, dhl: bool = False) -> None:
        """Close what clients keep open, as servers do after a while, and count anew."""
        self._call("DELETE", "connections", dhl=dhl)

    def slow_handshake(self, seconds: float, *, dhl: bool = False) -> None:
        """Let every new connection wait before it is heard, as TLS and a long way do; 0 ends it."""
        self._call("POST", "connections", {"handshake_seconds": seconds}, dhl=dhl)

    def clear_faults(self) -> None:
        """Switch all faults of both servers off."""
        self._call("DELETE", "faults")
        self._call("DELETE", "faults", dhl=True)

    def forget_tokens(self, *, dhl: bool = False) -> None:
        """Let a server forget all tokens that it has given out."""
        self._call("DELETE", "tokens", dhl=dhl)

    def lower_on_sale(self, lowers: bool, *, raises: bool = False) -> None:
        """Choose whether OTTO's quantities go down when orders come; after a start or reset they do not.

        :param raises: whether they go up again when pieces are cancelled
        """
        self._call("POST", "selling", {"lowers": lowers, "raises": raises})

    def rate_limit(self, per_minute: int) -> None:
        """Change how many requests of an account OTTO answers in a minute, 0 for all; until the next reset."""
        self._call("POST", "rate-limit", {"per_minute": per_minute})

    def move_shipment(self, shipment_id: str, state: str) -> dict:
        """Let a carrier scan a parcel that OTTO knows, and return it as it is then; see `control.SHIPMENT_STATES`."""
        return self._call("POST", f"shipments/{shipment_id}", {"state": state})

    def returns(self) -> dict:
        """Return what OTTO knows of `returns`, return `parcels` and price `reductions`."""
        return self._call("GET", "returns")

    def announce_return(self, items: list[str], **wishes: Any) -> list[str]:
        """Let the customer announce that sent pieces, also of several orders, come back; return the parcels' ids.

        :param wishes: `carrier` and `trackingNumbers` (default: the label of the first piece), `scans` (state to
            seconds until the carrier reports it; those left out never come), `fast_refund`, `overdue_after` (seconds)
        """
        return self._call("POST", "returns", {"positionItemIds": items, **wishes})["returnShipmentIds"]

    def withdraw_return(self, items: list[str]) -> None:
        """Let the customer keep announced pieces after all; OTTO's lists do not show them any more."""
        self._call("POST", "returns/withdraw", {"positionItemIds": items})

    def misdirect_return(self, items: list[str]) -> None:
        """Let sent pieces arrive at OTTO's own warehouse."""
        self._call("POST", "returns/misdirect", {"positionItemIds": items})

    def decide_return(self, items: list[str], reason: str = "OVERDUE_CREDIT") -> None:
        """Let OTTO itself refund sent pieces; reasons are `returns_book.MARKETPLACE_REASONS`."""
        self._call("POST", "returns/decide", {"positionItemIds": items, "reason": reason})

    def reduce_price(self, item: str, amount: float) -> None:
        """Let the seller give a part of a sent piece's price back in OTTO Partner Connect, past the interface."""
        self._call("POST", "returns/reduce", {"positionItemId": item, "amount": amount})

    def scan_return(self, parcel_id: str, state: str) -> dict:
        """Let a carrier scan a return parcel, and return it as it is then; see `returns_book.RETURN_STATES`."""
        return self._call("POST", f"returns/parcels/{parcel_id}", {"state": state})

    def return_rules(self, **rules: Any) -> dict:
        """Choose how OTTO deals with returns until the next reset; see `returns_book.ReturnRules`."""
        return self._call("POST", "returns/rules", rules)

    def receipts(self) -> dict[str, dict]:
        """Return the receipts that OTTO has written, by number, oldest first."""
        return {row["receiptNumber"]: row for row in self._call("GET", "receipts")["receipts"]}

    def receipt_rules(self, **rules: Any) -> dict:
        """Choose how OTTO writes receipts until the next reset; see `receipts_book.ReceiptRules`."""
        return self._call("POST", "receipts/rules", rules)

    def add_receipts(self, *receipts: dict) -> list[str]:
        """Let OTTO have receipts of any content, written at their `creationDate`; return their numbers."""
        return self._call("POST", "receipts", {"receipts": list(receipts)})["receiptNumbers"]

    def edit_receipt(self, number: str, change: dict) -> dict:
        """Change a receipt as OTTO writes it, and return it as it is then.

        :param change: a merge patch, see `sandbox.otto.edits`
        """
        return self._call("POST", f"receipts/{number}/edit", change)

    def refund_delivery(self, order_id: str, reason: str = "DELIVERY_FEE_REFUND_AFTER_FULL_REFUND") -> None:
        """Let OTTO give the delivery costs of an order back, on a receipt of their own."""
        self._call("POST", f"receipts/delivery/{order_id}", {"reason": reason})

    def reset(self, **options: int) -> None:
        """Start both servers' state again; options are `seed`, `orders`, `articles`."""
        self._call("POST", "reset", options)
        self._call("POST", "reset", options, dhl=True)

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock forward; both servers share it."""
        self._call("POST", "clock", {"advance_seconds": seconds})

    def stand_at(self, moment: datetime) -> None:
        """Let the sandbox's clock stand at an aware moment until `advance` moves it on or a reset lets it run again."""
        self._call("POST", "clock", {"stand_at": moment.isoformat()})

    def now(self) -> datetime:
        """Return the sandbox's time: aware, UTC."""
        return datetime.fromisoformat(self._call("GET", "clock")["now"])

    def act(self, order_id: str, action: str, items: list[str] | None = None) -> dict:
        """Do to an order what happens without the interface, and return it as it is then.

        :param action: release, cancel (by the marketplace), send (in OTTO Partner Connect), return, touch
        :param items: position item ids; without them all that are in a fitting state
        """
        body = {"positionItemIds": items} if items is not None else {}
        return self._call("POST", f"orders/{order_id}/{action}", body)

    def _call(self, method: str, path: str, body: dict | None = None, *, dhl: bool = False) -> Any:
        base = self.dhl_url if dhl else self.otto_url
        query = {} if dhl else {"account": self._account}
        answer = self._session.request(method, f"{base}/_sandbox/{path}", params=query, json=body, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def running_sandbox(
    otto_port: int = 0, dhl_port: int = 0, orders: int = 25, articles: int = 50, seed: int = 7, **options: Any
) -> Iterator[RunningSandbox]:
    """Run `python -m sandbox` for the length of a `with` block.

    :param options: further command line options, e.g. `cancel_delay=0.2`, `mixed=True`
    :raises RuntimeError: it did not start; the text is what it said
    """
    wanted = {"otto_port": otto_port, "dhl_port": dhl_port, "orders": orders, "articles": articles, "seed": seed}
    command = [sys.executable, "-m", "sandbox", *_arguments(wanted | options)]
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=complaints, text=True) as process,
    ):
        try:
            # The first line comes when both ports are listening; an end without it is a failed start.
            ready = READY.match(process.stdout.readline() if process.stdout else "")
            if not ready:
                process.wait(END_SECONDS)
                complaints.seek(0)
                raise RuntimeError(f"The sandbox did not start: {complaints.read().strip()}")
            yield RunningSandbox(ready[1], ready[2], process.pid)
        finally:
            _end(process)


def _arguments(options: dict[str, Any]) -> list[str]:
    arguments = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            arguments.append(flag)
        elif value is not False and value is not None:
            arguments += [flag, str(value)]
    return arguments


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
