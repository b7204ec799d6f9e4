from odoo import fields, models


class OttoPositionItem(models.Model):
    _inherit = "otto.position.item"

    return_line_ids = fields.One2many("otto.return.line", "piece_id", "Returns", readonly=True)
    price_reduction_ids = fields.One2many("otto.price.reduction", "piece_id", "Partial Refunds", readonly=True)

    @property
    def _otto_is_here(self):
        """Whether the goods of this piece came back; what was received and rejected went to its customer again."""
        return any(
            line.received == "received" and "reject" not in (line.decision, (line.otto_status or "")[:6])
            for line in self.return_line_ids
        )
