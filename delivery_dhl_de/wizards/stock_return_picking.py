from odoo import models

from .. import const


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _reset_carrier_id(self, picking):
        """Keep the carrier on a return: without it Odoo offers no return label for the transfer.

        Only on one that comes in: what goes out again would get a shipping label when it is validated.
        """
        carrier = picking.carrier_id
        comes_in = picking.picking_type_code == "incoming"
        if comes_in and carrier.delivery_type == const.DELIVERY_TYPE and carrier.can_generate_return:
            picking.carrier_price = 0.0
            return None
        return super()._reset_carrier_id(picking)
