from odoo import models
from odoo.fields import Domain


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_applicable_rules_domain(self, products, date, otto_undated=False, **kwargs):
        """With `otto_undated`, rules that end some day are left out: what remains is the regular price."""
        domain = super()._get_applicable_rules_domain(products, date, **kwargs)
        return Domain(domain) & Domain("date_end", "=", False) if otto_undated else domain
