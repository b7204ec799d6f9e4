"""*Partial Refund*: the customer gets a part of the price of one piece back (R25)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..otto_api import REDUCTION_SCOPES, OttoError


class OttoPriceReductionAsk(models.TransientModel):
    _name = "otto.price.reduction.ask"
    _inherit = ["otto.refund.wizard"]
    _description = "Partial Refund to an OTTO Customer, Asked For"

    piece_id = fields.Many2one(
        "otto.position.item",
        compute="_compute_piece_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        ondelete="cascade",
        domain="[('id', 'in', available_piece_ids)]",
    )
    currency_id = fields.Many2one(related="piece_id.currency_id")
    price = fields.Monetary(related="piece_id.price", help="What the customer paid for the piece, taxes included.")
    limit = fields.Monetary(
        "Less Than", compute="_compute_limit", store=True, help="What is left of the price, as OTTO says it."
    )
    limit_text = fields.Char(compute="_compute_limit", store=True)
    amount = fields.Monetary(help="Taxes included.")
    reason = fields.Char(help="For yourselves; OTTO does not learn it.")

    @api.depends("order_id")
    def _compute_piece_id(self):
        for wizard in self:
            wizard.piece_id = wizard._only_piece()

    @api.depends("piece_id")
    def _compute_limit(self):
        """Ask OTTO what is left of the price, once for each piece that is chosen."""
        for wizard in self:
            wizard.limit, wizard.limit_text = 0, False
            if wizard.piece_id:
                try:
                    wizard.limit = wizard.piece_id._otto_reduction_limit(wizard._listed())
                except UserError as error:
                    wizard.limit_text = str(error)

    def _listed(self):
        """Return what OTTO lists for the piece; people with access to the order may have it asked.

        :raises UserError: OTTO cannot be asked, or the order is none of this person's
        """
        self.order_id.check_access("write")
        channel = self.piece_id.sudo().channel_id
        if not channel or self.piece_id.sudo().order_id != self.order_id:
            raise UserError(self.env._("Please choose a piece of order %s.", self.order_id.name))
        try:
            return channel._otto_client(REDUCTION_SCOPES).price_reductions(self.piece_id.sudo().position_id)
        except OttoError as error:
            raise UserError(
                self.env._("OTTO cannot be asked how much may be refunded: %s", channel._otto_error_text(error))
            ) from None

    def action_ask(self):
        """Button: note the refund; OTTO is asked for it after the commit, once.

        :raises UserError: it is too much, OTTO cannot be asked, or another refund of the piece is under way
        """
        self.ensure_one()
        listed = self._listed()
        self.piece_id.sudo()._otto_ask_price_reduction(self.amount, self.reason, listed)
        return {"type": "ir.actions.act_window_close"}
