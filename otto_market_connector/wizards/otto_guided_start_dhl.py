"""Step 3 of the guided start: the shipping method, made with the defaults that OTTO needs, and a sample parcel."""

from odoo import fields, models
from odoo.addons.delivery_dhl_de import const
from odoo.exceptions import UserError

SYSTEM = "base.group_system"


class OttoGuidedStart(models.TransientModel):
    _inherit = "otto.guided.start"

    carrier_id = fields.Many2one(
        "delivery.carrier",
        "Shipping Method",
        related="channel_id.carrier_id",
        readonly=False,
        domain="[('delivery_type', '=', 'dhl_de'), ('company_id', 'in', (False, company_id))]",
    )
    dhl_production = fields.Boolean("Book Real Labels", related="carrier_id.prod_environment", readonly=False)
    dhl_auth = fields.Selection(string="Log in at DHL with", related="carrier_id.dhl_de_auth", readonly=False)
    dhl_user = fields.Char(related="carrier_id.dhl_de_user", readonly=False, groups=SYSTEM)
    dhl_password = fields.Char(related="carrier_id.dhl_de_password", readonly=False, groups=SYSTEM, exportable=False)
    dhl_api_key = fields.Char(related="carrier_id.dhl_de_api_key", readonly=False, groups=SYSTEM, exportable=False)
    dhl_api_secret = fields.Char(
        related="carrier_id.dhl_de_api_secret", readonly=False, groups=SYSTEM, exportable=False
    )
    dhl_api_url = fields.Char(related="carrier_id.dhl_de_api_url", readonly=False, groups=SYSTEM)
    dhl_billing_number = fields.Char(related="carrier_id.dhl_de_billing_number", readonly=False)
    dhl_return_billing_number = fields.Char(related="carrier_id.dhl_de_return_billing_number", readonly=False)
    dhl_default_weight = fields.Float(related="carrier_id.dhl_de_default_weight", readonly=False)

    def _enter_dhl(self):
        """Take the company's shipping method of DHL; make one when there is none."""
        channel = self.channel_id
        if channel.carrier_id:
            return
        carriers = self.env["delivery.carrier"].search(
            [("delivery_type", "=", const.DELIVERY_TYPE), ("company_id", "in", (False, self.company_id.id))]
        )
        suitable = carriers.filtered(lambda carrier: not carrier._otto_refusal())
        channel.carrier_id = suitable[:1] or carriers[:1] or self._make_carrier()

    def _make_carrier(self):
        """Return a new shipping method: DHL Paket, with the return label that OTTO asks for."""
        product = self.env["product.product"].create(
            {
                "name": "DHL Geschäftskundenversand",
                "default_code": "DHL",
                "type": "service",
                "list_price": 0,
                "sale_ok": False,
                "purchase_ok": False,
            }
        )
        return self.env["delivery.carrier"].create(
            {
                "name": "DHL Geschäftskundenversand",
                "delivery_type": const.DELIVERY_TYPE,
                "product_id": product.id,
                "integration_level": "rate_and_ship",
                "return_label_on_delivery": True,
                "dhl_de_default_weight": 1.0,
                "company_id": self.company_id.id,
            }
        )

    def action_test_label(self):
        """Button: have DHL check a sample parcel with its return label; nothing is booked and nothing is paid.

        :raises UserError: there is no shipping method
        """
        self.ensure_one()
        self.check_access("write")
        carrier = self.carrier_id
        if not carrier:
            raise UserError(self.env._("Please choose a shipping method first."))
        if carrier.dhl_de_product in const.RETURN_PRODUCTS:
            carrier.return_label_on_delivery = True
        problems = carrier._dhl_de_connection_problems()
        if not problems and (refusal := carrier._otto_refusal()):
            problems = [self.env._("It cannot ship orders of OTTO: %s.", refusal)]
        if problems:
            self._say("danger", "\n".join(problems))
            return True
        self.channel_id.tested_carrier_id = carrier
        self._say(
            "success",
            self.env._(
                "DHL accepts a sample parcel with its return label (%(environment)s). Nothing was booked.",
                environment=carrier._dhl_de_environment_name(),
            ),
        )
        return True
