from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OttoCommission(models.Model):
    """A rate of OTTO's commission, for the estimate of the margin alone: OTTO's interface names none."""

    _name = "otto.commission"
    _description = "Rate of OTTO's Commission"
    _rec_name = "percent"
    _order = "channel_id, category_id, price_from"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    category_id = fields.Many2one(
        "product.category",
        "Product Category",
        ondelete="cascade",
        help="With all categories below it that have no rates of their own. Empty: all others, and the delivery fee.",
    )
    currency_id = fields.Many2one(related="channel_id.currency_id")
    price_from = fields.Monetary("From a Price Of", required=True, default=0.0, help="Of one piece, taxes included.")
    percent = fields.Float("Commission (%)", required=True, help="Of the price with taxes, as OTTO charges it.")

    _once = models.UniqueIndex(
        "(channel_id, COALESCE(category_id, 0), price_from)", "There is already a rate from this price on."
    )

    @api.constrains("percent", "price_from")
    def _check_values(self):
        for rate in self:
            if not 0 <= rate.percent <= 100 or rate.price_from < 0:
                raise ValidationError(
                    self.env._("A commission has a rate from 0 to 100 % and begins at a price of 0 or more.")
                )
