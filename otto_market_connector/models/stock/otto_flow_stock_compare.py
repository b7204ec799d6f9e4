"""Once a day: what OTTO holds against what it accepted (R6). Page by page; an interrupted comparison goes on."""

from odoo import fields, models

from ...otto_api import OttoError, OttoRateLimited
from ..core.write_guard import as_connector
from .const import COMPARE_EVERY, NAMED

COMPARISON = "comparison"


class OttoSync(models.Model):
    _inherit = "otto.sync"

    comparison = fields.Json(readonly=True, help="How far the present comparison with OTTO's quantities has come.")
    compared_on = fields.Datetime("Quantities Compared On", readonly=True)


class OttoFlowStock(models.AbstractModel):
    _inherit = "otto.flow.stock"

    def _compare_quantities(self):
        """Take over what OTTO holds where it is not what it accepted, so that it is sent again.

        OTTO holding less is what sales look like. OTTO holding more, or nothing, is reported: somebody else writes
        quantities, or OTTO lost them. A failure is reported and leaves the sending of stock alone.

        :return: whether something has to be sent again
        :raises OttoRateLimited: OTTO asks to wait; the comparison goes on then
        """
        now = fields.Datetime.now()
        if self.sync.compared_on and self.sync.compared_on > now - COMPARE_EVERY and not self.sync.comparison:
            return False
        if not self.sync.comparison or self.sync.comparison["began"] < fields.Datetime.to_string(now - COMPARE_EVERY):
            self.sync.comparison = {"began": fields.Datetime.to_string(now), "next": None, "drifted": 0, "lines": []}
        try:
            return self._compare_pages()
        except OttoRateLimited:
            raise
        except OttoError as error:
            text = self.env._(
                "What OTTO holds could not be compared with Odoo's stock: %(reason)s It is tried again with the next "
                "run; changes of stock are sent all the same.",
                reason=self.channel._otto_error_text(error),
            )
            self._report("stock", [(COMPARISON, text, None)])
            return False

    def _compare_pages(self):
        """Compare page after page as long as there is time; return whether something has to be sent again."""
        drifted = False
        for page in self.client.quantity_pages(self.sync.comparison["next"]):
            drifted |= bool(self._adopt_remote({entry.sku: entry.quantity for entry in page.quantities}))
            if page.next is None:
                drifted |= bool(page.is_last and not page.unreadable and self._adopt_missing())
                self._end_comparison()
                return drifted
            self.sync.comparison = {**self.sync.comparison, "next": page.next}
            if self._checkpoint() <= 0:
                self._run_again()
                return drifted
        return drifted

    def _adopt_remote(self, remote):
        """Take over the quantities of one page; return the articles of which OTTO holds something else.

        :param remote: dict of SKU to the quantity that OTTO holds
        """
        domain = [("channel_id", "=", self.channel.id), ("sku", "in", list(remote))]
        listings = as_connector(self.env["otto.listing"].search_fetch(domain, ["sku", "quantity", "quantity_known"]))
        listings.quantity_compared_on = fields.Datetime.now()
        drifted = self._drifted(listings, remote)
        too_much = drifted.filtered(lambda row: self._is_drift(row) and remote[row.sku] > row.quantity)
        self._note_drift(too_much, remote)
        self._take_over(drifted, remote)
        return drifted

    def _drifted(self, listings, held):
        return listings.filtered(
            lambda row: row.quantity_in_doubt or (row.quantity_known and row.quantity != held[row.sku])
        )

    def _take_over(self, listings, held):
        """Note what OTTO holds of articles.

        :param held: dict of SKU to quantity, None: OTTO knows none
        """
        for row in as_connector(listings):
            quantity = held[row.sku]
            row.write({"quantity": quantity or 0, "quantity_known": quantity is not None, "quantity_in_doubt": False})

    def _adopt_missing(self):
        """Note the articles of which OTTO holds nothing although it had accepted a quantity; return them."""
        began = self.sync.comparison["began"]
        domain = [
            ("channel_id", "=", self.channel.id),
            ("quantity_known", "=", True),
            ("quantity_date", "<", began),
            "|",
            ("quantity_compared_on", "=", False),
            ("quantity_compared_on", "<", began),
        ]
        missing = as_connector(self.env["otto.listing"].search(domain))
        self._note_drift(missing.filtered(self._is_drift), {})
        missing.write({"quantity": 0, "quantity_known": False, "quantity_in_doubt": False})
        return missing

    def _is_drift(self, listing):
        """Tell whether Odoo is answerable for the article's quantity and knows what it should be."""
        return listing.send_stock and not listing.quantity_in_doubt and listing.status != "GONE"

    def _note_drift(self, listings, remote):
        if not listings:
            return
        lines = [
            self.env._(
                "%(sku)s: sent %(sent)s, OTTO holds %(held)s",
                sku=row.sku,
                sent=row.quantity,
                held=remote.get(row.sku, self.env._("nothing")),
            )
            for row in listings[:NAMED]
        ]
        known = self.sync.comparison
        self.sync.comparison = {
            **known,
            "drifted": known["drifted"] + len(listings),
            "lines": [*known["lines"], *lines][:NAMED],
        }

    def _end_comparison(self):
        """Report what was found, and note that the comparison of this day is done."""
        found = self.sync.comparison
        self.sync.write({"comparison": False, "compared_on": fields.Datetime.now()})
        self._checkpoint()
        if not found["drifted"]:
            self._resolve("stock", [COMPARISON])
            return
        text = self.env._(
            "OTTO held other quantities than Odoo had sent for %(count)s articles; Odoo's are sent again. Please "
            "check whether another program or person writes stock to OTTO. %(lines)s",
            count=found["drifted"],
            lines="; ".join(found["lines"]),
        )
        self._report("stock", [(COMPARISON, text, None)])
