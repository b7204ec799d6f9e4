import hashlib

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    otto_address_key = fields.Char(
        "OTTO Address Key",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Identifies a person at an address, so that the same customer is found again and nobody else is merged.",
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
    def _otto_find_or_create(self, addresses, company):
        """Find or make the contacts of OTTO addresses, in one search and one creation.

        :param addresses: iterable of OTTO `Address`
        :return: dict of address to `res.partner`
        """
        keys = {address: self._otto_address_key(address, company) for address in addresses}
        found = {}
        domain = [("otto_address_key", "in", list(set(keys.values()))), ("company_id", "in", (False, company.id))]
        for partner in self.sudo().search(domain, order="id desc"):
            found[partner.otto_address_key] = partner
        missing = {key: address for address, key in keys.items() if key not in found}
        countries = self._otto_countries(missing.values())
        values = [
            {**self._otto_contact_values(address, countries), "otto_address_key": key, "company_id": company.id}
            for key, address in missing.items()
        ]
        for partner in self.sudo().create(values):
            found[partner.otto_address_key] = partner
        return {address: found[key] for address, key in keys.items()}

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
            "email": address.email,
            "lang": "de_DE" if "de_DE" in dict(self.env["res.lang"].get_installed()) else False,
            "user_id": False,
        }


# OTTO gives ISO 3166-1 alpha-3 codes, Odoo's countries have alpha-2 codes. OTTO delivers within Europe.
ALPHA2 = {
    "AUT": "AT", "BEL": "BE", "BGR": "BG", "CHE": "CH", "CYP": "CY", "CZE": "CZ", "DEU": "DE", "DNK": "DK",
    "ESP": "ES", "EST": "EE", "FIN": "FI", "FRA": "FR", "GBR": "GB", "GRC": "GR", "HRV": "HR", "HUN": "HU",
    "IRL": "IE", "ITA": "IT", "LIE": "LI", "LTU": "LT", "LUX": "LU", "LVA": "LV", "MLT": "MT", "NLD": "NL",
    "NOR": "NO", "POL": "PL", "PRT": "PT", "ROU": "RO", "SVK": "SK", "SVN": "SI", "SWE": "SE",
}  # fmt: skip
