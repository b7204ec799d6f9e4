"""Which product an article is (R6). The rule stands here twice: for all articles in SQL, for those of orders in Python.

`tests/odoo/test_matching_rule.py` holds both equal.
"""

from collections import defaultdict

from odoo import models
from odoo.tools import SQL


class OttoProductMatching(models.AbstractModel):
    _name = "otto.product.matching"
    _description = "Matching of OTTO's Articles with Products"
    _inherit = ["otto.component"]

    def _match_products(self):
        """Match articles with products (R6): SKU = internal reference, else EAN = barcode, unique matches only.

        Everything but what a person matched is judged anew, as orders are (`_find_products`): when a code moves to
        another product or a second product gets it, stock and orders follow alike. An article keeps an archived
        product until another one takes its place, so that OTTO is told that there is none left. Done by the database:
        a channel may have 100,000 articles.
        """
        for model in ("otto.listing", "product.product", "product.template"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH candidate AS (
                    SELECT product.id, product.default_code, product.barcode
                      FROM product_product product
                      JOIN product_template template ON template.id = product.product_tmpl_id
                     WHERE product.active AND (template.company_id IS NULL OR template.company_id = %(company)s)
                ), by_sku AS (
                    SELECT default_code AS code, MIN(id) AS id, COUNT(*) AS count
                      FROM candidate WHERE default_code IS NOT NULL GROUP BY default_code
                ), by_ean AS (
                    SELECT barcode AS code, MIN(id) AS id, COUNT(*) AS count
                      FROM candidate WHERE barcode IS NOT NULL GROUP BY barcode
                ), found AS (
                    SELECT listing.id,
                           CASE WHEN by_sku.count = 1 THEN by_sku.id
                                WHEN by_ean.count = 1 THEN by_ean.id END AS product_id,
                           CASE WHEN by_sku.count = 1 THEN 'sku'
                                WHEN by_ean.count = 1 THEN 'ean'
                                WHEN by_sku.count > 1 OR by_ean.count > 1 THEN 'ambiguous'
                                ELSE 'none' END AS match
                      FROM otto_listing listing
                 LEFT JOIN product_product present ON present.id = listing.product_id
                 LEFT JOIN by_sku ON by_sku.code = listing.sku
                 LEFT JOIN by_ean ON by_ean.code = listing.ean
                     WHERE listing.channel_id = %(channel)s
                       AND (listing.match != 'manual' OR listing.product_id IS NULL)
                       AND (by_sku.code IS NOT NULL OR by_ean.code IS NOT NULL OR present.active IS NOT FALSE)
                )
                UPDATE otto_listing listing SET product_id = found.product_id, match = found.match
                  FROM found
                 WHERE found.id = listing.id
                   AND (listing.match, listing.product_id) IS DISTINCT FROM (found.match, found.product_id)
             RETURNING listing.sku, listing.product_id
                """,
                company=self.channel.company_id.id,
                channel=self.channel.id,
            )
        )
        listings = self.env["otto.listing"]
        listings.invalidate_model(["product_id", "match"])
        listings._otto_matched(self.channel, [sku for sku, product_id in rows if product_id])

    def _find_products(self, articles):
        """Find products: what a person matched, else SKU = internal reference, else EAN = barcode (R6).

        The same rule as of `_match_products`, judged now: the goods that an order takes are those that are offered.

        :param articles: iterable of (sku, ean or None); the EAN of the article's listing comes before it
        :return: dict of sku to `product.product`; ambiguous and unknown SKUs are not in it
        """
        articles = dict(articles)
        domain = [("channel_id", "=", self.channel.id), ("sku", "in", list(articles))]
        listings = self.env["otto.listing"].sudo().search(domain)
        articles.update({listing.sku: listing.ean for listing in listings if listing.ean})
        by_hand = listings.filtered(lambda listing: listing.match == "manual" and listing.product_id)
        # What a person matched stays matched, also with a product that is archived by now: it is offered no more.
        judged = {sku: ean for sku, ean in articles.items() if sku not in set(by_hand.mapped("sku"))}
        found = self._unique_products("default_code", judged)
        rest = {sku: ean for sku, ean in judged.items() if ean and sku not in found}
        by_ean = self._unique_products("barcode", rest.values())
        return {
            **{sku: by_ean[ean] for sku, ean in rest.items() if ean in by_ean},
            **found,
            **{listing.sku: listing.product_id for listing in by_hand if listing.product_id.active},
        }

    def _unique_products(self, field, values):
        domain = [(field, "in", [value for value in values if value]), *self.channel._product_company_domain()]
        found = defaultdict(self.env["product.product"].browse)
        for product in self.env["product.product"].sudo().search(domain):
            found[product[field]] |= product
        unique = {value: products for value, products in found.items() if len(products) == 1}
        together = [product.id for product in unique.values()]
        return {value: product.with_prefetch(together) for value, product in unique.items()}
