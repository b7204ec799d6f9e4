from odoo import fields, models


class OttoIssueIgnore(models.TransientModel):
    _name = "otto.issue.ignore"
    _description = "Ignoring of OTTO Issues"

    issue_ids = fields.Many2many("otto.issue", readonly=True)
    reason = fields.Text(required=True, help="For whoever asks later why nobody did anything.")

    def action_ignore(self):
        """Button: take the issues off the list, with the reason."""
        self.ensure_one()
        self.check_access("write")
        self.issue_ids._ignore(self.reason)
        return {"type": "ir.actions.act_window_close"}
