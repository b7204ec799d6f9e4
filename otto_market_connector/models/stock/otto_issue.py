from odoo import api, fields, models

from .const import BRAKE


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    is_brake = fields.Boolean(compute="_compute_is_brake")

    @api.depends("kind", "external_id", "state")
    def _compute_is_brake(self):
        for issue in self:
            issue.is_brake = issue.kind == "stock" and issue.external_id == BRAKE and issue.state == "open"

    def action_confirm_zero(self):
        """Button: see `otto.channel`."""
        return self.filtered("is_brake").channel_id.action_confirm_zero()
