"""R6, R17, R19: hundreds of random sales, transfers, cancellations, faults and retries; OTTO never offers too much."""

import random
from collections import Counter
from unittest.mock import patch

from odoo import Command
from odoo.addons.otto_market_connector.otto_api import OttoClient

from tests.harness import OttoCase

ARTICLES = 3
STEPS = 110
FAULTS = (
    ("status", {"status": 500}),
    ("status", {"status": 413}),
    ("lost", {}),
    ("html", {}),
    ("broken", {}),
    ("rate_limit", {"seconds": 1}),
)


class Life:
    """What may happen to a retailer; each action is as likely as its weight."""

    ACTIONS = {
        "sell_elsewhere": 4,
        "cancel_elsewhere": 2,
        "deliver_elsewhere": 2,
        "receive": 3,
        "lose": 2,
        "move_away": 1,
        "come_back": 1,
        "ordered_at_otto": 5,
        "announced_at_otto": 3,
        "released": 1,
        "customer_cancels": 2,
        "seller_cancels": 1,
        "ship": 3,
        "tell_otto": 2,
        "fault": 4,
        "read_orders": 3,
        "send_stock": 8,
        "send_elsewhere": 3,
    }

    def __init__(self, case, seed):
        self.case = case
        self.env = case.env
        self.random = random.Random(seed)
        self.skus = [article["sku"] for article in case.articles[:ARTICLES]]
        self.products = {p.default_code: p for p in case.products if p.default_code in self.skus}
        self.location = case.channel.warehouse_id.lot_stock_id
        self.outside = case.env["stock.warehouse"].create({"name": "Nord", "code": "NORD"}).lot_stock_id
        self.transfers = case.env["stock.move"]
        self.partner = case.env["res.partner"].create({"name": "Laden um die Ecke"})
        self.elsewhere = case.env["sale.order"]
        self.log = []
        self.sold_meanwhile = Counter()
        # A second channel that divides the goods of the first article with this one, as another article.
        self.shared = self.products[self.skus[0]]
        self.second = case.make_channel("OTTO Zwei", import_orders=False)
        self.other_sku = case.articles[ARTICLES]["sku"]
        listing = {"channel_id": self.second.id, "sku": self.other_sku, "product_id": self.shared.id}
        case.env["otto.listing"].create(listing)

    def act(self):
        names, weights = zip(*self.ACTIONS.items(), strict=True)
        name = self.random.choices(names, weights)[0]
        self.log.append(name)
        # Some actions follow one another within a second, some after a while.
        self.case.sandbox.advance(self.random.choice((0, 0, 1, 40, 150)))
        getattr(self, name)()

    def product(self):
        return self.products[self.random.choice(self.skus)]

    def sell_elsewhere(self):
        line = {"product_id": self.product().id, "product_uom_qty": self.random.randint(1, 6)}
        order = self.env["sale.order"].create({"partner_id": self.partner.id, "order_line": [Command.create(line)]})
        order.action_confirm()
        self.elsewhere |= order

    def cancel_elsewhere(self):
        if chosen := self.open_elsewhere():
            chosen._action_cancel()

    def deliver_elsewhere(self):
        if (chosen := self.open_elsewhere()) and chosen.picking_ids.state == "assigned":
            chosen.picking_ids.with_context(skip_backorder=True).button_validate()

    def open_elsewhere(self):
        rows = self.elsewhere.filtered(
            lambda order: order.state == "sale" and "done" not in order.picking_ids.mapped("state")
        )
        return rows and self.random.choice(rows)

    def receive(self):
        self.env["stock.quant"]._update_available_quantity(self.product(), self.location, self.random.randint(1, 9))

    def lose(self):
        self.env["stock.quant"]._update_available_quantity(self.product(), self.location, -self.random.randint(1, 5))

    def move_away(self):
        """Goods are to go to another warehouse; what is confirmed is promised."""
        self.transfer(self.location, self.outside, done=self.random.random() < 0.5)

    def come_back(self):
        """A return is received, or still to come."""
        self.transfer(self.outside, self.location, done=self.random.random() < 0.5)

    def transfer(self, source, target, done):
        move = self.env["stock.move"].create(
            {
                "product_id": self.product().id,
                "product_uom_qty": self.random.randint(1, 4),
                "location_id": source.id,
                "location_dest_id": target.id,
            }
        )
        move._action_confirm()
        if done:
            move.write({"quantity": move.product_uom_qty, "picked": True})
            move._action_done()
        self.transfers |= move

    def customer_orders(self, status, count=None):
        """A customer can only order what OTTO offers.

        :param count: a `Counter` of pieces by SKU to add them to
        """
        sku = self.random.choice(self.skus)
        offered = self.case.sandbox.state()["quantities"].get(sku, 0)
        if offered:
            pieces = min(offered, self.random.randint(1, 3))
            self.case.sandbox.make_orders(skus=[sku], pieces=pieces, status=status)
            if count is not None:
                count[sku] += pieces

    def ordered_at_otto(self):
        self.customer_orders("PROCESSABLE")

    def announced_at_otto(self):
        self.customer_orders("ANNOUNCED")

    def released(self):
        self.case.sandbox.advance(46 * 60)

    def customer_cancels(self):
        live = [
            order["salesOrderId"]
            for order in self.case.sandbox.state()["orders"]
            if {item["fulfillmentStatus"] for item in order["positionItems"]} & {"ANNOUNCED", "PROCESSABLE"}
        ]
        if live:
            self.case.sandbox.act(self.random.choice(live), "cancel")

    def open_otto(self):
        domain = [("otto_status", "=", "processable"), ("state", "=", "sale"), ("otto_report_state", "=", "none")]
        rows = self.env["sale.order"].search(domain)
        return rows and self.random.choice(rows)

    def seller_cancels(self):
        if order := self.open_otto():
            order.action_cancel()

    def ship(self):
        """Both labels were made elsewhere, so that DHL is left out of it."""
        order = self.open_otto()
        if not order or order.picking_ids.state != "assigned" or order.otto_parcel_ids:
            return
        for kind in ("shipment", "return"):
            number = f"{self.random.randrange(10**11, 10**12)}"
            self.env["otto.parcel"].create({"order_id": order.id, "type": kind, "tracking_number": number})
        order.picking_ids.button_validate()

    def tell_otto(self):
        self.case.run_flow("fulfilment")

    def fault(self):
        kind, options = self.random.choice(FAULTS)
        path = self.random.choice(("/v1/availability", "/v4/orders", "/v1/shipments"))
        self.case.sandbox.fault(kind, path, times=self.random.randint(1, 2), **options)

    def read_orders(self):
        self.run("orders")

    def send_stock(self):
        """Send the stock, whenever orders were read last."""
        self.send(self.case.channel, self.skus)

    def send_elsewhere(self):
        """Send the stock of the other channel."""
        self.send(self.second, [self.other_sku])

    def send(self, channel, skus):
        """Send a channel's stock, and judge each number that came to OTTO at the moment it came."""
        orders = self.case.channel._sync("orders")
        orders.not_before = False
        before, readings = self.case.sandbox.state()["quantities"], orders.readings
        self.sold_meanwhile.clear()
        with patch.object(OttoClient, "set_quantities", self.selling(OttoClient.set_quantities)):
            sync = self.run("stock", channel)
        offered = self.case.sandbox.state()["quantities"]
        deliverable, free = self.deliverable(), self.free()
        is_calm = self.fresh() and not sync.last_error
        for sku in skus:
            goods = self.skus[0] if sku == self.other_sku else sku
            story = f"{sku} after {self.log}: {sync.last_error or ''}"
            if orders.readings == readings:
                # Sold pieces that could not be read are not known here; so nothing may be raised.
                self.case.assertLessEqual(offered[sku], before[sku], story)
            elif offered[sku] != before[sku]:
                # What was sold during a request is lowered by the next one, unless that fails.
                window = 0 if is_calm else self.sold_meanwhile[goods]
                self.case.assertLessEqual(offered[sku], max(0, deliverable[goods]) + window, story)
                self.case.assertLessEqual(offered[sku], max(0, free[goods]) + window, story)
            if is_calm and goods != self.skus[0]:
                self.case.assertEqual(offered[sku], max(0, min(deliverable[goods], free[goods])), story)
        if is_calm and offered != before and channel == self.second:
            self.judge_sharing(before, offered, deliverable)

    def selling(self, original):
        """Return a way to send quantities during which customers order, before OTTO has the new numbers or after."""

        def send(client, quantities):
            if self.random.random() < 0.3:
                self.customer_orders("PROCESSABLE", self.sold_meanwhile)
            result = original(client, quantities)
            if self.random.random() < 0.3:
                self.customer_orders("PROCESSABLE", self.sold_meanwhile)
            return result

        return send

    def free(self):
        """Return by SKU what Odoo itself calls free in the channel's places: never more than that is offered."""
        self.env.invalidate_all()
        places = self.case.channel._stock_roots().ids
        return {sku: int(product.with_context(location=places).free_qty) for sku, product in self.products.items()}

    def judge_sharing(self, before, offered, deliverable):
        """What one channel raises is not promised by the other: together they offer no more than there is.

        What the other one sold during the request is lowered by its own next run.
        """
        together = offered[self.skus[0]] + offered[self.other_sku]
        if offered[self.other_sku] > before[self.other_sku]:
            most = max(0, deliverable[self.skus[0]]) + self.sold_meanwhile[self.skus[0]]
            self.case.assertLessEqual(together, most, str(self.log))

    def judge_the_end(self):
        """Without faults all is read, nothing is in doubt, and OTTO holds what the rule says, divided to the piece."""
        self.case.assertTrue(self.fresh())
        syncs = self.case.channel._sync("stock") | self.second._sync("stock")
        self.case.assertEqual(syncs.mapped("last_error"), [False, False])
        self.case.assertFalse(self.env["otto.listing"].search([("quantity_in_doubt", "=", True)]))
        offered, deliverable = self.case.sandbox.state()["quantities"], self.deliverable()
        offered[self.skus[0]] += offered[self.other_sku]
        for sku in self.skus:
            self.case.assertEqual(offered[sku], max(0, deliverable[sku]), str(self.log))

    def run(self, flow, channel=None):
        channel = channel or self.case.channel
        channel._sync(flow).not_before = False
        return self.case.run_flow(flow, channel)

    def fresh(self):
        orders = self.case.channel._sync("orders")
        return bool(orders.last_success and not orders.last_error)

    def deliverable(self):
        """Return by SKU what is there minus what is promised to anybody, counted from both sides' records."""
        left = Counter()
        quants = self.env["stock.quant"].search([("location_id", "child_of", self.location.id)])
        for quant in quants:
            if quant.product_id.default_code in self.skus:
                left[quant.product_id.default_code] += quant.quantity
        for order in self.elsewhere.filtered(lambda row: row.state == "sale"):
            for line in order.order_line:
                left[line.product_id.default_code] -= line.product_uom_qty - line.qty_delivered
        for move in self.transfers.filtered(lambda row: row.state not in ("done", "cancel")):
            if move.location_id == self.location:
                left[move.product_id.default_code] -= move.product_uom_qty
        known = {row.otto_order_id: row for row in self.env["sale.order"].search([("otto_channel_id", "!=", False)])}
        for order in self.case.sandbox.state()["orders"]:
            row = known.get(order["salesOrderId"])
            settled = row and (row.state == "cancel" or "done" in row.picking_ids.mapped("state"))
            for item in order["positionItems"]:
                if item["fulfillmentStatus"] in ("ANNOUNCED", "PROCESSABLE") and not settled:
                    left[item["product"]["sku"]] -= 1
        return left


class TestStockRandom(OttoCase):
    def live(self, seed, lowers):
        for sku in (article["sku"] for article in self.articles[:ARTICLES]):
            self.env["otto.listing"].create({"channel_id": self.channel.id, "sku": sku})
        life = Life(self, seed)
        self.sandbox.lower_on_sale(lowers)
        life.send_stock()
        for _step in range(STEPS):
            life.act()
        self.sandbox.clear_faults()
        life.log.append("the end")
        for _run in range(2):
            life.send_stock()
            life.send_elsewhere()
        life.judge_the_end()
        self.assertGreater(life.log.count("send_stock"), 10)

    def test_r6_a_random_life(self):
        for seed, lowers in ((1, False), (2, True)):
            with self.subTest(seed, lowers=lowers), self.cr.savepoint() as savepoint:
                self.reset_sandbox()
                self.live(seed, lowers)
                savepoint.rollback()
            self.env.invalidate_all()
