"""R19: orders that are in Odoo already do not come a second time: after an uninstall, from another channel."""

from odoo.addons.otto_market_connector.models.core.write_guard import as_connector

from tests.harness import OttoCase

LOST = (
    "otto_channel_id",
    "otto_order_id",
    "otto_order_number",
    "otto_status",
    "otto_currency_id",
    "otto_last_modified",
    "otto_terms",
)


class TestLinkedOrders(OttoCase):
    def uninstalled(self, orders, **lost):
        """Take from orders what goes with the add-on when it is uninstalled."""
        orders.otto_position_ids.unlink()
        as_connector(orders.order_line).otto_sku = False
        as_connector(orders).write({**dict.fromkeys(LOST, False), "otto_report_state": "none", **lost})
        self.channel._sync("orders").write({"cursor": False, "open_read_on": False})
        self.env.flush_all()

    def count(self):
        return self.env["sale.order"].search_count([])

    def test_r19_orders_are_linked_again_and_go_on(self):
        orders = self.import_orders(6)
        sent = orders[0]
        self.sandbox.act(sent.otto_order_id, "send")
        ids = {order: order.otto_order_id for order in orders}
        before = self.count()
        self.uninstalled(orders)
        self.assertFalse(self.run_flow("orders").last_error)
        self.assertEqual(self.count(), before)
        for order in orders:
            self.assertEqual(order.otto_order_id, ids[order])
            self.assertEqual(order.otto_channel_id, self.channel)
            held = self.at_otto(order)["positionItems"]
            self.assertEqual(len(order.otto_position_ids), len(held))
            for line in order.order_line.filtered("otto_sku"):
                self.assertEqual(line.product_uom_qty, len(line.otto_position_ids))
            self.assertFalse(order.otto_total_differs)
        self.assertEqual(sent.otto_report_state, "sent")
        order = orders[1]
        self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertEqual(order.state, "cancel")
        self.validate(orders[2])
        self.assertEqual(orders[2].otto_report_state, "to_send")

    def orphaned(self, order):
        """Take also from a quotation what goes with the add-on: the keys of its contact and product."""
        order.partner_id.otto_address_key = False
        other = self.env["product.product"].create({"name": "Unknown OTTO Article", "type": "consu"})
        for line in order.order_line.filtered(lambda line: line.product_id == self.channel._unknown_product()):
            as_connector(line).product_id = other
        self.uninstalled(order)

    def test_r17_a_quotation_that_waits_for_its_address_waits_again(self):
        order = self.import_orders(status="ANNOUNCED")
        self.orphaned(order)
        self.run_flow("orders")
        self.assertEqual((order.state, order.otto_status), ("draft", "announced"))
        self.sandbox.act(order.otto_order_id, "release")
        self.run_flow("orders")
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.partner_shipping_id.street)

    def test_r20_a_quotation_that_waits_for_its_product_waits_again(self):
        product, sku = self.products[0], self.articles[0]["sku"]
        product.write({"default_code": "elsewhere", "barcode": False})
        order = self.import_orders(skus=[sku])
        self.orphaned(order)
        self.run_flow("orders")
        self.assertEqual(order.state, "draft")
        self.assertTrue(order.partner_shipping_id.street)
        product.default_code = sku
        self.open_issues("article").action_retry()
        self.run_flow("orders")
        self.assertEqual((order.state, order.picking_ids.move_ids.product_id), ("sale", product))

    def test_r19_each_of_the_numbers_is_enough(self):
        for field in ("client_order_ref", "name", "origin", "prefix"):
            with self.subTest(field):
                order = self.import_orders()
                number = order.otto_order_number
                before = self.count()
                self.channel.order_prefix = "OTTO-" if field == "prefix" else False
                values = {"client_order_ref": False, "origin": False, "name": f"X{number}X"}
                values[{"prefix": "name"}.get(field, field)] = f"OTTO-{number}" if field == "prefix" else number
                self.uninstalled(order, **values)
                self.run_flow("orders")
                self.assertEqual(self.count(), before)
                self.assertEqual(order.otto_order_number, number)

    def test_r19_an_order_of_another_company_is_another_order(self):
        order = self.import_orders()
        other = self.env["res.company"].create({"name": "Other"})
        partner = self.env["res.partner"].create({"name": "Somebody"})
        number = order.otto_order_number
        self.uninstalled(order, client_order_ref=False, origin=False)
        foreign = self.env["sale.order"].create(
            {"partner_id": partner.id, "company_id": other.id, "client_order_ref": number}
        )
        self.run_flow("orders")
        self.assertFalse(foreign.otto_channel_id)
        self.assertTrue(self.env["sale.order"].search([("otto_order_number", "=", number)]))

    def test_r19_of_two_copies_the_living_one_is_linked(self):
        order = self.import_orders()
        number = order.otto_order_number
        self.uninstalled(order)
        copy = order.copy({"client_order_ref": number})
        copy._action_cancel()
        self.run_flow("orders")
        self.assertTrue(order.otto_channel_id)
        self.assertFalse(copy.otto_channel_id)

    def test_r19_the_channel_after_an_archived_one_takes_its_orders_over(self):
        orders = self.import_orders(2)
        before = self.count()
        self.channel.active = False
        second = self.make_channel("Second", client_id="sandbox-client", client_secret="sandbox-secret", login="oauth2")
        self.run_flow("orders", second)
        self.assertEqual(self.count(), before)
        self.assertEqual(orders.otto_channel_id, second)
        self.assertEqual(orders.otto_position_ids.channel_id, second)

    def test_r19_two_channels_with_one_account_that_nobody_could_see_import_each_order_once(self):
        orders = self.import_orders(2)
        before = self.count()
        second = self.make_channel("Second")
        sync = self.run_flow("orders", second)
        self.assertFalse(sync.last_error)
        self.assertEqual(self.count(), before)
        self.assertEqual(orders.otto_channel_id, self.channel)
        issues = self.open_issues("order")
        self.assertEqual(issues.channel_id, second)
        self.assertIn("OTTO Market", issues[0].name)
        self.assertFalse(self.env["otto.unimported.item"].search([("channel_id", "=", second.id)]))
