from odoo import models


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    def action_retry(self):
        """Retry of what OTTO refused about an article sends it again although it is the same."""
        self.check_access("read")
        self._refused_articles("price")._otto_note(price_refused=False)
        self._refused_articles("delivery")._send_delivery_soon()
        return super().action_retry()

    def _refused_articles(self, kind):
        """Return the articles that the open issues of a kind are about."""
        refused = self.sudo().filtered(lambda issue: issue.kind == kind and issue.state == "open" and issue.res_id)
        return self.sudo().env["otto.listing"].browse(refused.mapped("res_id")).exists()
