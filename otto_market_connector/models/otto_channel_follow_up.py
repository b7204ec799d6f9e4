"""What became of what OTTO was told: cancellations carried out, shipments known, differences settled (R15, R20)."""

from datetime import timedelta

from odoo import fields, models

from ..otto_api import OttoConflict, OttoInvalid, OttoNotFound

# The scheduled action comes every hour.
EVERY = timedelta(minutes=50)
# OTTO's own time between accepting a cancellation and carrying it out is minutes.
FOLLOW_AFTER = timedelta(hours=1)
# OTTO shows an order as sent within minutes.
LEFT_ALONE = timedelta(days=1)
# So many orders are looked at in a run; those that have waited longest come first.
LIMIT = 200


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _follow_up(self, client, sync):
        """Once an hour, look after what was told; each cancellation in a transaction of its own.

        :raises OttoError: OTTO cannot be asked now
        """
        now = fields.Datetime.now()
        if sync.reconciled_on and sync.reconciled_on > now - EVERY:
            return
        self._settle_issues()
        self._report_left_alone()
        sync.reconciled_on = now
        sync._checkpoint()
        domain = [
            ("otto_channel_id", "=", self.id),
            ("otto_outbound_state", "in", ("cancelled", "refused")),
            ("otto_told_on", "<=", now - FOLLOW_AFTER),
        ]
        for order in self.env["sale.order"].search(domain, order="otto_told_on, id", limit=LIMIT):
            self._follow_cancellation(client, order)
            if sync._checkpoint(1) <= 0:
                return

    def _follow_cancellation(self, client, order):
        """See what became of a cancellation: OTTO only accepts it and carries it out later (facts on orders, §4.5)."""
        try:
            current = client.order(order.otto_order_id)
        except (OttoConflict, OttoInvalid, OttoNotFound) as error:
            order._otto_refused(self._outbound_error_text(order, error))
            return
        if all(item.cancelled for item in current.items):
            order._otto_note(otto_outbound_state="cancelled", otto_refusal=False, otto_told_on=False)
            self.env["otto.issue"]._resolve(self, "outbound", [order.otto_order_number])
            return
        order._otto_refused(
            self.env._(
                "Order %(order)s: OTTO accepted the cancellation, but has not carried it out. Look at the order in "
                "OTTO Partner Connect: cancel it there, or press Tell OTTO again, or Reopen it and ship it.",
                order=order.name,
            )
        )

    def _report_left_alone(self):
        """Report orders that left the house a day ago and that OTTO still has to be shipped (R20).

        OTTO was told and has not taken it over, or could not be told for want of a number. OTTO's change resolves it.
        """
        domain = [
            ("otto_channel_id", "=", self.id),
            ("otto_outbound_state", "in", ("sent", "waiting")),
            ("otto_status", "=", "processable"),
            ("picking_ids", "any", [("state", "=", "done"), ("date_done", "<=", fields.Datetime.now() - LEFT_ALONE)]),
        ]
        failures = []
        for order in self.env["sale.order"].search(domain, order="id desc", limit=LIMIT):
            reason = order._otto_missing_parcels() if order.otto_outbound_state == "waiting" else ""
            text = self.env._(
                "Order %(order)s was shipped more than a day ago, but OTTO still has it to be shipped, so there is no "
                "invoice and no payout. Please look at the order in OTTO Partner Connect. %(reason)s",
                order=order.name,
                reason=reason,
            )
            failures.append((order.otto_order_number, text.strip(), order))
        self.env["otto.issue"]._report(self, "shipped", failures)

    def _report_sent_elsewhere(self, orders, others):
        """Report orders that OTTO and Odoo see differently, and resolve this for the others (R20)."""
        failures = []
        for order in orders:
            if order.state == "cancel":
                text = self.env._(
                    "Order %(order)s is sent or returned at OTTO, but cancelled in Odoo. If the goods have left, take "
                    "them out of the stock by hand and mark this as solved; otherwise look at the order in OTTO "
                    "Partner Connect.",
                    order=order.name,
                )
            else:
                text = self.env._(
                    "Order %(order)s is sent or returned at OTTO, but its delivery in Odoo is open. Validate the "
                    "delivery to take the goods out of the stock (no label is booked), or cancel it if they are still "
                    "there.",
                    order=order.name,
                )
            failures.append((order.otto_order_number, text, order))
        self.env["otto.issue"]._report(self, "shipped", failures)
        self.env["otto.issue"]._resolve(self, "shipped", others.mapped("otto_order_number"))

    def _settle_issues(self):
        """Resolve what people have put right in Odoo since it was reported (R20)."""
        differs = {"shipped": lambda order: order._otto_differs_in_shipping(), "total": lambda o: o.otto_total_differs}
        for kind, still in differs.items():
            issues = self.env["otto.issue"].sudo()._open(self, kind).filtered(lambda i: i.res_model == "sale.order")
            orders = self.env["sale.order"].browse(issues.mapped("res_id")).exists()
            settled = orders - orders.filtered(still)
            self.env["otto.issue"]._resolve(self, kind, settled.mapped("otto_order_number"))
