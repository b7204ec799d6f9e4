"""What OTTO and Odoo know of an order, in one sentence for the office and the warehouse."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..core.moments import german_day, today_in_germany
from .stock_picking import DELIVERY_CODES

PARTNER_CONNECT_ORDER = "https://portal.otto.market/orders#/details/%s/articles"  # facts/otto.md §4.10


class SaleOrder(models.Model):
    _inherit = "sale.order"

    otto_state_text = fields.Text("OTTO's State", compute="_compute_otto_state_text", compute_sudo=True)
    otto_state_tone = fields.Selection(
        [("info", "To Know"), ("success", "Done"), ("warning", "To Do"), ("danger", "Failed")],
        compute="_compute_otto_state_text",
        compute_sudo=True,
    )
    otto_partner_connect_url = fields.Char("Page at OTTO", compute="_compute_otto_partner_connect_url")
    otto_goods_state = fields.Selection(
        [("missing", "Goods Missing"), ("ready", "Ready"), ("left", "Left")],
        "Goods",
        compute="_compute_otto_goods_state",
        search="_search_otto_goods_state",
        compute_sudo=True,
    )
    otto_hand_over_date = fields.Datetime(
        "Hand Over By",
        compute="_compute_otto_goods_state",
        search="_search_otto_hand_over_date",
        compute_sudo=True,
        help="The day on which the parcel leaves at the latest, so that it arrives when OTTO has promised it.",
    )

    @api.depends(
        "state",
        "otto_status",
        "otto_report_state",
        "otto_refusal",
        "commitment_date",
        "otto_parcel_ids.type",
        "otto_parcel_ids.number_question",
        "picking_ids.state",
        "picking_ids.scheduled_date",
    )
    @api.depends_context("lang", "tz")
    def _compute_otto_state_text(self):
        """Say in words what OTTO knows and what is to be done; the tone is the colour of the line."""
        for order in self:
            tone, text = order._otto_state_line() if order.otto_channel_id else (False, False)
            order.otto_state_tone, order.otto_state_text = tone, text

    def _otto_state_line(self):
        """Return tone and text of an OTTO order's state."""
        if self.otto_report_state == "refused":
            return "danger", self.otto_refusal or self.env._("OTTO refuses what it was told.")
        if self.state == "cancel":
            return self._otto_cancelled_line()
        if self.otto_status == "announced":
            return "info", self.env._(
                "Announced: the customer has ordered, and OTTO has not released the order yet. There is nothing to do: "
                "it becomes a sales order by itself."
            )
        if self.otto_status == "returned":
            return "info", self.env._("Returned: the customer has sent goods back.")
        if self.otto_status == "cancelled":
            return "warning", self.env._("OTTO has cancelled this order.")
        if self.otto_report_state == "waiting":
            return "warning", self._otto_missing_parcels()
        if self.otto_report_state == "to_send":
            return "info", self.env._("Shipped. OTTO is being told, and writes the invoice then.")
        if self.otto_report_state == "sent" or self.otto_status == "sent":
            return "success", self.env._("Sent: OTTO knows and writes the invoice.")
        return self._otto_open_line()

    def _otto_cancelled_line(self):
        if self.otto_report_state == "to_cancel":
            return "info", self.env._("Cancelled. OTTO is being told.")
        if self.otto_status == "cancelled":
            return "info", self.env._("Cancelled, in Odoo and at OTTO.")
        if self.otto_report_state == "cancelled":
            return "info", self.env._("Cancelled. OTTO has accepted it and is carrying it out.")
        return "warning", self.env._("Cancelled in Odoo only: OTTO does not know.")

    def _otto_open_line(self):
        """Say of an order that OTTO wants shipped what it waits for, or by when it leaves."""
        if reasons := self._otto_waiting_reasons():
            return "warning", " ".join(reasons)
        if self._otto_unknown_lines:
            return "warning", self.env._("It waits for the product of an article. Please open its issue and choose it.")
        dates = {
            "leaves": format_date(self.env, self.otto_hand_over_date) if self.otto_hand_over_date else "-",
            "arrives": format_date(self.env, self.commitment_date) if self.commitment_date else "-",
        }
        if self._otto_is_overdue():
            return "danger", self.env._(
                "Overdue: it should have left by %(leaves)s, OTTO has promised it for %(arrives)s. OTTO writes the "
                "invoice as soon as it learns that the order is sent.",
                **dates,
            )
        return "info", self.env._(
            "To be shipped by %(leaves)s, OTTO has promised it for %(arrives)s. OTTO writes the invoice as soon as it "
            "learns that the order is sent.",
            **dates,
        )

    def _otto_is_overdue(self):
        """Tell whether the day is over on which the parcel should have left (R11)."""
        leaves = self.otto_hand_over_date
        return bool(leaves) and german_day(leaves) < today_in_germany()

    def _otto_open_deliveries(self):
        deliveries = self.picking_ids.filtered(lambda picking: picking.picking_type_code in DELIVERY_CODES)
        return deliveries.filtered(lambda picking: picking.state not in ("done", "cancel"))

    @api.depends("picking_ids.state", "picking_ids.scheduled_date", "picking_ids.picking_type_code")
    def _compute_otto_goods_state(self):
        """Tell of OTTO orders whether the goods are there, and when the parcel leaves at the latest."""
        for order in self:
            deliveries = order._otto_open_deliveries() if order.otto_channel_id else order.picking_ids.browse()
            order.otto_hand_over_date = min(deliveries.mapped("scheduled_date"), default=False)
            if deliveries:
                ready = all(picking.state == "assigned" for picking in deliveries)
                order.otto_goods_state = "ready" if ready else "missing"
            else:
                order.otto_goods_state = "left" if order.otto_channel_id and order._otto_has_left() else False

    def _search_otto_goods_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        delivery = ("picking_type_code", "in", DELIVERY_CODES)
        still_open = ("state", "not in", ("done", "cancel"))
        anything_open = [("picking_ids", "any", [delivery, still_open])]
        missing = [("picking_ids", "any", [delivery, still_open, ("state", "!=", "assigned")])]
        none_missing = [("picking_ids", "not any", [delivery, still_open, ("state", "!=", "assigned")])]
        done = [("picking_ids", "any", [delivery, ("state", "=", "done")])]
        none_open = [("picking_ids", "not any", [delivery, still_open])]
        domains = {
            "missing": fields.Domain(missing),
            "ready": fields.Domain(anything_open) & fields.Domain(none_missing),
            "left": fields.Domain(done) & fields.Domain(none_open),
        }
        wanted = fields.Domain.OR([domains[name] for name in value if name in domains])
        return wanted & fields.Domain("otto_channel_id", "!=", False)

    def _search_otto_hand_over_date(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        due = [
            ("picking_type_code", "in", DELIVERY_CODES),
            ("state", "not in", ("done", "cancel")),
            ("scheduled_date", operator, value),
        ]
        return [("otto_channel_id", "!=", False), ("picking_ids", "any", due)]

    @api.depends("otto_order_number", "otto_channel_id.environment")
    def _compute_otto_partner_connect_url(self):
        """Link the order's page in OTTO Partner Connect; there is none for other environments."""
        for order in self:
            real = order.otto_channel_id.sudo().environment == "production"
            number = order.otto_order_number
            order.otto_partner_connect_url = PARTNER_CONNECT_ORDER % number if real and number else False

    def action_otto_partner_connect(self):
        """Smart button: the order's page in OTTO Partner Connect."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": self.otto_partner_connect_url, "target": "new"}
