"""Goods that are kept apart or scrapped do not lie where a channel offers goods to OTTO."""

from odoo import api, models
from odoo.exceptions import ValidationError


class OttoReturnLocation(models.Model):
    _inherit = "otto.return.location"

    @api.model
    def _is_offered(self, location, channel):
        """Tell whether goods in a location are offered on OTTO, by a channel of the same company.

        :param location: `stock.location`
        :param channel: `otto.channel`, one of the company
        """
        if location.usage != "internal":
            return False
        others = self.env["otto.channel"].sudo().search([("company_id", "=", channel.sudo().company_id.id)])
        roots = (one._stock_roots() for one in others | channel.sudo())
        return any((location.parent_path or "").startswith(root.parent_path) for places in roots for root in places)

    @api.constrains("kind", "location_id", "channel_id")
    def _check_location(self):
        """Refuse a place that does not do what the row says.

        :raises ValidationError: names the condition, the place and the remedy
        """
        for row in self:
            if (row.location_id.usage == "inventory") != (row.kind == "scrap"):
                raise ValidationError(
                    self.env._(
                        "Condition %(condition)s: %(location)s does not fit. Scrap goes to a location of the type "
                        "Inventory Loss; what is sold again or kept apart goes to an internal location.",
                        condition=row.condition,
                        location=row.location_id.display_name,
                    )
                )
            if row.kind == "quarantine" and self._is_offered(row.location_id, row.channel_id):
                raise ValidationError(row._offered_text())

    def _offered_text(self):
        return self.env._(
            "Condition %(condition)s: goods in %(location)s are offered on OTTO, so they would be sold again. Please "
            "choose a location outside of the warehouse's stock, or name the Stock Locations of the channel "
            "%(channel)s so that this one is not among them.",
            condition=self.condition,
            location=self.location_id.display_name,
            channel=self.channel_id.name,
        )


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    @api.constrains("warehouse_id", "stock_location_ids", "active")
    def _check_kept_apart(self):
        """Refuse to offer what is kept apart.

        :raises ValidationError: names the condition, the place and the remedy
        """
        for company in self.company_id:
            rows = self.env["otto.return.location"].sudo().search(
                [("company_id", "=", company.id), ("kind", "=", "quarantine")]
            )
            for row in rows:
                if row._is_offered(row.location_id, row.channel_id):
                    raise ValidationError(row._offered_text())
