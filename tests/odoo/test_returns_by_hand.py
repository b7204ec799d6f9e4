"""R23, R26: how much comes back with a piece, and what a return made with Odoo's own button brings."""

from unittest.mock import patch

from odoo.exceptions import UserError

from tests.odoo.returns_desk_case import ReturnsDeskCase


class ByHandCase(ReturnsDeskCase):
    def partly_cancelled(self, pieces, cancelled=1, **options):
        """Return an order of equal pieces of which OTTO cancelled the first ones after the goods left."""
        order = self.import_orders(
            **{"pieces": pieces, "fees": [], "discount": False, "skus": [self.articles[0]["sku"]], **options}
        )
        self.validate(order)
        self.sandbox.act(order.otto_order_id, "cancel", self.items(order)[:cancelled])
        self.run_flow("orders")
        self.run_flow("fulfilment")
        self.run_flow("orders")
        self.assertEqual(order.otto_position_ids.mapped("status").count("cancelled"), cancelled)
        return order

    def by_hand(self, delivery, *quantities):
        """Return a return that somebody makes with Odoo's own button, in the quantities of the rows."""
        wizard = self.env["stock.return.picking"].with_user(self.worker).create({"picking_id": delivery.id})
        for row, quantity in zip(wizard.product_return_moves, quantities, strict=True):
            row.quantity = quantity
        return wizard._create_return()


class TestPieceAndQuantity(ByHandCase):
    def test_r23_a_piece_cancelled_after_the_goods_left_changes_no_other(self):
        order = self.partly_cancelled(3)
        otto_return = self.announce(order, items=self.items(order)[2:])
        self.assertEqual(otto_return.picking_ids.move_ids.product_uom_qty, 1)

    def test_r26_one_piece_brings_one(self):
        order = self.partly_cancelled(2)
        product = order.order_line.product_id
        before = self.on_hand(product, self.stock)
        otto_return = self.announce(order, items=self.items(order)[1:])
        otto_return.picking_ids.move_ids.product_uom_qty = 2
        self.receive(otto_return.picking_ids)
        self.assertEqual(self.on_hand(product, self.stock), before + 1)


class TestSurplus(ByHandCase):
    """Goods of pieces that OTTO cancelled after they had left come back without a question about other pieces."""

    def validate_plainly(self, transfer):
        """Validate a transfer of which nothing is asked."""
        self.assertIs(transfer.with_user(self.worker).button_validate(), True)
        self.assertEqual((transfer.state, transfer.otto_return_id.id), ("done", False))

    def test_r26_a_stopped_parcel_comes_back(self):
        order = self.partly_cancelled(1)
        product = order.order_line.product_id
        self.assertTrue(order.otto_stop_parcel)
        before = self.on_hand(product, self.stock)
        delivery = order.picking_ids
        action = delivery.with_user(self.worker).action_otto_take_back()
        self.assertEqual(action["context"]["active_id"], delivery.id)
        self.validate_plainly(self.by_hand(delivery, 1))
        self.assertEqual(self.on_hand(product, self.stock), before + 1)
        self.assertFalse(self.returns_of(order))

    def test_r26_one_of_two_articles_was_cancelled(self):
        order = self.partly_cancelled(2, skus=[article["sku"] for article in self.articles[:2]])
        cancelled = order.otto_position_ids.filtered(lambda piece: piece.status == "cancelled").order_line_id
        quantities = [int(move.sale_line_id == cancelled) for move in order.picking_ids.move_ids]
        self.validate_plainly(self.by_hand(order.picking_ids, *quantities))
        self.assertFalse(self.returns_of(order))

    def test_r26_one_article_comes_back_with_a_cancelled_one(self):
        order = self.partly_cancelled(2, skus=[article["sku"] for article in self.articles[:2]])
        transfer = self.by_hand(order.picking_ids, 1, 1)
        wizard = self.ask(transfer)
        self.assertEqual(wizard.line_ids.piece_id.status, "sent")
        wizard.action_confirm()
        self.assertEqual(transfer.move_ids.mapped("state"), ["done"] * 2)
        self.assertFalse(transfer.backorder_ids)

    def test_r26_a_line_that_a_person_added(self):
        order = self.import_orders(pieces=1, fees=[], discount=False)
        added = self.products[5]
        self.channel.lock_lines = False
        order.order_line.create({"order_id": order.id, "product_id": added.id, "product_uom_qty": 2})
        self.validate(order)
        self.run_flow("fulfilment")
        self.run_flow("orders")
        quantities = [2 * (move.product_id == added) for move in order.picking_ids.move_ids]
        before = self.on_hand(added, self.stock)
        self.validate_plainly(self.by_hand(order.picking_ids, *quantities))
        self.assertEqual(self.on_hand(added, self.stock), before + 2)

    def test_r26_the_cancelled_one_of_three_equal_pieces_first(self):
        order = self.partly_cancelled(3)
        delivery = order.picking_ids
        self.validate_plainly(self.by_hand(delivery, 1))
        self.assertFalse(self.returns_of(order))
        following = self.by_hand(delivery, 1)
        wizard = self.ask(following)
        self.assertEqual(wizard.line_ids.piece_id.mapped("status"), ["sent"])
        wizard.action_confirm()
        self.assertEqual(following.state, "done")

    def test_r26_a_cancelled_and_a_kept_piece_in_one_transfer(self):
        order = self.partly_cancelled(3)
        product = order.order_line.product_id
        before = self.on_hand(product, self.stock)
        transfer = self.by_hand(order.picking_ids, 2)
        wizard = self.say(self.ask(transfer), condition="C")
        self.assertEqual(wizard.line_ids.piece_id.mapped("status"), ["sent"])
        wizard.action_confirm()
        self.assertEqual(self.on_hand(product, self.quarantine), 1)
        self.assertEqual(self.on_hand(product, self.stock), before + 1)
        self.assertEqual(transfer.move_ids.mapped("state"), ["done"] * 2)
        self.assertFalse(transfer.backorder_ids)

    def test_r23_what_is_taken_out_of_the_parcel_is_no_announced_piece(self):
        order = self.partly_cancelled(2)
        transfer = self.by_hand(order.picking_ids, 1)
        otto_return = self.announce(order, items=self.items(order)[1:])
        self.assertNotIn(transfer, otto_return.picking_ids)
        self.validate_plainly(transfer)
        self.assertEqual(otto_return.line_ids.received, "expected")
        self.receive(otto_return.picking_ids)

    def test_r26_more_than_the_customer_has_is_refused(self):
        order = self.sent_order()
        with self.assertRaisesRegex(UserError, f"more of .*{order.name}.*correct the quantity"):
            self.by_hand(order.picking_ids, 2).with_user(self.worker).button_validate()

    def test_r26_a_return_from_an_exchange_delivery_is_one_piece(self):
        order = self.sent_order(pieces=2, skus=[self.articles[0]["sku"]])
        delivery = order.picking_ids
        otto_return = self.announce(order, items=self.items(order)[:1])
        self.receive(otto_return.picking_ids, decision="reject", reject_reason="EXCHANGE", condition="C")
        wizard = self.env["stock.return.picking"].create({"picking_id": otto_return.picking_ids.id})
        wizard.product_return_moves.quantity = 1
        exchange = wizard._create_return()
        self.assertEqual((exchange.picking_type_code, exchange.location_dest_id.usage), ("outgoing", "customer"))
        exchange.move_ids.picked = True
        exchange._action_done()
        self.assertEqual((exchange | delivery).mapped("state"), ["done"] * 2)
        asked = self.ask(self.by_hand(exchange, 1))
        self.assertEqual(len(asked.line_ids), 1)
        asked.action_confirm()

    def test_r26_what_is_left_of_a_transfer_with_more_goods_is_asked_for(self):
        order = self.sent_order(pieces=2, skus=[self.articles[0]["sku"]])
        transfer = self.by_hand(order.picking_ids, 2)
        otto_return = self.announce(order, items=self.items(order)[:1])
        self.assertEqual(otto_return.picking_ids, transfer)
        self.receive(transfer)
        rest = self.open_transfers(self.returns_of(order))
        self.receive(rest)
        self.assertEqual(set(self.returns_of(order).line_ids.mapped("received")), {"received"})
        self.assertEqual(self.returns_of(order).line_ids.piece_id, order.otto_position_ids)


