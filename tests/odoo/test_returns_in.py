"""R22: what OTTO and the carrier say of returns; one return for each parcel, one line for each piece."""

from tests.odoo.returns_case import ReturnsCase


class TestReturnsIn(ReturnsCase):
    def test_r22_an_announcement_is_a_return_with_its_pieces(self):
        order = self.sent_orders(pieces=2)
        [parcel] = self.announce(order.otto_position_ids)
        record = self.read_returns()
        self.assertEqual(len(record), 1)
        self.assertEqual((record.origin, record.state, record.carrier_state), ("announced", "expected", "announced"))
        self.assertEqual(record.line_ids.piece_id, order.otto_position_ids)
        self.assertEqual(record.order_ids, order)
        self.assertEqual(record.name, self.return_number(order))
        self.assertEqual(record.otto_parcel_id, parcel)
        self.assertEqual(set(record.line_ids.mapped("otto_status")), {"announced"})
        self.assertEqual(order.otto_return_count, 1)

    def test_r23_it_is_expected_with_odoos_own_return_of_the_delivery(self):
        order = self.sent_orders(pieces=2)
        self.announce(order.otto_position_ids)
        record = self.read_returns()
        transfer = record.picking_ids
        self.assertEqual(len(transfer), 1)
        self.assertEqual(transfer.picking_type_code, "incoming")
        self.assertEqual(transfer.return_id, order.picking_ids.filtered(lambda p: p.picking_type_code == "outgoing"))
        self.assertEqual(sum(transfer.move_ids.mapped("product_uom_qty")), 2)
        self.assertEqual(record.line_ids.picking_id, transfer)
        self.assertTrue(record.awaits_goods)
        self.assertFalse(transfer.carrier_id)
