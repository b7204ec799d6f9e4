"""The carrier's settings: checks, test of the connection, secrets, companies, copies of the database."""

from pathlib import Path

from odoo.exceptions import AccessError, ValidationError

from tests.odoo.dhl_case import LOGIN, DhlCase, make_carrier, make_customer, make_delivery, make_goods

ADDON = Path(__file__).resolve().parents[2] / "delivery_dhl_de"
SECRETS = ["dhl_de_user", "dhl_de_password", "dhl_de_api_key", "dhl_de_api_secret"]


class TestDhlSettings(DhlCase):
    def test_billing_numbers_must_have_dhls_form_and_the_products_procedure(self):
        for values, expected in (
            ({"dhl_de_billing_number": "3333333333"}, "14 characters"),
            ({"dhl_de_billing_number": "33333333330 102"}, "14 characters"),
            ({"dhl_de_billing_number": "33333333336201"}, "not for DHL Paket.*must be 01"),
            ({"dhl_de_return_billing_number": "33333333330102"}, "not for DHL Retoure.*must be 07"),
            ({"dhl_de_product": "V62KP"}, "not for DHL Kleinpaket.*must be 62"),
        ):
            with self.assertRaises(ValidationError) as caught:
                self.carrier.write(values)
            self.assertRegex(str(caught.exception), expected)
        self.carrier.dhl_de_billing_number = "333333333301aa"

    def test_the_own_address_must_be_one(self):
        for address in ("localhost:8072", "http://", "http://user@host/", "ftp://host"):
            with self.assertRaises(ValidationError, msg=address):
                self.carrier.dhl_de_api_url = address

    def test_in_production_the_own_address_is_not_asked(self):
        self.assertEqual(self.carrier._dhl_de_root(), self.sandbox.dhl_url)
        self.carrier.prod_environment = True
        self.assertEqual(self.carrier._dhl_de_root(), "https://api-eu.dhl.com")
        self.carrier.write({"prod_environment": False, "dhl_de_api_url": False})
        self.assertEqual(self.carrier._dhl_de_root(), "https://api-sandbox.dhl.com")

    def test_test_connection_says_that_all_is_well_and_books_nothing(self):
        for way in ("basic", "oauth"):
            self.carrier.dhl_de_auth = way
            shown = self.carrier.action_dhl_de_test_connection()["params"]
            self.assertEqual(shown["type"], "success")
            self.assertIn("accepts the login and the billing numbers", shown["message"])
        self.assertFalse(self.at_dhl())

    def test_test_connection_says_what_is_wrong(self):
        for values, expected in (
            ({"dhl_de_password": "wrong"}, "does not accept the login"),
            ({"dhl_de_user": False}, "DHL User"),
            ({"dhl_de_billing_number": "33333333330199"}, "billing number is not valid"),
            ({"dhl_de_return_billing_number": "33333333330799"}, "service entered is unknown"),
            ({"dhl_de_api_url": "http://127.0.0.1:9"}, "cannot be reached"),
        ):
            carrier = make_carrier(self.env, **values)
            shown = carrier.action_dhl_de_test_connection()["params"]
            self.assertEqual(shown["type"], "danger", values)
            self.assertIn(expected, shown["message"])

    def test_entering_a_number_for_returns_switches_return_labels_on(self):
        carrier = self.env["delivery.carrier"].new({"delivery_type": "dhl_de", "dhl_de_return_billing_number": "x"})
        carrier._onchange_dhl_de_return_billing_number()
        self.assertTrue(carrier.return_label_on_delivery)

    def test_what_came_along_when_the_login_was_copied_is_taken_off(self):
        self.carrier.write({"dhl_de_api_key": " sandbox\u200b-key\n", "dhl_de_user": "\ufeffsandbox-user "})
        self.assertEqual((self.carrier.dhl_de_api_key, self.carrier.dhl_de_user), ("sandbox-key", "sandbox-user"))
        carrier = make_carrier(self.env, dhl_de_password="sandbox-password\t")
        self.assertEqual(carrier.dhl_de_password, "sandbox-password")

    def test_a_login_that_cannot_be_sent_is_refused_in_words(self):
        self.carrier.dhl_de_api_key = "sandbox–key"
        text = self.refusal(self.delivery())
        self.assertRegex(text, "DHL \\(test environment\\) does not accept the login.*characters that cannot be sent")
        self.assertFalse(self.bookings(self.env["stock.picking"]).filtered(lambda b: b.state == "possibly"))

    def test_removing_the_addon_leaves_prices_as_they_are(self):
        self.carrier.write({"fixed_price": 4.9})
        self.carrier._fields["delivery_type"].ondelete["dhl_de"](self.carrier)
        self.assertEqual((self.carrier.delivery_type, self.carrier.product_id.list_price), ("fixed", 4.9))

    def test_a_copy_carries_no_login(self):
        copy = self.carrier.copy()
        self.assertFalse(any(copy[name] for name in [*SECRETS, "dhl_de_api_url"]))

    def test_neutralize_leaves_no_login_and_no_scheduled_action(self):
        cron = self.env.ref("delivery_dhl_de.ir_cron_sweep_bookings")
        self.carrier.prod_environment = True
        former = make_carrier(self.env)
        former.delivery_type = "fixed"
        self.assertTrue(cron.active)
        self.env.flush_all()
        self.env.cr.execute((ADDON / "data" / "neutralize.sql").read_text())
        self.env.invalidate_all()
        for carrier in self.carrier | former:
            self.assertFalse([name for name in [*SECRETS, "dhl_de_api_url"] if carrier[name]])
        self.assertFalse(self.carrier.prod_environment)
        self.assertFalse(cron.active)


