"""What became of what OTTO was told: cancellations carried out, shipments known, differences settled (R15, R20)."""

from odoo import fields, models

from ...otto_api import OttoConflict, OttoError, OttoInvalid, OttoNotFound
from ..core.attempts import Attempts
from .const import EVERY, FOLLOW_AFTER, LIMIT, UNACKNOWLEDGED


class OttoFlowFulfilment(models.AbstractModel):
    _inherit = "otto.flow.fulfilment"

    def _follow_up(self):
        """Once an hour, look after what was told; each cancellation in a transaction of its own.

        :raises OttoError: OTTO cannot be asked now, or fails on one order; the others were looked after
        """
        now = fields.Datetime.now()
        if self.sync.followed_up_on and self.sync.followed_up_on > now - EVERY:
            return
        self._settle_issues()
        self._report_unacknowledged()
        self.sync.followed_up_on = now
        self._checkpoint()
        domain = [
            ("otto_channel_id", "=", self.channel.id),
            ("otto_report_state", "in", ("cancelled", "refused")),
            ("otto_cancel_sent_on", "<=", now - FOLLOW_AFTER),
        ]
        attempts = Attempts()
        for order in self.env["sale.order"].search(domain, order="otto_cancel_sent_on, id", limit=LIMIT):
            try:
                self._follow_cancellation(order)
            except OttoError as error:
                if not self._concerns_this_alone(error):
                    raise
                attempts.failed(error)
            if attempts.is_over or self._checkpoint(1) <= 0:
                break
        attempts.raise_last()

    def _follow_cancellation(self, order):
        """See what became of a cancellation: OTTO only accepts it and carries it out later (facts/otto.md §4.5)."""
        try:
            current = self.client.order(order.otto_order_id)
        except (OttoConflict, OttoInvalid, OttoNotFound) as error:
            order._otto_refused(self._report_error_text(order, error))
            return
        if all(item.cancelled for item in current.items):
            order._otto_update_report_state("cancelled")
            self._resolve("report", [order.otto_order_number])
            return
        order._otto_refused(
            self.env._(
                "Order %(order)s: OTTO accepted the cancellation, but has not carried it out. Look at the order in "
                "OTTO Partner Connect: cancel it there, or press Tell OTTO again, or Reopen it and ship it.",
                order=order.name,
            )
        )

    def _report_unacknowledged(self):
        """Report orders that left the house a day ago and that OTTO still has to be shipped (R20).

        OTTO was told and has not taken it over, or could not be told for want of a number. OTTO's change resolves it.
        """
        domain = [
            ("otto_channel_id", "=", self.channel.id),
            ("otto_report_state", "in", ("sent", "waiting")),
            ("otto_status", "=", "processable"),
            (
                "picking_ids",
                "any",
                [("state", "=", "done"), ("date_done", "<=", fields.Datetime.now() - UNACKNOWLEDGED)],
            ),
        ]
        failures = []
        for order in self.env["sale.order"].search(domain, order="id desc", limit=LIMIT):
            reason = order._otto_missing_parcels() if order.otto_report_state == "waiting" else ""
            text = self.env._(
                "Order %(order)s was shipped more than a day ago, but OTTO still has it to be shipped, so there is no "
                "invoice and no payout. Please look at the order in OTTO Partner Connect. %(reason)s",
                order=order.name,
                reason=reason,
            )
            failures.append((order.otto_order_number, text.strip(), order))
        self._report("shipped", failures)

    def _settle_issues(self):
        """Resolve what people have put right in Odoo since it was reported (R20)."""
        differs = {"shipped": lambda order: order._otto_differs_in_shipping(), "total": lambda o: o.otto_total_differs}
        for kind, still in differs.items():
            issues = self._issues.sudo()._unsolved(self.channel, kind).filtered(lambda i: i.res_model == "sale.order")
            orders = self.env["sale.order"].browse(issues.mapped("res_id")).exists()
            settled = orders - orders.filtered(still)
            self._resolve(kind, settled.mapped("otto_order_number"))
