from odoo import api, fields, models

LOG_DAYS = 14


class IrLogging(models.Model):
    _inherit = "ir.logging"

    @api.autovacuum
    def _gc_dhl_requests(self):
        """Remove what *Log Requests* has kept of DHL: requests hold names and addresses."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=LOG_DAYS)
        domain = [("func", "in", ("dhl_de_request", "dhl_de_answer")), ("create_date", "<", before)]
        self.sudo().search(domain, limit=10_000).unlink()
