"""*Refund*: the customer gets the whole price of pieces back, without waiting for goods (R24)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.returns.otto_return_location import CONDITIONS
from ..models.returns.reasons import ACCEPT_REASONS


class OttoReturnRefund(models.TransientModel):
    _name = "otto.return.refund"
    _inherit = ["otto.refund.wizard"]
    _description = "Refund to an OTTO Customer"

    piece_ids = fields.Many2many(
        "otto.position.item",
        "otto_return_refund_piece_rel",
        "wizard_id",
        "piece_id",
        "Pieces",
        compute="_compute_piece_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_piece_ids)]",
    )
    reason = fields.Selection(ACCEPT_REASONS, required=True)
    condition = fields.Selection(
        CONDITIONS,
        compute="_compute_condition",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="OTTO wants to be told one, also where nothing came back.",
    )
    note = fields.Char(help="For yourselves; OTTO does not learn it.")
    currency_id = fields.Many2one(related="order_id.currency_id")
    total = fields.Monetary("The Customer Gets", compute="_compute_total")
    open_goods = fields.Char(compute="_compute_open_goods")

    @api.depends("order_id")
    def _compute_piece_ids(self):
        for wizard in self:
            wizard.piece_ids = wizard._only_piece()

    @api.depends("order_id")
    def _compute_condition(self):
        for wizard in self:
            wizard.condition = wizard.order_id.otto_channel_id.return_condition_default or "A"

    @api.depends("piece_ids")
    def _compute_total(self):
        """What was given back in part already is less; OTTO deducts it."""
        for wizard in self:
            paid = wizard.piece_ids.price_reduction_ids.filtered(lambda reduction: reduction.state == "processed")
            wizard.total = sum(wizard.piece_ids.mapped("price")) - sum(paid.mapped("amount"))

    @api.depends("piece_ids")
    def _compute_open_goods(self):
        for wizard in self:
            lines = wizard.piece_ids.return_line_ids
            open_pickings = lines.picking_id.filtered(lambda picking: picking.state not in ("done", "cancel"))
            wizard.open_goods = ", ".join(open_pickings.mapped("name"))

    def action_refund(self):
        """Button: accept the chosen pieces at OTTO, which gives the customer the money at once, for good.

        :raises UserError: nothing is chosen, or a piece cannot be refunded; names it
        """
        self.ensure_one()
        order = self.order_id
        order.check_access("write")
        if not self.piece_ids or self.piece_ids.order_id != order:
            raise UserError(self.env._("Please choose the pieces of order %s that are refunded.", order.name))
        if not order.otto_channel_id:
            raise UserError(self.env._("%s is no OTTO order.", order.name))
        order.sudo()._otto_accept_without_goods(self.piece_ids.sudo(), self.reason, self.condition, self.note)
        return {"type": "ir.actions.act_window_close"}
