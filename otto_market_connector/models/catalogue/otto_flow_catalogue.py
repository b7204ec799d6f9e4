"""Articles in (R6): all pages of all lists; afterwards only what OTTO calls changed. What is read when, and resumed."""

import logging

from psycopg2.errors import UniqueViolation

from odoo import fields, models

from ...otto_api import OttoError
from .const import CHANGES_KNOWN, FULL_EVERY

_logger = logging.getLogger(__name__)

FIRST_OF_ALL, FIRST_OF_CHANGES = "articles", "changes"
# What follows a stage that is done. Everything is read, or what OTTO calls changed; the rest is the same for both.
NEXT = {
    "articles": "statuses",
    "statuses": "gone",
    "gone": "brands",
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


# The other lists tell more about the same articles, so these alone are counted.
COUNTED = ("articles", "reread")
# Without these lists everything else can go on.
OPTIONAL = ("gone", "changes", "brands", "new_brands", "active", "prices", "delivery")


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("catalogue", "Articles from OTTO")], ondelete={"catalogue": "cascade"})
    stage = fields.Selection(
        [
            ("articles", "Articles"),
            ("statuses", "Statuses"),
            ("gone", "No Longer Listed"),
            ("changes", "Changed Articles"),
            ("changed", "Changed Statuses"),
            ("reread", "Articles Again"),
            ("brands", "Brands"),
            ("new_brands", "New Brands"),
            ("active", "Offered or Not"),
            ("prices", "Prices"),
            ("delivery", "Delivery"),
            ("match", "Matching"),
            ("create", "Missing Products"),
            ("pictures", "Pictures"),
        ],
        readonly=True,
        help="What a long run is at; after an interruption it goes on there.",
    )
    stage_page = fields.Integer("Page", readonly=True)
    stage_cursor = fields.Char(readonly=True, help="Where the stage goes on, if it has no pages to count.")
    began = fields.Datetime(readonly=True, help="When the reading that is under way began.")
    read_all_on = fields.Datetime("All Articles Read On", readonly=True)


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(
        selection_add=[("listing", "Article"), ("product", "Missing Product")],
        ondelete={"listing": "cascade", "product": "cascade"},
    )


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    listing_ids = fields.One2many("otto.listing", "channel_id")
    listing_count = fields.Integer(compute="_compute_listing_count")

    def _compute_listing_count(self):
        self._count("otto.listing", "channel_id", "listing_count")

    def action_read_all_articles(self):
        """Button: have all articles read again, not only what changed."""
        self.check_access("write")
        for channel in self:
            channel._sync("catalogue").sudo().write({"read_all_on": False, "stage": False})
        self._trigger("catalogue")
        return self._started_notice()

    def action_open_listings(self):
        """Smart button: the articles of this channel."""
        return self._action_open("otto_market_connector.action_otto_listing", "channel_id")


class OttoFlowCatalogue(models.AbstractModel):
    _name = "otto.flow.catalogue"
    _description = "Articles from OTTO"
    _inherit = ["otto.flow"]

    _interval = 1440
    _sequence = 40
    _kinds = ("listing", "product")

    def _work_off(self):
        """Bring Odoo's list of articles to OTTO's state; an interrupted run goes on where it stopped.

        :raises OttoError: when OTTO cannot be asked; what was read is committed
        """
        if not self.channel._takes_changes:
            return
        if not self.sync.stage or self._is_too_old():
            self._begin_stage(FIRST_OF_ALL if self._reads_all() else FIRST_OF_CHANGES)
        while stage := self.sync.stage:
            done = self._do_stage(stage)
            # A person may have asked meanwhile that everything is read again: that is the next run's.
            if not done or self.sync.stage != stage:
                return
            self._begin_stage(NEXT[stage])

    def _do_stage(self, stage):
        """Do a stage; a list that only tells more about known articles, and that OTTO cannot show, is left out (R20).

        :return: whether the stage is done
        """
        try:
            done = getattr(self, f"_stage_{stage}")()
        except OttoError as error:
            if stage not in OPTIONAL or not self._concerns_this_alone(error):
                raise
            _logger.warning("%s: the stage %s is left out: %s", self.sync.id, stage, error)
            self._report("listing", [(stage, self._left_out_text(stage, error), None)])
            return True
        if done:
            self._resolve("listing", [stage])
        return done

    def _left_out_text(self, stage, error):
        labels = dict(self.sync._fields["stage"]._description_selection(self.env))
        return self.env._(
            "The list %(list)s cannot be read from OTTO; all others were. It is asked for again with the next reading. "
            "%(reason)s",
            list=labels[stage],
            reason=self.channel._otto_error_text(error),
        )

    def _is_too_old(self):
        """Tell whether OTTO would not go on with the reading under way: it tells changes for some weeks."""
        if self.sync.stage not in (FIRST_OF_CHANGES, "changed"):
            return False
        return not self.sync.cursor or self.sync.cursor <= fields.Datetime.now() - CHANGES_KNOWN

    def _note_start(self):
        """A run that goes on where another stopped counts on."""
        count = self.sync.last_count if self.sync.stage else 0
        result = super()._note_start()
        self.sync.last_count = count
        return result

    def _checkpoint(self, processed=0, remaining=None):
        """What people see as processed are articles, each once, not the records of all lists."""
        return super()._checkpoint(processed if self.sync.stage in COUNTED else 0, remaining)

    def _reads_all(self):
        if not (self.sync.read_all_on and self.sync.cursor):
            return True
        now = fields.Datetime.now()
        return self.sync.read_all_on <= now - FULL_EVERY or self.sync.cursor <= now - CHANGES_KNOWN

    def _begin_stage(self, stage):
        """Note which list is read now; an interrupted run goes on with it."""
        if stage in (FIRST_OF_ALL, FIRST_OF_CHANGES):
            self.sync.began = fields.Datetime.now()
        self.sync.write({"stage": stage, "stage_page": 0, "stage_cursor": False})
        self._checkpoint()

    @property
    def _mapper(self):
        return self.env["otto.catalogue.mapper"]

    def _take_pages(self, pages, kind=None):
        """Take the pages of a list, each in a transaction; return whether the end was reached.

        Odoo lets a scheduled action work for some seconds at a time; then it comes back and the list goes on.

        :param kind: what the pages hold, when it is not what the stage is called after
        """
        stage = self.sync.stage
        for page in pages:
            self._take_page_twice(kind or stage, page)
            self.sync.write({"stage_page": page.number + 1, "stage_cursor": page.next_cursor})
            seconds = self._checkpoint(len(page.records))
            if page.more and (seconds <= 0 or self.sync.stage != stage):
                self._run_again()
                return False
        return True

    def _take_page_twice(self, kind, page):
        """Take a page; again in a new transaction when another flow has just made one of its articles (R19).

        An order that comes in lists its articles too. What it committed meanwhile is not seen in this transaction.
        """
        try:
            self._mapper._take_page(kind, page)
        except UniqueViolation:
            self.env.cr.rollback()
            self.sync._lock()
            self._mapper._take_page(kind, page)
