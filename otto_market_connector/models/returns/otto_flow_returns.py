"""Returns between OTTO and Odoo: what we decided goes out, what OTTO says comes in."""

from odoo import fields, models


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("returns", "Returns")], ondelete={"returns": "cascade"})


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(selection_add=[("return", "Return")], ondelete={"return": "cascade"})


class OttoFlowReturns(models.AbstractModel):
    _name = "otto.flow.returns"
    _description = "Returns between OTTO and Odoo"
    _inherit = ["otto.flow"]

    _interval = 30
    _sequence = 30
    _kinds = ("return", "decision", "reduction")

    def _work_off(self):
        """Tell OTTO what was decided, ask what became of it, and read what comes back.

        :raises OttoError: when OTTO cannot be asked; what was done before the last checkpoint is committed
        """
        self._tell_decisions()
        self._ask_price_reductions()
        self._read_returns()

    def _read_returns(self):
        """Read OTTO's lists of returns and the carrier's scans."""
