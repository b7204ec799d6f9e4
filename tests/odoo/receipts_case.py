"""Orders that were shipped, with what OTTO bills and refunds of them."""

from datetime import timedelta

from odoo import fields

from tests.harness import OttoCase


class ReceiptsCase(OttoCase):
    """`ship` has the sandbox bill an order, `read` brings its receipts to Odoo."""

    @property
    def receipts(self):
        """All receipts of the channel, oldest first."""
        domain = [("channel_id", "=", self.channel.id)]
        return self.env["otto.receipt"].search(domain, order="created_on, id")

    def ship(self, count=1, **wishes):
        """Return orders that were sent; OTTO bills them two seconds later."""
        orders = self.import_orders(count, **wishes)
        for order in orders:
            self.sandbox.act(order.otto_order_id, "send")
        self.run_flow("orders")
        return orders

    def settle(self, seconds=5):
        """Let OTTO write what is due."""
        self.sandbox.advance(seconds)

    def read(self, channel=None, fails=False):
        """Run the flow as half an hour later; return the receipts."""
        sync = (channel or self.channel)._sync("receipts")
        waiting = self.receipts.filtered(lambda receipt: receipt.pdf_tried_on and receipt.pdf_state != "there")
        self.env.cr.execute(
            "UPDATE otto_receipt SET pdf_tried_on = pdf_tried_on - INTERVAL '2 days' WHERE id = ANY(%s)", [waiting.ids]
        )
        self.env.invalidate_all()
        self.run_flow("receipts", channel)
        if not fails:
            self.assertFalse(sync.last_error)
        return self.receipts

    def read_all(self):
        """Run the flow as a day later."""
        self.channel._sync("receipts").receipts_read_on = False
        return self.read()

    def shipped(self, count=1, **wishes):
        """Return orders with their invoices in Odoo."""
        orders = self.ship(count, **wishes)
        self.settle()
        self.read()
        return orders

    def give_back(self, order, pieces=None):
        """Have OTTO take pieces of an order back, all or so many, and refund them."""
        kept = order.otto_position_ids.filtered(lambda piece: piece.status == "sent")
        ids = kept.mapped("position_id")[:pieces]
        self.sandbox.act(order.otto_order_id, "return", ids)
        self.settle()
        self.run_flow("orders")

    def reduce(self, order, amount, piece=0):
        """Have OTTO give a part of the price of a piece back."""
        from odoo.addons.otto_market_connector.otto_api import Money

        client = self.channel._otto_client(("price-reduction",))
        client.reduce_price(order.otto_order_id, order.otto_position_ids[piece].position_id, Money(amount, "EUR"))
        self.settle()

    def age(self, receipts, **kept):
        """Make receipts and their orders' shipment older: keyword arguments of a time difference."""
        by = timedelta(**kept)
        self.env.cr.execute(
            "UPDATE otto_receipt SET created_on = created_on - %s WHERE id = ANY(%s)", [by, receipts.ids]
        )
        self.env.invalidate_all()

    def shipped_ago(self, orders, **ago):
        """Have orders left so long ago."""
        moment = fields.Datetime.now() - timedelta(**ago)
        self.env.cr.execute("UPDATE sale_order SET otto_last_modified = %s WHERE id = ANY(%s)", [moment, orders.ids])
        self.env.invalidate_all()

    def body(self, number, **values):
        """Return a receipt as OTTO writes it, made of one that it wrote, under another number."""
        body = next(iter(self.sandbox.receipts().values()))
        return {**body, "receiptNumber": number, **values}
