"""R27: OTTO's receipts come to Odoo once, complete and as received, whatever comes in which order."""

import json
from datetime import timedelta
from decimal import Decimal

from odoo.addons.otto_market_connector.models.receipts import otto_receipt_documents
from odoo.exceptions import UserError

from tests.odoo.receipts_case import ReceiptsCase


class TestReceiptsIn(ReceiptsCase):
    def test_r27_an_invoice_is_kept_with_lines_totals_pieces_and_documents(self):
        order = self.shipped(pieces=3, fees=[4.95])
        receipt = self.receipts
        self.assertEqual(len(receipt), 1)
        body = self.sandbox.receipts()[receipt.number]
        self.assertEqual(receipt.kind, "purchase")
        self.assertEqual(receipt.order_id, order)
        self.assertEqual((receipt.order_number, receipt.otto_order_id), (body["orderNumber"], body["salesOrderId"]))
        self.assertEqual(receipt.line_ids.piece_ids, order.otto_position_ids)
        self.assertAlmostEqual(receipt.amount_gross, order.amount_total)
        self.assertAlmostEqual(receipt.amount_net + receipt.amount_tax, receipt.amount_gross)
        self.assertEqual(sum(receipt.total_ids.mapped("gross")), receipt.amount_gross)
        self.assertEqual(receipt.line_ids.product_id, order.order_line.product_id)
        self.assertEqual(receipt.country_id.code, "DE")
        self.assertTrue(receipt.is_real and not receipt.is_deemed_supplier)
        self.assertEqual(json.loads(receipt.json_attachment_id.raw), body)
        self.assertTrue(receipt.pdf_attachment_id.raw.startswith(b"%PDF-"))
        self.assertEqual(receipt.pdf_state, "there")
        self.assertEqual(order.otto_receipt_count, 1)

    def test_r27_the_same_receipts_again_are_the_same_receipts(self):
        self.shipped(2)
        known = self.receipts.read()
        self.read()
        self.read_all()
        self.assertEqual(self.receipts.read(), known)

    def test_r27_refunds_are_linked_whichever_comes_first(self):
        order = self.ship(pieces=2)
        self.settle()
        self.give_back(order, 1)
        invoice, refund = self.read()
        self.assertEqual((invoice.kind, refund.kind), ("purchase", "refund"))
        self.assertEqual(refund.linked_id, invoice)
        self.assertEqual(refund.reason, "RETURN")
        self.assertEqual(refund.country_id, invoice.country_id)
        self.assertGreater(refund.amount_gross, 0)
        self.reduce(order, Decimal("1.00"), piece=1)
        part = self.read() - invoice - refund
        self.assertEqual((part.kind, part.linked_id), ("partial_refund", invoice))
        self.assertEqual(invoice.refund_ids, refund | part)

    def test_r27_amounts_of_refunds_are_positive_whatever_sign_otto_writes(self):
        order = self.shipped()
        self.sandbox.receipt_rules(negative=True)
        self.give_back(order)
        refund = self.read()[-1]
        self.assertTrue(refund.is_negated)
        self.assertAlmostEqual(refund.amount_gross, sum(order.otto_position_ids.mapped("price")))
        self.assertFalse(self.open_issues("receipt_total"))

    def test_r27_old_receipts_without_net_and_tax_are_computed_and_say_so(self):
        self.sandbox.receipt_rules(old=True)
        self.shipped()
        receipt = self.receipts
        self.assertTrue(all(receipt.total_ids.mapped("is_computed")))
        for total in receipt.total_ids:
            self.assertAlmostEqual(total.net, round(total.gross / (1 + total.tax_rate / 100), 2))
        self.assertAlmostEqual(receipt.amount_net + receipt.amount_tax, receipt.amount_gross)

    def test_r27_the_turnover_is_the_totals_and_not_what_is_due(self):
        self.sandbox.receipt_rules(voucher=5.0)
        order = self.shipped()
        receipt = self.receipts
        self.assertAlmostEqual(receipt.amount_gross, order.amount_total)
        self.assertAlmostEqual(receipt.amount_due, order.amount_total - 5)

    def test_r27_technical_receipts_and_those_of_a_deemed_supplier_are_marked(self):
        self.sandbox.receipt_rules(technical=True, deemed_supplier=True)
        self.shipped()
        self.assertEqual((self.receipts.is_real, self.receipts.is_deemed_supplier), (False, True))

    def test_r27_a_receipt_of_a_new_kind_is_kept_and_shown(self):
        self.shipped()
        self.sandbox.add_receipts(self.body("X-1", receiptType="PURCHASE"))
        self.sandbox.edit_receipt("X-1", {"receiptType": "STORNO"})
        other = self.read_all().filtered(lambda receipt: receipt.number == "X-1")
        self.assertEqual((other.kind, other.kind_name), ("other", "STORNO"))

    def test_r27_late_credits_are_found_as_far_back_as_100_days(self):
        self.shipped()
        for number, days in (("L-1", 99), ("L-2", 103)):
            created = (self.sandbox.now() - timedelta(days=days)).isoformat()
            self.sandbox.add_receipts(self.body(number, creationDate=created))
        numbers = self.read_all().mapped("number")
        self.assertIn("L-1", numbers)
        self.assertNotIn("L-2", numbers)

    def test_r27_older_ones_are_read_when_a_person_wants_them(self):
        self.shipped()
        created = self.sandbox.now() - timedelta(days=300)
        self.sandbox.add_receipts(self.body("OLD-1", creationDate=created.isoformat()))
        self.channel.receipts_from = (created - timedelta(days=2)).date()
        self.assertIn("OLD-1", self.read().mapped("number"))
        self.assertEqual(self.channel.receipts_read_from, self.channel.receipts_from)
        self.sandbox.clear_requests()
        self.read_all()
        lists = [row for row in self.sandbox.requests() if row["path"] == "/v3/receipts"]
        self.assertLess(len(lists), 20)

    def test_r27_an_order_that_comes_later_gets_its_receipts(self):
        ids = self.sandbox.make_orders(count=1)
        self.sandbox.act(ids[0], "send")
        self.settle()
        receipt = self.read()
        self.assertFalse(receipt.order_id or receipt.line_ids.piece_ids)
        self.run_flow("orders")
        self.read()
        order = self.order(ids)
        self.assertEqual(receipt.order_id, order)
        self.assertEqual(receipt.line_ids.piece_ids, order.otto_position_ids)
        self.assertTrue(receipt.is_checked)

    def test_r27_a_bad_receipt_stops_no_other_and_its_data_are_kept(self):
        self.ship(3)
        self.settle()
        bad = next(iter(self.sandbox.receipts()))
        self.sandbox.edit_receipt(bad, {"totals": "none"})
        self.assertEqual(len(self.read()), 2)
        issue = self.open_issues("receipt")
        self.assertEqual(issue.external_id, bad)
        files = self.env["ir.attachment"].search([("res_model", "=", "otto.channel"), ("name", "=", f"{bad}.json")])
        self.assertEqual(len(files), 1)
        self.assertIn(bad, files.raw.decode())
        self.read()
        self.assertEqual(len(files.search([("name", "=", f"{bad}.json"), ("res_model", "=", "otto.channel")])), 1)

    def test_r27_what_odoo_cannot_store_stops_no_other(self):
        self.ship(3)
        self.settle()
        bad = next(iter(self.sandbox.receipts()))
        money = {"amount": 1.0, "currency": "XXX"}
        amounts = {"taxType": "VAT", "taxRate": "19.0", "gross": money, "net": money, "tax": {**money, "amount": 0.0}}
        good = self.sandbox.receipts()[bad]
        self.sandbox.edit_receipt(
            bad,
            {
                "totals": [amounts],
                "amountDue": money,
                "totalsGrossAmount": money,
                "lineItems": {name: [] for name in good["lineItems"]},
            },
        )
        self.assertEqual(len(self.read()), 2)
        self.assertEqual(self.open_issues("receipt").external_id, bad)

    def test_r27_receipts_of_two_channels_are_kept_apart(self):
        other = self.make_channel("Second")
        self.shipped()
        self.run_flow("receipts", other)
        number = self.receipts.number
        self.assertEqual(self.env["otto.receipt"].search([("number", "=", number)]).channel_id, self.channel | other)

    def test_r27_a_channel_that_takes_no_changes_reads_none(self):
        self.ship()
        self.settle()
        self.channel.sync_direction = "out"
        self.assertFalse(self.read())

    def test_r27_new_year_is_the_one_in_germany(self):
        self.shipped()
        self.sandbox.add_receipts(self.body("Y-1", creationDate="2026-12-31T23:30:00Z"))
        self.env.cr.execute("UPDATE otto_receipt SET created_on = '2025-12-31 23:30:00'")
        self.env.invalidate_all()
        self.env.add_to_compute(self.receipts._fields["receipt_date"], self.receipts)
        self.assertEqual(str(self.receipts[0].receipt_date), "2026-01-01")


