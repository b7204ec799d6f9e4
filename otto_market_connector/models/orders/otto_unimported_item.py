"""Orders on OTTO that Odoo does not have: what they sold is kept back, so that nobody buys it twice (R6, R20)."""

import logging
from collections import Counter

from odoo import fields, models

from ...otto_api import SOLD_NOT_SENT, order_status, status_of
from ..core.concurrency import CONCURRENCY
from ..core.texts import key_of, stored
from .const import BLIND
from .sound_order import order_key

_logger = logging.getLogger(__name__)


class OttoUnimportedItem(models.Model):
    """Pieces that are sold on OTTO in an order that Odoo does not have; they are not offered again (R6, R20)."""

    _name = "otto.unimported.item"
    _description = "Sold Pieces of an OTTO Order That Odoo Does Not Have"
    _rec_name = "otto_order_id"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    otto_order_id = fields.Char("OTTO Order ID", required=True, index=True)
    issue_key = fields.Char("Reported As", help="Under which number the order is reported.")
    sku = fields.Char("SKU", help="Empty: the order cannot be read, so that any article may be sold.")
    pieces = fields.Integer()
    since = fields.Datetime(
        help="Since when the order cannot be read; empty: since it is noted in this shape.", readonly=True
    )
    settled = fields.Boolean(
        readonly=True, help="A person has looked at the order that cannot be read: it holds no stock down any more."
    )

    def _sold(self):
        """Return how many pieces of each article these orders have sold, to compare with another moment."""
        return Counter({(item.otto_order_id, item.sku): item.pieces for item in self})

    def _shape(self):
        """Return how many pieces of each article one order has sold; None stands for what cannot be read."""
        return Counter({item.sku or None: item.pieces for item in self})

    def _unsettled_since(self):
        """Return since when one order holds all stock down; False when it does not, or a person has ended it."""
        blind = self.filtered(lambda item: not item.sku)
        return (
            False
            if any(blind.mapped("settled"))
            else min((item.since or item.create_date for item in blind), default=False)
        )


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _is_sold_blindly(self):
        """Tell whether an order of these channels cannot be read at all: any article may be sold in it."""
        since = fields.Datetime.now() - BLIND
        domain = [
            *(("channel_id", "in", self.ids), ("sku", "=", False), ("settled", "=", False)),
            *("|", ("since", ">", since), "&", ("since", "=", False), ("create_date", ">", since)),
        ]
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
        sold = {_key(order): (key_of(order_key(order)), _live_skus(order)) for order in orders}
        sold.update({_key(order): (key_of(order_key(order)), _broken_skus(order)) for order in broken})
        if not sold:
            return
        kept = self._unimported(sold)
        before, by_order = kept._sold(), kept.grouped("otto_order_id")
        for otto_id, (issue_key, skus) in self._missing(sold, orders).items():
            known = by_order.get(otto_id, kept.browse())
            if known._shape() == skus:
                # What is kept already stays as it is: since when, and what a person has said of it.
                known.filtered(lambda item, key=issue_key: item.issue_key != key).issue_key = issue_key
                kept -= known
            else:
                self._keep_order(otto_id, issue_key, skus, known)
        kept.unlink()
        # The stock's run reads the orders itself: what is kept back as before would call it for ever.
        if self._unimported(sold)._sold() != before:
            self.channel._goods_changed()

    def _unimported(self, otto_ids):
        domain = [("channel_id", "=", self.channel.id), ("otto_order_id", "in", list(otto_ids))]
        return self.env["otto.unimported.item"].sudo().search(domain)

    def _missing(self, sold, orders):
        """Return what of these orders has to be kept back, because Odoo does not have them.

        :param sold: dict of the order's key to (number under which it is reported, pieces by SKU)
        """
        if not self.channel.import_orders:
            return {}
        missing = {otto_id: entry for otto_id, entry in sold.items() if entry[1]}
        for known in self.channel._orders_by_otto_id(missing) if missing else ():
            del missing[known]
        for elsewhere in self.env["otto.order.linker"]._orders_elsewhere(orders) if missing else ():
            missing.pop(elsewhere, None)
        return missing

    def _keep_order(self, otto_id, issue_key, skus, known):
        """Keep back what one order sold; if that cannot even be written down, any article may be sold in it.

        :param known: what was kept back of it before, in another shape
        """
        base = {"channel_id": self.channel.id, "otto_order_id": otto_id, "issue_key": issue_key}
        base["since"] = known._unsettled_since()
        items = self.env["otto.unimported.item"].sudo()
        try:
            with self.env.cr.savepoint():
                items.create([{**base, "sku": sku, "pieces": pieces} for sku, pieces in skus.items()])
        except CONCURRENCY:
            raise
        except Exception:  # noqa: BLE001 whatever one order brings must not stop the others (R20)
            _logger.warning("What order %s sold cannot be kept back by article", otto_id, exc_info=True)
            pieces = sum(skus.values())
            settled = known._shape() == {None: pieces} and known.settled
            items.create({**base, "sku": False, "pieces": pieces, "settled": settled})

    def _untold(self, broken):
        """Return those orders of a page that cannot be read which no person has settled in this shape.

        :param broken: list of (`BrokenOrder`, what is said of it)
        """
        keys = [key_of(order_key(order)) for order, _text in broken]
        told = self._issues._settled_by_hand(self.channel, "order", keys) if keys else set()
        kept = self._unimported([_key(order) for order, _text in broken])
        holding = {item.otto_order_id for item in kept if not (item.sku or item.settled)}
        return [
            (order, text)
            for order, text in broken
            if _key(order) in holding or (key_of(order_key(order)), stored(text)) not in told
        ]

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


def _key(order):
    return order.id or order.number or "?"


def _live_skus(order):
    """Return how many pieces of each SKU an order has sold and not yet sent."""
    return Counter(item.product.sku for item in order.items if status_of(item.status) in SOLD_NOT_SENT)


def _broken_skus(order):
    """Return the same of an order that could only be read in part; None stands for what cannot be read."""
    return Counter(sku for sku, status in order.pieces if status is None or status_of(status) in SOLD_NOT_SENT)
