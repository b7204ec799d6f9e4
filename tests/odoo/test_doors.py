"""Doors: every public method of both add-ons checks access first, every model with a company has its rule."""

import inspect

from odoo import api
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from tests.harness import OttoCase

ADDONS = ("odoo.addons.delivery_dhl_de.", "odoo.addons.otto_market_connector.")
# Odoo calls these with records, which nobody can hand over from outside; each checks its carrier's access first.
# What overrides the ORM is guarded by the ORM itself.
ORM = {
    "activity_schedule",
    "copy",
    "copy_data",
    "create",
    "default_get",
    "export_data",
    "fields_get",
    "message_post",
    "message_post_with_source",
    "name_search",
    "read",
    "search",
    "unlink",
    "web_read",
    "write",
}
# Methods that let somebody in today who should be kept out: to be mended, and taken out of this list. An entry that is
# mended already fails the test as well.
KNOWN_OPEN = set()
# Models with a company that need no rule of their own.
NO_RULE = {
    "res.config.settings": "A wizard of system administrators.",
}


def public_methods(env):
    """Yield (model name, method name) of what both add-ons define and everybody can call."""
    for name in sorted(env.registry):
        model = env.registry[name]
        if model._abstract:
            continue
        found = {
            method
            for part in model.__mro__
            if part.__module__.startswith(ADDONS)
            for method, value in vars(part).items()
            if inspect.isfunction(value) and not method.startswith("_") and not getattr(value, "_api_private", False)
        }
        yield from ((name, method) for method in sorted(found - ORM))


