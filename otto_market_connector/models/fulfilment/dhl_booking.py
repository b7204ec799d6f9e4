from odoo import models


class DhlBooking(models.Model):
    _inherit = "dhl.booking"

    def _report(self):
        """Say on the OTTO order as well that its parcel is possibly booked: the office looks there."""
        news = self.filtered(lambda booking: not booking.reported)
        result = super()._report()
        for booking in news.filtered("reported"):
            for order in booking.picking_id._otto_orders:
                order.message_post(
                    body=self.env._(
                        "DHL may have booked a parcel for %(transfer)s, but its answer never came. Nothing is booked "
                        "again before somebody decides at the DHL booking %(reference)s.",
                        transfer=booking.picking_name,
                        reference=booking.ref_no,
                    )
                )
        return result
