from odoo.fields import Command

from tests.harness import OttoCase


class TestLoyalty(OttoCase):
    """R18, R21: OTTO's customers take part in no loyalty program, whatever programs the shop runs."""

    def program(self, **values):
        return self.env["loyalty.program"].create(
            {
                "name": "Ten percent",
                "program_type": "promotion",
                "applies_on": "current",
                "trigger": "auto",
                "rule_ids": [Command.create({"reward_point_mode": "order", "reward_point_amount": 1})],
                "reward_ids": [Command.create({"reward_type": "discount", "discount": 10, "required_points": 1})],
                **values,
            }
        )

    def test_a_promotion_for_everybody_changes_nothing(self):
        self.program()
        order = self.import_orders()
        lines, total = order.order_line, order.amount_total
        order._update_programs_and_rewards()
        self.assertTrue(order.action_open_reward_wizard())
        self.assertEqual((order.order_line, order.amount_total), (lines, total))
        self.assertFalse(order.otto_total_differs or order.coupon_point_ids)

    def test_no_coupon_for_the_next_order_is_made_or_mailed(self):
        self.program(
            program_type="next_order_coupons",
            applies_on="future",
            communication_plan_ids=[
                Command.create(
                    {"trigger": "create", "mail_template_id": self.env.ref("loyalty.mail_template_loyalty_card").id}
                )
            ],
        )
        mails = self.env["mail.mail"].search_count([])
        order = self.import_orders()
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.env["loyalty.card"].search([("order_id", "=", order.id)]))
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_a_code_is_refused_in_words(self):
        rule = {"mode": "with_code", "code": "SOMMER", "reward_point_mode": "order", "reward_point_amount": 1}
        self.program(program_type="promo_code", trigger="with_code", rule_ids=[Command.create(rule)])
        order = self.import_orders()
        self.assertIn(order.name, order._try_apply_code("SOMMER")["error"])

    def test_other_customers_keep_their_programs(self):
        self.program()
        customer = self.env["res.partner"].create({"name": "Kundin"})
        order = self.env["sale.order"].create(
            {"partner_id": customer.id, "order_line": [Command.create({"product_id": self.products[0].id})]}
        )
        order._update_programs_and_rewards()
        self.assertTrue(order._get_claimable_rewards())
