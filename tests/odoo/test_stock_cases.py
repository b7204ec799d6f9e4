"""R6: a table of what happens in a warehouse, and the number that OTTO holds afterwards."""

from odoo.addons.otto_market_connector.otto_api import Quantity

from tests.odoo.stock_case import StockCase


class TestStockCases(StockCase):
    def test_r6_table(self):
        location = self.env["stock.location"].create({"name": "Hinten", "location_id": self.stock.id})
        cases = [
            ("nothing happens", lambda: None, 100),
            ("sold elsewhere", lambda: self.sell(7), 93),
            ("a quotation elsewhere", lambda: self.sell(7, confirm=False), 100),
            ("sold elsewhere by the dozen", lambda: self.sell(1, self.env.ref("uom.product_uom_dozen")), 88),
            ("sold elsewhere, nothing reserved", lambda: self.sell(7).picking_ids.do_unreserve(), 93),
            ("sold elsewhere, cancelled again", lambda: self.sell(7).action_cancel(), 100),
            ("more sold than there is", lambda: self.sell(700), 0),
            ("gone", lambda: self.move(30), 70),
            ("to go", lambda: self.move(30, done=False), 70),
            ("a return came in", lambda: self.move(3, self.outside, self.stock), 103),
            ("a return is to come in", lambda: self.move(3, self.outside, self.stock, done=False), 100),
            ("moved within the warehouse", lambda: self.move(40, self.stock, location), 100),
            ("to be moved within the warehouse", lambda: self.move(40, self.stock, location, done=False), 100),
            ("thrown away", lambda: self.move(5, target=self.product.property_stock_inventory), 95),
            ("a scrap order", self.scrap, 97),
            ("a receipt in two steps, half way", self.receive_in_two_steps, 110),
            ("counted: negative", lambda: self.move(130), 0),
            ("a fraction", lambda: self.set_stock(self.product, 9.75), 9),
            ("archived", lambda: self.product.action_archive(), 0),
            ("not for sale", lambda: self.product.product_tmpl_id.write({"sale_ok": False}), 0),
            ("safety stock of the channel", lambda: self.channel.write({"safety_stock": 10}), 90),
            (
                "safety stock of the article",
                lambda: (
                    self.channel.write({"safety_stock": 10}),
                    self.listing.write({"own_safety_stock": True, "safety_stock": 2}),
                ),
                98,
            ),
            ("highest quantity of the channel", lambda: self.channel.write({"max_quantity": 50}), 50),
            (
                "highest quantity of the article",
                lambda: (self.channel.write({"max_quantity": 50}), self.listing.write({"max_quantity": 60})),
                60,
            ),
            ("announced", lambda: self.import_orders(skus=[self.sku], pieces=4, status="ANNOUNCED"), 96),
            ("ordered on OTTO", lambda: self.import_orders(skus=[self.sku], pieces=4), 96),
            ("ordered and shipped", lambda: self.validate(self.import_orders(skus=[self.sku], pieces=4)), 96),
            ("ordered and cancelled", lambda: self.import_orders(skus=[self.sku], pieces=4).action_cancel(), 100),
        ]
        for name, happens, expected in cases:
            with self.subTest(name):
                with self.cr.savepoint() as savepoint:
                    self.offered()
                    happens()
                    self.assertEqual(self.offered(), expected, name)
                    savepoint.rollback()
                self.env.invalidate_all()
                self.sandbox.reset(seed=7, orders=0, articles=20)

    def scrap(self):
        """Scrap three pieces."""
        scrap = self.env["stock.scrap"].create({"product_id": self.product.id, "scrap_qty": 3})
        scrap.do_scrap()

    def receive_in_two_steps(self):
        """Ten pieces lie in the entrance: they are in the house. Ten more are to come: they are not."""
        warehouse = self.channel.warehouse_id
        warehouse.reception_steps = "two_steps"
        entrance = warehouse.wh_input_stock_loc_id
        self.move(10, self.outside, entrance)
        self.move(10, entrance, self.stock, done=False)
        self.move(10, self.outside, entrance, done=False)

    def test_r6_only_chosen_locations(self):
        front = self.env["stock.location"].create({"name": "Vorn", "location_id": self.stock.id})
        self.channel.stock_location_ids = front
        self.assertEqual(self.offered(), 0)
        self.move(25, self.stock, front)
        self.assertEqual(self.offered(), 25)
        self.sell(5)
        self.assertEqual(self.offered(), 20)

    def test_r6_what_was_picked_counts_once_where_locations_are_chosen(self):
        warehouse = self.channel.warehouse_id
        warehouse.delivery_steps = "pick_ship"
        self.channel.stock_location_ids = warehouse.lot_stock_id
        order = self.sell(10)
        self.assertEqual(self.offered(), 90)
        steps = order.picking_ids
        while open_steps := order.picking_ids.filtered(lambda step: step.state not in ("done", "cancel")):
            first = open_steps.filtered(lambda step: step.state == "assigned")
            first.move_ids.picked = True
            first._action_done()
            self.assertEqual(self.offered(), 90)
            steps |= order.picking_ids
        self.assertEqual(len(steps), 2)
        self.sell(7)
        self.assertEqual(self.offered(), 83)

    def test_r6_two_warehouses(self):
        other = self.env["stock.warehouse"].create({"name": "Nord", "code": "NORD"})
        self.env["stock.quant"]._update_available_quantity(self.product, other.lot_stock_id, 40)
        self.assertEqual(self.offered(), 100)
        north = self.make_channel("OTTO Nord", warehouse_id=other.id)
        there = self.env["otto.listing"].create({"channel_id": north.id, "sku": self.sku})
        self.assertEqual(self.accepted(there), 40)
        self.assertEqual(self.accepted(self.listing), 100)

    def test_r6_two_channels_on_one_warehouse_divide_the_stock(self):
        self.set_stock(self.product, 7)
        second = self.make_channel("OTTO Zwei")
        other = self.env["otto.listing"].create({"channel_id": second.id, "sku": self.sku})
        second._component("otto.product.matching")._match_products()
        self.assertEqual((self.accepted(self.listing), self.accepted(other)), (4, 3))
        # It is enough that one of them divides (the other would have offered all of it before).
        self.channel.stock_sharing = "full"
        self.assertEqual((self.accepted(self.listing), self.accepted(other)), (4, 3))
        second.stock_sharing = "full"
        self.assertEqual((self.accepted(self.listing), self.accepted(other)), (7, 7))
        second.sync_direction = "in"
        self.channel.stock_sharing = "split"
        self.assertEqual(self.accepted(self.listing), 7)

    def test_r6_announced_pieces_of_the_other_channel_count(self):
        second = self.make_channel("OTTO Zwei")
        self.sandbox.make_orders(count=1, skus=[self.sku], pieces=6, status="ANNOUNCED")
        self.run_flow("orders", second)
        self.channel.import_orders = False
        self.assertEqual(self.offered(), 94)

    def test_r6_an_article_whose_product_is_taken_away_is_offered_no_more(self):
        self.assertEqual(self.offered(), 100)
        self.product.default_code = self.product.barcode = "elsewhere"
        self.listing.product_id = False
        self.assertEqual(self.offered(), 0)

    def test_r6_a_switch_on_the_article(self):
        self.listing.send_stock = False
        self.assertFalse(self.accepted(self.listing))
        self.listing.send_stock = True
        self.assertEqual(self.offered(), 100)

    def test_r2_without_the_direction_nothing_is_sent(self):
        for direction in ("none", "in"):
            self.channel.sync_direction = direction
            self.assertFalse(self.accepted(self.listing))

    def test_r6_what_is_too_large_is_halved(self):
        self.env["otto.listing"].create([{"channel_id": self.channel.id, "sku": a["sku"]} for a in self.articles[1:8]])
        self.sandbox.fault("status", "/v1/availability/quantities", method="POST", status=413, times=2)
        self.assertEqual(self.offered(), 100)
        self.assertEqual(set(self.channel._sync("stock").channel_id.listing_ids.mapped("quantity")), {100})
        self.assertFalse(self.channel._sync("stock").last_error)

    def test_r19_while_orders_cannot_be_read_stock_only_goes_down(self):
        self.assertEqual(self.offered(), 100)
        self.sandbox.fault("status", "/v4/orders", times=None, status=500)
        self.set_stock(self.product, 150)
        self.assertEqual(self.offered(), 100)
        self.set_stock(self.product, 20)
        self.assertEqual(self.offered(), 20)
        self.sandbox.clear_faults()
        self.set_stock(self.product, 150)
        self.assertEqual(self.offered(), 150)

    def test_r19_orders_that_came_meanwhile_are_read_first(self):
        self.assertEqual(self.offered(), 100)
        self.sandbox.make_orders(count=1, skus=[self.sku], pieces=5)
        self.set_stock(self.product, 101)
        self.assertEqual(self.offered(), 96)

    def test_r6_drift_is_repaired_and_reported_when_it_is_too_much(self):
        second = self.env["otto.listing"].create({"channel_id": self.channel.id, "sku": self.articles[1]["sku"]})
        self.assertEqual(self.offered(), 100)
        elsewhere = self.channel._otto_client()
        elsewhere.set_quantities([Quantity(self.sku, 130, None), Quantity(second.sku, 90, None)])
        self.assertEqual(self.offered(), 130)
        self.channel._sync("stock").compared_on = "2020-01-01 00:00:00"
        self.assertEqual(self.offered(), 100)
        self.assertEqual(self.sandbox.state()["quantities"][second.sku], 100)
        issue = self.open_issues("stock")
        self.assertIn(f"{self.sku}: sent 100, OTTO holds 130", issue.name)
        self.assertNotIn(second.sku, issue.name)
        self.channel._sync("stock").compared_on = "2020-01-01 00:00:00"
        self.offered()
        self.assertFalse(self.open_issues("stock"))

    def test_r6_changes_are_collected_into_one_run_soon(self):
        self.run_flow("stock")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.channel._sync("stock").cron_id.id)])
        triggers.unlink()
        with self.own_cursor() as env:
            product, stock, outside = (r.with_env(env) for r in (self.product, self.stock, self.outside))
            for _sale in range(5):
                env["stock.move"].create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": 1,
                        "location_id": stock.id,
                        "location_dest_id": outside.id,
                    }
                )._action_confirm()
            env.cr.commit()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.channel._sync("stock").cron_id.id)])
        self.assertEqual(len(triggers), 1)

    def test_r6_what_is_not_on_otto_triggers_nothing(self):
        self.listing.unlink()
        with self.own_cursor() as env:
            self.set_stock(self.product.with_env(env), 5)
            env.cr.commit()
        domain = [("cron_id", "=", self.channel._sync("stock").cron_id.id)]
        self.assertFalse(self.env["ir.cron.trigger"].search(domain))
