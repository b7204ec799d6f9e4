"""What the tests in Odoo share: the running sandbox, a channel and a carrier that talk to it, articles with stock."""

import os
from contextlib import contextmanager

from odoo import api
from odoo.tests import TransactionCase

from sandbox.running import RunningSandbox


def sandbox():
    """Return the sandbox of this test run. `make test` starts it: Odoo's tests end every process of their own."""
    return RunningSandbox(os.environ["SANDBOX_OTTO_URL"], os.environ["SANDBOX_DHL_URL"], 0)


class OttoCase(TransactionCase):
    """A channel connected to a fresh sandbox; nothing is mocked."""

    # Odoo sets these only on tests inside of an add-on. Without "standard" it does not come between us and HTTP.
    test_tags = frozenset({"post_install"})
    test_module = "otto_market_connector"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = sandbox()
        cls.reset_sandbox()
        cls.articles = cls.sandbox.state()["articles"]
        cls.company = cls.env.company
        fee = cls.env["product.product"].create({"name": "DHL", "type": "service", "list_price": 0})
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "DHL Geschäftskundenversand",
                "delivery_type": "dhl_de",
                "product_id": fee.id,
                "return_label_on_delivery": True,
                "dhl_de_auth": "basic",
                "dhl_de_api_key": "sandbox-key",
                "dhl_de_user": "sandbox-user",
                "dhl_de_password": "sandbox-password",
                "dhl_de_billing_number": "33333333330102",
                "dhl_de_return_billing_number": "33333333330701",
                "dhl_de_default_weight": 1.0,
                "dhl_de_api_url": cls.sandbox.dhl_url,
            }
        )
        cls.channel = cls.make_channel("OTTO Market")
        cls.products = cls.env["product.product"].create(
            [
                {
                    "name": article["title"],
                    "default_code": article["sku"],
                    "barcode": article["ean"],
                    "is_storable": True,
                    "list_price": 1.0,
                    "weight": 0.5,
                }
                for article in cls.articles
            ]
        )
        cls.set_stock(cls.products, 100)

    @classmethod
    def reset_sandbox(cls):
        """Take back what earlier tests did at OTTO and DHL; the articles stay the same."""
        cls.sandbox.clear_faults()
        cls.sandbox.reset(seed=7, orders=0, articles=20)

    def setUp(self):
        super().setUp()
        self.reset_sandbox()

    @classmethod
    def make_channel(cls, name, **values):
        """Return a new channel that talks to the sandbox: the first one as an app, the second one as an API user.

        Two channels at work never have the same account; the sandbox knows two, which share its orders and articles.
        """
        first = not cls.env["otto.channel"].search_count([("client_id", "=", "sandbox-client")])
        login = (
            {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
            if first
            else {"login": "api_user", "username": "sandbox-user", "password": "sandbox-password"}
        )
        return cls.env["otto.channel"].create(
            {
                "name": name,
                "environment": "own",
                "base_url": cls.sandbox.otto_url,
                "carrier_id": cls.carrier.id,
                "import_from": "2020-01-01 00:00:00",
                **login,
                "stock_live": True,
                **values,
            }
        )

    def other_company(self, country="base.de", chart="de_skr03", name="Other"):
        """Return a company with what a channel needs, or without its country or chart of accounts."""
        country_id = self.env.ref(country).id if country else False
        currency = self.env.ref("base.EUR").id
        company = self.env["res.company"].create({"name": name, "country_id": country_id, "currency_id": currency})
        if chart:
            self.env["account.chart.template"].try_loading(chart, company, install_demo=False)
            company.currency_id = currency
        return company

    @classmethod
    def set_stock(cls, products, quantity):
        """Set the quantity on hand of each of these products in the channel's warehouse."""
        location = cls.channel.warehouse_id.lot_stock_id
        quants = products.env["stock.quant"].with_context(inventory_mode=True)
        values = {"location_id": location.id, "inventory_quantity": quantity}
        quants.create([{**values, "product_id": product.id} for product in products]).action_apply_inventory()

    def tearDown(self):
        self.sandbox.clear_faults()
        super().tearDown()

    @contextmanager
    def own_cursor(self):
        """Give an environment on a cursor that may commit and roll back, as a scheduled action's."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield api.Environment(cr, self.env.ref("base.user_root").id, {})
        self.env.invalidate_all()

    def run_flow(self, flow, channel=None):
        """Run a flow as its scheduled action does; return its `otto.sync` row."""
        sync = (channel or self.channel)._sync(flow)
        with self.own_cursor() as env:
            sync.with_env(env)._run()
        return sync

    def follow_up(self):
        """Run the flow of the fulfilment as an hour later: what was told is looked after once an hour."""
        self.channel._sync("fulfilment").followed_up_on = False
        return self.run_flow("fulfilment")

    def import_orders(self, count=1, **options):
        """Have the sandbox make orders, import them, return them."""
        ids = self.sandbox.make_orders(count=count, **options)
        sync = self.run_flow("orders")
        self.assertFalse(sync.last_error)
        return self.order(ids)

    def order(self, otto_ids):
        """Return the orders with these OTTO ids."""
        return self.env["sale.order"].search([("otto_order_id", "in", list(otto_ids))])

    def at_otto(self, order):
        """Return what the sandbox holds of an order."""
        orders = {row["salesOrderId"]: row for row in self.sandbox.state()["orders"]}
        return orders[order.otto_order_id]

    def validate(self, order):
        """Validate the order's delivery as the warehouse does."""
        with self.own_cursor() as env:
            env = env(user=self.env.uid)
            result = order.picking_ids.with_env(env).button_validate()
            env.cr.commit()
        return result

    def open_issues(self, kind):
        """Return the channel's open issues of a kind."""
        return self.env["otto.issue"].search([("kind", "=", kind), ("state", "=", "open")])
