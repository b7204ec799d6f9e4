"""Once a day: what OTTO holds against what it accepted (R6). Page by page; an interrupted comparison goes on."""

from datetime import timedelta

from odoo import fields, models

from ..connector import as_connector
from ..otto_api import OttoError, OttoRateLimited

COMPARE_EVERY = timedelta(days=1)
COMPARISON = "comparison"
NAMED = 20


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _compare_quantities(self, client, sync):
        """Take over what OTTO holds where it is not what it accepted, so that it is sent again.

        OTTO holding less is what sales look like. OTTO holding more, or nothing, is reported: somebody else writes
        quantities, or OTTO lost them. A failure is reported and leaves the sending of stock alone.

        :return: whether something has to be sent again
        :raises OttoRateLimited: OTTO asks to wait; the comparison goes on then
        """
        now = fields.Datetime.now()
        if sync.reconciled_on and sync.reconciled_on > now - COMPARE_EVERY and not sync.comparison:
            return False
        if not sync.comparison or sync.comparison["began"] < fields.Datetime.to_string(now - COMPARE_EVERY):
            sync.comparison = {"began": fields.Datetime.to_string(now), "next": None, "drifted": 0, "lines": []}
        try:
            return self._compare_pages(client, sync)
        except OttoRateLimited:
            raise
        except OttoError as error:
            text = self.env._(
                "What OTTO holds could not be compared with Odoo's stock: %(reason)s It is tried again with the next "
                "run; changes of stock are sent all the same.",
                reason=self._otto_error_text(error),
            )
            self.env["otto.issue"]._report(self, "stock", [(COMPARISON, text, None)])
            return False

    def _compare_pages(self, client, sync):
        """Compare page after page as long as there is time; return whether something has to be sent again."""
        drifted = False
        for page in client.quantity_pages(sync.comparison["next"]):
            drifted |= bool(self._take_held(sync, {entry.sku: entry.quantity for entry in page.quantities}))
            if page.next is None:
                drifted |= bool(page.is_last and not page.unreadable and self._take_missing(sync))
                self._end_comparison(sync)
                return drifted
            sync.comparison = {**sync.comparison, "next": page.next}
            if sync._checkpoint() <= 0:
                sync.cron_id._trigger()
                return drifted
        return drifted

    def _take_held(self, sync, held):
        """Take over the quantities of one page; return the articles of which OTTO holds something else.

        :param held: dict of SKU to quantity
        """
        domain = [("channel_id", "=", self.id), ("sku", "in", list(held))]
        listings = as_connector(self.env["otto.listing"].search_fetch(domain, ["sku", "quantity", "quantity_known"]))
        listings.quantity_compared_on = fields.Datetime.now()
        drifted = listings.filtered(
            lambda row: row.quantity_in_doubt or (row.quantity_known and row.quantity != held[row.sku])
        )
        too_much = drifted.filtered(lambda row: self._is_drift(row) and held[row.sku] > row.quantity)
        self._note_drift(sync, too_much, held)
        for row in drifted:
            row.write({"quantity": held[row.sku], "quantity_known": True, "quantity_in_doubt": False})
        return drifted

    def _take_missing(self, sync):
        """Note the articles of which OTTO holds nothing although it had accepted a quantity; return them."""
        began = sync.comparison["began"]
        domain = [
            ("channel_id", "=", self.id),
            ("quantity_known", "=", True),
            ("quantity_date", "<", began),
            "|",
            ("quantity_compared_on", "=", False),
            ("quantity_compared_on", "<", began),
        ]
        missing = as_connector(self.env["otto.listing"].search(domain))
        self._note_drift(sync, missing.filtered(self._is_drift), {})
        missing.write({"quantity": 0, "quantity_known": False, "quantity_in_doubt": False})
        return missing

    def _is_drift(self, listing):
        """Tell whether Odoo is answerable for the article's quantity and knows what it should be."""
        return listing.send_stock and not listing.quantity_in_doubt and listing.status != "GONE"

    def _note_drift(self, sync, listings, held):
        if not listings:
            return
        lines = [
            self.env._(
                "%(sku)s: sent %(sent)s, OTTO holds %(held)s",
                sku=row.sku,
                sent=row.quantity,
                held=held.get(row.sku, self.env._("nothing")),
            )
            for row in listings[:NAMED]
        ]
        known = sync.comparison
        sync.comparison = {
            **known,
            "drifted": known["drifted"] + len(listings),
            "lines": [*known["lines"], *lines][:NAMED],
        }

    def _end_comparison(self, sync):
        """Report what was found, and note that the comparison of this day is done."""
        found = sync.comparison
        sync.write({"comparison": False, "reconciled_on": fields.Datetime.now()})
        sync._checkpoint()
        if not found["drifted"]:
            self.env["otto.issue"]._resolve(self, "stock", [COMPARISON])
            return
        text = self.env._(
            "OTTO held other quantities than Odoo had sent for %(count)s articles; Odoo's are sent again. Please "
            "check whether another program or person writes stock to OTTO. %(lines)s",
            count=found["drifted"],
            lines="; ".join(found["lines"]),
        )
        self.env["otto.issue"]._report(self, "stock", [(COMPARISON, text, None)])
