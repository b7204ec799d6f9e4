"""Who works in the office of both companies."""

from dev import faults

from .actors import Person

# What the office has synchronised, the more often the more it waits for it.
FLOWS = (
    *("orders", "orders", "fulfilment", "fulfilment", "stock", "returns", "returns"),
    *("receipts", "prices", "delivery", "catalogue"),
)


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
