"""Steps 1 and 2 of the guided start: the account at OTTO, the company and where its parcels leave."""

from odoo import api, fields, models
from odoo.exceptions import UserError

LOGIN_FIELDS = ("environment", "base_url", "login", "client_id", "client_secret", "username", "password")
SECRETS = ("client_secret", "password")
SYSTEM = "base.group_system"


class OttoGuidedStart(models.TransientModel):
    _inherit = "otto.guided.start"

    name = fields.Char("Your Name for the Account", default="OTTO Market")
    environment = fields.Selection(
        lambda self: self.env["otto.channel"]._fields["environment"]._description_selection(self.env),
        default="production",
    )
    base_url = fields.Char("Own Address of the API", groups=SYSTEM)
    login = fields.Selection(
        lambda self: self.env["otto.channel"]._fields["login"]._description_selection(self.env),
        "Log in with",
        default="oauth2",
    )
    missing_scopes_text = fields.Text(related="channel_id.missing_scopes_text")
    scopes = fields.Char("Permissions of the App", compute="_compute_scopes")
    client_id = fields.Char("Client ID", groups=SYSTEM)
    client_secret = fields.Char(groups=SYSTEM, exportable=False)
    username = fields.Char("User Name", groups=SYSTEM)
    password = fields.Char(groups=SYSTEM, exportable=False)
    # Step 2: these are the company's own; what is entered here stands there at once.
    company_partner_id = fields.Many2one("res.partner", compute="_compute_places")
    warehouse_id = fields.Many2one("stock.warehouse", compute="_compute_places")
    sender_id = fields.Many2one("res.partner", compute="_compute_places", string="Parcels Leave From")
    sender_name = fields.Char("Sender", related="sender_id.name", readonly=False)
    street = fields.Char(related="sender_id.street", readonly=False)
    zip = fields.Char(related="sender_id.zip", readonly=False)
    city = fields.Char(related="sender_id.city", readonly=False)
    country_id = fields.Many2one(related="sender_id.country_id", readonly=False)
    phone = fields.Char(related="sender_id.phone", readonly=False)
    can_load_chart = fields.Boolean(compute="_compute_places")

    @api.depends("login")
    def _compute_scopes(self):
        self.scopes = ", ".join(self.env["otto.channel"]._wanted_scopes())

    @api.depends("company_id", "channel_id", "step")
    def _compute_places(self):
        for start in self:
            company = start.company_id.sudo()
            warehouse = start._warehouse()
            start.company_partner_id = company.partner_id
            start.warehouse_id = warehouse
            start.sender_id = warehouse.partner_id or company.partner_id
            start.can_load_chart = bool(
                self.env.is_system()
                and start.env["otto.channel"].sudo()._missing_taxes(company)
                and not company.root_id._existing_accounting()
            )

    @api.model
    def _account_values(self, channel):
        """Return what the first step shows of a channel; secrets stay where they are."""
        values = {"company_id": channel.company_id.id, "name": channel.name, "environment": channel.environment}
        values["login"] = channel.login
        if self.env.is_system():
            values |= {name: channel[name] for name in ("base_url", "client_id", "username")}
        return values

    def _login_values(self):
        """Return what was entered of the login; a secret that is left empty stays as it is."""
        if not self.env.is_system():
            return {}
        values = {name: self[name] for name in LOGIN_FIELDS}
        return {name: value for name, value in values.items() if value or name not in SECRETS}

    def _has_login(self):
        start = self.sudo()
        needed = ("client_id", "client_secret") if start.login == "oauth2" else ("username", "password")
        return all(start[name] for name in needed)

    def action_test_account(self):
        """Button: ask OTTO whether it accepts the login; the channel is made when the company is ready for it.

        :raises UserError: something is not entered, or another channel has this account
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.is_system():
            raise UserError(self.env._("Only a system administrator enters the login. Please ask one."))
        self._ensure_channel()
        if self.channel_id:
            self.channel_id.write({"name": self.name or self.channel_id.name, **self._login_values()})
            self.write(dict.fromkeys(SECRETS, False))
            notice = self.channel_id.action_test_connection()["params"]
            self._say(notice["type"], notice["message"])
        else:
            self._say(*self._test_without_channel())
        return True

    def _test_without_channel(self):
        """Test a login before there is a channel: the company cannot have one yet."""
        channel = self.env["otto.channel"].new({"name": self.name, **self._login_values()})
        level, text, _missing = channel._check_connection()
        if level != "danger":
            text += " " + self.env._("Please go on with the company; the channel is made then.")
        return level, text

    def _ensure_channel(self):
        """Make the channel as soon as there is a login and the company is ready.

        Orders are not imported before the articles have their products: that is the sixth step.
        """
        company = self.company_id
        channels = self.env["otto.channel"].with_company(company)
        if self.channel_id or not self._has_login() or channels.sudo()._otto_missing_in(company.sudo()):
            return
        channel = channels.create(
            {
                "name": self.name or "OTTO Market",
                "company_id": company.id,
                "import_orders": False,
                **self.sudo()._channel_login(),
            }
        )
        self.sudo().write({"channel_id": channel.id, **dict.fromkeys(SECRETS, False)})

    def _channel_login(self):
        return {name: self[name] for name in LOGIN_FIELDS}

    def action_load_german_chart(self):
        """Button: give a company without any bookings the German chart of accounts, with its taxes.

        :raises UserError: the user may not, or there are bookings
        """
        self.ensure_one()
        self.check_access("write")
        if not self.can_load_chart:
            raise UserError(
                self.env._(
                    "The chart of accounts cannot be changed from here. Please look at Settings, Invoicing, Fiscal "
                    "Localization."
                )
            )
        company = self.company_id
        if not company.country_id:
            company.country_id = self.env.ref("base.de")
        self.env["account.chart.template"].try_loading("de_skr03", company)
        for channel in self.env["otto.channel"].search([("company_id", "=", company.id)]):
            # The old chart has taken its journals along.
            if not channel.journal_id.exists():
                channel.journal_id = channel._otto_payments_journal()
        self._ensure_channel()
        return True
