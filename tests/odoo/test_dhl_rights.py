"""Who is no stock user opens transfers as without this add-on: sales, accounting, the customer in the portal."""

from odoo.tests import Form

from tests.odoo.dhl_case import DhlCase

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

    def test_an_accountant_reads_what_this_addon_shows(self):
        picking = self.shipped()
        seen = picking.with_user(self.clerk("account.group_account_invoice"))
        self.assertEqual(seen.read(["dhl_booking_count"])[0]["dhl_booking_count"], 1)
