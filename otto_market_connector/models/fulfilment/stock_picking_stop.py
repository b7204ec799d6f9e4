"""What the warehouse sees of an order that OTTO cancelled after its label was made (R15)."""

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_otto_parcel_stopped(self):
        """Button: the parcel was stopped, or it is too late; the order leaves the list, too."""
        self.check_access("write")
        self._otto_orders._otto_parcel_stopped()
        return True

    def action_otto_take_back(self):
        """Button: take the goods of a stopped parcel back into the stock, as a return of this delivery."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.act_stock_return_picking")
        return {**action, "context": {"active_id": self.id, "active_ids": self.ids, "active_model": "stock.picking"}}

    def _dhl_de_warning(self):
        """A parcel that must not leave the house is red in the label run."""
        orders = self._otto_orders
        if orders.filtered("otto_stop_parcel"):
            return self.env._("Stop this parcel: OTTO has cancelled the order.")
        if orders.filtered("otto_suspected_fraud"):
            return self.env._("OTTO suspects a fraud. Please ask the office before the parcel leaves.")
        return super()._dhl_de_warning()
