"""From OTTO's records about an article to the fields of `otto.listing`, a page at a time."""

import logging
import re
from urllib.parse import urlsplit

from odoo import fields, models

from ...otto_api import BrokenRecord
from ..core.concurrency import CONCURRENCY
from ..core.texts import reason_of
from ..core.write_guard import as_connector
from .otto_listing import STATUSES

_logger = logging.getLogger(__name__)

KNOWN_STATUSES = {key for key, _label in STATUSES}
KNOWN_VATS = {"FULL", "REDUCED", "FREE"}
# Lists that may name articles that are not known yet.
MAKING_STAGES = ("articles", "statuses", "changes", "changed")


class OttoCatalogueMapper(models.AbstractModel):
    _name = "otto.catalogue.mapper"
    _description = "From OTTO's Records to Articles"
    _inherit = ["otto.component"]

    def _take_page(self, stage, page):
        """Write a page of records; one that cannot be read or written does not stop the others (R20).

        :raises psycopg2.Error: another transaction is at the same articles
        """
        failures = []
        try:
            with self.env.cr.savepoint():
                self._take_records(stage, page.records)
        except CONCURRENCY:
            # Another flow is at the same articles: nothing is wrong with them.
            raise
        except Exception:
            _logger.exception("A page of %s cannot be written, its records are written one by one", stage)
            failures = self._take_one_by_one(stage, page.records)
        self._report_unreadable(stage, page, failures)

    def _take_one_by_one(self, stage, records):
        """Write records each on its own; return `BrokenRecord` of those that fail."""
        failures = []
        for record in records:
            try:
                with self.env.cr.savepoint():
                    self._take_records(stage, [record])
            except CONCURRENCY:
                raise
            except Exception as error:  # noqa: BLE001 whatever one article brings must not stop the others (R20)
                failures.append(BrokenRecord(record.sku, reason_of(error)))
        return failures

    def _take_records(self, stage, records):
        """Make the articles that are new; of known ones only what differs is written."""
        values = getattr(self, f"_{stage}_values")
        wanted = {record.sku: values(record) for record in records}
        listings = self.env["otto.listing"].search_fetch(
            [("channel_id", "=", self.channel.id), ("sku", "in", list(wanted))]
        )
        known = {listing.sku: listing for listing in listings}
        for sku, listing in known.items():
            if stage == "delivery" and listing.delivery_to_send:
                # What a person entered is sent first; OTTO's old values do not take its place.
                continue
            if different := {name: value for name, value in wanted[sku].items() if self._differs(listing, name, value)}:
                as_connector(listing).write(different)
        if stage in MAKING_STAGES:
            as_connector(self.env["otto.listing"]).create(
                [{"channel_id": self.channel.id, "sku": sku, **row} for sku, row in wanted.items() if sku not in known]
            )

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
            "brand_code": article.brand_id,
            "brand": self.env.context.get("otto_brands", {}).get(article.brand_id),
            **self._money_values(article.price, sale),
            "vat": article.vat if article.vat in KNOWN_VATS else False,
            "image_url": article.images[0] if article.images else False,
            "attributes": [
                [attribute.name, list(attribute.values)] for attribute in article.attributes if attribute.values
            ],
            "seen_on": fields.Datetime.now(),
            "to_read": False,
        }

    def _listing_title(self, article):
        """Return what people recognise: OTTO itself shows brand, product line and category (facts/otto.md §6.7)."""
        words = [article.product_line or article.category or article.sku]
        words += [value for attribute in article.attributes[:2] for value in attribute.values[:1]]
        return " ".join(words)

    def _money_values(self, price, sale):
        own = self.channel.company_id.currency_id
        currency = self.channel._currency_named(price.currency) if price and price.currency != own.name else own
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

    def _changes_values(self, _record):
        return {"to_read": True}

    def _statuses_values(self, record):
        reasons = [str(notice) for notice in (*record.errors, *record.information)]
        # The address may go on with a query or a mark: https://www.otto.de/p/lampe-S0A1B2C3/?variationId=7#reviews
        number = re.search(r"[-/]([A-Z0-9]{6,})/?$", urlsplit(record.shop_url or "").path)
        return {
            "status": record.status if record.status in KNOWN_STATUSES else "OTHER",
            "status_reason": "\n".join(reasons) or False,
            **({"shop_url": record.shop_url} if record.shop_url else {}),
            **({"article_number": number[1]} if number else {}),
        }

    def _changed_values(self, record):
        return self._statuses_values(record)

    def _take_profiles(self, page):
        """Write a page of shipping profiles; one that cannot be read is reported and stays as it was (R20)."""
        profiles = self.env["otto.shipping.profile"]
        known = {row.profile_id: row for row in profiles.search([("channel_id", "=", self.channel.id)])}
        for profile in page.records:
            values = {
                "name": profile.name,
                "processing_time": profile.processing_time,
                "transport_time": profile.transport_time,
                "order_cutoff": profile.order_cutoff,
            }
            if profile.id in known:
                known[profile.id].write(values)
            else:
                own = {"channel_id": self.channel.id, "profile_id": profile.id}
                known[profile.id] = profiles.create({**own, **values})
        self.channel.invalidate_recordset(["shipping_profile_ids"])
        self._report_odd_profiles(page)

    def _report_odd_profiles(self, page):
        failures = {
            f"profile {record.sku or '?'}": self.env._(
                "The shipping profile %(profile)s cannot be read: %(reason)s. It is left out; please look at it in "
                "OTTO Partner Connect.",
                profile=record.sku or "?",
                reason=self.channel._field_words(record.reason),
            )
            for record in page.unreadable
        }
        self._issues._report(self.channel, "listing", [(name, text, None) for name, text in failures.items()])
        read = {f"profile {profile.id}" for profile in page.records} | {"profile ?"}
        self._issues._resolve(self.channel, "listing", read - set(failures))

    def _delivery_values(self, record):
        profiles = self.channel.shipping_profile_ids.filtered(lambda row: row.profile_id == record.shipping_profile_id)
        return {"processing_time": record.processing_time, "shipping_profile_id": profiles.id}

    # What cannot be read

    def _report_unreadable(self, stage, page, failures):
        """Report records that cannot be read or written; they are still there, so none of them counts as gone.

        :param failures: `BrokenRecord` of what can be read but not written
        """
        broken = [*page.unreadable, *failures]
        skus = [record.sku for record in broken if record.sku]
        listings = self.env["otto.listing"].search([("channel_id", "=", self.channel.id), ("sku", "in", skus)])
        if stage == "articles":
            listings = self._note_seen(listings, skus)
        known = {listing.sku: listing for listing in listings}
        names = [self._unreadable_name(stage, record.sku, page) for record in broken]
        self._issues._report(
            self.channel,
            "listing",
            [
                (name, self._unreadable_text(stage, record), known.get(record.sku))
                for name, record in zip(names, broken, strict=True)
            ],
        )
        read = {self._unreadable_name(stage, record.sku, page) for record in page.records}
        read.add(self._unreadable_name(stage, None, page))
        self._issues._resolve(self.channel, "listing", read - set(names))

    def _note_seen(self, listings, skus):
        """Note that OTTO still has articles that cannot be read, also those that were never read; return them all."""
        seen = {"seen_on": fields.Datetime.now(), "to_read": False}
        as_connector(listings).write(seen)
        unknown = sorted(set(skus) - set(listings.mapped("sku")))
        rows = [{"channel_id": self.channel.id, "sku": sku, **seen} for sku in unknown]
        return listings | as_connector(self.env["otto.listing"]).create(rows)

    def _unreadable_name(self, stage, sku, page):
        """Return what an issue concerns: an article, one of its lists, or a page where not even the SKU can be read."""
        if not sku:
            return f"{stage}/{page.number}"
        return sku if stage == "articles" else f"{sku} ({stage})"

    def _unreadable_text(self, stage, record):
        labels = dict(self.env["otto.sync"]._fields["stage"]._description_selection(self.env))
        return self.env._(
            "Article %(sku)s cannot be read (%(list)s): %(reason)s. It stays as it was; please look at it in OTTO "
            "Partner Connect.",
            sku=record.sku or "?",
            list=labels[stage],
            reason=self.channel._field_words(record.reason),
        )
