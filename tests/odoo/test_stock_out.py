from tests.harness import OttoCase


class TestStockOut(OttoCase):
    def setUp(self):
        super().setUp()
        self.article = self.articles[0]
        self.product = self.products.filtered(lambda p: p.default_code == self.article["sku"])
        self.listing = self.env["otto.listing"].create({"channel_id": self.channel.id, "sku": self.article["sku"]})

    def offered(self):
        """Run the flow and return what OTTO offers of the article."""
        self.run_flow("stock")
        return self.sandbox.state()["quantities"][self.article["sku"]]

    def test_r6_on_hand_is_offered(self):
        self.assertEqual(self.offered(), 100)
        self.assertEqual(self.listing.product_id, self.product)

    def test_r6_safety_stock_is_kept_back_and_nothing_is_negative(self):
        self.channel.safety_stock = 30
        self.assertEqual(self.offered(), 70)
        self.channel.safety_stock = 300
        self.assertEqual(self.offered(), 0)

    def test_r6_orders_lower_it_at_once_reserved_or_not(self):
        order = self.import_orders(skus=[self.article["sku"]], pieces=4)
        self.assertEqual(self.offered(), 96)
        order.picking_ids.do_unreserve()
        self.assertEqual(self.offered(), 96)

    def test_r6_shipping_does_not_lower_it_again(self):
        order = self.import_orders(skus=[self.article["sku"]], pieces=4)
        self.validate(order)
        self.assertEqual(self.offered(), 96)

    def test_r6_a_cancelled_order_gives_it_back(self):
        order = self.import_orders(skus=[self.article["sku"]], pieces=4)
        self.assertEqual(self.offered(), 96)
        order.action_cancel()
        self.assertEqual(self.offered(), 100)

    def test_r17_announced_pieces_of_every_channel_are_kept_back(self):
        self.import_orders(skus=[self.article["sku"]], pieces=3, status="ANNOUNCED")
        self.assertEqual(self.offered(), 97)

    def test_r6_demand_in_three_steps_counts_once(self):
        self.channel.warehouse_id.delivery_steps = "pick_pack_ship"
        self.import_orders(skus=[self.article["sku"]], pieces=4)
        self.assertEqual(self.offered(), 96)

    def test_r6_incoming_goods_are_not_counted(self):
        stock_type = self.channel.warehouse_id.in_type_id
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": stock_type.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.channel.warehouse_id.lot_stock_id.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 50,
                            "location_id": self.env.ref("stock.stock_location_suppliers").id,
                            "location_dest_id": self.channel.warehouse_id.lot_stock_id.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        self.assertEqual(self.offered(), 100)

    def test_r6_only_what_changed_200_in_a_request(self):
        self.offered()
        self.sandbox.clear_requests()
        self.run_flow("stock")
        self.assertFalse(self.posted())
        self.set_stock(self.product, 99)
        self.run_flow("stock")
        self.assertEqual(self.posted(), [[{"sku": self.article["sku"], "quantity": 99}]])

    def posted(self):
        """Return the bodies of the quantity requests that came."""
        path = "/v1/availability/quantities"
        return [row["body"] for row in self.sandbox.requests() if (row["method"], row["path"]) == ("POST", path)]

    def test_r20_a_refused_article_is_an_issue_and_the_others_are_accepted(self):
        self.products[1].default_code = "no-such-sku"
        bad = self.env["otto.listing"].create({"channel_id": self.channel.id, "sku": "no-such-sku"})
        self.assertEqual(self.offered(), 100)
        self.assertIn("no-such-sku", self.open_issues("stock").name)
        self.assertFalse(bad.quantity_known)
