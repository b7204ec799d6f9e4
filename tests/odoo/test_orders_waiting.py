"""Orders that would hang or stay out: what they wait for is said, and a code that is taken stops none (R16, R20)."""

from tests.odoo.wire_case import WireCase


class TestWaitingOrders(WireCase):
    # Articles

    def unknown_order(self, pieces=2):
        """Import an order of which one article is unknown; return it and the unknown pieces."""
        self.products[0].write({"default_code": "elsewhere", "barcode": False})
        skus = [self.articles[0]["sku"], self.articles[1]["sku"]]
        order = self.import_orders(skus=skus, pieces=pieces)
        self.assertEqual(order.state, "draft")
        return order, order.otto_position_ids.filtered(lambda piece: piece.sku == skus[0]).mapped("position_id")

    def test_r20_an_unknown_article_that_otto_cancels_holds_the_order_no_longer(self):
        order, unknown = self.unknown_order()
        self.sandbox.act(order.otto_order_id, "cancel", unknown)
        self.run_flow("orders")
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.picking_ids.move_ids.product_id, self.products[1])
        self.assertFalse(self.open_issues("article"))
        self.validate(order)
        self.assertEqual(order.otto_report_state, "to_send")

    def test_r20_an_unknown_article_of_which_one_piece_is_cancelled_still_holds_it(self):
        order, unknown = self.unknown_order(pieces=4)
        self.sandbox.act(order.otto_order_id, "cancel", unknown[:1])
        self.run_flow("orders")
        self.assertEqual(order.state, "draft")
        self.assertTrue(self.open_issues("article"))

    def test_r20_an_order_of_an_unknown_article_that_otto_cancels_leaves_no_issue(self):
        order, _unknown = self.unknown_order()
        self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertEqual(order.state, "cancel")
        self.assertFalse(self.open_issues("article"))

    def test_r20_orders_that_come_with_cancelled_pieces_of_an_unknown_article(self):
        self.products[0].write({"default_code": "elsewhere", "barcode": False})
        ids = self.sandbox.make_orders(count=1, skus=[a["sku"] for a in self.articles[:2]], pieces=2)
        held = {row["salesOrderId"]: row for row in self.sandbox.state()["orders"]}[ids[0]]
        unknown = [i["positionItemId"] for i in held["positionItems"] if i["product"]["sku"] == self.articles[0]["sku"]]
        self.sandbox.act(ids[0], "cancel", unknown)
        self.run_flow("orders")
        self.assertEqual(self.order(ids).state, "sale")

    # Products that are made

    def make_missing(self, **product):
        """Have products made; return the order of two articles that lack one."""
        self.channel.unknown_articles = "create"
        self.products[:2].write({"default_code": False, "barcode": False, **product})
        return self.import_orders(skus=[a["sku"] for a in self.articles[:2]], pieces=2)

    def test_r20_one_ean_on_two_skus(self):
        self.alter(lambda entry: [i["product"].update(ean="4006381333931") for i in entry["positionItems"]] and None)
        order = self.make_missing()
        self.assertEqual(order.state, "sale")
        products = order.order_line.filtered("otto_sku").product_id
        self.assertEqual(sorted(products.mapped("default_code")), sorted(a["sku"] for a in self.articles[:2]))
        self.assertEqual(sorted(products.mapped(lambda p: p.barcode or "")), ["", "4006381333931"])

    def test_r20_a_barcode_that_something_has(self):
        ean, other = self.articles[0]["ean"], self.env["res.company"].create({"name": "Other"})
        pack = self.env.ref("uom.product_uom_dozen")

        def archived():
            self.env["product.product"].create({"name": "Alt", "barcode": ean, "active": False})

        def elsewhere():
            self.env["product.product"].create({"name": "Fern", "barcode": ean, "company_id": other.id})

        def packaging():
            self.env["product.uom"].create({"barcode": ean, "product_id": self.products[5].id, "uom_id": pack.id})

        for take in (archived, elsewhere, packaging):
            with self.subTest(take.__name__), self.cr.savepoint() as savepoint:
                self.products[:2].write({"default_code": False, "barcode": False})
                take()
                order = self.make_missing()
                self.assertEqual(order.state, "sale")
                made = order.order_line.product_id.filtered(lambda p: p.default_code == self.articles[0]["sku"])
                self.assertEqual(len(made), 1)
                self.assertFalse(made.barcode)
                savepoint.rollback()
                self.env.invalidate_all()
                self.reset_sandbox()

    def test_r20_an_internal_reference_that_an_archived_product_has(self):
        self.env["product.product"].create({"name": "Alt", "default_code": self.articles[0]["sku"], "active": False})
        order = self.make_missing()
        self.assertEqual(order.state, "draft")
        self.assertIn(self.articles[0]["sku"], self.open_issues("article").name)

    # Nothing to deliver

    def test_r20_an_order_of_services_only_is_said(self):
        for kind in ("service", "combo"):
            with self.subTest(kind):
                product = self.products[0]
                product.write({"is_storable": False, "type": "service"})
                if kind == "combo":
                    combo = self.env["product.combo"].create(
                        {"name": "Set", "combo_item_ids": [(0, 0, {"product_id": self.products[1].id})]}
                    )
                    product.product_tmpl_id.write({"type": "combo", "combo_ids": [(6, 0, combo.ids)]})
                order = self.import_orders(skus=[self.articles[0]["sku"]])
                issue = self.open_issues("waiting")
                self.assertIn(order.name, issue.name)
                self.assertIn("OTTO Partner Connect", issue.name)
                self.sandbox.act(order.otto_order_id, "send")
                self.run_flow("orders")
                self.assertFalse(self.open_issues("waiting"))

    def test_a_service_beside_goods_is_no_issue(self):
        self.products[0].write({"is_storable": False, "type": "service"})
        self.import_orders(skus=[a["sku"] for a in self.articles[:2]], pieces=2)
        self.assertFalse(self.open_issues("waiting"))

    # Currencies

    def test_r16_a_currency_without_a_rate_or_unknown_waits_with_an_issue(self):
        francs = self.env.ref("base.CHF")
        self.env["res.currency.rate"].search([("currency_id", "=", francs.id)]).unlink()
        for currency in ("CHF", ["EUR", "EUR", "CHF"], "XYZ", ["EUR", "EUR", "XYZ"]):
            with self.subTest(currency):
                fine = self.sandbox.make_orders(count=1, skus=[self.articles[2]["sku"]])
                ids = self.sandbox.make_orders(
                    count=1, skus=[self.articles[0]["sku"]], pieces=3, currency=currency, fees=[], discount=False
                )
                sync = self.run_flow("orders")
                self.assertFalse(sync.last_error)
                self.assertTrue(self.order(fine))
                self.assertFalse(self.order(ids))
                numbers = [row["orderNumber"] for row in self.sandbox.state()["orders"] if row["salesOrderId"] in ids]
                issue = self.open_issues("order").filtered(lambda issue, numbers=numbers: issue.external_id in numbers)
                self.assertIn("CHF" if "CHF" in currency else "XYZ", issue.name)
                kept = self.env["otto.unimported.item"].search([("otto_order_id", "in", ids)])
                self.assertEqual(sum(kept.mapped("pieces")), 3)

    def test_r16_the_rate_comes_and_so_does_the_order(self):
        francs = self.env.ref("base.CHF")
        self.env["res.currency.rate"].search([("currency_id", "=", francs.id)]).unlink()
        ids = self.sandbox.make_orders(count=1, skus=[self.articles[0]["sku"]], prices=[10], currency="CHF", fees=[])
        self.run_flow("orders")
        self.env["res.currency.rate"].create({"currency_id": francs.id, "name": "2026-01-01", "rate": 0.5})
        self.open_issues("order").action_retry()
        self.run_flow("orders")
        order = self.order(ids)
        self.assertEqual((order.currency_id, order.amount_total), (francs, 10.0))
        self.assertFalse(self.open_issues("order"))
