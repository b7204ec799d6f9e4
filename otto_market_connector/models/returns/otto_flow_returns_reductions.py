"""Refunds of a part (R25): the limit is asked at OTTO, each is asked for once, and followed to its end."""

import logging
from collections import Counter
from datetime import timedelta

from odoo import fields, models

from ...otto_api import (
    REDUCTION_SCOPES,
    Money,
    OttoAuthError,
    OttoConflict,
    OttoError,
    OttoForbidden,
    OttoInvalid,
    OttoNotFound,
    OttoRateLimited,
    OttoUnavailable,
)
from ..core.concurrency import CONCURRENCY, SyncBusy
from ..core.texts import defect
from .const import FOLLOW_SOON, SURE_AFTER, UNSETTLED_AFTER
from .otto_price_reduction import CENT, UNLISTED

_logger = logging.getLogger(__name__)


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(selection_add=[("reduction", "Partial Refund")], ondelete={"reduction": "cascade"})


class OttoFlowReturns(models.AbstractModel):
    _inherit = "otto.flow.returns"

    def _ask_price_reductions(self):
        """Ask OTTO for partial refunds, each in transactions of its own, and follow those that are under way.

        What is in doubt and under way is only looked for, so that goes on without *Odoo → OTTO* (R2).

        :raises OttoError: OTTO cannot be asked now; what it answered before is committed
        """
        states = [*(UNLISTED if self.channel._sends_changes else ("asked",)), "initiated"]
        domain = [("channel_id", "=", self.channel.id), ("state", "in", states)]
        reductions = self.env["otto.price.reduction"].search(domain, order="id")
        client = self.channel._otto_client(REDUCTION_SCOPES) if reductions else None
        for index, reduction in enumerate(reductions):
            try:
                self.with_context(otto_reductions=client)._work_on_reduction(reduction)
            except OttoForbidden as error:
                if error.blocked:
                    raise
                # Decisions and lists need another permission than this one.
                self._report_reduction(reduction, self._scope_text(error))
                break
            if self._checkpoint(1, remaining=len(reductions) - index - 1) <= 0:
                break
        self._settle_reduction_issues()

    @property
    def _reductions(self):
        """The client of this part of the run, which needs a permission of its own."""
        return self.env.context["otto_reductions"]

    def _scope_text(self, error):
        return self.env._(
            "OTTO refuses access. The app in OTTO Partner Connect needs the permission %(scope)s for this. Please add "
            "it there; what else is synchronised goes on. %(words)s",
            words=self.channel._otto_quoted(error.words),
            scope=", ".join(REDUCTION_SCOPES),
        )

    def _retry(self, issues):
        """OTTO is asked again for what it refused, or does not list."""
        ids = issues.filtered(lambda issue: issue.kind == "reduction").mapped("res_id")
        self.env["otto.price.reduction"].browse(ids).exists()._retry()
        return super()._retry(issues)

    def _work_on_reduction(self, reduction):
        """Take a reduction one step on; what fails concerns it alone (R20).

        :raises OttoRateLimited, OttoAuthError: nothing can be asked now
        """
        if not reduction.try_lock_for_update(allow_referencing=True):
            self.sync._run_again_soon()
            return
        reduction.invalidate_recordset()
        try:
            self._look_for(reduction)
            if reduction.state == "due" and self.channel._sends_changes:
                self._ask_for(reduction)
        except (OttoRateLimited, OttoAuthError, SyncBusy, *CONCURRENCY):
            raise
        except OttoUnavailable as error:
            self._report_reduction(reduction, self.channel._otto_error_text(error))
            self.sync._run_again_soon()
            if error.status is None:
                raise
        except OttoError as error:
            if reduction.state == "due":
                self._refuse_reduction(reduction, self._reduction_refusal_text(reduction, error))
            else:
                # OTTO only does not say what became of it.
                self._report_reduction(reduction, self.channel._otto_error_text(error))
        except Exception as error:
            _logger.exception("otto.price.reduction %s", reduction.id)
            self.env.cr.rollback()
            self.sync._lock()
            self._report_reduction(
                reduction,
                self.env._(
                    "It could not be asked for because of a defect. Please tell your administrator, who finds the "
                    "details in the server's log (%s).",
                    defect(error),
                ),
            )

    # Looking

    def _look_for(self, reduction):
        """Find out at OTTO what became of a reduction that it was asked for."""
        if reduction.state not in ("asked", "initiated"):
            return
        entry = self._entry_of(reduction, self._reductions.price_reductions(reduction.piece_id.position_id))
        if entry:
            self._note_entry(reduction, entry)
        elif reduction.state == "asked":
            self._judge_absence(reduction)
        elif self._is_older(reduction, UNSETTLED_AFTER):
            self._report_unsettled(reduction)

    def _entry_of(self, reduction, listed):
        """Return OTTO's entry of a reduction, None when there is none.

        OTTO gives no number to a reduction: ours is the first one of its amount that was not listed before, and that is
        none of our others.
        """
        entries = sorted(listed.reductions if listed else (), key=lambda entry: entry.created)
        if reduction.otto_created:
            return next((entry for entry in entries if _key(entry) == (reduction.otto_created, _amount(entry))), None)
        others = reduction.piece_id.price_reduction_ids - reduction
        taken = Counter(tuple(known) for known in reduction.known_before or [])
        # Whoever was asked for later has ours among what it knows.
        taken |= Counter((other.otto_created, str(other._wire_amount())) for other in others if other.otto_created)
        for entry in entries:
            key = _key(entry)
            if taken[key] > 0:
                taken[key] -= 1
            elif entry.amount.amount.quantize(CENT) == reduction._wire_amount():
                return entry
        return None

    def _note_entry(self, reduction, entry):
        """Take over what OTTO says of a reduction, and tell the order's people once."""
        if entry.pending:
            reduction._update_state("initiated", otto_created=_key(entry)[0])
            if self._is_older(reduction, UNSETTLED_AFTER):
                self._report_unsettled(reduction)
            elif not self._is_older(reduction, FOLLOW_SOON):
                self.sync._run_again_soon()
            return
        noted = {"otto_created": _key(entry)[0], "receipt_number": entry.receipt_number or False}
        if entry.status == "PROCESSED":
            if reduction._update_state("processed", **noted):
                reduction.order_id.message_post(
                    body=self.env._(
                        "OTTO has given the customer %(what)s back. Receipt: %(receipt)s",
                        what=reduction._what(),
                        receipt=entry.receipt_number or "-",
                    )
                )
            return
        text = self.env._(
            "OTTO has rejected the refund of %s: the piece came back meanwhile, or it was more than was left. Nothing "
            "was paid. Please look at the order; Retry asks for it once more.",
            reduction._what(),
        )
        if reduction._update_state("rejected", text=text, **noted):
            reduction.order_id.message_post(body=text)
            self._report_reduction(reduction, text)

    def _judge_absence(self, reduction):
        """OTTO's answer was lost, and it does not list the refund: after a time, or a person's word, it has none."""
        if reduction.ask_again or self._is_older(reduction, SURE_AFTER):
            reduction._update_state("due")
            return
        self.sync._trigger(at=reduction.asked_on + SURE_AFTER)
        self._report_reduction(
            reduction,
            self.env._(
                "It is not known whether OTTO will refund %(what)s: its answer was lost, and it does not list the "
                "refund yet. If it does not within %(minutes)s minutes, it is asked once more. Please look into OTTO "
                "Partner Connect; if nothing is there, Retry asks at once.",
                what=reduction._what(),
                minutes=SURE_AFTER // timedelta(minutes=1),
            ),
        )

    # Asking

    def _ask_for(self, reduction):
        """Ask OTTO for a refund, having committed before what it lists now (R19).

        :raises OttoError: OTTO refuses it, or cannot be asked; if it may have done it, the reduction stays in doubt
        """
        listed = self._reductions.price_reductions(reduction.piece_id.position_id)
        # What is asked for once more may have come into OTTO's list meanwhile.
        if reduction.asked_on and (entry := self._entry_of(reduction, listed)):
            self._note_entry(reduction, entry)
            return
        if refusal := reduction.piece_id._otto_reduction_refusal(reduction.amount, listed, besides=reduction):
            self._refuse_reduction(reduction, refusal)
            return
        known = [list(_key(entry)) for entry in (listed.reductions if listed else ())]
        reduction._update_state("asked", asked_on=fields.Datetime.now(), known_before=known, otto_created=False)
        self._checkpoint()
        money = Money(reduction._wire_amount(), reduction.currency_id.name)
        try:
            self._reductions.reduce_price(reduction.order_id.otto_order_id, reduction.piece_id.position_id, money)
        except OttoError as error:
            if isinstance(error, OttoUnavailable) and error.maybe_done:
                # What it lists now decides.
                self._look_for(reduction)
                return
            reduction._update_state("due", asked_on=False)
            self._checkpoint()
            raise
        reduction._update_state("initiated")
        reduction.order_id.message_post(
            body=self.env._("OTTO has been asked to give the customer %s back.", reduction._what())
        )
        self.sync._run_again_soon()

    def _refuse_reduction(self, reduction, text):
        reduction._update_state("refused", text=text)
        reduction.order_id.message_post(body=text)
        self._report_reduction(reduction, text)

    def _reduction_refusal_text(self, reduction, error):
        """Say why OTTO refuses a refund, and what to do (facts/otto.md §8.2)."""
        if isinstance(error, OttoConflict):
            remedy = self.env._("At OTTO the piece is not sent, or is back. Please look at the order there.")
        elif isinstance(error, OttoNotFound):
            remedy = self.env._("OTTO does not know the piece. Please check the credentials of the channel.")
        elif isinstance(error, OttoInvalid):
            remedy = self.env._("Please look at the order in OTTO Partner Connect, or choose another amount.")
        else:
            remedy = self.env._("Please look at the order in OTTO Partner Connect, then press Retry.")
        return self.env._(
            "OTTO refuses to refund %(what)s. %(remedy)s %(words)s",
            what=reduction._what(),
            remedy=remedy,
            words=self.channel._otto_quoted(error.words),
        )

    # Issues

    def _is_older(self, reduction, age):
        return bool(reduction.asked_on and reduction.asked_on <= fields.Datetime.now() - age)

    def _report_unsettled(self, reduction):
        self._report_reduction(
            reduction,
            self.env._(
                "OTTO has been asked to refund %s for more than a day and has neither paid nor rejected it. Please "
                "look at the order in OTTO Partner Connect.",
                reduction._what(),
            ),
        )

    def _report_reduction(self, reduction, text):
        name = self.env._("Order %(order)s: %(text)s", order=reduction._number(), text=text)
        self._report("reduction", [(reduction._issue_key(), name, reduction)])

    def _settle_reduction_issues(self):
        """Resolve the issues of refunds that are paid, taken back, or under way as they should be (R20)."""
        issues = self._issues.sudo()._open(self.channel, "reduction")
        if not issues:
            return
        reductions = self.env["otto.price.reduction"].browse(issues.mapped("res_id")).exists()
        good = reductions.filtered(
            lambda reduction: (
                reduction.state in ("processed", "taken_back")
                or (reduction.state == "initiated" and not self._is_older(reduction, UNSETTLED_AFTER))
            )
        )
        self._resolve("reduction", [reduction._issue_key() for reduction in good])


def _key(entry):
    """Return by what an entry of OTTO's list is known: when it was made, and its amount."""
    return entry.created.isoformat(), _amount(entry)


def _amount(entry):
    return str(entry.amount.amount.quantize(CENT))
