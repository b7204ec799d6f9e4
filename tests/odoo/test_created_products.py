"""R6, R20: products for articles that none matches: variants, exact prices, pictures, and what cannot be made."""

from tests.odoo.catalogue_case import ArticlesCase

# Numbers of articles with the full VAT rate.
FULL_VAT = (0, 1, 2, 4, 6, 7)


class TestCreatedProducts(ArticlesCase):
    def family(self, *articles):
        """Let articles be all of one product reference: for each its price and attributes. Return their listings."""
        self.products.write({"default_code": False, "barcode": False})
        chosen = self.of_family(0, articles)
        self.read(create_products=True)
        return self.listings(chosen)

    def of_family(self, first, articles):
        """Change articles from a number on; return their SKUs."""
        skus = [self.articles[number]["sku"] for number in FULL_VAT[first : first + len(articles)]]
        for sku, (price, attributes) in zip(skus, articles, strict=True):
            self.sandbox.change_article(sku, reference="FAMILY", price=price, attributes=list(attributes.items()))
        return skus

    def make_again(self, skus):
        """Have the products of articles made once more, after they were changed at OTTO."""
        self.listings(skus).product_id = False
        self.env["product.product"].search([("default_code", "in", skus)]).write(
            {"default_code": False, "barcode": False}
        )
        self.channel.action_read_all_articles()
        self.read()

    def listings(self, skus):
        return self.env["otto.listing"].concat(
            *(self.channel.listing_ids.filtered(lambda row, sku=sku: row.sku == sku) for sku in skus)
        )

    def assert_exact(self, listings):
        """R18: every product costs in Odoo what its article costs on OTTO, to the cent."""
        for listing in listings:
            self.assertAlmostEqual(listing.product_id.lst_price, listing.price, places=4, msg=listing.sku)

    def assert_variants(self, listings, names):
        """One product, told apart by these attributes."""
        [template] = listings.product_id.product_tmpl_id
        self.assertEqual(len(listings.product_id), len(listings))
        self.assertEqual(template.attribute_line_ids.attribute_id.mapped("name"), names)
        for listing in listings:
            values = listing.product_id.product_template_attribute_value_ids
            row = {name: shown[0] for name, shown in listing.attributes}
            self.assertEqual({v.attribute_id.name: v.name for v in values}, {name: row[name] for name in names})
        self.assert_exact(listings)
        return template

    def test_r6_what_all_variants_have_in_common_tells_none_apart(self):
        listings = self.family(
            (20, {"Farbe": "rot", "Material": "Holz"}),
            (25.5, {"Farbe": "blau", "Material": "Holz"}),
            (19.99, {"Farbe": "grün", "Material": "Holz"}),
        )
        self.assert_variants(listings, ["Farbe"])

    def test_r6_two_attributes_whose_prices_add_up(self):
        listings = self.family(
            (10, {"Farbe": "rot", "Größe": "S"}),
            (12, {"Farbe": "rot", "Größe": "M"}),
            (15, {"Farbe": "blau", "Größe": "S"}),
            (17, {"Farbe": "blau", "Größe": "M"}),
        )
        self.assert_variants(listings, ["Farbe", "Größe"])

    def test_r18_two_attributes_whose_prices_do_not_add_up_are_single_products(self):
        listings = self.family(
            (10, {"Farbe": "rot", "Größe": "S"}),
            (12, {"Farbe": "rot", "Größe": "M"}),
            (15, {"Farbe": "blau", "Größe": "S"}),
            (16, {"Farbe": "blau", "Größe": "M"}),
        )
        self.assertEqual(len(listings.product_id.product_tmpl_id), 4)
        self.assert_exact(listings)

    def test_r18_created_prices_are_not_changed_at_otto(self):
        listings = self.family(
            (20, {"Farbe": "rot", "Material": "Holz"}),
            (25.5, {"Farbe": "blau", "Material": "Holz"}),
        )
        pricelist = self.env["product.pricelist"].create({"name": "OTTO"})
        self.channel.write({"send_prices": True, "pricelist_id": pricelist.id})
        self.sandbox.clear_requests()
        self.run_flow("prices")
        sent = [entry["sku"] for row in self.asked("/v5/products/prices", "POST") for entry in row["body"]]
        self.assertFalse(set(sent) & set(listings.mapped("sku")))

    def test_r6_a_variant_that_comes_later_joins_the_product(self):
        listings = self.family(
            (20, {"Farbe": "rot", "Material": "Holz"}),
            (25.5, {"Farbe": "blau", "Material": "Holz"}),
        )
        template = listings.product_id.product_tmpl_id
        later = self.of_family(
            2, [(18, {"Farbe": "grün", "Material": "Holz"}), (31, {"Farbe": "rot", "Material": "Stahl"})]
        )
        self.make_again(later)
        together = listings | self.listings(later)
        self.assert_variants(together, ["Farbe", "Material"])
        self.assertEqual(together.product_id.product_tmpl_id, template)

    def test_r6_a_second_article_joins_the_one_that_was_made_alone(self):
        [lone] = self.family((20, {"Farbe": "rot"}))
        self.assertFalse(lone.product_id.product_template_attribute_value_ids)
        product = lone.product_id
        later = self.of_family(1, [(18.5, {"Farbe": "blau"})])
        self.make_again(later)
        self.assert_variants(lone | self.listings(later), ["Farbe"])
        self.assertEqual(lone.product_id, product)

    def test_r6_a_persons_product_gets_no_variants(self):
        article = self.articles[0]
        self.products[1:].write({"default_code": False, "barcode": False})
        self.products[0].taxes_id = self.channel._tax_of_rate(19.0)
        skus = self.of_family(0, [(20, {"Farbe": "rot"}), (25, {"Farbe": "blau"})])
        self.read(create_products=True)
        first, second = self.listings(skus)
        self.assertEqual((first.sku, first.product_id), (article["sku"], self.products[0]))
        self.assertFalse(first.product_id.product_tmpl_id.attribute_line_ids)
        self.assertNotEqual(second.product_id.product_tmpl_id, first.product_id.product_tmpl_id)
        self.assert_exact(second)

    def test_r6_each_variant_has_its_picture_and_none_fails_for_want_of_one(self):
        skus = self.of_family(0, [(20, {"Farbe": "rot"}), (21, {"Farbe": "blau"}), (22, {"Farbe": "grün"})])
        self.sandbox.change_article(skus[1], picture="broken")
        self.sandbox.change_article(skus[2], picture="missing")
        self.products.write({"default_code": False, "barcode": False})
        self.read(create_products=True)
        first, broken, missing = self.listings(skus)
        self.assertTrue(first.product_id.image_variant_1920)
        self.assertTrue(first.product_id.product_tmpl_id.image_1920)
        self.assertFalse(broken.product_id.image_variant_1920)
        self.assertFalse(missing.product_id.image_variant_1920)
        self.assertTrue(broken.product_id and missing.product_id)
        self.assertFalse(self.open_issues("product"))

    def test_r20_a_picture_that_nobody_expected_does_not_stop_the_others(self):
        self.products.write({"default_code": False, "barcode": False})
        original = type(self.env["otto.product.maker"])._set_picture
        bad = self.articles[3]["sku"]
        self.sandbox.change_article(bad, reference="ALONE")

        def failing(maker, product, picture):
            if product.default_code == bad:
                raise ZeroDivisionError("odd")
            original(maker, product, picture)

        self.patch(type(self.env["otto.product.maker"]), "_set_picture", failing)
        listings = self.read(create_products=True)
        without = {sku for sku, listing in listings.items() if not listing.product_id.image_1920}
        self.assertEqual(without, {bad})
        self.assertFalse(any(listing.picture_to_fetch for listing in listings.values()))

    def test_r20_whatever_goes_wrong_with_one_reference_does_not_stop_the_others(self):
        self.products.write({"default_code": False, "barcode": False})
        bad = self.articles[3]["sku"]
        original = type(self.env["otto.product.maker"])._code_values

        def failing(maker, listing):
            if listing.sku == bad:
                raise ZeroDivisionError("odd")
            return original(maker, listing)

        self.patch(type(self.env["otto.product.maker"]), "_code_values", failing)
        listings = self.read(create_products=True)
        reference = listings[bad].product_reference
        without = {listing.product_reference for listing in listings.values() if not listing.product_id}
        self.assertEqual(without, {reference})
        issue = self.open_issues("product")
        self.assertEqual((issue.external_id, issue.res_model), (reference, "otto.listing"))

    def test_r20_a_sku_of_an_archived_product_is_an_issue_and_other_companies_are_not_named(self):
        article, other = self.make(1, active=False, default_code="X"), self.articles[2]
        archived = self.products.with_context(active_test=False).filtered(lambda p: p.default_code == "X")
        archived.default_code = article["sku"]
        company = self.env["res.company"].create({"name": "Other Company"})
        self.make(2)
        self.env["product.product"].create(
            {"name": "Secret", "barcode": other["ean"], "default_code": other["sku"], "company_id": company.id}
        )
        listings = self.read(create_products=True)
        self.assertRegex(self.open_issues("product").name, f"{article['sku']} belongs to .*archived")
        self.assertTrue(listings[other["sku"]].product_id)

    def test_d9_creating_goes_on_without_reading_again(self):
        self.products.write({"default_code": False, "barcode": False})
        self.channel.create_products = True
        for _run in range(20):
            if self.run_short().stage == "create":
                break
        made = self.env["otto.listing"].search_count([("made_product_id", "!=", False)])
        self.sandbox.clear_requests()
        self.run_to_the_end(200)
        self.assertFalse([row for row in self.sandbox.requests() if row["path"].startswith("/v")])
        self.assertLess(made, 60)
        self.assertEqual(self.env["otto.listing"].search_count([("made_product_id", "!=", False)]), 60)

    def test_r6_missing_products_are_made_with_their_variants(self):
        self.products.write({"default_code": False, "barcode": False})
        listings = self.read(create_products=True)
        made = self.env["product.product"].browse([row.product_id.id for row in listings.values()])
        self.assertEqual(len(made), 60)
        for sku, listing in listings.items():
            product = listing.product_id
            self.assertEqual((product.default_code, product.barcode), (sku, listing.ean))
            self.assertTrue(product.is_storable)
            self.assertEqual(sum(product.taxes_id.mapped("amount")), {"FULL": 19, "REDUCED": 7, "FREE": 0}[listing.vat])
            self.assertTrue(all(product.taxes_id.mapped("price_include")))
            self.assertAlmostEqual(product.lst_price, listing.price)
            self.assertTrue(product.image_1920)
        self.assertIn("FREE", {listing.vat for listing in listings.values()})
        references = self.env["otto.listing"].search([]).grouped("product_reference")
        families = [rows for rows in references.values() if len(rows) > 1]
        self.assertTrue(families)
        for rows in families:
            if all(len(row.attributes) == 1 for row in rows):
                self.assertEqual(len(rows.product_id.product_tmpl_id), 1)
        self.assertFalse(self.open_issues("listing") + self.open_issues("product"))

    def test_r6_ambiguous_articles_are_not_made(self):
        self.make(2)
        self.env["product.product"].create(
            [{"name": "A", "default_code": self.articles[2]["sku"]} for _copy in range(2)]
        )
        listing = self.read(create_products=True)[self.articles[2]["sku"]]
        self.assertEqual((listing.match, listing.product_id.id), ("ambiguous", False))

    def test_r20_a_product_that_cannot_be_made_is_an_issue(self):
        article = self.make(1)
        other = self.env["product.product"].create({"name": "Other", "barcode": article["ean"], "active": False})
        self.read(create_products=True)
        issue = self.open_issues("product")
        self.assertRegex(issue.name, f"{article['ean']} belongs to")
        other.barcode = False
        self.channel.action_read_all_articles()
        listings = self.read()
        self.assertTrue(listings[article["sku"]].product_id)
        self.assertFalse(self.open_issues("product"))
