"""Processing time and shipping profile of articles: read, and sent when somebody changed them (facts/otto.md §7.4)."""

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import split_every

from ...otto_api import DeliveryInformation, DeliveryRefusal, DeliveryResult, OttoError, OttoTooLarge
from ..core.attempts import Attempts
from ..core.write_guard import as_connector, is_connector
from .const import BATCH


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("delivery", "Processing Times to OTTO")], ondelete={"delivery": "cascade"})


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(selection_add=[("delivery", "Processing Time")], ondelete={"delivery": "cascade"})


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    shipping_profile_ids = fields.One2many("otto.shipping.profile", "channel_id", readonly=True)

    def _transport_days(self, skus):
        """Return the longest transport time of articles by their shipping profiles; None where none is known (R11)."""
        if not self.sudo().shipping_profile_ids:
            return None
        domain = [("channel_id", "=", self.id), ("sku", "in", list(skus)), ("shipping_profile_id", "!=", False)]
        profiles = self.env["otto.listing"].sudo().search(domain).shipping_profile_id
        return max(profiles.mapped("transport_time"), default=0) or None


class OttoListing(models.Model):
    _inherit = "otto.listing"

    processing_time = fields.Char(
        help="Working days until a parcel is handed over: 1 to 99, or DEFAULT for the profile's."
    )
    shipping_profile_id = fields.Many2one(
        "otto.shipping.profile", domain="[('channel_id', '=', channel_id)]", index="btree_not_null"
    )
    delivery_to_send = fields.Boolean(readonly=True, index=True)

    @api.model
    def _connector_fields(self):
        return super()._connector_fields() | {"delivery_to_send"}

    @api.constrains("processing_time", "shipping_profile_id")
    def _check_processing_time(self):
        for listing in self:
            if listing.processing_time and not re.fullmatch(r"DEFAULT|[1-9]\d?", listing.processing_time):
                raise ValidationError(
                    self.env._(
                        "%(sku)s: the processing time is 1 to 99 working days, or DEFAULT for the shipping profile's.",
                        sku=listing.sku,
                    )
                )
            # OTTO takes both together only. What comes from OTTO is left as it is.
            own_time = listing.processing_time not in (False, "DEFAULT")
            if own_time and not listing.shipping_profile_id and not is_connector(self.env):
                raise ValidationError(
                    self.env._(
                        "%(sku)s: OTTO takes a processing time only together with a shipping profile. Please choose "
                        "the shipping profile too. The list of profiles is read with Read All Articles on the channel.",
                        sku=listing.sku,
                    )
                )

    def write(self, vals):
        """Have OTTO told soon of what a person changed (R2)."""
        theirs = {"processing_time", "shipping_profile_id"} & vals.keys() and not is_connector(self.env)
        result = super().write(vals)
        if theirs:
            self._send_delivery_soon()
        return result

    def _send_delivery_soon(self):
        """Have OTTO told of processing time and shipping profile; without a profile there is nothing to tell."""
        told = self.filtered("shipping_profile_id")
        told._otto_note(delivery_to_send=True)
        (self - told)._otto_note(delivery_to_send=False)
        self.channel_id._schedule("delivery")


class OttoFlowDelivery(models.AbstractModel):
    _name = "otto.flow.delivery"
    _description = "Processing Times to OTTO"
    _inherit = ["otto.flow"]

    _interval = 60
    _sequence = 60
    _kinds = ("delivery",)

    def _is_wanted_soon(self):
        return self.channel._sends_changes

    def _retry(self, issues):
        """What OTTO refused about an article is sent again although it is the same."""
        self.env["otto.listing"].browse(issues.mapped("res_id")).exists()._send_delivery_soon()

    def _work_off(self):
        """Tell OTTO the processing times and profiles that were changed here, 200 in a request (R2).

        :raises OttoError: when OTTO cannot be asked; what OTTO took is committed
        """
        if not self.channel._sends_changes:
            return
        domain = [
            ("channel_id", "=", self.channel.id),
            ("delivery_to_send", "=", True),
            ("shipping_profile_id", "!=", False),
        ]
        ids = self.env["otto.listing"].search(domain).ids
        remaining, attempts = len(ids), Attempts()
        for batch in split_every(BATCH, ids):
            self._send_delivery_batch(self.env["otto.listing"].browse(batch), attempts)
            remaining -= len(batch)
            if self._checkpoint(len(batch), remaining=remaining) <= 0 or attempts.is_over:
                break
        # That the run goes on is not taken back by what failed.
        self._checkpoint()
        attempts.raise_last()

    def _send_delivery_batch(self, listings, attempts):
        """Send delivery information; halve what OTTO refuses without saying which article it means.

        Sent once, whatever OTTO makes of it: a refusal is told, and changing it or *Retry* sends it again. What OTTO
        could not work on is halved too, until it is alone, and is sent again by the next run (R20).

        :param listings: up to 200 articles
        """
        if attempts.is_over:
            return
        try:
            result = self.client.set_delivery_information([self._delivery_entry(listing) for listing in listings])
        except OttoTooLarge as error:
            result = DeliveryResult((), (DeliveryRefusal(None, error.words),))
        except OttoError as error:
            if not self._concerns_this_alone(error):
                raise
            attempts.failed(error)
            if len(listings) > 1:
                self._send_delivery_halves(listings, attempts)
            return
        attempts.succeeded()
        unnamed = [refusal for refusal in result.refused if refusal.sku is None]
        if unnamed and len(listings) > 1:
            self._send_delivery_halves(listings, attempts)
            return
        as_connector(listings).delivery_to_send = False
        refused = {refusal.sku or listings.sku: refusal.words for refusal in result.refused}
        self._report_refused_delivery(listings, refused)

    def _send_delivery_halves(self, listings, attempts):
        middle = len(listings) // 2
        self._send_delivery_batch(listings[:middle], attempts)
        self._send_delivery_batch(listings[middle:], attempts)

    def _delivery_entry(self, listing):
        return DeliveryInformation(
            listing.sku, listing.shipping_profile_id.profile_id, listing.processing_time or "DEFAULT"
        )

    def _report_refused_delivery(self, listings, refused):
        """Report what OTTO refused, and resolve what it took.

        :param refused: dict of SKU to OTTO's words
        """
        failures = [
            (
                listing.sku,
                self.env._(
                    "OTTO refuses the processing time or shipping profile of article %(sku)s. Please choose another "
                    "one. %(words)s",
                    sku=listing.sku,
                    words=self.channel._otto_quoted(refused[listing.sku]),
                ),
                listing,
            )
            for listing in listings
            if listing.sku in refused
        ]
        self._report("delivery", failures)
        self._resolve("delivery", set(listings.mapped("sku")) - set(refused))
