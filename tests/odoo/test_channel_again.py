"""A channel that is given up and made again goes on with what the first one had; one account stays on one channel."""

from decimal import Decimal

from odoo.exceptions import UserError, ValidationError

from tests.odoo.receipts_case import ReceiptsCase

ACCOUNT = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "login": "oauth2"}


class TestChannelAgain(ReceiptsCase):
    def made_again(self, **values):
        """Archive the channel and make one for the same account."""
        self.channel.active = False
        return self.make_channel("Second", **ACCOUNT, **values)

    def books(self):
        """Return number and amount of each posted entry of OTTO's receipts."""
        moves = self.env["account.move"].search([("otto_receipt_id", "!=", False), ("state", "=", "posted")])
        return sorted((move.name, move.amount_total) for move in moves)

    def test_r31_receipts_of_an_archived_channel_are_not_booked_again(self):
        self.channel.write({"book_receipts": True, "booking_from": "2022-01-01"})
        order = self.shipped(1)
        self.read()
        receipts, books = self.receipts, self.books()
        self.assertTrue(books)
        second = self.made_again(book_receipts=True, booking_from="2022-01-01")
        for _time in range(2):
            self.read(second)
        self.assertEqual(self.env["otto.receipt"].search([]), receipts)
        self.assertEqual(receipts.channel_id, second)
        self.assertEqual(receipts.line_ids.receipt_id.channel_id, second)
        self.assertEqual(order.otto_channel_id, second)
        self.assertEqual(self.books(), books)

    def test_r31_entries_without_their_receipt_are_linked_again(self):
        """As after the add-on was removed: it took the receipts with it, the entries stayed."""
        self.channel.write({"book_receipts": True, "booking_from": "2022-01-01"})
        order = self.shipped(1)
        self.reduce(order, Decimal("1.00"))
        self.settle()
        self.read_all()
        self.read()
        books = self.books()
        self.assertEqual(len(books), 2)
        self.forget_receipts()
        self.read_all()
        self.read()
        self.assertEqual(set(self.receipts.mapped("booking_state")), {"booked"})
        self.assertEqual(self.books(), books)

    def test_r31_an_entry_with_another_amount_or_reversed_is_not_a_receipts_own(self):
        self.channel.write({"book_receipts": True, "booking_from": "2022-01-01"})
        self.shipped(1)
        self.read()
        [(number, _amount)] = self.books()
        self.receipts.action_reverse_booking()
        self.forget_receipts()
        self.read_all()
        self.read()
        self.assertEqual(self.receipts.booking_state, "booked")
        self.assertNotEqual(self.receipts.move_id.name, number)

    def forget_receipts(self):
        """Take the receipts away as an uninstall does."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET otto_receipt_id = NULL, otto_receipt_booked = NULL")
        self.env.cr.execute("DELETE FROM otto_receipt_line_piece_rel")
        for table in ("line", "total"):
            self.env.cr.execute(f"DELETE FROM otto_receipt_{table}")  # noqa: S608 names of ours
        self.env.cr.execute("DELETE FROM otto_receipt")
        self.env.cr.execute("DELETE FROM ir_attachment WHERE res_model = 'otto.receipt'")
        self.env.invalidate_all()

    def test_r22_returns_go_with_their_orders(self):
        """Also of an order that OTTO's list of orders does not bring any more."""
        [order] = self.import_orders(1, pieces=1)
        self.validate(order)
        self.run_flow("fulfilment")
        self.run_flow("orders")
        second = self.made_again(import_from="2100-01-01 00:00:00")
        self.sandbox.announce_return(order.otto_position_ids.mapped("position_id"))
        self.assertFalse(self.run_flow("returns", second).last_error)
        self.assertEqual(order.otto_channel_id, second)
        self.assertEqual(order.otto_return_ids.channel_id, second)
        self.assertFalse(self.open_issues("return"))

    def test_r22_a_decision_is_told_by_the_channel_at_work(self):
        [order] = self.import_orders(1, pieces=1)
        self.validate(order)
        self.run_flow("fulfilment")
        self.run_flow("orders")
        self.sandbox.announce_return(order.otto_position_ids.mapped("position_id"))
        self.run_flow("returns")
        first = order.otto_return_ids
        self.assertEqual(len(first), 1)
        second = self.made_again()
        self.run_flow("orders", second)
        self.run_flow("returns", second)
        self.assertEqual(order.otto_return_ids, first)
        self.assertEqual(first.channel_id, second)

    def test_r19_orders_of_a_channel_at_work_or_of_another_company_stay(self):
        order = self.shipped(1)
        second = self.make_channel("Second")
        second._component("otto.order.linker")._take_over_orders([order.otto_order_id])
        self.assertEqual(order.otto_channel_id, self.channel)
        self.channel.active = False
        elsewhere = self.make_channel("Third", **ACCOUNT, company_id=self.other_company().id, carrier_id=False)
        elsewhere._component("otto.order.linker")._take_over_orders([order.otto_order_id])
        self.assertEqual(order.otto_channel_id, self.channel)

    # Deleted

    def test_a_channel_without_orders_goes_with_its_actions(self):
        second = self.make_channel("Second")
        crons = second.sync_ids.cron_id
        second.unlink()
        self.assertFalse(crons.exists())
        self.assertTrue(self.make_channel("Second").sync_ids.cron_id)

    def test_a_channel_with_orders_is_archived_instead(self):
        self.import_orders(1)
        with self.assertRaisesRegex(UserError, "OTTO Market.*Archive"):
            self.channel.unlink()

    # One account, one channel (R19)

    def test_r19_ways_to_write_the_address_of_one_account(self):
        url = self.sandbox.otto_url
        host = url.partition("://")[2]
        name, _colon, port = host.partition(":")
        for text in (f"http://{name}.:{port}", f"http://someone@{host}", f"{url}?a=b", f" {url}/ ", f"HTTP://{host}#x"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.make_channel("Second", **{**ACCOUNT, "base_url": text})

    def test_r19_every_way_in(self):
        values = {"environment": "own", "base_url": self.sandbox.otto_url, **ACCOUNT}
        fields = ["name", *values]
        result = self.env["otto.channel"].load(fields, [["Loaded", *values.values()]])
        self.assertFalse(result["ids"])
        self.assertIn("same OTTO account", result["messages"][0]["message"])
        batch = [{"name": f"C{place}", **values, "client_id": "third"} for place in range(2)]
        with self.assertRaisesRegex(ValidationError, "same OTTO account"):
            self.env["otto.channel"].create(batch)

    def test_r19_two_archived_channels_are_not_taken_up_together(self):
        second = self.made_again()
        second.active = False
        with self.assertRaisesRegex(ValidationError, "same OTTO account"):
            (self.channel | second).active = True
