"""What a return learns from OTTO and from the carrier (R22)."""

from odoo import models
from odoo.tools import OrderedSet

from ...otto_api import MARKETPLACE_REASONS

CARRIER_STATES = ("announced", "on_the_way", "delivered")
# Still to be told, or not known whether OTTO took it.
UNANSWERED = ("due", "asked", "refused")


def plain_numbers(numbers):
    """Return numbers of carriers without the blanks that some are written with; blanks part them here."""
    return tuple(dict.fromkeys(plain for number in numbers if (plain := "".join(number.split()))))


class OttoReturn(models.Model):
    _inherit = "otto.return"

    def _otto_add_numbers(self, carrier, numbers, announced_on):
        """Note under which further numbers this return comes.

        :param numbers: the carrier's numbers
        :param announced_on: naive moment in UTC
        """
        self.ensure_one()
        known = OrderedSet((self.tracking_numbers or "").split())
        found = OrderedSet([*known, *plain_numbers(numbers)])
        values = {"origin": "announced"} if self.origin == "unannounced" else {}
        if len(found) > len(known):
            values["tracking_numbers"] = " ".join(found)
            values["tracking_number"] = self.tracking_number or next(iter(found))
            values["carrier"] = self.carrier or carrier
        if not self.announced_on:
            values["announced_on"] = announced_on
        if values:
            self.write(values)

    def _otto_add_parcel(self, parcel_id):
        """Note OTTO's id of a parcel of this return."""
        self.ensure_one()
        known = OrderedSet((self.otto_parcel_ids or "").split())
        if parcel_id not in known:
            self.write(
                {
                    "otto_parcel_id": self.otto_parcel_id or parcel_id,
                    "otto_parcel_ids": " ".join([*known, parcel_id]),
                }
            )

    def _otto_scanned(self, state, delivered_on):
        """Note how far the carrier has this return; it does not go back.

        :param state: one of `CARRIER_STATES`
        :param delivered_on: naive moment in UTC of its first arrival, or False
        """
        self.ensure_one()
        values = {}
        if CARRIER_STATES.index(state) > CARRIER_STATES.index(self.carrier_state or "announced"):
            values["carrier_state"] = state
        if delivered_on and (not self.delivered_on or delivered_on < self.delivered_on):
            values["delivered_on"] = delivered_on
        if values:
            self.write(values)

    def _otto_decided(self, lines):
        """OTTO shows these pieces as accepted or rejected: our decision is answered, the transfer stays open.

        Accepted by OTTO itself, nobody has to decide any more; the goods may come all the same.

        :param lines: `otto.return.line` on which OTTO's word is noted already
        """
        by_otto = lines.filtered(lambda line: line._is_refund_of_otto())
        (by_otto - lines.filtered("decided_by_otto")).write({"decided_by_otto": True})
        lines._otto_answered().write({"decision_state": "done", "decision_text": False})
        contradicted = lines.filtered(
            lambda line: (
                line.decision == "reject" and line.decision_state in UNANSWERED and line.otto_status == "accepted"
            )
        )
        contradicted.write(
            {
                "decision_state": "refused",
                "decision_text": self.env._("The piece was accepted at OTTO, which cannot be taken back."),
            }
        )
        self._otto_log_decisions(lines, by_otto)

    def _otto_log_decisions(self, lines, by_otto):
        """Note in the chatter what others decided; what we decided is noted where it is told."""
        others = lines.filtered(lambda line: line.decision == "none")
        for record, some in others.grouped("return_id").items():
            for (status, reason), alike in some.grouped(lambda line: (line.otto_status, line.otto_reason)).items():
                words = {"pieces": ", ".join(alike.mapped("piece_id.title")), "reason": reason or "-"}
                if alike & by_otto:
                    body = self.env._("OTTO gave the money back by itself (%(reason)s): %(pieces)s", **words)
                elif status == "accepted":
                    body = self.env._("Accepted in OTTO Partner Connect (%(reason)s): %(pieces)s", **words)
                else:
                    body = self.env._("Rejected in OTTO Partner Connect (%(reason)s): %(pieces)s", **words)
                record._message_log(body=body)


class OttoReturnLine(models.Model):
    _inherit = "otto.return.line"

    def _is_refund_of_otto(self):
        """Tell whether OTTO accepted this piece by itself; its list and its order say so (docs/facts/otto.md §10.2)."""
        return self.otto_status == "accepted" and (
            self.otto_reason in MARKETPLACE_REASONS or self.piece_id.refunded_by_otto
        )

    def _otto_answered(self):
        """Return those among these whose decision is what OTTO shows by now."""
        said = {"accept": "accepted", "reject": "rejected"}
        return self.filtered(
            lambda line: line.decision_state in UNANSWERED and said.get(line.decision) == line.otto_status
        )
