"""Taking back what OTTO has certainly not been told: a decision about a returned piece, a partial refund (R24, R25)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.concurrency import lock_rows

# What a decision is made of, besides its state.
NOTED = ("decision", "decision_reason", "decision_text", "condition")


class OttoReturnLine(models.Model):
    _inherit = "otto.return.line"

    decision_before = fields.Json(
        readonly=True,
        help="What was decided before, and how far OTTO knew it; a decision that is taken back leads there.",
    )

    def _decide(self, decision, reason, condition):
        """Keep what is decided now, so that it can be restored."""
        lines = self.sudo()
        lock_rows(lines)
        for line in lines.filtered(lambda line: line.decision_state != "due"):
            line.decision_before = line._decision_noted()
        return super()._decide(decision, reason, condition)

    def _decision_noted(self):
        """Return what is decided about a piece, as JSON."""
        moments = {name: fields.Datetime.to_string(self[name]) for name in ("decided_on", "decision_asked_on")}
        noted = {name: self[name] for name in NOTED}
        return {**noted, **moments, "decided_by": self.decided_by.id, "decision_state": self.decision_state}

    def _take_decision_back(self):
        """Restore what was decided before about these pieces; the caller has seen to it that this person may decide.

        All or nothing. A piece that only a refund without goods put into a return leaves it.

        :raises UserError: OTTO was told, or may have been (R19), or the piece waits in another return; names it
        """
        lines = self.sudo()
        lock_rows(lines)
        for line in lines:
            line._check_taking_back()
        for order, ours in lines.grouped("order_id").items():
            text = self.env._("Taken back, OTTO was not told: %s.", ", ".join(line._decided_words() for line in ours))
            for record in (order, *ours.return_id):
                record.message_post(body=text)
        channels = lines.channel_id
        for line in lines:
            before = dict(line.decision_before or {"decision": "none", "decision_state": "none"})
            before["decided_by"] = self.env["res.users"].browse(before.get("decided_by") or 0).exists().id
            empty = dict.fromkeys((*NOTED, "decided_on", "decision_asked_on"), False)
            line._update_decision(before.pop("decision_state"), **{**empty, **before, "decision_before": False})
        without = lines.filtered(lambda line: line.return_id.origin == "office" and line.decision == "none")
        records = without.return_id
        without.unlink()
        records.filtered(lambda record: not record.line_ids).unlink()
        # It closes the issues of what was refused before.
        channels._trigger("returns")

    def _check_taking_back(self):
        if self.decision_state != "due":
            raise UserError(
                self.env._(
                    "%s: OTTO has been told the decision, or may have been, so it cannot be taken back any more.",
                    self._what(),
                )
            )
        if any(line.is_open for line in self.piece_id.return_line_ids - self):
            raise UserError(self.env._("%s waits in another return already. Please decide there.", self._what()))

    def _decided_words(self):
        """Return what was decided about a piece, for the history."""
        labels = dict(self._fields["decision"]._description_selection(self.env))
        return f"{self._what()} ({labels[self.decision]})"


class OttoReturn(models.Model):
    _inherit = "otto.return"

    can_take_back = fields.Boolean(compute="_compute_can_take_back", compute_sudo=True)

    @api.depends("line_ids.decision_state")
    def _compute_can_take_back(self):
        for one in self:
            one.can_take_back = "due" in one.line_ids.mapped("decision_state")

    def action_take_back(self):
        """Button: take the decisions back that OTTO has not been told yet.

        :raises AccessError: the person may not decide
        :raises UserError: OTTO has been told meanwhile
        """
        self.ensure_one()
        self.check_access("read")
        self.env["otto.return.decide"].check_access("create")
        lines = self.line_ids.filtered(lambda line: line.decision_state == "due")
        if not lines:
            raise UserError(
                self.env._(
                    "Return %s: OTTO has been told all decisions, or may have been, so none can be taken back.",
                    self.display_name,
                )
            )
        lines._take_decision_back()
        return True if self.exists() else {"type": "ir.actions.client", "tag": "history_back"}


class OttoPriceReduction(models.Model):
    _inherit = "otto.price.reduction"

    state = fields.Selection(selection_add=[("taken_back", "Taken Back")], ondelete={"taken_back": "cascade"})

    def action_take_back(self):
        """Button: take back a partial refund that OTTO was not asked for yet.

        :raises AccessError: the person may not refund
        :raises UserError: OTTO was asked, or may have been (R19); names the piece
        """
        self.check_access("read")
        self.order_id.check_access("write")
        self.env["otto.price.reduction.ask"].check_access("create")
        reductions = self.sudo()
        lock_rows(reductions)
        for reduction in reductions:
            # One that OTTO was asked for and does not list is due again; its answer may still come.
            if reduction.state != "due" or reduction.asked_on:
                raise UserError(
                    self.env._(
                        "OTTO has been asked to refund %s, or may have been, so it cannot be taken back any more.",
                        reduction._what(),
                    )
                )
            reduction._update_state("taken_back")
            reduction.order_id.message_post(
                body=self.env._("Taken back, OTTO was not asked: refund of %s.", reduction._what())
            )
        reductions.channel_id._trigger("returns")
        return True
