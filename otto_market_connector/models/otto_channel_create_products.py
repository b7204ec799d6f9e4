"""Products for articles that none matches: variants of one product reference become variants of one product (R6)."""

import base64
import logging

import requests

from odoo import Command, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

RATES = {"FULL": 19.0, "REDUCED": 7.0, "FREE": 0.0}
IMAGE_TIMEOUT = (5, 20)
IMAGE_BYTES = 8 * 1024 * 1024


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    create_products = fields.Boolean(
        "Create Missing Products",
        help="On: a product is made for each article on OTTO that no product matches; variants become variants.",
    )

    def _create_missing_products(self, sync):
        """Make products for the articles that no product matches, one product reference in a transaction.

        What several products match is left to a person.
        """
        domain = [
            ("channel_id", "=", self.id),
            ("match", "=", "none"),
            ("seen_on", "!=", False),
            ("status", "!=", "GONE"),
        ]
        groups = self.env["otto.listing"].search(domain).grouped(lambda row: row.product_reference or row.sku)
        remaining = len(groups)
        for reference, listings in groups.items():
            try:
                with self.env.cr.savepoint():
                    self._create_product(listings)
            except UserError as error:
                text = self.env._(
                    "No product could be made for %(reference)s: %(reason)s Please match its articles by hand.",
                    reference=reference,
                    reason=str(error),
                )
                self.env["otto.issue"]._report(self, "listing", [(reference, text, listings[0])])
            else:
                self.env["otto.issue"]._resolve(self, "listing", [reference])
            remaining -= 1
            if sync._checkpoint(1, remaining=remaining) <= 0:
                return

    def _create_product(self, listings):
        """Make one product with a variant for each article, or single products where they cannot be told apart."""
        self._refuse_taken_codes(listings)
        names = self._telling_attributes(listings)
        if len(listings) == 1 or not names:
            for listing in listings:
                product = self.env["product.product"].sudo().create(self._template_values(listing))
                self._link_created(listing, product)
            return
        template = (
            self.env["product.template"]
            .sudo()
            .create(
                {
                    **self._template_values(listings[0], variant=False),
                    "attribute_line_ids": self._attribute_lines(listings, names),
                }
            )
        )
        for listing in listings:
            variant = template._create_product_variant(self._combination(template, listing, names))
            variant.write({"default_code": listing.sku, "barcode": listing.ean or False})
            self._link_created(listing, variant)
        self._set_extra_prices(template, listings, names)

    def _link_created(self, listing, product):
        listing.write({"product_id": product.id, "match": "sku"})

    def _refuse_taken_codes(self, listings):
        eans = [listing.ean for listing in listings if listing.ean]
        taken = self.env["product.product"].sudo().with_context(active_test=False).search([("barcode", "in", eans)])
        if taken:
            raise UserError(
                self.env._(
                    "the EAN %(ean)s belongs to %(product)s.", ean=taken[0].barcode, product=taken[0].display_name
                )
            )

    def _template_values(self, listing, variant=True):
        line = (listing.title or listing.sku) if variant else self._common_title(listing)
        values = {
            "name": line,
            "is_storable": True,
            "list_price": listing.price,
            "taxes_id": [Command.set(self._tax_of_rate(RATES.get(listing.vat, 19.0)).ids)],
            "company_id": self.company_id.id,
            "image_1920": self._image(listing.image_url),
        }
        return {**values, "default_code": listing.sku, "barcode": listing.ean or False} if variant else values

    def _common_title(self, listing):
        """Return the title without what tells the variants apart."""
        words = {value for _name, values in listing.attributes or [] for value in values}
        title = listing.title or listing.sku
        for value in words:
            title = title.removesuffix(value).strip()
        return title or listing.sku

    def _telling_attributes(self, listings):
        """Return the names of the attributes that every article has once and that tell all of them apart, else none."""
        rows = [dict(listing.attributes or []) for listing in listings]
        common = [name for name in rows[0] if all(len(row.get(name) or ()) == 1 for row in rows)]
        combinations = {tuple(row[name][0] for name in common) for row in rows}
        return common if common and len(combinations) == len(rows) else []

    def _attribute_lines(self, listings, names):
        lines = []
        for name in names:
            values = dict.fromkeys(self._attribute_value(listing, name) for listing in listings)
            attribute = self._attribute(name)
            ids = [self._value(attribute, value).id for value in values]
            lines.append(Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(ids)]}))
        return lines

    def _attribute_value(self, listing, name):
        return dict(listing.attributes)[name][0]

    def _attribute(self, name):
        """Return an attribute whose variants are made one by one: not every combination exists on OTTO."""
        attributes = self.env["product.attribute"].sudo()
        domain = [("name", "=", name), ("create_variant", "=", "dynamic")]
        return attributes.search(domain, limit=1) or attributes.create({"name": name, "create_variant": "dynamic"})

    def _value(self, attribute, name):
        domain = [("attribute_id", "=", attribute.id), ("name", "=", name)]
        values = self.env["product.attribute.value"].sudo()
        return values.search(domain, limit=1) or values.create({"attribute_id": attribute.id, "name": name})

    def _combination(self, template, listing, names):
        wanted = {(name, self._attribute_value(listing, name)) for name in names}
        return template.attribute_line_ids.product_template_value_ids.filtered(
            lambda value: (value.attribute_id.name, value.name) in wanted
        )

    def _set_extra_prices(self, template, listings, names):
        """Let variants have OTTO's prices: exact where one attribute tells them apart, else the lowest price counts."""
        lowest = min(listings.mapped("price"))
        template.list_price = lowest
        if len(names) > 1:
            return
        for listing in listings:
            self._combination(template, listing, names).price_extra = listing.price - lowest

    def _image(self, url):
        """Return a picture, or nothing when it cannot be had: no product fails for want of a picture."""
        if not (url or "").startswith(("http://", "https://")):
            return False
        try:
            response = requests.get(url, timeout=IMAGE_TIMEOUT, stream=True)
            content = response.raw.read(IMAGE_BYTES + 1, decode_content=True)
        except (requests.RequestException, OSError):
            _logger.info("The picture %s cannot be read", url)
            return False
        good = response.ok and response.headers.get("Content-Type", "").startswith("image/")
        return base64.b64encode(content) if good and len(content) <= IMAGE_BYTES else False
