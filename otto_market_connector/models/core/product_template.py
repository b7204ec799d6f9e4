from odoo import api, models
from odoo.exceptions import UserError

from .write_guard import is_connector

# The templates that the connector's lines need (data/product_data.xml), and what about them must stay as it is.
STANDARD = {"product_unknown": "Unknown OTTO Article", "product_delivery_fee": "OTTO Delivery Fee"}
RIGHT_VALUES = {"active": True, "company_id": False, "sale_ok": False, "is_storable": False}
STANDARD_FIELDS = (*RIGHT_VALUES, "type", "uom_id", "attribute_line_ids")


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _otto_standard(self):
        """Return those of these templates that the connector needs for its own lines."""
        refs = (self.env.ref(f"otto_market_connector.{name}", raise_if_not_found=False) for name in STANDARD)
        return self & self.browse().concat(*(ref for ref in refs if ref and ref._name == self._name))

    def _otto_refuse_change(self):
        """Refuse what would take the connector's own products away.

        :raises UserError: names the product and says why
        """
        if self and not is_connector(self.env):
            raise UserError(
                self.env._(
                    "%(products)s is needed by the OTTO connector: orders have it where OTTO's delivery fee is charged "
                    "or where no product matches. It cannot be archived, deleted, sold by hand or changed in kind.",
                    products=", ".join(self.sudo().mapped("name")),
                )
            )

    def write(self, vals):
        """What the connector needs stays as it is.

        :raises UserError: names the product and says why
        """
        if any(name in vals for name in STANDARD_FIELDS):
            standard = self._otto_standard()
            standard.filtered(lambda template: template._otto_is_changed_by(vals))._otto_refuse_change()
        return super().write(vals)

    def _otto_is_changed_by(self, vals):
        """Tell whether values spoil what must stay; a form also sends what did not change."""
        self.ensure_one()
        now = self.sudo()
        right = {**RIGHT_VALUES, "type": now.type, "uom_id": now.uom_id.id, "attribute_line_ids": []}
        return any((vals[name] or False) != (right[name] or False) for name in STANDARD_FIELDS if name in vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_otto_standard(self):
        self._otto_standard()._otto_refuse_change()
