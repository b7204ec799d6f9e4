"""Receipts compared with what Odoo knows: shipped and not billed, other sums, refunds without a return (R28)."""

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..core.concurrency import CONCURRENCY
from ..core.texts import defect, trace
from ..core.write_guard import as_connector
from .const import CHECK_LIMIT, DAYS_BACK, RECEIPT_DUE, RETURN_DUE, SETTLE_BATCH
from .otto_receipt_line import SHIPPED

_logger = logging.getLogger(__name__)
# Why OTTO gives all back for goods that never left or never come back.
NO_RETURN = ("CANCELLATION", "DELIVERY_FEE_REFUND_AFTER_FULL_REFUND")
# What such goods are at OTTO, while nobody can read its returns.
BACK = ("returned", "cancelled")
# What a return is at OTTO for which it pays; misdirected goods lie in its own warehouse.
TAKEN_BACK = ("accepted", "misdirected")


class OttoReceiptChecks(models.AbstractModel):
    _name = "otto.receipt.checks"
    _description = "Receipts of OTTO Compared with the Orders"
    _inherit = ["otto.component"]

    def _check(self, checkpoint):
        """Compare what is new, and what differed before.

        Receipts count as compared once what was found is reported: whatever ends the run before that (a kill, another
        worker), the next one compares and reports again, and an issue is known by its key (R19).

        :param checkpoint: commits
        :return: whether all was compared
        """
        receipts = self._unchecked()
        self._check_sums(receipts.order_id | self._orders_with_issue("receipt_total"))
        self._check_refunds(receipts.filtered(lambda receipt: receipt.kind == "refund"))
        receipts.is_checked = True
        checkpoint(len(receipts))
        return self._check_missing(checkpoint) and len(receipts) < CHECK_LIMIT

    def _unchecked(self):
        """Return receipts that nobody has compared yet; of refunds the return may be known a little later."""
        domain = Domain("channel_id", "=", self.channel.id) & Domain("is_checked", "=", False)
        domain &= Domain("order_id", "!=", False)
        ripe = Domain("kind", "!=", "refund") | Domain("created_on", "<", fields.Datetime.now() - RETURN_DUE)
        receipts = as_connector(self.env["otto.receipt"].sudo())
        return receipts.search(domain & ripe, limit=CHECK_LIMIT, order="created_on, id")

    def _open(self, kind):
        return self._issues.sudo()._open(self.channel, kind)

    def _orders_with_issue(self, kind):
        return self.channel._orders_by_number(self._open(kind).mapped("external_id"))

    def _compared(self, records, compare):
        """Compare records; one that meets a defect stops no other (R20), and is an issue that the next run tries again.

        :param compare: function of one record
        :return: dict of record to what was found, and one of those that met a defect to the error
        :raises psycopg2.Error: concurrency errors
        """
        try:
            with self.env.cr.savepoint():
                return {record: compare(record) for record in records}, {}
        except CONCURRENCY:
            raise
        except Exception as error:  # noqa: BLE001 whatever one record brings must not stop the others (R20)
            self.env.invalidate_all()
            if len(records) == 1:
                _logger.warning("%s cannot be compared", records, exc_info=True)
                return {}, {records: error}
        found, failed = {}, {}
        for record in records:
            own, defects = self._compared(record, compare)
            found |= own
            failed |= defects
        return found, failed

    def _report_defects(self, kind, name, failed):
        """Report what could not be compared, with the traceback for whoever mends it.

        :param name: the field of the records by which the issues are known
        :param failed: dict of record to error
        """
        self._issues._report(
            self.channel,
            kind,
            [
                (
                    record[name],
                    self.env._(
                        "%(name)s cannot be compared with OTTO's receipts because of a defect (%(defect)s). It is "
                        "tried again by itself; if it goes on, please tell your administrator.",
                        name=record[name],
                        defect=defect(error),
                    ),
                    record,
                    trace(error),
                )
                for record, error in failed.items()
            ],
        )

    # Sums

    def _check_sums(self, orders):
        problems, failed = self._compared(orders, self.env["otto.receipt.sums"]._problems)
        self._report_defects("receipt_total", "otto_order_number", failed)
        self._issues._report(
            self.channel,
            "receipt_total",
            [
                (
                    order.otto_order_number,
                    self.env._(
                        "Order %(order)s: %(problems)s Please compare the order with its receipts, ask OTTO where they "
                        "are wrong, and mark this as solved when it is settled.",
                        order=order.name,
                        problems=" ".join(texts),
                    ),
                    order,
                )
                for order, texts in problems.items()
                if texts
            ],
        )
        equal = [order.otto_order_number for order, texts in problems.items() if not texts]
        self._issues._resolve(self.channel, "receipt_total", equal)

    # Refunds and their returns

    def _check_refunds(self, refunds):
        refunds |= self._receipts_named(self._open("receipt_refund").mapped("external_id"))
        judged, failed = self._compared(refunds, self._is_without_return)
        self._report_defects("receipt_refund", "number", failed)
        unexplained = refunds.filtered(judged.get)
        self._issues._report(
            self.channel,
            "receipt_refund",
            [
                (
                    refund.number,
                    self.env._(
                        "OTTO has refunded %(amount)s of order %(order)s with %(number)s, and no return of these "
                        "pieces is known: %(pieces)s. Please look whether the goods came back, or ask OTTO why it has "
                        "paid; this is solved when OTTO has accepted their return.",
                        amount=refund.currency_id.format(refund.amount_gross),
                        order=refund.order_id.name,
                        number=refund.number,
                        pieces=", ".join(sorted({line.title or line.sku or "?" for line in refund.line_ids})[:5]),
                    ),
                    refund,
                )
                for refund in unexplained
            ],
        )
        explained = [refund.number for refund, is_without in judged.items() if not is_without]
        self._issues._resolve(self.channel, "receipt_refund", explained)

    def _is_without_return(self, refund):
        """Tell whether a refund gives back goods that are neither cancelled nor in a return that OTTO has accepted."""
        if refund.reason in NO_RETURN or not refund.order_id:
            return False
        pieces = refund.line_ids.filtered(lambda line: line.line_type == "item").piece_ids
        if not self._knows_returns_since(refund.created_on):
            return any(piece.status not in BACK for piece in pieces)
        return any(piece.status != "cancelled" and not self._is_taken_back(piece) for piece in pieces)

    def _knows_returns_since(self, moment):
        """Tell whether OTTO's returns were read after a moment: not every app may (R1), and OTTO fails at times."""
        read = self.channel._sync("returns").last_success
        return bool(read and read > moment)

    def _is_taken_back(self, piece):
        return any(
            line.otto_status in TAKEN_BACK or line.decided_by_otto
            for line in piece.return_line_ids
            if not line.withdrawn_on or line.otto_status == "accepted"
        )

    def _receipts_named(self, numbers):
        domain = [("channel_id", "=", self.channel.id), ("number", "in", list(numbers))]
        return self.env["otto.receipt"].sudo().search(domain)

    # Shipped and not billed

    def _check_missing(self, checkpoint):
        """Report orders that were shipped a day ago and are not billed, once all receipts of the time were read.

        :return: whether there was time to look at all
        """
        if not self.sync.receipts_read_on:
            return True
        pieces = self._pieces_unbilled(checkpoint)
        if pieces is None:
            return False
        orders = pieces.grouped("order_id")
        due = [order for order in orders if self._is_billing_due(order)]
        still = {order.otto_order_number for order in due}
        others = [key for key in self._open("receipt_missing").mapped("external_id") if key not in still]
        self._issues._resolve(self.channel, "receipt_missing", others)
        self._issues._report(
            self.channel,
            "receipt_missing",
            [
                (
                    order.otto_order_number,
                    self.env._(
                        "Order %(order)s was shipped more than a day ago, and OTTO has written no receipt for these "
                        "pieces: %(pieces)s. Please look at the order in OTTO Partner Connect: without a receipt OTTO "
                        "pays nothing.",
                        order=order.name,
                        pieces=", ".join(sorted({piece.title or piece.sku for piece in orders[order]})[:5]),
                    ),
                    order,
                )
                for order in self._issues._not_settled(self.channel, "receipt_missing", due, "otto_order_number")
            ],
        )
        return True

    def _pieces_unbilled(self, checkpoint):
        """Return the pieces that were shipped and that no receipt bills; of the others none is looked at again.

        So a run costs what was shipped since the last one, and what is missing, however old the shop is.

        :return: `otto.position.item`; None when time was up before all were looked at
        """
        domain = [("channel_id", "=", self.channel.id), ("status", "in", SHIPPED), ("receipt_settled", "=", False)]
        unbilled = items = self.env["otto.position.item"].sudo()
        last = 0
        while pieces := items.search([*domain, ("id", ">", last)], order="id", limit=SETTLE_BATCH):
            last = pieces[-1].id
            settled = pieces.filtered(self._is_settled)
            unbilled |= pieces - settled
            if settled:
                settled.receipt_settled = True
                if checkpoint(0) <= 0 and len(pieces) == SETTLE_BATCH:
                    return None
        return unbilled

    def _is_settled(self, piece):
        """Tell whether a receipt bills a piece, or its order left before the days that are read back."""
        if "purchase" in piece.receipt_line_ids.receipt_id.mapped("kind"):
            return True
        order = piece.order_id
        since = fields.Datetime.now() - timedelta(days=DAYS_BACK)
        return max([order.date_order, *self._transfers_left(order)]) < since

    def _transfers_left(self, order):
        """Return when the transfers of an order left; what came back is none of them."""
        left = order.picking_ids.filtered(lambda picking: picking.picking_type_code != "incoming")
        return [moment for moment in left.mapped("date_done") if moment]

    def _is_billing_due(self, order):
        """Tell whether the order left a day ago or more; without a transfer, when OTTO changed it last."""
        left = self._transfers_left(order)
        shipped = max(left) if left else order.otto_last_modified or order.date_order
        return shipped <= fields.Datetime.now() - RECEIPT_DUE
