"""Rules that stand in SQL and in Python, for speed, say the same (R6)."""

import random

from odoo.addons.otto_market_connector.otto_api import OFFERED_QUANTITY_SQL, Supply, offered_quantity
from odoo.addons.otto_market_connector.otto_api.const import MAX_QUANTITY
from odoo.tools import SQL

from tests.harness import OttoCase

CODES = ("A", "B", "C", "D")
EANS = ("4006381333931", "4003994155486", "4001686301265", "4012345678901")


class TestRulesTwice(OttoCase):
    def test_r6_the_offered_quantity_of_one_article_of_one_product(self):
        chance = random.Random(6)
        edges = (-1, 0, 0.1 + 0.2, 0.9999996, 0.99999949, 1, 2.5, 999999, 1e9)
        for _ in range(2000):
            available = chance.choice((*edges, chance.uniform(-5, 50), float(chance.randint(-3, 300))))
            safety, maximum = chance.randint(0, 4), chance.choice((0, 0, 1, 3, 250))
            query = SQL(
                "SELECT %s FROM (SELECT TRUE AS sellable, %s::float8 AS available, %s AS safety, %s AS maximum) row",
                SQL(OFFERED_QUANTITY_SQL),
                available,
                safety,
                maximum or MAX_QUANTITY,
            )
            [[found]] = self.env.execute_query(query)
            expected = offered_quantity([Supply(available)], safety, maximum)
            self.assertEqual(found, expected, (available, safety, maximum))

    def test_r6_matching_of_all_articles_and_of_those_of_an_order(self):
        chance = random.Random(7)
        listings = self.env["otto.listing"].create([{"channel_id": self.channel.id, "sku": code} for code in CODES])
        other = self.env["res.company"].create({"name": "Anders GmbH"})
        products = self.env["product.product"].create([{"name": str(number)} for number in range(5)])
        matching = self.channel._component("otto.product.matching")
        for _ in range(60):
            self.scatter(chance, listings, products, other)
            matching._match_products()
            found = matching._find_products((listing.sku, listing.ean or None) for listing in listings)
            for listing in listings:
                # An archived product stays until another takes its place: nothing is offered, nothing is sold.
                offered = listing.product_id.filtered("active")
                self.assertEqual(found.get(listing.sku, offered.browse()), offered, listing.match)

    def scatter(self, chance, listings, products, other):
        """Give products and articles other codes, companies and matches."""
        products.barcode = False
        eans = chance.sample(EANS, 4)
        for product in products:
            product.write(
                {
                    "default_code": chance.choice((*CODES, False)),
                    "barcode": eans.pop() if eans and chance.random() < 0.5 else False,
                    "active": chance.random() < 0.85,
                    "company_id": chance.choice((False, False, self.company.id, other.id)),
                }
            )
        for listing in listings:
            listing.ean = chance.choice((*EANS, False))
            if chance.random() < 0.2:
                listing.product_id = chance.choice(products.filtered(lambda p: p.company_id != other)) or False
            elif chance.random() < 0.3:
                listing.product_id = False
