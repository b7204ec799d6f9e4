from odoo import api, fields, models
from odoo.tools import format_datetime

from .moments import GERMANY
from .otto_component import WorkContext
from .write_guard import quietly


class OttoChannel(models.Model):
    _name = "otto.channel"
    _description = "OTTO Channel"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True, help="Your own name for this OTTO Market account.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        help="Is told when something fails.",
    )
    sync_direction = fields.Selection(
        [("none", "Never"), ("in", "OTTO → Odoo"), ("out", "Odoo → OTTO"), ("both", "Both")],
        "Synchronise Changes",
        required=True,
        default="both",
        tracking=True,
        help="OTTO → Odoo: status of orders, articles. Odoo → OTTO: stock, shipped, cancelled. Without OTTO → Odoo, "
        "announced orders are not imported, because nothing would ever release them; their pieces are kept back from "
        "the stock all the same.",
    )
    lock_lines = fields.Boolean(
        "Lock Order Lines",
        tracking=True,
        help="Nobody can add, change or delete the lines of an imported order; changes by OTTO still arrive.",
    )
    unknown_articles = fields.Selection(
        [("issue", "Wait and Report an Issue"), ("create", "Create a Product")],
        required=True,
        default="issue",
        help="What happens to an ordered article that no product matches.",
    )
    import_orders = fields.Boolean(
        default=True,
        tracking=True,
        help="Off: no new order is imported. What is sold on OTTO meanwhile lowers the stock that is offered only when "
        "it is booked in Odoo in another way.",
    )
    import_from = fields.Datetime(
        "Import Sent Orders Since",
        default=fields.Datetime.now,
        required=True,
        help="What is announced or open at OTTO is imported whatever its date. What was sent already is imported if it "
        "was ordered at or after this moment.",
    )
    invoices_by_otto = fields.Boolean(
        "No Invoices in Odoo",
        compute="_compute_invoices_by_otto",
        help="OTTO writes the customer's invoice when it learns that the order is sent. This cannot be turned off.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    carrier_id = fields.Many2one(
        "delivery.carrier",
        "Delivery Method",
        check_company=True,
        domain="[('delivery_type', '=', 'dhl_de')]",
        help="Set on each order before it is confirmed. OTTO needs a carrier that makes the return label "
        "together with the shipping label.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Payment Journal",
        check_company=True,
        domain="[('type', '=', 'bank')]",
        help="The journal of the payment method OTTO Payments.",
    )
    payment_method_line_id = fields.Many2one("account.payment.method.line", compute="_compute_payment_method_line_id")
    team_id = fields.Many2one("crm.team", "Sales Team", check_company=True)
    salesperson_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Of new orders. Empty: nobody, so that everybody in sales sees them.",
    )
    transport_days = fields.Integer(
        "Transport Time",
        default=2,
        help="Working days between handing a parcel over and its arrival.",
    )
    order_prefix = fields.Char(help="Put before OTTO's order number in the name of the order, e.g. OTTO-.")
    sync_ids = fields.One2many("otto.sync", "channel_id")
    issue_count = fields.Integer(compute="_compute_issue_count")

    _company_name_unique = models.Constraint(
        "UNIQUE(company_id, name)",
        "There is already an OTTO channel of this name in the company.",
    )

    def _compute_invoices_by_otto(self):
        self.invoices_by_otto = True

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for channel in self:
            if channel.warehouse_id.company_id != channel.company_id:
                channel.warehouse_id = self.env["stock.warehouse"].search(
                    [("company_id", "=", channel.company_id.id)], limit=1
                )

    @api.depends("journal_id")
    def _compute_payment_method_line_id(self):
        for channel in self:
            channel.payment_method_line_id = channel.journal_id.inbound_payment_method_line_ids[:1]

    def _compute_issue_count(self):
        self._count("otto.issue", "channel_id", "issue_count", [("state", "=", "open")])

    def _count(self, model, link, name, domain=()):
        """Write how many records of a model belong to each channel.

        :param link: the model's field that names the channel
        :param name: the field to write
        """
        groups = self.env[model]._read_group([*domain, (link, "in", self.ids)], [link], ["__count"])
        counts = dict(groups)
        for channel in self:
            channel[name] = counts.get(channel, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Make channels with their journal and flows.

        :raises UserError: a company lacks what orders need; says what
        """
        ids = {vals.get("company_id") or self.env.company.id for vals in vals_list}
        self._otto_check_companies(self.env["res.company"].browse(ids))
        channels = super().create(vals_list)
        for channel in channels:
            if not channel.journal_id:
                channel.journal_id = channel._otto_payments_journal()
            if not channel.team_id:
                channel.team_id = channel._otto_team()
        channels._ensure_flows()
        return channels

    def _ensure_flows(self):
        """Make the `otto.sync` rows that channels lack: of a new channel all, after an update those of new flows."""
        syncs = self.env["otto.sync"].sudo()
        flows = syncs._flows()
        syncs.create(
            [{"channel_id": channel.id, "flow": flow} for channel in self for flow in flows if not channel._sync(flow)]
        )

    @api.model
    def _ensure_all_flows(self):
        """Make the rows that flows of a newer landing lack; called at each update, whatever the versions."""
        quietly(self).search([("active", "in", (True, False))])._ensure_flows()

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals or "name" in vals:
            self.sync_ids.sudo()._update_cron()
        return result

    def unlink(self):
        self.sync_ids.sudo().unlink()
        return super().unlink()

    @property
    def _takes_changes(self):
        """Whether OTTO's changes come to Odoo (R2)."""
        return self.sync_direction in ("in", "both")

    @property
    def _sends_changes(self):
        """Whether Odoo's changes go to OTTO (R2)."""
        return self.sync_direction in ("out", "both")

    def _sync(self, flow):
        """Return the `otto.sync` row of one of this channel's flows (R19: the row is the lock)."""
        self.ensure_one()
        return self.sync_ids.filtered(lambda sync: sync.flow == flow)

    def _component(self, name, sync=None):
        """Return a component (`otto.component`) that works for this channel in its company.

        :param name: name of the model
        :param sync: the `otto.sync` row of the flow that it belongs to
        """
        self.ensure_one()
        scopes = self.env[f"otto.flow.{sync.flow}"]._scopes if sync else ()
        work = WorkContext(self.id, sync.id if sync else False, scopes)
        return self.env[name].with_company(self.company_id).with_context(otto_work=work)

    def _flow(self, name):
        """Return one of this channel's flows, an `otto.flow.…`."""
        return self._sync(name)._flow()

    def _goods_changed(self, at_once=False):
        """Hook: what can be offered of goods may be something else now.

        :param at_once: it is, so nothing is gained by waiting for more
        """

    def _language(self):
        """Return the language of what the scheduled actions write: the responsible person's, else the company's."""
        return self.responsible_id.lang or self.company_id.partner_id.lang or self.env.lang

    def _local(self, moment):
        """Return a moment in words, in the time zone of who reads it: the person at the screen, else the responsible.

        :param moment: naive, in UTC
        """
        zone = self.env.context.get("tz") or self.responsible_id.tz or self.env.user.tz or GERMANY.key
        return format_datetime(self.env, moment, tz=zone, dt_format="short")

    def _schedule(self, flow):
        """Have a flow of these channels run in a moment; see `otto.sync`."""
        self.sudo().sync_ids.filtered(lambda sync: sync.flow == flow)._schedule()

    def _trigger(self, flow):
        """Have a flow's scheduled action run as soon as a worker is free."""
        for channel in self:
            channel._sync(flow).sudo()._trigger()

    def _trigger_apart(self, flow):
        """Have a flow run although the present transaction is about to be rolled back."""
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr, su=True))._trigger(flow)

    def _action_open(self, xmlid, field):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": [(field, "=", self.id)], "context": {f"default_{field}": self.id}}

    def action_open_issues(self):
        """Smart button: the issues of this channel."""
        return self._action_open("otto_market_connector.action_otto_issue", "channel_id")
