"""Who acts: customers and OTTO (at the sandbox), warehouse and office (over RPC, with their own rights).

Each has a random generator of its own, made from the seed and its name: the same seed makes the same choices, whatever
the others do meanwhile.
"""

import http.client
import random
import threading
import xmlrpc.client
from collections.abc import Callable
from typing import Any

import requests

from dev import faults
from dev.rpc import Client
from dev.settings import Problem

from .history import History, now
from .shops import ACCOUNTS, OFFICE, PASSWORD, WAREHOUSE
from .world import World

# Odoo's code for a refusal in words, over XML-RPC.
REFUSED = 2
# People wait a little between two things; the warehouse keeps up with the customers.
PAUSE = (0.05, 0.6)
CUSTOMERS_PAUSE = (0.2, 1.4)
# Customers order what OTTO offers; a few are quicker than its pages.
BLINDLY = 0.1
# Of what comes back, this part is rejected.
REJECTED = 0.3
# What the office has synchronised, the more often the more it waits for it.
FLOWS = (
    *("orders", "orders", "fulfilment", "fulfilment", "stock", "returns", "returns"),
    *("receipts", "prices", "delivery", "catalogue"),
)
OPEN_TRANSFERS = [("picking_type_code", "=", "outgoing"), ("state", "=", "assigned")]


