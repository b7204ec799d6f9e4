from odoo import api, fields, models

from ..core.moments import german_day, today_in_germany

# Nobody has decided anything yet.
OPEN_STATES = ("expected", "received")


class OttoReturn(models.Model):
    """A parcel that comes back, or an announcement without a parcel; what it holds are its lines.

    Written by the connector and by what people do with buttons; nobody writes its fields.
    """

    _name = "otto.return"
    _description = "Return from an OTTO Customer"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "announced_on desc, id desc"
    _check_company_auto = True
    # Whoever may read a return may write a note about it.
    _mail_post_access = "read"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="restrict", index=True, readonly=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True, precompute=True)
    name = fields.Char("Return", compute="_compute_return_name", store=True)
    origin = fields.Selection(
        [
            ("announced", "Announced"),
            ("unannounced", "Not Announced"),
            ("misdirected", "In OTTO's Warehouse"),
            ("office", "Without Goods"),
        ],
        required=True,
        default="announced",
        readonly=True,
    )
    carrier = fields.Char(readonly=True)
    tracking_number = fields.Char("Return Number", readonly=True, index=True)
    tracking_numbers = fields.Char(
        "All Numbers", readonly=True, index="trigram", help="Every number under which it may come, with blanks between."
    )
    otto_parcel_id = fields.Char("OTTO Return Parcel", readonly=True, index="btree_not_null")
    otto_parcel_ids = fields.Char(
        "All OTTO Return Parcels", readonly=True, index="trigram", help="With blanks between, if there are several."
    )
    otto_warehouse_id = fields.Char(
        "Number in OTTO's Warehouse",
        readonly=True,
        index="btree_not_null",
        help="The goods lie in OTTO's warehouse and come from there, without the number of our return label.",
    )
    announced_on = fields.Datetime(readonly=True)
    carrier_state = fields.Selection(
        [("announced", "Announced"), ("on_the_way", "On the Way"), ("delivered", "Delivered")],
        readonly=True,
        help="What the carrier reported. Delivered may be its depot; many parcels are never reported as delivered.",
    )
    delivered_on = fields.Datetime(readonly=True)
    withdrawn_on = fields.Datetime(
        compute="_compute_withdrawn_on", store=True, help="The customer keeps everything after all."
    )
    line_ids = fields.One2many("otto.return.line", "return_id", "Pieces", readonly=True)
    order_ids = fields.Many2many(
        "sale.order", "otto_return_order_rel", "return_id", "order_id", compute="_compute_order_ids", store=True
    )
    picking_ids = fields.One2many("stock.picking", "otto_return_id", "Transfers", readonly=True)
    state = fields.Selection(
        [
            ("expected", "Expected"),
            ("withdrawn", "Withdrawn"),
            ("received", "To Decide"),
            ("decided", "Decided"),
            ("done", "Done"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
    )
    awaits_goods = fields.Boolean(
        "Goods Still to Come", compute="_compute_awaits_goods", store=True, help="A transfer of it is open."
    )
    due_on = fields.Date("Decide Until", compute="_compute_due_on", store=True, index=True)
    is_overdue = fields.Boolean("Overdue", compute="_compute_is_overdue", search="_search_is_overdue")
    waits_for_person = fields.Boolean(compute="_compute_waits_for_person", search="_search_waits_for_person")

    @api.depends("tracking_number", "otto_warehouse_id", "line_ids.order_id.otto_order_number", "line_ids.piece_id")
    def _compute_return_name(self):
        for record in self:
            numbers = record.line_ids.order_id.mapped("otto_order_number")
            found = record.tracking_number or record.otto_warehouse_id or ", ".join(filter(None, numbers))
            record.name = found or record.line_ids[:1].piece_id.position_id or self.env._("Return")

    @api.depends("line_ids.order_id")
    def _compute_order_ids(self):
        for record in self:
            record.order_ids = record.line_ids.order_id

    @api.depends("line_ids.withdrawn_on")
    def _compute_withdrawn_on(self):
        for record in self:
            moments = record.line_ids.mapped("withdrawn_on")
            record.withdrawn_on = max(moments) if moments and all(moments) else False

    @api.depends(
        "line_ids.is_open",
        "line_ids.is_settled",
        "line_ids.withdrawn_on",
        "line_ids.received",
        "line_ids.decision_state",
    )
    def _compute_state(self):
        for record in self:
            lines = record.line_ids.filtered(lambda line: not line.withdrawn_on)
            if record.line_ids and not lines:
                record.state = "withdrawn"
            elif any(line.is_open for line in lines) or not lines:
                here = any(line.received != "expected" and line.is_open for line in lines)
                record.state = "received" if here else "expected"
            else:
                record.state = "done" if all(line.is_settled for line in lines) else "decided"

    @api.depends("picking_ids.state")
    def _compute_awaits_goods(self):
        for record in self:
            record.awaits_goods = any(picking.state not in ("done", "cancel") for picking in record.picking_ids)

    @api.depends("delivered_on", "announced_on", "channel_id.return_days", "channel_id.return_transport_days")
    def _compute_due_on(self):
        """No public source names OTTO's own limit, so the channel's setting counts (docs/facts/otto.md §10.6)."""
        for record in self:
            arrived = record.delivered_on
            if not arrived and record.announced_on:
                arrived = record.announced_on + record.channel_id._otto_return_days("return_transport_days")
            record.due_on = arrived and german_day(arrived) + record.channel_id._otto_return_days("return_days")

    @api.depends("due_on", "state")
    def _compute_is_overdue(self):
        today = today_in_germany()
        for record in self:
            record.is_overdue = bool(record.due_on and record.due_on < today and record.state in OPEN_STATES)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = [("due_on", "<", today_in_germany()), ("state", "in", OPEN_STATES)]
        return overdue if True in value else ["!", "&", *overdue]

    @api.depends("is_overdue", "line_ids.is_open", "line_ids.received", "line_ids.decision_state")
    def _compute_waits_for_person(self):
        for record in self:
            record.waits_for_person = record.is_overdue or any(
                line.is_open and (line.received != "expected" or line.decision_state == "refused")
                for line in record.line_ids
            )

    def _search_waits_for_person(self, operator, value):
        if operator != "in":
            return NotImplemented
        waiting = [
            "|",
            ("is_overdue", "=", True),
            (
                "line_ids",
                "any",
                [("is_open", "=", True), "|", ("received", "!=", "expected"), ("decision_state", "=", "refused")],
            ),
        ]
        return waiting if True in value else ["!", *waiting]
