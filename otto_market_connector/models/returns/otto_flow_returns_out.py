"""What goes out of the returns: acceptances, rejections, refunds of a part."""

from odoo import models


class OttoFlowReturns(models.AbstractModel):
    _inherit = "otto.flow.returns"

    def _tell_decisions(self):
        """Tell OTTO what was decided about pieces that came back."""

    def _ask_price_reductions(self):
        """Ask OTTO for partial refunds, and follow those that are under way."""