class TestDoors(OttoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere", "country_id": cls.env.ref("base.de").id})
        cls.portal = new_test_user(cls.env, "door-portal", "base.group_portal")
        cls.stranger = new_test_user(
            cls.env,
            "door-stranger",
            "stock.group_stock_manager,sales_team.group_sale_manager,account.group_account_manager",
            company_id=cls.elsewhere.id,
            company_ids=[(6, 0, cls.elsewhere.ids)],
        )

    def setUp(self):
        super().setUp()
        # What is here belongs to the first company: of carriers and products without one, everybody may know.
        self.carrier.company_id = self.company
        self.products.company_id = self.company
        self.opened = []
        self.shipped = self.import_orders()
        self.validate(self.shipped)
        self.order = self.import_orders()
        # Done, as the test's own transaction is all there is.
        run = {"user_id": self.env.uid, "company_id": self.company.id, "state": "done"}
        line = {"picking_id": self.shipped.picking_ids.id, "state": "done"}
        self.env["dhl.label.run"].create({**run, "line_ids": [(0, 0, line)]})
        self.env["otto.issue"].create(
            {
                "channel_id": self.channel.id,
                "kind": "stock",
                "external_id": "door",
                "name": "A failure",
                "res_model": "sale.order",
                "res_id": self.order.id,
            }
        )
        self.sandbox.act(self.shipped.otto_order_id, "send")
        self.sandbox.advance(5)
        self.run_flow("receipts")
        self.channel._prepare_statement()
        columns = {"column_date": "Datum", "column_type": "Typ", "column_amount": "Betrag"}
        self.env["otto.statement.mapping"].create({"name": "Statement", "channel_id": self.channel.id, **columns})
        self.env["otto.commission"].create({"channel_id": self.channel.id, "percent": 10})
        self.env["otto.return"].create(
            {
                "channel_id": self.channel.id,
                "origin": "office",
                "line_ids": [(0, 0, {"piece_id": self.shipped.otto_position_ids[:1].id})],
            }
        )
        self.env["dhl.return.receiver"].create(
            {"carrier_id": self.carrier.id, "country_id": self.env.ref("base.de").id, "receiver_id": "deu"}
        )

        self._let_come_back()

    def _let_come_back(self):
        """Make a place for returns and a partial refund of what comes back."""
        piece = self.shipped.otto_position_ids[:1]
        self.came_back = piece.return_line_ids
        self.env["otto.price.reduction"].create({"piece_id": piece.id, "amount": 1})
        place = {"name": "Door", "usage": "inventory", "company_id": self.company.id}
        self.env["otto.return.location"].create(
            {
                "channel_id": self.channel.id,
                "condition": "E",
                "kind": "scrap",
                "location_id": self.env["stock.location"].create(place).id,
            }
        )

    def some(self, model):
        """Return a record of the first company, of a model; none where there is none."""
        ours = {
            "sale.order": self.order,
            "stock.picking": self.shipped.picking_ids,
            "delivery.carrier": self.carrier,
            "otto.channel": self.channel,
            "product.product": self.products[:1],
            "otto.issue": self.env["otto.issue"].search([("external_id", "=", "door")]),
            "product.template": self.products[:1].product_tmpl_id,
            "otto.return": self.came_back.return_id,
            "otto.return.line": self.came_back,
        }
        records = ours.get(model, self.env[model])
        if not records and not self.env[model]._transient:
            records = self.env[model].search([], limit=1)
            if self.env[model]._original_module in ("delivery_dhl_de", "otto_market_connector"):
                self.assertTrue(records, f"The test makes no {model} to knock at")
        return records

    def knock(self, user, model, method):
        """Call a method over RPC as a user; return what came of it: a refusal's class, or what was let out."""
        function = getattr(self.registry[model], method)
        needed = [
            parameter
            for parameter in list(inspect.signature(function).parameters.values())[1:]
            if parameter.default is parameter.empty
            and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
        arguments = [1] * len(needed)
        if not getattr(function, "_api_model", False):
            arguments.insert(0, self.some(model).ids[:1])
        requests = len(self.sandbox.requests()) + len(self.sandbox.requests(dhl=True))
        env = api.Environment(self.env.cr, user.id, {})
        outcome = None
        try:
            with self.env.cr.savepoint():
                outcome = call_kw(env[model], method, arguments, {})
                env.flush_all()
        except AccessError:
            outcome = AccessError
        except (AttributeError, TypeError, ValueError):
            # A hook that takes records, or a wizard that nobody has opened: nothing was done and nothing said.
            outcome = None
        except Exception as error:  # noqa: BLE001
            outcome = f"{type(error).__name__}: {error}"
        self.env.invalidate_all()
        after = len(self.sandbox.requests()) + len(self.sandbox.requests(dhl=True))
        return outcome if after == requests else "asked OTTO or DHL"

    def check(self, user):
        """Knock at every door; what is open must be known, what is known must be open."""
        wrong = set()
        for model, method in public_methods(self.env):
            outcome = self.knock(user, model, method)
            if outcome is AccessError or outcome is None or outcome is False or outcome == []:
                continue
            wrong.add((model, method, str(outcome)))
        unknown = {entry for entry in wrong if entry[:2] not in KNOWN_OPEN}
        self.assertFalse(unknown)
        self.opened.append({entry[:2] for entry in wrong})

    def test_every_public_method_keeps_out_the_portal_and_other_companies(self):
        for user in (self.portal, self.stranger):
            with self.subTest(user=user.login):
                self.check(user)
        self.assertEqual(set().union(*self.opened), KNOWN_OPEN)

    def test_every_model_with_a_company_has_its_rule(self):
        for name in sorted(self.env.registry):
            model = self.env[name]
            ours = type(model)._original_module in ("delivery_dhl_de", "otto_market_connector")
            if not ours or model._abstract or model._transient or name in NO_RULE:
                continue
            if "company_id" in model._fields or {"carrier_id", "channel_id", "run_id"} & set(model._fields):
                rules = self.env["ir.rule"].search([("model_id.model", "=", name), ("groups", "=", False)])
                self.assertIn("compan", " ".join(rules.mapped("domain_force")), name)

    def test_receivers_of_returns_are_kept_apart_by_company(self):
        receiver = self.carrier.dhl_de_receiver_ids
        seen = receiver.with_user(self.stranger)
        self.assertFalse(seen.search([("id", "=", receiver.id)]))
        for act in (lambda: seen.read(["receiver_id"]), lambda: seen.write({"receiver_id": "x"}), seen.unlink):
            with self.assertRaises(AccessError):
                act()
        self.carrier.company_id = False
        self.assertTrue(seen.search([("id", "=", receiver.id)]))
