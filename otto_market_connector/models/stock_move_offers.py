from odoo import api, models

# What changes how much of a product can be promised.
WATCHED = {"state", "product_uom_qty", "product_uom", "product_id", "location_id", "location_dest_id", "quantity"}
KEY = "otto_changed_products"


def note_changed_products(env, product_ids, codes=()):
    """Have OTTO told of the new stock soon after the commit: once, however much has changed.

    :param codes: internal references and barcodes; articles that have one of them are concerned too
    """
    precommit = env.cr.precommit
    if KEY not in precommit.data:
        precommit.data[KEY] = (set(), set())
        precommit.add(env["otto.channel"]._trigger_changed_stock)
    products, all_codes = precommit.data[KEY]
    products.update(product_ids)
    all_codes.update(codes)


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
