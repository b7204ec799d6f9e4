from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    otto_channel_count = fields.Integer(compute="_compute_otto_channel_count")

    def _compute_otto_channel_count(self):
        count = self.env["otto.channel"].search_count([])
        for settings in self:
            settings.otto_channel_count = count

    def action_open_otto_channels(self):
        """Button: the OTTO channels; the form of a new one when there is none."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("otto_market_connector.action_otto_channel")
        if not self.otto_channel_count:
            action.update(view_mode="form", views=[(False, "form")])
        return action
