"""Orders in: page by page, all orders of a page in one go, the bad order alone (R19, R20)."""

import logging
from datetime import timedelta

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError

from ...otto_api import OttoAuthError, OttoError, OttoForbidden, OttoRateLimited
from ...otto_api.foreign import tidy
from ..core.concurrency import CONCURRENCY, TRIES
from ..core.moments import aware, naive
from ..core.texts import reason_of, trace
from .const import NEWS_ONLY, OVERLAP, PAGE_SIZE, RECONCILE, RECONCILE_HOUR_UTC
from .otto_order_mapper import changed_at
from .sound_order import order_key, sound_order

_logger = logging.getLogger(__name__)

# What is still to be shipped at OTTO, or will be.
OPEN = ("ANNOUNCED", "PROCESSABLE")


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("orders", "Orders from OTTO")], ondelete={"orders": "cascade"})
    reconciled_on = fields.Datetime("Last Reconciled", readonly=True)
    reconciled_to = fields.Datetime(
        "Reconciled Up To",
        readonly=True,
        help="Where the reading again of what OTTO has changed goes on. Empty: none is under way.",
    )
    open_read_on = fields.Datetime(
        "Open Orders Read On",
        readonly=True,
        help="When everything that was announced or open at OTTO was read, whatever its date. Empty: it will be.",
    )


