from contextlib import contextmanager

from odoo import api, fields, models

from .. import const
from ..dhl_api import DhlUnavailable
from ..dhl_api.watch import AWAY

# How long nobody asks after DHL did not answer, unless Odoo finds out earlier that it is back. The scheduled action
# asks more often than that, so that people wait again only where it does not run.
AWAY_SECONDS = 180
ASK_SECONDS = 60
KEPT_HOURS = 24


class DhlOutage(models.Model):
    """What was noted of DHL's silence: rows are only added, in transactions of their own, so nobody waits for a row.

    One environment of DHL's is asked by many shipping methods; all of them share what is known of it.
    """

    _name = "dhl.outage"
    _description = "DHL Does Not Answer"
    _order = "id desc"
    _log_access = False

    environment = fields.Char(string="DHL Environment", required=True, readonly=True, index=True)
    is_back = fields.Boolean(readonly=True)
    noted_on = fields.Datetime(required=True, readonly=True)
    until = fields.Datetime(required=True, readonly=True)
    # No foreign key: the carrier may belong to a transaction that is not committed.
    carrier_res_id = fields.Integer(string="Shipping Method ID", readonly=True)

    @contextmanager
    def _own_transaction(self):
        with self.env.registry.cursor() as cr:
            yield self.with_env(self.env(cr=cr, su=True))

    @api.model
    def _last(self, environment):
        return self.search([("environment", "=", environment)], limit=1)

    @api.model
    def _away_until(self, environment):
        """Return until when an environment is not asked, False when it may be; called in an own transaction."""
        last = self._last(environment)
        return last.until if last and not last.is_back and last.until > fields.Datetime.now() else False

    @api.model
    def _note(self, environment, carrier_id, is_back):
        """Note that DHL is away or back; called in an own transaction."""
        now = fields.Datetime.now()
        self.create(
            {
                "environment": environment,
                "is_back": is_back,
                "noted_on": now,
                "until": fields.Datetime.add(now, seconds=AWAY_SECONDS),
                "carrier_res_id": carrier_id,
            }
        )
        if not is_back:
            self._ask_later()

    @api.model
    def _ask_later(self):
        cron = self.env.ref("delivery_dhl_de.ir_cron_ask_whether_back", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(fields.Datetime.add(fields.Datetime.now(), seconds=ASK_SECONDS))

    @api.model
    def _cron_ask(self):
        """Ask each environment that did not answer with a sample parcel, which books nothing; called by the action."""
        with self._own_transaction() as own:
            lasts = [own._last(environment) for [environment] in own._read_group([], ["environment"])]
            asked = [(row.environment, row.carrier_res_id) for row in lasts if not row.is_back]
        for environment, carrier_id in asked:
            carrier = self.env["delivery.carrier"].browse(carrier_id).exists()
            if carrier and carrier._dhl_de_is_asked(environment):
                # What comes of it, the carrier's watch notes.
                carrier._dhl_de_absence()
            self.env["ir.cron"]._commit_progress(1)

    @api.autovacuum
    def _gc_outages(self):
        """Forget what was noted long ago."""
        before = fields.Datetime.subtract(fields.Datetime.now(), hours=KEPT_HOURS)
        self.search([("noted_on", "<", before)], limit=10_000).unlink()


class OutageWatch:
    """The `dhl_api.watch.Watch` of one client.

    :param carrier: the shipping method that asks
    :param always: ask although DHL was just silent: a scheduled action or a person wants to know whether it is back
    """

    def __init__(self, carrier, always=False):
        self._outages = carrier.env["dhl.outage"]
        self._environment = carrier._dhl_de_root()
        self._carrier_id = carrier.id
        self._always = always
        self._was_away = False

    def before(self, request):
        """See `dhl_api.watch.Watch`."""
        with self._outages._own_transaction() as own:
            last = own._last(self._environment)
            self._was_away = bool(last) and not last.is_back
            until = own._away_until(self._environment)
        if until and not self._always:
            raise DhlUnavailable("DHL has not answered a moment ago", key=AWAY, request=request)

    def silent(self, seconds):
        """See `dhl_api.watch.Watch`."""
        self._note(is_back=False)

    def answered(self):
        """See `dhl_api.watch.Watch`."""
        if self._was_away:
            self._was_away = False
            self._note(is_back=True)

    def _note(self, is_back):
        with self._outages._own_transaction() as own:
            own._note(self._environment, self._carrier_id, is_back)


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    def _dhl_de_watch(self):
        """Return what this carrier's clients ask before each request."""
        return OutageWatch(self, bool(self.env.context.get(const.ASK_ANYWAY)))

    def _dhl_de_check_answers(self, picking):
        """Refuse to begin a booking while DHL does not answer.

        :raises UserError: says so and what to do; its `dhl_error` is what a request would have ended with
        """
        try:
            self._dhl_de_watch().before("POST /orders")
        except DhlUnavailable as error:
            failure = error
        else:
            return
        raise self._dhl_de_error(failure, picking)
