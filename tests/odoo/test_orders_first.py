"""R3: the first reading takes all that is announced or open, whatever its date; the start governs what is sent."""

from odoo import fields

from tests.harness import OttoCase
from tests.odoo.test_migration import run_migration


class TestFirstReading(OttoCase):
    def test_r3_open_orders_come_whatever_their_date(self):
        announced = self.sandbox.make_orders(count=1, status="ANNOUNCED")
        # Announced orders are released by time.
        self.sandbox.advance(60)
        open_ids = self.sandbox.make_orders(count=70)
        sent = self.sandbox.make_orders(count=1)
        self.sandbox.act(sent[0], "send")
        cancelled = self.sandbox.make_orders(count=1)
        self.sandbox.act(cancelled[0], "cancel")
        self.channel.import_from = fields.Datetime.add(fields.Datetime.now(), days=90)
        sync = self.run_flow("orders")
        self.assertFalse(sync.last_error)
        self.assertEqual(len(self.order(open_ids)), 70)
        self.assertTrue(self.order(announced))
        self.assertFalse(self.order(sent + cancelled))
        self.assertTrue(sync.open_read_on)

    def test_r3_what_was_open_is_followed_although_it_is_older_than_the_start(self):
        ids = self.sandbox.make_orders(count=1)
        self.channel.import_from = fields.Datetime.add(fields.Datetime.now(), days=90)
        self.run_flow("orders")
        self.sandbox.act(ids[0], "cancel")
        self.run_flow("orders")
        self.assertEqual(self.order(ids).state, "cancel")

    def test_r3_is_read_once_and_again_after_the_import_was_off(self):
        self.run_flow("orders")
        self.sandbox.clear_requests()
        self.run_flow("orders")
        self.assertFalse([r for r in self.sandbox.requests() if "fulfillmentStatus" in str(r)])
        self.channel.import_orders = False
        ids = self.sandbox.make_orders(count=1)
        self.run_flow("orders")
        # The cursor of the changes has gone on.
        self.channel._sync("orders").cursor = fields.Datetime.add(fields.Datetime.now(), days=1)
        self.channel.import_orders = True
        self.run_flow("orders")
        self.assertTrue(self.order(ids))

    def test_r3_a_failure_in_the_middle_starts_it_again(self):
        ids = self.sandbox.make_orders(count=70)
        self.sandbox.fault("status", "/v4/orders?nextcursor", status=500, times=None)
        self.sandbox.fault("status", "/v4/orders", status=500, times=1)
        self.run_flow("orders")
        self.sandbox.clear_faults()
        self.run_flow("orders")
        self.assertEqual(len(self.order(ids)), 70)

    def test_r3_the_update_does_not_flood_channels_that_work(self):
        sync = self.channel._sync("orders")
        sync.write({"open_read_on": False, "last_success": fields.Datetime.now()})
        new = self.make_channel("Second")._sync("orders")
        run_migration(self, "19.0.1.2.0", "post-first-reading")
        self.assertTrue(sync.open_read_on)
        self.assertFalse(new.open_read_on)
