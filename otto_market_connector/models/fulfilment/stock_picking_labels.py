"""What DHL prints and cancels for an OTTO order, and the rows of the Shipping tab that follow it (R8)."""

from odoo import models

# DHL prints so many characters of a reference.
REFERENCE = 35


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _dhl_reference(self):
        """Print OTTO's order number on both labels: the office and the customer know the order by it."""
        reference = super()._dhl_reference()
        numbers = self._otto_orders.mapped("otto_order_number")
        room = REFERENCE - len(reference) - 1
        if len(numbers) != 1 or not numbers[0] or room < len(numbers[0]):
            return reference
        return f"{numbers[0]} {reference}"

    def _dhl_de_drop_parcels(self, numbers):
        """Labels that are cancelled at DHL leave the Shipping tab, also where DHL's answer came late."""
        result = super()._dhl_de_drop_parcels(numbers)
        self._otto_first_deliveries._otto_drop_rows()
        return result

    def _otto_drop_rows(self):
        """Take the rows out of the Shipping tab whose label these transfers do not have any more.

        What OTTO was told stays.
        """
        booked = {
            number for picking in self for number in (*picking._dhl_de_numbers(), *picking._dhl_de_return_numbers())
        }
        self._otto_orders.sudo().otto_parcel_ids.filtered(
            lambda parcel: (
                parcel.picking_id in self
                and parcel.tracking_number not in booked
                and parcel.order_id.otto_report_state != "sent"
            )
        ).unlink()
