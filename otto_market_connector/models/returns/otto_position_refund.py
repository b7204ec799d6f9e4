from odoo import api, models
from odoo.exceptions import UserError

from .otto_price_reduction import UNLISTED
from .otto_return_decision import STANDING


class OttoPositionItem(models.Model):
    """What may still be refunded for a piece."""

    _inherit = "otto.position.item"

    @api.depends("position_id", "title", "sku", "price", "currency_id")
    @api.depends_context("otto_show_article", "lang")
    def _compute_display_name(self):
        """Show people the article where they choose pieces; OTTO's id of a piece says nothing to them."""
        if not self.env.context.get("otto_show_article"):
            return super()._compute_display_name()
        for piece in self:
            price = piece.currency_id.format(piece.price) if piece.currency_id else piece.price
            piece.display_name = f"{piece.title or piece.sku} ({piece.sku}), {price}"
        return None

    def _otto_what(self):
        """Return the article and the order, for the beginning of a sentence."""
        order = self.order_id
        return self.env._(
            "%(article)s of order %(order)s",
            article=self.title or self.sku,
            order=order.otto_order_number or order.name,
        )

    def _otto_was_sent(self):
        """Tell whether OTTO has the piece as sent; a channel that takes over no changes does not read that (R2)."""
        self.ensure_one()
        told = self.status == "processable" and self.order_id.otto_report_state == "sent"
        return self.status == "sent" or told

    def _otto_refund_refusal(self):
        """Say why a piece cannot be accepted or rejected any more, or not yet; False when it can."""
        self.ensure_one()
        lines = self.sudo().return_line_ids
        if self.refunded_by_otto or any(line.decided_by_otto for line in lines):
            return self.env._("%s: OTTO has given the customer the money back by itself.", self._otto_what())
        accepted = lines.filtered(lambda line: line.decision == "accept" and line.decision_state in STANDING)[:1]
        if accepted:
            return self.env._(
                "%(piece)s has already been accepted by %(person)s on %(moment)s (UTC). That is final: the customer "
                "gets the money.",
                piece=self._otto_what(),
                person=accepted.decided_by.name or "-",
                moment=accepted.decided_on,
            )
        if self.status == "returned" or "accepted" in lines.mapped("otto_status"):
            return self.env._("%s has already been accepted. That is final: OTTO has paid.", self._otto_what())
        if not self._otto_was_sent():
            return self.env._(
                "%s is not sent at OTTO, so there is nothing to take back. Please cancel the order, or wait until OTTO "
                "knows that it is sent.",
                self._otto_what(),
            )
        return False

    def _otto_line_to_accept(self):
        """Return the row of a return in which a piece is accepted: one that waits, else one that was rejected."""
        lines = self.return_line_ids.filtered(lambda line: not line.withdrawn_on).sorted("id")
        waiting = lines.filtered("is_open")
        return waiting[-1:] or lines.filtered(lambda line: line.decision == "reject")[-1:]

    def _otto_reduction_limit(self, listed, besides=None):
        """Return below which amount a further partial refund must stay (facts/otto.md §8.2).

        :param listed: the `ReducedPiece` that OTTO lists, None when it lists none
        :param besides: the reduction that is asked for; what others of ours ask for is not listed yet
        """
        self.ensure_one()
        left = float(listed.left.amount) if listed else self.price
        others = self.sudo().price_reduction_ids - besides if besides else self.sudo().price_reduction_ids
        return left - sum(others.filtered(lambda other: other.state in UNLISTED).mapped("amount"))

    def _otto_reduction_refusal(self, amount, listed, besides=None):
        """Say why an amount cannot be refunded for a piece; False when it can. For the parameters see above."""
        self.ensure_one()
        if refusal := self._otto_refund_refusal():
            return refusal
        limit = self._otto_reduction_limit(listed, besides)
        if amount <= 0 or self.currency_id.compare_amounts(self.currency_id.round(amount), amount):
            return self.env._("%s: please enter an amount of more than 0 in whole cents.", self._otto_what())
        if self.currency_id.compare_amounts(amount, limit) >= 0:
            return self.env._(
                "%(piece)s: a partial refund must be less than %(limit)s, which is what is left of its price. To give "
                "the whole price back, please use Refund.",
                piece=self._otto_what(),
                limit=self.currency_id.format(limit),
            )
        return False

    def _otto_ask_price_reduction(self, amount, reason, listed):
        """Note that a part of the price is to be given back; OTTO is asked for it after the commit (R25).

        The caller has seen to it that this person may refund.

        :param amount: taxes included, in the piece's currency
        :param reason: for ourselves
        :param listed: the `ReducedPiece` that OTTO lists now, None when it lists none
        :raises UserError: it is too much, or another refund of the piece is being asked for
        """
        self.ensure_one()
        if self.price_reduction_ids.filtered(lambda reduction: reduction.state in UNLISTED):
            raise UserError(
                self.env._(
                    "%s: a partial refund of it is being asked for already. Please look at it first.", self._otto_what()
                )
            )
        if refusal := self._otto_reduction_refusal(amount, listed):
            raise UserError(refusal)
        reduction = self.env["otto.price.reduction"].create(
            {"piece_id": self.id, "amount": amount, "reason": reason or False}
        )
        text = self.env._("Partial refund: %(what)s. %(reason)s", what=reduction._what(), reason=reason or "")
        self.order_id.message_post(body=f"{text.strip()} {self.channel_id._otto_not_told_text()}".strip())
        self.channel_id._trigger("returns")
        return reduction
