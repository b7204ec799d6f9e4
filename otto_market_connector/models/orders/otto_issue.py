from odoo import api, fields, models
from odoo.fields import Domain

# Kinds that are kept under an order's number; rooms above add theirs.
ORDER_KINDS = ("order", "total", "shipped", "waiting", "changed")


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
        """A person has looked at an order that cannot be read: what it sold holds no stock down any more, for good."""
        solved = self.sudo().filtered(lambda issue: issue.kind == "order" and issue.state != "solved")
        result = super().action_solve()
        for channel, issues in solved.grouped("channel_id").items():
            self.env["otto.unimported.item"].sudo().search(
                [
                    ("channel_id", "=", channel.id),
                    ("issue_key", "in", issues.mapped("external_id")),
                    ("sku", "=", False),
                ]
            ).settled = True
            channel._goods_changed()
        return result

    order_count = fields.Integer("Waiting Orders", compute="_compute_order_count", compute_sudo=True)

    @api.depends("kind", "external_id")
    def _compute_order_count(self):
        """Count the orders that wait for an article (R20)."""
        articles = self.filtered(lambda issue: issue.kind == "article")
        (self - articles).order_count = 0
        for channel, issues in articles.grouped("channel_id").items():
            waiting = self.env["sale.order"]._otto_waiting_for(channel, issues.mapped("external_id"))
            for issue in issues:
                issue.order_count = len(waiting.get(issue.external_id, ()))

    def _otto_article(self):
        """Return title and EAN of the article that the issue is about, from its listing or from what was sold."""
        self.ensure_one()
        domain = [("channel_id", "=", self.channel_id.id), ("sku", "=", self.external_id)]
        listing = self.env["otto.listing"].sudo().search(domain, limit=1)
        piece = self.env["otto.position.item"].sudo().search(domain, order="id desc", limit=1)
        return listing.title or piece.title, listing.ean or piece.ean

    def _otto_candidates(self):
        """Return the products whose internal reference or barcode would make them the article's (R6)."""
        self.ensure_one()
        ean = self._otto_article()[1]
        codes = Domain("default_code", "=", self.external_id) | Domain("barcode", "in", [ean] if ean else [])
        return self.env["product.product"].search(codes & Domain(self.channel_id._product_company_domain()))

    def action_choose_product(self):
        """Button: choose the product of the article; the orders that wait for it go on."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose the Product"),
            "res_model": "otto.article.match",
            "view_mode": "form",
            "target": "new",
            "context": {"default_issue_id": self.id},
        }

    def action_open_waiting(self):
        """Smart button: the orders that wait for the article."""
        self.ensure_one()
        self.check_access("read")
        waiting = self.env["sale.order"].sudo()._otto_waiting_for(self.channel_id, [self.external_id])
        orders = [order.id for found in waiting.values() for order in found]
        return {**self.channel_id._otto_orders_action(), "domain": [("id", "in", orders)]}
