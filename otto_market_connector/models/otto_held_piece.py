from odoo import fields, models


class OttoHeldPiece(models.Model):
    """Pieces that are sold on OTTO in an order that Odoo does not have; they are not offered again (R6, R20)."""

    _name = "otto.held.piece"
    _description = "Sold Pieces of an OTTO Order That Odoo Does Not Have"
    _rec_name = "otto_order_id"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    otto_order_id = fields.Char("OTTO Order ID", required=True, index=True)
    sku = fields.Char("SKU", help="Empty: the order cannot be read, so that any article may be sold.")
    pieces = fields.Integer()
