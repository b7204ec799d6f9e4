from odoo import api, fields, models

from .otto_return_location import CONDITIONS

# OTTO has the last word about a piece.
DECIDED_AT_OTTO = ("accepted", "rejected")


class OttoReturnLine(models.Model):
    """One piece in a return; what is decided about it is in `otto_return_decision`."""

    _name = "otto.return.line"
    _description = "Piece in a Return from an OTTO Customer"
    _rec_name = "piece_id"
    _order = "id"

    return_id = fields.Many2one("otto.return", required=True, ondelete="cascade", index=True, readonly=True)
    piece_id = fields.Many2one("otto.position.item", required=True, ondelete="restrict", index=True, readonly=True)
    order_id = fields.Many2one(related="piece_id.order_id", store=True, index=True, precompute=True)
    channel_id = fields.Many2one(related="return_id.channel_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="return_id.company_id", store=True, precompute=True)
    product_id = fields.Many2one(related="piece_id.order_line_id.product_id")
    otto_status = fields.Selection(
        [
            ("none", "Not Announced"),
            ("announced", "Announced"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("misdirected", "In OTTO's Warehouse"),
        ],
        "Return at OTTO",
        required=True,
        default="none",
        readonly=True,
    )
    otto_occurred = fields.Datetime("Since", readonly=True)
    otto_condition = fields.Char("Condition at OTTO", readonly=True)
    otto_reason = fields.Char("Reason at OTTO", readonly=True)
    decided_by_otto = fields.Boolean(
        "Refunded by OTTO", readonly=True, help="OTTO gave the customer the money back by itself."
    )
    missing_since = fields.Datetime(readonly=True, help="OTTO's list of announcements does not have it any more.")
    withdrawn_on = fields.Datetime(readonly=True, help="The customer keeps the piece after all.")
    move_ids = fields.Many2many(
        "stock.move",
        "otto_return_line_move_rel",
        "line_id",
        "move_id",
        "Expected Goods",
        readonly=True,
        copy=False,
        help="Several for a kit.",
    )
    move_id = fields.Many2one("stock.move", compute="_compute_move_id", store=True, index="btree_not_null")
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", compute="_compute_move_id", store=True, index="btree_not_null"
    )
    received = fields.Selection(
        [("expected", "Expected"), ("received", "Received"), ("missing", "Missing"), ("wrong", "Something Else")],
        required=True,
        default="expected",
        readonly=True,
    )
    condition = fields.Selection(CONDITIONS, readonly=True, help="What the warehouse said.")
    is_open = fields.Boolean("Waits for a Decision", compute="_compute_is_open", store=True)
    is_settled = fields.Boolean("Settled with OTTO", compute="_compute_is_open", store=True)

    _open_idx = models.Index("(channel_id, otto_status) WHERE is_open IS TRUE")
    _piece_open_unique = models.UniqueIndex(
        "(piece_id) WHERE is_open", "This piece is already in a return that nobody has decided yet."
    )

    @api.depends("move_ids", "move_ids.picking_id")
    def _compute_move_id(self):
        for line in self:
            moves = line.move_ids.sorted("id")
            line.move_id = moves[:1]
            line.picking_id = moves.picking_id[:1]

    @api.depends("otto_status", "decided_by_otto", "withdrawn_on", "decision", "decision_state")
    def _compute_is_open(self):
        for line in self:
            # A rejection may become an acceptance, which OTTO is still to be told.
            turned = (
                line.otto_status == "rejected" and line.decision == "accept" and line.decision_state in ("due", "asked")
            )
            at_otto = (line.otto_status in DECIDED_AT_OTTO and not turned) or line.decided_by_otto
            line.is_settled = bool(at_otto or line.withdrawn_on or line.decision_state == "done")
            undecided = line.decision == "none" or line.decision_state == "refused"
            line.is_open = undecided and not line.is_settled
