"""Who acts: customers and OTTO (at the sandbox), warehouse and office (over RPC, with their own rights; `office`).

Each has a random generator of its own, made from the seed and its name: the same seed makes the same choices, whatever
the others do meanwhile.
"""

import http.client
import random
import re
import threading
import xmlrpc.client
from collections.abc import Callable
from typing import Any

import requests

from dev.rpc import Client
from dev.settings import Problem

from .history import History, now
from .shops import PASSWORD
from .world import World

# Odoo's codes for a refusal in words over XML-RPC: by a rule, or for want of a right.
REFUSED = (2, 3, 4)
# Where an error begins in a traceback: its class, with the module or as Python's own.
ERROR_HEAD = re.compile(r"(\w+\.)+\w+(:|$)|[A-Z]\w*(Error|Exception|Interrupt|Exit)(:|$)")
# People wait a little between two things; the warehouse keeps up with the customers.
PAUSE = (0.05, 0.6)
CUSTOMERS_PAUSE = (0.2, 1.4)
# Customers order what OTTO offers; a few are quicker than its pages.
BLINDLY = 0.1
# Of what comes back, this part is rejected.
REJECTED = 0.3
# Where customers move to.
STREETS = ("Neue Straße", "Am Deich", "Lange Reihe", "Gänsemarkt")
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
                outcome, detail = _refusal(error)
                self.history.note(self.name, deed.__name__, begin, outcome, **detail)
            except (OSError, xmlrpc.client.Error, requests.RequestException) as error:
                self.history.note(self.name, deed.__name__, begin, "unknown", error=type(error).__name__)
                self.recover()
            else:
                if detail is not None:
                    self.history.note(self.name, deed.__name__, begin, "done", **detail)

    def recover(self) -> None:
        """After a lost answer, wait until the other side may be there again."""
        self.over.wait(0.5)


def _refusal(error: Exception) -> tuple[str, dict]:
    """Return the outcome of an error with what is noted of it: what is no refusal in words is unknown."""
    if not isinstance(error, xmlrpc.client.Fault) or error.faultCode in REFUSED:
        return "refused", {}
    return "unknown", {"crash": _last_error(error.faultString)}


def _last_error(traceback: str) -> str:
    """Return the error that a traceback ends with, all of it: PostgreSQL says some things in many lines."""
    lines = traceback.strip().splitlines()
    heads = [number for number, line in enumerate(lines) if ERROR_HEAD.match(line)]
    return "\n".join(lines[heads[-1] if heads else -4 :])[:1000] or "?"


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
        place = {"street": self.rng.choice(STREETS), "houseNumber": str(self.rng.randint(1, 99))}
        self.otto.edit_order(order["salesOrderId"], {"deliveryAddress": place})
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
