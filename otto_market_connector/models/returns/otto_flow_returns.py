"""Returns between OTTO and Odoo: what we decided goes out, what OTTO says comes in."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...otto_api import RETURN_SCOPES, OttoError, OttoRateLimited


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("returns", "Returns")], ondelete={"returns": "cascade"})
    returns_read_on = fields.Datetime(
        "Announced Returns Read On", readonly=True, help="When OTTO's list of announcements was last read to its end."
    )
    scans_cursor = fields.Datetime("Scans Read Up To", readonly=True)


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
    _scopes = RETURN_SCOPES

    def _work_off(self):
        """Tell OTTO what was decided, ask what became of it, and read what comes back.

        A part that OTTO does not let us do keeps the others from nothing.

        :raises OttoError: when OTTO cannot be asked; what was done before the last checkpoint is committed
        """
        failed = None
        for part in (self._tell_decisions, self._ask_price_reductions, self._read_returns):
            self._checkpoint()
            try:
                part()
            except OttoRateLimited:
                raise
            except (OttoError, UserError) as error:
                self.env.cr.rollback()
                self.sync._lock()
                failed = failed or error
        if failed:
            raise failed
