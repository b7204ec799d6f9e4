"""R28: what OTTO bills and refunds is compared with the orders; what does not fit is an issue."""

from datetime import timedelta
from decimal import Decimal

from odoo import fields

from tests.odoo.receipts_case import ReceiptsCase


class TestReceiptSums(ReceiptsCase):
    def differs(self, order):
        """Return what is said of an order's receipts, empty when all is right."""
        issues = self.open_issues("receipt_total").filtered(lambda issue: issue.external_id == order.otto_order_number)
        return issues.name or ""

    def changed(self, change, **wishes):
        """Return an order whose invoice OTTO writes otherwise.

        :param change: function of the receipt's JSON that changes it in place
        """
        order = self.ship(**wishes)
        self.settle()
        number, body = next(iter(self.sandbox.receipts().items()))
        change(body)
        self.sandbox.edit_receipt(number, {"lineItems": body["lineItems"], "totals": body["totals"]})
        self.read()
        return order

    def test_r28_what_fits_raises_no_issue(self):
        for wishes in (
            {"pieces": 4},
            {"pieces": 2, "fees": [4.95]},
            {"pieces": 3, "discount": 3.0},
            {"pieces": 60},
            {"fees": []},
            {"payment": "PREPAYMENT"},
        ):
            with self.subTest(wishes=wishes):
                order = self.shipped(**wishes)
                self.assertTrue(order.otto_receipt_ids.is_checked)
                self.assertFalse(self.differs(order))

    def test_r28_refunds_that_fit_raise_no_issue(self):
        order = self.shipped(pieces=3, fees=[4.95], discount=2.0)
        self.reduce(order, Decimal("1.50"), piece=0)
        self.reduce(order, Decimal("0.25"), piece=0)
        self.reduce(order, Decimal("1.00"), piece=2)
        self.read()
        self.give_back(order, 2)
        self.sandbox.receipt_rules(delivery_refunded=True)
        self.give_back(order)
        self.age(self.read(), hours=2)
        self.read()
        self.assertTrue(all(order.otto_receipt_ids.mapped("is_checked")))
        self.assertFalse(self.differs(order))
        self.assertFalse(self.open_issues("receipt_refund"))

    def test_r28_shipments_one_after_the_other_are_compared_together(self):
        order = self.import_orders(pieces=3, fees=[4.95])
        ids = order.otto_position_ids.mapped("position_id")
        for item in ids:
            self.sandbox.act(order.otto_order_id, "send", [item])
            self.settle()
            self.run_flow("orders")
            self.read()
            self.assertFalse(self.differs(order))
        self.assertEqual(order.otto_receipt_count, 3)

    def test_r28_another_price_is_an_issue_and_settled_when_it_fits(self):
        def cheaper(body):
            for amounts in (body["lineItems"]["itemPositions"][0]["positionSum"], body["totals"][0]):
                self.lower(amounts, 1)

        order = self.changed(cheaper, pieces=1, fees=[])
        self.assertIn("the order says", self.differs(order))
        as_now = order.otto_position_ids
        as_now.sudo().price = order.otto_receipt_ids.amount_gross
        self.read()
        self.assertFalse(self.differs(order))

    @staticmethod
    def lower(amounts, by):
        """Lower an amount of a receipt with its net; the tax stays."""
        for name in ("gross", "net"):
            amounts[name] = {**amounts[name], "amount": round(amounts[name]["amount"] - by, 2)}

    def test_r28_lines_that_do_not_make_the_total_are_an_issue(self):
        order = self.changed(lambda body: self.lower(body["totals"][0], 1), pieces=1, fees=[])
        self.assertIn("do not add up", self.differs(order))

    def test_r28_a_fee_that_is_not_the_orders_is_an_issue(self):
        def free(body):
            fee = body["lineItems"]["deliveryCosts"].pop()
            self.lower(body["totals"][0], fee["positionSum"]["gross"]["amount"])

        order = self.changed(free, pieces=1, fees=[4.95])
        self.assertIn("delivery fee", self.differs(order))

    def test_r28_pieces_that_the_order_does_not_have_are_an_issue(self):
        def foreign(body):
            position = body["lineItems"]["itemPositions"][0]
            position["positionItemIds"] = ["7423afd2-e7ab-4bae-ac30-048b7c0346c1"]
            position.pop("priceToPayPerPositionItems", None)

        order = self.changed(foreign, pieces=1)
        self.assertIn("does not have", self.differs(order))

    def test_r28_a_piece_that_is_billed_twice_is_an_issue(self):
        order = self.shipped(pieces=1)
        self.sandbox.add_receipts(self.body("R-DE-1-2026-999"))
        self.read()
        self.assertIn("billed twice", self.differs(order))

    def test_r28_more_refunded_than_billed_is_an_issue(self):
        order = self.shipped(pieces=1, fees=[])
        self.reduce(order, Decimal("1.00"))
        part = list(self.sandbox.receipts().values())[-1]
        twin = {**part, "receiptNumber": "E-DE-1-2026-998"}
        amount = {**part["totals"][0]}
        for name in ("gross", "net"):
            amount[name] = {**amount[name], "amount": amount[name]["amount"] + 5000}
        lines = {name: [dict(line) for line in rows] for name, rows in part["lineItems"].items()}
        lines["itemPartialRefundPositions"][0]["partialRefundAmount"] = amount
        self.sandbox.add_receipts({**twin, "lineItems": lines, "totals": [amount]})
        self.read()
        self.assertIn("only", self.differs(order))

    def test_r28_a_refund_of_another_amount_is_an_issue(self):
        order = self.shipped(pieces=2, fees=[])
        self.give_back(order, 1)
        number, body = list(self.sandbox.receipts().items())[-1]
        for amounts in (body["lineItems"]["itemPositions"][0]["positionSum"], body["totals"][0]):
            self.lower(amounts, 0.01)
        self.sandbox.edit_receipt(number, {"lineItems": body["lineItems"], "totals": body["totals"]})
        self.age(self.read(), hours=2)
        self.read()
        self.assertIn(number, self.differs(order))

    def test_r28_what_a_person_has_settled_is_not_reported_again(self):
        order = self.changed(lambda body: self.lower(body["totals"][0], 1), pieces=1, fees=[])
        self.open_issues("receipt_total").action_solve()
        self.read_all()
        self.assertFalse(self.differs(order))


