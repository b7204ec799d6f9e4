"""Products for articles that none matches (R6): which ones, one product reference in a transaction, failures told."""

import logging

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..core.texts import defect
from ..core.write_guard import as_connector
from .const import RATES

_logger = logging.getLogger(__name__)


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    create_products = fields.Boolean(
        "Create Missing Products",
        help="On: a product is made for each article on OTTO that no product matches; variants become variants.",
    )


class OttoProductMaker(models.AbstractModel):
    _name = "otto.product.maker"
    _description = "Products for OTTO's Articles"
    _inherit = ["otto.component"]

    def _create_missing_products(self, flow):
        """Make products for the articles that no product matches; what several products match is left to a person.

        What cannot be made is not tried again before the next reading: an interrupted run goes on after it.

        :param flow: the flow at work; its row's `stage_cursor` is the last reference that was done
        :return: whether all was tried
        """
        groups = self._articles_without_product()
        self._resolve_products_made_otherwise(groups)
        references = sorted(reference for reference in groups if reference > (self.sync.stage_cursor or ""))
        remaining = len(references)
        for reference in references:
            self._try_to_create(reference, groups[reference])
            remaining -= 1
            self.sync.stage_cursor = reference
            if flow._checkpoint(1, remaining=remaining) <= 0 and remaining:
                return False
        return True

    def _articles_without_product(self):
        """Return the articles to make products for, by their product reference."""
        domain = [
            ("channel_id", "=", self.channel.id),
            ("match", "=", "none"),
            ("seen_on", "!=", False),
            ("status", "!=", "GONE"),
        ]
        return self.env["otto.listing"].search(domain).grouped(lambda row: row.product_reference or row.sku)

    def _resolve_products_made_otherwise(self, groups):
        """Resolve the issues of articles that have a product by now, or are gone."""
        issues = self._issues
        reported = set(issues._unsolved(self.channel, "product").mapped("external_id"))
        issues._resolve(self.channel, "product", reported - set(groups))

    def _try_to_create(self, reference, listings):
        """Make the products of one reference; whatever goes wrong with it does not stop the others (R20)."""
        try:
            with self.env.cr.savepoint():
                self._create_family(listings)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except UserError as error:
            self._report_not_made(reference, listings, str(error))
        except Exception as error:
            _logger.exception("No product could be made for %s", reference)
            self._report_not_made(reference, listings, defect(error))
        else:
            self._issues._resolve(self.channel, "product", [reference])

    def _report_not_made(self, reference, listings, reason):
        text = self.env._(
            "No product could be made for %(reference)s: %(reason)s Please match its articles by hand.",
            reference=reference,
            reason=reason if reason.endswith(".") else f"{reason}.",
        )
        self._issues._report(self.channel, "product", [(reference, text, listings[0])])

    def _create_family(self, listings):
        """Make variants of one product where attributes tell the articles apart and every price can be exact.

        Articles that come later become variants of the product that was made for the others. All else becomes a
        product for each article, without attributes.
        """
        self._refuse_taken_codes(listings)
        if siblings := self._made_siblings(listings):
            for listing in listings:
                if self._join_variant(siblings, listing):
                    siblings |= listing
                else:
                    self._create_single(listing)
        elif not self._create_variants(listings):
            for listing in listings:
                self._create_single(listing)

    def _create_single(self, listing):
        values = {**self._template_values(listing), **self._code_values(listing), "name": listing.title or listing.sku}
        self._link_created(listing, self.env["product.product"].sudo().create(values))

    def _link_created(self, listing, product):
        as_connector(listing).write(
            {
                "product_id": product.id,
                "made_product_id": product.id,
                "match": "sku",
                "picture_to_fetch": bool(listing.image_url),
            }
        )

    def _refuse_taken_codes(self, listings):
        """Refuse articles whose SKU or EAN a product of this company has, archived or not.

        :raises UserError: names the code and the product
        """
        for field, codes in (("default_code", listings.mapped("sku")), ("barcode", listings.mapped("ean"))):
            domain = [(field, "in", [code for code in codes if code]), *self.channel._product_company_domain()]
            taken = self.env["product.product"].sudo().with_context(active_test=False).search(domain, limit=1)
            if taken:
                raise UserError(
                    self.env._(
                        "%(code)s belongs to %(product)s, which may be archived.",
                        code=taken[field],
                        product=taken.display_name,
                    )
                )

    def _template_values(self, listing):
        return {
            "is_storable": True,
            "list_price": self._own_price(listing),
            "taxes_id": [Command.set(self._tax_of_article(listing).ids)],
            "company_id": self.channel.company_id.id,
        }

    def _code_values(self, listing):
        return {"default_code": listing.sku, "barcode": listing.ean or False}

    def _tax_of_article(self, listing):
        return self.channel._tax_of_rate(RATES.get(listing.vat, RATES["FULL"]))

    def _own_price(self, listing):
        """Return the article's regular price in the company's currency."""
        own = self.channel.company_id.currency_id
        currency = listing.currency_id or own
        return currency._convert(listing.price, own, self.channel.company_id, fields.Date.context_today(self))
