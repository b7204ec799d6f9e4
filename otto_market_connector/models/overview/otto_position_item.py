from odoo import fields, models


class OttoPositionItem(models.Model):
    _inherit = "otto.position.item"

    released_on = fields.Datetime("Released by OTTO On", readonly=True)
    sent_on = fields.Datetime("Sent On by OTTO", readonly=True, help="When OTTO learned that the piece is sent.")
    cancelled_by_us = fields.Boolean(readonly=True, help="Cancelled by the seller, not by OTTO or the customer.")
