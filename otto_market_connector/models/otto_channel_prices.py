"""Prices to OTTO, a switch that is off by default: gross, from a pricelist, followed until OTTO has worked them off."""

from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal

from odoo import fields, models
from odoo.tools import split_every

from ..otto_api import ArticlePrice, Money, Sale

BATCH = 500
CENT = 0.005


@dataclass(frozen=True)
class Wanted:
    """The gross prices that an article shall have on OTTO; times are naive UTC."""

    price: float
    sale_price: float = 0.0
    sale_start: datetime | None = None
    sale_end: datetime | None = None


class OttoListing(models.Model):
    _inherit = "otto.listing"

    price_task = fields.Char(readonly=True, index="btree_not_null", help="OTTO is working on the new price.")


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    send_prices = fields.Boolean(tracking=True, help="On: the prices of the pricelist are sent to OTTO.")
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Gross prices for one piece. A rule with an end date is a sale price: then the product's sales price is "
        "the regular one.",
    )

    def _run_prices(self, sync):
        """Send prices that differ from OTTO's, and see what became of those that were sent.

        :param sync: the locked `otto.sync` row of the flow
        :raises OttoError: when OTTO cannot be asked; what OTTO took is committed
        """
        if not (self._sends_changes and self.send_prices and self.pricelist_id):
            return
        client = self._otto_client()
        self._follow_price_tasks(client, sync)
        changed = self._changed_prices()
        remaining = len(changed)
        for batch in split_every(BATCH, changed, list):
            task = client.set_prices([self._article_price(listing, wanted) for listing, wanted in batch])
            self.env["otto.listing"].concat(*(listing for listing, _wanted in batch)).price_task = task.id
            remaining -= len(batch)
            if task.ping_after:
                sync.cron_id._trigger(at=task.ping_after.replace(tzinfo=None, microsecond=0))
            if sync._checkpoint(len(batch), remaining=remaining) <= 0:
                return

    def _follow_price_tasks(self, client, sync):
        """Note what OTTO has worked off; a refused price is an issue, and is sent again when it changes."""
        domain = [("channel_id", "=", self.id), ("price_task", "!=", False)]
        for task_id, listings in self.env["otto.listing"].search(domain).grouped("price_task").items():
            task = client.update_task(task_id)
            if not task.done:
                if task.ping_after:
                    sync.cron_id._trigger(at=task.ping_after.replace(tzinfo=None, microsecond=0))
                continue
            refused = {failure.sku: failure for failure in client.task_failures(task_id)} if task.failed else {}
            wanted = self._wanted_prices(listings)
            for listing in listings.filtered(lambda row, names=refused: row.sku not in names):
                listing.write(self._accepted_values(wanted[listing]))
            self._report_refused_prices(listings, refused)
            listings.price_task = False
            sync._checkpoint(len(listings))

    def _report_refused_prices(self, listings, refused):
        failures = [
            (
                listing.sku,
                self.env._(
                    "OTTO refuses the price of article %(sku)s: %(reason)s. Please check its price in the pricelist.",
                    sku=listing.sku,
                    reason=", ".join(str(notice) for notice in refused[listing.sku].errors),
                ),
                listing,
            )
            for listing in listings
            if listing.sku in refused
        ]
        self.env["otto.issue"]._report(self, "price", failures)
        self.env["otto.issue"]._resolve(self, "price", set(listings.mapped("sku")) - set(refused))

    def _changed_prices(self):
        """Return pairs of listing and `Wanted` where OTTO has another price; what is under way or refused waits."""
        open_refusals = self.env["otto.issue"]._open(self, "price").filtered(lambda issue: not issue.retry)
        domain = [
            ("channel_id", "=", self.id),
            ("product_id", "!=", False),
            ("seen_on", "!=", False),
            ("price_task", "=", False),
            ("sku", "not in", open_refusals.mapped("external_id")),
        ]
        listings = self.env["otto.listing"].search(domain)
        return [(row, want) for row, want in self._wanted_prices(listings).items() if self._price_differs(row, want)]

    def _wanted_prices(self, listings):
        """Return the `Wanted` of each listing, all prices of a pricelist computed in one go."""
        products = listings.product_id.with_company(self.company_id)
        rules = self.pricelist_id._compute_price_rule(products, 1.0)
        dated = {
            rule.id: rule
            for rule in self.env["product.pricelist.item"].browse(
                {rule_id for _price, rule_id in rules.values()} - {False}
            )
            if rule.date_end
        }
        result = {}
        for listing in listings:
            product = listing.product_id.with_company(self.company_id)
            price, rule_id = rules[product.id]
            gross = self._gross(product, price)
            if rule := dated.get(rule_id):
                start = rule.date_start or rule.create_date
                result[listing] = Wanted(self._gross(product, product.lst_price), gross, start, rule.date_end)
            else:
                result[listing] = Wanted(gross)
        return result

    def _gross(self, product, price):
        """Return a price with taxes, as customers on OTTO see it."""
        taxes = product.taxes_id.filtered(lambda tax: tax.company_id == self.company_id)
        if not taxes:
            return round(price, 2)
        return round(taxes.compute_all(price, currency=self.company_id.currency_id)["total_included"], 2)

    def _price_differs(self, listing, wanted):
        if abs(listing.price - wanted.price) > CENT or abs(listing.sale_price - wanted.sale_price) > CENT:
            return True
        return bool(wanted.sale_price) and (listing.sale_start, listing.sale_end) != (
            wanted.sale_start.replace(microsecond=0),
            wanted.sale_end.replace(microsecond=0),
        )

    def _accepted_values(self, wanted):
        return {
            "price": wanted.price,
            "sale_price": wanted.sale_price,
            "sale_start": wanted.sale_start and wanted.sale_start.replace(microsecond=0),
            "sale_end": wanted.sale_end and wanted.sale_end.replace(microsecond=0),
        }

    def _article_price(self, listing, wanted):
        sale = None
        if wanted.sale_price:
            dates = (wanted.sale_start, wanted.sale_end)
            sale = Sale(_euros(wanted.sale_price), *(moment.replace(tzinfo=timezone.utc) for moment in dates))
        return ArticlePrice(listing.sku, _euros(wanted.price), sale)


def _euros(amount):
    return Money(Decimal(str(round(amount, 2))), "EUR")
