from odoo import fields, models


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(
        selection_add=[
            ("order", "Order Import"),
            ("article", "Unknown Article"),
            ("total", "Total Differs"),
            ("shipped", "Sent on One Side Only"),
            ("waiting", "Order Waits"),
            ("changed", "Changed at OTTO"),
        ],
        ondelete={
            "order": "cascade",
            "article": "cascade",
            "total": "cascade",
            "shipped": "cascade",
            "waiting": "cascade",
            "changed": "cascade",
        },
    )

    def action_solve(self):
        """A person has looked at an order that cannot be read: what it sold holds the stock down no longer."""
        solved = self.sudo().filtered(lambda issue: issue.kind == "order" and issue.state == "open")
        result = super().action_solve()
        for channel, issues in solved.grouped("channel_id").items():
            self.env["otto.unimported.item"].sudo().search(
                [
                    ("channel_id", "=", channel.id),
                    ("issue_key", "in", issues.mapped("external_id")),
                    ("sku", "=", False),
                ]
            ).unlink()
            channel._goods_changed()
        return result
