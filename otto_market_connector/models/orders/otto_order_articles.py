"""Articles of orders that no product matches: one issue for each, however many orders wait for it (R6, R20)."""

from collections import defaultdict

from odoo import models

from ..core.texts import key_of

# So many of the waiting orders are named; the issue counts and opens them all.
NAMED = 5


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _otto_waiting_for(self, channel, keys=None):
        """Return the orders of a channel that wait for a product, by the key of the article's issue.

        :param keys: only these articles
        :return: dict of key (`key_of` the SKU) to `sale.order`
        """
        domain = [
            ("order_id.otto_channel_id", "=", channel.id),
            ("order_id.state", "in", ("draft", "sent")),
            ("product_id", "=", channel.sudo()._unknown_product().id),
            ("otto_sku", "!=", False),
            ("product_uom_qty", ">", 0),
        ]
        waiting = defaultdict(self.browse)
        for line in self.env["sale.order.line"].search(domain, order="order_id desc, id"):
            key = key_of(line.otto_sku)
            if keys is None or key in keys:
                waiting[key] |= line.order_id
        return dict(waiting)


class OttoOrderArticles(models.AbstractModel):
    _name = "otto.order.articles"
    _description = "Articles of OTTO's Orders That No Product Matches"
    _inherit = ["otto.component"]

    def _report_unknown(self, records):
        """Report the articles for which these orders wait as quotations; resolve those for which none waits (R20)."""
        waits = records.filtered(lambda record: record.state in ("draft", "sent"))
        here = {key_of(line.otto_sku) for line in waits._otto_unknown_lines}
        reported = set(self._issues.sudo()._unsolved(self.channel, "article").mapped("external_id"))
        if not (here or reported):
            return
        waiting = self.env["sale.order"]._otto_waiting_for(self.channel)
        due = [key for key in waiting if key in here or key not in reported]
        self._issues._report(self.channel, "article", [self._failure(key, waiting[key]) for key in due])
        self._issues._resolve(self.channel, "article", reported - waiting.keys())

    def _failure(self, key, orders):
        """Return what `otto.issue` is told of an article: it is the cause, and its page the record."""
        line = orders.order_line.filtered(lambda line: line.otto_sku and key_of(line.otto_sku) == key)[:1]
        sku, piece = line.otto_sku, line.otto_position_ids[:1]
        domain = [("channel_id", "=", self.channel.id), ("sku", "=", sku)]
        listing = self.env["otto.listing"].sudo().search(domain, limit=1)
        ean = listing.ean or piece.ean
        codes = [("default_code", "=", sku)] if not ean else ["|", ("default_code", "=", sku), ("barcode", "=", ean)]
        products = self.env["product.product"].sudo().search([*codes, *self.channel._product_company_domain()], limit=5)
        words = {
            "sku": sku,
            "title": listing.title or piece.title or "-",
            "codes": f"{sku}, {ean}" if ean else sku,
            "orders": self._named(orders),
        }
        if len(products) > 1:
            text = self.env._(
                "Several products match article %(sku)s (%(title)s): %(products)s. Please choose the one that is sold "
                "with the button Choose the Product. Waiting orders: %(orders)s",
                products=", ".join(products.mapped("display_name")),
                **words,
            )
        else:
            text = self.env._(
                "No product matches article %(sku)s (%(title)s): none has %(codes)s as internal reference or barcode. "
                "Please choose it with the button Choose the Product, or set the SKU as the product's internal "
                "reference and press Retry. Waiting orders: %(orders)s",
                **words,
            )
        return key, text, listing or orders[:1]

    def _named(self, orders):
        """Name orders, the latest first, and say how many there are besides."""
        names = [f"{order.name} (OTTO {order.otto_order_number})" for order in orders[:NAMED]]
        if len(orders) > NAMED:
            names.append(self.env._("%s more", len(orders) - NAMED))
        return ", ".join(names)
