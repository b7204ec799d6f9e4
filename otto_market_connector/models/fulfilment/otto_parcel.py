from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.concurrency import touch_rows
from ..core.write_guard import as_connector, is_connector, refuse_connector_fields

DHL_TRACKING_URL = "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={}"
# What the connector notes about a label that it has booked.
CONNECTOR_FIELDS = {"company_id", "picking_id", "label_id"}
# What a number is judged by; another one is a new question.
NUMBER_FIELDS = {"type", "carrier", "tracking_number"}


class OttoParcel(models.Model):
    """A row of the Shipping tab: one label with its number. `otto_parcel_numbers` judges the numbers."""

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
    label_id = fields.Many2one("ir.attachment", ondelete="set null", readonly=True, index="btree_not_null")
    label_url = fields.Char("Label File", compute="_compute_label_url")

    # A number, however it was typed once: `_same_number_elsewhere`.
    _letters_idx = models.Index("(upper(regexp_replace(tracking_number, '[^[:alnum:]]', '', 'g')))")
    _number_unique = models.Constraint(
        "UNIQUE(order_id, type, tracking_number)",
        "This tracking number has already been entered on the order.",
    )

    @api.depends("tracking_number")
    def _compute_tracking_url(self):
        for parcel in self:
            number = parcel.tracking_number
            parcel.tracking_url = number and DHL_TRACKING_URL.format(quote(number, safe=""))

    @api.depends("label_id")
    def _compute_label_url(self):
        for parcel in self:
            parcel.label_url = parcel.label_id and f"/web/content/{parcel.label_id.id}?download=true"

    @api.model_create_multi
    def create(self, vals_list):
        """Rows are entered by people, too; what belongs to a booked label is the connector's.

        :raises UserError: OTTO has been told already; names the order
        """
        refuse_connector_fields(self, CONNECTOR_FIELDS & {name for vals in vals_list for name in vals if vals[name]})
        parcels = super().create([self._tidied(vals) for vals in vals_list])
        parcels.order_id.check_access("read")
        parcels._check_editable()
        parcels.order_id._otto_update_report()
        return parcels

    def write(self, vals):
        """A number that was changed is a new one, and nobody has looked at it yet.

        :raises UserError: OTTO has been told already; names the order
        """
        self._check_editable()
        refuse_connector_fields(self, CONNECTOR_FIELDS & vals.keys())
        if "order_id" in vals and self.order_id.ids != [vals["order_id"]]:
            raise UserError(
                self.env._("A parcel stays on its order. Please delete the row here and enter it on the other order.")
            )
        vals = self._tidied(vals)
        if NUMBER_FIELDS & vals.keys() and "number_checked" not in vals:
            changed = self.filtered(lambda row: any(row[name] != vals[name] for name in NUMBER_FIELDS & vals.keys()))
            super(OttoParcel, changed).write({"number_checked": False})
        if not is_connector(self.env) and self._is_other_number(vals):
            # What a person writes over a booked number is no number of that label any more.
            super().write({"label_id": False, "picking_id": False})
        result = super().write(vals)
        self.order_id._otto_update_report()
        return result

    def _is_other_number(self, vals):
        numbers = set(self.mapped("tracking_number"))
        return "tracking_number" in vals and numbers != {vals["tracking_number"]} and bool(self.label_id)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        self._check_editable()

    def unlink(self):
        orders = self.order_id
        result = super().unlink()
        orders._otto_update_report()
        return result

    def _otto_enter(self, vals_list):
        """Make the rows of labels that were booked; their numbers are DHL's own."""
        return as_connector(self.sudo()).create([{**vals, "number_checked": True} for vals in vals_list])

    def _check_editable(self):
        """Once OTTO was told, a wrong number cannot be corrected there (OTTO offers no PUT and no DELETE).

        OTTO is told with the order's row locked; whoever changes a number meanwhile waits and then sees the outcome.
        Who tells OTTO, and began before the change was committed, begins again with the new number.

        :raises UserError: names the order
        """
        touch_rows(self.order_id)
        for order in self.order_id:
            if order.otto_report_state == "sent":
                raise UserError(
                    self.env._(
                        "Order %(order)s: OTTO has already been told these parcels and offers no way to change them.",
                        order=order.name,
                    )
                )
