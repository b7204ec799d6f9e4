"""The products of the articles that an order has: matched, or made where the channel says so (R6, R20)."""

from odoo import Command, models


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
        """Make a storable product for each piece's article, unless products match its SKU or EAN ambiguously."""
        taken = self._taken_codes(items)
        items = [item for item in items if not taken & {item.product.sku, item.product.ean or item.product.sku}]
        products = self.env["product.product"].sudo().with_company(self.channel.company_id)
        made = products.create(
            [
                {
                    "name": item.product.title,
                    "default_code": item.product.sku,
                    "barcode": item.product.ean,
                    "is_storable": True,
                    "list_price": float(item.gross_price.amount),
                    "taxes_id": [Command.set(taxes[float(item.product.vat_rate)].ids)],
                    "company_id": self.channel.company_id.id,
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
            *self.channel._product_company_domain(),
        ]
        products = self.env["product.product"].sudo().with_context(active_test=False).search(domain)
        return {*products.mapped("default_code"), *products.mapped("barcode")} - {False}
