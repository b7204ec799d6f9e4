from odoo import models
from odoo.tools import float_compare


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _otto_payments_journal(self):
        """Return the company's journal *OTTO Payments* (R12); make it when there is none."""
        self.ensure_one()
        journals = self.env["account.journal"].sudo().with_company(self.company_id)
        domain = [("company_id", "=", self.company_id.id), ("type", "=", "bank"), ("name", "=", "OTTO Payments")]
        journal = journals.search(domain, limit=1)
        if not journal:
            journal = journals.create(
                {"name": "OTTO Payments", "type": "bank", "code": "OTTO", "company_id": self.company_id.id}
            )
            journal.inbound_payment_method_line_ids[:1].name = "OTTO Payments"
        return journal

    def _taxes_by_rate(self, rates):
        """Return the price-included sales tax of each VAT rate (R18), chosen or made once for the company.

        :param rates: iterable of VAT rates in percent (Decimal or float)
        :return: dict of rate (float) to `account.tax`; an empty record for the rate 0
        """
        self.ensure_one()
        return {rate: self._tax_of_rate(rate) for rate in {float(rate) for rate in rates}}

    def _tax_of_rate(self, rate):
        taxes = self.env["account.tax"].sudo().with_company(self.company_id)
        if not rate:
            return taxes
        candidates = taxes.search(
            [
                ("company_id", "=", self.company_id.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("country_id", "=", self.company_id.account_fiscal_country_id.id),
            ],
            order="sequence, id",
        ).filtered(lambda tax: not float_compare(tax.amount, rate, precision_digits=4))
        included = candidates.filtered("price_include")
        default = candidates & self.company_id.sudo().account_sale_tax_id
        return included[:1] or self._make_included_tax(default or candidates[:1], rate)

    def _make_included_tax(self, pattern, rate):
        """Copy the company's own tax of that rate, with its tags and accounts, as one that prices include."""
        name = self.env._("%(rate)s%% incl. (OTTO)", rate=f"{rate:g}")
        if pattern:
            return pattern.copy(
                {"name": name, "price_include_override": "tax_included", "sequence": pattern.sequence + 1}
            )
        return pattern.create(
            {
                "name": name,
                "type_tax_use": "sale",
                "amount_type": "percent",
                "amount": rate,
                "price_include_override": "tax_included",
                "company_id": self.company_id.id,
                "country_id": self.company_id.account_fiscal_country_id.id,
            }
        )

    def _fee_product(self):
        """Return the product of OTTO's delivery fees (R10)."""
        return self.env.ref("otto_market_connector.product_delivery_fee").sudo().product_variant_id

    def _unknown_product(self):
        """Return the product that stands for an article which Odoo does not know (R20)."""
        return self.env.ref("otto_market_connector.product_unknown").sudo().product_variant_id

    def _currency_named(self, name):
        """Return a currency by its ISO code, active or not; the company's own costs no query."""
        if name == self.currency_id.name:
            return self.currency_id
        return self.env["res.currency"].with_context(active_test=False).search([("name", "=", name)], limit=1)

    def _product_company_domain(self):
        return [("company_id", "in", (False, self.company_id.id))]
