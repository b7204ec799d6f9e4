from odoo import models

from ..core.write_guard import is_checked
from ..fulfilment.stock_picking import DELIVERY_CODES


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def write(self, vals):
        """R7: a transfer becomes done or cancelled by Odoo's own methods, and a delivery stays one."""
        if not is_checked(self.env) and self._otto_loses_delivery(vals):
            self.sudo().move_ids._otto_leaving._otto_open._otto_refuse_by_hand()
        return super().write(vals)

    def _otto_loses_delivery(self, vals):
        """Tell whether values make a delivery something that no guard would look at any more."""
        target = self.env["stock.location"].browse(vals.get("location_dest_id"))
        type_ = self.env["stock.picking.type"].browse(vals.get("picking_type_id"))
        return bool(
            "state" in vals or (target and target.usage != "customer") or (type_ and type_.code not in DELIVERY_CODES)
        )
