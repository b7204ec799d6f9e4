from odoo import api, fields, models

from .otto_receipt import refuse_change


class OttoReceiptLine(models.Model):
    """A position of a receipt: articles, services or the delivery fee, with the pieces that it bills."""

    _name = "otto.receipt.line"
    _description = "Line of an OTTO Receipt"
    _rec_name = "title"
    _order = "receipt_id, id"

    receipt_id = fields.Many2one("otto.receipt", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="receipt_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="receipt_id.currency_id")
    line_type = fields.Selection(
        [
            ("item", "Article"),
            ("item_partial", "Article, Part Refunded"),
            ("service", "Service"),
            ("service_partial", "Service, Part Refunded"),
            ("delivery", "Delivery Fee"),
            ("delivery_partial", "Delivery Fee, Part Refunded"),
        ],
        required=True,
        readonly=True,
    )
    sku = fields.Char("SKU", readonly=True)
    article_number = fields.Char("Article on OTTO", readonly=True)
    title = fields.Char("Description", readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    piece_ids = fields.Many2many(
        "otto.position.item",
        "otto_receipt_line_piece_rel",
        "line_id",
        "piece_id",
        "Pieces",
        readonly=True,
    )
    position_ids_text = fields.Text(
        "Position Items", readonly=True, help="OTTO's numbers of the pieces; they stay when the order is deleted."
    )
    product_id = fields.Many2one("product.product", readonly=True, ondelete="set null", index="btree_not_null")
    tax_type = fields.Char("Kind of Tax", readonly=True)
    tax_rate = fields.Float("VAT Rate (%)", readonly=True)
    gross = fields.Monetary("Taxes Included", readonly=True)
    net = fields.Monetary("Untaxed", readonly=True)
    tax = fields.Monetary(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        refuse_change(self)
        return super().create(vals_list)

    def write(self, vals):
        refuse_change(self)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self.receipt_id._refuse_deletion()
