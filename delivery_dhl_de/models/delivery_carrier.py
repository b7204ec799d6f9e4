import re

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import const
from ..dhl_api import BasicCredentials, DhlClient, DhlReturnsClient, LabelOptions, OAuthCredentials

# OAuth tokens of this process, under keys that tell nothing. A token that another process renewed stays valid.
_TOKENS = {}

LOGIN = ("dhl_de_user", "dhl_de_password", "dhl_de_api_key", "dhl_de_api_secret", "dhl_de_api_url")
# Characters without width, as web pages put them between words.
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")


class DeliveryCarrier(models.Model):
    """Settings of the provider, and the client made from them."""

    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("dhl_de", "DHL Geschäftskundenversand")],
        # The price stays: Odoo keeps it as the price of the carrier's product.
        ondelete={"dhl_de": lambda carriers: carriers.write({"delivery_type": "fixed"})},
    )
    dhl_de_auth = fields.Selection(
        [("basic", "API key, user and password"), ("oauth", "OAuth: API key, API secret, user and password")],
        string="Log in with",
        default="oauth",
        required=True,
        help="DHL is replacing the first way by OAuth step by step. The API key and the API secret are those of your"
        " app on developer.dhl.com.",
    )
    dhl_de_user = fields.Char(
        string="DHL User",
        groups="base.group_system",
        copy=False,
        exportable=False,
        help="A system user of DHL's business customer portal, not a person's own login.",
    )
    dhl_de_password = fields.Char(string="DHL Password", groups="base.group_system", copy=False, exportable=False)
    dhl_de_api_key = fields.Char(string="API Key", groups="base.group_system", copy=False, exportable=False)
    dhl_de_api_secret = fields.Char(string="API Secret", groups="base.group_system", copy=False, exportable=False)
    dhl_de_api_url = fields.Char(
        string="Own API Address",
        groups="base.group_system",
        copy=False,
        help="Asked instead of DHL's test environment, for instance a local stand such as http://localhost:8072."
        " Never used in production.",
    )
    dhl_de_product = fields.Selection(
        [("V01PAK", "DHL Paket"), ("V62KP", "DHL Kleinpaket"), ("V53WPAK", "DHL Paket International")],
        string="DHL Product",
        default="V01PAK",
        required=True,
        help="DHL Paket International goes to the countries of the EU, without a return label.",
    )
    dhl_de_endorsement = fields.Selection(
        [("RETURN", "Send back"), ("ABANDON", "Abandon")],
        string="If It Cannot Be Delivered",
        default="RETURN",
        required=True,
        help="What DHL does abroad with a parcel that cannot be delivered. Sending back costs a fee.",
    )
    dhl_de_billing_number = fields.Char(
        string="Billing Number",
        help="14 characters: customer number (10), procedure (01 DHL Paket, 62 DHL Kleinpaket, 53 DHL Paket"
        " International), participation (2).",
    )
    dhl_de_return_billing_number = fields.Char(
        string="Billing Number for Returns", help="14 characters, with procedure 07 (DHL Retoure)."
    )
    dhl_de_return_address_id = fields.Many2one(
        "res.partner", string="Return Address", help="Where returns go. Empty: to the sender."
    )
    dhl_de_default_weight = fields.Float(
        string="Weight of Products without Weight",
        digits="Stock Weight",
        help="Counted for each piece of a product that has no weight.",
    )
    dhl_de_must_encode = fields.Boolean(
        string="Only Encodable Addresses",
        help="DHL refuses a German address that its sorting centres cannot read, instead of charging extra for it.",
    )
    dhl_de_send_contact = fields.Boolean(
        string="Give the Customer's E-mail to DHL",
        help="DHL then announces the parcel by e-mail. This needs the customer's consent.",
    )
    dhl_de_label_format = fields.Selection(
        const.LABEL_FORMATS, string="Label Format", help="Empty: as set in your DHL account."
    )
    dhl_de_return_label_format = fields.Selection(
        const.LABEL_FORMATS, string="Return Label Format", help="Empty: as set in your DHL account."
    )
    dhl_de_price_by = fields.Selection(
        [("fixed", "Fixed price"), ("rules", "Price rules")],
        string="Price",
        default="fixed",
        required=True,
        help="DHL offers no prices over its interface: what you charge is set here.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Take off what came along when the login was copied."""
        return super().create([self._dhl_de_trimmed(values) for values in vals_list])

    def write(self, vals):
        """Take off what came along when the login was copied."""
        return super().write(self._dhl_de_trimmed(vals))

    def _dhl_de_trimmed(self, values):
        """Return values with the login's blanks at the ends, and invisible characters anywhere, taken off."""
        login = {name: values[name] for name in LOGIN if values.get(name)}
        return {**values, **{name: INVISIBLE.sub("", text).strip() for name, text in login.items()}}

    @api.depends("delivery_type", "dhl_de_product", "dhl_de_receiver_ids")
    def _compute_can_generate_return(self):
        """DHL Paket and DHL Kleinpaket can carry an enclosed return label; with a receiver it is made on demand."""
        dhl = self.filtered(lambda carrier: carrier.delivery_type == const.DELIVERY_TYPE)
        # Who may read a carrier need not be allowed to read the receivers.
        for carrier in dhl.sudo():
            carrier.can_generate_return = bool(
                carrier.dhl_de_product in const.RETURN_PRODUCTS or carrier.dhl_de_receiver_ids
            )
        return super(DeliveryCarrier, self - dhl)._compute_can_generate_return()

    @api.constrains("delivery_type", "dhl_de_product", "dhl_de_billing_number", "dhl_de_return_billing_number")
    def _check_dhl_de_billing_numbers(self):
        for carrier in self.filtered(lambda c: c.delivery_type == const.DELIVERY_TYPE):
            product = dict(carrier._fields["dhl_de_product"]._description_selection(self.env))[carrier.dhl_de_product]
            procedure = const.PROCEDURES[carrier.dhl_de_product]
            carrier._check_dhl_de_number(carrier.dhl_de_billing_number, procedure, product)
            carrier._check_dhl_de_number(
                carrier.dhl_de_return_billing_number, const.RETURN_PROCEDURE, self.env._("DHL Retoure")
            )

    def _check_dhl_de_number(self, number, procedure, product):
        """Check the form of a billing number; an empty one is asked for when a label is to be booked."""
        if not number:
            return
        match = re.fullmatch(const.BILLING_NUMBER, number)
        if not match:
            raise ValidationError(
                self.env._(
                    "%(carrier)s: the billing number %(number)s is not one of DHL's. Please enter 14 characters without"
                    " blanks: customer number (10), procedure (2), participation (2).",
                    carrier=self.name,
                    number=number,
                )
            )
        if match["procedure"] != procedure:
            raise ValidationError(
                self.env._(
                    "%(carrier)s: the billing number %(number)s is not for %(product)s. Its 11th and 12th characters"
                    " must be %(procedure)s; please look up the number in your DHL contract.",
                    carrier=self.name,
                    number=number,
                    product=product,
                    procedure=procedure,
                )
            )

    @api.constrains("dhl_de_api_url")
    def _check_dhl_de_api_url(self):
        for carrier in self.sudo():
            if carrier.dhl_de_api_url and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#@]*)?", carrier.dhl_de_api_url):
                raise ValidationError(
                    self.env._(
                        "%(carrier)s: the own API address must look like http://localhost:8072.", carrier=carrier.name
                    )
                )

    @api.onchange("delivery_type")
    def _onchange_dhl_de_delivery_type(self):
        """A new method makes both labels and has the product that Odoo asks for; a person may change it."""
        if self.delivery_type != const.DELIVERY_TYPE or self._origin.delivery_type == const.DELIVERY_TYPE:
            return
        self.return_label_on_delivery = True
        self.integration_level = "rate_and_ship"
        if not self.product_id:
            self.product_id = self.env.ref("delivery_dhl_de.product_shipping", raise_if_not_found=False)

    @api.onchange("dhl_de_return_billing_number")
    def _onchange_dhl_de_return_billing_number(self):
        """Who enters a number for returns wants return labels."""
        if self.delivery_type == const.DELIVERY_TYPE and self.dhl_de_return_billing_number:
            self.return_label_on_delivery = True

    def _makes_enclosed_return(self):
        """Tell whether this carrier makes the return label together with the shipping label (R7)."""
        self.ensure_one()
        return bool(
            self.delivery_type == const.DELIVERY_TYPE
            and self.dhl_de_product in const.RETURN_PRODUCTS
            and self.return_label_on_delivery
            and self.dhl_de_return_billing_number
        )

    def _dhl_de_root(self):
        """Return the address of the environment that labels are booked in now."""
        self.ensure_one()
        if self.prod_environment:
            return const.PRODUCTION_ROOT
        return (self.sudo().dhl_de_api_url or const.TEST_ROOT).rstrip("/")

    def _dhl_de_missing_settings(self):
        """Return the names of the settings without which no label can be booked."""
        self.ensure_one()
        carrier = self.sudo()
        needed = ["dhl_de_billing_number"]
        if carrier.dhl_de_product in const.RETURN_PRODUCTS and carrier.return_label_on_delivery:
            needed.append("dhl_de_return_billing_number")
        return self._dhl_de_missing_login() + carrier._dhl_de_empty(needed)

    def _dhl_de_missing_login(self):
        """Return the names of the settings without which DHL lets nobody in."""
        carrier = self.sudo()
        needed = ["dhl_de_user", "dhl_de_password", "dhl_de_api_key"]
        return carrier._dhl_de_empty([*needed, "dhl_de_api_secret"] if carrier.dhl_de_auth == "oauth" else needed)

    def _dhl_de_empty(self, names):
        return [self._fields[name]._description_string(self.env) for name in names if not self[name]]

    def _dhl_de_check_settings(self):
        """Raise a UserError that names the settings which are missing."""
        if missing := self._dhl_de_missing_settings():
            self._dhl_de_refuse_settings(missing)

    def _dhl_de_refuse_settings(self, missing):
        raise UserError(
            self.env._(
                "The shipping method %(carrier)s is not complete. Please ask an administrator to enter: %(settings)s.",
                carrier=self.name,
                settings=", ".join(missing),
            )
        )

    def _dhl_de_client(self):
        """Return a client with this carrier's credentials, in the environment that they are for now."""
        carrier = self.sudo()
        root = carrier._dhl_de_root()
        return DhlClient(root + const.SHIPPING_PATH, root + const.AUTH_PATH, **carrier._dhl_de_connection())

    def _dhl_de_returns_client(self):
        """Return a client of the interface for returns on demand, in the present environment."""
        carrier = self.sudo()
        root = carrier._dhl_de_root()
        return DhlReturnsClient(root + const.RETURNS_PATH, root + const.AUTH_PATH, **carrier._dhl_de_connection())

    def _dhl_de_connection(self):
        """Return what both clients need beside the addresses; called with all rights."""
        carrier = self
        pair = {"user": carrier.dhl_de_user or "", "password": carrier.dhl_de_password or ""}
        if carrier.dhl_de_auth == "oauth":
            secret = carrier.dhl_de_api_secret or ""
            credentials = OAuthCredentials(api_key=carrier.dhl_de_api_key or "", api_secret=secret, **pair)
        else:
            credentials = BasicCredentials(api_key=carrier.dhl_de_api_key or "", **pair)
        return {
            "credentials": credentials,
            "session": requests.Session(),
            "language": "de-DE" if (self.env.lang or "").startswith("de") else "en-US",
            "token_cache": _TOKENS,
            "watch": self._dhl_de_watch(),
            "log": carrier._dhl_de_log if carrier.debug_logging else None,
        }

    def _dhl_de_log(self, request, answer):
        """Keep an exchange for debugging; headers, tokens and documents are not in it."""
        self.log_xml(request, "dhl_de_request")
        self.log_xml(answer, "dhl_de_answer")

    def _dhl_de_label_options(self):
        self.ensure_one()
        return LabelOptions(
            print_format=self.dhl_de_label_format or "",
            return_print_format=(self._makes_enclosed_return() and self.dhl_de_return_label_format) or "",
            # Only German addresses have a code.
            must_encode=self.dhl_de_must_encode and self.dhl_de_product != const.INTERNATIONAL,
        )
