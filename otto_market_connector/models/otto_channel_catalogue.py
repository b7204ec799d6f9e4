"""Articles in (R6): all pages of all lists; afterwards only what OTTO calls changed. What is read when, and resumed."""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields, models

FULL_EVERY = timedelta(days=7)
FIRST_OF_ALL, FIRST_OF_CHANGES = "articles", "changes"
# What follows a stage that is done. Everything is read, or what OTTO calls changed; the rest is the same for both.
NEXT = {
    "articles": "statuses",
    "statuses": "brands",
    "changes": "changed",
    "changed": "reread",
    "reread": "new_brands",
    "brands": "active",
    "new_brands": "active",
    "active": "prices",
    "prices": "delivery",
    "delivery": "match",
    "match": "create",
    "create": "pictures",
    "pictures": False,
}


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
        if not sync.stage:
            self._begin_stage(sync, FIRST_OF_ALL if self._reads_all(sync) else FIRST_OF_CHANGES)
        while stage := sync.stage:
            done = getattr(self, f"_stage_{stage}")(client, sync)
            # A person may have asked meanwhile that everything is read again: that is the next run's.
            if not done or sync.stage != stage:
                return
            self._begin_stage(sync, NEXT[stage])

    def _reads_all(self, sync):
        if not (sync.reconciled_on and sync.cursor):
            return True
        return sync.reconciled_on <= fields.Datetime.now() - FULL_EVERY

    def _begin_stage(self, sync, stage):
        """Note which list is read now; an interrupted run goes on with it."""
        if stage in (FIRST_OF_ALL, FIRST_OF_CHANGES):
            sync.began = fields.Datetime.now()
        sync.write({"stage": stage, "stage_page": 0, "stage_cursor": False})
        sync._checkpoint()

    def action_read_all_articles(self):
        """Button: have all articles read again, not only what changed."""
        self.check_access("write")
        for channel in self:
            channel._sync("products").sudo().write({"reconciled_on": False, "stage": False})
        self._trigger("products")
        return self._started_notice()

    def _take_pages(self, sync, pages, kind=None):
        """Take the pages of a list, each in a transaction; return whether the end was reached.

        Odoo lets a scheduled action work for some seconds at a time; then it comes back and the list goes on.

        :param kind: what the pages hold, when it is not what the stage is called after
        """
        stage = sync.stage
        for page in pages:
            self._take_page_twice(sync, kind or stage, page)
            sync.write({"stage_page": page.number + 1, "stage_cursor": page.next_cursor})
            seconds = sync._checkpoint(len(page.records))
            if page.more and (seconds <= 0 or sync.stage != stage):
                sync.cron_id._trigger()
                return False
        return True

    def _take_page_twice(self, sync, kind, page):
        """Take a page; again in a new transaction when another flow has just made one of its articles (R19).

        An order that comes in lists its articles too. What it committed meanwhile is not seen in this transaction.
        """
        try:
            self._take_page(kind, page)
        except UniqueViolation:
            self.env.cr.rollback()
            sync._lock()
            self._take_page(kind, page)

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
