from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.addons.otto_market_connector.otto_api.parse import order_page

from tests import wire_orders
from tests.harness import OttoCase

SKUS = [f"random-{number}" for number in range(6)]
# Each example is a page of orders through Odoo; together some hundreds.
RANDOM = settings(
    phases=(Phase.generate,),  # an example through Odoo takes seconds: no shrinking
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)


def cents(amount):
    return round(amount * 100)


class TestRandomOrders(OttoCase):
    """R18, R14, R19 with random orders: total and pieces equal, whatever arrives, in any order of arrival."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.product"].create(
            [{"name": sku, "default_code": sku, "is_storable": True, "list_price": 12345.67} for sku in SKUS]
        )

    def read(self, wire):
        """Read JSON as the client does; nothing may be unreadable."""
        page = order_page({"resources": wire})
        self.assertFalse(page.broken)
        return list(page.orders)

    def take(self, wire, size):
        """Import copies in pages, as the flow does."""
        orders = self.read(wire)
        with self.own_cursor() as env:
            channel = self.channel.with_env(env)
            for page in (orders[start : start + size] for start in range(0, len(orders), size)):
                channel._flow("orders")._import_orders(page)
            env.cr.commit()

    def check(self, wire, size):
        """Import, compare, and take everything back."""
        with self.cr.savepoint() as savepoint:
            self.take(wire, size)
            self.assert_right(wire)
            savepoint.rollback()
        self.env.invalidate_all()

    def newest(self, copies):
        """Return the newest copy of each order."""
        newest = {}
        for copy in sorted(copies, key=lambda copy: copy["lastModifiedDate"]):
            newest[copy["salesOrderId"]] = copy
        return list(newest.values())

    def is_cancelled(self, order):
        return all(item["fulfillmentStatus"].startswith("CANCELLED") for item in order["positionItems"])

    def assert_right(self, wire):
        """Compare Odoo with the newest copy of each order."""
        newest = self.newest(wire)
        records = {record.otto_order_id: record for record in self.order(row["salesOrderId"] for row in newest)}
        for order in newest:
            otto_id = order["salesOrderId"]
            live = [i for i in order["positionItems"] if not i["fulfillmentStatus"].startswith("CANCELLED")]
            record = records.get(otto_id)
            if not live:
                self.assertTrue(not record or record.state == "cancel", otto_id)
                continue
            self.assertEqual(cents(record.amount_total), wire_orders.total_cents(order), order)
            self.assertFalse(record.otto_total_differs)
            self.assertEqual(sum(record.order_line.filtered("otto_sku").mapped("product_uom_qty")), len(live))
            announced = any(item["fulfillmentStatus"] == "ANNOUNCED" for item in live)
            self.assertEqual(record.state, "draft" if announced else "sale")

    @RANDOM
    @given(wire=st.lists(wire_orders.orders(SKUS), min_size=15, max_size=25, unique_by=lambda o: o["salesOrderId"]))
    def test_r18_total_equal_to_the_cent(self, wire):
        self.check(wire, 10)

    @RANDOM
    @given(data=st.data())
    def test_r19_any_order_of_arrival(self, data):
        first = data.draw(
            st.lists(
                wire_orders.orders(SKUS, ("PROCESSABLE",)),
                min_size=5,
                max_size=8,
                unique_by=lambda o: o["salesOrderId"],
            )
        )
        copies = []
        for order in first:
            statuses = {}
            copies.append(order)
            for step in range(data.draw(st.integers(0, 2))):
                live = [i["positionItemId"] for i in order["positionItems"] if i["positionItemId"] not in statuses]
                gone = data.draw(st.lists(st.sampled_from(live), unique=True)) if live else []
                if order.get("deliveryAddress") is None:
                    gone = live
                statuses |= dict.fromkeys(gone, "CANCELLED_BY_MARKETPLACE")
                copies.append(wire_orders.later(order, statuses, 2_000_000 + step))
        # An order that was cancelled before Odoo saw it is not kept, so an older copy that comes later brings it in:
        # the next read of the newest copy (cursor's overlap, nightly reconcile) puts that right.
        arriving = data.draw(st.permutations(copies))
        self.check([*arriving, *(copy for copy in self.newest(copies) if self.is_cancelled(copy))], 4)
