"""What the tests of the DHL carrier share: settings that the running sandbox accepts, a customer, goods, deliveries.

`DhlCase` rolls everything back, and what the add-on commits on its own with it. Where a test is about exactly that
difference, it needs `DhlCommittedCase`: real transactions, cleaned up afterwards.
"""

from contextlib import contextmanager

from odoo import api
from odoo.exceptions import UserError
from odoo.tests import TransactionCase

from tests.harness import sandbox

CUSTOMER = {
    "name": "Łukasz Größmann",
    "street": "Königstraße 12a",
    "zip": "22179",
    "city": "Hamburg",
    "email": "lukasz@example.com",
    "phone": "+49 40 123456",
}
LOGIN = {
    "dhl_de_auth": "basic",
    "dhl_de_api_key": "sandbox-key",
    "dhl_de_api_secret": "sandbox-secret",
    "dhl_de_user": "sandbox-user",
    "dhl_de_password": "sandbox-password",
}
ORDERS = "/parcel/de/shipping/v2/orders"


def make_carrier(env, **values):
    """Return a carrier with enclosed returns that talks to the sandbox."""
    fee = env["product.product"].create({"name": "DHL", "type": "service", "list_price": 0})
    return env["delivery.carrier"].create(
        {
            "name": "DHL Paket",
            "delivery_type": "dhl_de",
            "product_id": fee.id,
            "return_label_on_delivery": True,
            "dhl_de_billing_number": "33333333330102",
            "dhl_de_return_billing_number": "33333333330701",
            "dhl_de_api_url": sandbox().dhl_url,
            **LOGIN,
            **values,
        }
    )


def make_customer(env, **values):
    """Return a customer in Germany."""
    return env["res.partner"].create({**CUSTOMER, "country_id": env.ref("base.de").id, **values})


def make_goods(env, quantity=100, **values):
    """Return a product of half a kilogram with stock in the company's warehouse."""
    product = env["product.product"].create({"name": "Kettle", "is_storable": True, "weight": 0.5, **values})
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    quants = env["stock.quant"].with_context(inventory_mode=True)
    quants.create(
        {"product_id": product.id, "location_id": warehouse.lot_stock_id.id, "inventory_quantity": quantity}
    ).action_apply_inventory()
    return product


def make_delivery(env, carrier, customer, product, quantity=1):
    """Return the reserved delivery of a confirmed sales order."""
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "carrier_id": carrier.id,
            "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": quantity, "price_unit": 10})],
        }
    )
    order.action_confirm()
    picking = order.picking_ids
    picking.action_assign()
    return picking


class DhlMixin:
    """The sandbox as DHL, and ways to look at both sides."""

    # Odoo sets these only on tests inside of an add-on. Without "standard" it does not come between us and HTTP.
    test_tags = frozenset({"post_install"})
    test_module = "delivery_dhl_de"

    def at_dhl(self, state=None):
        """Return the parcels that DHL has, oldest first; of a state ("booked", "canceled", "manifested") if given."""
        return [row for row in self.sandbox.dhl_state()["shipments"] if state in (None, row["state"])]

    def sent(self):
        """Return the last shipment that DHL was asked to book."""
        return self.at_dhl()[-1]["request"]

    def asked(self, method):
        """Return how often DHL's orders were asked with a method."""
        return sum(r["method"] == method and r["path"] == ORDERS for r in self.sandbox.requests(dhl=True))

    def manifest(self, *numbers):
        """Close parcels at DHL, as it does every evening."""
        body = {"profile": "STANDARD_GRUPPENPROFIL", "shipmentNumbers": list(numbers)}
        session = self.sandbox._session
        answer = session.post(
            self.sandbox.dhl_url + "/parcel/de/shipping/v2/manifests",
            json=body,
            headers={"dhl-api-key": "sandbox-key"},
            auth=("sandbox-user", "sandbox-password"),
            timeout=10,
        )
        answer.raise_for_status()


