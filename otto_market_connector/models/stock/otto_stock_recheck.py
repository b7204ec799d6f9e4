"""Articles of orders that were just seen: OTTO may hold less of them than Odoo believes, so it is asked (R6).

OTTO may lower its number itself when it sells; an order that is cancelled before Odoo sees it leaves it too low.
"""

from odoo import api, fields, models

from ..core.moments import naive
from .const import SOLD_OVERLAP


class OttoStockRecheck(models.Model):
    """An article whose quantity OTTO is asked for by the next run of the stock; only added to and taken away (R19).

    Rows of their own, because a mark on the article itself would let the flows of orders and stock collide.
    """

    _name = "otto.stock.recheck"
    _description = "Article Whose Quantity OTTO Is Asked For"
    _rec_name = "sku"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    sku = fields.Char("SKU", required=True)

    @api.model
    def _note(self, skus):
        """Note articles whose quantity OTTO may have changed.

        :param skus: set of (`otto.channel`, SKU)
        """
        self.sudo().create(
            [{"channel_id": channel.id, "sku": sku} for channel, sku in skus if sku and channel._sends_stock]
        )


class OttoPositionItem(models.Model):
    _inherit = "otto.position.item"

    @api.model_create_multi
    def create(self, vals_list):
        """A piece that is seen for the first time may have lowered OTTO's number."""
        pieces = super().create(vals_list)
        pieces._note_articles_to_recheck()
        return pieces

    def write(self, vals):
        """A piece that was cancelled may have raised it."""
        result = super().write(vals)
        if "status" in vals:
            self._note_articles_to_recheck()
        return result

    def _note_articles_to_recheck(self):
        self.env["otto.stock.recheck"]._note({(piece.channel_id, piece.sku) for piece in self})


class OttoFlowOrders(models.AbstractModel):
    _inherit = "otto.flow.orders"

    def _work_off(self):
        """Count the readings that came to their end: the stock is raised right after one only."""
        result = super()._work_off()
        self.sync.readings += 1
        return result

    def _keep_unimported(self, orders, broken=()):
        """Note the articles of orders that OTTO changed since the last reading, whatever becomes of the orders."""
        seen = self.sync.cursor or self._first_accepted()
        kept = self.env["otto.unimported.item"].sudo().search([("channel_id", "=", self.channel.id)])
        known = set(kept.mapped("otto_order_id"))
        result = super()._keep_unimported(orders, broken)
        skus = {
            item.product.sku
            for order in orders
            if seen and naive(order.lifecycle_change) > seen
            for item in order.items
        }
        skus |= {
            sku for order in broken if (order.id or order.number or "?") not in known for sku, _status in order.pieces
        }
        if skus:
            self.env["otto.stock.recheck"]._note({(self.channel, sku) for sku in skus})
            self.channel._goods_changed()
        return result

    def _first_accepted(self):
        """Return from when on sales may have lowered what OTTO accepted; None if it has accepted nothing yet.

        An order that is cancelled before the first reading that brings any is known from this alone.
        """
        domain = [("channel_id", "=", self.channel.id), ("quantity_date", "!=", False)]
        first = self.env["otto.listing"].search(domain, order="quantity_date", limit=1).quantity_date
        return first and first - SOLD_OVERLAP


class OttoSync(models.Model):
    _inherit = "otto.sync"

    readings = fields.Integer(readonly=True, help="How often OTTO's orders were read to their end.")
