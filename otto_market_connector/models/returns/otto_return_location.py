from odoo import fields, models

# OTTO's conditions of goods that came back (docs/facts/otto.md §10.2).
CONDITIONS = [
    ("A", "A: as new"),
    ("B", "B: slightly used"),
    ("C", "C: used"),
    ("D", "D: damaged"),
    ("E", "E: worthless"),
]


class OttoReturnLocation(models.Model):
    """Where goods are put that come back in a condition; without a row, where Odoo's receipts go."""

    _name = "otto.return.location"
    _description = "Location for Returns from OTTO of One Condition"
    _rec_name = "condition"
    _order = "channel_id, condition"
    _check_company_auto = True

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    condition = fields.Selection(CONDITIONS, required=True)
    kind = fields.Selection(
        [("stock", "Sold Again"), ("quarantine", "Kept Apart"), ("scrap", "Scrap")],
        "What Happens to It",
        required=True,
        default="stock",
        help="Only what is sold again may lie where this channel offers goods to OTTO.",
    )
    location_id = fields.Many2one(
        "stock.location",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'inventory'))]",
    )

    _channel_condition_unique = models.Constraint(
        "UNIQUE(channel_id, condition)", "This channel has a location for this condition already."
    )
