"""*Go Live*: what would change on OTTO, seen before it happens (R6)."""

import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.stock.const import PREVIEW_LINES, PREVIEW_PAGES, PREVIEW_SECONDS
from ..otto_api import OttoError


class OttoStockGoLive(models.TransientModel):
    """A preview of the first sending of stock, by the code that sends it, against what OTTO holds now."""

    _name = "otto.stock.go.live"
    _description = "Go Live With the Stock"

    channel_id = fields.Many2one("otto.channel", required=True, readonly=True, ondelete="cascade")
    article_count = fields.Integer("Articles", readonly=True)
    zero_count = fields.Integer("Would Go to 0", readonly=True)
    down_count = fields.Integer("Would Go Down", readonly=True)
    up_count = fields.Integer("Would Go Up", readonly=True)
    same_count = fields.Integer("Stay as They Are", readonly=True)
    unmatched_count = fields.Integer("Without a Product", readonly=True, help="Their quantity on OTTO is left alone.")
    opening_count = fields.Integer(
        "Products Without Stock", readonly=True, help="OTTO offers them, and Odoo has no stock of them."
    )
    is_complete = fields.Boolean(readonly=True)
    summary = fields.Char(compute="_compute_summary")
    zero_ids = fields.Json(readonly=True)
    line_ids = fields.One2many("otto.stock.go.live.line", "wizard_id", "Biggest Changes", readonly=True)

    @api.depends("article_count", "zero_count", "down_count", "up_count", "same_count")
    def _compute_summary(self):
        for wizard in self:
            wizard.summary = self.env._(
                "%(articles)s articles: %(zero)s would go to 0, %(down)s would go down, %(up)s would go up, "
                "%(same)s stay as they are.",
                articles=wizard.article_count,
                zero=wizard.zero_count,
                down=wizard.down_count,
                up=wizard.up_count,
                same=wizard.same_count,
            )

    def _read_preview(self):
        """Read what OTTO holds, as far as a request's time goes, and compare it with what would be sent.

        :raises UserError: OTTO cannot be asked
        """
        channel = self.channel_id.sudo()
        try:
            held, self.is_complete = self._read_held(channel)
        except OttoError as error:
            raise UserError(channel._otto_error_text(error)) from None
        channel._component("otto.product.matching")._match_products()
        offers = channel._component("otto.stock.offer")._offers(everything=True)
        if not self.is_complete:
            offers = [offer for offer in offers if offer.sku in held]
        self._note_changes([(offer, held.get(offer.sku, 0)) for offer in offers if not offer.is_gone])
        domain = [("channel_id", "=", channel.id), ("product_id", "=", False), ("sku", "in", list(held))]
        self.unmatched_count = self.env["otto.listing"].sudo().search_count(domain)
        self.opening_count = len(channel._component("otto.stock.opening")._quantities(held))

    def _read_held(self, channel):
        """Return what OTTO holds by SKU, and whether that is all."""
        held, until = {}, time.monotonic() + PREVIEW_SECONDS
        for number, page in enumerate(channel._otto_client().quantity_pages(), 1):
            held.update({entry.sku: entry.quantity for entry in page.quantities})
            if page.next is None:
                break
            if number >= PREVIEW_PAGES or time.monotonic() > until:
                return held, False
        return held, True

    def _note_changes(self, changes):
        """Write the numbers and the biggest changes.

        :param changes: list of (`Offer`, quantity that OTTO holds)
        """
        zeros = [offer for offer, held in changes if held and not offer.quantity]
        self.write(
            {
                "article_count": len(changes),
                "zero_count": len(zeros),
                "down_count": sum(0 < offer.quantity < held for offer, held in changes),
                "up_count": sum(offer.quantity > held for offer, held in changes),
                "same_count": sum(offer.quantity == held for offer, held in changes),
                "zero_ids": [offer.listing_id for offer in zeros],
            }
        )
        changed = [change for change in changes if change[0].quantity != change[1]]
        changed.sort(key=lambda change: (change[0].quantity > 0, -abs(change[0].quantity - change[1]), change[0].sku))
        self.env["otto.stock.go.live.line"].create(
            [
                {"wizard_id": self.id, "listing_id": offer.listing_id, "held": held, "offered": offer.quantity}
                for offer, held in changed[:PREVIEW_LINES]
            ]
        )

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Go Live With the Stock"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_go_live(self):
        """Button: send the stock from now on; what was shown to go to 0 is confirmed by that."""
        self.ensure_one()
        self.channel_id._go_live(self.zero_ids or [])
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_take_over(self):
        """Button: have the scheduled action book OTTO's quantities as opening stock; nothing is sent by it."""
        self.ensure_one()
        self.channel_id.check_access("write")
        self.channel_id.sudo()._sync("stock").opening = {"next": None, "done": 0}
        self.channel_id._trigger("stock")
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class OttoStockGoLiveLine(models.TransientModel):
    """An article of which OTTO's number would change."""

    _name = "otto.stock.go.live.line"
    _description = "Change on OTTO by Going Live"

    wizard_id = fields.Many2one("otto.stock.go.live", required=True, ondelete="cascade")
    listing_id = fields.Many2one("otto.listing", "Article", required=True, ondelete="cascade")
    title = fields.Char(related="listing_id.title")
    product_id = fields.Many2one(related="listing_id.product_id")
    held = fields.Integer("On OTTO Now")
    offered = fields.Integer("Would Be")
