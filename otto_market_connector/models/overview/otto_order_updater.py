from odoo import models

from .otto_order_mapper import moments_of


class OttoOrderUpdater(models.AbstractModel):
    _inherit = "otto.order.updater"

    def _update_positions(self, records, orders):
        """Keep the moments of pieces as OTTO names them later."""
        pieces = {piece.position_id: piece for piece in records.otto_position_ids.sudo()}
        for order in orders:
            for item in order.items:
                piece = pieces.get(item.id)
                news = moments_of(item) if piece else {}
                if changed := {name: value for name, value in news.items() if piece[name] != value}:
                    piece.write(changed)
        return super()._update_positions(records, orders)
