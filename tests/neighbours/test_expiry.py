"""R6 beside `product_expiry`: what Odoo does not call free is not offered, nor what another add-on takes away."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from tests.odoo.stock_case import StockCase


class TestExpiry(StockCase):
    def setUp(self):
        super().setUp()
        self.set_stock(self.product, 0)
        self.product.write({"tracking": "lot", "use_expiration_date": True, "expiration_time": 30, "removal_time": 5})

    def lot(self, pieces, days, location=None):
        """Put a lot into the stock whose removal date is so many days from now."""
        lot = self.env["stock.lot"].create({"name": f"{pieces}/{days}", "product_id": self.product.id})
        moment = fields.Datetime.now() + timedelta(days=days)
        lot.write({"removal_date": moment, "expiration_date": moment + timedelta(days=5)})
        self.env["stock.quant"]._update_available_quantity(self.product, location or self.stock, pieces, lot_id=lot)
        return lot

    def free(self):
        places = self.channel._stock_roots().ids
        self.env.invalidate_all()
        return self.product.with_context(location=places).free_qty

    def test_r6_lots_past_their_removal_date_are_not_offered(self):
        self.lot(8, -1)
        self.lot(3, 10)
        self.assertEqual((self.free(), self.offered()), (3, 3))

    def test_r6_a_lot_that_expires_while_nothing_else_happens_is_taken_down(self):
        lot = self.lot(8, 10)
        self.lot(3, 10)
        self.assertEqual(self.offered(), 11)
        lot.removal_date = fields.Datetime.now() - timedelta(hours=1)
        self.assertEqual(self.offered(), 3)

    def test_r6_expired_and_reserved_pieces_count_as_odoo_counts_them(self):
        lot = self.lot(8, 10)
        self.lot(3, 10)
        order = self.sell(5)
        self.assertEqual(self.offered(), 6)
        order.picking_ids.do_unreserve()
        lot.removal_date = fields.Datetime.now() - timedelta(days=2)
        self.assertEqual(self.offered(), 0)
        order.action_cancel()
        self.assertEqual((self.free(), self.offered()), (3, 3))

    def test_r6_expired_lots_in_chosen_places(self):
        front = self.env["stock.location"].create({"name": "Vorn", "location_id": self.stock.id})
        self.channel.stock_location_ids = front
        self.lot(8, -1, front)
        self.lot(4, 5, front)
        self.lot(50, 5)
        self.assertEqual((self.free(), self.offered()), (4, 4))

    def test_r6_what_is_reserved_for_whatever_purpose_is_not_free(self):
        self.product = self.own_product(1)
        listing = self.list_article(1)
        back = self.env["stock.location"].create({"name": "Hinten", "location_id": self.stock.id})
        move = self.move(40, self.stock, back, done=False)
        move._action_assign()
        self.run_flow("stock")
        self.assertEqual(self.free(), 60)
        self.assertEqual(self.held(listing.sku), 60)

    def test_r6_what_an_unknown_addon_takes_away_is_not_offered(self):
        """Whatever lowers Odoo's free quantity lowers the offer, when nothing else changes too; few queries."""
        self.product = self.own_product(1)
        listings = [self.list_article(number) for number in range(1, 20)]
        self.run_flow("stock")
        products = type(self.env["product.product"])
        original = products._compute_quantities_dict
        calls = []

        def quarantine(records, *args, **kwargs):
            calls.append(len(records))
            found = original(records, *args, **kwargs)
            return {key: {**values, "free_qty": min(values["free_qty"], 7)} for key, values in found.items()}

        with patch.object(products, "_compute_quantities_dict", quarantine):
            self.run_flow("stock")
            self.assertEqual({self.held(row.sku) for row in listings}, {7})
            self.assertEqual(self.free(), 7)
        self.assertLess(len(calls), 8)
        self.run_flow("stock")
        self.assertEqual({self.held(row.sku) for row in listings}, {100})
