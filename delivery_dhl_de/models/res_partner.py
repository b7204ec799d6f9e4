from odoo import api, fields, models

from ..dhl_api.streets import taken_off


class ResPartner(models.Model):
    _inherit = "res.partner"

    dhl_de_house_number = fields.Char(
        "House Number",
        help="The house number with all that belongs to it, e.g. 5 App. 14, where the street alone does not tell how"
        " much of it is the number. It counts as long as the street ends with it.",
    )

    @api.model
    def _address_fields(self):
        """The number goes where the street goes, e.g. from a company to its contacts."""
        return [*super()._address_fields(), "dhl_de_house_number"]

    def _dhl_de_street_parts(self):
        """Return street and house number apart; without a known number that ends the street, all is the street.

        A street that somebody corrects counts as it stands then.
        """
        self.ensure_one()
        street, house = taken_off(self.street or "", self.dhl_de_house_number or "")
        return (street, house) if house else (self.street or "", "")
