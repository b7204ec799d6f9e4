"""Who may see and do what: every cell of the tables in docs/access.md, over RPC's own way in and in the views (R1)."""

import re
from pathlib import Path

from lxml import etree

from odoo.addons.otto_market_connector.models.core.write_guard import as_connector
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from tests.harness import OttoCase

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
# The columns of the page, with the groups of each.
PEOPLE = {
    "portal": "base.group_portal",
    "warehouse": "stock.group_stock_user",
    "sales, own": "sales_team.group_sale_salesman",
    "sales, all": "sales_team.group_sale_salesman_all_leads",
    "accountant": "account.group_account_invoice",
    "OTTO user": "otto_market_connector.group_otto_user",
    "OTTO admin": "otto_market_connector.group_otto_manager",
    "system": "base.group_system,otto_market_connector.group_otto_manager",
    "other company": "sales_team.group_sale_manager,stock.group_stock_manager,otto_market_connector.group_otto_manager",
}
# A harmless value to write.
VALUES = {
    "otto.channel": {"transport_days": 3},
    "otto.listing": {"send_stock": True},
    "otto.parcel": {"tracking_number": "00340434161094000003"},
    "otto.issue": {"name": "x"},
    "otto.sync": {"last_error": "x"},
    "otto.position.item": {"title": "x"},
    "otto.request": {"path": "/"},
    "otto.return": {"carrier": "DHL"},
    "otto.return.line": {"decision": "accept"},
    "otto.price.reduction": {"amount": 1},
    "otto.receipt": {"number": "R-1"},
    "sale.order": {"client_order_ref": "x"},
    "stock.picking": {"note": "x"},
    "dhl.booking": {"error": "x"},
}


def table():
    """Yield (what is done, person, word of the cell) of each cell of the page."""
    people = []
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| what |"):
            people = cells[2:]
        elif line.startswith("|") and people and cells[1].startswith("`"):
            yield from ((cells[1].strip("`"), person, cell) for person, cell in zip(people, cells[2:], strict=True))
        elif not line.startswith("|"):
            people = []


class TestAccess(OttoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.env["res.company"].create({"name": "Other"})
        cls.users = {}
        for number, (person, groups) in enumerate(PEOPLE.items()):
            company = {"company_id": other.id, "company_ids": [(6, 0, other.ids)]} if person == "other company" else {}
            cls.users[person] = new_test_user(cls.env, f"person_{number}", groups, **company)

    def setUp(self):
        super().setUp()
        self.nobodys, self.somebodys = self.import_orders(), self.import_orders()
        self.somebodys.user_id = new_test_user(self.env, "somebody", "sales_team.group_sale_manager")
        self.records = {order: self.records_of(order) for order in (self.nobodys, self.somebodys)}
        self.env.flush_all()

    def records_of(self, order):
        """Return a record of each model, about an order where it belongs to one."""
        env, channel = self.env, self.channel
        issue = env["otto.issue"].sudo()
        number = order.otto_order_number
        article = env["otto.listing"].create({"channel_id": channel.id, "sku": f"article {number}"})
        booking = {
            "carrier_id": self.carrier.id,
            "picking_res_id": order.picking_ids.id,
            "ref_no": number,
            "company_id": order.company_id.id,
            "environment": "http://localhost",
        }
        piece = order.otto_position_ids[:1]
        returned = as_connector(env["otto.return"]).create(
            {"channel_id": channel.id, "origin": "announced", "line_ids": [(0, 0, {"piece_id": piece.id})]}
        )
        return {
            "otto.return": returned,
            "otto.return.line": returned.line_ids,
            "otto.price.reduction": as_connector(env["otto.price.reduction"]).create(
                {"piece_id": piece.id, "amount": 1}
            ),
            "otto.receipt": as_connector(env["otto.receipt"]).create(
                {
                    "channel_id": channel.id,
                    "number": number,
                    "kind": "purchase",
                    "order_id": order.id,
                    "currency_id": order.currency_id.id,
                    "created_on": "2026-05-01",
                }
            ),
            "otto.channel": channel,
            "otto.sync": channel._sync("orders"),
            "otto.listing": article,
            "otto.issue": issue.create(
                {"channel_id": channel.id, "kind": "article", "external_id": number, "name": "It failed."}
            ),
            "otto.request": env["otto.request"].create(
                {"channel_id": channel.id, "moment": "2026-01-01", "method": "GET", "path": "/"}
            ),
            "otto.position.item": order.otto_position_ids[:1],
            "otto.parcel": env["otto.parcel"].create({"order_id": order.id, "tracking_number": self.number(order)}),
            "sale.order": order,
            "stock.picking": order.picking_ids,
            "dhl.booking": env["dhl.booking"].sudo().create(booking),
        }

    def number(self, order):
        return "0034043416109400001" + ("1" if order == self.nobodys else "8")

    def may(self, what, user, order):
        """Tell whether a person may do something to the record about an order."""
        env = self.env(user=user.id, context={"allowed_company_ids": user.company_ids.ids})
        with self.env.cr.savepoint() as savepoint:
            try:
                return self.do(what, env, order)
            except (AccessError, MissingError):
                return False
            except UserError:
                # Refused for what it is, not for who asks.
                return True
            finally:
                self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all()

    def do(self, what, env, order):
        kind, _colon, name = what.partition(": ")
        if kind == "menu":
            return self.env.ref(name).id in env["ir.ui.menu"].load_menus(False)
        if kind == "button":
            model, _space, button = name.partition(" ")
            env[model].check_access("read")
            arch = etree.fromstring(env[model].get_view(view_type="form")["arch"])
            return bool(arch.xpath(f"//button[@name='{button}']"))
        model, _space, operation = what.partition(" ")
        record = self.records[order][model]
        if operation == "create":
            values = {"otto.channel": {"name": "New"}, "otto.listing": {"channel_id": self.channel.id, "sku": "new"}}
            values["otto.parcel"] = {"order_id": order.id, "tracking_number": "00340434161094000003"}
            call_kw(env[model], "create", [values.get(model, {"name": "x"})], {})
        elif operation == "write":
            call_kw(env[model], "write", [record.ids, VALUES[model]], {})
        elif operation.startswith("read "):
            call_kw(env[model], "read", [record.ids, [operation.removeprefix("read ")]], {})
        else:
            call_kw(env[model], operation, [record.ids], {})
        return True

    def word(self, what, person):
        """Return the word that a cell of the page should have."""
        user = self.users[person]
        nobodys, somebodys = (self.may(what, user, order) for order in self.records)
        return {(True, True): "yes", (False, False): "–", (True, False): "own"}[nobodys, somebodys]

    def test_r1_every_cell_of_the_page(self):
        cells = list(table())
        self.assertGreater(len(cells), 300)
        found = [(what, person, word, self.word(what, person)) for what, person, word in cells]
        wrong = [f"{what} / {person}: {page}, is {now}" for what, person, page, now in found if page != now]
        self.assertFalse(wrong, "\n".join(wrong))

    def test_r1_every_model_and_button_of_ours_is_on_the_page(self):
        rows = {what for what, _person, _word in table()}
        models = {row.split(" ")[0] for row in rows if ":" not in row}
        ours = {name for name in self.env.registry if name.startswith("otto.") and not self.env[name]._abstract}
        stored = {name for name in ours if not self.env[name]._transient}
        self.assertEqual(stored - models - set(re.findall(r"`(otto\.[\w.]+)`", PAGE.read_text())), set())
