from odoo import api, models
from odoo.exceptions import UserError

from ..core.write_guard import is_connector, refuse_connector_fields

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
# By these the connector knows OTTO's articles; nobody else writes them, on whosever line.
OTTO_FIELDS = {"otto_sku", "otto_position_ids"}
# What keeps a line in its order, and in its part of the order's total (R5, R16, R18). Odoo computes and keeps some of
# it; a client could write it all the same.
KEPT_FIELDS = {
    "order_id",
    "company_id",
    "currency_id",
    "is_delivery",
    "is_downpayment",
    # Who deletes the linked line deletes this one with it.
    "linked_line_id",
    "price_subtotal",
    "price_tax",
    "price_total",
    "invoice_status",
    "qty_to_invoice",
    "qty_invoiced",
    "untaxed_amount_to_invoice",
    "untaxed_amount_invoiced",
}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.constrains("invoice_lines", "order_id")
    def _check_no_otto_invoice_lines(self):
        """R5, from the side of the order line."""
        self.filtered("invoice_lines").order_id._otto_refuse_invoice()

    # R13: only whole orders are cancelled; R4: locked lines

    @api.model_create_multi
    def create(self, vals_list):
        """R4: nobody adds lines to a locked order, and no line that counts as OTTO's to any."""
        if not is_connector(self.env):
            given = {name for vals in vals_list for name in vals if vals[name]}
            given |= {name for name in OTTO_FIELDS if self.env.context.get(f"default_{name}")}
            refuse_connector_fields(self, OTTO_FIELDS & given)
        lines = super().create(vals_list)
        if not is_connector(self.env):
            lines._otto_refuse_locked()
            # Default values may come from elsewhere, too.
            for line in lines._otto_priced:
                line._otto_refuse_change()
        return lines

    def write(self, vals):
        """R4: nobody changes locked lines. R13: the number of pieces is OTTO's, and so is what is in an order."""
        if not is_connector(self.env):
            if LOCKED_FIELDS & vals.keys():
                self._otto_refuse_locked()
            for line in self:
                line._otto_check_write(vals)
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

    def _otto_check_write(self, vals):
        """Refuse what would take a line out of an OTTO order, put one in, or change OTTO's number of pieces.

        :raises UserError: names the line and its order
        """
        changed = self._otto_changed(vals, OTTO_FIELDS | KEPT_FIELDS)
        if "order_id" in changed:
            target = self.env["sale.order"].browse(vals["order_id"])
            self._otto_refuse_move(self.order_id | target)
        if changed and self._otto_lines:
            self._otto_refuse_change()
        refuse_connector_fields(self, changed & OTTO_FIELDS)
        if self._otto_priced and {"product_uom_qty", "product_uom_id"} & vals.keys():
            self._otto_check_quantity(vals)

    def _otto_changed(self, vals, names):
        """Return which of some fields values would change on this line."""
        self.ensure_one()
        names = names & vals.keys()
        now = self._convert_to_write({name: self[name] for name in names})
        return {name for name in names if now.get(name) != vals[name]}

    def _otto_refuse_move(self, orders):
        """Nothing enters or leaves an OTTO order's lines but by the connector, a person's own line neither."""
        if orders._otto_orders:
            raise UserError(
                self.env._(
                    "%(line)s stays where it is: no line is moved into or out of an OTTO order, and %(orders)s comes "
                    "from OTTO. Please add a line of your own instead.",
                    line=self.name or self.product_id.display_name,
                    orders=", ".join(orders._otto_orders.mapped("name")),
                )
            )

    def _otto_refuse_change(self):
        raise UserError(
            self.env._(
                "%(line)s of order %(order)s comes from OTTO and stays in this order as it is. Please add a "
                "line of your own instead.",
                line=self.name or self.product_id.display_name,
                order=self.order_id.name,
            )
        )

    def _otto_check_quantity(self, vals):
        """R13: the quantity of a line of OTTO's is the number of its open pieces; of a fee it stays.

        A line that has another one, whyever, may be brought back to it.
        """
        uom = self.env["uom.uom"].browse(vals.get("product_uom_id", self.product_uom_id.id))
        quantity = vals.get("product_uom_qty", self.product_uom_qty)
        if uom == self.product_uom_id and not uom.compare(quantity, self.product_uom_qty):
            return
        pieces = self.otto_position_ids.filtered(lambda piece: piece.status != "cancelled")
        wanted = len(pieces) if self.otto_position_ids else self.product_uom_qty
        if uom != self.product_uom_id or uom.compare(quantity, wanted):
            self._otto_refuse_partial_cancellation()

    def _otto_refuse_partial_cancellation(self):
        raise UserError(
            self.env._(
                "Order %(order)s comes from OTTO: only the whole order can be cancelled, not %(line)s alone, and no "
                "piece can be added to what OTTO has sold. %(remedy)s",
                order=self.order_id.name,
                line=self.name,
                remedy=self.order_id._otto_cancel_pieces_remedy(),
            )
        )
