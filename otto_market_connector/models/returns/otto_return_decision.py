from odoo import fields, models
from odoo.exceptions import UserError

from ..core.concurrency import lock_rows
from ..core.texts import stored
from .otto_return_location import CONDITIONS
from .reasons import ACCEPT_REASONS, REASONS, REJECT_REASONS

# From which states a state can follow. An acceptance is final; that none becomes a rejection is seen to by `_decide`.
DECISION_STEPS = {
    # Taken back.
    "none": {"due"},
    "due": {"none", "due", "asked", "done", "refused"},
    "asked": {"due", "asked"},
    "done": {"due", "asked", "done", "refused"},
    "refused": {"due", "asked", "refused"},
}
# OTTO has it, or may have it, or will.
STANDING = ("due", "asked", "done")


class OttoReturnLine(models.Model):
    """What a person decided about a piece, and how far OTTO knows it (R19)."""

    _inherit = "otto.return.line"

    decision = fields.Selection(
        [("none", "None Yet"), ("accept", "Accept"), ("reject", "Reject")], required=True, default="none", readonly=True
    )
    decision_reason = fields.Selection(ACCEPT_REASONS + REJECT_REASONS, "Reason", readonly=True)
    decision_state = fields.Selection(
        [
            ("none", "None Yet"),
            ("due", "To Be Told"),
            ("asked", "In Doubt"),
            ("done", "Done"),
            ("refused", "Refused by OTTO"),
        ],
        "Told to OTTO",
        required=True,
        default="none",
        readonly=True,
        index=True,
    )
    decision_text = fields.Text("Refused Because", readonly=True)
    decision_asked_on = fields.Datetime("OTTO Was Told On", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decided_by = fields.Many2one("res.users", ondelete="set null", readonly=True)

    # The customer is paid once, whoever decides at the same moment in whichever return.
    _piece_accepted_once = models.UniqueIndex(
        "(piece_id) WHERE decision = 'accept' AND decision_state IN ('due', 'asked', 'done')",
        "This piece has already been accepted.",
    )

    def _decide(self, decision, reason, condition):
        """Note what a person decided about these pieces; OTTO is told after the commit (R24).

        All or nothing. Whoever decides at the same moment waits for the other, and is then told what was decided.
        The caller has seen to it that this person may decide.

        :param decision: ``accept`` or ``reject``
        :param reason: one of `reasons.REASONS` of the decision
        :param condition: ``A`` to ``E``; OTTO is always told one
        :raises UserError: it cannot be decided so; names the article and the order
        """
        lines = self.sudo()
        lock_rows(lines)
        for line in lines:
            line._check_decision(decision, reason, condition)
        lines._update_decision(
            "due",
            decision=decision,
            decision_reason=reason,
            condition=condition,
            decided_on=fields.Datetime.now(),
            decided_by=self.env.uid,
        )
        lines._note_decision()
        lines.channel_id._trigger("returns")

    def _update_decision(self, state, **noted):
        """Write how far OTTO knows a decision; nothing else does.

        :param state: the next state; lines from whose state it cannot follow stay as they are
        :param noted: other fields that belong to the step
        :return: the lines that took the step
        """
        lines = self.sudo().filtered(lambda line: line.decision_state in DECISION_STEPS[state])
        if lines:
            text = noted.pop("decision_text", False) or ""
            lines.write({"decision_state": state, "decision_text": stored(text) if text else False, **noted})
            # Another row of the piece may be made next; the database sees that this one waits no more.
            lines.flush_recordset()
        return lines

    def _check_decision(self, decision, reason, condition):
        """Refuse what OTTO would refuse, or what cannot be taken back.

        :raises UserError: says why
        """
        self.ensure_one()
        if reason not in dict(REASONS[decision]) or condition not in dict(CONDITIONS):
            raise UserError(self.env._("%s: please choose a reason and a condition.", self._what()))
        piece = self.piece_id
        if refusal := piece._otto_refund_refusal():
            raise UserError(refusal)
        if decision == "reject" and self.decision == "reject" and self.decision_state in STANDING:
            raise UserError(
                self.env._(
                    "%(piece)s has already been rejected by %(person)s on %(moment)s (UTC).",
                    piece=self._what(),
                    person=self.decided_by.name or "-",
                    moment=self.decided_on,
                )
            )

    def _what(self):
        """Return the article and the order, for the beginning of a sentence."""
        return self.piece_id._otto_what()

    def _note_decision(self):
        """Write what was decided into the returns' history."""
        for (record, decision, reason), lines in self.grouped(
            lambda line: (line.return_id, line.decision, line.decision_reason)
        ).items():
            words = {
                "pieces": ", ".join(line._what() for line in lines),
                "reason": dict(self._fields["decision_reason"]._description_selection(self.env))[reason],
            }
            if decision == "accept":
                text = self.env._(
                    "Accepted: %(pieces)s. Reason: %(reason)s. OTTO gives the customer the money.", **words
                )
            else:
                text = self.env._("Rejected: %(pieces)s. Reason: %(reason)s. The customer gets no money.", **words)
            record.message_post(body=" ".join(filter(None, (text, record.channel_id._otto_not_told_text()))))
