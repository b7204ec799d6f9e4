"""*Decide*: pieces that are here, or stay away, are accepted or rejected by the office."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.returns.otto_return_location import CONDITIONS
from ..models.returns.reasons import ACCEPT_REASONS, REJECT_REASONS


class OttoReturnDecide(models.TransientModel):
    """One decision about some pieces of a return; what the warehouse said of their condition stands."""

    _name = "otto.return.decide"
    _description = "Decide a Return from an OTTO Customer"

    return_id = fields.Many2one("otto.return", required=True, readonly=True, ondelete="cascade")
    available_line_ids = fields.Many2many("otto.return.line", compute="_compute_available_line_ids")
    line_ids = fields.Many2many(
        "otto.return.line",
        "otto_return_decide_line_rel",
        "wizard_id",
        "line_id",
        "Pieces",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_line_ids)]",
    )
    decision = fields.Selection([("accept", "Accept"), ("reject", "Reject")], required=True, default="accept")
    accept_reason = fields.Selection(ACCEPT_REASONS, "Accepted Because", default="RETURN_RECEIVED")
    reject_reason = fields.Selection(REJECT_REASONS, "Rejected Because")
    condition = fields.Selection(
        CONDITIONS, default="A", required=True, help="For pieces of which the warehouse has said none."
    )
    not_told = fields.Char(compute="_compute_not_told")

    @api.depends("return_id")
    def _compute_available_line_ids(self):
        for wizard in self:
            wizard.available_line_ids = wizard.return_id.line_ids._otto_decidable

    @api.depends("return_id", "decision")
    def _compute_line_ids(self):
        """What is rejected already can only be accepted."""
        for wizard in self:
            lines = wizard.return_id.line_ids._otto_decidable
            if wizard.decision == "reject":
                lines = lines.filtered(lambda line: line.decision != "reject" and line.otto_status != "rejected")
            wizard.line_ids = lines

    @api.depends("return_id")
    def _compute_not_told(self):
        for wizard in self:
            wizard.not_told = wizard.return_id.channel_id.sudo()._otto_not_told_text()

    def action_decide(self):
        """Button: note the decision, and have OTTO told.

        :raises UserError: nothing is chosen, or a piece cannot be decided so; names it
        """
        self.ensure_one()
        lines = self.line_ids
        lines.check_access("read")
        reason = self.accept_reason if self.decision == "accept" else self.reject_reason
        if not lines or lines.return_id != self.return_id or not reason:
            raise UserError(
                self.env._("Return %s: please choose the pieces and a reason.", self.return_id.display_name)
            )
        for condition, ours in lines.grouped(lambda line: line.condition or self.condition).items():
            ours.sudo()._decide(self.decision, reason, condition)
        return {"type": "ir.actions.act_window_close"}