class TestReceiptDocuments(ReceiptsCase):
    def test_r27_a_pdf_that_is_not_there_yet_is_fetched_later(self):
        self.sandbox.receipt_rules(pdf_seconds=3600)
        self.shipped()
        self.assertEqual(self.receipts.pdf_state, "waiting")
        self.settle(3700)
        self.read()
        self.assertEqual(self.receipts.pdf_state, "there")
        self.assertFalse(self.open_issues("receipt_pdf"))

    def test_r27_many_documents_are_looked_up_in_parts_and_all_fetched(self):
        self.sandbox.receipt_rules(pdf_seconds=3600)
        for _order in range(5):
            self.shipped()
        self.settle(3700)
        self.patch(otto_receipt_documents, "PDF_LIMIT", 2)
        mine = [("cron_id", "=", self.channel._sync("receipts").cron_id.id)]
        for there in (2, 4, 5):
            self.env["ir.cron.trigger"].search(mine).unlink()
            self.read()
            states = self.receipts.mapped("pdf_state")
            self.assertEqual(sorted(states), ["there"] * there + ["waiting"] * (5 - there))
            self.assertEqual(bool(self.env["ir.cron.trigger"].search(mine)), there < 5)

    def test_r27_a_pdf_that_is_missing_for_a_week_is_an_issue_until_it_comes(self):
        self.sandbox.receipt_rules(pdf_seconds=3600)
        self.shipped()
        self.age(self.receipts, days=6)
        self.read()
        self.assertFalse(self.open_issues("receipt_pdf"))
        self.age(self.receipts, days=2)
        self.read()
        self.assertEqual(self.receipts.pdf_state, "missing")
        self.assertEqual(self.open_issues("receipt_pdf").external_id, self.receipts.number)
        self.settle(3700)
        self.read()
        self.assertEqual(self.receipts.pdf_state, "there")
        self.assertFalse(self.open_issues("receipt_pdf"))

    def test_r27_a_missing_pdf_that_a_person_has_settled_is_not_reported_again(self):
        self.sandbox.receipt_rules(pdf_seconds=None)
        self.shipped()
        self.age(self.receipts, days=8)
        self.read()
        self.open_issues("receipt_pdf").action_solve()
        self.read()
        self.assertFalse(self.open_issues("receipt_pdf"))

    def test_r27_one_document_that_cannot_be_had_stops_no_other(self):
        self.ship(3)
        self.settle()
        bad = next(iter(self.sandbox.receipts()))
        self.sandbox.fault("status", f"/v3/receipts/{bad}.pdf", status=503, times=100)
        states = {receipt.number: receipt.pdf_state for receipt in self.read()}
        self.assertEqual(states.pop(bad), "waiting")
        self.assertEqual(set(states.values()), {"there"})

    def test_r27_when_no_document_can_be_had_the_run_ends_and_says_so(self):
        self.ship(5)
        self.settle()
        self.sandbox.fault("status", "/v3/receipts/", status=503, times=100)
        self.assertEqual(len(self.read(fails=True)), 5)
        self.assertTrue(self.channel._sync("receipts").last_error)
        asked = [row for row in self.sandbox.requests() if row["path"].endswith(".pdf")]
        self.assertLess(len({row["path"] for row in asked}), 5)


