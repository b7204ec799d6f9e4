"""Orders on OTTO that Odoo does not have: what they sold is kept back, so that nobody buys it twice (R6, R20)."""

from collections import Counter

from odoo import fields, models

from ...otto_api import SOLD_NOT_SENT, order_status, status_of
from .const import BLIND


class OttoUnimportedItem(models.Model):
    """Pieces that are sold on OTTO in an order that Odoo does not have; they are not offered again (R6, R20)."""

    _name = "otto.unimported.item"
    _description = "Sold Pieces of an OTTO Order That Odoo Does Not Have"
    _rec_name = "otto_order_id"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    otto_order_id = fields.Char("OTTO Order ID", required=True, index=True)
    sku = fields.Char("SKU", help="Empty: the order cannot be read, so that any article may be sold.")
    pieces = fields.Integer()


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _is_sold_blindly(self):
        """Tell whether an order of these channels cannot be read at all: any article may be sold in it."""
        since = fields.Datetime.now() - BLIND
        domain = [("channel_id", "in", self.ids), ("sku", "=", False), ("create_date", ">", since)]
        return bool(self.env["otto.unimported.item"].sudo().search_count(domain, limit=1))


class OttoFlowOrders(models.AbstractModel):
    _inherit = "otto.flow.orders"

    def _keep_unimported(self, orders, broken=()):
        """Keep back what was sold in those of a page's orders that are not in Odoo, and no longer what is settled.

        They failed, could not be read, have a status that nobody knows, or are announced where Odoo waits for none.
        With the import switched off, orders are somebody else's business: nothing is kept back.

        :param orders: OTTO `Order`, just imported as far as possible
        :param broken: `BrokenOrder` of the same page
        """
        sold = {order.id: _live_skus(order) for order in orders}
        sold.update({order.id or order.number or "?": _broken_skus(order) for order in broken})
        if not sold:
            return
        domain = [("channel_id", "=", self.channel.id), ("otto_order_id", "in", list(sold))]
        self.env["otto.unimported.item"].sudo().search(domain).unlink()
        if not self.channel.import_orders:
            return
        missing = {otto_id: skus for otto_id, skus in sold.items() if skus}
        for known in self.channel._orders_by_otto_id(missing) if missing else ():
            del missing[known]
        self.env["otto.unimported.item"].sudo().create(
            [
                {"channel_id": self.channel.id, "otto_order_id": otto_id, "sku": sku, "pieces": pieces}
                for otto_id, skus in missing.items()
                for sku, pieces in skus.items()
            ]
        )
        if missing:
            self.channel._goods_changed()

    def _not_understood(self, orders):
        """Return (Order, reason) of the new orders whose status is one that OTTO did not have before (R20)."""
        unknown = (
            {order.id: order for order in orders if order_status(order) == "unknown"}
            if self.channel.import_orders
            else {}
        )
        for known in self.channel._orders_by_otto_id(unknown) if unknown else ():
            del unknown[known]
        return [
            (
                order,
                self.env._(
                    "its status %(status)s is not known here, so its pieces are only kept back",
                    status=", ".join(
                        sorted({item.status for item in order.items if status_of(item.status) == "unknown"})
                    ),
                ),
            )
            for order in unknown.values()
        ]


def _live_skus(order):
    """Return how many pieces of each SKU an order has sold and not yet sent."""
    return Counter(item.product.sku for item in order.items if status_of(item.status) in SOLD_NOT_SENT)


def _broken_skus(order):
    """Return the same of an order that could only be read in part; None stands for what cannot be read."""
    return Counter(sku for sku, status in order.pieces if status is None or status_of(status) in SOLD_NOT_SENT)
