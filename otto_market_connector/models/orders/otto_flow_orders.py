"""Orders in: page by page, all orders of a page in one go, the bad order alone (R19, R20)."""

import logging
from datetime import timedelta

from odoo import fields, models

from ...otto_api import OttoInvalid, OttoNotFound
from ..core.concurrency import CONCURRENCY, TRIES
from ..core.moments import aware, naive
from .const import OVERLAP, PAGE_SIZE, RECONCILE, RECONCILE_HOUR_UTC
from .otto_order_mapper import changed_at

_logger = logging.getLogger(__name__)


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("orders", "Orders from OTTO")], ondelete={"orders": "cascade"})
    reconciled_on = fields.Datetime("Last Reconciled", readonly=True)


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(
        selection_add=[
            ("order", "Order Import"),
            ("article", "Unknown Article"),
            ("total", "Total Differs"),
            ("shipped", "Sent on One Side Only"),
        ],
        ondelete={"order": "cascade", "article": "cascade", "total": "cascade", "shipped": "cascade"},
    )


class OttoFlowOrders(models.AbstractModel):
    _name = "otto.flow.orders"
    _description = "Orders from OTTO"
    _inherit = ["otto.flow"]

    _interval = 5
    _sequence = 10
    _kinds = ("order", "article", "total", "shipped")

    def _work_off(self):
        """Import new orders and changes of known ones since the flow's cursor.

        :raises OttoError: when OTTO cannot be asked
        """
        if not (self.channel.import_orders or self.channel._takes_changes):
            return
        since = self._changes_since()
        self._import_and_report(self._orders_to_retry())
        for page in self.client.order_pages(changed_since=aware(since), limit=PAGE_SIZE):
            self._report_broken_orders(page.broken)
            self._keep_unimported((), page.broken)
            self._import_and_report(page.orders)
        self.sync.reconciled_on = max(filter(None, (self.sync.reconciled_on, self._reconcile_due())))

    def _changes_since(self):
        """Return from when on changes are read: shortly before the cursor, once a night two weeks back."""
        sync, first = self.sync, self.channel.import_from
        since = (sync.cursor or first) - OVERLAP
        if sync.cursor and (sync.reconciled_on or first) < self._reconcile_due():
            since = min(since, fields.Datetime.now() - RECONCILE)
        return max(first, since)

    def _reconcile_due(self):
        """Return the last moment at which a night's reconcile was due."""
        now = fields.Datetime.now()
        due = now.replace(hour=RECONCILE_HOUR_UTC, minute=0, second=0)
        return due if due <= now else due - timedelta(days=1)

    def _import_and_report(self, orders):
        if orders:
            failures = self._import_page(orders) + self._not_understood(orders)
            self._report_order_failures(failures, orders)

    def _orders_to_retry(self):
        """Read the orders again for which a person pressed *Retry* (R20)."""
        orders = []
        for number in sorted(set(self._issues_to_retry().mapped("external_id"))):
            try:
                orders.append(self.client.order(number))
            except (OttoNotFound, OttoInvalid) as error:
                _logger.warning("Order %s cannot be read again: %s", number, error.words)
        return orders

    def _import_page(self, orders):
        """Import the orders of a page and move the cursor in the same transaction.

        A concurrency error rolls back and starts the page again in a new transaction (R19).

        :return: list of (Order, error) of the orders that could not be imported
        """
        for attempt in range(TRIES):
            try:
                failures = self._import_halving(orders)
                self._keep_unimported(orders)
                self._move_cursor(orders)
                self._checkpoint(len(orders))
                return failures
            except CONCURRENCY:
                self.env.cr.rollback()
                if attempt == TRIES - 1:
                    raise
                _logger.info("Importing a page again after a concurrent change")
                self.sync._lock()
        return []

    def _import_halving(self, orders):
        """Import orders in one go; when that fails, halve until the bad order is alone (R20).

        :return: list of (Order, error)
        :raises psycopg2.Error: concurrency errors and violations of OTTO's keys
        """
        if not orders:
            return []
        try:
            with self.env.cr.savepoint():
                self._import_orders(orders)
            return []
        except CONCURRENCY:
            raise
        except Exception as error:  # noqa: BLE001 whatever one order brings must not stop the others (R20)
            if len(orders) == 1:
                _logger.warning("OTTO order %s cannot be imported", orders[0].number, exc_info=True)
                return [(orders[0], error)]
            self.env.invalidate_all()
            middle = len(orders) // 2
            return self._import_halving(orders[:middle]) + self._import_halving(orders[middle:])

    def _import_orders(self, orders):
        """Create the new orders among these and update the known ones; both in batch."""
        newest = {}
        for order in orders:
            if order.id not in newest or changed_at(order) >= changed_at(newest[order.id]):
                newest[order.id] = order
        known = self.channel._orders_by_otto_id(newest)
        self.env["otto.order.mapper"]._create_orders(
            [order for otto_id, order in newest.items() if otto_id not in known]
        )
        if self.channel._takes_changes:
            self.env["otto.order.updater"]._update_orders(
                {known[otto_id]: order for otto_id, order in newest.items() if otto_id in known}
            )

    def _move_cursor(self, orders):
        if orders:
            # OTTO sorts by this date: what lies behind it on later pages is still to be read.
            latest = max(order.lifecycle_change for order in orders)
            self.sync.cursor = max(filter(None, (self.sync.cursor, naive(latest))))

    def _report_broken_orders(self, broken):
        """Report the orders of a page that could not even be read (R20)."""
        self._report(
            "order",
            [
                (
                    order.number or order.id or "?",
                    self.env._(
                        "OTTO order %(number)s cannot be read: %(reason)s. The other orders were imported.",
                        number=order.number or order.id or "?",
                        reason=order.reason,
                    ),
                    None,
                )
                for order in broken
            ],
        )

    def _report_order_failures(self, failures, orders):
        """Report what failed and resolve what worked, after the page was committed."""
        failed = {order.number for order, _error in failures}
        self._report(
            "order",
            [
                (
                    order.number,
                    self.env._(
                        "OTTO order %(number)s cannot be imported: %(reason)s. Please correct it and press Retry.",
                        number=order.number,
                        reason=str(error),
                    ),
                    None,
                )
                for order, error in failures
            ],
        )
        self._resolve("order", [order.number for order in orders if order.number not in failed])
