"""R23: what comes back is expected with Odoo's own return of the delivery; where it may be put."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from tests.odoo.returns_case import ReturnsCase


class TestReturnsTransfers(ReturnsCase):
    def delivery(self, order):
        """Return the delivery that has left."""
        return order.picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing")

    def by_hand(self, order, quantity=1):
        """Return a return that somebody makes with Odoo's own button."""
        wizard = self.env["stock.return.picking"].create({"picking_id": self.delivery(order).id})
        wizard.product_return_moves.quantity = quantity
        return wizard._create_return()

    def receive(self, transfer):
        transfer.move_ids.picked = True
        transfer.with_context(skip_backorder=True)._action_done()

    def test_r23_a_return_made_by_hand_is_taken(self):
        order = self.sent_orders()
        transfer = self.by_hand(order)
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.assertEqual(record.picking_ids, transfer)
        self.assertEqual(record.line_ids.move_id, transfer.move_ids)
        self.assertEqual(self.delivery(order).return_ids, transfer)

    def test_r23_goods_that_are_back_already_wait_for_a_decision(self):
        order = self.sent_orders()
        transfer = self.by_hand(order)
        self.receive(transfer)
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.assertEqual((record.state, record.line_ids.received), ("received", "received"))
        self.assertEqual(record.line_ids.move_id, transfer.move_ids)
        self.assertFalse(record.awaits_goods)

    def test_r23_a_rejected_piece_may_come_again(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        first = self.read_returns()
        first.picking_ids.action_cancel()
        first.line_ids.write({"otto_status": "rejected", "received": "missing"})
        self.sandbox.withdraw_return(self.ids(order.otto_position_ids))
        self.sandbox.advance(3600)
        self.announce(order.otto_position_ids)
        second = self.read_returns() - first
        self.assertEqual((first.state, second.state), ("done", "expected"))
        self.assertEqual(second.picking_ids.state, "assigned")

    def test_r23_one_open_line_for_a_piece(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        line = self.read_returns().line_ids
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            line.create({"return_id": line.return_id.id, "piece_id": line.piece_id.id})
            self.env.flush_all()

    def test_r23_what_never_left_cannot_be_expected(self):
        order = self.import_orders()
        record = self.env["otto.return"].create({"channel_id": self.channel.id, "origin": "unannounced"})
        record.line_ids.create({"return_id": record.id, "piece_id": order.otto_position_ids[0].id})
        with self.assertRaisesRegex(UserError, order.picking_ids.name):
            order._otto_expect_return(order.otto_position_ids[0], record)

    def test_r23_lots_come_back_as_they_left(self):
        product = self.products[0]
        product.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": product.id})
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": product.id,
                "location_id": self.channel.warehouse_id.lot_stock_id.id,
                "lot_id": lot.id,
                "inventory_quantity": 5,
            }
        ).action_apply_inventory()
        # What has no lot is gone.
        quants.search([("product_id", "=", product.id), ("lot_id", "=", False)]).unlink()
        order = self.sent_orders(skus=[product.default_code], pieces=2)
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.assertEqual(record.picking_ids.move_line_ids.lot_id, lot)

    def test_r23_a_receipt_of_two_steps_begins_at_its_input(self):
        warehouse = self.channel.warehouse_id
        warehouse.reception_steps = "two_steps"
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.assertEqual(record.picking_ids.location_dest_id, warehouse.wh_input_stock_loc_id)
        self.receive(record.picking_ids)
        following = record.picking_ids.move_ids.move_dest_ids
        self.assertEqual(following.location_dest_id, warehouse.lot_stock_id)

    def test_r23_a_delivery_of_three_steps(self):
        self.channel.warehouse_id.delivery_steps = "pick_pack_ship"
        order = self.import_orders(pieces=1)
        while waiting := order.picking_ids.filtered(lambda p: p.picking_type_code == "internal" and p.state != "done"):
            ready = waiting.filtered(lambda p: p.state == "assigned")
            self.receive(ready)
        with self.own_cursor() as env:
            self.delivery(order).with_env(env(user=self.env.uid)).button_validate()
            env.cr.commit()
        self.run_flow("fulfilment")
        self.run_flow("orders")
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.assertEqual(record.picking_ids.return_id, self.delivery(order))
        self.assertEqual(record.picking_ids.move_ids.product_uom_qty, 1)

    def test_r23_each_company_has_its_returns(self):
        order = self.sent_orders()
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.assertEqual((record | record.line_ids.return_id).company_id, self.company)
        self.assertEqual(record.line_ids.company_id, self.company)
        self.assertEqual(record.picking_ids.company_id, self.company)

    def test_r23_pieces_of_several_lines_and_equal_pieces(self):
        skus = [article["sku"] for article in self.articles[:2]]
        order = self.sent_orders(skus=[skus[0], skus[1], skus[0], skus[0]], pieces=4)
        pieces = order.otto_position_ids
        equal = pieces.filtered(lambda piece: piece.sku == skus[0])
        self.announce(equal[:2] | (pieces - equal)[:1])
        record = self.read_returns()
        wanted = {move.product_id.default_code: move.product_uom_qty for move in record.picking_ids.move_ids}
        self.assertEqual(wanted, {skus[0]: 2, skus[1]: 1})
        self.assertEqual(set(record.line_ids.mapped("move_id.product_id")), set(record.picking_ids.move_ids.product_id))

    def test_r23_the_next_return_leaves_the_first_one_ready(self):
        order = self.sent_orders(skus=[self.articles[0]["sku"]], pieces=2)
        first, second = order.otto_position_ids
        self.announce(first, trackingNumbers=["R1"])
        record = self.read_returns()
        self.announce(second, trackingNumbers=["R2"])
        other = self.read_returns() - record
        self.assertEqual((record | other).mapped("picking_ids.state"), ["assigned"] * 2)

    def test_r23_more_than_has_left_cannot_come_back(self):
        order = self.sent_orders()
        self.receive(self.by_hand(order))
        record = self.env["otto.return"].create({"channel_id": self.channel.id, "origin": "unannounced"})
        line = record.line_ids.create({"return_id": record.id, "piece_id": order.otto_position_ids.id})
        order._otto_expect_return(order.otto_position_ids, record)
        self.assertEqual(line.received, "received")
        line.write({"otto_status": "rejected"})
        again = self.env["otto.return"].create({"channel_id": self.channel.id, "origin": "unannounced"})
        again.line_ids.create({"return_id": again.id, "piece_id": order.otto_position_ids.id})
        with self.assertRaisesRegex(UserError, "more of"):
            order._otto_expect_return(order.otto_position_ids, again)

    # Where it may be put

    def place(self, **values):
        return self.env["stock.location"].create({"name": "Quarantine", "usage": "internal", **values})

    def row(self, location, kind, condition="C"):
        return self.env["otto.return.location"].create(
            {"channel_id": self.channel.id, "condition": condition, "kind": kind, "location_id": location.id}
        )

    def test_r23_what_is_kept_apart_does_not_lie_where_goods_are_offered(self):
        stock = self.channel.warehouse_id.lot_stock_id
        inside = self.place(location_id=stock.id)
        outside = self.place()
        self.row(inside, "stock", "B")
        for kind in ("quarantine", "scrap"):
            with self.subTest(kind), self.assertRaisesRegex(ValidationError, "Quarantine"), self.cr.savepoint():
                self.row(inside, kind)
        row = self.row(outside, "quarantine")
        with self.assertRaises(ValidationError), self.cr.savepoint():
            row.location_id = inside
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.channel.stock_location_ids = [Command.set(outside.ids)]

    def test_r23_a_place_of_one_channel_is_no_shelf_of_another(self):
        other = self.make_channel("Second")
        outside = self.place()
        self.row(outside, "quarantine")
        with self.assertRaises(ValidationError), self.cr.savepoint():
            other.stock_location_ids = [Command.set(outside.ids)]

    def test_r23_scrap_lies_nowhere(self):
        scrap = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "in", (self.company.id, False))], limit=1
        )
        self.assertTrue(self.row(scrap, "scrap", "E"))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.row(scrap, "scrap", "E")
            self.env.flush_all()

    # Two companies

    def other_channel(self):
        """Return a channel of another company, with goods and a carrier of its own."""
        company = self.other_company()
        self.env.user.company_ids |= company
        carrier = self.carrier.copy({"name": "DHL", "company_id": company.id})
        carrier.write({"dhl_de_api_key": "sandbox-key", "dhl_de_user": "sandbox-user"})
        carrier.dhl_de_password = "sandbox-password"
        channel = self.make_channel("Other", company_id=company.id, carrier_id=carrier.id)
        quants = self.env["stock.quant"].with_company(company).with_context(inventory_mode=True)
        location = channel.warehouse_id.lot_stock_id
        for product in self.products:
            quants.create({"product_id": product.id, "location_id": location.id, "inventory_quantity": 9})
        quants.search([("location_id", "=", location.id)]).action_apply_inventory()
        return channel

    def test_r23_the_goods_of_another_company_come_back_to_it(self):
        channel = self.other_channel()
        self.channel.active = False
        ids = self.sandbox.make_orders(pieces=1)
        self.assertFalse(self.run_flow("orders", channel).last_error)
        order = self.order(ids)
        self.assertEqual(order.company_id, channel.company_id)
        self.sandbox.act(order.otto_order_id, "send")
        self.run_flow("orders", channel)
        self.validate(order)
        self.assertEqual(order.picking_ids.state, "done")
        self.announce(order.otto_position_ids)
        self.assertFalse(self.run_flow("returns", channel).last_error)
        record = self.env["otto.return"].search([("channel_id", "=", channel.id)])
        self.assertEqual(record.order_ids, order)
        self.assertEqual(
            (record | record.line_ids.return_id).company_id | record.picking_ids.company_id, channel.company_id
        )
        self.assertEqual(record.picking_ids.state, "assigned")
        self.assertEqual(record.picking_ids.picking_type_id.warehouse_id, channel.warehouse_id)
        self.assertFalse(record.picking_ids.activity_ids)
