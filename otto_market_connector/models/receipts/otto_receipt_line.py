from odoo import fields, models

from .const import LINE_TYPES

# What has left.
SHIPPED = ("sent", "returned")
COST_GROUPS = "sales_team.group_sale_manager,account.group_account_readonly,account.group_account_invoice"


class OttoReceiptLine(models.Model):
    """A position of a receipt: articles, services or the delivery fee, with the pieces that it bills."""

    _name = "otto.receipt.line"
    _inherit = ["otto.receipt.part"]
    _description = "Line of an OTTO Receipt"
    _rec_name = "title"
    _order = "receipt_id, id"

    line_type = fields.Selection(LINE_TYPES, required=True, readonly=True)
    sku = fields.Char("SKU", readonly=True)
    article_number = fields.Char("Article on OTTO", readonly=True)
    title = fields.Char("OTTO's Description", readonly=True)
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
    discount = fields.Monetary("Discount Taken Off", readonly=True)
    refunded_before = fields.Monetary(
        readonly=True, help="Earlier partial refunds; they are taken off the amount already."
    )
    cost = fields.Monetary(
        "Cost of the Goods", readonly=True, groups=COST_GROUPS, help="What the pieces cost when they left the stock."
    )
    shipping_cost = fields.Monetary(
        readonly=True, groups=COST_GROUPS, help="This line's share of what the order's parcels cost."
    )

    # What it cost, noted once: an estimate of the margin, not of the books

    def _note_costs(self):
        """Note what the goods of these lines cost, and what their parcels did, in the receipt's currency."""
        for line in self.filtered("product_id"):
            line.cost = line._in_receipt_currency(line._unit_cost() * line.quantity)
        purchases = self.filtered(lambda line: line.receipt_id.kind == "purchase" and line.line_type == "item")
        for order, lines in purchases.grouped(lambda line: line.receipt_id.order_id).items():
            parcels = order.picking_ids.filtered(lambda picking: picking.state == "done" and picking.carrier_price > 0)
            whole = sum(order.otto_position_ids.filtered(lambda piece: piece.status in SHIPPED).mapped("price"))
            if parcels and whole > 0:
                cost = sum(parcels.mapped("carrier_price"))
                for line in lines:
                    line.shipping_cost = line._in_receipt_currency(cost * min(line.gross / whole, 1))

    def _unit_cost(self):
        """Return what one piece cost in the company's currency: as it left the stock, else the product's cost.

        What came back since has left as well: a later refund takes back what the invoice has counted.
        """
        self.ensure_one()
        order_line = self.piece_ids.order_line_id[:1]
        moves = self.piece_ids.order_line_id.move_ids.filtered(lambda move: move.state == "done" and move.is_out)
        product, cost = order_line.product_id, 0.0
        parts = {product: order_line.product_uom_id._compute_quantity(1, product.uom_id)} if moves else {}
        if moves.product_id - product:
            parts = order_line._otto_kit_parts(1)
        for part, quantity in parts.items():
            own = moves.filtered(lambda move, part=part: move.product_id == part)
            left = sum(move.product_uom._compute_quantity(move.quantity, part.uom_id) for move in own)
            if left <= 0:
                # The kit is another one now.
                return self._cost_of_order(moves, order_line)
            cost += quantity * abs(sum(own.mapped("value"))) / left
        return cost or self._cost_of_order(moves, order_line)

    def _cost_of_order(self, moves, order_line):
        """Return what one of the ordered pieces cost on average; the product's cost where nothing has a value."""
        value, ordered = abs(sum(moves.mapped("value"))), order_line.product_uom_qty
        if value and ordered > 0:
            return value / ordered
        return self.product_id.with_company(self.company_id).standard_price

    def _in_receipt_currency(self, amount):
        receipt, company = self.receipt_id, self.company_id
        if receipt.currency_id == company.currency_id:
            return amount
        return company.currency_id._convert(amount, receipt.currency_id, company, receipt.receipt_date)
