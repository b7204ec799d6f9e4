"""Orders in: page by page, all orders of a page in one go, the bad order alone (R19, R20)."""

import logging
from datetime import timedelta, timezone

from odoo import fields, models

from ..otto_api import OttoInvalid, OttoNotFound
from .otto_channel_order_values import changed_at
from .otto_issue import CONCURRENCY, FLOW_OF_KIND

_logger = logging.getLogger(__name__)

# Changes are read again from this long before the last one seen: OTTO's clocks and lists are not exact.
OVERLAP = timedelta(minutes=10)
# Once a night everything that changed in these days is read again: nothing may be missed (R19).
RECONCILE = timedelta(days=14)
RECONCILE_HOUR_UTC = 1
PAGE_SIZE = 64
PAGE_TRIES = 3


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _run_orders(self, sync):
        """Import new orders and changes of known ones since the flow's cursor.

        :param sync: the locked `otto.sync` row of the flow
        :raises OttoError: when OTTO cannot be asked
        """
        self.ensure_one()
        if not (self.import_orders or self._takes_changes):
            return
        since = self._changes_since(sync)
        client = self._otto_client()
        self._import_and_report(sync, self._orders_to_retry(client, sync))
        for page in client.order_pages(changed_since=_aware(since), limit=PAGE_SIZE):
            self._report_broken_orders(page.broken)
            self._hold_pieces((), page.broken)
            self._import_and_report(sync, page.orders)
        sync.reconciled_on = max(filter(None, (sync.reconciled_on, self._reconcile_due())))

    def _changes_since(self, sync):
        """Return from when on changes are read: shortly before the cursor, once a night two weeks back."""
        since = (sync.cursor or self.import_from) - OVERLAP
        if sync.cursor and (sync.reconciled_on or self.import_from) < self._reconcile_due():
            since = min(since, fields.Datetime.now() - RECONCILE)
        return max(self.import_from, since)

    def _reconcile_due(self):
        """Return the last moment at which a night's reconcile was due."""
        now = fields.Datetime.now()
        due = now.replace(hour=RECONCILE_HOUR_UTC, minute=0, second=0)
        return due if due <= now else due - timedelta(days=1)

    def _import_and_report(self, sync, orders):
        if orders:
            failures = self._import_page(sync, orders) + self._not_understood(orders)
            self._report_order_failures(failures, orders)

    def _orders_to_retry(self, client, sync):
        """Read the orders again for which a person pressed *Retry* (R20)."""
        domain = [
            ("channel_id", "=", self.id),
            ("state", "=", "open"),
            ("retry", "=", True),
            ("kind", "in", [kind for kind, flow in FLOW_OF_KIND.items() if flow == "orders"]),
        ]
        issues = self.env["otto.issue"].sudo().search(domain)
        numbers = set(issues.mapped("external_id"))
        if issues:
            issues.retry = False
            # Issues are reported through a cursor of their own, which would wait for this transaction for ever.
            sync._checkpoint()
        orders = []
        for number in sorted(numbers):
            try:
                orders.append(client.order(number))
            except (OttoNotFound, OttoInvalid) as error:
                _logger.warning("Order %s cannot be read again: %s", number, error.words)
        return orders

    def _import_page(self, sync, orders):
        """Import the orders of a page and move the cursor in the same transaction.

        A concurrency error rolls back and starts the page again in a new transaction (R19).

        :return: list of (Order, error) of the orders that could not be imported
        """
        for attempt in range(PAGE_TRIES):
            try:
                failures = self._import_halving(orders)
                self._hold_pieces(orders)
                self._move_cursor(sync, orders)
                sync._checkpoint(len(orders))
                return failures
            except CONCURRENCY:
                self.env.cr.rollback()
                if attempt == PAGE_TRIES - 1:
                    raise
                _logger.info("Importing a page again after a concurrent change")
                sync._lock()
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
        known = self._orders_by_otto_id(newest)
        self._create_orders([order for otto_id, order in newest.items() if otto_id not in known])
        if self._takes_changes:
            self._update_orders({known[otto_id]: order for otto_id, order in newest.items() if otto_id in known})

    def _orders_by_otto_id(self, otto_ids):
        orders = self.env["sale.order"].search(
            [("otto_channel_id", "=", self.id), ("otto_order_id", "in", list(otto_ids))]
        )
        return {order.otto_order_id: order for order in orders}

    def _move_cursor(self, sync, orders):
        if orders:
            # OTTO sorts by this date: what lies behind it on later pages is still to be read.
            latest = max(order.lifecycle_change for order in orders)
            sync.cursor = max(filter(None, (sync.cursor, _naive(latest))))

    def _report_broken_orders(self, broken):
        """Report the orders of a page that could not even be read (R20)."""
        self.env["otto.issue"]._report(
            self,
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
        self.env["otto.issue"]._report(
            self,
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
        self.env["otto.issue"]._resolve(self, "order", [order.number for order in orders if order.number not in failed])


def _naive(moment):
    return moment.replace(tzinfo=None) if moment else False


def _aware(moment):
    return fields.Datetime.to_datetime(moment).replace(tzinfo=timezone.utc)
