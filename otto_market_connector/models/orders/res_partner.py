import hashlib

from odoo import api, fields, models
from odoo.addons.delivery_dhl_de.dhl_api import ALPHA3, join_street
from odoo.addons.delivery_dhl_de.dhl_api.streets import apart

from ..core.languages import german_of
from ..core.moments import naive
from .contact_values import contact_name, tidy_address

# OTTO and DHL give ISO 3166-1 alpha-3 codes, Odoo's countries have alpha-2 codes.
ALPHA2 = {alpha3: alpha2 for alpha2, alpha3 in ALPHA3.items()}
# What a parcel's way depends on: a contact that differs in one of these from OTTO's address is another one.
PLACE_FIELDS = ("name", "street", "street2", "zip", "city", "country_id")


class ResPartner(models.Model):
    _inherit = "res.partner"

    otto_address_key = fields.Char(
        "OTTO Address Key",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Identifies a person at an address, so that the same customer is found again and nobody else is merged.",
    )

    otto_email = fields.Char(
        "Pseudonymous E-mail",
        copy=False,
        readonly=True,
        help="OTTO forwards mails to this address to the customer, for a limited time.",
    )
    otto_ordered_on = fields.Datetime(
        "Last Ordered at OTTO", copy=False, readonly=True, help="The order whose e-mail and telephone the contact has."
    )

    @api.model
    def _otto_address_key(self, address, company):
        """Return the key of an OTTO `Address` in a company: equal only for the identical person and address."""
        address = tidy_address(address)
        parts = (
            str(company.id),
            address.salutation,
            address.title,
            address.first_name,
            address.last_name,
            address.street,
            address.house_number,
            address.addition,
            address.zip_code,
            address.city,
            address.country_code,
        )
        text = "\x1f".join(" ".join((part or "").split()).casefold() for part in parts)
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _otto_find_or_create(self, orders, company):
        """Find or make the contacts of OTTO orders, in one search and one creation.

        A contact that somebody changed in Odoo since is not the address that OTTO names: the order gets its own.

        :param orders: list of OTTO `Order`
        :return: dict of OTTO `Address` to `res.partner`
        """
        keys, reach, values = {}, {}, {}
        countries = self._otto_countries(orders)
        for order in sorted(orders, key=lambda order: order.order_date):
            for address, field in ((order.delivery_address, "email"), (order.invoice_address, "otto_email")):
                if address:
                    key = keys[address] = self._otto_address_key(address, company)
                    values.setdefault(key, self._otto_contact_values(address, countries))
                    reach.setdefault(key, {}).update(self._otto_reach_values(order, address, field))
        found = self._otto_by_key(values, company)
        for key, partner in found.items():
            partner._otto_take_reach(reach[key])
            if not partner.dhl_de_house_number:
                # Contacts of earlier versions have it in the street alone.
                partner.dhl_de_house_number = values[key]["dhl_de_house_number"]
        new = [
            {**values[key], **reach[key], "otto_address_key": key, "company_id": company.id}
            for key in values
            if key not in found
        ]
        found.update((partner.otto_address_key, partner) for partner in self.sudo().create(new))
        return {address: found[key] for address, key in keys.items()}

    @api.model
    def _otto_by_key(self, values, company):
        """Return the contacts that have a key and still say what OTTO says; an indexed look-up.

        :param values: dict of key to the values of OTTO's address
        """
        domain = [("otto_address_key", "in", list(values)), ("company_id", "in", (False, company.id))]
        found = {}
        for partner in self.sudo().search(domain, order="id"):
            if partner.otto_address_key not in found and partner._otto_says(values[partner.otto_address_key]):
                found[partner.otto_address_key] = partner
        return found

    def _otto_says(self, values):
        """Tell whether a contact leads to the same door as the values of an OTTO address."""
        return all(_comparable(self[name]) == _comparable(values[name]) for name in PLACE_FIELDS)

    @api.model
    def _otto_reach_values(self, order, address, field):
        """Return how an order says that its customer is reached.

        The address of the invoice has a pseudonymous e-mail address, which is kept apart from the real one.
        """
        address = tidy_address(address)
        given = {field: address.email, "phone": address.phone}
        return {"otto_ordered_on": naive(order.order_date), **{name: text for name, text in given.items() if text}}

    def _otto_take_reach(self, values):
        """Take over the newest e-mail, telephone and pseudonym: OTTO lets them expire."""
        self.ensure_one()
        if self.otto_ordered_on and self.otto_ordered_on > values["otto_ordered_on"]:
            values = {name: text for name, text in values.items() if not self[name]}
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            self.write(changed)

    @api.model
    def _otto_countries(self, orders):
        addresses = [address for order in orders for address in (order.delivery_address, order.invoice_address)]
        codes = {_alpha2(address.country_code) for address in addresses if address} - {None}
        return {country.code: country for country in self.env["res.country"].search([("code", "in", list(codes))])}

    @api.model
    def _otto_contact_values(self, address, countries):
        address = tidy_address(address)
        country = countries.get(_alpha2(address.country_code))
        return {
            "name": contact_name(address) or self.env._("OTTO customer"),
            "is_company": address.salutation == "COMPANY",
            "street": join_street(address.street, address.house_number),
            # OTTO gives both apart; with what people add to a number, nobody could tell them apart again.
            "dhl_de_house_number": apart(address.street, address.house_number)[1] or False,
            "street2": address.addition or False,
            "zip": address.zip_code,
            "city": address.city,
            "country_id": country.id if country else False,
            "lang": german_of(self.env),
            "user_id": False,
        }


def _alpha2(code):
    code = (code or "").strip().upper()
    return ALPHA2.get(code) or (code if code in ALPHA3 else None)


def _comparable(value):
    """Return a contact's value without what makes no other address: blanks, capitals."""
    if isinstance(value, models.BaseModel):
        return value.id
    return " ".join((value or "").split()).casefold() if isinstance(value, str) or not value else value
