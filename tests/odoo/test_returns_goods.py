"""R26: where returned goods go: what OTTO is offered then, serial numbers, receipts in two steps, two companies."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from tests.odoo.returns_desk_case import ReturnsDeskCase


class TestReturnedGoods(ReturnsDeskCase):
    def listing(self, order):
        """Return the article of an order's first line, as it is offered."""
        line = order.otto_position_ids.order_line_id[:1]
        sku = order.otto_position_ids[:1].sku
        values = {"channel_id": self.channel.id, "sku": sku, "product_id": line.product_id.id}
        return self.env["otto.listing"].create(values)

    def offered(self, listing):
        self.assertFalse(self.run_flow("stock").last_error)
        return self.sandbox.state()["quantities"][listing.sku]

    def one_article(self, pieces):
        return self.sent_order(pieces=pieces, skus=[self.articles[0]["sku"]])

    def test_only_what_is_sold_again_is_offered(self):
        order = self.one_article(4)
        listing = self.listing(order)
        before = self.offered(listing)
        otto_return = self.announce(order)
        self.assertEqual(self.offered(listing), before)
        self.receive(
            otto_return.picking_ids,
            {"condition": "A"},
            {"condition": "C"},
            {"condition": "D"},
            {"came": "missing"},
        )
        self.assertEqual(self.offered(listing), before + 1)
        product = order.order_line.product_id
        self.assertEqual(self.on_hand(product, self.quarantine), 1)
        self.receive(self.open_transfers(otto_return), condition="A")
        self.assertEqual(self.offered(listing), before + 2)

    def test_scrap_that_another_order_waits_for_is_not_kept_for_it(self):
        order = self.one_article(1)
        product = order.order_line.product_id
        self.set_stock(product, 0)
        waiting = self.import_orders(skus=[self.articles[0]["sku"]], pieces=1)
        otto_return = self.announce(order)
        self.receive(otto_return.picking_ids, condition="D")
        self.assertEqual(self.on_hand(product, self.stock), 0)
        self.assertFalse(waiting.picking_ids.move_ids.quantity)

    def serials(self, product, names):
        product.tracking = "serial"
        self.set_stock(product, 0)
        lots = self.env["stock.lot"].create([{"name": name, "product_id": product.id} for name in names])
        for lot in lots:
            self.env["stock.quant"].with_context(inventory_mode=True).create(
                {
                    "product_id": product.id,
                    "location_id": self.stock.id,
                    "lot_id": lot.id,
                    "inventory_quantity": 1,
                }
            ).action_apply_inventory()
        return lots

    def test_serial_numbers_come_back_as_they_left(self):
        product = self.products.filtered(lambda one: one.default_code == self.articles[0]["sku"])
        lots = self.serials(product, ["L1", "L2", "L3"])
        order = self.one_article(3)
        otto_return = self.announce(order)
        wizard = self.ask(otto_return.picking_ids)
        self.assertTrue(wizard.has_lots)
        self.say(wizard, {}, {"condition": "C", "lot_id": lots[0]}, {"came": "expected"})
        wizard.action_confirm()
        places = {
            quant.lot_id.name: quant.location_id
            for quant in self.env["stock.quant"].search([("product_id", "=", product.id), ("quantity", ">", 0)])
        }
        self.assertEqual(places["L1"], self.quarantine)
        self.assertEqual(sum(place == self.stock for place in places.values()), 1)
        self.receive(self.open_transfers(otto_return), condition="D")
        scrap = self.env["stock.scrap"].search([("product_id", "=", product.id)])
        self.assertEqual(scrap.lot_id | lots[0] | self.stock.quant_ids.lot_id & lots, lots)

    def test_another_serial_number_than_was_delivered_is_booked(self):
        product = self.products.filtered(lambda one: one.default_code == self.articles[0]["sku"])
        self.serials(product, ["L1"])
        order = self.one_article(1)
        other = self.env["stock.lot"].create({"name": "L9", "product_id": product.id})
        otto_return = self.announce(order)
        self.receive(otto_return.picking_ids, condition="C", lot_id=other)
        quants = self.env["stock.quant"].search([("location_id", "=", self.quarantine.id)])
        self.assertEqual((quants.lot_id, quants.quantity), (other, 1))

    def test_a_receipt_in_two_steps(self):
        self.warehouse.reception_steps = "two_steps"
        order = self.one_article(3)
        product = order.order_line.product_id
        before = self.on_hand(product, self.stock)
        otto_return = self.announce(order)
        entry = self.warehouse.wh_input_stock_loc_id
        self.receive(otto_return.picking_ids, {"condition": "A"}, {"condition": "C"}, {"condition": "D"})
        self.assertEqual(self.on_hand(product, entry), 1)
        self.assertEqual(self.on_hand(product, self.quarantine), 1)
        self.assertEqual(self.on_hand(product, self.stock), before)
        self.assertEqual(order.order_line.qty_delivered, 0)
        step = (
            self.env["stock.move"]
            .search([("location_id", "=", entry.id), ("product_id", "=", product.id)])
            .filtered(lambda move: move.state == "assigned")
        )
        self.assertEqual(step.product_uom_qty, 1)
        step.picking_id.with_user(self.worker).button_validate()
        self.assertEqual(self.on_hand(product, self.stock), before + 1)

    def test_pieces_that_left_with_several_deliveries(self):
        """An exchange left with a second delivery; both are expected back, and one comes first."""
        order = self.one_article(2)
        product = order.order_line.product_id
        otto_return = self.announce(order)
        self.receive(otto_return.picking_ids, {"condition": "C"}, {"came": "expected"})
        self.assertEqual(self.on_hand(product, self.quarantine), 1)
        self.assertEqual(self.open_transfers(otto_return).move_ids.product_uom_qty, 1)

    def test_two_companies(self):
        other = self.other_company()
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        channel = self.make_channel("Second", company_id=other.id, warehouse_id=warehouse.id)
        stranger = new_test_user(
            self.env, "returns-stranger", "stock.group_stock_user", company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        order = self.one_article(1)
        otto_return = self.announce(order)
        with self.assertRaises(AccessError):
            otto_return.with_user(stranger).action_receive()
        with self.assertRaises(AccessError):
            otto_return.picking_ids.with_user(stranger).button_validate()
        scan = self.env["otto.return.scan"].with_user(stranger).create({"text": order.otto_order_number})
        scan.action_find()
        self.assertIn("no return and no order", scan.words)
        # A person of both companies, at work in the other one, receives into the company of the order.
        both = new_test_user(
            self.env,
            "returns-both",
            "stock.group_stock_user",
            company_id=other.id,
            company_ids=[Command.set((other | self.company).ids)],
        )
        before = self.on_hand(order.order_line.product_id, self.stock)
        pickings = otto_return.picking_ids.with_user(both).with_context(allowed_company_ids=(other | self.company).ids)
        action = pickings.button_validate()
        self.env["otto.return.receive"].with_env(pickings.env).browse(action["res_id"]).action_confirm()
        self.assertEqual(self.on_hand(order.order_line.product_id, self.stock), before + 1)
        self.assertEqual(otto_return.picking_ids.company_id, self.company)
        self.assertTrue(channel)

    def test_the_own_product_line_of_the_order_is_left_alone(self):
        order = self.one_article(2)
        otto_return = self.announce(order)
        lines, total = order.order_line, order.amount_total
        wizard = self.ask(otto_return.picking_ids)
        wizard.line_ids[1].write({"came": "wrong", "other_product_id": self.products[5].id})
        wizard.line_ids[1].location_id = self.scrap
        wizard.extra_ids = [
            Command.create({"product_id": self.products[6].id, "quantity": 1, "location_id": self.quarantine.id})
        ]
        wizard.action_confirm()
        self.assertEqual((order.order_line, order.amount_total), (lines, total))
        self.assertEqual(len(otto_return.picking_ids.filtered(lambda one: one.state == "done")), 3)

    def test_a_tracked_product_that_was_not_expected_asks_for_its_number(self):
        order = self.one_article(1)
        otto_return = self.announce(order)
        self.products[6].tracking = "serial"
        wizard = self.ask(otto_return.picking_ids)
        wizard.extra_ids = [
            Command.create({"product_id": self.products[6].id, "quantity": 1, "location_id": self.quarantine.id})
        ]
        with self.assertRaisesRegex(UserError, "Serial"):
            wizard.action_confirm()
