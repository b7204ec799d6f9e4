"""The weight that a person entered on a transfer.

Odoo stores a weight of its own in the same field, and does not correct it when the weight of a product is corrected.
"""

from odoo import api, fields, models
from odoo.tools.sql import column_exists

# In Odoo's unit of weight: half a gram where that is the kilogram.
LEAST = 0.0005


def differ(one, other):
    """Tell whether two weights in Odoo's unit are not the same."""
    return abs(one - other) > LEAST


class StockPicking(models.Model):
    _inherit = "stock.picking"

    dhl_entered_weight = fields.Float(
        "Entered Weight",
        digits="Stock Weight",
        copy=False,
        readonly=True,
        help="The weight for shipping as a person has entered it; it counts until Odoo computes another one.",
    )

    def _auto_init(self):
        """Odoo makes the column."""
        is_new = not column_exists(self.env.cr, self._table, "dhl_entered_weight")
        result = super()._auto_init()
        if is_new:
            self._dhl_take_weights_over()
        return result

    def _dhl_take_weights_over(self):
        """Take as entered what differs from the weight of the goods in open transfers, as it was until 19.0.1.1.0."""
        self.env.cr.execute(
            """
            UPDATE stock_picking picking
               SET dhl_entered_weight = shipping_weight
             WHERE state NOT IN ('done', 'cancel')
               AND shipping_weight > 0
               AND abs(shipping_weight - round((
                       SELECT coalesce(sum(line.quantity_product_uom * product.weight), 0)
                         FROM stock_move_line line
                         JOIN product_product product ON product.id = line.product_id
                        WHERE line.picking_id = picking.id AND line.result_package_id IS NULL
                   )::numeric, %s)) > %s
            """,
            (self._dhl_weight_decimals(), LEAST),
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Note weights that are entered together with the goods."""
        pickings = super().create(vals_list)
        entered = [one.id for one, vals in zip(pickings, vals_list, strict=True) if vals.get("shipping_weight")]
        self.browse(entered).filtered("move_line_ids")._dhl_note_weight()
        return pickings

    def write(self, vals):
        """Note what a person enters; Odoo's own weight comes in no other way, but a form sends it back as it was."""
        result = super().write(vals)
        if "shipping_weight" in vals:
            self._dhl_note_weight()
        return result

    def _dhl_note_weight(self):
        decimals = self._dhl_weight_decimals()
        for picking in self:
            weight = picking.shipping_weight
            picking.dhl_entered_weight = weight if differ(weight, round(picking.weight_bulk, decimals)) else 0

    def _dhl_weight_decimals(self):
        return self.env["decimal.precision"].precision_get("Stock Weight")

    def _dhl_weight(self):
        """Return the weight that a person entered for this transfer, in Odoo's unit of weight; 0 where none did."""
        self.ensure_one()
        return 0 if differ(self.dhl_entered_weight, self.shipping_weight) else self.dhl_entered_weight
