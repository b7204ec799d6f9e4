"""What the tests of returns share: orders that were sent, and what their customers send back."""

from tests.harness import OttoCase


class ReturnsCase(OttoCase):
    """Orders that have left and are sent at OTTO."""

    def sent_orders(self, count=1, **options):
        """Return orders that were shipped with labels of DHL and that OTTO knows as sent."""
        orders = self.import_orders(count, **{"pieces": 1, **options}).sorted("id")
        for order in orders:
            self.validate(order)
        self.run_flow("fulfilment")
        self.run_flow("orders")
        self.assertEqual(set(orders.otto_position_ids.mapped("status")), {"sent"})
        return orders

    def ids(self, pieces):
        """Return OTTO's ids of pieces."""
        return pieces.mapped("position_id")

    def announce(self, pieces, **wishes):
        """Let the customer announce pieces; return the ids of the return parcels."""
        return self.sandbox.announce_return(self.ids(pieces), **wishes)

    def read_returns(self):
        """Run the flow of the returns; return the returns of its channel."""
        sync = self.run_flow("returns")
        self.assertFalse(sync.last_error)
        return self.env["otto.return"].search([("channel_id", "=", self.channel.id)], order="id")

    def return_number(self, order):
        """Return the number of the label that lay in the order's parcel."""
        return order.otto_parcel_ids.filtered(lambda row: row.type == "return").tracking_number

    def list_requests(self, part="/v3/returns"):
        """Return the requests to OTTO's lists since they were cleared."""
        return [row for row in self.sandbox.requests() if row["method"] == "GET" and row["path"].startswith(part)]