class TestRefundWithoutReturn(ReceiptsCase):
    def refund(self, order, **values):
        """Have OTTO refund pieces that it does not call returned."""
        body = list(self.sandbox.receipts().values())[-1]
        kept = ("lineItems", "totals", "salesOrderId", "orderNumber", "orderDate", "payment", "partner", "customer")
        created = (self.sandbox.now() - timedelta(hours=3)).isoformat()
        self.sandbox.add_receipts(
            {
                **{name: body[name] for name in kept},
                "receiptType": "REFUND",
                "receiptNumber": "E-DE-1-2026-77",
                "creationDate": created,
                "refundType": "RETURN",
                "isRealReceipt": True,
                "isDeemedSupplierModel": False,
                "linkedReceiptNumber": body["receiptNumber"],
                "linkedCreationDate": body["creationDate"],
                "amountDue": body["amountDue"],
                **values,
            }
        )
        self.read()
        return self.open_issues("receipt_refund")

    def test_r28_a_refund_without_its_return_is_an_issue_until_the_goods_are_back(self):
        order = self.shipped(pieces=1, fees=[])
        issue = self.refund(order)
        self.assertEqual(issue.external_id, "E-DE-1-2026-77")
        self.assertIn(order.name, issue.name)
        order.otto_position_ids.sudo().status = "returned"
        self.read()
        self.assertEqual(issue.state, "solved")

    def test_r28_what_counts_is_ottos_return_once_returns_are_read(self):
        """OTTO calls a piece returned because it has paid: only an accepted return says that goods came back."""
        order = self.shipped(pieces=1, fees=[])
        self.run_flow("returns")
        piece = order.otto_position_ids
        piece.sudo().status = "returned"
        issue = self.refund(order)
        self.assertEqual(issue.state, "open")
        self.sandbox.announce_return([piece.position_id])
        self.run_flow("returns")
        self.assertEqual(piece.return_line_ids.otto_status, "announced")
        self.read()
        self.assertEqual(issue.state, "open")
        self.sandbox.decide_return([piece.position_id])
        self.run_flow("returns")
        self.read()
        self.assertEqual(issue.state, "solved")

    def make_return(self, piece, status):
        """Make a return of a piece as OTTO would have it."""
        record = self.env["otto.return"].create({"channel_id": self.channel.id})
        line = self.env["otto.return.line"].create({"return_id": record.id, "piece_id": piece.id})
        others = {
            "refunded by OTTO": {"decided_by_otto": True},
            "withdrawn": {"otto_status": "announced", "withdrawn_on": fields.Datetime.now()},
        }
        line.write(others.get(status, {"otto_status": status}))

    def test_r28_a_return_that_is_accepted_or_in_ottos_warehouse_explains_a_refund(self):
        for number, status in enumerate(("accepted", "misdirected", "refunded by OTTO", "cancelled")):
            with self.subTest(status=status):
                order = self.shipped(pieces=1, fees=[])
                self.run_flow("returns")
                piece = order.otto_position_ids
                if status == "cancelled":
                    piece.sudo().status = "cancelled"
                else:
                    self.make_return(piece, status)
                self.assertFalse(self.refund(order, receiptNumber=f"E-DE-1-2026-5{number}"))

    def test_r28_a_return_that_was_withdrawn_or_is_open_explains_no_refund(self):
        for number, status in enumerate(("none", "announced", "rejected", "withdrawn")):
            with self.subTest(status=status):
                order = self.shipped(pieces=1, fees=[])
                self.run_flow("returns")
                self.make_return(order.otto_position_ids, status)
                issues = self.refund(order, receiptNumber=f"E-DE-1-2026-6{number}")
                self.assertIn(f"E-DE-1-2026-6{number}", issues.mapped("external_id"))

    def test_r28_a_refund_for_something_else_needs_no_return(self):
        for number, reason in enumerate(("CANCELLATION", "DELIVERY_FEE_REFUND_AFTER_FULL_REFUND")):
            with self.subTest(reason=reason):
                order = self.shipped(pieces=1, fees=[])
                issue = self.refund(order, refundType=reason, receiptNumber=f"E-DE-1-2026-{number}")
                self.assertFalse(issue)

    def test_r28_a_fresh_refund_is_judged_when_the_return_can_be_known(self):
        order = self.shipped(pieces=1, fees=[])
        half_an_hour_ago = (fields.Datetime.now() - timedelta(minutes=30)).isoformat() + "Z"
        self.assertFalse(self.refund(order, creationDate=half_an_hour_ago))
        self.assertFalse(order.otto_receipt_ids.filtered(lambda receipt: receipt.kind == "refund").is_checked)
        self.age(order.otto_receipt_ids, hours=2)
        self.read()
        self.assertTrue(self.open_issues("receipt_refund"))