class DhlCase(DhlMixin, TransactionCase):
    """Everything, the add-on's own transactions included, happens in one transaction that is rolled back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = sandbox()
        cls.carrier = make_carrier(cls.env)
        cls.customer = make_customer(cls.env)
        cls.product = make_goods(cls.env)

    def setUp(self):
        super().setUp()
        self.sandbox.clear_faults()
        self.sandbox.reset(seed=7, orders=0, articles=20)
        manager = self.enter_registry_test_mode()
        manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)

    def delivery(self, quantity=1, **values):
        """Return a reserved delivery; `values` are written on a customer of its own."""
        customer = self.customer.copy({"name": self.customer.name, **values}) if values else self.customer
        return make_delivery(self.env, self.carrier, customer, self.product, quantity)

    def shipped(self, quantity=1, **values):
        """Return a validated delivery."""
        picking = self.delivery(quantity, **values)
        self.validate(picking)
        return picking

    def pack(self, picking, *quantities, **values):
        """Put pieces of a delivery into packages, the last ones stay loose; return the packages."""
        line = picking.move_line_ids
        packages = self.env["stock.package"]
        for quantity in quantities:
            package = self.env["stock.package"].create(values)
            packages |= package
            if line.quantity == quantity:
                line.result_package_id = package
            else:
                line.copy({"quantity": quantity, "result_package_id": package.id, "picked": line.picked})
                line.quantity -= quantity
        return packages

    def validate(self, picking):
        """Validate as the warehouse does, with what Odoo runs after the commit."""
        self.assertIs(picking.button_validate(), True)
        self.env.flush_all()
        self.env.cr.postcommit.run()
        self.env.invalidate_all()

    def refusal(self, picking):
        """Return the text with which validation is refused."""
        with self.assertRaises(UserError) as caught:
            picking.button_validate()
        return str(caught.exception)

    def bookings(self, picking):
        """Return what was asked of DHL for a transfer."""
        self.env.invalidate_all()
        return self.env["dhl.booking"].search([("picking_res_id", "=", picking.id)], order="id")

    def labels(self, picking, kind):
        """Return the transfer's label files of a kind, "Shipping" or "Return"."""
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "stock.picking"),
                ("res_id", "=", picking.id),
                ("name", "=like", f"Label{kind}-dhl_de-%"),
            ]
        )


class DhlCommittedCase(DhlMixin, TransactionCase):
    """Real transactions: what is committed stays, what is rolled back goes. `self.env` is not to be used."""

    # In the order in which foreign keys let rows go.
    TABLES = (
        "dhl_booking",
        "stock_move_line",
        "stock_move",
        "stock_picking",
        "sale_order_line",
        "sale_order",
        "stock_quant",
    )

    def setUp(self):
        super().setUp()
        self.sandbox = sandbox()
        self.sandbox.clear_faults()
        self.sandbox.reset(seed=7, orders=0, articles=20)
        with self.transaction() as env:
            last = {table: self._last_id(env, table) for table in self.TABLES}
            carrier, customer, product = make_carrier(env), make_customer(env), make_goods(env)
            self.addCleanup(self._clean, last, carrier.id, customer.id, [product.id, carrier.product_id.id])
            picking = make_delivery(env, carrier, customer, product, quantity=2)
            self.ids = {"carrier": carrier.id, "customer": customer.id, "picking": picking.id}

    @contextmanager
    def transaction(self):
        """Give an environment whose transaction is committed at the end, or rolled back by an error."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, self.env.ref("base.user_admin").id, {})

    def picking_in(self, env):
        """Return the delivery in an environment."""
        return env["stock.picking"].browse(self.ids["picking"])

    def validate(self):
        """Validate the delivery and commit."""
        with self.transaction() as env:
            self.assertIs(self.picking_in(env).button_validate(), True)

    def refusal(self):
        """Return the text with which validation is refused; everything is rolled back."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.env.ref("base.user_admin").id, {})
            try:
                self.picking_in(env).button_validate()
            except UserError as error:
                cr.rollback()
                return str(error)
        return self.fail("The validation was not refused.")

    def rolled_back(self):
        """Validate, then roll back, as Odoo does when something fails after the label was made."""
        with self.registry.cursor() as cr:
            picking = self.picking_in(api.Environment(cr, self.env.ref("base.user_admin").id, {}))
            self.assertIs(picking.button_validate(), True)
            number = picking.carrier_tracking_ref
            cr.rollback()
        return number

    def read(self, *fields):
        """Return fields of the delivery as committed."""
        with self.transaction() as env:
            return [self.picking_in(env)[field] for field in fields]

    def states(self):
        """Return the states of the delivery's bookings, oldest first."""
        with self.transaction() as env:
            domain = [("picking_res_id", "=", self.ids["picking"])]
            return env["dhl.booking"].search(domain, order="id").mapped("state")

    def last_booking(self, env):
        """Return the delivery's newest booking."""
        return env["dhl.booking"].search([("picking_res_id", "=", self.ids["picking"])], order="id desc", limit=1)

    def sweep(self, *, late=True):
        """Run the scheduled action, as if the time of grace were over."""
        with self.transaction() as env:
            if late:
                env.cr.execute("UPDATE dhl_booking SET write_date = write_date - interval '1 hour'")
        with self.transaction() as env:
            env["dhl.booking"].with_user(self.env.ref("base.user_root"))._cron_sweep()

    @staticmethod
    def _last_id(env, table):
        env.cr.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")  # noqa: S608
        return env.cr.fetchone()[0]

    def _clean(self, last, carrier, customer, products):
        with self.transaction() as env:
            for table in self.TABLES:
                env.cr.execute(f"DELETE FROM {table} WHERE id > %s", [last[table]])  # noqa: S608
            of_picking = [("res_model", "=", "stock.picking"), ("res_id", "=", self.ids["picking"])]
            env["ir.attachment"].sudo().search(of_picking).unlink()
            env["mail.activity"].sudo().search(of_picking).unlink()
            env["delivery.carrier"].browse(carrier).unlink()
            env["product.product"].browse(products).unlink()
            env["res.partner"].browse(customer).unlink()
