from collections import defaultdict

from odoo import models


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _find_products(self, articles):
        """Find products by SKU = internal reference, else EAN = barcode (R6).

        :param articles: iterable of (sku, ean or None)
        :return: dict of sku to `product.product`; ambiguous and unknown SKUs are not in it
        """
        self.ensure_one()
        articles = dict(articles)
        by_sku = self._unique_products("default_code", articles)
        rest = {ean: sku for sku, ean in articles.items() if ean and sku not in by_sku}
        by_ean = self._unique_products("barcode", rest)
        return {**{rest[ean]: product for ean, product in by_ean.items()}, **by_sku}

    def _unique_products(self, field, values):
        domain = [(field, "in", [value for value in values if value]), *self._product_company_domain()]
        found = defaultdict(self.env["product.product"].browse)
        for product in self.env["product.product"].sudo().search(domain):
            found[product[field]] |= product
        return {value: products for value, products in found.items() if len(products) == 1}

    def _product_company_domain(self):
        return [("company_id", "in", (False, self.company_id.id))]
