"""Articles in (R6): all pages of products, statuses and prices; afterwards only what OTTO calls changed."""

import logging
from datetime import timedelta, timezone

from odoo import fields, models
from odoo.tools import split_every

_logger = logging.getLogger(__name__)

FULL_EVERY = timedelta(days=7)
# Reading again from a little before costs nothing; OTTO tells changes of content for 28 days.
OVERLAP = timedelta(minutes=10)
# More changed articles than this are quicker read page by page.
MOST_SINGLE = 300
STAGES = ("articles", "statuses", "active", "prices", "delivery")


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _run_products(self, sync):
        """Bring Odoo's list of articles to OTTO's state; an interrupted run goes on where it stopped.

        :param sync: the locked `otto.sync` row of the flow
        :raises OttoError: when OTTO cannot be asked; what was read is committed
        """
        if not self._takes_changes:
            return
        client = self._otto_client()
        self = self.with_context(otto_brands={brand.id: brand.name for brand in client.brands()})  # noqa: PLW0642
        if sync.stage or not sync.reconciled_on or sync.reconciled_on <= fields.Datetime.now() - FULL_EVERY:
            done = self._read_all(client, sync)
        else:
            done = self._read_changed(client, sync)
        if not done:
            return
        self.env["otto.listing"]._match_products(self)
        sync._checkpoint()
        if self.create_products:
            self._create_missing_products(sync)
        self._trigger_soon("stock")

    def action_read_all_articles(self):
        """Button: have all articles read again, not only what changed."""
        self.check_access("write")
        for channel in self:
            channel._sync("products").sudo().write({"reconciled_on": False, "stage": False, "stage_page": 0})
        self._trigger("products")
        return self._started_notice()

    # Everything, page by page

    def _read_all(self, client, sync):
        """Read every list from the page where an earlier run stopped; return whether the end was reached."""
        if not sync.stage:
            sync.write({"stage": STAGES[0], "stage_page": 0, "cursor": fields.Datetime.now()})
        for stage in STAGES[STAGES.index(sync.stage) :]:
            if sync.stage != stage:
                sync.write({"stage": stage, "stage_page": 0})
                sync._checkpoint()
            for page in getattr(self, f"_{stage}_pages")(client, sync.stage_page):
                self._take_page(stage, page)
                sync.stage_page = page.number + 1
                if sync._checkpoint(len(page.records)) <= 0:
                    sync.cron_id._trigger()
                    return False
        self._note_gone(sync.cursor)
        sync.write({"stage": False, "stage_page": 0, "reconciled_on": fields.Datetime.now()})
        return True

    def _articles_pages(self, client, page):
        return client.article_pages(page=page)

    def _statuses_pages(self, client, page):
        return client.marketplace_status_pages(page=page)

    def _active_pages(self, client, page):
        return client.active_status_pages(page=page)

    def _prices_pages(self, client, page):
        return client.price_pages(page=page)

    def _delivery_pages(self, client, page):
        """Delivery information has no pages that can be begun with; it is read as a whole."""
        return self._delivery_information_pages(client)

    def _note_gone(self, began):
        """Note the articles that OTTO does not list any more, by what a complete reading has not seen."""
        gone = self.env["otto.listing"].search(
            [
                ("channel_id", "=", self.id),
                ("status", "not in", (False, "GONE")),
                "|",
                ("seen_on", "=", False),
                ("seen_on", "<", began),
            ]
        )
        gone.status = "GONE"

    # Only what changed

    def _read_changed(self, client, sync):
        """Read statuses and contents that changed since the last run, and all prices; return True at the end."""
        began = fields.Datetime.now()
        since = (sync.cursor - OVERLAP).replace(tzinfo=timezone.utc)
        changed = {record.sku for page in client.content_change_pages(since) for record in page.records}
        for page in client.marketplace_status_pages(changed_since=since):
            self._take_page("statuses", page)
            changed.update(self._never_read(record.sku for record in page.records))
            sync._checkpoint(len(page.records))
        self._read_articles(client, sync, sorted(changed))
        for stage in ("active", "prices", "delivery"):
            for page in getattr(self, f"_{stage}_pages")(client, 0):
                self._take_page(stage, page)
                sync._checkpoint(len(page.records))
        sync.cursor = began
        return True

    def _never_read(self, skus):
        """Return those of these articles of which only the SKU is known."""
        domain = [("channel_id", "=", self.id), ("sku", "in", list(skus)), ("seen_on", "=", False)]
        return self.env["otto.listing"].search(domain).mapped("sku")

    def _read_articles(self, client, sync, skus):
        if len(skus) > MOST_SINGLE:
            for page in client.article_pages():
                self._take_page("articles", page)
                sync._checkpoint(len(page.records))
            return
        for batch in split_every(50, skus, list):
            for sku in batch:
                for page in client.article_pages([sku]):
                    self._take_page("articles", page)
            sync._checkpoint(len(batch))

    def _started_notice(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The synchronisation has been started. Its progress is shown below."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
