"""R31: each kind of transaction of OTTO's account statement on its account, OTTO's payments matched to the receipts."""

import base64
from unittest.mock import patch

from odoo.exceptions import UserError

from tests.odoo.statement_case import HEADER, StatementCase

LOGGER = "odoo.addons.otto_market_connector.models.receipts.account_bank_statement_line"


class TestStatement(StatementCase):
    def test_every_kind_of_transaction_has_its_account_in_both_charts(self):
        expected = {
            "de_skr03": ("1410", "4760", "4970", "4909", "1361", "1776", "1576", "1211"),
            "de_skr04": ("1205", "6770", "6855", "6303", "1461", "3806", "1406", "1811"),
        }
        for chart, codes in expected.items():
            with self.subTest(chart=chart):
                channel = self.channel_of(chart)
                debtor, commission, fee, service, transit, vat, input_tax, clearing = codes
                receipt = self.receipt(parts=((119.0, 19.0),), channel=channel, order_number=f"b1{chart}")
                self.book(channel)
                words = {
                    "PAY_IN": (119.0, {debtor: -119.0}),
                    "COMMISSION": (-11.9, {commission: 10.0, input_tax: 1.9}),
                    "COMMISSION_REVERSAL": (11.9, {commission: -10.0, input_tax: -1.9}),
                    "PROVISION": (-1.19, {commission: 1.0, input_tax: 0.19}),
                    "PROVISION_CORRECTION": (1.19, {commission: -1.0, input_tax: -0.19}),
                    "PAYMENTFEE": (-2.0, {fee: 2.0}),
                    "PAYMENTFEE_REFUND": (2.0, {fee: -2.0}),
                    "FINANCING_FEE_INVOICE": (-3.0, {fee: 3.0}),
                    "FINANCING_FEE_REFUND_INVOICE": (3.0, {fee: -3.0}),
                    "Ratenaufschlag": (4.0, {fee: -4.0}),
                    "SERVICE": (-118.88, {service: 99.9, input_tax: 18.98}),
                    "DIRECT_DEBIT": (50.0, {transit: -50.0}),
                    "PARTNER_PAYOUT": (-60.0, {transit: 60.0}),
                    "VAT_REFUND": (1.9, {vat: -1.9}),
                    "VAT_CORRECTION": (-1.9, {vat: 1.9}),
                }
                self.assertEqual(len(words), 15)
                text = "".join(
                    f"31.03.2026;{word};{receipt.order_number if word == 'PAY_IN' else ''};;{amount:.2f};\n".replace(
                        f"{amount:.2f}", f"{amount:.2f}".replace(".", ",")
                    )
                    for word, (amount, _balances) in words.items()
                )
                lines = self.load(HEADER + text, channel)
                self.assertEqual(lines.mapped("otto_state"), ["matched"] * 15)
                for line, (word, (amount, balances)) in zip(lines, words.items(), strict=True):
                    self.assertEqual(self.balances(line.move_id), {clearing: amount, **balances}, word)
                    self.assertTrue(line.is_reconciled or word in ("DIRECT_DEBIT", "PARTNER_PAYOUT"), word)
                self.assertEqual(lines[0].otto_receipt_ids, receipt)
                debtors = receipt.move_id.line_ids.filtered(lambda each: each.account_type == "asset_receivable")
                self.assertTrue(debtors.reconciled)
                journal = channel.statement_journal_id
                self.assertEqual((journal.type, journal.name), ("bank", "OTTO Payments"))

    def test_input_tax_stands_in_the_tax_report(self):
        lines = self.load(self.lines("COMMISSION;;;-11,90", "COMMISSION_REVERSAL;;;1,19"))
        tax = lines.move_id.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual([round(line.balance, 2) for line in tax], [1.9, -0.19])
        self.assertTrue(all(line.tax_tag_ids for line in tax))

    def test_what_is_given_back_is_matched_with_its_credit_note(self):
        receipt = self.sold(order_number="b1")
        refund = self.sold(kind="refund", linked=receipt, order_number="b1")
        other = self.sold(50.0, order_number="b2")
        self.book()
        lines = self.load(self.lines("PAY_IN;b1;;119,00", "PAY_IN;b1;;-119,00", "PAY_IN;b2;;50,00"))
        self.assertEqual(lines.mapped("otto_state"), ["matched"] * 3)
        self.assertEqual(lines[0].otto_receipt_ids, receipt | refund)
        debtor = self.channel.booking_receivable_id
        open_lines = (self.booked() | lines.move_id).line_ids.filtered(
            lambda line: line.account_id == debtor and not line.reconciled
        )
        self.assertFalse(open_lines)
        self.assertEqual(
            sum((self.booked() | lines.move_id).line_ids.filtered(lambda x: x.account_id == debtor).mapped("balance")),
            0,
        )
        self.assertTrue(other.move_id)

    def test_every_line_that_is_not_matched_is_told_with_its_remedy(self):
        kept = self.sold(order_number="b3", is_real=False)
        self.book()
        lines = self.load(
            self.lines(
                "PAY_IN;nobody;;10,00",
                "PAY_IN;b3;;10,00",
                "PAY_IN;;;10,00",
                "SURPRISE;;;-5,00",
                "COMMISSION;nobody;;-1,19",
            )
        )
        self.assertEqual(lines.mapped("otto_state"), ["unmatched"] * 5)
        for line, words in zip(
            lines,
            (
                "no receipt of the order nobody",
                "b3 are not booked",
                "without an order number",
                "no account for SURPRISE",
                "no receipt of the order nobody",
            ),
            strict=True,
        ):
            self.assertIn(words, line.otto_reason)
        suspense = self.channel.statement_journal_id.suspense_account_id
        self.assertTrue(all(suspense in line.move_id.line_ids.account_id for line in lines[:4]))
        # What a commission is does not depend on the receipt.
        self.assertNotIn(suspense, lines[4].move_id.line_ids.account_id)
        self.assertTrue(kept)

    def test_lines_are_matched_once_the_receipt_and_the_account_are_there(self):
        lines = self.load(self.lines("PAY_IN;b4;;119,00", "SURPRISE;;;-5,00"))
        receipt = self.sold(order_number="b4")
        self.book()
        fee = self.channel._statement_row("PAYMENTFEE").account_id
        self.env["otto.statement.account"].create(
            {"channel_id": self.channel.id, "transaction_type": "Surprise", "account_id": fee.id}
        )
        lines.action_otto_match()
        self.assertEqual(lines.mapped("otto_state"), ["matched"] * 2)
        self.assertEqual(lines[0].otto_receipt_ids, receipt)
        self.assertEqual(lines.mapped("is_reconciled"), [True, True])

    def debtor_lines(self, *records):
        """Return what is open on the debtor's account of receipts and statement lines."""
        moves = self.env["account.move"].union(*(record.move_id for record in records))
        return moves.line_ids.filtered(lambda x: x.account_type == "asset_receivable" and not x.reconciled)

    def test_waiting_lines_are_matched_by_themselves_when_their_receipt_is_booked(self):
        lines = self.load(
            self.lines("PAY_IN;b4;;119,00", "COMMISSION;b4;;-17,85", "PAY_IN;other;;5,00", "SURPRISE;b4;;-1,00")
        )
        self.assertEqual(lines.mapped("otto_state"), ["unmatched"] * 4)
        receipt = self.sold(order_number="b4")
        self.book()
        self.assertEqual(lines.mapped("otto_state"), ["matched", "matched", "unmatched", "unmatched"])
        self.assertEqual(lines.mapped("otto_receipt_ids"), receipt)
        self.assertIn("no account for SURPRISE", lines[3].otto_reason)
        self.assertFalse(self.debtor_lines(receipt, lines[0]))

    def test_what_otto_takes_back_before_the_credit_note_comes_is_reconciled_with_it(self):
        receipt = self.sold(order_number="b4")
        self.book()
        lines = self.load(self.lines("PAY_IN;b4;;119,00", "PAY_IN;b4;;-59,50"))
        self.assertEqual(self.debtor_lines(receipt, lines).mapped("amount_residual"), [59.5])
        refund = self.sold(59.5, kind="refund", linked=receipt, order_number="b4")
        self.book()
        self.assertFalse(self.debtor_lines(receipt, refund, lines))
        self.assertEqual(lines[1].otto_receipt_ids, receipt | refund)

    def test_a_payment_is_open_while_its_receipt_is_reversed_and_matched_when_it_is_booked_again(self):
        receipt = self.sold(order_number="b4")
        self.book()
        line = self.load(self.lines("PAY_IN;b4;;119,00"))
        receipt.action_reverse_booking()
        self.assertEqual(line.otto_state, "unmatched")
        self.assertIn("b4 are not booked", line.otto_reason)
        self.assertEqual(self.debtor_lines(line).amount_residual, -119)
        receipt.action_book_again()
        self.assertEqual((line.otto_state, line.otto_reason), ("matched", False))
        self.assertFalse(self.debtor_lines(receipt, line))
        # In one go as well.
        receipt.action_book_again()
        self.assertEqual(line.otto_state, "matched")
        self.assertFalse(self.debtor_lines(receipt, line))

    def test_a_statement_of_a_closed_month_stops_no_booking(self):
        """Odoo closes no month with open lines of a statement, but it closes one for taxes."""
        closed, opened = lines = self.load(self.lines("SURPRISE;b4;;-11,90", "SURPRISE;b5;;-11,90"))
        commission = self.channel._statement_row("COMMISSION")
        commission.copy({"transaction_type": "SURPRISE"})
        opened.date = "2026-04-02"
        self.channel.company_id.tax_lock_date = "2026-03-31"
        receipts = self.sold(order_number="b4") | self.sold(order_number="b5")
        self.book()
        self.assertEqual(receipts.mapped("booking_state"), ["booked"] * 2)
        self.assertEqual(lines.mapped("otto_state"), ["unmatched", "matched"])
        self.assertIn("31", closed.otto_reason)
        self.channel.company_id.tax_lock_date = False
        lines.action_otto_match()
        self.assertEqual(closed.otto_state, "matched")

    def test_lines_that_came_while_their_receipt_was_booked_are_matched_by_the_next_run(self):
        """Import and booking at once do not see each other's rows."""
        lines = self.load(self.lines("PAY_IN;b4;;119,00", "PAY_IN;b5;;119,00"))
        receipt = self.sold(order_number="b4")
        with patch.object(type(lines), "_otto_receipts_changed", lambda *_args: None):
            self.book()
        self.assertEqual(receipt.booking_state, "booked")
        self.assertEqual(lines.mapped("otto_state"), ["unmatched"] * 2)
        self.book()
        self.assertEqual(lines.mapped("otto_state"), ["matched", "unmatched"])
        self.assertFalse(self.debtor_lines(receipt, lines[0]))

    def test_what_fails_while_lines_are_matched_stops_neither_booking_nor_other_orders(self):
        lines = self.load(self.lines("PAY_IN;b4;;119,00", "PAY_IN;b5;;119,00"))
        receipts = self.sold(order_number="b4") | self.sold(order_number="b5")
        model = type(self.env["account.bank.statement.line"])
        reconcile = model._otto_reconcile

        def failing(these):
            if "b4" in these.mapped("otto_order_number"):
                raise ValueError("no way")
            return reconcile(these)

        with patch.object(model, "_otto_reconcile", failing), self.assertLogs(LOGGER, "WARNING"):
            self.book()
        self.assertEqual(receipts.mapped("booking_state"), ["booked"] * 2)
        self.assertEqual(lines.mapped("otto_state"), ["unmatched", "matched"])
        self.assertIn("no way", lines[0].otto_reason)

    def test_nobody_changes_what_otto_said_of_a_line(self):
        line = self.load(self.lines("PAY_IN;b4;;119,00"))
        values = {
            "otto_channel_id": False,
            "otto_type": "X",
            "otto_order_number": "x",
            "otto_key": "x",
            "otto_receipt_ids": [(5,)],
            "otto_state": "matched",
            "otto_reason": "x",
        }
        model = self.env["account.bank.statement.line"].sudo()
        plain = {"journal_id": line.journal_id.id, "date": "2026-03-31", "payment_ref": "x", "amount": 1}
        for name, value in values.items():
            with self.subTest(name=name):
                with self.assertRaisesRegex(UserError, "kept by the OTTO connector"):
                    line.sudo().write({name: value})
                if value:
                    with self.assertRaisesRegex(UserError, "kept by the OTTO connector"):
                        model.create({**plain, name: value})
                    with self.assertRaisesRegex(UserError, "kept by the OTTO connector"):
                        model.with_context(**{f"default_{name}": value}).create(plain)

    def test_the_same_line_never_comes_twice_but_two_alike_do(self):
        first = self.lines("PAYMENTFEE;;;-1,00", "PAYMENTFEE;;;-1,00")
        self.assertEqual(len(self.load(first)), 2)
        with self.assertRaisesRegex(UserError, "All 2 lines"):
            self.load(first)
        self.assertEqual(len(self.load(first + "31.03.2026;PAYMENTFEE;;;-1,00;\n")), 1)

    def test_balances_of_the_file(self):
        text = HEADER + "01.03.2026;PAYMENTFEE;;;-1,00;99,00\n02.03.2026;SERVICE;;;-11,90;87,10\n"
        statement = self.load(text).statement_id
        self.assertEqual((statement.balance_start, statement.balance_end_real), (100, 87.1))
        self.assertEqual(statement.attachment_ids.raw, text.encode())

    def test_columns_are_recognised_and_saved(self):
        self.load(self.lines("PAYMENTFEE;;;-1,00"))
        [mapping] = self.channel.statement_mapping_ids
        self.assertEqual((mapping.column_date, mapping.column_order), ("Buchungsdatum", "Bestellnummer"))
        self.load("Date,Transaction Type,Amount\n2026-03-30,SERVICE,-11.90\n")
        self.assertEqual(len(self.channel.statement_mapping_ids), 2)
        self.load(self.lines("PAYMENTFEE;;;-2,00"))
        self.assertEqual(len(self.channel.statement_mapping_ids), 2)

    def test_unknown_columns_are_refused_with_what_was_found(self):
        text = "Tag;Was;Wieviel\n31.03.2026;PAYMENTFEE;-1,00\n"
        with self.assertRaisesRegex(UserError, "found were: Tag, Was, Wieviel"):
            self.load(text)
        self.assertFalse(self.channel.statement_mapping_ids)
        mapping = self.env["otto.statement.mapping"].create(
            {
                "name": "Own",
                "channel_id": self.channel.id,
                "column_date": "Tag",
                "column_type": "was",
                "column_amount": "Wieviel",
            }
        )
        self.assertEqual(self.load(text, mapping_id=mapping.id).amount, -1)
        self.assertEqual(len(self.load(text.replace("-1,00", "-2,00"))), 1)

    def test_a_line_that_cannot_be_read_refuses_the_file(self):
        with self.assertRaisesRegex(UserError, "Nothing was imported.*3: abc"):
            self.load(self.lines("PAYMENTFEE;;;-1,00", "PAYMENTFEE;;;abc"))
        self.assertFalse(self.env["account.bank.statement.line"].search_count([("otto_channel_id", "!=", False)]))

    def test_another_currency_is_refused(self):
        with self.assertRaisesRegex(UserError, "CHF"):
            self.load("Datum;Typ;Betrag;Währung\n31.03.2026;SERVICE;-1,00;CHF\n")

    def test_lines_of_another_import_are_booked_alike(self):
        """An import of bank statements knows neither kinds nor orders: text and reference tell them."""
        receipt = self.sold(order_number="b9")
        self.book()
        self.channel._prepare_statement()
        journal = self.channel.statement_journal_id
        lines = self.env["account.bank.statement.line"].create(
            [
                {"journal_id": journal.id, "date": "2026-03-31", "payment_ref": "PAY_IN", "ref": "b9", "amount": 119},
                {"journal_id": journal.id, "date": "2026-03-31", "payment_ref": "Partner Payout", "amount": -100},
            ]
        )
        self.assertEqual(lines.mapped("otto_state"), ["matched", "matched"])
        self.assertEqual(lines[0].otto_receipt_ids, receipt)
        self.assertEqual(lines[1].otto_type, "PARTNER_PAYOUT")

    def test_an_accountant_without_sales_rights_imports(self):
        user = self.env["res.users"].create(
            {
                "name": "Accountant",
                "login": "statement-accountant",
                "group_ids": [
                    (6, 0, [self.env.ref("account.group_account_invoice").id, self.env.ref("base.group_user").id])
                ],
            }
        )
        receipt = self.sold(order_number="b5")
        self.book()
        wizard = (
            self.env["otto.statement.import"]
            .with_user(user)
            .create(
                {
                    "channel_id": self.channel.id,
                    "file": base64.b64encode(self.lines("PAY_IN;b5;;119,00", "SERVICE;;;-11,90").encode()),
                }
            )
        )
        lines = self.env["account.bank.statement.line"].search(wizard.action_import()["domain"], order="id")
        self.assertEqual(lines.mapped("otto_state"), ["matched", "matched"])
        self.assertEqual(lines[0].otto_receipt_ids, receipt)

    def test_two_channels_have_two_journals(self):
        other = self.make_channel("OTTO two")
        (self.channel | other)._prepare_statement()
        journals = self.channel.statement_journal_id | other.statement_journal_id
        self.assertEqual(len(journals), 2)
        self.assertEqual(len(journals.default_account_id), 2)

    def test_queries_grow_slowly_with_the_lines(self):
        for number in range(40):
            self.receipt(parts=((119.0, 19.0),), order_number=f"q{number}")
        self.book()
        self.load(self.lines("PAYMENTFEE;;;-1,00"))

        def queries(first, last):
            pairs = ((f"PAY_IN;q{number};;119,00", f"COMMISSION;q{number};;-17,85") for number in range(first, last))
            text = self.lines(*(row for pair in pairs for row in pair))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            lines = self.load(text)
            self.env.flush_all()
            self.assertEqual(set(lines.mapped("otto_state")), {"matched"})
            return self.env.cr.sql_log_count - before

        few, many = queries(0, 10), queries(10, 40)
        self.assertLess((many - few) / 40, 12)
