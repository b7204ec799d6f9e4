from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# So long OTTO looks back for a return number that was used before.
RETURN_NUMBER_DAYS = 42
DHL_TRACKING_URL = "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={}"


class OttoParcel(models.Model):
    _name = "otto.parcel"
    _description = "Parcel Label of an OTTO Order"
    _rec_name = "tracking_number"
    _order = "order_id, type desc, id"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    type = fields.Selection([("shipment", "Shipment"), ("return", "Return")], required=True, default="shipment")
    carrier = fields.Selection([("DHL", "DHL")], required=True, default="DHL")
    tracking_number = fields.Char(required=True, index=True)
    tracking_url = fields.Char(compute="_compute_tracking_url")
    picking_id = fields.Many2one("stock.picking", "Transfer", ondelete="set null", readonly=True, index=True)
    label_id = fields.Many2one("ir.attachment", ondelete="set null", readonly=True)
    label_url = fields.Char("Label File", compute="_compute_label_url")

    _number_unique = models.Constraint(
        "UNIQUE(order_id, type, tracking_number)",
        "This tracking number has already been entered on the order.",
    )

    @api.depends("tracking_number")
    def _compute_tracking_url(self):
        for parcel in self:
            parcel.tracking_url = parcel.tracking_number and DHL_TRACKING_URL.format(parcel.tracking_number)

    @api.depends("label_id")
    def _compute_label_url(self):
        for parcel in self:
            parcel.label_url = parcel.label_id and f"/web/content/{parcel.label_id.id}?download=true"

    @api.model_create_multi
    def create(self, vals_list):
        parcels = super().create([self._tidied(vals) for vals in vals_list])
        parcels._check_editable()
        parcels.order_id._otto_update_report()
        return parcels

    def write(self, vals):
        self._check_editable()
        if "order_id" in vals and self.order_id.ids != [vals["order_id"]]:
            raise UserError(
                self.env._("A parcel stays on its order. Please delete the row here and enter it on the other order.")
            )
        result = super().write(self._tidied(vals))
        self.order_id._otto_update_report()
        return result

    @api.model
    def _tidied(self, vals):
        """Take the blanks off a number that was typed or scanned."""
        if "tracking_number" not in vals:
            return vals
        return {**vals, "tracking_number": (vals["tracking_number"] or "").strip()}

    @api.constrains("tracking_number")
    def _check_tracking_number(self):
        for parcel in self:
            if not parcel.tracking_number:
                raise ValidationError(
                    self.env._("Order %(order)s: please enter the parcel's number.", order=parcel.order_id.name)
                )

    @api.constrains("type", "carrier", "tracking_number")
    def _check_return_number_unused(self):
        """OTTO refuses a return number that another order used in the last weeks (facts/otto.md §10.4)."""
        returns = self.filtered(lambda parcel: parcel.type == "return")
        since = fields.Datetime.subtract(fields.Datetime.now(), days=RETURN_NUMBER_DAYS)
        domain = [
            ("type", "=", "return"),
            ("tracking_number", "in", returns.mapped("tracking_number")),
            ("order_id", "not in", returns.order_id.ids),
            ("create_date", ">=", since),
        ]
        used = returns and self.sudo().search(domain, limit=1)
        if used:
            raise ValidationError(
                self.env._(
                    "The return number %(number)s is already on order %(order)s. OTTO accepts a return number only "
                    "once in %(days)s days; please make a new return label.",
                    number=used.tracking_number,
                    order=used.order_id.name,
                    days=RETURN_NUMBER_DAYS,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        self._check_editable()

    def unlink(self):
        orders = self.order_id
        result = super().unlink()
        orders._otto_update_report()
        return result

    def _check_editable(self):
        """Once OTTO was told, a wrong number cannot be corrected there (OTTO offers no PUT and no DELETE).

        OTTO is told with the order's row locked; whoever changes a number meanwhile waits and then sees the outcome.

        :raises UserError: names the order
        """
        orders = self.order_id
        if orders:
            query = "SELECT id FROM sale_order WHERE id IN %s ORDER BY id FOR NO KEY UPDATE"
            self.env.execute_query(SQL(query, tuple(orders.ids)))
        for order in orders:
            if order.otto_report_state == "sent":
                raise UserError(
                    self.env._(
                        "Order %(order)s: OTTO has already been told these parcels and offers no way to change them.",
                        order=order.name,
                    )
                )
