"""Processing time and shipping profile of articles: read from OTTO, sent when somebody changed them (facts §7.4)."""

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import split_every

from ..connector import as_connector, is_connector
from ..otto_api import DeliveryInformation, DeliveryRefusal, DeliveryResult, OttoTooLarge

BATCH = 200


class OttoListing(models.Model):
    _inherit = "otto.listing"

    processing_time = fields.Char(
        help="Working days until a parcel is handed over: 1 to 99, or DEFAULT for the profile's."
    )
    shipping_profile_id = fields.Many2one("otto.shipping.profile", domain="[('channel_id', '=', channel_id)]")
    delivery_to_send = fields.Boolean(readonly=True, index=True)

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
        self.channel_id._trigger_soon("stock")


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    shipping_profile_ids = fields.One2many("otto.shipping.profile", "channel_id", readonly=True)

    def _take_profiles(self, profiles):
        known = {
            row.profile_id: row for row in self.env["otto.shipping.profile"].search([("channel_id", "=", self.id)])
        }
        for profile in profiles:
            values = {
                "name": profile.name,
                "processing_time": profile.processing_time,
                "transport_time": profile.transport_time,
                "order_cutoff": profile.order_cutoff,
            }
            if profile.id in known:
                known[profile.id].write(values)
            else:
                self.env["otto.shipping.profile"].create({"channel_id": self.id, "profile_id": profile.id, **values})
        self.invalidate_recordset(["shipping_profile_ids"])

    def _delivery_values(self, record):
        profiles = self.shipping_profile_ids.filtered(lambda row: row.profile_id == record.shipping_profile_id)
        return {"processing_time": record.processing_time, "shipping_profile_id": profiles.id}

    def _send_delivery_information(self, client):
        """Tell OTTO the processing times and profiles that were changed here, 200 in a request.

        Called at the end of the flow *stock*, whose row is the lock.
        """
        sync = self._sync("stock")
        domain = [("channel_id", "=", self.id), ("delivery_to_send", "=", True), ("shipping_profile_id", "!=", False)]
        ids = self.env["otto.listing"].search(domain).ids
        remaining = len(ids)
        for batch in split_every(BATCH, ids):
            self._send_delivery_batch(client, self.env["otto.listing"].browse(batch))
            remaining -= len(batch)
            if sync._checkpoint(len(batch), remaining=remaining) <= 0:
                return

    def _send_delivery_batch(self, client, listings):
        """Send delivery information; halve what OTTO refuses without saying which article it means.

        Sent once, whatever OTTO makes of it: a refusal is told, and changing it or *Retry* sends it again.

        :param listings: up to 200 articles
        """
        try:
            result = client.set_delivery_information([self._delivery_entry(listing) for listing in listings])
        except OttoTooLarge as error:
            result = DeliveryResult((), (DeliveryRefusal(None, error.words),))
        unnamed = [refusal for refusal in result.refused if refusal.sku is None]
        if unnamed and len(listings) > 1:
            middle = len(listings) // 2
            self._send_delivery_batch(client, listings[:middle])
            self._send_delivery_batch(client, listings[middle:])
            return
        as_connector(listings).delivery_to_send = False
        refused = {refusal.sku or listings.sku: refusal.words for refusal in result.refused}
        self._report_refused_delivery(listings, refused)

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
                    "OTTO refuses the processing time or shipping profile of article %(sku)s: %(reason)s. Please "
                    "choose another one.",
                    sku=listing.sku,
                    reason=refused[listing.sku],
                ),
                listing,
            )
            for listing in listings
            if listing.sku in refused
        ]
        self.env["otto.issue"]._report(self, "delivery", failures)
        self.env["otto.issue"]._resolve(self, "delivery", set(listings.mapped("sku")) - set(refused))

    def _transport_days(self, skus):
        """Return the longest transport time of articles by their shipping profiles; None where none is known (R11)."""
        if not self.sudo().shipping_profile_ids:
            return None
        domain = [("channel_id", "=", self.id), ("sku", "in", list(skus)), ("shipping_profile_id", "!=", False)]
        profiles = self.env["otto.listing"].sudo().search(domain).shipping_profile_id
        return max(profiles.mapped("transport_time"), default=0) or None
