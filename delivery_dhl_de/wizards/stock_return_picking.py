from odoo import models

from .. import const


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _reset_carrier_id(self, picking):
        """Keep the carrier on a return: without it Odoo offers no return label for the transfer."""
        carrier = picking.carrier_id
        if carrier.delivery_type == const.DELIVERY_TYPE and carrier.can_generate_return:
            picking.carrier_price = 0.0
            return None
        return super()._reset_carrier_id(picking)