class Actor(threading.Thread):
    """Does one thing after the other until `over` is set."""

    pause = PAUSE

    def __init__(self, name: str, world: World, history: History, seed: int, over: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.world, self.history, self.over = world, history, over
        self.rng = random.Random(f"{name}/{seed}")

    def choices(self) -> list[tuple[int, Callable[[], Any]]]:
        """Return what this actor does, each with its weight."""
        raise NotImplementedError

    def run(self) -> None:
        """Act until it is over."""
        weights, deeds = zip(*self.choices(), strict=True)
        while not self.over.wait(self.rng.uniform(*self.pause)):
            deed = self.rng.choices(deeds, weights)[0]
            begin = now()
            try:
                detail = deed()
            except http.client.HTTPException as error:
                self.history.note(self.name, deed.__name__, begin, "unknown", error=type(error).__name__)
                self.recover()
            except (xmlrpc.client.Fault, requests.HTTPError, Problem) as error:
                self.history.note(self.name, deed.__name__, begin, *_refusal(error))
            except (OSError, xmlrpc.client.Error, requests.RequestException) as error:
                self.history.note(self.name, deed.__name__, begin, "unknown", error=type(error).__name__)
                self.recover()
            else:
                if detail is not None:
                    self.history.note(self.name, deed.__name__, begin, "done", **detail)

    def recover(self) -> None:
        """After a lost answer, wait until the other side may be there again."""
        self.over.wait(0.5)


def _refusal(error: Exception) -> tuple[str]:
    """Return the outcome of an error: what is no refusal in words is unknown."""
    if isinstance(error, xmlrpc.client.Fault):
        return ("refused",) if error.faultCode == REFUSED else ("unknown",)
    return ("refused",)


class Customer(Actor):
    """Orders at OTTO, changes the mind, moves house; OTTO releases and cancels."""

    pause = CUSTOMERS_PAUSE

    def __init__(self, account: int, *args: Any) -> None:
        super().__init__(f"customer{account}", *args)
        self.otto = self.world.sandbox.account(account)
        self.skus = self.world.skus[account]
        self.orders: list[str] = []
        self.announced: list[str] = []

    def choices(self) -> list:
        return [
            (8, self.order),
            (4, self.release),
            (1, self.cancel),
            (1, self.cancel_part),
            (1, self.move),
            (2, self.announce_return),
            (1, self.withdraw_return),
            (1, self.refund_by_otto),
        ]

    def order(self) -> dict | None:
        status = self.rng.choice(("ANNOUNCED", "PROCESSABLE", "PROCESSABLE"))
        offered = self.otto.state()["quantities"]
        choice = self.skus if self.rng.random() < BLINDLY else [sku for sku in self.skus if offered.get(sku)]
        if not choice:
            return None
        skus = self.rng.choices(choice, k=self.rng.randint(1, 3))
        made = self.otto.make_orders(1, status, skus=skus, pieces=len(skus))
        self.orders += made
        return {"orders": made, "skus": skus}

    def release(self) -> dict | None:
        return self._act("release")

    def cancel(self) -> dict | None:
        return self._act("cancel")

    def cancel_part(self) -> dict | None:
        order = self._some_order()
        pieces = [item["positionItemId"] for item in order["positionItems"]] if order else []
        if len(pieces) < 2:
            return None
        self.otto.act(order["salesOrderId"], "cancel", [self.rng.choice(pieces)])
        return {"order": order["salesOrderId"]}

    def move(self) -> dict | None:
        order = self._some_order()
        if not order or "deliveryAddress" not in order:
            return None
        street = f"Neue Straße {self.rng.randint(1, 99)}"
        self.otto.edit_order(order["salesOrderId"], {"deliveryAddress": {"street": street}})
        return {"order": order["salesOrderId"]}

    def announce_return(self) -> dict | None:
        pieces = self._sent_pieces()
        if not pieces:
            return None
        chosen = self.rng.sample(pieces, self.rng.randint(1, len(pieces)))
        self.otto.announce_return(chosen)
        self.announced += chosen
        return {"pieces": chosen}

    def withdraw_return(self) -> dict | None:
        if not self.announced:
            return None
        piece = self.rng.choice(self.announced[-10:])
        self.otto.withdraw_return([piece])
        return {"piece": piece}

    def refund_by_otto(self) -> dict | None:
        """OTTO itself gives the money back, as it does when the seller is late."""
        pieces = self._sent_pieces()
        if not pieces:
            return None
        self.otto.decide_return(pieces[:1], self.rng.choice(("OVERDUE_CREDIT", "FAST_REFUND")))
        return {"piece": pieces[0]}

    def _sent_pieces(self) -> list[str]:
        """Return the pieces of some order that were sent and are not back."""
        orders = [
            [item["positionItemId"] for item in order["positionItems"] if item["fulfillmentStatus"] == "SENT"]
            for order in self.otto.state()["orders"]
        ]
        sent = [pieces for pieces in orders if pieces]
        return self.rng.choice(sent) if sent else []

    def _some_order(self) -> dict | None:
        if not self.orders:
            return None
        chosen = self.rng.choice(self.orders[-30:])
        return next(order for order in self.otto.state()["orders"] if order["salesOrderId"] == chosen)

    def _act(self, action: str) -> dict | None:
        if not self.orders:
            return None
        order = self.rng.choice(self.orders[-30:])
        self.otto.act(order, action)
        return {"order": order}


class Person(Actor):
    """Somebody who works with Odoo."""

    login = ""

    def __init__(self, login: str, *args: Any) -> None:
        super().__init__(login, *args)
        self.login = login
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The session; a new one after each lost answer."""
        if self._client is None:
            self._client = self.world.client(self.login, PASSWORD)
        return self._client

    def recover(self) -> None:
        self._client = None
        super().recover()

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call Odoo in both companies."""
        companies = {"allowed_company_ids": [1, *self._companies()]}
        return self.client.call(model, method, list(args), context=companies, **kwargs)

    def _companies(self) -> list[int]:
        if not hasattr(self, "_others"):
            self._others = self.client.call("res.company", "search", [[("id", "!=", 1)]])
        return self._others

    def pick(self, model: str, domain: list, among: int = 10, order: str = "id") -> int | None:
        """Return one of the first records of a search."""
        found = self.call(model, "search", domain, limit=among, order=order)
        return self.rng.choice(found) if found else None


class Packer(Person):
    """Validates deliveries; both packers take from the same few, so they meet."""

    def choices(self) -> list:
        return [(5, self.validate), (2, self.receive_return)]

    def validate(self) -> dict | None:
        # Mostly the oldest, but one that cannot leave keeps nothing else in the house.
        picking = self.pick("stock.picking", OPEN_TRANSFERS, among=self.rng.choice((2, 2, 40)))
        if picking is None:
            return None
        self.call("stock.picking", "button_validate", [picking])
        return {"picking": picking}

    def receive_return(self) -> dict | None:
        """Say that all that is expected by a transfer is here, and accept or reject it."""
        domain = [("otto_return_id", "!=", False), ("state", "in", ("assigned", "confirmed"))]
        picking = self.pick("stock.picking", domain, among=3)
        if picking is None:
            return None
        action = self.call("stock.picking", "button_validate", [picking])
        if not isinstance(action, dict) or action.get("res_model") != "otto.return.receive":
            return {"picking": picking, "asked": False}
        if self.rng.random() < REJECTED:
            rows = self.call("otto.return.receive.line", "search", [("wizard_id", "=", action["res_id"])])
            said = {"decision": "reject", "reject_reason": "ITEM_DAMAGED", "condition": "D"}
            self.call("otto.return.receive.line", "write", rows, said)
        self.call("otto.return.receive", "action_confirm", [action["res_id"]])
        return {"picking": picking, "asked": True}


class Office(Person):
    """Cancels, counts, sets prices, retries, looks into DHL's list, and presses *Synchronise Now*."""

    def choices(self) -> list:
        return [
            (8, self.run_a_flow),
            (1, self.cancel_order),
            (3, self.count_stock),
            (1, self.set_price),
            (2, self.retry_issue),
            (2, self.settle_label),
            (1, self.report_again),
            (1, self.refund),
            (1, self.reduce_price),
        ]

    def run_a_flow(self) -> dict | None:
        sync = self.pick("otto.sync", [("flow", "=", self.rng.choice(FLOWS))])
        if sync is None:
            return None
        self.call("otto.sync", "action_run_now", [sync])
        return {"sync": sync}

    def cancel_order(self) -> dict | None:
        domain = [("otto_status", "=", "processable"), ("state", "=", "sale"), ("otto_report_state", "=", "none")]
        order = self.pick("sale.order", domain, order="id desc")
        if order is None:
            return None
        self.call("sale.order", "action_cancel", [order])
        return {"order": order}

    def count_stock(self) -> dict | None:
        """Find some more pieces than Odoo knew of, now and then fewer."""
        domain = [("location_id.usage", "=", "internal"), ("product_id.default_code", "!=", False)]
        quant = self.pick("stock.quant", domain, among=100)
        if quant is None:
            return None
        [row] = self.call("stock.quant", "read", [quant], fields=["quantity"])
        counted = max(0, row["quantity"] + self.rng.choice((-2, 1, 3, 5, 8, 12)))
        values = {"inventory_quantity_auto_apply": counted}
        self.client.call("stock.quant", "write", [[quant], values], context={"inventory_mode": True})
        return {"quant": quant, "counted": counted}

    def set_price(self) -> dict | None:
        """Let an article cost something else."""
        product = self.pick("product.product", [("default_code", "!=", False)], among=100)
        if product is None:
            return None
        price = self.rng.randint(500, 20_000) / 100
        self.call("product.product", "write", [product], {"list_price": price})
        return {"product": product, "price": price}

    def retry_issue(self) -> dict | None:
        issue = self.pick("otto.issue", [("state", "=", "open")])
        if issue is None:
            return None
        self.call("otto.issue", "action_retry", [issue])
        return {"issue": issue}

    def settle_label(self) -> dict | None:
        booking = self.pick("dhl.booking", [("state", "=", "possibly"), ("picking_res_id", "!=", False)])
        if booking is None:
            return None
        [row] = self.call("dhl.booking", "read", [booking], fields=["picking_res_id"])
        faults.clear_up(self.client, self.world.sandbox, row["picking_res_id"])
        return {"booking": booking}

    def report_again(self) -> dict | None:
        order = self.pick("sale.order", [("otto_report_state", "=", "refused")])
        if order is None:
            return None
        self.call("sale.order", "action_otto_retry_report", [order])
        return {"order": order}

    def refund(self) -> dict | None:
        """Give the money for a piece back without waiting for goods."""
        piece = self._sent_piece()
        if piece is None:
            return None
        values = {"order_id": piece["order_id"][0], "piece_ids": [(6, 0, [piece["id"]])], "reason": "SHIPMENT_LOST"}
        wizard = self.call("otto.return.refund", "create", values)
        self.call("otto.return.refund", "action_refund", [wizard])
        return {"piece": piece["position_id"]}

    def reduce_price(self) -> dict | None:
        """Give a euro of the price of a piece back."""
        piece = self._sent_piece()
        if piece is None:
            return None
        values = {"order_id": piece["order_id"][0], "piece_id": piece["id"], "amount": 1.0}
        wizard = self.call("otto.price.reduction.ask", "create", values)
        self.call("otto.price.reduction.ask", "action_ask", [wizard])
        return {"piece": piece["position_id"]}

    def _sent_piece(self) -> dict | None:
        piece = self.pick("otto.position.item", [("status", "=", "sent")], among=60)
        if piece is None:
            return None
        return self.call("otto.position.item", "read", [piece], fields=["position_id", "order_id"])[0]


def people(world: World, history: History, seed: int, over: threading.Event) -> list[Actor]:
    """Return everybody who acts."""
    rest = (world, history, seed, over)
    customers = [Customer(account, *rest) for account in ACCOUNTS]
    return [*customers, *(Packer(login, *rest) for login in WAREHOUSE), Office(OFFICE, *rest)]
