"""What may happen in a shop: each act is done to the sandbox, or in Odoo in a transaction of its own."""

from collections import Counter
from contextlib import contextmanager
from inspect import signature

import requests

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .model import Model

# The articles that customers order: the last one is not known to Odoo, the one before is a kit where `mrp` is there.
ARTICLES = 5
PIECES = 8
KIT = {"Frame": 1, "Screw": 4}
OPEN = ("ANNOUNCED", "PROCESSABLE")
PEOPLE = "sales_team.group_sale_manager,stock.group_stock_manager"


class Shop:
    """One channel with few goods, and the people who work there; `begin` starts a life.

    :param case: an `OttoCase`
    :param clock: a `VirtualClock` that stands
    """

    # Why OTTO pays by itself.
    OTTOS_REASONS = ("OVERDUE_CREDIT", "FAST_REFUND", "CUSTOMER_CLARIFICATION", "LACK_OF_COOPERATION")

    def __init__(self, case, clock):
        self.case, self.clock, self.sandbox, self.channel = case, clock, case.sandbox, case.channel
        self.skus = [article["sku"] for article in case.articles[:ARTICLES]]
        self.known, self.unknown = self.skus[:-1], self.skus[-1]
        self.products = {sku: self._product(sku) for sku in self.skus}
        self._prepare()

    def _product(self, sku):
        return self.case.products.filtered(lambda product: product.default_code == sku)

    def _prepare(self):
        """Have what each life begins with; done once, and kept when a life is over."""
        env = self.case.env
        self.clock.begin()
        self.person = new_test_user(env, "machine", PEOPLE, email="machine@muster.example")
        self.channel.write({"name": "OTTO 1", "responsible_id": self.person.id})
        self.parts = self._make_kit(self.known[-1]) if "mrp.bom" in env else {}
        self.case.run_flow("catalogue")
        goods = {sku: self.products[sku] for sku in self.known if sku not in self.parts}
        goods |= {part.default_code: part for part in getattr(self, "kit_parts", ())}
        self.goods = goods
        for code, product in goods.items():
            self.case.set_stock(product, PIECES * KIT.get(code, 1))
        self._price_list()
        self.channel.write({"book_receipts": True, "booking_from": self.clock.now.date()})
        self.products[self.unknown].write({"default_code": False, "barcode": False})
        env["otto.listing"].search([("sku", "=", self.unknown)]).product_id = False
        self.neighbour = env["res.partner"].create({"name": "Laden um die Ecke"})
        env.flush_all()

    def _make_kit(self, sku):
        env = self.case.env
        self.kit_parts = env["product.product"].create(
            [{"name": name, "default_code": name, "is_storable": True, "weight": 0.2} for name in KIT]
        )
        env["mrp.bom"].create(
            {
                "product_tmpl_id": self.products[sku].product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": KIT[part.default_code]})
                    for part in self.kit_parts
                ],
            }
        )
        return {sku: Counter(KIT)}

    def _price_list(self):
        """Let OTTO's prices follow a pricelist that says what they are now."""
        listings = self.channel.listing_ids.filtered("product_id")
        tax = self.channel._tax_of_rate(19.0)
        self.pricelist = self.case.env["product.pricelist"].create({"name": "OTTO"})
        for listing in listings:
            listing.product_id.write({"list_price": listing.price, "taxes_id": [(6, 0, tax.ids)]})
        self.channel.write({"send_prices": True, "pricelist_id": self.pricelist.id})

    def begin(self):
        """Start a new life: OTTO, DHL and the clock as at the beginning."""
        self.case.reset_sandbox()
        self.clock.begin()
        self.model = Model(parts=self.parts)
        self.model.offered = self.sandbox.state()["quantities"]

    # Ways to act

    def act(self, name, *chosen):
        """Do something by its name, with as much of what was chosen as it needs."""
        deed = getattr(self, name)
        deed(*chosen[: len(signature(deed).parameters)])

    @contextmanager
    def _office(self, root=False):
        """Give an environment of a person in a transaction; what it refuses in words is undone."""
        user = self.case.env.ref("base.user_root") if root else self.person
        with self.case.own_cursor() as env:
            env = env(user=user.id, context={"lang": "en_US", "tz": "Europe/Berlin"})
            try:
                yield env
                env.cr.commit()
            except UserError:
                env.cr.rollback()

    def _at_otto(self, deed, *args, **wishes):
        """Do something at OTTO, which may refuse it."""
        try:
            return deed(*args, **wishes)
        except requests.HTTPError as error:
            if error.response.status_code not in (404, 409):
                raise
            return None

    def _otto_orders(self):
        return {order["salesOrderId"]: order for order in self.sandbox.state()["orders"]}

    def _one(self, rows, number):
        return rows[number % len(rows)] if rows else None

    def _pick(self, env, model, domain, number, order="id"):
        """Return one of the records of a search, none if there is none."""
        found = env[model].search(domain, order=order, limit=12)
        return found[number % len(found)] if found else found

    # Customers and OTTO

    def order(self, skus, announced, address=None):
        """A customer orders."""
        status = "ANNOUNCED" if announced else "PROCESSABLE"
        wishes = {"address": address} if address else {}
        self.model.orders += self.sandbox.make_orders(1, status, skus=skus, pieces=len(skus), **wishes)

    def release(self, number):
        """OTTO releases an order."""
        if key := self._one(self.model.orders, number):
            self._at_otto(self.sandbox.act, key, "release")

    def cancelled_at_otto(self, number, part):
        """The customer or OTTO cancels an order or a piece of it."""
        key = self._one(self.model.orders, number)
        if not key:
            return
        pieces = [item["positionItemId"] for item in self._otto_orders()[key]["positionItems"]]
        self._at_otto(self.sandbox.act, key, "cancel", [self._one(pieces, number)] if part else None)

    def send_in_partner_connect(self, number):
        """Somebody enters the shipment in OTTO's own pages."""
        key = self._one(self.model.orders, number)
        if key and self._at_otto(self.sandbox.act, key, "send"):
            self.model.entered.add(key)

    def move_house(self, number):
        """The customer's address changes."""
        key = self._one(self.model.orders, number)
        if key and "deliveryAddress" in self._otto_orders()[key]:
            change = {"deliveryAddress": {"street": f"Neue Straße {number % 90 + 1}"}}
            self._at_otto(self.sandbox.edit_order, key, change)

    def sent_pieces(self):
        """Return OTTO's ids of the pieces that are sent, oldest first."""
        orders = self._otto_orders().values()
        items = [item for order in orders for item in order["positionItems"]]
        return [item["positionItemId"] for item in items if item["fulfillmentStatus"] == "SENT"]

    def announce_return(self, number, many):
        """The customer announces that pieces, also of several orders, come back."""
        sent = self.sent_pieces()
        if sent:
            start = number % len(sent)
            self._at_otto(self.sandbox.announce_return, sent[start : start + (2 if many else 1)])

    def withdraw_return(self, number):
        """The customer keeps the piece after all."""
        announced = [row["positionItemId"] for row in self.sandbox.returns()["returns"] if row["status"] == "ANNOUNCED"]
        if piece := self._one(announced, number):
            self._at_otto(self.sandbox.withdraw_return, [piece])

    def scan_return(self, number):
        """A carrier scans a return parcel."""
        if parcel := self._one(self.sandbox.returns()["parcels"], number):
            self._at_otto(self.sandbox.scan_return, parcel["returnShipmentId"], "DELIVERED")

    def decided_by_otto(self, number, reason):
        """OTTO itself gives the money back, or a return goes to OTTO's own warehouse."""
        if piece := self._one(self.sent_pieces(), number):
            if reason == "MISDIRECTED":
                self._at_otto(self.sandbox.misdirect_return, [piece])
            else:
                self._at_otto(self.sandbox.decide_return, [piece], reason)

    # Warehouse

    def validate(self, number, part):
        """Somebody validates a delivery, or tries to with a piece less."""
        domain = [("picking_type_code", "=", "outgoing"), ("state", "in", ("assigned", "confirmed"))]
        with self._office() as env:
            picking = self._pick(env, "stock.picking", [*domain, ("sale_id.otto_channel_id", "!=", False)], number)
            if picking and part:
                move = picking.move_ids[:1]
                move.write({"quantity": max(0, move.quantity - 1), "picked": True})
            picking and picking.with_context(skip_backorder=True).button_validate()

    def cancel_label(self, number):
        """Somebody takes a label back."""
        domain = [("carrier_tracking_ref", "!=", False), ("carrier_id.delivery_type", "=", "dhl_de")]
        with self._office() as env:
            picking = self._pick(env, "stock.picking", domain, number, "id desc")
            picking and picking.cancel_shipment()

    def new_label(self, number):
        """Somebody makes a label for goods that have left without one."""
        domain = [("picking_type_code", "=", "outgoing"), ("state", "=", "done"), ("carrier_tracking_ref", "=", False)]
        with self._office() as env:
            picking = self._pick(env, "stock.picking", [*domain, ("sale_id.otto_channel_id", "!=", False)], number)
            picking and picking.send_to_shipper()

    def receive(self, number, said):
        """Somebody says what came back.

        :param said: values of the rows, one after the other
        """
        domain = [("otto_return_id", "!=", False), ("state", "in", ("assigned", "confirmed"))]
        with self._office() as env:
            picking = self._pick(env, "stock.picking", domain, number)
            action = picking and picking.button_validate()
            if isinstance(action, dict) and action.get("res_model") == "otto.return.receive":
                wizard = env["otto.return.receive"].browse(action["res_id"])
                for index, row in enumerate(wizard.line_ids):
                    row.write(said[index % len(said)])
                pieces = [row.piece_id.sudo().position_id for row in wizard.line_ids if row.sudo().decision == "accept"]
                wizard.action_confirm()
                self.model.accepted.update(pieces)

    def count(self, number, pieces):
        """Somebody counts the goods, and finds some or misses some."""
        code = sorted(self.goods)[number % len(self.goods)]
        place = self.channel.warehouse_id.lot_stock_id
        with self._office() as env:
            env["stock.quant"]._update_available_quantity(
                env["product.product"].browse(self.goods[code].id),
                env["stock.location"].browse(place.id),
                pieces,
            )

    # Office

    def cancel_order(self, number):
        """The office cancels an order, the newest first."""
        domain = [("state", "=", "sale"), ("otto_channel_id", "!=", False)]
        with self._office() as env:
            order = self._pick(env, "sale.order", domain, number, "id desc")
            order and order.action_cancel()

    def reopen(self, number):
        """The office takes up a cancelled order again."""
        domain = [("state", "=", "cancel"), ("otto_channel_id", "!=", False)]
        with self._office() as env:
            order = self._pick(env, "sale.order", domain, number, "id desc")
            order and order.action_otto_reopen()

    def parcel_stopped(self, number):
        """Somebody says that a parcel was stopped."""
        with self._office() as env:
            order = self._pick(env, "sale.order", [("otto_stop_parcel", "=", True)], number)
            if order:
                order.action_otto_parcel_stopped()
                self.model.stopped.add(order.otto_order_id)

    def sell_elsewhere(self, number, pieces):
        """Somebody else buys goods, which stay here for a while."""
        code = sorted(self.goods)[number % len(self.goods)]
        line = {"product_id": self.goods[code].id, "product_uom_qty": pieces}
        with self._office() as env:
            env["sale.order"].create(
                {"partner_id": self.neighbour.id, "order_line": [Command.create(line)]}
            ).action_confirm()
            self.model.promised[code] += pieces

    def refund(self, number):
        """The office gives the price of a piece back without waiting for goods."""
        with self._office() as env:
            piece = self._pick(env, "otto.position.item", [("status", "=", "sent")], number)
            if piece:
                wizard = env["otto.return.refund"].create(
                    {"order_id": piece.order_id.id, "piece_ids": [(6, 0, piece.ids)], "reason": "SHIPMENT_LOST"}
                )
                wizard.action_refund()
                self.model.accepted.add(piece.position_id)

    def reduce_price(self, number):
        """The office gives a part of the price of a piece back."""
        cents = (1, 100, 250)[number % 3]
        with self._office() as env:
            piece = self._pick(env, "otto.position.item", [("status", "=", "sent")], number)
            if piece:
                values = {"order_id": piece.order_id.id, "piece_id": piece.id, "amount": cents / 100}
                env["otto.price.reduction.ask"].create(values).action_ask()
                self.model.asked[piece.position_id].append(cents)

    def accept(self, number):
        """The office accepts pieces of a return."""
        self._decide(number, "accept")

    def reject(self, number):
        """The office rejects pieces of a return."""
        self._decide(number, "reject")

    def _decide(self, number, decision):
        with self._office() as env:
            found = self._pick(env, "otto.return", [], number)
            if found:
                reason = {"accept": {"accept_reason": "COMPLAINT"}, "reject": {"reject_reason": "ITEM_DAMAGED"}}
                wizard = env["otto.return.decide"].create(
                    {"return_id": found.id, "decision": decision, **reason[decision]}
                )
                pieces = wizard.line_ids.sudo().piece_id.mapped("position_id") if decision == "accept" else []
                wizard.action_decide()
                self.model.accepted.update(pieces)

    def change_price(self, number):
        """The office changes the price of an article."""
        cents = 999 + 1000 * number
        sku = self._one(self.known, number)
        with self._office(root=True) as env:
            env["product.product"].browse(self.products[sku].id).list_price = cents / 100
            self.model.prices[sku] = cents

    def learn_article(self):
        """The office finds out which product the unknown article is."""
        with self._office(root=True) as env:
            env["product.product"].browse(self.products[self.unknown].id).default_code = self.unknown

    def retry_issues(self):
        """The office presses *Retry* for all issues."""
        with self._office(root=True) as env:
            env["otto.issue"].search([("state", "=", "open")]).action_retry()

    def tell_again(self):
        """The office has OTTO told again what it refused."""
        with self._office() as env:
            env["sale.order"].search([("otto_report_state", "=", "refused")]).action_otto_retry_report()

    def reverse_booking(self, number):
        """The office has a receipt booked again."""
        with self._office(root=True) as env:
            receipt = self._pick(env, "otto.receipt", [("booking_state", "=", "booked")], number)
            if receipt:
                receipt.action_reverse_booking()
                receipt.action_book_again()

    # Machines

    def run(self, flow):
        """A scheduled action comes round; return what the flow's row says of an error."""
        if flow == "labels":
            with self.case.own_cursor() as env:
                env["dhl.booking"]._cron_sweep()
            return False
        self.case.run_flow(flow)
        return self.last_error(flow)

    def last_error(self, flow):
        """Return what ended a flow's last run, False if nothing did."""
        return self.channel._sync(flow).last_error

    def settle_labels(self):
        """Somebody looks in DHL's list for what Odoo cannot know, and tells Odoo."""
        held = {
            row["refNo"]: row["shipmentNo"] for row in self.sandbox.dhl_state()["shipments"] if row["state"] == "booked"
        }
        with self._office(root=True) as env:
            for booking in env["dhl.booking"].search([("state", "=", "possibly"), ("picking_res_id", "!=", False)]):
                if number := held.get(booking.ref_no):
                    env["dhl.booking.number"].create({"booking_id": booking.id, "shipment_no": number}).action_use()
                else:
                    booking.action_not_booked()
