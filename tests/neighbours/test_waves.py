from odoo.exceptions import UserError

from tests.harness import OttoCase


class TestWaves(OttoCase):
    """R9: batches and waves may hold OTTO orders as a whole."""

    def setUp(self):
        super().setUp()
        self.sale = self.import_orders(skus=[article["sku"] for article in self.articles[:2]], pieces=2)
        self.picking = self.sale.picking_ids

    def add_to_wave(self, lines):
        wizard = self.env["stock.add.to.wave"].with_context(active_model="stock.move.line", active_ids=lines.ids)
        wizard.create({"mode": "new"}).attach_pickings()

    def test_r9_a_wave_takes_no_part_of_an_order(self):
        with self.assertRaisesRegex(UserError, f"{self.sale.name} must be shipped as a whole"), self.cr.savepoint():
            self.add_to_wave(self.picking.move_line_ids[:1])
        self.env.invalidate_all()
        self.assertEqual(self.sale.picking_ids, self.picking)

    def test_r9_a_wave_ships_a_whole_order(self):
        self.add_to_wave(self.picking.move_line_ids)
        self.assertTrue(self.picking.batch_id)
        with self.own_cursor() as env:
            self.picking.batch_id.with_env(env(user=self.env.uid)).action_done()
            env.cr.commit()
        self.assertEqual((self.picking.state, self.sale.otto_report_state), ("done", "to_send"))

    def test_r9_a_batch_with_part_of_an_order_ticked_is_refused(self):
        other = self.import_orders()
        self.env["stock.picking.batch"].create({"picking_ids": [(6, 0, (self.picking | other.picking_ids).ids)]})
        self.picking.move_ids[0].picked = True
        other.picking_ids.move_ids.picked = True
        with self.assertRaisesRegex(UserError, f"{self.sale.name}.*Missing"), self.own_cursor() as env:
            self.picking.batch_id.with_env(env(user=self.env.uid)).action_done()
        self.assertFalse(self.sandbox.dhl_state()["shipments"])