class TestReceiptsStay(ReceiptsCase):
    def setUp(self):
        super().setUp()
        self.order_shipped = self.shipped(pieces=1)
        self.receipt = self.receipts

    def refused(self, act):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            act()

    def test_r27_nobody_makes_changes_or_deletes_a_receipt(self):
        receipt = self.receipt
        for record in (receipt, receipt.line_ids, receipt.total_ids):
            for acting in (record, record.sudo()):
                self.refused(lambda acting=acting: acting.write({"currency_id": False}))
                self.refused(acting.unlink)
                self.refused(lambda acting=acting: acting.create({"receipt_id": receipt.id, "number": "X"}))
        self.refused(lambda: receipt.sudo().copy())

    def test_r27_not_even_the_connector_deletes_one(self):
        from odoo.addons.otto_market_connector.models.core.write_guard import as_connector

        self.refused(lambda: as_connector(self.receipt.sudo()).unlink())

    def test_r27_its_documents_stay_as_received(self):
        files = self.receipt.json_attachment_id | self.receipt.pdf_attachment_id
        for file in files:
            for acting in (file, file.sudo()):
                self.refused(lambda acting=acting: acting.write({"raw": b"other"}))
                self.refused(lambda acting=acting: acting.write({"datas": b"b3RoZXI="}))
                self.refused(lambda acting=acting: acting.write({"res_id": self.receipt.id + 1}))
                self.refused(lambda acting=acting: acting.write({"res_model": "res.partner"}))
                self.refused(acting.unlink)
        files.sudo().write({"description": "seen"})

    def test_r27_a_receipt_outlives_its_order_and_its_product(self):
        receipt, order = self.receipt, self.order_shipped
        text = receipt.line_ids.position_ids_text
        self.env.cr.execute("DELETE FROM stock_move WHERE sale_line_id = ANY(%s)", [order.order_line.ids])
        self.env.cr.execute("DELETE FROM sale_order WHERE id = %s", [order.id])
        self.env.invalidate_all()
        self.assertTrue(receipt.exists())
        self.assertFalse(receipt.order_id or receipt.line_ids.piece_ids)
        self.assertTrue(text)
        self.assertEqual(receipt.line_ids.position_ids_text, text)

    def test_r27_a_channel_with_receipts_is_archived_and_not_deleted(self):
        self.refused(self.channel.unlink)
        self.env.cr.execute(
            "UPDATE sale_order SET otto_channel_id = NULL WHERE otto_channel_id = %s", [self.channel.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "receipts"):
            self.channel.unlink()


class TestReceiptScopes(ReceiptsCase):
    def test_r27_an_app_without_the_permission_goes_on_with_all_else(self):
        self.ship()
        self.sandbox.fault("status", "/v3/receipts", status=403, times=100)
        self.read(fails=True)
        sync = self.channel._sync("receipts")
        self.assertIn("receipts", sync.last_error)
        self.assertIn("Partner Connect", sync.last_error)
        self.assertNotEqual(self.channel.connection_state, "failed")
        self.assertFalse(self.run_flow("orders").last_error)
