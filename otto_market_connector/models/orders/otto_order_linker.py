"""Orders that are in Odoo already: without their link after the add-on was removed, or under another channel (R19)."""

from collections import defaultdict

from odoo import models

from ...otto_api import order_status
from ..core.write_guard import as_connector
from .otto_order_mapper import piece_groups


class OttoOrderLinker(models.AbstractModel):
    _name = "otto.order.linker"
    _description = "Links OTTO's Orders to Orders That Are in Odoo Already"
    _inherit = ["otto.component"]

    def _link_orders(self, orders):
        """Link orders again that are in Odoo without OTTO's ids, and take over those of an archived channel.

        Uninstalling an add-on takes its fields away; the orders stay with OTTO's number as customer reference.

        :param orders: iterable of OTTO `Order`
        """
        known = self.channel._orders_by_otto_id(order.id for order in orders)
        missing = [order for order in orders if order.id not in known]
        if not missing:
            return
        self._take_over_archived(missing)
        found = self._orders_without_link(missing)
        for order in missing:
            if record := found.get(order.id):
                self._link(record, order)

    def _orders_without_link(self, orders):
        """Find the orders of the company that carry OTTO's number and belong to no channel.

        :return: dict of OTTO's order id to `sale.order`
        """
        prefix = self.channel.order_prefix or ""
        texts = {
            text: order
            for order in orders
            for text in (order.number, f"{prefix}{order.number}", f"OTTO {order.number}")
        }
        records = (
            self.env["sale.order"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.channel.company_id.id),
                    ("otto_channel_id", "=", False),
                    *("|", "|"),
                    ("client_order_ref", "in", list(texts)),
                    ("name", "in", list(texts)),
                    ("origin", "in", list(texts)),
                ],
                order="id desc",
            )
        )
        found = {}
        # Of several, one that lives comes before a cancelled one.
        for record in records.sorted(lambda record: record.state == "cancel"):
            for text in (record.client_order_ref, record.name, record.origin):
                if text in texts:
                    found.setdefault(texts[text].id, record)
                    break
        return found

    def _link(self, record, order):
        """Give an order its channel, OTTO's ids and pieces back; it is brought up to date as a known one after that."""
        mapper = self.env["otto.order.mapper"]
        record = as_connector(record)
        record.write(mapper._link_values(order))
        lines = self._lines_of_groups(record, order)
        for line, items in lines:
            if line:
                line.otto_sku = items[0].product.sku
        self.env["otto.position.item"].sudo().create(
            [mapper._position_item_values(item, record, line) for line, items in lines for item in items]
        )
        # Older than every copy of OTTO, so that the present one is taken over.
        record.write({"otto_last_modified": False, "otto_status": order_status(order)})
        if record.state in ("draft", "sent") and self.channel._takes_changes:
            self._wait_again(record)
        record._otto_linked()
        record._message_log(
            body=self.env._(
                "Linked to order %(number)s of %(channel)s again.", number=order.number, channel=self.channel.name
            )
        )

    def _wait_again(self, record):
        """Have a quotation wait for its address and products as it did: what stood for them belongs to nobody now."""
        waiting = self.env["otto.order.mapper"]._announced_partner()
        record.write({"partner_id": waiting.id, "partner_invoice_id": waiting.id, "partner_shipping_id": waiting.id})
        lines = record.order_line.filtered("otto_sku")
        products = self.env["otto.product.matching"]._find_products(
            (piece.sku, piece.ean) for piece in lines.otto_position_ids
        )
        for line in lines.filtered(lambda line: line.otto_sku not in products):
            line.product_id = self.channel._unknown_product()

    def _lines_of_groups(self, record, order):
        """Find the order line of each group of equal pieces: by product or title and price, each line once.

        :return: list of (`sale.order.line`, pieces)
        """
        groups = piece_groups(order)
        products = self.env["otto.product.matching"]._find_products(
            (items[0].product.sku, items[0].product.ean) for items in groups.values()
        )
        left = record.order_line.filtered(lambda line: line.product_id and not line.is_delivery)
        found = []
        for items in groups.values():
            piece = items[0].product
            likely = left.filtered(
                lambda line, piece=piece: (
                    line.product_id == products.get(piece.sku)
                    or line.product_id.default_code == piece.sku
                    or line.name == piece.title
                )
            )
            price = float(items[0].price.amount)
            exact = likely.filtered(
                lambda line, price=price: not line.currency_id.compare_amounts(line.price_unit, price)
            )
            line = (exact or likely)[:1]
            left -= line
            found.append((line, items))
        return found

    # Another channel

    def _take_over_archived(self, orders):
        """Take over the orders of an archived channel of the company: this one goes on for the same account."""
        self._take_over(self._pieces_elsewhere(orders).order_id)

    def _take_over_orders(self, otto_ids):
        """Take over orders of an archived channel of the company of which OTTO says something: a return, a receipt.

        :param otto_ids: OTTO's ids of orders, those that this channel has among them
        """
        domain = [("otto_order_id", "in", list(otto_ids)), ("otto_channel_id.active", "=", False)]
        self._take_over(self.env["sale.order"].sudo().search(domain))

    def _take_over(self, records):
        """Take over those of these orders whose channel is archived and of this company."""
        records = as_connector(records).filtered(
            lambda record: (
                record.otto_channel_id
                and not record.otto_channel_id.active
                and record.company_id == self.channel.company_id
            )
        )
        if records:
            records.write({"otto_channel_id": self.channel.id})
            records._otto_taken_over()

    def _pieces_elsewhere(self, orders):
        ids = [item.id for order in orders for item in order.items]
        domain = [("position_id", "in", ids), ("channel_id", "!=", self.channel.id)]
        return self.env["otto.position.item"].sudo().search(domain)

    def _orders_elsewhere(self, orders):
        """Return the orders whose pieces another channel has imported: both have the same account at OTTO (R19).

        :param orders: OTTO `Order` that this channel does not have
        :return: dict of OTTO's order id to the other channel's `sale.order`
        """
        by_piece = {piece.position_id: piece.order_id for piece in self._pieces_elsewhere(orders)} if orders else {}
        found = defaultdict(self.env["sale.order"].browse)
        for order in orders:
            for item in order.items:
                if item.id in by_piece:
                    found[order.id] = by_piece[item.id]
        return dict(found)
