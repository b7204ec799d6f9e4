from collections import defaultdict

from odoo import Command, models


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _find_products(self, articles):
        """Find products: what a person matched, else SKU = internal reference, else EAN = barcode (R6).

        The same rule as of `_match_products`, judged now: the goods that an order takes are those that are offered.

        :param articles: iterable of (sku, ean or None); the EAN of the article's listing comes before it
        :return: dict of sku to `product.product`; ambiguous and unknown SKUs are not in it
        """
        self.ensure_one()
        articles = dict(articles)
        domain = [("channel_id", "=", self.id), ("sku", "in", list(articles))]
        listings = self.env["otto.listing"].sudo().search(domain)
        articles.update({listing.sku: listing.ean for listing in listings if listing.ean})
        by_hand = listings.filtered(lambda listing: listing.match == "manual" and listing.product_id.active)
        found = {
            **self._unique_products("default_code", articles),
            **{listing.sku: listing.product_id for listing in by_hand},
        }
        rest = {sku: ean for sku, ean in articles.items() if ean and sku not in found}
        by_ean = self._unique_products("barcode", rest.values())
        return {**{sku: by_ean[ean] for sku, ean in rest.items() if ean in by_ean}, **found}

    def _retry_orders_of(self, skus):
        """Have the orders read again that wait for a product of these articles (R20)."""
        if not skus:
            return
        domain = [
            ("channel_id", "=", self.id),
            ("sku", "in", list(skus)),
            ("order_id.state", "in", ("draft", "sent")),
            ("order_line_id.product_id", "=", self._unknown_product().id),
        ]
        orders = self.env["otto.position.item"].sudo().search(domain).order_id
        if orders:
            domain = [
                ("channel_id", "=", self.id),
                ("kind", "=", "article"),
                ("state", "=", "open"),
                ("external_id", "in", orders.mapped("otto_order_number")),
            ]
            self.env["otto.issue"].sudo().search(domain).action_retry()

    def _products_of_orders(self, orders, taxes):
        """Find the products of orders; make the missing ones where the channel says so (R6, R20).

        :param taxes: dict of VAT rate to `account.tax`
        :return: dict of sku to `product.product`
        """
        articles = {item.product.sku: item for order in orders for item in order.items}
        found = self._find_products((sku, item.product.ean) for sku, item in articles.items())
        if self.unknown_articles == "create":
            missing = [item for sku, item in articles.items() if sku not in found]
            found.update(self._create_products(missing, taxes))
        return found

    def _create_products(self, items, taxes):
        """Make a storable product for each piece's article, unless products match its SKU or EAN ambiguously."""
        taken = self._taken_codes(items)
        items = [item for item in items if not taken & {item.product.sku, item.product.ean or item.product.sku}]
        products = self.env["product.product"].sudo().with_company(self.company_id)
        made = products.create(
            [
                {
                    "name": item.product.title,
                    "default_code": item.product.sku,
                    "barcode": item.product.ean,
                    "is_storable": True,
                    "list_price": float(item.gross_price.amount),
                    "taxes_id": [Command.set(taxes[float(item.product.vat_rate)].ids)],
                    "company_id": self.company_id.id,
                }
                for item in items
            ]
        )
        return dict(zip((item.product.sku for item in items), made, strict=True))

    def _taken_codes(self, items):
        """Return the SKUs and EANs of pieces that some product has, in any company and archived or not."""
        skus = [item.product.sku for item in items]
        eans = [item.product.ean for item in items if item.product.ean]
        domain = [
            "|",
            ("barcode", "in", eans),
            "&",
            ("default_code", "in", skus),
            *self._product_company_domain(),
        ]
        products = self.env["product.product"].sudo().with_context(active_test=False).search(domain)
        return {*products.mapped("default_code"), *products.mapped("barcode")} - {False}

    def _unique_products(self, field, values):
        domain = [(field, "in", [value for value in values if value]), *self._product_company_domain()]
        found = defaultdict(self.env["product.product"].browse)
        for product in self.env["product.product"].sudo().search(domain):
            found[product[field]] |= product
        return {value: products for value, products in found.items() if len(products) == 1}

    def _product_company_domain(self):
        return [("company_id", "in", (False, self.company_id.id))]
