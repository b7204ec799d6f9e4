from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..connector import is_connector

# R4: what OTTO says about a line.
LOCKED_FIELDS = {
    "product_id",
    "name",
    "product_uom_id",
    "product_uom_qty",
    "price_unit",
    "discount",
    "tax_ids",
    "order_id",
}

# What tells the connector whose a line is.
KEPT_FIELDS = {"order_id", "otto_sku", "otto_position_ids", "is_delivery"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    otto_sku = fields.Char("SKU on OTTO", copy=False, readonly=True)
    otto_position_ids = fields.One2many("otto.position.item", "order_line_id", "Pieces", copy=False)

    @property
    def _otto(self):
        """The lines of OTTO orders among these."""
        return self.filtered("order_id.otto_channel_id")

    @property
    def _otto_priced(self):
        """The lines whose price is OTTO's: articles and fees, not what a person adds."""
        return self._otto.filtered(lambda line: line.otto_sku or line.is_delivery)

    # R18: price, discount and taxes are OTTO's, whatever the quantity or the pricelist

    def _compute_price_unit(self):
        return super(SaleOrderLine, self - self._otto_priced)._compute_price_unit()

    def _compute_discount(self):
        return super(SaleOrderLine, self - self._otto_priced)._compute_discount()

    def _compute_tax_ids(self):
        return super(SaleOrderLine, self - self._otto_priced)._compute_tax_ids()

    def _compute_pricelist_item_id(self):
        otto = self._otto
        otto.pricelist_item_id = False
        return super(SaleOrderLine, self - otto)._compute_pricelist_item_id()

    def _compute_name(self):
        return super(SaleOrderLine, self - self._otto_priced.filtered("name"))._compute_name()

    def _expected_date(self):
        """R11: the day of arrival that OTTO promised."""
        self.ensure_one()
        return (self.order_id.otto_channel_id and self.order_id.commitment_date) or super()._expected_date()

    def _prepare_procurement_values(self):
        """R11: handed over early enough to arrive on the promised day."""
        values = super()._prepare_procurement_values()
        channel = self.order_id.otto_channel_id
        if channel and self.order_id.commitment_date:
            skus = self.order_id.order_line.mapped("otto_sku")
            days = channel._transport_days({sku for sku in skus if sku})
            values["date_planned"] = channel._hand_over_date(self.order_id.commitment_date, days)
        return values

    def _otto_lacking(self):
        """Return the products of which less is on its way to the customer than OTTO sold (R9)."""
        lacking = self.env["product.product"]
        for line in self.filtered(lambda line: line._otto_is_goods()):
            moves = line.move_ids._otto_leaving
            # What a person adds to a transfer has a quantity, and often no demand.
            lacking |= line._otto_short(lambda move: max(move.product_uom_qty, move.quantity), moves)
        return lacking

    def _otto_not_left(self):
        """Return the products of which less has left than OTTO sold (R9)."""
        missing = self.env["product.product"]
        for line in self.filtered(lambda line: line._otto_is_goods()):
            moves = line.move_ids._otto_leaving.filtered(lambda move: move.state == "done")
            missing |= line._otto_short(lambda move: move.quantity, moves)
        return missing

    def _otto_is_goods(self):
        return not self.display_type and not self.is_delivery and self.product_id.type == "consu"

    def _otto_short(self, quantity_of, moves):
        """Return the products of the line that moves bring less of than OTTO sold; of a kit, its parts.

        :param quantity_of: function of a move that tells its quantity in the move's unit
        """
        self.ensure_one()
        product = self.product_id
        wanted = {product: self.product_uom_id._compute_quantity(self.product_uom_qty, product.uom_id)}
        if self.move_ids.product_id - product:
            wanted = self._otto_kit_parts()
        brought = defaultdict(float)
        for move in moves:
            brought[move.product_id] += move.product_uom._compute_quantity(quantity_of(move), move.product_id.uom_id)
        short = [part.id for part, quantity in wanted.items() if part.uom_id.compare(brought[part], quantity) < 0]
        return product.browse(short)

    # R5: nothing to invoice

    def _compute_qty_to_invoice(self):
        otto = self._otto
        otto.qty_to_invoice = 0
        return super(SaleOrderLine, self - otto)._compute_qty_to_invoice()

    def _compute_invoice_status(self):
        otto = self._otto
        otto.invoice_status = "no"
        return super(SaleOrderLine, self - otto)._compute_invoice_status()

    def _compute_untaxed_amount_to_invoice(self):
        otto = self._otto
        otto.untaxed_amount_to_invoice = 0
        return super(SaleOrderLine, self - otto)._compute_untaxed_amount_to_invoice()

    def _compute_amount_to_invoice(self):
        otto = self._otto
        otto.amount_to_invoice = 0
        return super(SaleOrderLine, self - otto)._compute_amount_to_invoice()

    def _compute_amount_to_invoice_at_date(self):
        otto = self._otto
        otto.amount_to_invoice_at_date = 0
        return super(SaleOrderLine, self - otto)._compute_amount_to_invoice_at_date()

    @api.constrains("invoice_lines")
    def _check_no_otto_invoice_lines(self):
        """R5, from the side of the order line."""
        self.filtered("invoice_lines").order_id._otto_refuse_invoice()

    # R13: only whole orders are cancelled; R4: locked lines

    @api.model_create_multi
    def create(self, vals_list):
        """R4: nobody adds lines to a locked order."""
        lines = super().create(vals_list)
        if not is_connector(self.env):
            lines._otto_refuse_locked()
        return lines

    def write(self, vals):
        """R4: nobody changes locked lines. R13: the number of pieces is OTTO's."""
        if not is_connector(self.env):
            if LOCKED_FIELDS & vals.keys():
                self._otto_refuse_locked()
            if KEPT_FIELDS & vals.keys():
                self._otto_refuse_kept(vals)
            if "product_uom_qty" in vals:
                for line in self._otto.filtered(lambda line: line.product_uom_qty > vals["product_uom_qty"]):
                    line._otto_refuse_partial_cancellation()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_otto(self):
        if not is_connector(self.env):
            self._otto_refuse_locked()
            for line in self._otto_priced:
                line._otto_refuse_partial_cancellation()

    def _get_protected_fields(self):
        """OTTO's changes reach orders that Odoo locks at confirmation, too."""
        return [] if is_connector(self.env) else super()._get_protected_fields()

    def _otto_refuse_locked(self):
        """R4: refuse a change of the lines of a locked order.

        :raises UserError: names the order
        """
        locked = self.order_id.filtered("otto_channel_id.lock_lines")
        if locked:
            raise UserError(
                self.env._(
                    "The lines of order %(orders)s come from OTTO and are locked. An administrator can switch off "
                    "Lock Order Lines on the OTTO channel.",
                    orders=", ".join(locked.mapped("name")),
                )
            )

    def _otto_refuse_kept(self, vals):
        """Refuse to take a line of OTTO's out of its order, or to make it look like a person's own."""
        for line in self._otto_priced:
            changed = line._convert_to_write({name: line[name] for name in KEPT_FIELDS & vals.keys()})
            if any(changed[name] != vals[name] for name in changed):
                raise UserError(
                    self.env._(
                        "%(line)s of order %(order)s comes from OTTO and stays in this order as it is. Please add a "
                        "line of your own instead.",
                        line=line.name,
                        order=line.order_id.name,
                    )
                )

    def _otto_refuse_partial_cancellation(self):
        raise UserError(
            self.env._(
                "Order %(order)s comes from OTTO: only the whole order can be cancelled, not %(line)s alone. "
                "%(remedy)s",
                order=self.order_id.name,
                line=self.name,
                remedy=self.order_id._otto_cancel_pieces_remedy(),
            )
        )
