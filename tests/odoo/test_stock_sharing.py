"""R6: several channels, articles and places that draw on the same goods."""

from tests.odoo.stock_case import PATH, StockCase


class TestStockSharing(StockCase):
    def second(self, **values):
        """Return a channel on the same warehouse and its listing of the same product."""
        channel = self.make_channel("OTTO Zwei", **values)
        listing = self.env["otto.listing"].create({"channel_id": channel.id, "sku": self.sku})
        channel._component("otto.product.matching")._match_products()
        return channel, listing

    def test_r6_two_articles_of_one_product_divide_its_stock(self):
        self.set_stock(self.product, 7)
        other = self.list_article(1, product_id=self.product.id)
        self.assertEqual((self.offered(), self.held(other.sku)), (4, 3))

    def test_r6_what_has_to_go_down_goes_first(self):
        other = self.list_article(1)
        last = self.list_article(2)
        self.assertEqual(self.offered(), 100)
        self.set_stock(self.product, 120)
        self.set_stock(other.product_id, 110)
        self.set_stock(last.product_id, 3)
        self.sandbox.clear_requests()
        self.offered()
        self.assertEqual([[entry["quantity"] for entry in body] for body in self.posted()], [[3], [120, 110]])

    def test_r6_shared_goods_are_raised_only_when_they_are_lowered_elsewhere(self):
        _channel, other = self.second()
        self.set_stock(self.product, 40)
        self.assertEqual((self.accepted(self.listing), self.accepted(other)), (20, 20))
        # The other one may offer only 10 now, so this one could have 30.
        other.max_quantity = 10
        self.set_stock(self.product, 12)
        self.assertEqual(self.accepted(self.listing), 6)
        self.set_stock(self.product, 40)
        self.assertEqual(self.accepted(self.listing), 6, "the other still has 20, more than its 10")
        self.assertEqual(self.accepted(other), 10)
        self.assertTrue(self.triggers(), "now it is the turn of this one")
        self.assertEqual(self.accepted(self.listing), 20)

    def test_r6_a_lowering_that_fails_keeps_the_shared_goods_down(self):
        other = self.list_article(1, product_id=self.product.id)
        self.set_stock(self.product, 40)
        self.assertEqual((self.offered(), self.held(other.sku)), (20, 20))
        self.listing.max_quantity = 5
        self.set_stock(self.product, 60)
        self.sandbox.fault("status", PATH, method="POST", status=500, times=4)
        self.run_flow("stock")
        self.assertEqual((self.held(), self.held(other.sku)), (20, 20))
        self.run_flow("stock")
        self.assertEqual((self.held(), self.held(other.sku)), (5, 30))

    def test_r17_announced_pieces_have_the_stock_of_all_channels_sent(self):
        second, _listing = self.second()
        self.run_flow("stock", second)
        self.triggers(second).unlink()
        self.import_orders(skus=[self.sku], pieces=3, status="ANNOUNCED")
        self.assertTrue(self.triggers(second))

    def test_r19_while_orders_of_a_sibling_cannot_be_read_stock_only_goes_down(self):
        second, _listing = self.second(import_from="2100-01-01 00:00:00")
        second.stock_sharing = self.channel.stock_sharing = "full"
        self.assertEqual(self.offered(), 100)
        self.set_stock(self.product, 150)
        # Its row is locked by nobody, but it has to wait for OTTO.
        second._sync("orders").not_before = "2100-01-01 00:00:00"
        self.assertEqual(self.offered(), 100)
        second._sync("orders").not_before = False
        self.assertEqual(self.offered(), 150)

    def test_r6_chosen_places_that_do_not_touch_share_nothing(self):
        front, back = self.env["stock.location"].create(
            [{"name": name, "location_id": self.stock.id} for name in ("Vorn", "Hinten")]
        )
        _channel, other = self.second(stock_location_ids=[(4, back.id)])
        self.channel.stock_location_ids = front
        self.move(25, self.stock, front)
        self.move(9, self.stock, back)
        self.assertEqual((self.accepted(self.listing), self.accepted(other)), (25, 9))
        self.channel.stock_location_ids = front | back
        self.assertEqual((self.accepted(other), self.accepted(self.listing)), (4, 17))

    def test_r6_what_is_to_leave_the_chosen_places_is_not_offered(self):
        front, back = self.env["stock.location"].create(
            [{"name": name, "location_id": self.stock.id} for name in ("Vorn", "Hinten")]
        )
        self.channel.stock_location_ids = front
        self.move(25, self.stock, front)
        self.assertEqual(self.offered(), 25)
        self.move(10, front, back, done=False)
        self.assertEqual(self.offered(), 15)
        self.move(5, self.stock, front, done=False)
        self.assertEqual(self.offered(), 15)

    def test_r6_a_chosen_place_outside_of_every_warehouse(self):
        place = self.env["stock.location"].create({"name": "Messe", "usage": "internal", "location_id": False})
        self.channel.stock_location_ids = place
        self.env["stock.quant"]._update_available_quantity(self.product, place, 12)
        self.assertEqual(self.offered(), 12)
        self.move(5, place, done=False)
        self.assertEqual(self.offered(), 7)
