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
        self.assertEqual(order.otto_report_state, "to_send")

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
        self.assertEqual(order.otto_report_state, "to_cancel")

    def test_sales_user_sees_no_secret_and_no_channel_settings_to_change(self):
        user = new_test_user(self.env, "reader", "sales_team.group_sale_salesman")
        channel = self.channel.with_user(user)
        for field in ("client_secret", "client_id", "password", "username", "base_url"):
            with self.assertRaises(AccessError):
                channel.read([field])
        with self.assertRaises(AccessError):
            channel.write({"import_orders": False})

    def test_parcels_and_pieces_follow_the_rules_of_orders(self):
        order = self.import_orders()
        parcel = self.env["otto.parcel"].create({"order_id": order.id, "tracking_number": "00340434161094000001"})
        own, every, internal = (
            new_test_user(self.env, login, groups)
            for login, groups in (
                ("own", "sales_team.group_sale_salesman"),
                ("every", "sales_team.group_sale_salesman_all_leads"),
                ("internal", "base.group_user"),
            )
        )
        order.user_id = every
        for user in (own, internal):
            with self.assertRaises(AccessError):
                parcel.with_user(user).read(["tracking_number"])
            with self.assertRaises(AccessError):
                parcel.with_user(user).write({"tracking_number": "1"})
            with self.assertRaises(AccessError):
                order.otto_position_ids.with_user(user).read(["position_id"])
        parcel.with_user(every).write({"tracking_number": "00340434161094000003"})
        order.user_id = own
        self.assertTrue(parcel.with_user(own).tracking_url)
        self.assertTrue(order.otto_position_ids.with_user(own).read(["position_id"]))

    def test_accountants_and_the_warehouse_open_an_otto_order(self):
        order = self.import_orders()
        names = [
            "otto_parcel_ids",
            "otto_position_ids",
            "otto_report_message",
            "otto_cancel_is_reported",
            "otto_channel_id",
        ]
        for group in ("account.group_account_readonly", "account.group_account_invoice", "stock.group_stock_user"):
            user = new_test_user(self.env, group, group)
            order.with_user(user).web_read({name: {"fields": {}} if name.endswith("ids") else {} for name in names})

    def test_r1_other_companies_see_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env, "foreign", "sales_team.group_sale_manager", company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        order = self.import_orders()
        for model in ("otto.channel", "otto.sync", "otto.listing", "otto.issue", "otto.position.item", "otto.parcel"):
            self.assertFalse(self.env[model].with_user(user).search([]), model)
        self.assertFalse(self.env["sale.order"].with_user(user).search([("id", "=", order.id)]))
