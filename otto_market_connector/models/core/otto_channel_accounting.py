import itertools

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

# The most characters that Odoo lets the code of a journal have.
JOURNAL_CODE_LENGTH = 5


TEAM = "OTTO"


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    @api.model
    def _otto_check_companies(self, companies):
        """Check that companies have what a channel and its orders need.

        :raises UserError: names the company, what is missing and where it is entered
        """
        for company in companies.sudo():
            missing = self._otto_missing_in(company)
            if missing:
                raise UserError(
                    self.env._(
                        "The company %(company)s cannot have orders from OTTO yet. It needs: %(missing)s.",
                        company=company.name,
                        missing=", ".join(missing),
                    )
                )

    def _otto_missing_in(self, company):
        missing = []
        if not company.account_fiscal_country_id:
            missing.append(self.env._("a country (Settings, Companies)"))
        accounts = self.env["account.account"].sudo().with_company(company)
        if not accounts.search_count([("company_ids", "parent_of", company.id)], limit=1):
            missing.append(self.env._("a chart of accounts (Settings, Invoicing, Fiscal Localization)"))
        warehouses = self.env["stock.warehouse"].sudo()
        if not warehouses.search_count([("company_id", "=", company.id)], limit=1):
            missing.append(self.env._("a warehouse (Inventory, Configuration, Warehouses)"))
        return missing

    def _otto_payments_journal(self):
        """Return the company's journal *OTTO Payments* (R12); make it when there is none."""
        self.ensure_one()
        journals = self.env["account.journal"].sudo().with_company(self.company_id)
        domain = [("company_id", "=", self.company_id.id), ("type", "=", "bank"), ("name", "=", "OTTO Payments")]
        journal = journals.search(domain, limit=1)
        if not journal:
            journal = journals.create(
                {
                    "name": "OTTO Payments",
                    "type": "bank",
                    "code": self._free_journal_code(),
                    "company_id": self.company_id.id,
                }
            )
            journal.inbound_payment_method_line_ids[:1].name = "OTTO Payments"
        return journal

    def _free_journal_code(self):
        """Return OTTO, or when a journal of the company has that code, the first free one of OTTO1 to OTTO9, OT10 …"""
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        taken = set(journals.search([("company_id", "=", self.company_id.id)]).mapped("code"))
        numbered = (f"OTTO{number}" for number in itertools.count(1))
        shortened = (code if len(code) <= JOURNAL_CODE_LENGTH else f"OT{code[4:]}" for code in numbered)
        return next(code for code in itertools.chain(["OTTO"], shortened) if code not in taken)

    def _taxes_by_rate(self, rates):
        """Return the price-included sales tax of each VAT rate (R18), chosen or made once for the company.

        :param rates: iterable of VAT rates in percent (Decimal or float)
        :return: dict of rate (float) to `account.tax`; an empty record for the rate 0
        :raises UserError: the company has no German tax of that rate; says what to set up
        """
        self.ensure_one()
        return {rate: self._tax_of_rate(rate) for rate in {float(rate) for rate in rates}}

    def _tax_of_rate(self, rate):
        if not rate:
            return self.env["account.tax"].sudo()
        candidates = self._german_taxes().filtered(lambda tax: not float_compare(tax.amount, rate, precision_digits=4))
        if not candidates:
            self._refuse_rate(rate)
        included = candidates.filtered("price_include")
        default = candidates & self.company_id.sudo().account_sale_tax_id
        return included[:1] or self._make_included_tax(default or candidates[:1], rate)

    def _german_taxes(self):
        """Return the company's sales taxes for goods that go to Germany, the best first: OTTO sells nowhere else.

        A company elsewhere has German taxes where it is registered for VAT in Germany, or those of the one-stop shop,
        which belong to its fiscal position for Germany (`l10n_eu_oss`). A tax of its own country may have the same rate
        and stands in other boxes of the tax report.
        """
        company = self.company_id.sudo()
        germany = self.env.ref("base.de")
        taxes = self.env["account.tax"].sudo().with_company(company)
        domain = [
            ("company_id", "parent_of", company.id),
            ("type_tax_use", "=", "sale"),
            ("amount_type", "=", "percent"),
        ]
        found = taxes.search([*domain, ("country_id", "=", germany.id)], order="sequence, id")
        if company.account_fiscal_country_id != germany:
            positions = (
                self.env["account.fiscal.position"]
                .sudo()
                .search([("company_id", "parent_of", company.id), ("country_id", "=", germany.id)])
            )
            found |= taxes.search([*domain, ("fiscal_position_ids", "in", positions.ids)], order="sequence, id")
        return found

    def _refuse_rate(self, rate):
        company = self.company_id.sudo()
        if company.account_fiscal_country_id == self.env.ref("base.de"):
            remedy = self.env._("Please make a sales tax of this rate (Invoicing, Configuration, Taxes).")
        else:
            remedy = self.env._(
                "Please switch on EU Intra-community Distance Selling (Settings, Invoicing, Taxes), or enter the "
                "company's German VAT number as a fiscal position with Foreign Tax ID and have its taxes made."
            )
        raise UserError(
            self.env._(
                "the company %(company)s has no German sales tax of %(rate)s %%. %(remedy)s",
                company=company.name,
                rate=f"{rate:g}",
                remedy=remedy,
            )
        )

    def _otto_team(self):
        """Return the company's sales team *OTTO*, made once: its orders are told apart everywhere in sales."""
        teams = self.env["crm.team"].sudo()
        team = teams.search([("name", "=", TEAM), ("company_id", "in", (False, self.company_id.id))], limit=1)
        return team or teams.create({"name": TEAM, "company_id": self.company_id.id, "user_id": False})

    def _make_included_tax(self, pattern, rate):
        """Copy the company's own tax of that rate, with its tags and accounts, as one that prices include."""
        name = self.env._("%(rate)s%% incl. (OTTO)", rate=f"{rate:g}")
        return pattern.copy({"name": name, "price_include_override": "tax_included", "sequence": pattern.sequence + 1})

    def _fee_product(self):
        """Return the product of OTTO's delivery fees (R10)."""
        return self.env["product.product"]._otto_standard_product("product_delivery_fee")

    def _unknown_product(self):
        """Return the product that stands for an article which Odoo does not know (R20)."""
        return self.env["product.product"]._otto_standard_product("product_unknown")

    def _currency_named(self, name):
        """Return a currency by its ISO code, active or not; the company's own costs no query."""
        if name == self.currency_id.name:
            return self.currency_id
        return self.env["res.currency"].with_context(active_test=False).search([("name", "=", name)], limit=1)

    def _product_company_domain(self):
        return [("company_id", "in", (False, self.company_id.id))]
