"""Goods that are kept apart or scrapped do not lie where a channel offers goods to OTTO (R23)."""

from odoo import api, models
from odoo.exceptions import ValidationError


class OttoReturnLocation(models.Model):
    _inherit = "otto.return.location"

    @api.model
    def _is_offered(self, location):
        """Tell whether a channel offers goods in a location (`stock.location`) to OTTO."""
        if location.usage != "internal":
            return False
        roots = (root for channel in self.env["otto.channel"].sudo().search([]) for root in channel._stock_roots())
        return any((location.sudo().parent_path or "").startswith(root.parent_path) for root in roots)

    @api.constrains("kind", "location_id")
    def _check_usage(self):
        """What is kept lies in an internal location.

        :raises ValidationError: names the condition and the place
        """
        for row in self:
            if row.location_id.usage == "inventory" and row.kind != "scrap":
                raise ValidationError(
                    self.env._(
                        "Condition %(condition)s: %(location)s is for scrap. Please choose an internal location, or "
                        "Scrap.",
                        condition=row.condition,
                        location=row.location_id.display_name,
                    )
                )
