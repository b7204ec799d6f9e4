from odoo import fields, models


class OttoReturnLine(models.Model):
    """What a person decided about a piece, and how far OTTO knows it (R19)."""

    _inherit = "otto.return.line"

    decision = fields.Selection(
        [("none", "None Yet"), ("accept", "Accept"), ("reject", "Reject")], required=True, default="none", readonly=True
    )
    decision_reason = fields.Char("Reason", readonly=True)
    decision_state = fields.Selection(
        [
            ("none", "None Yet"),
            ("due", "To Be Told"),
            ("asked", "In Doubt"),
            ("done", "Done"),
            ("refused", "Refused by OTTO"),
        ],
        "Told to OTTO",
        required=True,
        default="none",
        readonly=True,
        index=True,
    )
    decision_text = fields.Text("Refused Because", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decided_by = fields.Many2one("res.users", ondelete="set null", readonly=True)
