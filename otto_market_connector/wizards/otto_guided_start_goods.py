"""Steps 4 to 7 of the guided start: articles, opening stock, open orders, *Go Live*."""

import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.core.moments import naive
from ..models.orders.otto_flow_orders import OPEN
from ..models.stock.const import PREVIEW_SECONDS
from ..otto_api import OttoError


class OttoGuidedStart(models.TransientModel):
    _inherit = "otto.guided.start"

    # Articles
    article_count = fields.Integer("Articles at OTTO", compute="_compute_articles")
    matched_count = fields.Integer("With a Product", compute="_compute_articles")
    unmatched_count = fields.Integer("Without a Product", compute="_compute_articles")
    progress = fields.Char(compute="_compute_articles")
    # Opening stock
    preview_id = fields.Many2one("otto.stock.go.live", readonly=True, ondelete="set null")
    preview_summary = fields.Char(related="preview_id.summary")
    preview_opening_count = fields.Integer(related="preview_id.opening_count")
    preview_zero_count = fields.Integer(related="preview_id.zero_count")
    preview_line_ids = fields.One2many(related="preview_id.line_ids", readonly=True)
    opening_stock_choice = fields.Selection(related="channel_id.opening_stock_choice")
    # Orders
    open_count = fields.Integer("Open at OTTO", readonly=True)
    open_is_complete = fields.Boolean(readonly=True)
    oldest_on = fields.Datetime("The Oldest Is From", readonly=True)
    import_orders = fields.Boolean(related="channel_id.import_orders")
    import_from = fields.Datetime(related="channel_id.import_from", readonly=False)
    order_count = fields.Integer("Orders in Odoo", related="channel_id.order_count")
    stock_live = fields.Boolean(related="channel_id.stock_live")

    @api.depends("step", "channel_id")
    def _compute_articles(self):
        for start in self:
            domain = [("channel_id", "=", start.channel_id.id), ("status", "!=", "GONE")]
            groups = self.env["otto.listing"]._read_group(domain, ["match"], ["__count"])
            numbers = dict(groups)
            start.unmatched_count = numbers.get("none", 0) + numbers.get("ambiguous", 0)
            start.article_count = sum(numbers.values())
            start.matched_count = start.article_count - start.unmatched_count
            start.progress = start._progress_text()

    def _progress_text(self):
        """Say what the scheduled action is at; its last error when it has stopped."""
        flow = {"articles": "catalogue", "stock": "stock", "orders": "orders"}.get(self.step)
        sync = self.channel_id._sync(flow).sudo() if flow and self.channel_id else False
        if not sync:
            return False
        if standstill := sync._standstill():
            return standstill
        if self.step == "articles" and sync.stage:
            stages = dict(sync._fields["stage"]._description_selection(self.env))
            return self.env._(
                "Reading from OTTO: %(stage)s (%(count)s articles so far)",
                stage=stages[sync.stage],
                count=self.article_count,
            )
        if self.is_running:
            return self.env._("Odoo is at work. This page follows by itself.")
        return sync.last_error

    # Articles

    def _enter_articles(self):
        """Read the articles when that was never done."""
        sync = self.channel_id._sync("catalogue").sudo()
        if not (sync.read_all_on or sync.stage):
            self.channel_id._trigger("catalogue")

    def action_read_articles(self):
        """Button: read all articles again; it goes on in the background."""
        self.ensure_one()
        self.check_access("write")
        self.channel_id.action_read_all_articles()
        return True

    def action_make_products(self):
        """Button: make products for the articles that none matches, now and from now on."""
        self.ensure_one()
        self.check_access("write")
        self.channel_id.create_products = True
        self.channel_id.action_read_all_articles()
        return True

    def action_open_unmatched(self):
        """Button: the articles that have no product."""
        self.ensure_one()
        self.check_access("write")
        return self.channel_id.action_open_counter("not_matched")

    # Opening stock

    def _enter_stock(self):
        if not self.stock_live:
            self.action_preview()

    def action_preview(self):
        """Button: compare what would go out with what OTTO holds; nothing is sent."""
        self.ensure_one()
        self.check_access("write")
        preview = self.env["otto.stock.go.live"].create({"channel_id": self.channel_id.id})
        try:
            preview._read_preview()
        except UserError as error:
            self._say("danger", str(error))
        else:
            self.preview_id = preview
        return True

    def action_take_over(self):
        """Button: book OTTO's quantities as counted stock of products that have none."""
        self.ensure_one()
        self.check_access("write")
        self.channel_id.opening_stock_choice = "otto"
        self.preview_id.action_take_over()
        # What it shows is over when that is done.
        self.preview_id = False
        return True

    def action_count_self(self):
        """Button: Odoo's stock is right, or will be counted before going live."""
        self.ensure_one()
        self.check_access("write")
        self.channel_id.opening_stock_choice = "odoo"
        return self.action_preview()

    # Orders

    def _enter_orders(self):
        if not self.import_orders:
            self.action_look()

    def action_look(self):
        """Button: ask OTTO how many orders are open and how old the oldest is, as far as a request's time goes."""
        self.ensure_one()
        self.check_access("write")
        count, oldest, until, complete = 0, None, time.monotonic() + PREVIEW_SECONDS, True
        try:
            for page in self.channel_id._otto_client().order_pages(statuses=OPEN, limit=256):
                count += len(page.orders)
                oldest = min([*filter(None, [oldest]), *(order.order_date for order in page.orders)], default=None)
                if time.monotonic() > until:
                    complete = False
                    break
        except OttoError as error:
            self._say("danger", self.channel_id._otto_error_text(error))
            return True
        self.write({"open_count": count, "open_is_complete": complete, "oldest_on": naive(oldest)})
        return True

    def action_import_orders(self):
        """Button: import what is open at OTTO, and what was sent since the chosen day."""
        self.ensure_one()
        self.check_access("write")
        self.channel_id.import_orders = True
        self.channel_id._trigger("orders")
        return True

    def action_open_orders(self):
        """Button: the orders of the channel."""
        self.ensure_one()
        self.check_access("write")
        return self.channel_id.action_open_orders()

    # Go live

    def action_go_live(self):
        """Button: the preview from which the stock is switched live."""
        self.ensure_one()
        self.check_access("write")
        return self.channel_id.action_stock_go_live()

    def action_finish(self):
        """Button: the overview."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id("otto_market_connector.action_otto_overview")
        return {**action, "target": "main"}
