"""A return is found by whatever is on its parcel or in a mail (R23)."""

import re

from odoo import api, models
from odoo.fields import Domain

# What a scanner puts before a code: the kind of barcode.
SCANNER_PREFIX = re.compile(r"^\][A-Za-z][0-9]")
MOST_HITS = 80


class OttoReturn(models.Model):
    _inherit = "otto.return"

    @api.model
    def _find(self, text, channels=None):
        """Find returns by what somebody scans or types.

        By the return number of our label, the numbers of the announcement, OTTO's number in its warehouse, OTTO's
        return parcel, OTTO's order number or id, and the order's name. Those that still wait come first.

        :param text: as it was scanned or typed
        :param channels: only of these channels
        :return: `otto.return` that the person may see
        """
        code = self._search_code(text)
        if not code:
            return self.browse()
        orders = self._find_orders(text, channels)
        domain = (
            Domain("tracking_number", "=ilike", _literal(code))
            | Domain("tracking_numbers", "ilike", _literal(code))
            | Domain("otto_warehouse_id", "=ilike", _literal(code))
            | Domain("otto_parcel_id", "=ilike", _literal(code))
            | Domain("otto_parcel_ids", "ilike", _literal(code))
            | Domain("order_ids", "in", orders.ids)
        )
        if channels is not None:
            domain &= Domain("channel_id", "in", channels.ids)
        # Who receives goods need not be allowed to see sales orders.
        hits = self.search([("id", "in", self.sudo().search(domain, limit=MOST_HITS).ids)])
        hits = hits.filtered(lambda record: record._is_found_by(code, orders))
        return hits.sorted(lambda record: (record.state not in ("expected", "received"), not record.awaits_goods))

    def _is_found_by(self, code, orders):
        """Tell whether a whole number of this return is the code, not a part of one."""
        record = self.sudo()
        numbers = [record.tracking_number, record.otto_warehouse_id, record.otto_parcel_id]
        numbers += (record.tracking_numbers or "").split() + (record.otto_parcel_ids or "").split()
        return code.lower() in {number.lower() for number in numbers if number} or bool(orders & record.order_ids)

    @api.model
    def _find_orders(self, text, channels=None):
        """Find the OTTO orders that a text names, with all rights: for a return that nobody announced.

        By the number of a label (an undelivered shipment comes back under its own), OTTO's order number or id, and the
        order's name.

        :return: `sale.order` of companies that the person works for
        """
        code = _literal(self._search_code(text))
        if not code:
            return self.env["sale.order"].sudo()
        parcels = [("tracking_number", "=ilike", code)]
        domain = (
            Domain("otto_channel_id", "!=", False)
            & Domain("company_id", "in", self.env.companies.ids)
            & (
                Domain("otto_order_number", "=ilike", code)
                | Domain("otto_order_id", "=ilike", code)
                | Domain("name", "=ilike", code)
                | Domain("name", "=ilike", _literal(" ".join(text.split())))
                | Domain("otto_parcel_ids", "any", parcels)
            )
        )
        if channels is not None:
            domain &= Domain("otto_channel_id", "in", channels.ids)
        return self.env["sale.order"].sudo().search(domain, limit=MOST_HITS)

    @api.model
    def _search_code(self, text):
        """Return a code without what scanners and people put into it: its kind, blanks."""
        return re.sub(r"\s", "", SCANNER_PREFIX.sub("", (text or "").strip()))


def _literal(text):
    """Return a text for `=ilike` in which nothing stands for something else."""
    return re.sub(r"([\\%_])", r"\\\1", text)
