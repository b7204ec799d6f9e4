"""Processing time and shipping profile of articles: read from OTTO, sent when somebody changed them (facts §7.4)."""

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import split_every

from ..connector import as_connector, is_connector
from ..otto_api import CataloguePage, DeliveryInformation, OttoForbidden

BATCH = 200


class OttoListing(models.Model):
    _inherit = "otto.listing"

    processing_time = fields.Char(
        help="Working days until a parcel is handed over: 1 to 99, or DEFAULT for the profile's."
    )
    shipping_profile_id = fields.Many2one("otto.shipping.profile", domain="[('channel_id', '=', channel_id)]")
    delivery_to_send = fields.Boolean(readonly=True, index=True)

    @api.constrains("processing_time")
    def _check_processing_time(self):
        for listing in self:
            if listing.processing_time and not re.fullmatch(r"DEFAULT|[1-9]\d?", listing.processing_time):
                raise ValidationError(
                    self.env._(
                        "%(sku)s: the processing time is 1 to 99 working days, or DEFAULT for the shipping profile's.",
                        sku=listing.sku,
                    )
                )

    def write(self, vals):
        """Have OTTO told soon of what a person changed (R2)."""
        theirs = {"processing_time", "shipping_profile_id"} & vals.keys() and not is_connector(self.env)
        result = super().write({**vals, "delivery_to_send": True} if theirs else vals)
        if theirs:
            self.channel_id._trigger_soon("stock")
        return result


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    shipping_profile_ids = fields.One2many("otto.shipping.profile", "channel_id", readonly=True)

    def _delivery_information_pages(self, client):
        """Yield what OTTO knows as one page; an account without shipping profiles has none."""
        try:
            self._take_profiles(client.shipping_profiles())
            entries = list(client.delivery_information())
        except OttoForbidden:
            # The app may lack the permission; it is needed for nothing else.
            return
        self.invalidate_recordset(["shipping_profile_ids"])
        for number, start in enumerate(range(0, len(entries), BATCH)):
            yield CataloguePage(number, tuple(entries[start : start + BATCH]))

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

    def _delivery_values(self, record):
        profiles = self.shipping_profile_ids.filtered(lambda row: row.profile_id == record.shipping_profile_id)
        return {"processing_time": record.processing_time, "shipping_profile_id": profiles.id}

    def _send_delivery_information(self, client):
        """Tell OTTO the processing times and profiles that were changed here, 200 in a request."""
        domain = [("channel_id", "=", self.id), ("delivery_to_send", "=", True), ("shipping_profile_id", "!=", False)]
        for batch in split_every(BATCH, self.env["otto.listing"].search(domain).ids):
            listings = as_connector(self.env["otto.listing"].browse(batch))
            result = client.set_delivery_information(
                [
                    DeliveryInformation(row.sku, row.shipping_profile_id.profile_id, row.processing_time or "DEFAULT")
                    for row in listings
                ]
            )
            # Sent once, whatever OTTO makes of it: a refusal is told, and changing it sends it again.
            if result.accepted or result.refused:
                listings.delivery_to_send = False
            failures = [
                (
                    refusal.sku or "?",
                    self.env._(
                        "OTTO refuses the processing time or shipping profile of article %(sku)s: %(reason)s. Please "
                        "choose another one.",
                        sku=refusal.sku or "?",
                        reason=refusal.words,
                    ),
                    None,
                )
                for refusal in result.refused
            ]
            self.env["otto.issue"]._report(self, "listing", failures)
            self.env["otto.issue"]._resolve(self, "listing", set(result.accepted))

    def _transport_days(self, skus):
        """Return the longest transport time of articles by their shipping profiles; None where none is known (R11)."""
        if not self.sudo().shipping_profile_ids:
            return None
        domain = [("channel_id", "=", self.id), ("sku", "in", list(skus)), ("shipping_profile_id", "!=", False)]
        profiles = self.env["otto.listing"].sudo().search(domain).shipping_profile_id
        return max(profiles.mapped("transport_time"), default=0) or None
