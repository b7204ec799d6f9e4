"""R24, R25: what the office may refund, and who may."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .test_price_reductions import ReductionCase


class TestRefund(ReductionCase):
    def wizard(self, order, pieces=None, user=None, **values):
        values = {"order_id": order.id, "reason": "SHIPMENT_LOST", **values}
        if pieces is not None:
            values["piece_ids"] = [(6, 0, pieces.ids)]
        return self.env["otto.return.refund"].with_user(user or self.env.user).create(values)

    def refund(self, order, pieces=None, user=None, **values):
        self.wizard(order, pieces, user, **values).action_refund()
        order.invalidate_recordset()
        return order.otto_return_line_ids

    def test_r24_lost_goods_are_accepted_without_a_transfer(self):
        order = self.sent()
        transfers = order.picking_ids
        lines = self.refund(order, order.otto_position_ids, note="Parcel shop burnt down")
        self.assertEqual(lines.return_id.origin, "office")
        self.assertEqual(order.picking_ids, transfers)
        self.tell()
        self.assertEqual(set(self.at_otto_now().values()), {("ACCEPTED", "A", "SHIPMENT_LOST")})
        self.assertEqual(lines.return_id.state, "done")
        self.assertTrue(any("burnt down" in message.body for message in order.message_ids))
        self.assertFalse(order.otto_can_refund)

    def test_r24_every_reason_that_otto_takes(self):
        for reason, _label in self.env["otto.return.refund"]._fields["reason"].selection:
            order = self.sent(pieces=1)
            self.refund(order, order.otto_position_ids, reason=reason)
            self.tell()
            self.assertEqual(self.at_otto_now()[order.otto_position_ids.position_id][2], reason)

    def test_r24_a_piece_that_is_expected_is_accepted_in_its_return(self):
        order = self.sent()
        line = self.lines_of(order.otto_position_ids[:1], condition="D")
        lines = self.refund(order, order.otto_position_ids, condition="B")
        self.assertEqual(len(lines), 2)
        self.assertEqual((line.decision, line.condition), ("accept", "D"))
        self.assertEqual((lines - line).condition, "B")
        self.assertEqual(len(order.otto_return_ids), 2)

    def test_r24_a_rejected_piece_is_accepted_later_in_its_return(self):
        order = self.sent(pieces=1)
        line = self.decided(self.lines_of(order.otto_position_ids), "reject")
        self.tell(reading=True)
        self.assertTrue(order.otto_can_refund)
        self.refund(order, order.otto_position_ids, reason="COMPLAINT")
        self.tell()
        self.assertEqual((line.decision, line.decision_state), ("accept", "done"))
        self.assertEqual(self.at_otto_now()[line.piece_id.position_id][0], "ACCEPTED")

    def test_r24_a_withdrawn_return_is_no_place_for_a_refund(self):
        order = self.sent(pieces=1)
        line = self.lines_of(order.otto_position_ids, withdrawn_on="2026-01-01 00:00:00")
        lines = self.refund(order, order.otto_position_ids)
        self.assertEqual(((lines - line).decision, line.decision), ("accept", "none"))

    def test_r24_one_piece_is_chosen_already_of_several_a_person_chooses(self):
        one, several = self.sent(pieces=1), self.sent(pieces=2)
        self.assertEqual(self.wizard(one).piece_ids, one.otto_position_ids)
        self.assertFalse(self.wizard(several).piece_ids)
        with self.assertRaisesRegex(UserError, "choose the pieces"):
            self.refund(several)
        with self.assertRaisesRegex(UserError, "choose the pieces"):
            self.refund(several, one.otto_position_ids)

    def test_r24_what_was_refunded_cannot_be_chosen_again(self):
        order = self.sent()
        self.refund(order, order.otto_position_ids[:1])
        wizard = self.wizard(order)
        self.assertEqual(wizard.available_piece_ids, order.otto_position_ids[1:])
        with self.assertRaisesRegex(UserError, "already been accepted"):
            self.refund(order, order.otto_position_ids)
        self.assertEqual(len(order.otto_return_line_ids), 1)

    def test_r24_the_form_shows_articles_and_says_what_it_does(self):
        order = self.sent()
        action = order.action_otto_refund()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        shown = order.otto_position_ids.with_context(otto_show_article=True).mapped("display_name")
        self.assertIn(order.otto_position_ids[0].sku, shown[0])
        form.piece_ids = order.otto_position_ids
        form.reason = "COMPLAINT"
        wizard = form.save()
        self.assertAlmostEqual(wizard.total, sum(order.otto_position_ids.mapped("price")))
        self.channel.sync_direction = "in"
        wizard.invalidate_recordset()
        self.assertIn("OTTO is not told", wizard.not_told)

    def test_r25_the_form_shows_the_limit_that_otto_names(self):
        piece = self.piece()
        action = piece.order_id.action_otto_reduce_price()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        self.assertEqual(form.piece_id, piece)
        self.assertAlmostEqual(form.limit, piece.price)
        form.amount = 1
        form.save().action_ask()
        self.assertEqual(piece.price_reduction_ids.amount, 1)

    def test_r25_only_a_piece_of_the_order(self):
        one, other = self.sent(pieces=1), self.sent(pieces=1)
        wizard = self.env["otto.price.reduction.ask"].create(
            {"order_id": one.id, "piece_id": other.otto_position_ids.id, "amount": 1}
        )
        with self.assertRaisesRegex(UserError, "choose a piece"):
            wizard.action_ask()


class TestWho(ReductionCase):
    def people(self):
        other = self.other_company()
        groups = {
            "every": "sales_team.group_sale_salesman_all_leads",
            "own": "sales_team.group_sale_salesman",
            "warehouse": "stock.group_stock_user",
            "otto": "otto_market_connector.group_otto_user",
            "books": "account.group_account_manager",
            "portal": "base.group_portal",
        }
        users = {name: new_test_user(self.env, f"refund-{name}", group) for name, group in groups.items()}
        elsewhere = {"company_id": other.id, "company_ids": [(6, 0, other.ids)]}
        users["elsewhere"] = new_test_user(self.env, "refund-elsewhere", groups["every"], **elsewhere)
        return users

    def refund_as(self, user, order):
        wizard = self.env["otto.return.refund"].with_user(user)
        values = {"order_id": order.id, "piece_ids": [(6, 0, order.otto_position_ids.ids)], "reason": "COMPLAINT"}
        wizard.create({**values, "condition": "A"}).action_refund()

    def reduce_as(self, user, order):
        values = {"order_id": order.id, "piece_id": order.otto_position_ids.id, "amount": 1}
        self.env["otto.price.reduction.ask"].with_user(user).create(values).action_ask()

    def test_who_may_refund(self):
        """Sales users, in the orders that they may change; nobody writes the outcome by hand."""
        people = self.people()
        for act in (self.refund_as, self.reduce_as):
            order = self.sent(pieces=1)
            order.user_id = people["every"]
            for name in ("own", "warehouse", "otto", "books", "portal", "elsewhere"):
                with self.subTest(act=act.__name__, name=name):
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        act(people[name], order)
                    self.env.invalidate_all()
            self.assertFalse(order.otto_return_line_ids or order.otto_price_reduction_ids)
            act(people["every"], order)
            own = self.sent(pieces=1)
            own.user_id = people["own"]
            act(people["own"], own)

    def test_who_may_write_what_was_decided(self):
        people = self.people()
        piece = self.piece()
        line = self.decided(self.lines_of(piece))
        reduction = self.env["otto.price.reduction"].create({"piece_id": piece.id, "amount": 1})
        for name, user in people.items():
            for record, values in (
                (line, {"decision_state": "done"}),
                (line, {"decision": "reject"}),
                (reduction, {"state": "processed"}),
                (reduction, {"ask_again": True}),
            ):
                with self.subTest(name=name, **values), self.assertRaises(AccessError), self.cr.savepoint():
                    record.with_user(user).write(values)
            for model, values in (
                ("otto.price.reduction", {"piece_id": piece.id, "amount": 1}),
                ("otto.return.line", {"piece_id": piece.id, "return_id": line.return_id.id}),
            ):
                with self.subTest(name=name, model=model), self.assertRaises(AccessError), self.cr.savepoint():
                    self.env[model].with_user(user).create(values)
