"""The stages of reading articles: each reads one list from where it was left and says whether it is done."""

from datetime import timezone

from odoo import fields, models
from odoo.tools import SQL

from ...otto_api import OttoError, OttoForbidden, OttoInvalid
from ..core.write_guard import as_connector
from .const import MOST_ASKED, MOST_SINGLE, OVERLAP


class OttoFlowCatalogue(models.AbstractModel):
    _inherit = "otto.flow.catalogue"

    # Everything

    def _stage_articles(self):
        if not self.sync.stage_page:
            # What is still so is reported again.
            self._resolve("listing", self._nameless_records())
        flow = self._with_brands()
        return flow._take_pages(self.client.article_pages(page=self.sync.stage_page))

    def _nameless_records(self):
        """Return the names of the open issues about articles that could not be read and did not say which they are."""
        names = self._issues._unsolved(self.channel, "listing").mapped("external_id")
        return [name for name in names if name.startswith("articles/")]

    def _stage_statuses(self):
        if not self._take_pages(self.client.marketplace_status_pages(page=self.sync.stage_page)):
            return False
        self.sync.read_all_on = fields.Datetime.now()
        return True

    def _stage_gone(self):
        """Note the articles that OTTO does not have any more: a complete reading has not seen them, nor does OTTO know
        them by their SKU. When one article is deleted while the list is read, another moves up a page and is not seen.

        A record that could not be read and does not say which article it is may be any of them: then none is gone.
        """
        flow = self._with_brands()
        while not self._nameless_records():
            unseen = self.env["otto.listing"].search(self._unseen_domain(), order="id", limit=MOST_ASKED)
            if not unseen:
                break
            as_connector(flow._not_at_otto(unseen)).status = "GONE"
            self.sync.stage_cursor = str(unseen[-1].id)
            if self._checkpoint(len(unseen)) <= 0:
                self._run_again()
                return False
        return True

    def _unseen_domain(self):
        return [
            ("channel_id", "=", self.channel.id),
            ("status", "not in", (False, "GONE")),
            ("id", ">", int(self.sync.stage_cursor or 0)),
            "|",
            ("seen_on", "=", False),
            ("seen_on", "<", self.sync.began),
        ]

    def _not_at_otto(self, listings):
        """Ask OTTO for articles by their SKU and take what it has; return those that it does not have.

        :raises OttoError: OTTO cannot be asked
        """
        try:
            pages = list(self.client.article_pages(listings.mapped("sku")))
        except OttoInvalid:
            # A SKU that cannot be asked for tells nothing about its article.
            middle = len(listings) // 2
            if not middle:
                return listings.browse()
            return self._not_at_otto(listings[:middle]) | self._not_at_otto(listings[middle:])
        for page in pages:
            self._mapper._take_page("articles", page)
        if self._nameless_records():
            return listings.browse()
        return listings.filtered(lambda row: not row.seen_on or row.seen_on < self.sync.began)

    # Only what changed

    def _changed_since(self):
        return (self.sync.cursor - OVERLAP).replace(tzinfo=timezone.utc)

    def _stage_changes(self):
        return self._take_pages(self.client.content_change_pages(self._changed_since(), page=self.sync.stage_page))

    def _stage_changed(self):
        pages = self.client.marketplace_status_pages(changed_since=self._changed_since(), page=self.sync.stage_page)
        if not self._take_pages(pages):
            return False
        as_connector(self.env["otto.listing"].search(self._never_read_domain())).to_read = True
        return True

    def _never_read_domain(self):
        """Return the domain of the articles of which only SKU and status are known."""
        return [("channel_id", "=", self.channel.id), ("seen_on", "=", False), ("status", "not in", (False, "GONE"))]

    def _stage_reread(self):
        """Read the articles that changed, one by one; if there are many, all of them."""
        flow = self._with_brands()
        waiting = self.env["otto.listing"].search([("channel_id", "=", self.channel.id), ("to_read", "=", True)])
        if self.sync.stage_page or len(waiting) > MOST_SINGLE:
            if not flow._take_pages(self.client.article_pages(page=self.sync.stage_page), "articles"):
                return False
            as_connector(waiting).to_read = False
            return True
        remaining = len(waiting)
        for listing in waiting:
            as_connector(listing).to_read = False
            flow._read_again(listing)
            remaining -= 1
            if self._checkpoint(1, remaining=remaining) <= 0 and remaining:
                return False
        return True

    def _read_again(self, listing):
        """Read one article; if OTTO cannot show it, it is reported and comes with the next complete reading (R20)."""
        try:
            pages = list(self.client.article_pages([listing.sku]))
        except OttoError as error:
            if not self._concerns_this_alone(error):
                raise
            text = self.env._(
                "Article %(sku)s cannot be read again although OTTO calls it changed. It stays as it was. %(reason)s",
                sku=listing.sku,
                reason=self.channel._otto_error_text(error),
            )
            self._report("listing", [(listing.sku, text, listing)])
            return
        for page in pages:
            self._mapper._take_page("articles", page)

    # The same for both

    def _with_brands(self):
        """Return this flow with the names of brands that are known already in its context."""
        domain = [("channel_id", "=", self.channel.id), ("brand_code", "!=", False), ("brand", "!=", False)]
        return self.with_context(
            otto_brands=dict(self.env["otto.listing"]._read_group(domain, ["brand_code", "brand"]))
        )

    def _stage_new_brands(self):
        """Read the brands only when a changed article has one whose name is not known."""
        return not self._listings_without_brand(limit=1) or self._stage_brands()

    def _listings_without_brand(self, limit=None):
        domain = [("channel_id", "=", self.channel.id), ("brand_code", "!=", False), ("brand", "=", False)]
        return self.env["otto.listing"].search(domain, limit=limit)

    def _stage_brands(self):
        """Write the names of brands: articles name them by number."""
        for page in self.client.brand_pages(page=self.sync.stage_page):
            self._name_brands(page.records)
            self.sync.stage_page = page.number + 1
            if self._checkpoint(len(page.records)) <= 0 and page.more:
                self._run_again()
                return False
        # Those that OTTO does not list keep its number, so that they are not looked for every day.
        for code, listings in self._listings_without_brand().grouped("brand_code").items():
            as_connector(listings).brand = code
        return True

    def _name_brands(self, brands):
        listings = self.env["otto.listing"]
        listings.flush_model(["channel_id", "brand_code", "brand"])
        self.env.execute_query(
            SQL(
                """
                UPDATE otto_listing listing SET brand = named.name
                  FROM unnest(%s, %s) AS named(code, name)
                 WHERE listing.channel_id = %s AND listing.brand_code = named.code
                   AND listing.brand IS DISTINCT FROM named.name
             RETURNING listing.id
                """,
                [brand.id for brand in brands],
                [brand.name for brand in brands],
                self.channel.id,
            )
        )
        listings.invalidate_model(["brand"])

    def _stage_active(self):
        return self._take_pages(self.client.active_status_pages(page=self.sync.stage_page))

    def _stage_prices(self):
        return self._take_pages(self.client.price_pages(page=self.sync.stage_page))

    def _stage_delivery(self):
        """Read shipping profiles and delivery information; the app may lack the permission, nothing else needs it."""
        if self.sync.stage_page and not self.sync.stage_cursor:
            return True
        try:
            if not self.sync.stage_page:
                for page in self.client.shipping_profile_pages():
                    self._mapper._take_profiles(page)
            return self._take_pages(
                self.client.delivery_pages(self.sync.stage_cursor or None, page=self.sync.stage_page)
            )
        except OttoForbidden as error:
            if error.blocked:
                raise
            return True
        except OttoInvalid:
            if not self.sync.stage_cursor:
                raise
            # OTTO does not know its own mark any more: the list is read again from its beginning.
            self.sync.write({"stage_page": 0, "stage_cursor": False})
            self._checkpoint()
            self._run_again()
            return False

    def _stage_match(self):
        """Everything is read: articles get their products, and their stock is sent."""
        self.sync.cursor = self.sync.began
        self.env["otto.product.matching"]._match_products()
        self.channel._goods_changed()
        return True

    def _stage_create(self):
        if not self.channel.create_products or self.env["otto.product.maker"]._create_missing_products(self):
            self.channel._goods_changed()
            return True
        return False

    def _stage_pictures(self):
        return self.env["otto.product.maker"]._fetch_pictures(self)
