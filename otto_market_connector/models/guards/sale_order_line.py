from odoo import api, models
from odoo.exceptions import UserError

from ..core.write_guard import is_connector

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
CONNECTOR_FIELDS = {"order_id", "otto_sku", "otto_position_ids", "is_delivery"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

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
            if CONNECTOR_FIELDS & vals.keys():
                self._otto_refuse_connector_fields(vals)
            if "product_uom_qty" in vals:
                for line in self._otto_lines.filtered(lambda line: line.product_uom_qty > vals["product_uom_qty"]):
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

    def _otto_refuse_connector_fields(self, vals):
        """Refuse to take a line of OTTO's out of its order, or to make it look like a person's own."""
        for line in self._otto_priced:
            changed = line._convert_to_write({name: line[name] for name in CONNECTOR_FIELDS & vals.keys()})
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
