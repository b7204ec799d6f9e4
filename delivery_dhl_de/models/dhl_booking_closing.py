from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from ..dhl_api import DhlError
from ..dhl_api.client import BATCH

# Older parcels were closed by DHL, which knows them no longer some time after that.
CLOSING_DAYS = 3


class DhlBooking(models.Model):
    """The daily closing ("manifest"), after which a parcel cannot be cancelled any more.

    DHL closes by itself in the evening; parcels abroad must be closed before they are handed over.
    """

    _inherit = "dhl.booking"

    closed_at = fields.Datetime(
        string="Closed on", readonly=True, help="Closed at DHL from Odoo: the parcel can no longer be cancelled."
    )

    @api.model
    def _close_day(self, carrier):
        """Close what a carrier has booked in the last days and transfers carry.

        DHL closes by itself in the evening, but what is booked after that is still open in the morning. Each batch's
        answer is committed at once; asking again does no harm.

        :return: how many parcels are closed now, and DHL's words about the others
        :raises UserError: DHL refuses the request as a whole or cannot be reached
        """
        closed, problems = 0, []
        with self._own_transaction() as own:
            numbers = own.search(self._to_be_closed_domain(carrier)).mapped("shipment_no")
        for start in range(0, len(numbers), BATCH):
            batch = numbers[start : start + BATCH]
            try:
                results = carrier._dhl_de_client().close(batch)
            except DhlError as error:
                raise carrier._dhl_de_error(error) from None
            done = [number for number in batch if number in results and results[number].ok]
            with self._own_transaction() as own:
                domain = [*self._to_be_closed_domain(carrier), ("shipment_no", "in", done)]
                own.search(domain).closed_at = fields.Datetime.now()
            closed += len(done)
            problems += [self._closing_problem(carrier, number, results) for number in batch if number not in done]
        return closed, problems

    @api.model
    def _closing_problem(self, carrier, number, results):
        if number not in results:
            return self.env._("DHL's answer says nothing about %(number)s.", number=number)
        return f"{number}: {carrier._dhl_de_words(results[number])}"

    def _is_not_closed_yet(self):
        """Tell whether DHL knows this parcel for sure: it was booked today, in Germany, and not closed by Odoo."""
        self.ensure_one()
        if self.closed_at or not self.answered_at:
            return False
        answered = pytz.utc.localize(self.answered_at).astimezone(pytz.timezone("Europe/Berlin"))
        return answered.date() == self.carrier_id._dhl_de_today()

    @api.model
    def _to_be_closed_domain(self, carrier):
        first = carrier._dhl_de_today() - timedelta(days=CLOSING_DAYS)
        midnight = pytz.timezone("Europe/Berlin").localize(datetime.combine(first, time.min))
        return [
            ("carrier_id", "=", carrier.id),
            ("environment", "=", carrier._dhl_de_root()),
            ("kind", "=", "shipment"),
            ("state", "=", "used"),
            ("closed_at", "=", False),
            ("answered_at", ">=", midnight.astimezone(pytz.utc).replace(tzinfo=None)),
        ]
