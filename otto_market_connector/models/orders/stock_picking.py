from odoo import models

from .import_batch import batch_of

# The view with which Odoo notes on a new transfer what it was made for.
ORIGIN_VIEW = "mail.message_origin_link"


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def message_post_with_source(self, source_ref, *, render_values=None, **kwargs):
        """Note the origins of the transfers of a page of orders together: posting each costs 6 % of an import."""
        batch = batch_of(self.env)
        origin = (render_values or {}).get("origin")
        if batch and source_ref == ORIGIN_VIEW and origin and origin._name == "sale.order":
            batch.origins.update(dict.fromkeys(self.ids, origin))
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, render_values=render_values, **kwargs)

    def _otto_note_origins(self):
        """Note on the transfers of the batch at work what they were made for, as Odoo does one by one."""
        origins = batch_of(self.env).origins
        pickings = self.browse(origins)
        bodies = {
            picking.id: self.env["ir.qweb"]._render(ORIGIN_VIEW, {"self": picking, "origin": origins[picking.id]})
            for picking in pickings
        }
        if bodies:
            pickings._message_log_batch(bodies)
        origins.clear()