class TestAnnouncedByHand(ByHandCase):
    """Goods of a return that no transfer expects are received in that return."""

    def receive_in(self, otto_return, order):
        """Receive the goods of an announced return with a return made by hand."""
        delivery = order.picking_ids._otto_deliveries
        wizard = self.ask(self.by_hand(delivery, 1))
        self.assertEqual(wizard.line_ids.line_id, otto_return.line_ids)
        wizard.action_confirm()
        self.assertEqual(self.returns_of(order), otto_return)
        line = otto_return.line_ids
        self.assertEqual((line.received, line.decision, line.picking_id.state), ("received", "accept", "done"))
        self.assertEqual(line.picking_id.otto_return_id, otto_return)

    def test_r23_a_receipt_that_somebody_cancelled(self):
        order = self.sent_order(pieces=2, skus=[self.articles[0]["sku"]])
        otto_return = self.announce(order, items=self.items(order)[1:])
        otto_return.picking_ids.action_cancel()
        self.channel._sync("returns").returns_read_on = False
        self.run_flow("returns")
        self.assertFalse(self.open_transfers(otto_return), "Who cancels it does not want it again.")
        self.receive_in(otto_return, order)

    def test_r23_a_receipt_that_could_not_be_made(self):
        order = self.sent_order()
        failing = patch.object(type(order), "_otto_expect_return", side_effect=UserError("not now"))
        with failing:
            otto_return = self.announce(order)
        self.assertEqual(self.open_issues("return").external_id, order.otto_order_number)
        with self.enter_registry_test_mode():
            self.receive_in(otto_return, order)
        self.env.invalidate_all()
        self.assertFalse(self.open_issues("return"))

    def test_r26_a_piece_that_nobody_announced_comes_with_one_that_was(self):
        order = self.sent_order(pieces=2, skus=[self.articles[0]["sku"]])
        otto_return = self.announce(order, items=self.items(order)[1:])
        otto_return.picking_ids.action_cancel()
        self.receive(self.by_hand(order.picking_ids._otto_deliveries, 2))
        self.assertEqual(self.returns_of(order), otto_return)
        self.assertEqual(otto_return.line_ids.piece_id, order.otto_position_ids)
        self.assertEqual(set(otto_return.line_ids.mapped("received")), {"received"})
