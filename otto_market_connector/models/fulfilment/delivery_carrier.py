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

    def _otto_notice(self):
        """Say what keeps OTTO orders from shipping with this carrier; False when nothing does."""
        if not self:
            return self.env._("No shipping method is chosen. OTTO orders cannot ship without one.")
        if refusal := self._otto_refusal():
            return self.env._("OTTO orders cannot ship: %(reason)s.", reason=refusal)
        if missing := self._dhl_de_missing_settings():
            return self.env._(
                "The shipping method %(carrier)s is not complete. Please ask an administrator to enter: %(settings)s.",
                carrier=self.name,
                settings=", ".join(missing),
            )
        return False
