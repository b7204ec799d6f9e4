"""Who is no stock user opens transfers as without this add-on: sales, accounting, the customer in the portal."""

import re

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase

from tests.harness import sandbox
from tests.odoo.dhl_case import DhlCase, DhlMixin, make_carrier, make_customer, make_delivery, make_goods

OWN_FIELDS = ["dhl_booking_count", "dhl_possibly_booked", "return_tracking_ref", "carrier_tracking_url"]


class TestDhlRights(DhlCase):
    def clerk(self, *groups):
        """Return a new user who has these groups only."""
        return self.env["res.users"].create(
            {
                "name": "Clerk",
                "login": "-".join(groups),
                "group_ids": [(6, 0, [self.env.ref(group).id for group in ("base.group_user", *groups)])],
            }
        )

    def test_a_salesman_opens_a_transfer(self):
        picking = self.shipped()
        clerk = self.clerk("sales_team.group_sale_salesman_all_leads")
        self.assertFalse(clerk.has_group("stock.group_stock_user"))
        seen = picking.with_user(clerk)
        [values] = seen.read(OWN_FIELDS)
        self.assertEqual((values["dhl_booking_count"], values["dhl_possibly_booked"]), (1, False))
        with Form(seen) as form:
            self.assertEqual(form.carrier_tracking_ref, picking.carrier_tracking_ref)
            self.assertFalse(form._view["fields"].get("dhl_booking_count"))

    def test_r19_who_may_only_read_a_transfer_cancels_and_books_nothing(self):
        picking = self.shipped()
        reader = self.clerk("account.group_account_readonly", "base.group_partner_manager")
        with self.assertRaises(AccessError):
            picking.with_user(reader).cancel_shipment()
        self.assertFalse(self.asked("DELETE"))
        picking.cancel_shipment()
        with self.assertRaises(AccessError):
            picking.with_user(reader).send_to_shipper()
        self.assertEqual(self.asked("POST"), 1)

    def test_an_accountant_reads_what_this_addon_shows(self):
        picking = self.shipped()
        seen = picking.with_user(self.clerk("account.group_account_invoice"))
        self.assertEqual(seen.read(["dhl_booking_count"])[0]["dhl_booking_count"], 1)


class TestDhlPortal(DhlMixin, HttpCase):
    """The customer opens the order in the portal and fetches the return label, over HTTP."""

    def setUp(self):
        super().setUp()
        self.sandbox = sandbox()
        self.sandbox.clear_faults()
        self.sandbox.reset(seed=7, orders=0, articles=20)
        carrier = make_carrier(self.env, get_return_label_from_portal=True)
        customer = make_customer(self.env)
        self.picking = make_delivery(self.env, carrier, customer, make_goods(self.env))
        self.assertIs(self.picking.button_validate(), True)
        self.env["res.users"].create(
            {
                "name": customer.name,
                "login": "dhl-customer",
                "password": "dhl-customer",
                "partner_id": customer.id,
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )
        self.env.flush_all()

    def test_the_customer_sees_the_parcel_and_fetches_the_return_label(self):
        self.authenticate("dhl-customer", "dhl-customer")
        page = self.url_open(f"/my/orders/{self.picking.sale_id.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.picking.carrier_tracking_ref, page.text)
        self.assertIn("https://www.dhl.de/", page.text)
        [link] = set(re.findall(r"/web/content/\d+\?access_token=[\w-]+", page.text))
        self.authenticate(None, None)
        label = self.url_open(link)
        self.assertEqual(label.status_code, 200)
        self.assertTrue(label.content.startswith(b"%PDF"))
        self.assertEqual(self.url_open(link.split("?")[0]).status_code, 404)
