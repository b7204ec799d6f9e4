from odoo import models


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _otto_not_told_text(self):
        """R2: say that OTTO is not told for now; nothing when it is."""
        self.ensure_one()
        if self._sends_changes:
            return ""
        return self.env._(
            "OTTO is not told as long as the channel %s does not synchronise changes from Odoo to OTTO.", self.name
        )
