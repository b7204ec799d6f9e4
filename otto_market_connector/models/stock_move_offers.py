from odoo import api, models

# What changes how much of a product can be promised.
WATCHED = {"state", "product_uom_qty", "product_uom", "product_id", "location_id", "location_dest_id", "quantity"}
KEY = "otto_changed_products"


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        """See `write`."""
        moves = super().create(vals_list)
        moves._otto_note_changed_stock()
        return moves

    def write(self, vals):
        """Have OTTO told of the new stock soon after the commit: once, however many moves there are."""
        result = super().write(vals)
        if WATCHED & vals.keys():
            self._otto_note_changed_stock()
        return result

    def _otto_note_changed_stock(self):
        precommit = self.env.cr.precommit
        if KEY not in precommit.data:
            precommit.data[KEY] = set()
            precommit.add(self.env["otto.channel"]._trigger_changed_stock)
        precommit.data[KEY].update(self.product_id.ids)
