"""Which prices an article shall have on OTTO: the pricelist's, gross, in euros; a rule with an end is a sale price."""

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...otto_api import ArticlePrice, Money, Sale
from .const import AHEAD, CENT, CURRENCY, MOST_STARTS, SALE_AHEAD


@dataclass(frozen=True)
class Wanted:
    """The gross prices in euros that an article shall have on OTTO; times are naive UTC without fractions."""

    price: float
    sale_price: float = 0.0
    sale_start: datetime | None = None
    sale_end: datetime | None = None

    def equals(self, price, sale_price, sale_start, sale_end):
        """Tell whether these prices, as fields hold them, are the same.

        Two sales that have begun, or begin as soon as one that is sent now, begin at the same time.
        """
        if abs(price - self.price) > CENT or abs(sale_price - self.sale_price) > CENT:
            return False
        if not self.sale_price:
            return True
        soon = fields.Datetime.now() + AHEAD
        has_begun = sale_start and self.sale_start and max(sale_start, self.sale_start) <= soon
        return sale_end == self.sale_end and (sale_start == self.sale_start or bool(has_begun))

    def as_sent_now(self):
        """Return it as OTTO takes it now: no sale begins in the past, and none that is over by then is sent."""
        if not self.sale_price:
            return self
        start = max(self.sale_start, fields.Datetime.now() + AHEAD)
        return replace(self, sale_start=start) if start < self.sale_end else Wanted(self.price)

    def as_article_price(self, sku):
        """Return it as the wire writes it."""
        sale = None
        if self.sale_price:
            dates = (moment.replace(tzinfo=timezone.utc) for moment in (self.sale_start, self.sale_end))
            sale = Sale(_euros(self.sale_price), *dates)
        return ArticlePrice(sku, _euros(self.price), sale)


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    send_prices = fields.Boolean(tracking=True, help="On: the prices of the pricelist are sent to OTTO.")
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Prices for one piece in euros. OTTO gets them with tax: it is added to the prices of products whose tax "
        "is not included in the price. A rule with an end date is a sale price; the regular one is what the pricelist "
        "says without such rules.",
    )

    @api.constrains("send_prices", "pricelist_id")
    def _check_pricelist_currency(self):
        """OTTO takes euros only; converted prices would change every day."""
        for channel in self:
            if channel.send_prices and channel.pricelist_id and channel.pricelist_id.currency_id.name != CURRENCY:
                raise ValidationError(
                    self.env._(
                        "%(channel)s: OTTO takes prices in euros only, but the pricelist %(pricelist)s is in "
                        "%(currency)s. Please choose a pricelist in euros.",
                        channel=channel.name,
                        pricelist=channel.pricelist_id.display_name,
                        currency=channel.pricelist_id.currency_id.name,
                    )
                )


class OttoPriceRules(models.AbstractModel):
    _name = "otto.price.rules"
    _description = "Prices That Articles Shall Have on OTTO"
    _inherit = ["otto.component"]

    def _wanted_prices(self, listings):
        """Return the `Wanted` of each listing with a product; all prices of the pricelist computed in one go.

        OTTO takes one sale price for an article: the present one, else the next that begins soon.
        """
        listings = listings.filtered("product_id")
        products = listings.product_id.with_company(self.channel.company_id)
        wanted = self._prices_at(products, fields.Datetime.now())
        for start in self._coming_starts():
            waiting = products.filtered(lambda product: not wanted[product.id].sale_price)
            coming = self._prices_at(waiting, start) if waiting else {}
            for product_id, want in coming.items():
                if want.sale_price:
                    # The regular price stays today's until the sale is the present one.
                    usual = wanted[product_id].price
                    wanted[product_id] = replace(want, price=usual) if want.sale_price < usual else wanted[product_id]
        return {listing: wanted[listing.product_id.id] for listing in listings}

    def _coming_starts(self):
        """Return the moments at which the pricelist's next dated rules begin, the nearest first."""
        now = fields.Datetime.now()
        domain = [
            ("pricelist_id", "=", self.channel.pricelist_id.id),
            ("date_start", ">", now),
            ("date_start", "<=", now + SALE_AHEAD),
            ("date_end", "!=", False),
        ]
        return sorted(set(self.env["product.pricelist.item"].search(domain).mapped("date_start")))[:MOST_STARTS]

    def _prices_at(self, products, moment):
        """Return the `Wanted` of products at a moment, by product id."""
        prices = self.channel.pricelist_id._compute_price_rule(products, 1.0, date=moment)
        rules = self.env["product.pricelist.item"].browse({rule_id for _price, rule_id in prices.values() if rule_id})
        dated = {rule.id: rule for rule in rules if rule.date_end}
        on_sale = products.filtered(lambda product: prices[product.id][1] in dated)
        regular = self.channel.pricelist_id._compute_price_rule(on_sale, 1.0, date=moment, otto_undated=True)
        return {
            product.id: self._gross_prices(
                product, prices[product.id][0], regular.get(product.id), dated.get(prices[product.id][1])
            )
            for product in products
        }

    def _gross_prices(self, product, price, regular, rule):
        """Return the `Wanted` of a product.

        :param regular: price and rule that hold without dated rules; None when no dated rule holds
        :param rule: the dated rule that makes the price
        """
        gross = self._gross(product, price)
        usual = self._gross(product, regular[0]) if regular else gross
        # OTTO refuses a sale price that is no lower than the regular one.
        if gross >= usual:
            return Wanted(gross)
        start = rule.date_start or rule.create_date
        return Wanted(usual, gross, start.replace(microsecond=0), rule.date_end.replace(microsecond=0))

    def _gross(self, product, price):
        """Return a price with taxes, as customers on OTTO see it."""
        taxes = product.sudo().taxes_id._filter_taxes_by_company(self.channel.company_id)
        if not taxes:
            return round(price, 2)
        return round(taxes.compute_all(price, currency=self.channel.pricelist_id.currency_id)["total_included"], 2)


def _euros(amount):
    return Money(Decimal(str(round(amount, 2))), CURRENCY)
