from decimal import Decimal

from odoo import api, fields, models

from ..core.texts import stored

# From which states a state can follow. What OTTO took is never asked for again.
REDUCTION_STEPS = {
    "due": {"asked", "refused", "rejected"},
    "asked": {"due"},
    "initiated": {"due", "asked", "initiated"},
    "processed": {"due", "asked", "initiated"},
    "rejected": {"due", "asked", "initiated"},
    "refused": {"due", "asked"},
    "taken_back": {"due"},
}
# OTTO does not list it yet, as far as is known.
UNLISTED = ("due", "asked")
CENT = Decimal("0.01")


class OttoPriceReduction(models.Model):
    """A part of the price that the customer gets back from OTTO (R25).

    Each call to OTTO is a further refund, so an answer that was lost is settled by comparing what OTTO lists with what
    it listed before (`known_before`). It is asked for again only when OTTO still does not list it after a time.
    """

    _name = "otto.price.reduction"
    _description = "Partial Refund to an OTTO Customer"
    _rec_name = "piece_id"
    _order = "id desc"

    piece_id = fields.Many2one("otto.position.item", required=True, ondelete="restrict", index=True, readonly=True)
    order_id = fields.Many2one(related="piece_id.order_id", store=True, index=True, precompute=True)
    channel_id = fields.Many2one(related="piece_id.channel_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="piece_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="piece_id.currency_id", store=True, precompute=True)
    title = fields.Char("Article", related="piece_id.title")
    amount = fields.Monetary(required=True, readonly=True, help="Taxes included.")
    reason = fields.Char(readonly=True, help="For yourselves; OTTO does not learn it.")
    state = fields.Selection(
        [
            ("due", "To Be Told"),
            ("asked", "In Doubt"),
            ("initiated", "Under Way"),
            ("processed", "Paid"),
            ("rejected", "Rejected by OTTO"),
            ("refused", "Refused"),
        ],
        required=True,
        default="due",
        readonly=True,
        index=True,
    )
    receipt_number = fields.Char(readonly=True)
    known_before = fields.Json(readonly=True, help="What OTTO listed for the piece before it was asked.")
    otto_created = fields.Char("Since, at OTTO", readonly=True, help="By this OTTO's entry is known.")
    asked_on = fields.Datetime("OTTO Was Asked On", readonly=True)
    ask_again = fields.Boolean(readonly=True, help="A person has seen that OTTO does not have it.")
    text = fields.Text("Refused Because", readonly=True)

    # Two clicks, or two people, ask once.
    _piece_asked_once = models.UniqueIndex(
        "(piece_id) WHERE state IN ('due', 'asked')", "A partial refund of this piece is being asked for already."
    )

    @api.depends("piece_id", "amount", "currency_id")
    def _compute_display_name(self):
        for reduction in self:
            amount = reduction.currency_id.format(reduction.amount) if reduction.currency_id else reduction.amount
            reduction.display_name = f"{reduction._number()}: {amount}"

    def _number(self):
        order = self.order_id
        return order.otto_order_number or order.name or ""

    def _issue_key(self):
        """Return under which key its failures are reported: a piece may have several reductions."""
        return f"{self._number()} / {self.id}"

    def _update_state(self, state, **noted):
        """Write how far a reduction is; nothing else does.

        :param state: the next state; those from whose state it cannot follow stay as they are
        :param noted: other fields that belong to the step
        :return: those that took the step
        """
        taken = self.sudo().filtered(lambda reduction: reduction.state in REDUCTION_STEPS[state])
        if taken:
            text = noted.pop("text", False)
            taken.write({"state": state, "ask_again": False, "text": stored(text) if text else False, **noted})
        return taken

    def _wire_amount(self):
        """Return the amount in whole cents, as a `Decimal`."""
        return Decimal(str(self.amount)).quantize(CENT)

    def _retry(self):
        """Have asked for again what OTTO refused; what is in doubt only if OTTO does not list it then either."""
        for reduction in self.filtered(lambda reduction: reduction.state in ("refused", "rejected")):
            if not reduction.piece_id.price_reduction_ids.filtered(lambda other: other.state in UNLISTED):
                reduction._update_state("due", asked_on=False, otto_created=False)
        self.sudo().filtered(lambda reduction: reduction.state == "asked").ask_again = True

    def _what(self):
        """Return amount, article and order, for the middle of a sentence."""
        return self.env._(
            "%(amount)s for %(piece)s", amount=self.currency_id.format(self.amount), piece=self.piece_id._otto_what()
        )
