from odoo import models
from odoo.exceptions import UserError

from .. import const


class StockPicking(models.Model):
    """Cancelling shipments at DHL, which may work for some parcels only."""

    _inherit = "stock.picking"

    def cancel_shipment(self):
        """Cancel DHL's parcels. What is cancelled at DHL leaves its transfer, what is not stays.

        Odoo would hand the whole set to the carrier for each transfer of it, and forget all numbers or none.

        :return: nothing, or a warning that names the parcels which are still there
        :raises UserError: none could be cancelled
        """
        # Before DHL cancels what could not be written down here.
        self.check_access("write")
        dhl = self.filtered(lambda picking: picking.carrier_id.delivery_type == const.DELIVERY_TYPE)
        if others := self - dhl:
            super(StockPicking, others).cancel_shipment()
        done, problems = [], []
        for picking in dhl:
            cancelled, left = picking._dhl_de_cancel()
            done += cancelled
            problems += left
        if not problems:
            return None
        if not done:
            raise UserError("\n".join(problems))
        text = self.env._("Cancelled at DHL: %(numbers)s.", numbers=", ".join(done))
        return self.env["delivery.carrier"]._dhl_de_notify("warning", "\n".join([text, *problems]))

    def _dhl_de_cancel(self):
        """Cancel the parcels of one transfer; return the numbers that are cancelled, and why the others are not."""
        self.ensure_one()
        numbers = self._dhl_de_numbers()
        if not numbers:
            return [], []
        try:
            left = self.env["dhl.booking"]._cancel_transfer(self)
        except UserError as error:
            return [], [str(error)]
        cancelled = [number for number in numbers if number not in left]
        if cancelled:
            self._dhl_de_drop_parcels(cancelled)
        return cancelled, list(left.values())

    def _dhl_de_drop_parcels(self, numbers):
        """Take cancelled parcels off the transfer, and their numbers off the transfers that Odoo copied them to."""
        self.ensure_one()
        bookings = self.env["dhl.booking"].sudo().search([("shipment_no", "in", numbers)])
        dead = {*numbers, *bookings.filtered("return_shipment_no").mapped("return_shipment_no")}
        if set(self._dhl_de_numbers()) <= dead:
            self._dhl_de_retire_labels()
            self.return_tracking_ref = False
        else:
            self._dhl_de_retire_labels(dead)
            returns = [number for number in self._dhl_de_return_numbers() if number not in dead]
            self.return_tracking_ref = ",".join(returns)
        for picking in self | self._dhl_de_linked():
            left = [number for number in picking._dhl_de_numbers() if number not in dead]
            if left != picking._dhl_de_numbers():
                picking.carrier_tracking_ref = ",".join(left) or False
        self.message_post(body=self.env._("Cancelled at DHL: %(numbers)s.", numbers=", ".join(numbers)))

    def _dhl_de_linked(self):
        """Return the other transfers of the same goods: Odoo writes a parcel's number on all of them."""
        moves = self.move_ids
        return moves.browse({*moves._rollup_move_origs(), *moves._rollup_move_dests()}).picking_id - self
