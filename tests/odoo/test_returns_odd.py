"""R20, R22: a list of returns that OTTO cannot show keeps the others from nothing."""

from tests.odoo.returns_case import ReturnsCase


class TestOddReturns(ReturnsCase):
    def test_r22_a_list_that_otto_cannot_show_holds_up_no_other(self):
        for path in ("/v1/return-shipments",):
            with self.subTest(path):
                order = self.sent_orders()
                self.announce(order.otto_position_ids, scans={})
                self.read_returns()
                line = self.env["otto.return.line"].search([("order_id", "=", order.id)])
                self.sandbox.decide_return(self.ids(order.otto_position_ids))
                self.sandbox.fault("status", path, status=500, times=None)
                sync = self.run_flow("returns")
                self.assertEqual(line.otto_status, "accepted")
                self.assertTrue(sync.last_error)
                self.sandbox.clear_faults()
                self.assertFalse(self.run_flow("returns").last_error)
