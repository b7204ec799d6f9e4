"""The products of the articles that an order has: matched, or made where the channel says so (R6, R20)."""

import logging

import psycopg2

from odoo import Command, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class OttoOrderProducts(models.AbstractModel):
    _name = "otto.order.products"
    _description = "Products of OTTO's Orders"
    _inherit = ["otto.component"]

    def _products_of_orders(self, orders, taxes):
        """Find the products of orders; make the missing ones where the channel says so (R6, R20).

        :param taxes: dict of VAT rate to `account.tax`
        :return: dict of sku to `product.product`
        """
        articles = {item.product.sku: item for order in orders for item in order.items}
        found = self.env["otto.product.matching"]._find_products(
            (sku, item.product.ean) for sku, item in articles.items()
        )
        if self.channel.unknown_articles == "create":
            missing = [item for sku, item in articles.items() if sku not in found]
            found.update(self._create_products(missing, taxes))
        return found

    def _create_products(self, items, taxes):
        """Make a storable product for each piece's article, unless its SKU is taken: then a person has to match it.

        An EAN that anything has already stays with it, and the product is made without.
        """
        skus, eans = self._taken_codes(items)
        made = {}
        for item in items:
            if item.product.sku in skus:
                continue
            ean = item.product.ean if item.product.ean not in eans else None
            product = self._make_product(item, taxes, ean) or self._make_product(item, taxes, None)
            if product:
                made[item.product.sku] = product
                eans |= {ean}
        return made

    def _make_product(self, item, taxes, ean):
        """Make the product of an article; None when Odoo refuses it, and the order waits for a person (R20)."""
        products = self.env["product.product"].sudo().with_company(self.channel.company_id)
        values = {
            "name": item.product.title,
            "default_code": item.product.sku,
            "barcode": ean or False,
            "is_storable": True,
            "list_price": float(item.gross_price.amount),
            "taxes_id": [Command.set(taxes[float(item.product.vat_rate)].ids)],
            "company_id": self.channel.company_id.id,
        }
        try:
            with self.env.cr.savepoint():
                return products.create(values)
        except (UserError, psycopg2.IntegrityError) as error:
            _logger.warning("No product for OTTO article %s: %s", item.product.sku, error)
            return None

    def _taken_codes(self, items):
        """Return which SKUs some product of the company has, and which EANs anything has, archived or not.

        Barcodes count in any company, and so do those of packagings: Odoo refuses one that is there already.
        """
        sku_domain = [
            ("default_code", "in", [item.product.sku for item in items]),
            *self.channel._product_company_domain(),
        ]
        eans = [item.product.ean for item in items if item.product.ean]
        products = self.env["product.product"].sudo().with_context(active_test=False)
        packagings = self.env["product.uom"].sudo().with_context(active_test=False)
        taken = [records.search([("barcode", "in", eans)]).mapped("barcode") for records in (products, packagings)]
        return set(products.search(sku_domain).mapped("default_code")), {*taken[0], *taken[1]}
