"""Announcements that the customer took back: OTTO is asked before anything is given up (R22)."""

import logging

from odoo import fields, models

from ...otto_api import OttoInvalid, OttoUnavailable
from .const import FOUND_CARRIERS, MISSING_FOR, NUMBER_DAYS

_logger = logging.getLogger(__name__)


class OttoReturnWithdrawals(models.AbstractModel):
    _name = "otto.return.withdrawals"
    _description = "Returns That the Customer Took Back"
    _inherit = ["otto.component"]

    def _missing(self, seen):
        """Return the announced pieces that OTTO's list, read to its end, does not have any more.

        :param seen: OTTO's ids of the pieces in the list
        """
        lines = self.env["otto.return.line"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("is_open", "=", True),
                ("otto_status", "=", "announced"),
                ("received", "=", "expected"),
            ]
        )
        here = lines.filtered(lambda line: line.piece_id.position_id in seen)
        here.filtered("missing_since").missing_since = False
        return lines - here

    def _give_up_withdrawn(self, record, lines):
        """Ask OTTO for the parcels of a return, and give up what it has in none of them.

        :param lines: the pieces of the return that are in no list of announcements
        """
        coming = self._pieces_on_their_way(record)
        if coming is not None:
            gone = lines.filtered(lambda line: line.piece_id.position_id not in coming)
        else:
            # OTTO cannot be asked for it; the list may have moved while it was read.
            now = fields.Datetime.now()
            gone = lines.filtered(lambda line: line.missing_since and line.missing_since <= now - MISSING_FOR)
            (lines - gone).filtered(lambda line: not line.missing_since).missing_since = now
        if gone:
            gone._otto_give_up(
                fields.Datetime.now(),
                self.env._("The customer keeps: %s. OTTO has no return of it any more.", _titles(gone)),
            )

    def _pieces_on_their_way(self, record):
        """Return OTTO's ids of the pieces in the parcels of a return; None when OTTO cannot tell.

        :raises OttoError: OTTO cannot be asked now
        """
        found, known = set(), False
        for parcel in self._parcels(record):
            known = True
            if parcel:
                found.update(piece.position_item_id for piece in parcel.pieces)
        return found if known else None

    def _parcels(self, record):
        """Yield what OTTO says of each parcel of a return: a `ReturnParcel`, or None where it has none (any more)."""
        ids = (record.otto_parcel_ids or "").split()
        for parcel_id in ids:
            yield self.client.return_parcel(parcel_id)
        carrier = (record.carrier or "").upper()
        if ids or carrier not in FOUND_CARRIERS:
            return
        recent = record.announced_on and record.announced_on > fields.Datetime.now() - NUMBER_DAYS
        for number in (record.tracking_numbers or "").split():
            parcel = self.client.return_parcel_by_number(carrier, number)
            # OTTO forgets the numbers of older parcels: that it does not know one says nothing then.
            if parcel or recent:
                yield parcel

    def _look_after(self, lines):
        """Look after missing pieces, return by return; yield after each, for a checkpoint.

        :raises OttoError: OTTO cannot be reached
        """
        for record, some in lines.grouped("return_id").items():
            try:
                self._give_up_withdrawn(record, some)
            except (OttoInvalid, OttoUnavailable) as error:
                if error.status is None:
                    raise
                # An answer that settles nothing: the others are looked after all the same.
                _logger.warning("Return %s: OTTO does not say whether it still comes: %s", record.id, error.words)
            yield record


def _titles(lines):
    return ", ".join(piece.title or piece.sku for piece in lines.piece_id)
