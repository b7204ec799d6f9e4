"""The smoke test's returns: five returns, a partial refund, one that OTTO decides; then both sides are compared.

Whole, in part, not announced, rejected, lost in transit. The warehouse and the office do what they do by buttons.
"""

from collections import Counter

from dev import faults, rpc
from dev.settings import Problem
from sandbox.running import RunningSandbox

CASES = ("whole", "part", "unannounced", "rejected", "lost", "reduced", "by_otto")
REDUCTION = 1.5
ANNOUNCED = ("whole", "part", "rejected", "by_otto")
RECEIVED = ("whole", "part", "unannounced", "rejected")


class Returns:
    """The returns of one smoke test.

    :ivar pieces: case -> OTTO's ids of the pieces that it is about
    :ivar put_back: SKU -> pieces that are sold again
    """

    def __init__(self, client: rpc.Client, sandbox: RunningSandbox, shipped: list[dict]) -> None:
        self.client, self.sandbox = client, sandbox
        self.orders = self._choose([order["id"] for order in shipped])
        self.pieces = {case: self.orders[case]["pieces"] for case in CASES}
        self.pieces["part"] = self.pieces["part"][:1]
        self.pieces["reduced"] = self.pieces["reduced"][:1]
        self.put_back: Counter[str] = Counter()

    def _choose(self, ids: list[int]) -> dict[str, dict]:
        """Return an order for each case; that of which a part comes back has several pieces."""
        domain = [("order_id", "in", ids), ("status", "=", "sent")]
        fields = ["order_id", "position_id", "sku"]
        rows = self.client.call("otto.position.item", "search_read", [domain], fields=fields, order="id")
        orders: dict[int, dict] = {}
        for row in rows:
            order = orders.setdefault(row["order_id"][0], {"id": row["order_id"][0], "pieces": [], "skus": {}})
            order["pieces"].append(row["position_id"])
            order["skus"][row["position_id"]] = row["sku"]
        several = sorted(orders.values(), key=lambda order: -len(order["pieces"]))
        if len(several) < len(CASES) or len(several[0]["pieces"]) < 2:
            raise Problem("The smoke test has too few sent orders for its returns.")
        return {"part": several[0], **dict(zip([case for case in CASES if case != "part"], several[1:], strict=False))}

    # What the customers, the warehouse and the office do

    def run(self) -> None:
        """Do it all, until OTTO has every decision and refund.

        :raises Problem: something is not done after many tries
        """
        self._quarantine()
        for case in ANNOUNCED:
            self.sandbox.announce_return(self.pieces[case])
        self._until(self._announced, "Reading the announced returns")
        for case in RECEIVED:
            self._receive(case)
        self._refund()
        self.sandbox.decide_return(self.pieces["by_otto"])
        self._until(self._told, "Telling OTTO the decisions and refunds")
        faults.run_flow(self.client, "orders")

    def _until(self, done, what: str) -> None:
        def step() -> None:
            kinds = [("kind", "in", ("reduction", "decision")), ("state", "=", "open")]
            if issues := self.client.call("otto.issue", "search", [kinds]):
                self.client.call("otto.issue", "action_retry", [issues])
            self.client.run_flow("returns")

        faults.until(done, step, what)

    def _announced(self) -> bool:
        ids = [item for case in ANNOUNCED for item in self.pieces[case]]
        domain = [("piece_id.position_id", "in", ids), ("picking_id", "!=", False)]
        return self.client.call("otto.return.line", "search_count", [domain]) == len(ids)

    def _told(self) -> bool:
        self.sandbox.advance(2)
        lines = [("decision", "!=", "none"), ("decision_state", "!=", "done")]
        by_otto = [("piece_id.position_id", "in", self.pieces["by_otto"]), ("decided_by_otto", "=", True)]
        return (
            not self.client.call("otto.return.line", "search_count", [lines])
            and not self.client.call("otto.price.reduction", "search_count", [[("state", "!=", "processed")]])
            and self.client.call("otto.return.line", "search_count", [by_otto]) == len(self.pieces["by_otto"])
        )

    def _quarantine(self) -> None:
        """Let what is heavily used be put outside of the warehouse that the channel sells from."""
        channel = self.client.call("otto.channel", "search", [[]], limit=1)[0]
        location = self.client.call("stock.location", "create", [{"name": "Quarantine", "usage": "internal"}])
        row = {"channel_id": channel, "condition": "D", "kind": "quarantine", "location_id": location}
        self.client.call("otto.return.location", "create", [row])

    def _receive(self, case: str) -> None:
        """Scan a return, say what came, confirm."""
        order = self.orders[case]
        scan = self.client.call("otto.return.scan", "create", [{"text": self._number(order["id"])}])
        action = self.client.call("otto.return.scan", "action_find", [[scan]])
        if not action or action["res_model"] != "otto.return.receive":
            raise Problem(f"The return of order {order['id']} is not found by its number.")
        wizard = action["res_id"]
        rows = self.client.call(
            "otto.return.receive.line", "search_read", [[("wizard_id", "=", wizard)]], fields=["piece_id"]
        )
        said = {"came": "received"}
        if case == "rejected":
            said |= {"condition": "D", "decision": "reject", "reject_reason": "ITEM_DAMAGED"}
        for row in rows:
            self.client.call("otto.return.receive.line", "write", [[row["id"]], said])
        self.client.call("otto.return.receive", "action_confirm", [[wizard]])
        if case != "rejected":
            self.put_back += Counter(order["skus"][item] for item in self.pieces[case])

    def _number(self, order: int) -> str:
        domain = [("order_id", "=", order), ("type", "=", "return")]
        return self.client.call("otto.parcel", "search_read", [domain], fields=["tracking_number"])[0][
            "tracking_number"
        ]

    def _refund(self) -> None:
        """Let the office refund a lost shipment, and a part of the price of another piece."""
        wizard = self.client.call(
            "otto.return.refund",
            "create",
            [
                {
                    "order_id": self.orders["lost"]["id"],
                    "piece_ids": [(6, 0, self._ids("lost"))],
                    "reason": "SHIPMENT_LOST",
                }
            ],
        )
        self.client.call("otto.return.refund", "action_refund", [[wizard]])
        values = {"order_id": self.orders["reduced"]["id"], "piece_id": self._ids("reduced")[0], "amount": REDUCTION}

        def step() -> None:
            # OTTO is asked what is left, and may not answer.
            asked = self.client.call("otto.price.reduction.ask", "create", [values])
            self.client.call("otto.price.reduction.ask", "action_ask", [[asked]])

        def done() -> bool:
            return bool(self.client.call("otto.price.reduction", "search_count", [[]]))

        faults.until(done, step, "A partial refund")

    def _ids(self, case: str) -> list[int]:
        return self.client.call("otto.position.item", "search", [[("position_id", "in", self.pieces[case])]])

    # Both sides

    def compare(self) -> list[tuple]:
        """Return pairs of (what, Odoo, OTTO) that must be equal."""
        held = self.sandbox.returns()
        return [
            ("returns: decision, condition, reason", self._in_odoo(), self._at_otto(held["returns"])),
            (
                "partial refunds: amount, state, receipt",
                self._reduced_in_odoo(),
                self._reduced_at_otto(held["reductions"]),
            ),
            ("goods here, in quarantine", self._goods(), self._goods_expected()),
        ]

    def _in_odoo(self) -> dict:
        fields = [
            "piece_id",
            "decision",
            "decision_state",
            "condition",
            "decision_reason",
            "decided_by_otto",
            "otto_reason",
        ]
        names = {"accept": "ACCEPTED", "reject": "REJECTED"}
        rows = {}
        for line in self.client.call("otto.return.line", "search_read", [[]], fields=fields):
            if line["decided_by_otto"]:
                said = ("ACCEPTED", None, line["otto_reason"])
            else:
                said = (names.get(line["decision"]), line["condition"], line["decision_reason"])
            rows[line["piece_id"][1]] = said
        return rows

    def _at_otto(self, returns: list[dict]) -> dict:
        return {
            row["positionItemId"]: (row["status"], row["details"].get("condition"), row["details"].get("reason"))
            for row in returns
        }

    def _reduced_in_odoo(self) -> dict:
        fields = ["piece_id", "amount", "state", "receipt_number"]
        rows = self.client.call("otto.price.reduction", "search_read", [[]], fields=fields)
        return {row["piece_id"][1]: [(row["amount"], row["state"].upper(), row["receipt_number"])] for row in rows}

    def _reduced_at_otto(self, reductions: list[dict]) -> dict:
        return {
            row["positionItemId"]: [
                (entry["priceReduction"]["amount"], entry["status"], entry["receiptNumber"])
                for entry in row["priceReductions"]
            ]
            for row in reductions
        }

    def _goods(self) -> tuple[int, int]:
        """Return how many returned pieces are here, and how many goods lie in quarantine."""
        here = self.client.call("otto.return.line", "search_count", [[("received", "=", "received")]])
        quants = self.client.call(
            "stock.quant", "search_read", [[("location_id.name", "=", "Quarantine")]], fields=["quantity"]
        )
        return here, round(sum(quant["quantity"] for quant in quants))

    def _goods_expected(self) -> tuple[int, int]:
        return sum(len(self.pieces[case]) for case in RECEIVED), len(self.pieces["rejected"])
