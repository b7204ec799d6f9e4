"""OTTO orders beside other add-ons of Odoo that may be installed: loyalty programs and the point of sale.

This add-on does not depend on them. It is loaded after them, so its methods come before theirs; where they are not
installed, nobody calls these.
"""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # Loyalty (`sale_loyalty`): R18, R21

    def _update_programs_and_rewards(self):
        """R18, R21: OTTO's customers take part in no program: no points, no reward lines, no coupon by mail."""
        return None if self.otto_channel_id else super()._update_programs_and_rewards()

    def _get_claimable_rewards(self, forced_coupons=None):
        """R18: an OTTO order has no rewards."""
        return {} if self._otto_orders else super()._get_claimable_rewards(forced_coupons=forced_coupons)

    def _try_apply_code(self, code):
        """R18: the customer pays what OTTO says."""
        if self.otto_channel_id:
            return {
                "error": self.env._(
                    "Order %(order)s comes from OTTO: the customer has paid OTTO's price, so no code applies.",
                    order=self.name,
                )
            }
        return super()._try_apply_code(code)

    # Point of sale (`pos_sale`): R5

    def load_sale_order_from_pos(self, config_id):
        """R5: an OTTO order is not settled at the counter."""
        self._otto_refuse_invoice()
        return super().load_sale_order_from_pos(config_id)

    def _compute_amount_unpaid(self):
        """R5: the customer has paid OTTO, so the point of sale offers no OTTO order."""
        otto = self._otto_orders
        otto.amount_unpaid = 0
        return super(SaleOrder, self - otto)._compute_amount_unpaid()
