"""From OTTO's records about an article to the fields of `otto.listing`, a page at a time."""

import re

from odoo import fields, models

from ..connector import as_connector
from .otto_listing import STATUSES

KNOWN_STATUSES = {key for key, _label in STATUSES}
KNOWN_VATS = {"FULL", "REDUCED", "FREE"}


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _take_page(self, stage, page):
        """Write a page of records: new articles are made, of known ones only what differs is written."""
        values = getattr(self, f"_{stage}_values")
        wanted = {record.sku: values(record) for record in page.records}
        listings = self.env["otto.listing"].search_fetch([("channel_id", "=", self.id), ("sku", "in", list(wanted))])
        known = {listing.sku: listing for listing in listings}
        for sku, listing in known.items():
            if different := {name: value for name, value in wanted[sku].items() if self._differs(listing, name, value)}:
                as_connector(listing).write(different)
        if stage in ("articles", "statuses"):
            self.env["otto.listing"].create(
                [{"channel_id": self.id, "sku": sku, **row} for sku, row in wanted.items() if sku not in known]
            )
        if stage == "articles":
            self._report_unreadable(page)

    def _differs(self, listing, name, value):
        field = listing._fields[name]
        present = listing[name].id if field.type == "many2one" else listing[name]
        if field.type == "monetary":
            return abs((present or 0.0) - (value or 0.0)) > 1e-6
        return (present or False) != (value or False)

    def _articles_values(self, article):
        sale = article.sale
        return {
            "ean": article.ean,
            "title": self._listing_title(article),
            "product_reference": article.product_reference,
            "category": article.category,
            "brand": self.env.context.get("otto_brands", {}).get(article.brand_id, article.brand_id),
            **self._money_values(article.price, sale),
            "vat": article.vat if article.vat in KNOWN_VATS else False,
            "image_url": article.images[0] if article.images else False,
            "attributes": [
                [attribute.name, list(attribute.values)] for attribute in article.attributes if attribute.values
            ],
            "seen_on": fields.Datetime.now(),
        }

    def _listing_title(self, article):
        """Return what people recognise: OTTO itself shows brand, product line and category (facts §6.7)."""
        words = [article.product_line or article.category or article.sku]
        words += [value for attribute in article.attributes[:2] for value in attribute.values[:1]]
        return " ".join(words)

    def _money_values(self, price, sale):
        own = self.company_id.currency_id
        currency = self._currency_named(price.currency) if price and price.currency != own.name else own
        naive = {name: getattr(sale, name, None) for name in ("start", "end")}
        return {
            "currency_id": (currency or own).id,
            "price": float(price.amount) if price else 0.0,
            "sale_price": float(sale.price.amount) if sale else 0.0,
            **{
                f"sale_{name}": moment.replace(tzinfo=None, microsecond=0) if moment else False
                for name, moment in naive.items()
            },
        }

    def _prices_values(self, record):
        return self._money_values(record.price, record.sale)

    def _active_values(self, record):
        return {"is_active": record.active}

    def _statuses_values(self, record):
        reasons = [str(notice) for notice in (*record.errors, *record.information)]
        number = re.search(r"[-/]([A-Z0-9]{6,})/?$", record.shop_url or "")
        return {
            "status": record.status if record.status in KNOWN_STATUSES else "OTHER",
            "status_reason": "\n".join(reasons) or False,
            **({"shop_url": record.shop_url} if record.shop_url else {}),
            **({"article_number": number[1]} if number else {}),
        }

    def _report_unreadable(self, page):
        failures = [
            (
                broken.sku or self.env._("page %s", page.number),
                self.env._("Article %(sku)s cannot be read: %(reason)s", sku=broken.sku or "?", reason=broken.reason),
                None,
            )
            for broken in page.unreadable
        ]
        self.env["otto.issue"]._report(self, "listing", failures)
        self.env["otto.issue"]._resolve(self, "listing", {record.sku for record in page.records})
