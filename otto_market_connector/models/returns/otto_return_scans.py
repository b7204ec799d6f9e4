"""The carrier's scans of return parcels in; they say nothing of acceptance or refund (R22)."""

from odoo import models

from ..core.moments import naive
from .otto_return_news import CARRIER_STATES, plain_numbers


class OttoReturnScans(models.AbstractModel):
    _name = "otto.return.scans"
    _description = "From OTTO's Return Parcels to Returns"
    _inherit = ["otto.component"]

    def _take(self, parcels):
        """Note parcels and their scans on the returns of their pieces.

        A parcel whose announcement was never seen, because OTTO decided between two readings or the list moved while it
        was read, gives its numbers to the return that is there, or announces it.

        :param parcels: `ReturnParcel`
        :return: lines without a transfer
        """
        ids = {piece.position_item_id for parcel in parcels for piece in parcel.pieces}
        domain = [("channel_id", "=", self.channel.id), ("position_id", "in", list(ids))]
        found = self.env["otto.position.item"].sudo().search(domain)
        # Read in one go what is asked of each parcel.
        found.return_line_ids.return_id.mapped("tracking_numbers")
        pieces = {piece.position_id: piece for piece in found}
        made = self.env["otto.return.line"]
        for parcel in parcels:
            ours = [pieces[row.position_item_id] for row in parcel.pieces if row.position_item_id in pieces]
            records = self._returns_of(parcel, ours)
            if not records and ours and self._is_recent(parcel):
                made |= self._announce(parcel, ours)
                records = self._returns_of(parcel, ours)
            for record in records:
                self._note(record, parcel)
        return made

    def _returns_of(self, parcel, pieces):
        """Return the returns in which a parcel comes: those with its number, else those that have none yet."""
        lines = self.env["otto.return.line"].union(*(piece.return_line_ids for piece in pieces))
        records = lines.return_id.filtered(lambda record: record.channel_id == self.channel)
        [number] = plain_numbers([parcel.tracking.tracking_number]) or [""]
        exact = records.filtered(
            lambda record: (
                parcel.id in (record.otto_parcel_ids or "").split() or number in (record.tracking_numbers or "").split()
            )
        )
        return exact or records.filtered(lambda record: not record.tracking_numbers and not record.withdrawn_on)[-1:]

    def _is_recent(self, parcel):
        """Tell whether a parcel is none of those that came before returns were read."""
        moments = [state.occurred_on for state in parcel.states] + [parcel.created]
        first = min((naive(moment) for moment in moments if moment), default=None)
        return bool(first) and first >= self.sync.create_date.replace(microsecond=0)

    def _announce(self, parcel, pieces):
        """Make a return of pieces that no list has shown; what is decided already needs none."""
        waiting = [piece for piece in pieces if piece.status == "sent" and not piece.return_line_ids]
        if not waiting:
            return self.env["otto.return.line"]
        intake = self.env["otto.return.intake"]
        [number] = plain_numbers([parcel.tracking.tracking_number]) or [""]
        record = intake._make_return(
            origin="announced",
            carrier=parcel.tracking.carrier,
            tracking_number=number,
            tracking_numbers=number,
            announced_on=naive(parcel.created) or naive(parcel.states[0].occurred_on),
            carrier_state="announced",
        )
        return intake._make_lines(
            [{"return_id": record.id, "piece_id": piece.id, "otto_status": "announced"} for piece in waiting]
        )

    def _note(self, record, parcel):
        states = [(state.state.lower(), naive(state.occurred_on)) for state in parcel.states]
        record._otto_add_parcel(parcel.id)
        record._otto_add_numbers(parcel.tracking.carrier, [parcel.tracking.tracking_number], naive(parcel.created))
        known = [state for state, _moment in states if state in CARRIER_STATES]
        if known:
            arrivals = [moment for state, moment in states if state == "delivered"]
            record._otto_scanned(max(known, key=CARRIER_STATES.index), min(arrivals, default=False))
