import hashlib

from odoo import api, fields, models
from odoo.addons.delivery_dhl_de.dhl_api import ALPHA3

# OTTO and DHL give ISO 3166-1 alpha-3 codes, Odoo's countries have alpha-2 codes.
ALPHA2 = {alpha3: alpha2 for alpha2, alpha3 in ALPHA3.items()}


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

    @api.model
    def _otto_address_key(self, address, company):
        """Return the key of an OTTO `Address` in a company: equal only for the identical person and address."""
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

        The address of the invoice has a pseudonymous e-mail address, which is kept apart from the real one.

        :param orders: list of OTTO `Order`
        :return: dict of OTTO `Address` to `res.partner`
        """
        keys, emails = {}, {}
        for order in orders:
            for address, field in ((order.delivery_address, "email"), (order.invoice_address, "otto_email")):
                if address:
                    keys[address] = self._otto_address_key(address, company)
                    if address.email:
                        emails.setdefault(keys[address], {})[field] = address.email
        found = self._otto_by_key(set(keys.values()), company)
        for key, partner in found.items():
            missing = {field: email for field, email in emails.get(key, {}).items() if not partner[field]}
            if missing:
                partner.write(missing)
        new = {key: address for address, key in keys.items() if key not in found}
        countries = self._otto_countries(new.values())
        values = [
            {
                **self._otto_contact_values(address, countries),
                **emails.get(key, {}),
                "otto_address_key": key,
                "company_id": company.id,
            }
            for key, address in new.items()
        ]
        found.update((partner.otto_address_key, partner) for partner in self.sudo().create(values))
        return {address: found[key] for address, key in keys.items()}

    @api.model
    def _otto_by_key(self, keys, company):
        """Return the contacts with these keys by key; an indexed look-up."""
        domain = [("otto_address_key", "in", list(keys)), ("company_id", "in", (False, company.id))]
        return {partner.otto_address_key: partner for partner in self.sudo().search(domain, order="id desc")}

    @api.model
    def _otto_countries(self, addresses):
        codes = {ALPHA2.get(address.country_code) for address in addresses} - {None}
        return {country.code: country for country in self.env["res.country"].search([("code", "in", list(codes))])}

    @api.model
    def _otto_contact_values(self, address, countries):
        name = " ".join(part for part in (address.title, address.first_name, address.last_name) if part)
        country = countries.get(ALPHA2.get(address.country_code))
        return {
            "name": name or self.env._("OTTO customer"),
            "is_company": address.salutation == "COMPANY",
            "street": " ".join(part for part in (address.street, address.house_number) if part),
            "street2": address.addition,
            "zip": address.zip_code,
            "city": address.city,
            "country_id": country.id if country else False,
            "phone": address.phone,
            "lang": "de_DE" if "de_DE" in dict(self.env["res.lang"].get_installed()) else False,
            "user_id": False,
        }
