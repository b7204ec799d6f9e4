from odoo import api, models

from .stock_changes import note_changed_products

# What changes how much of a product can be promised.
WATCHED = {"state", "product_uom_qty", "product_uom", "product_id", "location_id", "location_dest_id", "quantity"}


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        """See `write`."""
        moves = super().create(vals_list)
        note_changed_products(self.env, moves.product_id.ids)
        return moves

    def write(self, vals):
        """Have OTTO told of the new stock soon after the commit."""
        result = super().write(vals)
        if WATCHED & vals.keys():
            note_changed_products(self.env, self.product_id.ids)
        return result
