"""What the tests of the returns desk share: orders that were sent, returns that were announced, people who receive."""

from odoo.tests import Form, new_test_user

from tests.harness import OttoCase


class ReturnsDeskCase(OttoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.channel.warehouse_id
        cls.stock = cls.warehouse.lot_stock_id
        places = cls.env["stock.location"]
        outside = {"location_id": places.create({"name": "Returns", "usage": "view"}).id, "company_id": cls.company.id}
        cls.quarantine = places.create({**outside, "name": "Quarantine", "usage": "internal"})
        cls.scrap = places.create({**outside, "name": "Returns Scrap", "usage": "inventory"})
        cls.channel.return_location_ids = [
            (0, 0, {"condition": "C", "kind": "quarantine", "location_id": cls.quarantine.id}),
            (0, 0, {"condition": "D", "kind": "scrap", "location_id": cls.scrap.id}),
        ]
        cls.worker = new_test_user(cls.env, "returns-worker", "stock.group_stock_user")

    def sent_order(self, **options):
        """Return an order that was shipped, and OTTO knows it."""
        order = self.import_orders(**{"pieces": 1, "fees": [], "discount": False, **options})
        self.validate(order)
        self.run_flow("fulfilment")
        self.run_flow("orders")
        self.assertEqual(order.otto_report_state, "sent")
        return order

    def items(self, *orders):
        """Return OTTO's ids of the pieces of orders."""
        return [piece.position_id for order in orders for piece in order.otto_position_ids]

    def announce(self, *orders, items=None, **wishes):
        """Let the customer announce pieces, read it, and return the return."""
        items = items or self.items(*orders)
        self.sandbox.announce_return(items, **wishes)
        self.assertFalse(self.run_flow("returns").last_error)
        return self.returns_of(*orders)

    def returns_of(self, *orders):
        """Return the returns of orders."""
        return (
            self.env["otto.return"]
            .search([])
            .filtered(lambda one: one.line_ids.order_id & self.env["sale.order"].union(*orders))
        )

    def ask(self, pickings, user=None):
        """Press *Validate* and return the wizard that asks."""
        action = pickings.with_user(user or self.worker).button_validate()
        self.assertEqual(action["res_model"], "otto.return.receive")
        return self.env[action["res_model"]].with_user(user or self.worker).browse(action["res_id"])

    def say(self, wizard, *rows, **all_rows):
        """Fill in the wizard's rows as a person does in the form; values of all rows, or of each.

        :param rows: for each row a dict, in its order
        """
        said = [{**all_rows, **(rows[index] if index < len(rows) else {})} for index in range(len(wizard.line_ids))]
        with Form(wizard) as form:
            for index, values in enumerate(said):
                if values:
                    with form.line_ids.edit(index) as row:
                        for name, value in values.items():
                            setattr(row, name, value)
        return wizard

    def receive(self, pickings, *rows, **all_rows):
        """Receive transfers as the warehouse does."""
        wizard = self.say(self.ask(pickings), *rows, **all_rows)
        wizard.action_confirm()
        self.env.flush_all()
        return wizard

    def on_hand(self, product, location):
        """Return how much of a product lies in a location."""
        return product.with_context(location=location.id).qty_available

    def open_transfers(self, otto_return):
        """Return the transfers by which goods of a return are still expected."""
        return otto_return.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
