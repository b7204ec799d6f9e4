from odoo import api, fields, models
from odoo.exceptions import ValidationError

# OTTO's conditions of goods that came back (docs/facts/otto.md §10.2).
CONDITIONS = [
    ("A", "A: Original Packing"),
    ("B", "B: As New"),
    ("C", "C: Slightly Used"),
    ("D", "D: Heavily Used"),
    ("E", "E: Wrong or Incomplete"),
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

    @api.constrains("kind", "location_id", "channel_id")
    def _check_not_offered(self):
        """Goods that are kept apart or scrapped do not lie where any channel offers goods to OTTO (R23).

        :raises ValidationError: names the channel, the condition and the location
        """
        channels = self.env["otto.channel"].sudo().search([("active", "=", True)])
        for row in self.sudo().filtered(lambda row: row.kind != "stock" and row.location_id.usage == "internal"):
            for channel in channels:
                if any(row.location_id.parent_path.startswith(root.parent_path) for root in channel._stock_roots()):
                    raise ValidationError(
                        self.env._(
                            "%(location)s (condition %(condition)s) lies where the channel %(channel)s offers goods to "
                            "OTTO. Please choose a location outside of its stock, or one of scrap; or restrict the "
                            "channel's stock locations.",
                            location=row.location_id.display_name,
                            condition=row.condition,
                            channel=channel.name,
                        )
                    )
