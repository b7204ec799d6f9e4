"""Whether a channel is ready for work: the list of the guided start, each line with a test of its own."""

from odoo import fields, models

STEPS = ("account", "company", "dhl", "articles", "stock", "orders", "live")
# German VAT in percent that orders of OTTO come with; food and books have the lower one.
RATES = (19.0, 7.0)


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    tested_carrier_id = fields.Many2one(
        "delivery.carrier",
        copy=False,
        readonly=True,
        help="The shipping method whose sample parcel DHL has accepted in the guided start.",
    )
    opening_stock_choice = fields.Selection(
        [("otto", "OTTO's quantities were taken over"), ("odoo", "Odoo's stock counts")],
        "Opening Stock",
        copy=False,
        readonly=True,
    )
    readiness = fields.Json(compute="_compute_readiness")
    readiness_done = fields.Boolean(compute="_compute_readiness")
    readiness_text = fields.Char(compute="_compute_readiness")

    def _compute_readiness(self):
        for channel in self:
            lines = channel.sudo()._readiness_lines()
            open_lines = [line for line in lines if not line["done"]]
            channel.readiness = lines
            channel.readiness_done = not open_lines
            channel.readiness_text = (
                self.env._(
                    "%(done)s of %(all)s steps are done. Next: %(step)s.",
                    done=len(lines) - len(open_lines),
                    all=len(lines),
                    step=open_lines[0]["title"],
                )
                if open_lines
                else False
            )

    def _readiness_lines(self):
        """Return the steps of the guided start with what each test finds.

        :return: list of dicts: key, title, done, text (what is missing; empty when nothing is)
        """
        titles = self._readiness_titles()
        return [
            {"key": key, "title": titles[key], "done": not text, "text": text or ""}
            for key, text in ((key, getattr(self, f"_missing_for_{key}")()) for key in STEPS)
        ]

    def _readiness_titles(self):
        return {
            "account": self.env._("Account"),
            "company": self.env._("Company"),
            "dhl": self.env._("DHL"),
            "articles": self.env._("Articles"),
            "stock": self.env._("Opening Stock"),
            "orders": self.env._("Orders"),
            "live": self.env._("Go Live"),
        }

    # What is missing for each step, as a sentence; False when its test is passed

    def _missing_for_account(self):
        if self.connection_state == "ok":
            return False
        if self.connection_state == "failed":
            return self.connection_message or self.env._("OTTO does not accept the connection.")
        # OTTO has answered a flow: that is more than a test.
        if any(self.sync_ids.mapped("last_success")):
            return False
        return self.env._("The connection has not been tested.")

    def _missing_for_company(self):
        return self._company_problems(self.company_id, self.warehouse_id)

    def _company_problems(self, company, warehouse):
        """Say what a company and the address of its warehouse lack for orders and labels; False when nothing."""
        missing = list(self._otto_missing_in(company))
        if not missing:
            missing += self._missing_taxes(company)
        address = warehouse.partner_id or company.partner_id
        names = [name for name in ("street", "zip", "city", "country_id") if not address[name]]
        missing += [address._fields[name]._description_string(self.env) for name in names]
        return self.env._("It lacks: %s.", ", ".join(missing)) if missing else False

    def _missing_taxes(self, company):
        channel = self or self.new({"company_id": company.id})
        rates = set(channel._german_taxes().mapped("amount"))
        return [self.env._("a German sales tax of %s %%", f"{rate:g}") for rate in RATES if rate not in rates]

    def _missing_for_dhl(self):
        carrier = self.carrier_id
        if not carrier:
            return self.env._("There is no shipping method.")
        if missing := carrier._dhl_de_missing_settings():
            return self.env._("The shipping method lacks: %s.", ", ".join(missing))
        if refusal := carrier._otto_refusal():
            return self.env._("It cannot ship orders of OTTO: %s.", refusal)
        if self.tested_carrier_id != carrier and not self._has_booked(carrier):
            return self.env._("No sample parcel has been tested.")
        return False

    def _has_booked(self, carrier):
        """Tell whether a label was made: that is more than a test."""
        bookings = self.env["dhl.booking"].sudo()
        return bool(bookings.search_count([("carrier_id", "=", carrier.id), ("state", "=", "booked")], limit=1))

    def _missing_for_articles(self):
        if not self._sync("catalogue").read_all_on:
            return self.env._("The articles have not been read yet.")
        if waiting := self._articles_to_match():
            return self.env._("%s articles have no product.", waiting)
        return False

    def _articles_to_match(self):
        """Return how many articles at OTTO have no product."""
        domain = [("channel_id", "=", self.id), ("match", "in", ("none", "ambiguous")), ("status", "!=", "GONE")]
        return self.env["otto.listing"].sudo().search_count(domain)

    def _missing_for_stock(self):
        if self.takes_over_stock:
            return self.env._("OTTO's quantities are being taken over.")
        if self.stock_live or self.opening_stock_choice or not self._sends_changes:
            return False
        return self.env._("Nobody has decided which stock counts.")

    def _missing_for_orders(self):
        if not self.import_orders:
            return self.env._("Importing orders is switched off.")
        if not self._sync("orders").open_read_on:
            return self.env._("No orders have been read yet.")
        return False

    def _missing_for_live(self):
        if self.stock_live or not self._sends_changes:
            return False
        return self.env._("No stock goes to OTTO yet.")

    def action_guided_start(self):
        """Open the guided start of this channel, at its first open step."""
        self.ensure_one()
        self.check_access("write")
        return self.env["otto.guided.start"]._open(self)