class TestDhlSecrets(DhlCase):
    def user(self, *groups):
        """Return a new user with groups besides the internal user's."""
        return self.env["res.users"].create(
            {
                "name": "Clerk",
                "login": f"clerk-{len(groups)}",
                "group_ids": [(4, self.env.ref(group).id) for group in ("base.group_user", *groups)],
            }
        )

    def test_only_administrators_can_read_the_login(self):
        for groups in (("stock.group_stock_user",), ("stock.group_stock_manager", "sales_team.group_sale_manager")):
            carrier = self.carrier.with_user(self.user(*groups))
            for name in [*SECRETS, "dhl_de_api_url"]:
                with self.assertRaises(AccessError):
                    carrier.read([name])
                with self.assertRaises(AccessError):
                    carrier.search([(name, "=like", "s%")])
            self.assertTrue(carrier.name)
        administrator = self.carrier.with_user(self.env.ref("base.user_admin"))
        self.assertEqual(administrator.dhl_de_password, LOGIN["dhl_de_password"])

    def test_a_stock_user_ships_without_reading_the_login(self):
        picking = self.delivery()
        picking.with_user(self.user("stock.group_stock_user", "sales_team.group_sale_salesman")).button_validate()
        self.assertTrue(picking.carrier_tracking_ref)
        self.assertEqual(self.bookings(picking).user_id.name, "Clerk")

    def test_secrets_cannot_be_exported(self):
        for name in SECRETS:
            self.assertFalse(self.env["delivery.carrier"]._fields[name].exportable, name)

    def test_the_log_holds_the_exchange_but_no_secret_and_no_document(self):
        self.carrier.write({"debug_logging": True, "dhl_de_auth": "oauth"})
        picking = self.shipped()
        # The tests' cursors share one transaction, where the log's own commit stays visible.
        self.env.cr.execute("SELECT message FROM ir_logging WHERE name = 'delivery.carrier'")
        text = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn(picking.carrier_tracking_ref, text)
        self.assertIn("POST /orders", text)
        for secret in ("sandbox-secret", "sandbox-password", "sandbox-key", "Bearer", "JVBERi"):
            self.assertNotIn(secret, text)


class TestDhlCompanies(DhlCase):
    def test_two_companies_ship_with_their_own_carrier_and_address(self):
        other = self.env["res.company"].create(
            {
                "name": "Zweite GmbH",
                "country_id": self.env.ref("base.de").id,
                "currency_id": self.env.company.currency_id.id,
            }
        )
        other.partner_id.write({"street": "Seestraße 7", "zip": "13353", "city": "Berlin"})
        self.env.user.company_ids |= other
        env = self.env(context={"allowed_company_ids": [other.id]})
        carrier = make_carrier(env, company_id=other.id, dhl_de_billing_number="33333333330101")
        picking = make_delivery(env, carrier, make_customer(env), make_goods(env))
        self.validate(picking)
        self.assertEqual(self.sent()["billingNumber"], "33333333330101")
        self.assertEqual(self.sent()["shipper"]["name1"], "Zweite GmbH")
        booking = self.bookings(picking)
        self.assertEqual(booking.company_id, other)
        clerk = self.env["res.users"].create(
            {
                "name": "Clerk of the first",
                "login": "clerk-of-the-first",
                "group_ids": [(4, self.env.ref("stock.group_stock_manager").id)],
            }
        )
        own = self.bookings(self.shipped())
        seen = self.env["dhl.booking"].with_user(clerk).search([])
        self.assertIn(own, seen)
        self.assertNotIn(booking, seen)
