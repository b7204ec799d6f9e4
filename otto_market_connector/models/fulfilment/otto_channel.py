from odoo import api, fields, models


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    carrier_notice = fields.Text(compute="_compute_carrier_notice", compute_sudo=True)

    @api.depends("carrier_id", "carrier_id.return_label_on_delivery", "carrier_id.dhl_de_return_billing_number")
    @api.depends_context("lang")
    def _compute_carrier_notice(self):
        """Say what is missing for an OTTO order to ship with the channel's shipping method (R7), before one does."""
        for channel in self:
            channel.carrier_notice = channel.carrier_id._otto_notice() if channel.id else False
