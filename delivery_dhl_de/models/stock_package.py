"""The weight that a person entered for a package: *Put in Pack* writes the weight of the goods in the same field."""

from odoo import api, fields, models
from odoo.tools.sql import column_exists

from .stock_picking_weight import differ


class StockPackage(models.Model):
    _inherit = "stock.package"

    dhl_entered_weight = fields.Float(
        "Entered Weight",
        copy=False,
        readonly=True,
        help="The shipping weight as a person has entered it, not as Odoo proposed it.",
    )

    def _auto_init(self):
        """Odoo makes the column."""
        is_new = not column_exists(self.env.cr, self._table, "dhl_entered_weight")
        result = super()._auto_init()
        if is_new:
            self._dhl_take_weights_over()
        return result

    def _dhl_take_weights_over(self):
        """Take as entered what stands there, as it was until 19.0.1.1.0."""
        self.env.cr.execute("UPDATE stock_package SET dhl_entered_weight = shipping_weight WHERE shipping_weight > 0")

    @api.model_create_multi
    def create(self, vals_list):
        """Note weights that are entered."""
        packages = super().create(vals_list)
        packages.filtered("shipping_weight")._dhl_note_weight()
        return packages

    def write(self, vals):
        """Note what a person enters; *Put in Pack* proposes the weight of the goods."""
        result = super().write(vals)
        if "shipping_weight" in vals:
            self._dhl_note_weight()
        return result

    def _dhl_note_weight(self):
        for package in self:
            weight = package.shipping_weight
            package.dhl_entered_weight = weight if differ(weight, package._dhl_weight_of_goods()) else 0

    def _dhl_weight_of_goods(self):
        """Return what Odoo says that this package weighs with what is or will be in it."""
        package = self.sudo()
        _children, ids = package._get_all_children_package_dest_ids()
        domain = [("result_package_id", "in", list(ids)), ("state", "not in", ("done", "cancel"))]
        planned = package.env["stock.move.line"].search(domain, limit=1)
        return package._get_weight(planned.picking_id.id)[package]

    def _dhl_weight(self):
        """Return the weight that a person entered for this package, in Odoo's unit of weight; 0 where none did."""
        self.ensure_one()
        return 0 if differ(self.dhl_entered_weight, self.shipping_weight) else self.dhl_entered_weight
