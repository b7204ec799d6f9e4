from odoo import models


class DhlBooking(models.Model):
    _inherit = "dhl.booking"

    def _report(self):
        """Say on the OTTO order as well what a person must know about its parcel: the office looks there."""
        news = self.filtered(lambda booking: not booking.reported)
        result = super()._report()
        for booking in news.filtered("reported"):
            if text := booking._otto_report_text():
                for order in booking.picking_id._otto_orders:
                    order.message_post(body=text)
        return result

    def _otto_report_text(self):
        self.ensure_one()
        names = {"transfer": self.picking_name, "reference": self.ref_no, "number": self.shipment_no}
        if self.state == "possibly":
            return self.env._(
                "DHL may have booked a parcel for %(transfer)s, but its answer never came. Nothing is booked "
                "again before somebody decides at the DHL booking %(reference)s.",
                **names,
            )
        if self.state == "cancel_doubt":
            return self.env._(
                "DHL was asked to cancel the parcel %(number)s of %(transfer)s, but its answer never came. OTTO is "
                "told nothing before it is known whether the label is good. Please do not hand over the parcel.",
                **names,
            )
        return False
