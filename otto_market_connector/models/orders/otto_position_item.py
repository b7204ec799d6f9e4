from odoo import fields, models

STATUSES = [
    ("unknown", "Unknown"),
    ("announced", "Announced"),
    ("processable", "Processable"),
    ("sent", "Sent"),
    ("returned", "Returned"),
    ("cancelled", "Cancelled"),
]


class OttoPositionItem(models.Model):
    _name = "otto.position.item"
    _description = "Piece of an OTTO Order"
    _rec_name = "position_id"
    _order = "order_id, id"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade", index=True)
    channel_id = fields.Many2one(related="order_id.otto_channel_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, precompute=True)
    order_line_id = fields.Many2one("sale.order.line", ondelete="set null", index=True)
    position_id = fields.Char("Position Item", required=True)
    sku = fields.Char("SKU", required=True)
    ean = fields.Char("EAN")
    title = fields.Char()
    status = fields.Selection(STATUSES, required=True, default="unknown", index=True)
    currency_id = fields.Many2one("res.currency", required=True)
    price = fields.Monetary(help="What the customer pays for the piece, taxes included.")
    vat_rate = fields.Float("VAT Rate (%)")
    expected_delivery = fields.Datetime()
    refunded_by_otto = fields.Boolean(
        "Refunded by OTTO", readonly=True, help="OTTO gave the customer the money back by itself."
    )

    _channel_position_unique = models.Constraint(
        "UNIQUE(channel_id, position_id)",
        "This piece has already been imported.",
    )
