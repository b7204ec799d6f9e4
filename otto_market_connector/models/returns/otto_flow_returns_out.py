"""Decisions out (R24): up to 200 pieces in a call, answers read piece by piece, in doubt until they are known (R19)."""

from collections import deque
from datetime import timedelta

from odoo import fields, models

from ...otto_api import (
    OttoError,
    OttoInvalid,
    OttoUnavailable,
    ReturnDecision,
)
from ..core.concurrency import lock_rows
from ..core.moments import aware
from .const import BATCH, MOST_FAILURES

# OTTO's clock and ours may differ by so much.
CLOCKS = timedelta(minutes=10)
UNTOLD = ("due", "asked")


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(selection_add=[("decision", "Return Decision")], ondelete={"decision": "cascade"})


class OttoFlowReturns(models.AbstractModel):
    _inherit = "otto.flow.returns"

    def _tell_decisions(self):
        """Tell OTTO what was decided about pieces that came back, also what it may have heard already (R19).

        A repeated acceptance pays nothing twice: OTTO says that it was accepted, and that is a success
        (facts/otto.md §10.2). What OTTO said to a rejection stands in its list.

        :raises OttoError: OTTO cannot be told now; what it answered before is committed
        """
        if not self.channel._sends_changes:
            return
        self._look_for_rejections()
        for decision in ("accept", "reject"):
            self._tell_all(decision)
        self._settle_decision_issues()

    def _retry(self, issues):
        """OTTO is told again what it refused."""
        orders = self.env["sale.order"].browse(issues.filtered(lambda i: i.kind == "decision").mapped("res_id"))
        lines = orders.exists().otto_return_line_ids
        lines.filtered(lambda line: line.decision_state == "refused" and not line.is_settled)._update_decision("due")
        return super()._retry(issues)

    def _untold(self, decision, *states):
        domain = [
            ("channel_id", "=", self.channel.id),
            ("decision", "=", decision),
            ("decision_state", "in", states or UNTOLD),
        ]
        return self.env["otto.return.line"].search(domain, order="id")

    def _look_for_rejections(self):
        """Find rejections whose answer was lost in OTTO's list; what it says to a second one is not known."""
        lines = self._untold("reject", "asked")
        if not lines:
            return
        since = {line.piece_id.position_id.lower(): aware(line.decision_asked_on) - CLOCKS for line in lines}
        found = set()
        for page in self.client.return_pages("REJECTED"):
            for piece in page.pieces:
                key = piece.position_item_id.lower()
                if key in since and piece.occurred >= since[key]:
                    found.add(key)
            if page.pieces and page.pieces[-1].occurred < min(since.values()):
                break
        self._note_done(lines.filtered(lambda line: line.piece_id.position_id.lower() in found))
        self._checkpoint()

    # Telling

    def _tell_all(self, decision):
        """Tell OTTO batch by batch; one that it cannot work on is halved, until the piece that it fails at is alone."""
        batches, failures = deque(self._batches(self._untold(decision))), 0
        while batches and failures < MOST_FAILURES:
            lines = self._take(batches.popleft(), decision)
            if lines and not self._tell(lines, decision):
                failures += 1
                batches.extendleft(reversed(self._halves(lines)))
                if decision == "reject":
                    self._look_for_rejections()
            if self._checkpoint(len(lines), remaining=len(batches)) <= 0:
                self._run_again()
                return
        if batches:
            # OTTO works on nothing; at once it would be no better.
            self.sync._run_again_soon()

    def _batches(self, lines):
        """Divide lines into batches in which no piece comes twice: a piece may have been rejected before."""
        batches = []
        while lines:
            once = self.env["otto.return.line"].concat(*(group[:1] for group in lines.grouped("piece_id").values()))
            batches += [once[start : start + BATCH] for start in range(0, len(once), BATCH)]
            lines -= once
        return batches

    def _take(self, lines, decision):
        """Commit that OTTO is being told, before it is (R19); return the lines of which that still holds."""
        locked = lines.try_lock_for_update(allow_referencing=True)
        if len(locked) < len(lines):
            # Somebody is deciding something else about the others.
            self.sync._run_again_soon()
        locked.invalidate_recordset()
        due = locked.filtered(lambda line: line.decision == decision and line.decision_state in UNTOLD)
        due._update_decision("asked", decision_asked_on=fields.Datetime.now())
        self._checkpoint()
        return due

    def _tell(self, lines, decision):
        """Tell OTTO one batch and note its answer.

        :return: False when it could not work on the batch, which may be halved
        :raises OttoError: OTTO did not hear it
        """
        tell = self.client.accept_returns if decision == "accept" else self.client.reject_returns
        try:
            result = tell([self._decision_of(line) for line in lines])
        except OttoInvalid as error:
            # The form of one piece spoils the request, or it is too long (400, 413): nothing was done.
            if len(lines) == 1:
                self._refuse(lines, {lines.piece_id.position_id: ("other", error.words)})
            return False
        except OttoError as error:
            if not (isinstance(error, OttoUnavailable) and error.maybe_done):
                lines._update_decision("due")
                self._checkpoint()
                raise
            self._note_doubt(lines, error)
            # Where no answer came at all, the next run asks.
            return error.status is None
        self._note_result(lines, decision, result)
        return True

    def _decision_of(self, line):
        return ReturnDecision(
            position_item_id=line.piece_id.position_id,
            order_id=line.order_id.otto_order_id,
            condition=line.condition or self.channel.return_condition_default,
            reason=line.decision_reason,
        )

    @staticmethod
    def _halves(lines):
        """Return the halves of a batch; none of a piece that is alone already, which is tried again by the next run."""
        middle = len(lines) // 2
        return [lines[:middle], lines[middle:]] if middle else []

    # What OTTO answered

    def _note_result(self, lines, decision, result):
        """Note what became of each piece; whoever decides something else meanwhile is waited for."""
        lock_rows(lines)
        # A rejection may have become an acceptance while OTTO was told of it.
        lines = lines.filtered(lambda line: line.decision == decision and line.decision_state == "asked")
        by_id = {line.piece_id.position_id: line for line in lines}
        none = lines.browse()
        self._note_done(none.concat(*(by_id[key] for key in result.done if key in by_id)))
        refused = {entry.position_item_id: (entry.key, entry.words) for entry in result.refused}
        self._refuse(lines.filtered(lambda line: line.piece_id.position_id in refused), refused)
        if unclear := none.concat(*(by_id[key] for key in result.unclear if key in by_id)):
            self._note_doubt(unclear)

    def _note_done(self, lines):
        """Note that OTTO has these decisions, on the orders as well."""
        lines._update_decision("done")
        for (order, decision), told in lines.grouped(lambda line: (line.order_id, line.decision)).items():
            words = {"pieces": ", ".join(line.piece_id.title or line.piece_id.sku for line in told)}
            if decision == "accept":
                text = self.env._("OTTO has accepted the return of %(pieces)s: the customer gets the money.", **words)
            else:
                text = self.env._("OTTO has noted that the return of %(pieces)s is rejected.", **words)
            order.message_post(body=text)
        if "accept" in lines.mapped("decision"):
            # The pieces are returned now.
            self.channel._trigger("orders")

    def _refuse(self, lines, refusals):
        """Note what OTTO does not take; a person decides (R20).

        :param refusals: OTTO's id of a piece -> key and words of the refusal
        """
        for line in lines:
            key, words = refusals[line.piece_id.position_id]
            line._update_decision("refused", decision_text=self._refusal_text(line, key, words))
            line.return_id.message_post(body=line.decision_text)
        if any(refusals[line.piece_id.position_id][0] in ("accepted", "not_sent") for line in lines):
            self.channel._trigger("orders")
        self._report_orders(lines.order_id, self._refused_text)

    def _refused_text(self, order):
        lines = order.otto_return_line_ids.filtered(lambda line: line.decision_state == "refused")
        return " ".join(lines.mapped("decision_text"))

    def _refusal_text(self, line, key, words):
        """Say why OTTO does not take a decision, and what to do."""
        remedy = {
            "accepted": self.env._(
                "The customer has the money already, so it cannot be rejected any more. Please look at the order in "
                "OTTO Partner Connect."
            ),
            "not_sent": self.env._(
                "OTTO does not have it as sent. The order is being read again; if OTTO shows it as sent, press Retry."
            ),
            "other_order": self.env._(
                "OTTO knows it in another order. Please look at the order in OTTO Partner Connect."
            ),
        }.get(key) or self.env._("Please look at the order in OTTO Partner Connect, then press Retry.")
        told = self.env._("accept") if line.decision == "accept" else self.env._("reject")
        return self.env._(
            "%(piece)s: OTTO does not take the decision to %(decision)s the return. %(remedy)s %(words)s",
            piece=line._what(),
            decision=told,
            remedy=remedy,
            words=self.channel._otto_quoted(words),
        )

    def _note_doubt(self, lines, error=None):
        """Say that OTTO's answer is not known; it is told again soon, which pays nothing twice."""

        def text(order):
            return self.env._(
                "Order %(order)s: it is not known yet whether OTTO took the decision about %(count)s returned pieces. "
                "It is told again by itself; no money is paid twice. %(words)s",
                order=order.otto_order_number or order.name,
                count=len(lines.filtered(lambda line: line.order_id == order)),
                words=self.channel._otto_error_text(error) if error else "",
            ).strip()

        self._report_orders(lines.order_id, text)
        self.sync._run_again_soon()

    def _report_orders(self, orders, text_of):
        self._report("decision", [(order.otto_order_number or order.name, text_of(order), order) for order in orders])

    def _settle_decision_issues(self):
        """Resolve the issues of orders of which OTTO has every decision now, whoever told it (R20)."""
        issues = self._issues.sudo()._open(self.channel, "decision")
        if not issues:
            return
        orders = self.env["sale.order"].browse(issues.mapped("res_id")).exists()
        waiting = orders.otto_return_line_ids.filtered(
            lambda line: (
                line.decision_state in UNTOLD or (line.decision_state == "refused" and line.otto_status != "accepted")
            )
        ).order_id
        settled = {order.otto_order_number or order.name for order in orders - waiting}
        self._resolve(
            "decision", settled | set(issues.filtered(lambda i: i.res_id not in orders.ids).mapped("external_id"))
        )
