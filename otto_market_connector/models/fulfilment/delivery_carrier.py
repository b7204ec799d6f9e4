from odoo import models


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    def _otto_refusal(self):
        """Say why an OTTO order cannot ship with this carrier and what to do (R7); False when it can."""
        if not self:
            return self.env._("no carrier is set. Choose DHL Geschäftskundenversand as the carrier of the transfer")
        if not self._makes_enclosed_return():
            return self.env._(
                "the carrier %(carrier)s does not make the return label together with the shipping label, and OTTO "
                "accepts no shipment without it. Choose DHL Geschäftskundenversand with Generate Return Label on",
                carrier=self.name,
            )
        if self.integration_level != "rate_and_ship":
            return self.env._(
                "the carrier %(carrier)s only gets rates. Set its integration level to Get Rate and Create Shipment",
                carrier=self.name,
            )
        return False