class TestMissingReceipts(ReceiptsCase):
    def setUp(self):
        super().setUp()
        self.sandbox.receipt_rules(receipt_seconds=10 * 24 * 3600)

    def missing(self):
        return self.open_issues("receipt_missing").mapped("external_id")

    def test_r28_shipped_for_a_day_and_not_billed_is_an_issue_until_it_is(self):
        order = self.ship(pieces=2)
        self.read()
        self.assertFalse(self.missing())
        self.shipped_ago(order, hours=23)
        self.read()
        self.assertFalse(self.missing())
        self.shipped_ago(order, hours=25)
        self.read()
        self.assertEqual(self.missing(), [order.otto_order_number])
        self.settle(10 * 24 * 3600 + 10)
        body = list(self.sandbox.receipts().values())[0]
        now = self.env.cr.now().isoformat() + "Z"
        self.sandbox.add_receipts({**body, "receiptNumber": "R-9", "creationDate": now})
        self.read()
        self.assertFalse(self.missing())

    def test_r28_an_order_of_which_a_part_is_billed_is_missing_the_rest(self):
        order = self.import_orders(pieces=2)
        first, second = order.otto_position_ids.mapped("position_id")
        self.sandbox.receipt_rules(receipt_seconds=1)
        self.sandbox.act(order.otto_order_id, "send", [first])
        self.settle()
        self.sandbox.receipt_rules(receipt_seconds=10 * 24 * 3600)
        self.sandbox.act(order.otto_order_id, "send", [second])
        self.run_flow("orders")
        self.shipped_ago(order, days=2)
        self.read()
        self.assertEqual(self.missing(), [order.otto_order_number])

    def test_r28_what_a_person_has_settled_and_what_is_old_is_not_reported(self):
        orders = self.ship(2)
        self.shipped_ago(orders, days=2)
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = now() - INTERVAL '101 days' WHERE id = %s", [orders[0].id]
        )
        self.env.invalidate_all()
        self.read()
        self.assertEqual(self.missing(), [orders[1].otto_order_number])
        self.open_issues("receipt_missing").action_solve()
        self.read()
        self.assertFalse(self.missing())

    def test_r28_a_piece_is_looked_at_until_it_is_billed_or_old(self):
        self.sandbox.receipt_rules(receipt_seconds=1)
        billed = self.shipped()
        self.sandbox.receipt_rules(receipt_seconds=10 * 24 * 3600)
        missing, old, again = self.import_orders(3)
        self.validate(again)
        self.run_flow("fulfilment")
        for order in (missing, old):
            self.sandbox.act(order.otto_order_id, "send")
        self.run_flow("orders")
        orders = billed | missing | old | again
        self.shipped_ago(orders, days=2)
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = now() - INTERVAL '101 days' WHERE id = ANY(%s)", [(old | again).ids]
        )
        # Ordered long ago, and left now.
        moment = fields.Datetime.now() - timedelta(days=2)
        again.picking_ids.date_done = moment
        # What comes back of an old one did not leave now.
        back = old.picking_ids.copy({"picking_type_id": self.channel.warehouse_id.in_type_id.id})
        back.date_done = moment
        self.assertIn(back, old.picking_ids)
        self.env.flush_all()
        self.env.invalidate_all()
        self.read_all()
        self.assertEqual(set(self.missing()), set((missing | again).mapped("otto_order_number")))
        settled = orders.otto_position_ids.filtered("receipt_settled")
        self.assertEqual(settled.order_id, billed | old)

    def test_r28_nothing_is_missing_before_all_was_read(self):
        orders = self.ship()
        self.shipped_ago(orders, days=2)
        sync = self.channel._sync("receipts")
        for read_on, missing in ((False, []), (fields.Datetime.now(), orders.mapped("otto_order_number"))):
            sync.receipts_read_on = read_on
            with self.own_cursor() as env:
                flow = sync.with_env(env)._flow()
                flow.env["otto.receipt.checks"]._check_missing(flow._checkpoint)
            self.assertEqual(self.missing(), missing)