class OttoFlowOrders(models.AbstractModel):
    _name = "otto.flow.orders"
    _description = "Orders from OTTO"
    _inherit = ["otto.flow"]

    _interval = 5
    _sequence = 10
    _kinds = ("order", "article", "total", "shipped", "waiting", "changed")

    def _work_off(self):
        """Import new orders and changes of known ones since the flow's cursor; the first time everything open (R3).

        :raises OttoError: when OTTO cannot be asked
        :raises UserError: the company lacks something that all orders need
        """
        if not (self.channel.import_orders or self.channel._takes_changes):
            return
        self.channel._otto_check_companies(self.channel.company_id)
        self._read_open()
        since, is_first = self._changes_since(), not self.sync.cursor
        self._import_and_report(self._orders_to_retry())
        for page in self.client.order_pages(changed_since=aware(since), limit=PAGE_SIZE):
            self._import_page_and_report(page, moves="cursor")
        if is_first:
            self._note_reconciled()
        if not self.env.context.get(NEWS_ONLY):
            self._reconcile()

    def _read_open(self):
        """Read all that is announced or open at OTTO, whatever its date, once after the import was switched on (R3).

        The cursor stays: what was sent since the channel's start is read by its changes.
        """
        if self.sync.open_read_on or not self.channel.import_orders:
            return
        started = fields.Datetime.now()
        for page in self.client.order_pages(statuses=OPEN, limit=PAGE_SIZE):
            self._import_page_and_report(page)
        self.sync.open_read_on = started
        self._checkpoint()

    def _changes_since(self):
        """Return from when on changes are read: shortly before the cursor.

        The channel's start says since when what is sent already is imported; what was open then is followed anyway.
        """
        first = self._first_change()
        return max(first, (self.sync.cursor or first) - OVERLAP)

    def _first_change(self):
        return min(filter(None, (self.channel.import_from, self.sync.open_read_on)))

    def _reconcile(self):
        """Read again what OTTO changed in the last two weeks, once a night: nothing may be missed (R19).

        What is new was read before. Each page notes where it ends, so that a run that is ended goes on there; one
        whose time is up calls the next.
        """
        if not (self.sync.reconciled_to or self._is_reconcile_due()):
            return
        begin = self.sync.reconciled_to or max(self._first_change(), fields.Datetime.now() - RECONCILE)
        for page in self.client.order_pages(changed_since=aware(begin), limit=PAGE_SIZE):
            seconds = self._import_page_and_report(page, moves="reconciled_to")
            # A page whose orders all changed in one moment would be the first of the next run as well.
            if seconds <= 0 and self.sync.reconciled_to and self.sync.reconciled_to > begin:
                self._run_again()
                return
        self._note_reconciled()

    def _is_reconcile_due(self):
        return (self.sync.reconciled_on or self._first_change()) < self._reconcile_due()

    def _note_reconciled(self):
        """Note that all was read to the end of OTTO's list."""
        sync = self.sync
        sync.write(
            {
                "reconciled_on": max(filter(None, (sync.reconciled_on, self._reconcile_due()))),
                "reconciled_to": False,
            }
        )

    def _reconcile_due(self):
        """Return the last moment at which a night's reconcile was due."""
        now = fields.Datetime.now()
        due = now.replace(hour=RECONCILE_HOUR_UTC, minute=0, second=0)
        return due if due <= now else due - timedelta(days=1)

    def _import_page_and_report(self, page, moves=None):
        """Import a page, report what cannot be; return the seconds that the scheduled action may still work.

        :param moves: the field of the flow's row that notes up to when changes are read
        """
        self._keep_unimported((), page.broken)
        self._report_broken_orders(page.broken)
        return self._import_and_report(page.orders, moves)

    def _import_and_report(self, orders, moves=None):
        if not orders:
            return float("inf")
        orders = [sound_order(order) for order in orders]
        failures, seconds = self._import_page(orders, moves)
        failures += self._not_understood(orders) + self._imported_elsewhere(orders)
        self._report_order_failures(failures, orders)
        return seconds

    def _orders_to_retry(self):
        """Read the orders again for which a person pressed *Retry* (R20); one that cannot be read stops none."""
        orders = []
        for number in self._numbers_to_retry():
            try:
                orders.append(self.client.order(number))
            except (OttoRateLimited, OttoAuthError, OttoForbidden):
                raise
            except OttoError as error:
                _logger.warning("Order %s cannot be read again: %s", number, error.words)
        return orders

    def _numbers_to_retry(self):
        """Return the numbers of the orders that a person has tried again; an article stands for those that wait."""
        issues = self._issues_to_retry()
        articles = issues.filtered(lambda issue: issue.kind == "article")
        numbers = set((issues - articles).mapped("external_id"))
        if articles:
            waiting = self.env["sale.order"]._otto_waiting_for(self.channel, articles.mapped("external_id"))
            for orders in waiting.values():
                numbers.update(orders.mapped("otto_order_number"))
        return sorted(numbers)

    def _import_page(self, orders, moves):
        """Import the orders of a page and note up to when changes are read in the same transaction.

        A concurrency error rolls back and starts the page again in a new transaction (R19). What looks like one again
        and again, such as a piece that two orders of OTTO have, is the fault of an order.

        :return: list of (Order, error) of the orders that could not be imported, and the seconds that are left
        """
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                failures = self._import_halving(orders, blamed=(psycopg2.errors.UniqueViolation,) if last else ())
                self._keep_unimported(orders)
                if moves:
                    self._move(moves, orders)
                return failures, self._checkpoint(len(orders))
            except CONCURRENCY:
                self.env.cr.rollback()
                if last:
                    raise
                _logger.info("Importing a page again after a concurrent change")
                self.sync._lock()
        return [], 0.0

    def _import_halving(self, orders, blamed=()):
        """Import orders in one go; when that fails, halve until the bad order is alone (R20).

        :param blamed: concurrency errors for which an order is blamed all the same
        :return: list of (Order, error)
        :raises psycopg2.Error: concurrency errors and violations of OTTO's keys
        """
        if not orders:
            return []
        try:
            with self.env.cr.savepoint():
                self._import_orders(orders)
            return []
        except Exception as error:  # noqa: BLE001 whatever one order brings must not stop the others (R20)
            if isinstance(error, CONCURRENCY) and not isinstance(error, blamed):
                raise
            self.env.invalidate_all()
            if len(orders) == 1:
                _logger.warning("OTTO order %s cannot be imported", orders[0].number, exc_info=True)
                return [(orders[0], error)]
            middle = len(orders) // 2
            halves = orders[:middle], orders[middle:]
            return [failure for half in halves for failure in self._import_halving(half, blamed)]

    def _import_orders(self, orders):
        """Create the new orders among these and update the known ones; both in batch."""
        newest = {}
        for order in map(sound_order, orders):
            if order.id not in newest or changed_at(order) >= changed_at(newest[order.id]):
                newest[order.id] = order
        linker = self.env["otto.order.linker"]
        linker._link_orders(newest.values())
        known = self.channel._orders_by_otto_id(newest)
        new = [order for otto_id, order in newest.items() if otto_id not in known]
        elsewhere = linker._orders_elsewhere(new)
        self.env["otto.order.mapper"]._create_orders([order for order in new if order.id not in elsewhere])
        if self.channel._takes_changes:
            self.env["otto.order.updater"]._update_orders(
                {known[otto_id]: order for otto_id, order in newest.items() if otto_id in known}
            )

    def _move(self, name, orders):
        """Note up to when changes are read: OTTO sorts by this date, what lies behind it is on later pages.

        A moment that has not come yet would hide everything until then.

        :param name: the field that notes it
        """
        latest = min(naive(max(order.lifecycle_change for order in orders)), fields.Datetime.now())
        self.sync[name] = max(filter(None, (self.sync[name], latest)))

    def _report_broken_orders(self, broken):
        """Report the orders of a page that could not even be read (R20), but for those that a person has settled."""
        told = self._untold([(order, self._broken_text(order)) for order in broken])
        self._report("order", [(order_key(order), text, None) for order, text in told])

    def _broken_text(self, order):
        text = self.env._(
            "OTTO order %(number)s cannot be read: %(reason)s. The other orders were imported.",
            number=order_key(order),
            reason=self.channel._field_words(order.reason),
        )
        if any(sku is None for sku, _status in order.pieces):
            text += " " + self.env._(
                "Nobody can tell what was sold in it, so no stock is raised on OTTO for 14 days. Please look at "
                "the order in OTTO Partner Connect and press Mark as Solved when its goods are taken care of."
            )
        return text

    def _report_order_failures(self, failures, orders):
        """Report what failed and resolve what worked, after the page was committed."""
        failed = {order_key(order) for order, _error in failures}
        self._report(
            "order",
            [
                (
                    order_key(order),
                    self.env._(
                        "OTTO order %(number)s cannot be imported: %(reason)s. Please correct it and press Retry.",
                        number=order_key(order),
                        reason=tidy(reason_of(error)).rstrip("."),
                    ),
                    None,
                    *(() if isinstance(error, (str, UserError)) else (trace(error),)),
                )
                for order, error in failures
            ],
        )
        self._resolve("order", [key for order in orders if (key := order_key(order)) not in failed])

    def _imported_elsewhere(self, orders):
        """Return (Order, reason) of the orders that another channel has imported; they do not come twice (R19)."""
        if not self.channel.import_orders:
            return []
        known = self.channel._orders_by_otto_id(order.id for order in orders)
        others = self.env["otto.order.linker"]._orders_elsewhere([order for order in orders if order.id not in known])
        return [
            (
                order,
                self.env._(
                    "it is in Odoo already as %(order)s of the channel %(channel)s (%(company)s), which has the same "
                    "account at OTTO; only one of the channels may work for it",
                    order=others[order.id].name,
                    channel=others[order.id].otto_channel_id.name,
                    company=others[order.id].company_id.name,
                ),
            )
            for order in orders
            if order.id in others
        ]
