from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.harness import OttoCase


class TestRights(OttoCase):
    """Every flow as the people who do it, not as the administrator."""

    def validate_as(self, user, order):
        with self.own_cursor() as env:
            order.picking_ids.with_env(env(user=user.id)).button_validate()
            env.cr.commit()

    def test_warehouse_user_without_sales_rights_ships(self):
        user = new_test_user(self.env, "warehouse", "stock.group_stock_user")
        order = self.import_orders()
        self.validate_as(user, order)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(len(order.otto_parcel_ids), 2)
        self.assertEqual(order.otto_outbound_state, "to_send")

    def test_warehouse_user_who_sells_own_orders_ships_others(self):
        user = new_test_user(self.env, "mixed", "stock.group_stock_user,sales_team.group_sale_salesman")
        order = self.import_orders()
        self.validate_as(user, order)
        self.assertEqual(order.picking_ids.state, "done")

    def test_warehouse_user_gets_the_refusal_in_words(self):
        user = new_test_user(self.env, "refused", "stock.group_stock_user")
        self.carrier.return_label_on_delivery = False
        order = self.import_orders()
        with self.assertRaisesRegex(UserError, order.name):
            self.validate_as(user, order)

    def test_sales_user_without_stock_rights_cancels(self):
        user = new_test_user(self.env, "sales", "sales_team.group_sale_salesman_all_leads")
        order = self.import_orders()
        order.with_user(user).action_cancel()
        self.assertEqual(order.otto_outbound_state, "to_cancel")

    def test_sales_user_sees_no_secret_and_no_channel_settings_to_change(self):
        user = new_test_user(self.env, "reader", "sales_team.group_sale_salesman")
        channel = self.channel.with_user(user)
        for field in ("client_secret", "client_id", "password", "username", "base_url"):
            with self.assertRaises(AccessError):
                channel.read([field])
        with self.assertRaises(AccessError):
            channel.write({"import_orders": False})

    def test_r1_other_companies_see_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env, "foreign", "sales_team.group_sale_manager", company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        order = self.import_orders()
        for model in ("otto.channel", "otto.sync", "otto.listing", "otto.issue", "otto.position.item", "otto.parcel"):
            self.assertFalse(self.env[model].with_user(user).search([]), model)
        self.assertFalse(self.env["sale.order"].with_user(user).search([("id", "=", order.id)]))
