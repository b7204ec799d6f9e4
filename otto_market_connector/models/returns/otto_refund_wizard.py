from odoo import api, fields, models


class OttoRefundWizard(models.AbstractModel):
    """What *Refund* and *Partial Refund* have in common: an order, and its pieces that can still be paid back."""

    _name = "otto.refund.wizard"
    _description = "Money Back to an OTTO Customer"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    channel_id = fields.Many2one(related="order_id.otto_channel_id")
    available_piece_ids = fields.Many2many("otto.position.item", compute="_compute_available_piece_ids")
    not_told = fields.Char(compute="_compute_not_told")

    @api.depends("order_id")
    def _compute_available_piece_ids(self):
        for wizard in self:
            wizard.available_piece_ids = wizard.order_id._otto_refundable_pieces()

    @api.depends("channel_id")
    def _compute_not_told(self):
        for wizard in self:
            wizard.not_told = wizard.channel_id and wizard.channel_id._otto_not_told_text()

    def _only_piece(self):
        """Return the piece that is chosen already: the only one there is; of several a person chooses."""
        pieces = self.order_id._otto_refundable_pieces()
        return pieces if len(pieces) == 1 else pieces.browse()
