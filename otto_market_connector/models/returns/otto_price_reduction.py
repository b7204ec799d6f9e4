from odoo import fields, models


class OttoPriceReduction(models.Model):
    """A part of the price that the customer gets back from OTTO."""

    _name = "otto.price.reduction"
    _description = "Partial Refund to an OTTO Customer"
    _rec_name = "piece_id"
    _order = "id desc"

    piece_id = fields.Many2one("otto.position.item", required=True, ondelete="restrict", index=True, readonly=True)
    order_id = fields.Many2one(related="piece_id.order_id", store=True, index=True, precompute=True)
    channel_id = fields.Many2one(related="piece_id.channel_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="piece_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="piece_id.currency_id", store=True, precompute=True)
    amount = fields.Monetary(required=True, readonly=True, help="Taxes included.")
    reason = fields.Char(readonly=True, help="For yourselves; OTTO does not learn it.")
    state = fields.Selection(
        [
            ("due", "To Be Told"),
            ("asked", "In Doubt"),
            ("initiated", "Under Way"),
            ("processed", "Paid"),
            ("rejected", "Rejected by OTTO"),
            ("refused", "Refused"),
        ],
        required=True,
        default="due",
        readonly=True,
        index=True,
    )
    receipt_number = fields.Char(readonly=True)
    known_before = fields.Text(readonly=True, help="What OTTO listed for the piece before it was asked.")
    asked_on = fields.Datetime(readonly=True)
    text = fields.Text("Refused Because", readonly=True)
