from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_otto_guided_start(self):
        """Button: the guided start, at the first open step of the first channel that is not ready."""
        self.check_access("read")
        return self.env["otto.guided.start"]._start()
