"""What is open about an order: counted on it, and one click away (R20)."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..core.texts import key_of
from .otto_issue import ORDER_KINDS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    otto_issue_count = fields.Integer(
        "OTTO Issues", compute="_compute_otto_issue_count", search="_search_otto_issue_count", compute_sudo=True
    )

    @api.depends("otto_channel_id", "otto_order_number", "state")
    def _compute_otto_issue_count(self):
        """Count the open issues about each order, the articles for which it waits among them."""
        self.otto_issue_count = 0
        otto = self._otto_orders
        issues = self.env["otto.issue"].search(otto._otto_issue_domain()) if otto else self.env["otto.issue"]
        for order in otto:
            order.otto_issue_count = len(issues.filtered_domain(order._otto_issue_domain()))

    def _search_otto_issue_count(self, operator, value):
        """Find orders with open issues, or without: `> 0` and `= 0`."""
        if (operator, value) not in ((">", 0), ("=", 0), ("in", {0}), ("in", [0])):
            return NotImplemented
        found = self.browse()
        issues = self.env["otto.issue"].sudo().search([("state", "=", "open")])
        for channel, about in issues.grouped("channel_id").items():
            numbers = about.filtered(lambda issue: issue.kind in ORDER_KINDS).mapped("external_id")
            domain = [("otto_channel_id", "=", channel.id), ("otto_order_number", "in", numbers)]
            found |= self.search(domain) if numbers else self.browse()
            articles = about.filtered(lambda issue: issue.kind == "article").mapped("external_id")
            for orders in self._otto_waiting_for(channel, articles).values() if articles else ():
                found |= orders
        ids = {*found.ids, *issues.filtered(lambda issue: issue.res_model == "sale.order").mapped("res_id")}
        return [("id", "in" if operator == ">" else "not in", list(ids))]

    def _otto_issue_domain(self):
        """Return which open issues are about these orders."""
        waits = self.filtered(lambda order: order.state in ("draft", "sent"))
        keys = [key_of(line.otto_sku) for line in waits.order_line if line.otto_sku]
        about = (
            Domain("res_model", "=", "sale.order") & Domain("res_id", "in", self.ids)
            | Domain("kind", "in", ORDER_KINDS) & Domain("external_id", "in", self.mapped("otto_order_number"))
            | Domain("kind", "=", "article") & Domain("external_id", "in", keys)
        )
        return about & Domain("state", "=", "open") & Domain("channel_id", "in", self.otto_channel_id.ids)

    def action_otto_open_issues(self):
        """Smart button: what is open about this order."""
        self.ensure_one()
        self.check_access("read")
        self.env["otto.issue"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("otto_market_connector.action_otto_issue")
        return {**action, "domain": list(self._otto_issue_domain()), "context": {}}
