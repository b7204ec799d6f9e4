"""Channels that cannot work are refused with a sentence, and what is taken already gets out of the way."""

from odoo.exceptions import UserError, ValidationError

from tests.harness import OttoCase

ACCOUNT = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "login": "oauth2"}


class TestChannelSetup(OttoCase):
    # One account, one channel

    def test_r19_one_account_has_one_channel_however_it_is_written(self):
        url = self.sandbox.otto_url
        for values in (
            {},
            {"client_id": " Sandbox-Client "},
            {"client_id": "sandbox\u200b-client\u00a0"},
            {"base_url": f"{url}/v4"},
            {"base_url": f"{url.upper()}/"},
            {"company_id": self.other_company().id, "carrier_id": False},
        ):
            with self.subTest(values):
                with self.assertRaises(ValidationError) as refusal:
                    self.make_channel("Second", **{**ACCOUNT, **values})
                self.assertIn("OTTO Market", str(refusal.exception))

    def test_r19_a_channel_does_not_become_a_second_one_of_an_account(self):
        second = self.make_channel("Second")
        with self.assertRaises(ValidationError):
            second.write(ACCOUNT)
        second.write({"environment": "production", **ACCOUNT})
        with self.assertRaises(ValidationError):
            second.environment = "own"

    def test_r19_an_archived_channel_is_refused_when_it_is_taken_up_again(self):
        self.channel.active = False
        second = self.make_channel("Second", **ACCOUNT)
        with self.assertRaises(ValidationError):
            self.channel.active = True
        second.active = False
        self.channel.active = True

    def test_r19_a_user_name_is_an_account_too_and_no_credentials_are_none(self):
        self.make_channel("Second")
        with self.assertRaises(ValidationError):
            self.make_channel("Third", login="api_user", username="sandbox-user", password="x")
        for name in ("Empty", "Also empty"):
            self.make_channel(name, client_id=False, login="oauth2")

    # What a company must have

    def test_a_journal_code_that_is_taken_makes_way(self):
        company = self.other_company()
        journals = self.env["account.journal"].with_company(company)
        for number, code in enumerate(("OTTO", "OTTO1")):
            journals.create({"name": f"Kasse {number}", "type": "cash", "code": code, "company_id": company.id})
        journals.search([("code", "=", "OTTO1")]).active = False
        channel = self.make_channel("Second", company_id=company.id, carrier_id=False)
        self.assertEqual(channel.journal_id.code, "OTTO2")
        self.assertEqual(channel.payment_method_line_id.name, "OTTO Payments")

    def test_a_company_that_lacks_something_gets_a_sentence(self):
        bare = self.other_company(chart=None, name="Bare")
        with self.assertRaisesRegex(UserError, "Bare.*chart of accounts"):
            self.make_channel("Second", company_id=bare.id, carrier_id=False)
        nowhere = self.other_company(country=None, chart=None, name="Nowhere")
        with self.assertRaisesRegex(UserError, "Nowhere.*country"):
            self.make_channel("Second", company_id=nowhere.id, carrier_id=False)
        storeless = self.other_company(name="Storeless")
        self.env["stock.warehouse"].search([("company_id", "=", storeless.id)]).active = False
        with self.assertRaisesRegex(UserError, "Storeless.*warehouse"):
            self.make_channel("Second", company_id=storeless.id, carrier_id=False)

    def test_r20_a_company_that_lost_its_country_is_one_issue_for_the_flow(self):
        self.sandbox.make_orders(count=3)
        self.company.account_fiscal_country_id = False
        sync = self.run_flow("orders")
        self.assertIn("country", sync.last_error)
        self.assertFalse(self.open_issues("order"))
        self.assertEqual(len(self.open_issues("connection")), 1)

    # German taxes elsewhere

    def austrian_channel(self):
        company = self.other_company("base.at", "generic_coa", "Wien")
        self.channel.import_orders = False
        return self.make_channel("Second", company_id=company.id, carrier_id=False)

    def test_r18_an_austrian_company_without_german_taxes_gets_a_sentence(self):
        channel = self.austrian_channel()
        ids = self.sandbox.make_orders(count=1, skus=[self.articles[0]["sku"]], fees=[])
        self.assertFalse(self.run_flow("orders", channel).last_error)
        self.assertFalse(self.order(ids))
        self.assertRegex(self.open_issues("order").name, "Wien.*German sales tax.*Distance Selling")

    def test_r18_an_austrian_company_with_german_taxes_uses_them_with_their_tags(self):
        channel = self.austrian_channel()
        company = channel.company_id
        tag = self.env["account.account.tag"].create(
            {"name": "OSS", "applicability": "taxes", "country_id": company.account_fiscal_country_id.id}
        )
        position = self.env["account.fiscal.position"].create(
            {"name": "OSS B2C Germany", "company_id": company.id, "country_id": self.env.ref("base.de").id}
        )
        domestic = self.env["account.tax"].search([("company_id", "=", company.id), ("type_tax_use", "=", "sale")])
        made = {
            rate: domestic[:1].copy(
                {
                    "name": f"{rate}% DE",
                    "amount": rate,
                    "fiscal_position_ids": [(6, 0, position.ids)],
                    "amount_type": "percent",
                }
            )
            for rate in (19.0, 7.0)
        }
        # Austria has 19 % of its own, in two valleys; that is another box of the tax report.
        domestic[:1].copy({"name": "19% AT", "amount": 19.0, "sequence": 0, "price_include_override": "tax_included"})
        for tax in made.values():
            tax.repartition_line_ids.filtered(lambda line: line.repartition_type == "tax").tag_ids = tag
        ids = self.sandbox.make_orders(count=2)
        self.assertFalse(self.run_flow("orders", channel).last_error)
        orders = self.order(ids)
        self.assertEqual(len(orders), 2, self.open_issues("order").mapped("name"))
        self.assertFalse(any(orders.mapped("otto_total_differs")))
        taxes = orders.order_line.tax_ids
        self.assertTrue(all(taxes.mapped("price_include")))
        for tax in taxes:
            self.assertEqual(
                tax.repartition_line_ids.tag_ids, made[tax.amount].repartition_line_ids.tag_ids, "OSS tags are kept"
            )
